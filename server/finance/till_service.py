"""What commands about tills and receipt keys do: a series for each install, a certificate, an end."""

import base64
from collections.abc import Sequence

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.database import RepeatTransactionError
from server.core.entities import Body, missing
from server.finance.receipt_keys import current_key, is_made_here, verify
from server.finance.till_kinds import KEY_KIND, TILL_KIND
from server.finance.till_recovery import made_now, next_series
from shared.core.text import text
from shared.finance.permissions import may_manage_finance, may_take_payment
from shared.finance.receipt_code import institute_id, is_certified_by, read_certificate
from shared.finance.till_commands import PAYLOADS
from shared.finance.till_rules import series_code
from shared.finance.vocabulary import TILL, TillState

_SAME = (
    f"SELECT {TILL_KIND.selected()} FROM till t WHERE t.organisation_id = :o AND t.device_id = :device_id"  # noqa: S608 - our own names
    " AND t.state <> 'closed'"
)
_KEYS = (
    f"SELECT {KEY_KIND.selected()} FROM receipt_key t"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o AND t.retired_at IS NULL"
)


def ask(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Give installs a series each; one that asks again with its key keeps what it has."""
    return [_asked(batch, item) for item in items]


def _asked(batch: Batch, item: Item) -> Decision:
    payload = item.payload
    if not (may_take_payment(item.author) or may_manage_finance(item.author)):
        return rejected(item, "not_allowed", text("Your role doesn't take payments. Ask the bursar."))
    if batch.origin.device_id and payload.device_id != item.command.device_id:
        return rejected(item, "till_of_another_install", text("A computer asks to be a till for itself only."))
    known = [
        TILL_KIND.body_of(row) for row in batch.db.rows(_SAME, o=batch.organisation_id, device_id=payload.device_id)
    ]
    same = next((one for one in known if _is_same(one, item)), None)
    if same is not None:
        return agreed(same["revision"], existing_id=same["id"])
    # The install was renewed or its store is new: what was its series ends, and nothing continues it.
    TILL_KIND.read(batch, (one["id"] for one in known))
    TILL_KIND.update(batch, [{**one, "state": str(TillState.CLOSED), "revision": item.command.id} for one in known])
    series = next_series(batch)
    body = {
        "id": item.target.id,
        "revision": item.command.id,
        "name": payload.name,
        "series": series,
        "code": series_code(series),
        "device_id": payload.device_id,
        "install_epoch": payload.install_epoch,
        "public_key": payload.public_key,
        "certificate": "",
        "valid_from": "",
        "valid_to": "",
        "state": str(TillState.WAITING),
        "asked_by": item.author.name,
        "approved_by": "",
    }
    if item.target.id not in TILL_KIND.insert(batch, [body]):
        raise RepeatTransactionError
    made_now(batch, item.target.id)
    return applied(item.command.id)


def _is_same(till: Body, item: Item) -> bool:
    payload = item.payload
    return (till["install_epoch"], till["public_key"]) == (payload.install_epoch, payload.public_key)


def certify(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Let tills print, with certificates that the institute's present key signed."""
    present = TILL_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        till = present.get(item.target.id)
        decision = _certificate_refusal(batch, item, till)
        if decision is None and till is not None:
            read = read_certificate(item.payload.certificate)
            written.append(
                {
                    **till,
                    "revision": item.command.id,
                    "certificate": item.payload.certificate,
                    "valid_from": read.valid_from.isoformat(),
                    "valid_to": read.valid_to.isoformat(),
                    "state": str(TillState.ACTIVE),
                    "approved_by": item.author.name,
                }
            )
            decision = applied(item.command.id)
        decisions.append(decision or missing(batch, item, TILL))
    TILL_KIND.update(batch, written)
    return decisions


def _certificate_refusal(batch: Batch, item: Item, till: Body | None) -> Decision | None:
    if not may_manage_finance(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't approve tills. Ask the bursar."))
    if till is None:
        return missing(batch, item, TILL)
    if till["state"] == TillState.CLOSED:
        return rejected(item, "till_closed", text("{till} was closed.", till=till["name"]))
    public_key = current_key(batch.db, batch.organisation_id)
    certificate = item.payload.certificate
    if public_key and is_certified_by(certificate, base64.b64decode(public_key), verify):
        read = read_certificate(certificate)
        whose = (institute_id(batch.organisation_id), till["code"], base64.b64decode(till["public_key"]))
        if (read.institute, read.code, read.public_key) == whose:
            return None
    return rejected(item, "certificate_invalid", text("The certificate isn't for this till. Approve it at the server."))


def close(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Close tills for good."""
    present = TILL_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        till = present.get(item.target.id)
        if till is None:
            decisions.append(missing(batch, item, TILL))
        elif not may_manage_finance(item.author):
            decisions.append(rejected(item, "not_allowed", text("Your role doesn't close tills. Ask the bursar.")))
        elif till["state"] == TillState.CLOSED:
            decisions.append(agreed(till["revision"]))
        else:
            written.append({**till, "state": str(TillState.CLOSED), "revision": item.command.id})
            decisions.append(applied(item.command.id))
    TILL_KIND.update(batch, written)
    return decisions


def put_key(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Publish a key that the server made; what was the present key certifies nothing new."""
    decisions: list[Decision] = []
    for item in items:
        public_key = item.payload.public_key
        if not may_manage_finance(item.author):
            decisions.append(rejected(item, "not_allowed", text("Your role doesn't change receipt keys.")))
            continue
        if not is_made_here(batch.db, batch.organisation_id, public_key):
            decisions.append(rejected(item, "key_unknown", text("Receipt keys are made by the server itself.")))
            continue
        before = [KEY_KIND.body_of(row) for row in batch.db.rows(_KEYS, o=batch.organisation_id)]
        body = {
            "id": item.target.id,
            "revision": item.command.id,
            "public_key": public_key,
            "made_at": batch.now,
            "retired_at": None,
        }
        if item.target.id not in KEY_KIND.insert(batch, [body]):
            decisions.append(agreed(None, existing_id=item.target.id))
            continue
        KEY_KIND.read(batch, (one["id"] for one in before))
        KEY_KIND.update(batch, [{**one, "retired_at": batch.now, "revision": item.command.id} for one in before])
        decisions.append(applied(item.command.id))
    return decisions


COMMANDS = (
    CommandType("AskTill", PAYLOADS["AskTill"], ask),
    CommandType("CertifyTill", PAYLOADS["CertifyTill"], certify),
    CommandType("CloseTill", PAYLOADS["CloseTill"], close),
    CommandType("PutReceiptKey", PAYLOADS["PutReceiptKey"], put_key),
)
