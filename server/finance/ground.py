"""What decisions about money stand on: people, charges with what is still owed, and credit, read in sets.

Who is read for writing is locked until the transaction ends, so that two cashiers never pay one charge twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.core.batch import Batch, Decision, held
from server.core.database import Db
from server.core.entities import Body
from server.core.sql import SetSql
from server.finance.kinds import ALLOCATION_KIND, DESK, ENTRY_KIND
from server.people.institute_day import local
from shared.core.text import text
from shared.finance.ledger_rules import Account, accounts_of

_PEOPLE = SetSql(
    "SELECT p.id, p.given_name, p.family_name FROM {ids} i {by} person p ON p.id = i.id"
    " WHERE p.organisation_id = :o ORDER BY p.id {lock}",
    lock="p",
)
_ENTRIES = SetSql(
    f"SELECT {ENTRY_KIND.selected()} FROM {{ids}} i {{by}} ledger_entry t ON t.person_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o"
)
_ALLOCATIONS = SetSql(
    f"SELECT {ALLOCATION_KIND.selected()} FROM {{ids}} i {{by}} allocation t ON t.person_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o"
)
_OWNERS = SetSql(
    "SELECT t.id, t.person_id FROM {ids} i {by} ledger_entry t ON t.id = i.id WHERE t.organisation_id = :o"
)


def packed(ids: Iterable[str]) -> str:
    """Return ids as statements take them."""
    return orjson.dumps(sorted(set(ids))).decode()


def day_of(batch: Batch, observed_at: str) -> str:
    """Return the institute's day of an instant."""
    return local(batch, observed_at).date().isoformat()


def owners_of(batch: Batch, entry_ids: Iterable[str]) -> dict[str, str]:
    """Return whose entries these are, by id."""
    rows = batch.db.rows(_OWNERS, o=batch.organisation_id, ids=packed(entry_ids))
    return {row[0]: row[1] for row in rows}


@dataclass
class Ledgers:
    """The ledgers of some people, locked; what one item adds the next one sees."""

    names: dict[str, str] = field(default_factory=dict)
    entries: dict[str, Body] = field(default_factory=dict)
    allocations: list[Body] = field(default_factory=list)

    def of(self, person_id: str) -> tuple[list[Body], list[Body]]:
        """Return one person's entries and allocations."""
        own = [one for one in self.entries.values() if one["person_id"] == person_id]
        return own, [one for one in self.allocations if one["person_id"] == person_id]

    def account(self, person_id: str, currency: str) -> Account:
        """Return what one person's ledger comes to in a currency."""
        entries, allocations = self.of(person_id)
        return accounts_of(entries, allocations).get(currency, Account(currency))

    def reversal_of(self, entry_id: str) -> Body | None:
        """Return the entry that reversed another one."""
        return next((one for one in self.entries.values() if one["reverses_id"] == entry_id), None)

    def add(self, entries: Sequence[Body], allocations: Sequence[Body] = ()) -> None:
        """Take in what was just decided."""
        self.entries |= {one["id"]: one for one in entries}
        self.allocations += allocations


def ledgers_of(batch: Batch, person_ids: Iterable[str]) -> Ledgers:
    """Return the ledgers of these people and hold them until the transaction ends."""
    ids = packed(person_ids)
    rows = batch.db.rows(_PEOPLE, o=batch.organisation_id, ids=ids)
    names = {row[0]: " ".join(part for part in row[1:] if part) for row in rows}
    entries, allocations = read_ledgers(batch.db, batch.organisation_id, ids)
    return Ledgers(names, {one["id"]: one for one in entries}, allocations)


def read_ledgers(db: Db, organisation_id: str, ids: str) -> tuple[list[Body], list[Body]]:
    """Return the entries and allocations of people whose ids are `packed`."""
    places: dict[str, Any] = {"o": organisation_id, "ids": ids}
    entries = [ENTRY_KIND.body_of(row) for row in db.rows(_ENTRIES, **places)]
    return entries, [ALLOCATION_KIND.body_of(row) for row in db.rows(_ALLOCATIONS, **places)]


def unknown(kind: str) -> Decision:
    """Keep what names a person or an entry that the server doesn't have yet."""
    message = text("The student or the charge hasn't been accepted yet. The office decides about both.")
    return held("waits_for_creation", message, kind, DESK)
