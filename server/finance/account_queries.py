"""Reads of the books: a person's account, and what each account of the institute comes to between two days."""

from collections.abc import Iterable, Mapping
from typing import Any

from server.core.database import Db
from server.core.sql import SetSql
from server.finance.ground import packed
from server.finance.plan_service import dues_of
from server.people.institute_day import institute_day
from shared.core.clock import parse_instant
from shared.finance.entry_rules import Posting, trial_balance
from shared.finance.ledger_rules import totals
from shared.finance.vocabulary import Account

_POSTINGS = """
SELECT account, currency, sum(amount) FROM posting WHERE organisation_id = :o AND day >= :first AND day <= :last
GROUP BY account, currency ORDER BY currency, account
"""
_ENTRY = ("id", "kind", "amount", "currency", "day", "due_on", "made_at", "payment_id", "reverses_id")
_ALLOCATION = ("entry_id", "charge_id", "amount")
_OWN = "WHERE organisation_id = :o AND person_id = :person_id ORDER BY made_at, id"
_ENTRIES = f"SELECT {', '.join(_ENTRY)} FROM ledger_entry {_OWN}"  # noqa: S608 - our own column names
_ALLOCATIONS = f"SELECT {', '.join(_ALLOCATION)} FROM allocation {_OWN}"  # noqa: S608 - our own column names
_UNCONFIRMED = SetSql(
    "SELECT p.id FROM {ids} i {by} payment p ON p.id = i.id WHERE p.organisation_id = :o"
    " AND p.confirmation = 'unconfirmed'"
)
_RECEIPTS = SetSql(
    "SELECT p.id, p.receipt_number FROM {ids} i {by} payment p ON p.id = i.id WHERE p.organisation_id = :o"
    " AND p.receipt_number <> ''"
)


def account_of(db: Db, organisation_id: str, person_id: str, now: str) -> dict[str, Any]:
    """Return what a person's ledger comes to, by currency, in minor units."""
    # Only what the sums stand on: whole rows of five hundred entries took twice the time.
    places = {"o": organisation_id, "person_id": person_id}
    entries = [dict(zip(_ENTRY, row, strict=True)) for row in db.rows(_ENTRIES, **places)]
    allocations = [dict(zip(_ALLOCATION, row, strict=True)) for row in db.rows(_ALLOCATIONS, **places)]
    unconfirmed = unconfirmed_of(db, organisation_id, entries)
    today = institute_day(db, organisation_id, parse_instant(now)).isoformat()
    currencies = sorted({one["currency"] for one in entries})
    due = dues_of(db, organisation_id, person_id, entries, allocations)
    sums = {currency: totals(entries, allocations, currency, today, unconfirmed, due) for currency in currencies}
    return {
        "person_id": person_id,
        "day": today,
        "accounts": [{"currency": currency, **vars(found)} for currency, found in sums.items()],
    }


def unconfirmed_of(db: Db, organisation_id: str, entries: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the payments of entries for whose money nobody vouches yet."""
    payments = packed(one["payment_id"] for one in entries if one["payment_id"])
    return frozenset(row[0] for row in db.rows(_UNCONFIRMED, o=organisation_id, ids=payments))


def receipt_numbers(db: Db, organisation_id: str, entries: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the numbers of the receipts of entries' payments, by payment."""
    payments = packed(one["payment_id"] for one in entries if one["payment_id"])
    return {row[0]: row[1] for row in db.rows(_RECEIPTS, o=organisation_id, ids=payments)}


def trial_balances(db: Db, organisation_id: str, first: str, last: str) -> dict[str, dict[str, int]]:
    """Return what moved on each account between two days, by currency; each sums up to zero."""
    found: dict[str, list[Posting]] = {}
    for account, currency, amount in db.rows(_POSTINGS, o=organisation_id, first=first, last=last):
        found.setdefault(currency, []).append((Account(account), int(amount)))
    return {
        currency: {str(account): amount for account, amount in trial_balance(postings).items()}
        for currency, postings in found.items()
    }
