"""Receipts that the server itself gives: series of its own, one for gateways, one for the office, each with its key."""

import base64
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.core.batch import Batch
from server.core.database import RepeatTransactionError
from server.core.entities import Body
from server.core.keys import Keys
from server.core.server_epoch import stored_epoch
from server.finance.ground import day_of
from server.finance.receipt_keys import certify, current_key, make_key
from server.finance.till_kinds import KEY_KIND, RECEIPT_KIND, TEXT_KIND, TILL_KIND
from server.finance.till_recovery import made_now, next_series
from server.people.institute_service import READ, institute_body
from shared.core.clock import parse_instant
from shared.core.ids import derived_id
from shared.core.text import text
from shared.finance.entry_words import methods_words
from shared.finance.online_commands import server_till_id
from shared.finance.payment_rules import receipt_id
from shared.finance.receipt_code import Facts, digest_of, read_certificate, receipt_words, signed
from shared.finance.till_commands import receipt_key_id
from shared.finance.till_rules import receipt_number, series_code
from shared.finance.vocabulary import Method, TillState

PLACE = "online_till"
_ALL = "SELECT id, state FROM till WHERE organisation_id = :o AND device_id = :device_id ORDER BY series"
_PUT = "INSERT INTO online_till (organisation_id, till_id, sealed) VALUES (:o, :id, :sealed)"
_SEALED = "SELECT sealed FROM online_till WHERE organisation_id = :o AND till_id = :id"
_LAST = "SELECT coalesce(max(sequence), 0) FROM receipt WHERE organisation_id = :o AND till_id = :id"
_RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class Series:
    """A series of the server's own: `word` is of its ids, `device` of what stands for a computer, `name` for people."""

    word: str
    device: str
    name: Callable[[], str]

    def till_id(self, organisation_id: str, epoch: str = "") -> str:
        """Return the id of the series' till; a server whose backup was restored goes on with none of before."""
        return server_till_id(self.word, organisation_id, epoch)

    def unused(self, organisation_id: str, epoch: str, taken: Container[str]) -> str:
        """Return the id of a till to make: that of the epoch, or one that follows where it was closed since."""
        ids = (self.till_id(organisation_id, f"{epoch}/{n}" if n else epoch) for n in count())
        return next(one for one in ids if one not in taken)


ONLINE = Series("online_till", "server of", lambda: text("Online payments"))
OFFICE = Series("office_till", "office of", lambda: text("Office"))
"""For money that came with no cashier: transfers, lines of the bank's statement."""


def write_receipt(
    batch: Batch, keys: Keys, payment: Body, payer: str, items: Sequence[tuple[str, int]], revision: str,
    series: Series = ONLINE, *, tell: bool = True,
) -> str:  # fmt: skip
    """Give a payment its receipt; returns its number. `items` are what it pays, and how much of it.

    The series stays locked until the transaction ends. Who paid is told of it where `tell`.
    """
    till = _till(batch, keys, revision, series)
    row: Any = batch.db.one(_LAST, o=batch.organisation_id, id=till["id"])
    sequence = int(row[0]) + 1
    words, signature = _signed(batch, keys, till, sequence, (payment, payer))
    head = {"id": receipt_id(payment["id"]), "revision": revision}
    number = receipt_number(till["code"], sequence)
    receipt = {
        **head,
        "payment_id": payment["id"],
        "till_id": till["id"],
        "series": till["series"],
        "sequence": sequence,
        "number": number,
        "amount": payment["amount"],
        "currency": payment["currency"],
        "issued_at": _instant(parse_instant(batch.now).replace(microsecond=0)),
        "digest": digest_of(words, signature),
        "signature": signature,
        "shift_id": None,
    }
    if not RECEIPT_KIND.insert(batch, [receipt]):
        raise RepeatTransactionError
    printed = {**_printed(batch, payment, payer, items), "signature": signature, "copies": 0, "tell": tell}
    printed["told"] = any("proof" in one for one in payment["tenders"])
    told = {**head, "person_id": payment["person_id"], "payer": payer[:200], "words": words, "printed": printed}
    TEXT_KIND.insert(batch, [told])
    return number


def _signed(batch: Batch, keys: Keys, till: Body, sequence: int, paid: tuple[Body, str]) -> tuple[str, str]:
    """Return what a receipt says of a payment and its payer, and the signature over it."""
    payment, payer = paid
    facts = Facts(
        till["code"],
        sequence,
        payment["amount"],
        payment["currency"],
        payer,
        batch.now,
        frozenset(_methods(payment)),
        unconfirmed=False,
    )
    words = receipt_words(facts, till["certificate"])
    return words, signed(words, _key(batch, keys, till["id"]).sign)


def _methods(payment: Body) -> list[Method]:
    gateway = payment["gateway"]
    return [Method(gateway)] if gateway else [Method(one["method"]) for one in payment["tenders"]]


def _printed(batch: Batch, payment: Body, payer: str, items: Sequence[tuple[str, int]]) -> dict[str, Any]:
    row: Any = batch.db.one(READ, organisation_id=batch.organisation_id)
    institute = institute_body(row)
    return {
        "institute": str(institute["name"]),
        "address": ", ".join(str(institute[part]) for part in ("address", "phone") if institute.get(part)),
        "issued": day_of(batch, batch.now),
        "received_from": payer,
        "received_for": payer,
        "paid_by": methods_words(",".join(_methods(payment))),
        "reference": payment["reference"],
        "items": [{"what": what, "amount": amount} for what, amount in items],
        "total": payment["amount"],
        "currency": payment["currency"],
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _key(batch: Batch, keys: Keys, till_id: str) -> Ed25519PrivateKey:
    row: Any = batch.db.one(_SEALED, o=batch.organisation_id, id=till_id)
    return Ed25519PrivateKey.from_private_bytes(keys.opened(row[0], PLACE, batch.organisation_id, till_id))


def _till(batch: Batch, keys: Keys, revision: str, series: Series) -> Body:
    """Return the server's own till with a certificate that is good, locked; made at the first receipt.

    A restored backup may not know the last numbers that it gave: from there on there is another one. There is, too,
    once somebody closed it.
    """
    made_in, today = "", parse_instant(batch.now).date()
    device_id = derived_id(series.device, batch.organisation_id)
    tills = {row[0]: row[1] for row in batch.db.rows(_ALL, o=batch.organisation_id, device_id=device_id)}
    own = [key for key, state in tills.items() if state != TillState.CLOSED]
    till = TILL_KIND.read(batch, own).get(own[-1]) if own else None
    epoch = stored_epoch(batch.db) or ""
    if till is not None and till["state"] == TillState.CLOSED:  # by another, while this one waited for the row
        raise RepeatTransactionError
    if till is not None and epoch > till["revision"] and till["id"] != series.till_id(batch.organisation_id, epoch):
        TILL_KIND.update(batch, [{**till, "state": str(TillState.CLOSED), "revision": revision}])
        till, made_in = None, epoch
    till = till or _made(batch, keys, series.unused(batch.organisation_id, made_in, tills), revision, series)
    if till["certificate"] and date.fromisoformat(till["valid_to"]) > today + _RENEW_BEFORE:
        return till
    certificate = _certificate(batch, keys, till, today, revision)
    read = read_certificate(certificate)
    days = {"valid_from": read.valid_from.isoformat(), "valid_to": read.valid_to.isoformat()}
    renewed = {**till, **days, "certificate": certificate, "revision": revision}
    TILL_KIND.update(batch, [renewed])
    return renewed


def _certificate(batch: Batch, keys: Keys, till: Body, today: date, revision: str) -> str:
    if current_key(batch.db, batch.organisation_id) is None:
        made = make_key(batch.db, keys, batch.organisation_id, batch.now)
        times = {"made_at": batch.now, "retired_at": None}
        KEY_KIND.insert(batch, [{"id": receipt_key_id(made), "revision": revision, "public_key": made, **times}])
    return certify(batch.db, keys, batch.organisation_id, till, today)


def _made(batch: Batch, keys: Keys, till_id: str, revision: str, own: Series) -> Body:
    private = Ed25519PrivateKey.generate()
    series = next_series(batch)
    body = {
        "id": till_id,
        "revision": revision,
        "name": own.name(),
        "series": series,
        "code": series_code(series),
        "device_id": derived_id(own.device, batch.organisation_id),
        "install_epoch": 1,
        "public_key": base64.b64encode(private.public_key().public_bytes_raw()).decode(),
        "certificate": "",
        "valid_from": "",
        "valid_to": "",
        "state": str(TillState.ACTIVE),
        "asked_by": batch.actor.name,
        "approved_by": batch.actor.name,
    }
    if till_id not in TILL_KIND.insert(batch, [body]):
        raise RepeatTransactionError
    made_now(batch, till_id)
    sealed = keys.sealed(private.private_bytes_raw(), PLACE, batch.organisation_id, till_id)
    batch.db.run(_PUT, o=batch.organisation_id, id=till_id, sealed=sealed)
    return body
