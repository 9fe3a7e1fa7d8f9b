"""What beginning a payment through a gateway does: a pending payment, kept before anything is sent."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.database import RepeatTransactionError
from server.core.entities import Body
from server.core.sql import SetSql
from server.finance.gateway_account import account_of
from server.finance.ground import Ledgers, ledgers_of, packed
from server.finance.kinds import PAYMENT_KIND
from shared.core.clock import instant_text, parse_instant
from shared.core.text import text
from shared.finance.mobile_rules import OFFICE_PROMPTS, OWN_PROMPTS, PROMPTS_WITHIN
from shared.finance.models import instant_of
from shared.finance.online_commands import PAYLOADS, BeginOnlinePayment, begin_fault
from shared.finance.online_rules import WAITING, charges_of, overlaps
from shared.finance.payment_rules import payment_reference
from shared.finance.permissions import may_begin_online, may_take_payment
from shared.finance.vocabulary import Confirmation, Method, PaymentState

_PUT = """
INSERT INTO online_payment (organisation_id, payment_id, gateway, reference, gateway_id, paid_id, url, live, begun_at,
next_at, problem, channel) VALUES (:o, :id, :gateway, :reference, '', '', '', :live, :now, :now, '', :channel)
"""
_PROMPTS = """
SELECT count(*) FROM online_payment n JOIN payment p ON p.organisation_id = n.organisation_id AND p.id = n.payment_id
WHERE n.organisation_id = :o AND n.channel = 'mobile_money' AND n.begun_at > :since AND p.taken_by = :by
"""
_OPEN = SetSql(
    f"SELECT {PAYMENT_KIND.selected()} FROM {{ids}} i {{by}} payment t ON t.person_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o AND t.gateway <> '' AND t.state IN ('pending', 'unknown', 'processing')"
    " ORDER BY t.id {lock}",
    lock="t",
)


def begin(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Begin payments; an older one for the same charges that nobody paid yet fails."""
    ledgers = ledgers_of(batch, (item.payload.person_id for item in items))
    present = PAYMENT_KIND.read(batch, (item.target.id for item in items))
    return [_begun(batch, item, ledgers, present.get(item.target.id)) for item in items]


def _begun(batch: Batch, item: Item, ledgers: Ledgers, before: Body | None) -> Decision:
    asked = item.payload
    refusal = _refusal(item, ledgers, before)
    if refusal is not None:
        return refusal
    account = account_of(batch.db, batch.organisation_id, Method(asked.gateway))
    if account is None or not account.sealed:
        return rejected(item, "gateway_missing", text("The institute takes no payments through this gateway."))
    if asked.channel and _prompts_too_often(batch, item):
        words = text("You sent too many prompts to phones. Wait ten minutes, or pay in the browser.")
        return rejected(item, "too_many_prompts", words)
    body = _body(item, ledgers.names[asked.person_id], live=account.live)
    _supersede(batch, item, body)
    if not put(batch, body, live=account.live, channel=asked.channel):
        raise RepeatTransactionError
    return applied(item.command.id, reference=body["reference"])


def put(batch: Batch, body: Body, *, live: bool, channel: str) -> bool:
    """Add a payment that begins, and how it goes on at its gateway; False where it is there already."""
    if not PAYMENT_KIND.insert(batch, [body]):
        return False
    batch.db.run(
        _PUT,
        o=batch.organisation_id,
        id=body["id"],
        gateway=body["gateway"],
        reference=body["reference"],
        live=live,
        now=batch.now,
        channel=channel,
    )
    return True


def _prompts_too_often(batch: Batch, item: Item) -> bool:
    since = instant_text(parse_instant(batch.now) - timedelta(seconds=PROMPTS_WITHIN))
    row: Any = batch.db.one(_PROMPTS, o=batch.organisation_id, since=since, by=item.author.person_id)
    return int(row[0]) >= (OFFICE_PROMPTS if may_take_payment(item.author) else OWN_PROMPTS)


def _refusal(item: Item, ledgers: Ledgers, before: Body | None) -> Decision | None:
    asked = item.payload
    if not may_begin_online(item.author, asked.person_id):
        return rejected(item, "not_allowed", not_for_others())
    if before is not None:
        return agreed(before["revision"])
    if asked.person_id not in ledgers.names:
        return rejected(item, "person_unknown", text("The student isn't there any more."))
    fault = begin_fault(asked)
    if fault is not None:
        return rejected(item, *fault)
    open_ = ledgers.account(asked.person_id, asked.currency).open
    if any(one.amount > open_.get(one.entry_id, 0) for one in asked.goes_to):
        words = text("Less is owed of this than you want to pay. Fetch what is new, then choose again.")
        return rejected(item, "charge_settled", words)
    return None


def not_for_others() -> str:
    """Return what somebody is told who wants to pay for another one."""
    return text("You can pay for yourself only. The office takes other payments.")


def _supersede(batch: Batch, item: Item, body: Body) -> None:
    rows = batch.db.rows(_OPEN, o=batch.organisation_id, ids=packed([body["person_id"]]))
    wanted = [charge_id for charge_id, _ in charges_of(body)]
    written = []
    for older in (PAYMENT_KIND.body_of(row) for row in rows):
        same = overlaps((one for one, _ in charges_of(older)), wanted)
        if same and older["currency"] == body["currency"] and PaymentState(older["state"]) in WAITING:
            metadata = {**older["metadata"], "said": "superseded"}
            failed = {"state": str(PaymentState.FAILED), "metadata": metadata, "revision": item.command.id}
            written.append({**older, **failed})
    PAYMENT_KIND.update(batch, written)


def _body(item: Item, name: str, *, live: bool) -> Body:
    reference = payment_reference(item.target.id, item.command.observed_at)
    stamp = (item.target.id, item.command.id, reference, instant_of(item.command))
    return begun_body(stamp, item.payload, name, (item.author.person_id, item.author.name), live=live)


def begun_body(
    stamp: tuple[str, str, str, str], asked: BeginOnlinePayment, name: str, by: tuple[str, str], *, live: bool
) -> Body:
    """Return a payment that begins; `stamp` is id, revision, reference and instant, `by` who begins it (id, name)."""
    payment_id, revision, reference, at = stamp
    return {
        "id": payment_id,
        "revision": revision,
        "reference": reference,
        "state": str(PaymentState.PENDING),
        "confirmation": str(Confirmation.UNCONFIRMED),
        "amount": asked.amount,
        "currency": asked.currency,
        "tenders": [{"method": str(asked.gateway), "amount": asked.amount}],
        "person_id": asked.person_id,
        "payer_name": name[:200],
        "sponsor_id": None,
        "note": "",
        "gateway": str(asked.gateway),
        "metadata": {"live": live, "charges": [one.model_dump() for one in asked.goes_to]},
        "shift_id": None,
        "receipt_id": None,
        "receipt_number": "",
        "taken_at": at,
        "taken_by": by[0],
        "taken_by_name": by[1],
    }


COMMANDS = (CommandType("BeginOnlinePayment", PAYLOADS["BeginOnlinePayment"], begin),)
