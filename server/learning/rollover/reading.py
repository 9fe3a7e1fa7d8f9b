"""Reads what a roll-over stands on, each kind of row in one statement whatever the number of cohorts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.core.database import Db
from server.core.entities import Body
from server.core.sql import SetSql
from server.learning.service import COHORT_KIND, TERM_KIND
from shared.core.errors import CampusError
from shared.core.text import text
from shared.learning.rollover import runs_in

_TERMS = f"SELECT {TERM_KIND.selected()} FROM academic_term t WHERE t.organisation_id = :o"  # noqa: S608 - our own names
_COHORTS = f"SELECT {COHORT_KIND.selected()} FROM cohort t WHERE t.organisation_id = :o ORDER BY t.code, t.id"  # noqa: S608 - same
_COURSES = "SELECT id, code, title FROM course WHERE organisation_id = :o"
_PEOPLE = SetSql(
    "SELECT p.id, p.given_name, p.family_name, p.state FROM {ids} i {by} person p ON p.id = i.id"
    " WHERE p.organisation_id = :organisation_id"
)
_ENROLMENTS = SetSql(
    "SELECT e.id, e.revision, e.cohort_id, e.person_id, e.state, e.testing, p.state FROM {ids} i"
    " {by} enrolment e ON e.organisation_id = :organisation_id AND e.cohort_id = i.id"
    " JOIN person p ON p.organisation_id = e.organisation_id AND p.id = e.person_id ORDER BY e.id"
)


@dataclass(frozen=True)
class Enrolled:
    """An enrolment of a cohort, with the state of its person."""

    id: str
    revision: str
    cohort_id: str
    person_id: str
    state: str
    testing: bool
    person_state: str


@dataclass
class Ground:
    """The institute as a roll-over finds it: terms, cohorts in the order of their codes, courses by id."""

    terms: dict[str, Body]
    cohorts: dict[str, Body]
    courses: dict[str, str]
    people: dict[str, tuple[str, str]] = field(default_factory=dict)
    enrolled: dict[str, list[Enrolled]] = field(default_factory=dict)

    @property
    def codes(self) -> set[str]:
        """The codes that cohorts have."""
        return {one["code"] for one in self.cohorts.values()}


def read_ground(db: Db, organisation_id: str) -> Ground:
    """Read terms, cohorts and courses."""
    terms = map(TERM_KIND.body_of, db.rows(_TERMS, o=organisation_id))
    cohorts = map(COHORT_KIND.body_of, db.rows(_COHORTS, o=organisation_id))
    courses = {row[0]: f"{row[1]} {row[2]}" for row in db.rows(_COURSES, o=organisation_id)}
    return Ground({one["id"]: one for one in terms}, {one["id"]: one for one in cohorts}, courses)


def read_people(db: Db, organisation_id: str, ground: Ground, cohort_ids: Iterable[str]) -> None:
    """Read the students and the instructors of cohorts."""
    wanted = sorted(set(cohort_ids) & ground.cohorts.keys())
    packed = orjson.dumps(wanted).decode()
    for row in db.rows(_ENROLMENTS, organisation_id=organisation_id, ids=packed):
        one = Enrolled(
            id=row[0],
            revision=row[1],
            cohort_id=row[2],
            person_id=row[3],
            state=row[4],
            testing=bool(row[5]),
            person_state=row[6],
        )
        ground.enrolled.setdefault(one.cohort_id, []).append(one)
    teachers = sorted({person for one in wanted for person in ground.cohorts[one]["instructors"]})
    for row in db.rows(_PEOPLE, organisation_id=organisation_id, ids=orjson.dumps(teachers).decode()):
        ground.people[row[0]] = (" ".join(part for part in row[1:3] if part), row[3])


def term_of(ground: Ground, term_id: str) -> Body:
    """Return a term. Raises CampusError `not_found`."""
    if term_id not in ground.terms:
        raise CampusError("not_found", text("There is no such term. Choose another one."))
    return ground.terms[term_id]


def cohorts_of(ground: Ground, term: Body) -> list[Body]:
    """Return the cohorts that run in a term, archived ones left out."""
    return [one for one in ground.cohorts.values() if not one["archived"] and runs_in(one, term)]


def shown_term(term: Body, **more: Any) -> dict[str, Any]:
    """Return a term as a preview shows it."""
    return {**{name: term[name] for name in ("id", "name", "starts_on", "ends_on")}, **more}
