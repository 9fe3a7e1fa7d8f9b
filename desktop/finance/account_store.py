"""Reads what a person's ledger shows: the lines with their running balance, totals, open charges and credit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.finance.plan_store import dues_of
from desktop.finance.words import entry_document, entry_title
from desktop.timetable.times import today
from shared.core.currencies import DEFAULT_CURRENCY
from shared.finance.ledger_rules import Account, Totals, accounts_of, reversed_ids, running, totals
from shared.finance.plan_rules import by_plan
from shared.finance.vocabulary import (
    ACCOUNT_NOTE,
    ALLOCATION,
    INSTALMENT_PLAN,
    LEDGER_ENTRY,
    PAYMENT,
    Confirmation,
    EntryKind,
)
from shared.people.vocabulary import ORGANISATION

Body = Mapping[str, Any]
KINDS_READ = frozenset({LEDGER_ENTRY, ALLOCATION, PAYMENT, ACCOUNT_NOTE, INSTALMENT_PLAN})
CHARGES, PAYMENTS = "charges", "payments"
_PAID = frozenset({EntryKind.PAYMENT, EntryKind.REFUND})


@dataclass(frozen=True)
class LedgerLine:
    """One line of a ledger; `open` is what is still owed of it or left of it, `reason` why it was reversed or moved."""

    entry: Body
    title: str
    document: str
    balance: int
    open: int = 0
    reversed: bool = False
    unconfirmed: bool = False
    reason: str = ""

    @property
    def id(self) -> str:
        """The entry's id."""
        return str(self.entry["id"])

    @property
    def charge(self) -> int | None:
        """What it adds to what is owed, or None."""
        return self.entry["amount"] if self.entry["amount"] > 0 else None

    @property
    def paid(self) -> int | None:
        """What it takes off what is owed, or None."""
        return -self.entry["amount"] if self.entry["amount"] < 0 else None

    @property
    def part(self) -> str:
        """To which part of the list it belongs: charges or payments."""
        is_payment = self.entry["kind"] in _PAID or bool(self.entry["payment_id"])
        return PAYMENTS if is_payment else CHARGES


@dataclass(frozen=True)
class Ledger:
    """One person's ledger in one currency, the latest line first."""

    currency: str
    lines: Sequence[LedgerLine]
    totals: Totals
    account: Account
    currencies: Sequence[str] = ()

    def line(self, entry_id: str) -> LedgerLine | None:
        """Return a line by its entry."""
        return next((one for one in self.lines if one.id == entry_id), None)


def currency_of(desk: Desk) -> str:
    """Return the institute's currency."""
    body = desk.store.get(ORGANISATION, desk.actor.organisation_id) or {}
    return str(body.get("currency") or DEFAULT_CURRENCY)


def today_of(desk: Desk) -> str:
    """Return the institute's day as rows keep it."""
    return today(desk).isoformat()


def _own(desk: Desk, kind: str, person_id: str) -> list[dict[str, Any]]:
    return desk.store.page(kind, [Where("person_id", "=", person_id)], limit=-1)


def ledger_of(desk: Desk, person_id: str, currency: str = "") -> Ledger:
    """Return a person's ledger; without a currency the institute's, or the one in which something stands."""
    entries, allocations = _own(desk, LEDGER_ENTRY, person_id), _own(desk, ALLOCATION, person_id)
    known = sorted({str(one["currency"]) for one in entries})
    chosen = currency or currency_of(desk)
    if known and chosen not in known and not currency:
        chosen = known[0]
    accounts = accounts_of(entries, allocations)
    account = accounts.get(chosen, Account(chosen))
    unconfirmed = _unconfirmed(desk, entries)
    reasons = {str(one["entry_id"]): str(one["words"]) for one in _own(desk, ACCOUNT_NOTE, person_id)}
    gone = reversed_ids(entries)
    left = {**account.open, **account.credit}
    due = dues_of(desk, person_id, entries, allocations)
    lines = [
        LedgerLine(
            entry,
            entry_title(entry),
            entry_document(entry),
            balance,
            left.get(str(entry["id"]), 0),
            entry["id"] in gone,
            entry["payment_id"] in unconfirmed,
            reasons.get(str(entry["id"]), ""),
        )
        for entry, balance in running(by_plan((one for one in entries if one["currency"] == chosen), due))
    ]
    summed = totals(entries, allocations, chosen, today_of(desk), unconfirmed, due)
    return Ledger(chosen, lines[::-1], summed, account, known)


def _unconfirmed(desk: Desk, entries: Sequence[Body]) -> frozenset[str]:
    ids = sorted({str(one["payment_id"]) for one in entries if one["payment_id"]})
    found = desk.store.many(PAYMENT, ids)
    return frozenset(key for key, body in found.items() if body["confirmation"] == Confirmation.UNCONFIRMED)


def open_charges(desk: Desk, person_id: str, currency: str) -> list[dict[str, Any]]:
    """Return the charges of a person that are still owed, each with the day on which the next part of it is due."""
    entries, allocations = _own(desk, LEDGER_ENTRY, person_id), _own(desk, ALLOCATION, person_id)
    account = accounts_of(entries, allocations).get(currency, Account(currency))
    owed = [one for one in entries if one["id"] in account.open]
    return by_plan(owed, dues_of(desk, person_id, entries, allocations))
