"""What the cash desk reads from the local store: this install's till, its drawer, what a student owes, and receipts."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from desktop.core import meta
from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.finance.account_store import currency_of, today_of
from desktop.finance.plan_store import dues_of
from shared.core.currencies import DEFAULT_CURRENCY
from shared.finance.ledger_rules import Account, accounts_of, oldest_first
from shared.finance.plan_rules import by_plan, due_until
from shared.finance.receipt_code import InstituteKey, key_id
from shared.finance.shift_rules import Drawer, Taken, drawer
from shared.finance.till_rules import Install, is_till_of
from shared.finance.vocabulary import (
    ACCOUNT_NOTE,
    ALLOCATION,
    CASH_MOVEMENT,
    INSTALMENT_PLAN,
    LEDGER_ENTRY,
    PAYMENT,
    RECEIPT,
    RECEIPT_KEY,
    RECEIPT_TEXT,
    REQUEST,
    SHIFT,
    TILL,
    Confirmation,
    EntryKind,
    Method,
    Movement,
    PaymentState,
    RequestKind,
    RequestState,
    ShiftState,
    TillState,
)
from shared.people.institute import whole
from shared.people.vocabulary import ORGANISATION

Body = Mapping[str, Any]
TILL_KEY = "till_key"
"""Under this name the store keeps the till's private key: 32 bytes in base64, with the id of the till."""
KINDS_READ = frozenset(
    {
        *(LEDGER_ENTRY, ALLOCATION, PAYMENT, RECEIPT, RECEIPT_TEXT, SHIFT, CASH_MOVEMENT, TILL, REQUEST),
        *(ACCOUNT_NOTE, INSTALMENT_PLAN, "person"),
    }
)


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature fits."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def institute_of(desk: Desk) -> dict[str, Any]:
    """Return the institute's row with what it doesn't say filled in."""
    return whole(desk.store.get(ORGANISATION, desk.actor.organisation_id))


def install_of(desk: Desk) -> Install:
    """Return the install that this store is."""
    return Install(desk.store.device_id, int(desk.store.recall(meta.EPOCH, 1)))


def own_till(desk: Desk) -> Body | None:
    """Return the till that this install is; else the one it was or waits to be, the latest first; else None."""
    install = install_of(desk)
    own = [one for one in desk.store.page(TILL, limit=-1) if one["device_id"] == install.device_id]
    kept = desk.store.recall(TILL_KEY) or {}
    ready = [one for one in own if is_till_of(one, install) and one["id"] == kept.get("till_id")]
    if ready:
        return ready[-1]
    waiting = [one for one in own if one["state"] == TillState.WAITING]
    known = waiting or own
    return known[-1] if known else None


def institute_keys(desk: Desk) -> dict[bytes, InstituteKey]:
    """Return the institute's receipt keys that this computer knows."""
    found = {}
    for row in desk.store.page(RECEIPT_KEY, limit=-1):
        public = base64.b64decode(row["public_key"])
        found[key_id(public)] = InstituteKey(public, retired=row["retired_at"] is not None)
    return found


def open_shift(desk: Desk, till_id: str) -> Body | None:
    """Return the open drawer of a till."""
    rows = desk.store.page(SHIFT, [Where("till_id", "=", till_id), Where("state", "=", str(ShiftState.OPEN))], limit=-1)
    return rows[-1] if rows else None


def drawer_of(desk: Desk, shift: Body) -> Drawer:
    """Return what a drawer came to so far."""
    payments = desk.store.page(PAYMENT, [Where("shift_id", "=", shift["id"])], limit=-1)
    receipts = desk.store.many(RECEIPT, [one["receipt_id"] for one in payments if one["receipt_id"]])
    elsewhere = _given_elsewhere(desk, shift["id"])
    taken = [
        Taken(
            int(receipts.get(one["receipt_id"], {}).get("sequence", 0)),
            one["receipt_number"],
            tuple((Method(part["method"]), int(part["amount"])) for part in one["tenders"]),
            one["state"] in (PaymentState.VOIDED, PaymentState.FAILED),
            one["confirmation"] == Confirmation.UNCONFIRMED,
            one["id"] in elsewhere,
        )
        for one in payments
    ]
    moves = desk.store.page(CASH_MOVEMENT, [Where("shift_id", "=", shift["id"])], limit=-1)
    movements = [(Movement(one["movement"]), int(one["amount"])) for one in moves]
    return drawer(int(shift["opening_float"]), taken, movements, _given_back(desk, shift["id"]))


def _given_elsewhere(desk: Desk, shift_id: str) -> frozenset[str]:
    """Return the payments whose receipts were voided with cash out of another drawer than this one."""
    rows = desk.store.page(REQUEST, [Where("state", "=", str(RequestState.APPROVED))], limit=-1)
    voids = (one for one in rows if one["kind"] == RequestKind.VOID)
    return frozenset(one["payment_id"] for one in voids if one["shift_id"] not in (None, shift_id))


def _given_back(desk: Desk, shift_id: str) -> int:
    total = 0
    for one in desk.store.page(REQUEST, [Where("state", "=", str(RequestState.APPROVED))], limit=-1):
        if one["shift_id"] != shift_id:
            continue
        if one["kind"] == RequestKind.REFUND:
            total += one["amount"] if one["method"] == Method.CASH else 0
            continue
        payment = desk.store.get(PAYMENT, one["payment_id"]) or {}
        if payment.get("shift_id") != shift_id:
            total += sum(part["amount"] for part in payment.get("tenders", ()) if part["method"] == Method.CASH)
    return total


@dataclass(frozen=True)
class Debt:
    """A charge with what is still owed of it."""

    id: str
    what: str
    number: str
    due_on: str | None
    left: int


@dataclass(frozen=True)
class StudentAccount:
    """What the cash desk shows of one student; amounts in minor units."""

    person_id: str
    currency: str
    entries: Sequence[Body] = ()
    account: Account = field(default_factory=lambda: Account(DEFAULT_CURRENCY))
    debts: Sequence[Debt] = ()
    paid_this_year: int = 0
    due_today: int = 0

    @property
    def balance(self) -> int:
        """What is owed in all; below zero it is credit."""
        return self.account.balance


def account_of(desk: Desk, person_id: str) -> StudentAccount:
    """Return a student's account in the institute's currency."""
    currency, today = currency_of(desk), today_of(desk)
    entries = desk.store.page(LEDGER_ENTRY, [Where("person_id", "=", person_id)], limit=-1)
    entries = [one for one in entries if one["currency"] == currency]
    allocations = desk.store.page(ALLOCATION, [Where("person_id", "=", person_id)], limit=-1)
    account = accounts_of(entries, allocations).get(currency, Account(currency))
    planned = dues_of(desk, person_id, entries, allocations)
    by_id = {one["id"]: one for one in by_plan(entries, planned)}
    owed = oldest_first([by_id[one] for one in account.open if by_id[one]["kind"] == EntryKind.CHARGE])
    debts = [Debt(one["id"], one["what"], one["number"], one["due_on"], account.open[one["id"]]) for one in owed]
    gone = {one["reverses_id"] for one in entries if one["reverses_id"]}
    paid = sum(
        -one["amount"]
        for one in entries
        if one["kind"] == EntryKind.PAYMENT and one["id"] not in gone and one["day"][:4] == today[:4]
    )
    due = sum(due_until(one.id, one.left, one.due_on, planned, today) for one in debts)
    return StudentAccount(person_id, currency, entries, account, debts, paid, min(due, max(0, account.balance)))


@dataclass(frozen=True)
class ReceiptLine:
    """A receipt as lists show it."""

    id: str
    payment_id: str
    number: str
    day: str
    amount: int
    currency: str
    methods: tuple[Method, ...]
    voided: bool
    unconfirmed: bool
    void_asked: bool = False


def receipts_of(desk: Desk, person_id: str, most: int = 8) -> list[ReceiptLine]:
    """Return the last receipts on which a student stands, the latest first."""
    entries = desk.store.page(LEDGER_ENTRY, [Where("person_id", "=", person_id)], limit=-1)
    ids = {one["payment_id"] for one in entries if one["kind"] == EntryKind.PAYMENT and one["payment_id"]}
    return lines_of(desk, ids)[:most]


def lines_of(desk: Desk, payment_ids: set[str]) -> list[ReceiptLine]:
    """Return the receipts of payments, the latest first."""
    payments = desk.store.many(PAYMENT, sorted(payment_ids))
    receipts = desk.store.many(RECEIPT, [one["receipt_id"] for one in payments.values() if one["receipt_id"]])
    asked = {
        one["payment_id"]
        for one in desk.store.page(REQUEST, [Where("state", "=", str(RequestState.WAITING))], limit=-1)
        if one["kind"] == RequestKind.VOID
    }
    found = []
    for receipt in receipts.values():
        payment = payments[receipt["payment_id"]]
        methods = tuple(dict.fromkeys(Method(one["method"]) for one in payment["tenders"]))
        found.append(
            ReceiptLine(
                receipt["id"],
                payment["id"],
                receipt["number"],
                receipt["issued_at"],
                receipt["amount"],
                receipt["currency"],
                methods,
                payment["state"] == PaymentState.VOIDED,
                payment["confirmation"] == Confirmation.UNCONFIRMED,
                payment["id"] in asked,
            )
        )
    return sorted(found, key=lambda one: (one.day, one.number), reverse=True)


def notes_of(desk: Desk, person_id: str) -> Sequence[Body]:
    """Return the notes about a student's account, the latest last."""
    return desk.store.page(ACCOUNT_NOTE, [Where("person_id", "=", person_id)], limit=-1)


def waiting_requests(desk: Desk) -> Sequence[Body]:
    """Return what waits for a second person."""
    return desk.store.page(REQUEST, [Where("state", "=", str(RequestState.WAITING))], limit=-1)
