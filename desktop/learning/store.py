"""What the learning screens read: courses with their cohorts, cohorts with their students, a person's enrolments."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.people.words import full_name
from shared.core.clock import parse_instant
from shared.learning.vocabulary import ACADEMIC_TERM, ATTENDING, COHORT, COURSE, ENROLMENT, EnrolmentState
from shared.people.rules import fold, sort_text
from shared.people.vocabulary import ORGANISATION, PERSON

Body = Mapping[str, Any]


@dataclass(frozen=True)
class CourseRow:
    """A course with how many cohorts run (archived ones left out) and how many students attend them."""

    body: Body
    cohorts: int
    students: int


@dataclass(frozen=True)
class CohortRow:
    """A cohort with its course's title, the names of its instructors and how many attend or wait."""

    body: Body
    course: str
    instructors: tuple[str, ...]
    students: int
    waiting: int

    @property
    def id(self) -> str:
        """The cohort's id."""
        return str(self.body["id"])


@dataclass(frozen=True)
class StudentRow:
    """An enrolment with its person."""

    enrolment: Body
    person: Body

    @property
    def id(self) -> str:
        """The enrolment's id."""
        return str(self.enrolment["id"])

    @property
    def name(self) -> str:
        """The full name."""
        return full_name(self.person)


def course_rows(desk: Desk) -> list[CourseRow]:
    """Return all courses by title, archived ones too."""
    cohorts: dict[str, list[Body]] = {}
    for cohort in desk.store.page(COHORT, limit=-1):
        if not cohort.get("archived"):
            cohorts.setdefault(cohort["course_id"], []).append(cohort)
    attending = _attending(desk, [one["id"] for some in cohorts.values() for one in some])
    return [
        CourseRow(
            course,
            len(cohorts.get(course["id"], ())),
            sum(attending[cohort["id"]] for cohort in cohorts.get(course["id"], ())),
        )
        for course in desk.store.page(COURSE, limit=-1)
    ]


def _attending(desk: Desk, cohort_ids: list[str]) -> Counter[str]:
    return Counter({one: desk.store.count(ENROLMENT, _in_class(one)) for one in cohort_ids})


def _in_class(cohort_id: str) -> list[Where]:
    return [Where("parent", "=", cohort_id), Where("state", "in", sorted(ATTENDING))]


def cohort_rows(desk: Desk, course_id: str) -> list[CohortRow]:
    """Return the cohorts of a course: running ones by start, the latest first, then archived ones."""
    rows = [cohort_row(desk, body) for body in desk.store.children(COHORT, course_id)]
    rows.sort(key=lambda row: fold(str(row.body["name"])))
    rows.sort(key=lambda row: str(row.body.get("starts_on") or ""), reverse=True)
    return sorted(rows, key=lambda row: bool(row.body.get("archived")))


def cohort_row(desk: Desk, body: Body) -> CohortRow:
    """Return one cohort with what is told about it."""
    people = desk.store.many(PERSON, list(body.get("instructors") or ()))
    course = desk.store.get(COURSE, body["course_id"]) or {}
    waiting = desk.store.count(
        ENROLMENT, [Where("parent", "=", body["id"]), Where("state", "=", str(EnrolmentState.PENDING))]
    )
    return CohortRow(
        body,
        str(course.get("title") or ""),
        tuple(full_name(one) for one in people.values()),
        desk.store.count(ENROLMENT, _in_class(body["id"])),
        waiting,
    )


def student_rows(desk: Desk, cohort_id: str) -> list[StudentRow]:
    """Return who is or was enrolled in a cohort, by family name."""
    enrolments = desk.store.children(ENROLMENT, cohort_id)
    people = desk.store.many(PERSON, [one["person_id"] for one in enrolments])
    rows = [StudentRow(one, people[one["person_id"]]) for one in enrolments if one["person_id"] in people]
    return sorted(rows, key=lambda row: (sort_text(row.person), row.id))


def enrolled_people(desk: Desk, cohort_id: str) -> frozenset[str]:
    """Return the ids of those who attend a cohort, for the filter of the list of people."""
    enrolments = desk.store.children(ENROLMENT, cohort_id)
    return frozenset(one["person_id"] for one in enrolments if one.get("state") in ATTENDING)


def cohort_choices(desk: Desk) -> list[tuple[str, str]]:
    """Return the cohorts that aren't archived as (id, name), by name."""
    return [(one["id"], one["name"]) for one in desk.store.page(COHORT, limit=-1) if not one.get("archived")]


@dataclass(frozen=True)
class EnrolmentRow:
    """An enrolment of a person with its cohort and course."""

    enrolment: Body
    cohort: Body
    course: Body


def enrolments_of(desk: Desk, person_id: str) -> list[EnrolmentRow]:
    """Return a person's enrolments, the latest cohort first."""
    found = desk.store.page(ENROLMENT, [Where("person_id", "=", person_id)], limit=-1)
    cohorts = desk.store.many(COHORT, [one["cohort_id"] for one in found])
    courses = desk.store.many(COURSE, [one["course_id"] for one in cohorts.values()])
    rows = [
        EnrolmentRow(one, cohorts[one["cohort_id"]], courses.get(cohorts[one["cohort_id"]]["course_id"], {}))
        for one in found
        if one["cohort_id"] in cohorts
    ]
    return sorted(rows, key=lambda row: str(row.cohort.get("starts_on") or ""), reverse=True)


def taught_by(desk: Desk, person_id: str) -> list[Body]:
    """Return the cohorts that someone teaches."""
    return [one for one in desk.store.page(COHORT, limit=-1) if person_id in (one.get("instructors") or ())]


def terms(desk: Desk) -> list[dict[str, Any]]:
    """Return the academic terms, the latest first."""
    return desk.store.page(ACADEMIC_TERM, descending=True, limit=-1)


_CLASS_SESSION = "class_session"  # The timetable stands above: its rows are read here, its rules are not.


@dataclass(frozen=True)
class SessionRow:
    """A class of a cohort in the institute's zone; `state` is planned, now, held or cancelled."""

    id: str
    starts: datetime
    ends: datetime
    room: str
    instructor: str
    state: str


def session_rows(desk: Desk, cohort_id: str) -> list[SessionRow]:
    """Return the classes of a cohort, the earliest first."""
    organisation = desk.store.get(ORGANISATION, desk.actor.organisation_id) or {}
    zone = ZoneInfo(organisation.get("time_zone") or "UTC")
    bodies = desk.store.children(_CLASS_SESSION, cohort_id)
    people = desk.store.many(PERSON, sorted({one["instructor_id"] for one in bodies if one.get("instructor_id")}))
    rows = []
    for body in bodies:
        starts, ends = parse_instant(body["starts_at"]), parse_instant(body["ends_at"])
        now = desk.clock.now()
        state = "planned" if now < starts else "now" if now < ends else "held"
        rows.append(
            SessionRow(
                body["id"],
                starts.astimezone(zone),
                ends.astimezone(zone),
                body.get("room") or "",
                full_name(people.get(body.get("instructor_id") or "")),
                "cancelled" if body.get("state") == "cancelled" else state,
            )
        )
    return sorted(rows, key=lambda row: row.starts)
