"""What reports read: figures of the local store, added up class by class, or of the server for a large institute."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from desktop.attendance.leave_actions import policy_of
from desktop.attendance.leave_store import excuses_of
from desktop.core.desk import Desk
from desktop.core.long_work import Work
from desktop.core.server_asking import client_of
from desktop.timetable.store import Choice, full_name
from desktop.timetable.times import day_range, zone_of
from shared.attendance.report_permissions import reported_cohorts
from shared.attendance.report_rules import (
    GroupRow,
    Hours,
    Mark,
    StudentRow,
    Tally,
    WeekRow,
    figures_of,
    hours_of,
    marks_of,
    student_row,
    together,
    week_row,
    weeks_of,
)
from shared.attendance.vocabulary import OBSERVATION
from shared.core.errors import CampusError
from shared.core.text import text
from shared.learning.vocabulary import ACADEMIC_TERM, COHORT, COURSE, ENROLMENT
from shared.people.rules import fold
from shared.people.vocabulary import PERSON
from shared.timetable.vocabulary import CLASS_SESSION, ClassSessionState

LARGE = 30_000
"""From so many observations on, the server adds up where it can be asked and nothing waits here."""
_SERVER = "/api/v1/reports"
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """What a report is about: days, both included, and perhaps one course or cohort."""

    first: date
    last: date
    course_id: str = ""
    cohort_id: str = ""


@dataclass(frozen=True)
class HoursRow:
    """One enrolment's hours with the names around it."""

    student: StudentRow
    hours: Hours

    @property
    def id(self) -> str:
        """The enrolment's id."""
        return self.student.id


@dataclass(frozen=True)
class Figures:
    """Everything that the page of reports shows of one question; `server` tells who added it up."""

    students: tuple[StudentRow, ...] = ()
    weeks: tuple[WeekRow, ...] = ()
    hours: tuple[HoursRow, ...] = ()
    terms: tuple[GroupRow, ...] = ()
    threshold: int = 80
    server: bool = False


def figures(desk: Desk, asked: Asked, work: Work) -> Figures:
    """Return the figures. Raises StoppedError. Takes seconds in a large institute, so call it in the background."""
    if asks_server(desk):
        try:
            return server_figures(desk, asked, work)
        except CampusError:
            pass  # the line is gone or the server is older: this computer has the rows as well
    return local_figures(desk, asked, work)


def asks_server(desk: Desk) -> bool:
    """Tell whether the server adds up: there is much of it, a way to the server, and nothing that it doesn't know."""
    client = desk.client
    if client is None or not client.is_signed_in or desk.store.pending().waiting:
        return False
    return desk.store.count(OBSERVATION) >= LARGE


def local_figures(desk: Desk, asked: Asked, work: Work) -> Figures:
    """Add up what is on this computer."""
    cohorts = _cohorts(desk, asked)
    courses = desk.store.many(COURSE, sorted({one["course_id"] for one in cohorts}))
    threshold = int(policy_of(desk)["threshold"])
    zone = zone_of(desk)
    rows: list[tuple[StudentRow, list[Mark]]] = []
    for at, cohort in enumerate(cohorts):
        work.step(at, len(cohorts))
        rows += _cohort_rows(desk, asked, cohort, courses.get(cohort["course_id"], {}))
    rows.sort(key=lambda one: (one[0].cohort.casefold(), one[0].name.casefold(), one[0].enrolment_id))
    work.step(len(cohorts), len(cohorts))
    return Figures(
        students=tuple(row for row, _ in rows),
        weeks=tuple(weeks_of((mark for _, marks in rows for mark in marks), zone)),
        hours=tuple(HoursRow(row, hours_of(marks)) for row, marks in rows),
        terms=tuple(_by_term(desk, rows, threshold)),
        threshold=threshold,
    )


def _cohorts(desk: Desk, asked: Asked) -> list[dict[str, Any]]:
    allowed = reported_cohorts(desk.actor)
    found = desk.store.page(COHORT, limit=-1)
    return [
        one
        for one in found
        if (allowed is None or one["id"] in allowed)
        and asked.cohort_id in ("", one["id"])
        and asked.course_id in ("", one["course_id"])
    ]


def _cohort_rows(desk: Desk, asked: Asked, cohort: Body, course: Body) -> list[tuple[StudentRow, list[Mark]]]:
    store = desk.store
    start, end = day_range(asked.first, asked.last, zone_of(desk))
    sessions = {
        one["id"]: one
        for one in store.children(CLASS_SESSION, cohort["id"])
        if start <= one["starts_at"] < end and one.get("state") != ClassSessionState.CANCELLED
    }
    if not sessions:
        return []
    enrolments = [one for one in store.children(ENROLMENT, cohort["id"]) if not one.get("testing")]
    said: dict[str, dict[str, list[Body]]] = {}
    taken: set[str] = set()
    for session_id in sessions:
        for one in store.children(OBSERVATION, session_id):
            said.setdefault(one["enrolment_id"], {}).setdefault(session_id, []).append(one)
            taken.add(session_id)
    held = [one for one in sessions.values() if one["id"] in taken]
    excuses = excuses_of(desk, [one["person_id"] for one in enrolments])
    people = store.many(PERSON, [one["person_id"] for one in enrolments])
    made = []
    for one in enrolments:
        marks = marks_of(one["person_id"], one["id"], held, said.get(one["id"], {}), excuses)
        if marks:
            made.append((_student(one, people.get(one["person_id"]), cohort, course, marks), marks))
    return made


def _student(enrolment: Body, person: Body | None, cohort: Body, course: Body, marks: list[Mark]) -> StudentRow:
    tally, streak = figures_of(marks)
    return StudentRow(
        enrolment_id=enrolment["id"],
        person_id=enrolment["person_id"],
        number=str((person or {}).get("number") or ""),
        name=full_name(person) or text("Unknown student"),
        cohort_id=cohort["id"],
        cohort=str(cohort.get("name") or ""),
        course_id=str(cohort.get("course_id") or ""),
        course=str(course.get("title") or ""),
        tally=tally,
        streak=streak,
    )


def _by_term(desk: Desk, rows: Iterable[tuple[StudentRow, list[Mark]]], threshold: int) -> list[GroupRow]:
    kept = list(rows)
    made = []
    for term in reversed(terms(desk)):
        start, end = day_range(
            date.fromisoformat(term["starts_on"]), date.fromisoformat(term["ends_on"]), zone_of(desk)
        )
        part = []
        for row, marks in kept:
            within = [mark for mark in marks if start <= mark.starts_at < end]
            if within:
                tally, streak = figures_of(within)
                part.append(_with_tally(row, tally, streak))
        if part:
            made.append(together(term["id"], str(term["name"]), part, threshold))
    return made


def _with_tally(row: StudentRow, tally: Tally, streak: int) -> StudentRow:
    return student_row({**row.as_json(), **{name: getattr(tally, name) for name in Tally.__slots__}, "streak": streak})


def server_figures(desk: Desk, asked: Asked, work: Work) -> Figures:
    """Let the server add up. Raises CampusError where it can't be asked."""
    client = client_of(desk, text("There is no server to ask. The figures of this computer are shown."))
    wanted = {
        "since": asked.first.isoformat(),
        "until": asked.last.isoformat(),
        "course_id": asked.course_id,
        "cohort_id": asked.cohort_id,
    }
    parameters = {name: value for name, value in wanted.items() if value}
    parts: list[Mapping[str, Any]] = []
    paths = (("attendance", "student"), ("attendance-weeks", ""), ("attendance-hours", ""), ("attendance", "term"))
    for at, (path, by) in enumerate(paths):
        work.step(at, len(paths))
        more = {"by": by} if by else {}
        parts.append(client.get(f"{_SERVER}/{path}", {**parameters, **more})["data"])
    work.step(len(paths), len(paths))
    students, weeks, hours, by_term = parts
    rows = {one["enrolment_id"]: student_row(one) for one in students["rows"]}
    return Figures(
        students=tuple(rows.values()),
        weeks=tuple(week_row(one) for one in weeks["rows"]),
        hours=tuple(_hours_row(one, rows) for one in hours["rows"] if one["enrolment_id"] in rows),
        terms=tuple(_term_row(one) for one in by_term["rows"]),
        threshold=int(students["threshold"]),
        server=True,
    )


def _hours_row(values: Body, rows: Mapping[str, StudentRow]) -> HoursRow:
    names = ("classes", "planned", "attended", "missed_minutes")
    return HoursRow(rows[values["enrolment_id"]], Hours(*(int(values[name]) for name in names)))


def _term_row(values: Body) -> GroupRow:
    tally = Tally(*(int(values[name]) for name in Tally.__slots__))
    return GroupRow(values["id"], values["name"], int(values["students"]), int(values["below"]), tally)


def terms(desk: Desk) -> list[dict[str, Any]]:
    """Return the academic terms, the latest first."""
    found = desk.store.page(ACADEMIC_TERM, limit=-1)
    return sorted(found, key=lambda one: (one["starts_on"], one["id"]), reverse=True)


def course_choices(desk: Desk) -> list[Choice]:
    """Return the courses that the person's reports may be about."""
    wanted = {one["course_id"] for one in _cohorts(desk, Asked(date.min, date.max))}
    found = desk.store.many(COURSE, sorted(wanted)).values()
    return [Choice(one["id"], str(one["title"])) for one in sorted(found, key=lambda one: fold(str(one["title"])))]


def report_cohorts(desk: Desk) -> list[Choice]:
    """Return the cohorts that the person's reports may be about."""
    found = _cohorts(desk, Asked(date.min, date.max))
    return [Choice(one["id"], str(one["name"])) for one in sorted(found, key=lambda one: fold(str(one["name"])))]
