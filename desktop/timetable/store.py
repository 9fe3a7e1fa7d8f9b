"""What the timetable's screens read: class sessions of a span of days with the names around them, and choices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.timetable.times import clock_words, day_range, local, zone_of
from shared.learning.vocabulary import COHORT, COURSE
from shared.people.rules import fold
from shared.people.vocabulary import PERSON, Role
from shared.timetable.permissions import may_plan
from shared.timetable.rules import state_at
from shared.timetable.vocabulary import CLASS_SESSION, ClassSessionState, SessionKind


@dataclass(frozen=True)
class SessionLine:
    """One class session as lists show it; `starts` and `ends` are in the institute's zone."""

    id: str
    body: Mapping[str, Any]
    starts: datetime
    ends: datetime
    cohort: str
    course: str
    instructor: str
    state: ClassSessionState
    stand_in: str = ""

    @property
    def times(self) -> str:
        """`08:30–10:00`."""
        return f"{clock_words(self.starts)}–{clock_words(self.ends)}"

    @property
    def title(self) -> str:
        """The class's own title, or its course."""
        return str(self.body.get("title") or "") or self.course

    @property
    def room(self) -> str:
        """Where it is."""
        return str(self.body.get("room") or "")

    @property
    def teacher(self) -> str:
        """Who teaches it: the stand-in where there is one."""
        return self.stand_in or self.instructor

    @property
    def kind(self) -> SessionKind:
        """Whether it is a class in a room, a live session, a catch-up class or office hours."""
        return SessionKind(self.body.get("session_kind") or SessionKind.CLASS)


@dataclass(frozen=True)
class Choice:
    """Something to choose in a form or filter."""

    id: str
    name: str


def full_name(person: Mapping[str, Any] | None) -> str:
    """Return given, other and family names with single spaces; an empty text for nobody."""
    parts = (person or {}).get("given_name"), (person or {}).get("other_names"), (person or {}).get("family_name")
    return " ".join(part for part in parts if part)


def session_lines(
    desk: Desk, first: date, last: date, *, cohort_id: str = "", instructor_id: str = ""
) -> list[SessionLine]:
    """Return the class sessions that start within the days, earliest first."""
    start, end = day_range(first, last, zone_of(desk))
    where = [Where("starts_at", ">=", start), Where("starts_at", "<", end)]
    where += [Where("cohort_id", "=", cohort_id)] if cohort_id else []
    where += [Where("instructor_id", "=", instructor_id)] if instructor_id else []
    return lines_of(desk, desk.store.page(CLASS_SESSION, where, order="starts_at", limit=-1))


def lines_of(desk: Desk, bodies: list[dict[str, Any]]) -> list[SessionLine]:
    """Return class sessions with the names around them."""
    zone, now = zone_of(desk), desk.clock.now()
    cohorts = desk.store.many(COHORT, list({body["cohort_id"] for body in bodies}))
    courses = desk.store.many(COURSE, list({body["course_id"] for body in cohorts.values()}))
    named = {body.get(name) for body in bodies for name in ("instructor_id", "stand_in_id")} - {None, ""}
    people = desk.store.many(PERSON, sorted(str(one) for one in named))
    lines = []
    for body in bodies:
        cohort = cohorts.get(body["cohort_id"], {})
        line = SessionLine(
            id=body["id"],
            body=body,
            starts=local(body["starts_at"], zone),
            ends=local(body["ends_at"], zone),
            cohort=cohort.get("name", ""),
            course=courses.get(cohort.get("course_id", ""), {}).get("title", ""),
            instructor=full_name(people.get(body.get("instructor_id") or "")),
            state=state_at(body, now),
            stand_in=full_name(people.get(body.get("stand_in_id") or "")),
        )
        lines.append(line)
    return lines


def cohort_choices(desk: Desk) -> list[Choice]:
    """Return the cohorts that the person may choose: all for those who plan, else the ones he or she teaches."""
    if may_plan(desk.actor) or not desk.actor.teaches:
        bodies = desk.store.page(COHORT, limit=-1)
    else:
        bodies = list(desk.store.many(COHORT, sorted(desk.actor.teaches)).values())
    living = [body for body in bodies if not body.get("archived")]
    return [Choice(body["id"], body["name"]) for body in sorted(living, key=lambda body: fold(body["name"]))]


def own_cohorts(desk: Desk) -> list[Choice]:
    """Return the cohorts that the person teaches."""
    return [choice for choice in cohort_choices(desk) if choice.id in desk.actor.teaches]


def instructor_choices(desk: Desk, cohort_id: str = "") -> list[Choice]:
    """Return everyone who may teach a class, the instructors of the cohort first."""
    cohort = desk.store.get(COHORT, cohort_id) if cohort_id else None
    first = list((cohort or {}).get("instructors") or ())
    staff = desk.store.page(
        PERSON, [Where("roles", "has", str(Role.INSTRUCTOR)), Where("state", "=", "active")], limit=-1
    )
    known = {body["id"]: body for body in staff} | desk.store.many(PERSON, first)
    rest = sorted((one for one in known if one not in first), key=lambda one: fold(full_name(known[one])))
    return [Choice(one, full_name(known[one])) for one in [*first, *rest] if one in known]
