"""How long each class of data is kept: what an area tells of its classes, with their counts and their removal."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from server.core.database import Db

AT_ONCE = 500
"""How many rows one transaction removes, so that nobody waits long behind it."""
HELD = "SELECT h.person_id FROM legal_hold h WHERE h.organisation_id = :o"
"""The people of whom nothing is removed, as a part of statements."""
Count = Callable[[Db, str, str], int]
"""(db, organisation id, instant): how many rows are older than that."""
Remove = Callable[[Any, str, str], int]
"""(context, organisation id, instant): removes them in small transactions and returns how many."""


@dataclass(frozen=True)
class RetentionClass:
    """One class of data; `days` is what is supplied (None: for ever), `least` what no institute may go below."""

    name: str
    days: int | None
    least: int
    count: Count
    remove: Remove


def counted(sql: str) -> Count:
    """Return a count by a statement with the places `:o` and `:before`."""

    def count(db: Db, organisation_id: str, before: str) -> int:
        row = db.one(sql, o=organisation_id, before=before)
        return int(row[0]) if row else 0

    return count


def removed_by(*statements: str) -> Remove:
    """Return a removal by statements, each with `:o`, `:before` and `:rows`, repeated until the last finds nothing."""

    def remove(context: Any, organisation_id: str, before: str) -> int:
        return sum(_rounds(context, organisation_id, before, statements))

    return remove


def _rounds(context: Any, organisation_id: str, before: str, statements: Sequence[str]) -> Iterator[int]:
    places = {"o": organisation_id, "before": before, "rows": AT_ONCE}

    def work(db: Db) -> int:
        return [db.run(sql, **places) for sql in statements][-1]

    while done := int(context.database.write(work)):
        yield done
