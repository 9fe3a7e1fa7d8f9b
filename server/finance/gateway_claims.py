"""Signed words that go with a payment to its gateway, and taking one up again that a restored backup doesn't know.

Whoever pays can't make them: the key isn't in the database, and they hold for one reference, amount and institute. A
payment is taken up where they leave no doubt whose it is; anything else stays a line for a person. It pays the charges
that they name and the student has; the rest is the student's credit.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from server.core import feeds
from server.core.batch import Batch, Origin
from server.core.context import Context
from server.core.database import Db
from server.core.keys import Keys
from server.finance.gateway import CLAIM_FIELDS, LONGEST, PaymentTold
from server.finance.gateway_account import Account
from server.finance.gateway_lines import is_listed
from server.finance.ground import Ledgers, ledgers_of
from server.finance.online_service import begun_body, put
from server.people.organisations import system_actor
from shared.finance.ledger_rules import reversed_ids
from shared.finance.online_commands import BeginOnlinePayment, begin_fault
from shared.finance.vocabulary import EntryKind

_VERSION, _PROOF_BYTES = "1", 16
_HERE = "SELECT 1 FROM person WHERE organisation_id = :o AND id = :p AND state = 'active'"
_THERE = "SELECT 1 FROM payment WHERE organisation_id = :o AND id = :id"
Charges = Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Claimed:
    """What signed words say: a payment, its person, and the charges that it pays."""

    payment_id: str
    person_id: str
    charges: Charges


def claim_of(
    keys: Keys, organisation_id: str, told: PaymentTold, gateway: str, payment_id: str, person_id: str, charges: Charges
) -> str:
    """Return the signed words for a payment as its gateway will tell it, at most as long as its fields hold.

    Charges are left out where there are more than they can name: the payment is the person's credit then.
    """
    whose = (_VERSION, _short(payment_id), _short(person_id))
    claim = ""
    for parts in ((*whose, *(f"{_short(key)}:{amount}" for key, amount in charges)), whose):
        said = ".".join(parts)
        claim = f"{said}.{_proof(keys, organisation_id, told, gateway, said)}"
        if len(claim) <= LONGEST * CLAIM_FIELDS:
            break
    return claim


def _proof(keys: Keys, organisation_id: str, told: PaymentTold, gateway: str, said: str) -> str:
    place = (organisation_id, gateway, told.reference, str(told.amount), told.currency, str(told.live), said)
    words = "\x1f".join(("gateway claim", *place)).encode()
    return _text(hmac.new(keys.pepper, words, hashlib.sha256).digest()[:_PROOF_BYTES])


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _short(row_id: str) -> str:
    return _text(UUID(row_id).bytes)


def _long(short: str) -> str:
    return str(UUID(bytes=base64.urlsafe_b64decode(f"{short}==")))


def read_claim(keys: Keys, organisation_id: str, told: PaymentTold, gateway: str) -> Claimed | None:
    """Return what signed words say; None for words that aren't ours, or of another payment."""
    said, _, proof = told.claim.rpartition(".")
    if not said or not hmac.compare_digest(_proof(keys, organisation_id, told, gateway, said).encode(), proof.encode()):
        return None
    version, payment_id, person_id, *charges = said.split(".")
    if version != _VERSION:
        return None
    named = [one.partition(":") for one in charges]
    return Claimed(_long(payment_id), _long(person_id), [(_long(key), int(amount)) for key, _, amount in named])


def take_up(context: Context, organisation_id: str, account: Account, told: PaymentTold) -> str | None:
    """Keep a paid payment that nobody here knows as it was begun; returns its id, None where there is any doubt.

    It is settled afterwards as any other. Doubt is: another mode, an amount or a reference that wasn't signed, somebody
    who isn't here, or a line that waits for a person already. A charge that isn't there or was reversed isn't paid.
    """
    gateway = str(account.gateway)
    claimed = read_claim(context.keys, organisation_id, told, gateway) if told.live == account.live else None
    if claimed is None:
        return None

    def work(db: Db) -> str | None:
        db.enter(organisation_id)
        batch = context.door.batch(db, system_actor(organisation_id, context.new_id()), Origin(""))
        if not _beyond_doubt(batch, account, told, claimed):
            return None
        ledgers = ledgers_of(batch, [claimed.person_id])
        asked = _asked(claimed, ledgers, gateway, told)
        if begin_fault(asked) is not None:
            return None
        by = (batch.actor.person_id, batch.actor.name)
        stamp = (claimed.payment_id, batch.new_id(), told.reference, batch.now)
        body = begun_body(stamp, asked, ledgers.names[asked.person_id], by, live=told.live)
        if not put(batch, body, live=told.live, channel=""):
            return None
        note: dict[str, Any] = {"what": "online_payment_taken_up", "payment": told.reference, "gateway": gateway}
        context.door.followed(batch)
        feeds.write(batch, [], orjson.dumps(note).decode())
        return claimed.payment_id

    return context.database.write(work)


def _beyond_doubt(batch: Batch, account: Account, told: PaymentTold, claimed: Claimed) -> bool:
    o = batch.organisation_id
    if is_listed(batch, account.gateway, told) or batch.db.one(_THERE, o=o, id=claimed.payment_id) is not None:
        return False
    return batch.db.one(_HERE, o=o, p=claimed.person_id) is not None


def _asked(claimed: Claimed, ledgers: Ledgers, gateway: str, told: PaymentTold) -> BeginOnlinePayment:
    """Return what was asked for, with those of the named charges that the student has."""
    entries, _ = ledgers.of(claimed.person_id)
    gone = reversed_ids(entries)
    owed = {
        one["id"]
        for one in entries
        if one["kind"] == EntryKind.CHARGE and one["currency"] == told.currency and one["id"] not in gone
    }
    asked = {
        "person_id": claimed.person_id,
        "gateway": gateway,
        "amount": told.amount,
        "currency": told.currency,
        "goes_to": [{"entry_id": key, "amount": amount} for key, amount in claimed.charges if key in owed],
    }
    return BeginOnlinePayment.model_validate(asked)
