"""Reads what a person's ledger shows: the lines with their running balance, totals, open charges and credit."""

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.finance.plan_store import dues_of
from desktop.timetable.times import today
from shared.core.currencies import DEFAULT_CURRENCY
from shared.finance.ledger_rules import Account, accounts_of
from shared.finance.plan_rules import by_plan
from shared.finance.statement_rules import Books, Ledger, ledger_in
from shared.finance.vocabulary import (
    ACCOUNT_NOTE,
    ALLOCATION,
    INSTALMENT_PLAN,
    LEDGER_ENTRY,
    PAYMENT,
    Confirmation,
)
from shared.people.vocabulary import ORGANISATION

Body = Mapping[str, Any]
KINDS_READ = frozenset({LEDGER_ENTRY, ALLOCATION, PAYMENT, ACCOUNT_NOTE, INSTALMENT_PLAN})


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
    reasons = {str(one["entry_id"]): str(one["words"]) for one in _own(desk, ACCOUNT_NOTE, person_id)}
    due = dues_of(desk, person_id, entries, allocations)
    payments = desk.store.many(PAYMENT, sorted({str(one["payment_id"]) for one in entries if one["payment_id"]}))
    receipts = {key: str(one["receipt_number"]) for key, one in payments.items() if one.get("receipt_number")}
    books = Books(entries, allocations, due, _unconfirmed(payments), reasons, receipts)
    return ledger_in(books, currency, currency_of(desk), today_of(desk))


def _unconfirmed(payments: Mapping[str, Body]) -> frozenset[str]:
    return frozenset(key for key, body in payments.items() if body["confirmation"] == Confirmation.UNCONFIRMED)


def open_charges(desk: Desk, person_id: str, currency: str) -> list[dict[str, Any]]:
    """Return the charges of a person that are still owed, each with the day on which the next part of it is due."""
    entries, allocations = _own(desk, LEDGER_ENTRY, person_id), _own(desk, ALLOCATION, person_id)
    account = accounts_of(entries, allocations).get(currency, Account(currency))
    owed = [one for one in entries if one["id"] in account.open]
    return by_plan(owed, dues_of(desk, person_id, entries, allocations))
