"""What decisions about applications stand on: the institute's day, forms, people and places, read in sets."""

from collections.abc import Iterable, Sequence

import orjson

from server.admissions.kinds import APPLICATION_KIND
from server.core.batch import Batch, Decision, Item, rejected
from server.core.entities import Body
from server.core.sql import SetSql
from server.people.institute_day import local
from shared.admissions.rules import Refusal
from shared.core.text import text
from shared.learning.vocabulary import ATTENDING

_STATES = ", ".join(repr(str(one)) for one in sorted(ATTENDING))
_COHORTS = SetSql(
    "SELECT c.id, c.course_id, c.capacity, (SELECT count(*) FROM enrolment e"  # noqa: S608 - our own names
    f" WHERE e.organisation_id = c.organisation_id AND e.cohort_id = c.id AND e.state IN ({_STATES}))"
    " FROM {ids} i {by} cohort c ON c.id = i.id WHERE c.organisation_id = :organisation_id"
)
_OPEN_OF = SetSql(
    f"SELECT {APPLICATION_KIND.selected()} FROM {{ids}} i {{by}} application t ON t.person_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :organisation_id AND t.state NOT IN ('withdrawn', 'rejected') ORDER BY t.id"
)


def packed(ids: Iterable[str]) -> str:
    """Return ids as statements take them."""
    return orjson.dumps(sorted(set(ids))).decode()


def day_of(batch: Batch, item: Item) -> str:
    """Return the institute's day on which a command was given, however late it comes."""
    return local(batch, item.command.observed_at).date().isoformat()


def applications_of(batch: Batch, person_ids: Iterable[str]) -> dict[str, list[Body]]:
    """Return by person the applications that aren't over."""
    found: dict[str, list[Body]] = {}
    for row in batch.db.rows(_OPEN_OF, organisation_id=batch.organisation_id, ids=packed(person_ids)):
        body = APPLICATION_KIND.body_of(row)
        found.setdefault(body["person_id"], []).append(body)
    return found


class Places:
    """How many places cohorts have left; each offer of a run takes one."""

    def __init__(self, batch: Batch, cohort_ids: Sequence[str]) -> None:
        rows = batch.db.rows(_COHORTS, organisation_id=batch.organisation_id, ids=packed(cohort_ids))
        self._courses = {row[0]: str(row[1]) for row in rows}
        self._left = {row[0]: None if row[2] is None else int(row[2]) - int(row[3]) for row in rows}

    def course_of(self, cohort_id: str) -> str | None:
        """Return a cohort's course; None for one that isn't there."""
        return self._courses.get(cohort_id)

    def left(self, cohort_id: str) -> int | None:
        """Return the places that are left; None where the cohort takes everybody."""
        return self._left.get(cohort_id)

    def take(self, cohort_id: str) -> None:
        """Count a place as taken."""
        left = self._left.get(cohort_id)
        if left is not None:
            self._left[cohort_id] = left - 1


def refused(item: Item, refusal: Refusal) -> Decision:
    """Return a refusal of the rules as a decision."""
    return rejected(item, refusal.code, refusal.sentence)


def not_yours(item: Item) -> Decision:
    """Refuse what is somebody else's application."""
    return rejected(item, "not_allowed", text("This application is someone else's. Ask the office."))
