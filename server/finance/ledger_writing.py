"""Adds to the books: entries with postings that sum up to zero, allocations, notes, and documents' numbers."""

from collections.abc import Iterable, Mapping, Sequence

import orjson

from server.core.batch import Batch, Item
from server.core.database import RepeatTransactionError
from server.core.entities import Body
from server.core.sql import SetSql
from server.finance.ground import Ledgers, packed
from server.finance.kinds import ALLOCATION_KIND, ENTRY_KIND, NOTE_KIND
from shared.finance.commands import note_id
from shared.finance.entry_rules import Posting, charge_postings, given_postings, reversed_postings
from shared.finance.models import Stamp, allocation_body, reversal_body
from shared.finance.vocabulary import Account, EntryKind

_POST = SetSql(
    "INSERT INTO posting (organisation_id, entry_id, account, amount, currency, day)"
    " SELECT :organisation_id, r.entry_id, r.account, r.amount, r.currency, r.day FROM {rows} r WHERE true",
    entry_id="text",
    account="text",
    amount="bigint",
    currency="text",
    day="text",
)
_POSTED = SetSql(
    "SELECT t.entry_id, t.account, t.amount FROM {ids} i {by} posting t ON t.entry_id = i.id"
    " WHERE t.organisation_id = :o ORDER BY t.entry_id, t.account"
)
_NEXT = """
INSERT INTO document_series (organisation_id, series, year, last_number) VALUES (:o, :series, :year, :n)
ON CONFLICT (organisation_id, series, year) DO UPDATE SET last_number = document_series.last_number + :n
RETURNING last_number
"""
INVOICES = "I"


def write_entries(batch: Batch, entries: Sequence[Body], postings: Mapping[str, Sequence[Posting]]) -> None:
    """Add entries with their postings, by entry id. Books that wouldn't agree are a fault of ours (ValueError)."""
    if not entries:
        return
    rows = []
    for entry in entries:
        parts = postings[entry["id"]]
        if sum(amount for _, amount in parts) or receivable(parts) != entry["amount"]:
            raise ValueError((entry["id"], parts))
        place = {"entry_id": entry["id"], "currency": entry["currency"], "day": entry["day"]}
        rows += [{**place, "account": str(account), "amount": amount} for account, amount in parts]
    if len(ENTRY_KIND.insert(batch, entries)) < len(entries):
        raise RepeatTransactionError
    batch.db.run(_POST, organisation_id=batch.organisation_id, rows=orjson.dumps(rows).decode())


def receivable(parts: Iterable[Posting]) -> int:
    """Return what postings do to what students owe."""
    return sum(amount for account, amount in parts if account is Account.RECEIVABLE)


def charged(entry: Body) -> list[Posting]:
    """Return what a charge, a discount or a scholarship posts."""
    kind = EntryKind(entry["kind"])
    if kind is EntryKind.CHARGE:
        return charge_postings(entry["amount"], sum(tax["amount"] for tax in entry["taxes"]))
    return given_postings(kind, -entry["amount"])


def postings_of(batch: Batch, entry_ids: Iterable[str]) -> dict[str, list[Posting]]:
    """Return what entries posted."""
    found: dict[str, list[Posting]] = {}
    for entry_id, account, amount in batch.db.rows(_POSTED, o=batch.organisation_id, ids=packed(entry_ids)):
        found.setdefault(entry_id, []).append((Account(account), amount))
    return found


def next_numbers(batch: Batch, days: Sequence[str], series: str = INVOICES) -> list[str]:
    """Return the next numbers of a series for documents of these days, without a gap: `I-2026-0001`.

    The series stays locked until the transaction ends; one that fails gives its numbers back.
    """
    found: dict[int, list[str]] = {}
    years = [int(day[:4]) for day in days]
    for year in sorted(set(years)):
        n = years.count(year)
        row = batch.db.one(_NEXT, o=batch.organisation_id, series=series, year=year, n=n)
        if row is None:
            raise RepeatTransactionError
        found[year] = [f"{series}-{year}-{number:04}" for number in range(row[0], row[0] - n, -1)]
    return [found[year].pop() for year in years]


def undone(command: Stamp, ledgers: Ledgers, entry_id: str) -> list[Body]:
    """Return the negative allocations that undo whatever an entry pays, or is paid by."""
    sums: dict[tuple[str, str, str], int] = {}
    for one in ledgers.allocations:
        if entry_id in (one["entry_id"], one["charge_id"]):
            key = (one["person_id"], one["entry_id"], one["charge_id"])
            sums[key] = sums.get(key, 0) + one["amount"]
    return [allocation_body(command, *key, -amount) for key, amount in sums.items() if amount]


def reverse(batch: Batch, item: Item, ledgers: Ledgers, entries: Sequence[Body], day: str) -> list[Body]:
    """Take entries back as a whole, and undo their allocations; returns the reversals."""
    posted = postings_of(batch, (one["id"] for one in entries))
    made, undoing = [], []
    for entry in entries:
        back = reversal_body(item.command, entry, item.author.person_id, day)
        undone_now = undone(item.command, ledgers, entry["id"])
        ledgers.add([back], undone_now)
        made.append(back)
        undoing += undone_now
    write_entries(batch, made, {one["id"]: reversed_postings(posted[one["reverses_id"]]) for one in made})
    ALLOCATION_KIND.insert(batch, undoing)
    return made


def note(batch: Batch, item: Item, entries: Iterable[Body], reason: str) -> None:
    """Keep why entries were made, in words that can be erased."""
    NOTE_KIND.insert(
        batch,
        [
            {
                "id": note_id(one["id"]),
                "revision": item.command.id,
                "person_id": one["person_id"],
                "entry_id": one["id"],
                "words": reason,
                "author_id": item.author.person_id,
                "author_name": item.author.name,
            }
            for one in entries
        ],
    )
