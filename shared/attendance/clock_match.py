"""Finds the class that each punch of a time clock belongs to, and what it says there: pure, the same on both sides."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.attendance.clock_file import Punch, RowFault
from shared.attendance.rules import OPENS_BEFORE, Effective
from shared.attendance.scans import Meeting, meet, state_when
from shared.attendance.vocabulary import AttendanceState, Method
from shared.core.clock import parse_instant
from shared.core.text import text
from shared.learning.vocabulary import ATTENDING
from shared.people.vocabulary import PersonState

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Student:
    """Someone with a number, and his or her enrolments."""

    person: Body
    enrolments: tuple[Body, ...] = ()

    @property
    def name(self) -> str:
        """First and family name."""
        return f"{self.person.get('given_name') or ''} {self.person.get('family_name') or ''}".strip()


@dataclass(frozen=True)
class Mark:
    """The mark that a punch meets: as it stands, and its observations that nothing supersedes."""

    effective: Effective
    standing: tuple[Body, ...] = ()


@dataclass(frozen=True)
class Entry:
    """An observation to make. `counts` is False where it is kept beside a mark that it can't change."""

    line: int
    session: Body
    enrolment_id: str
    name: str
    number: str
    at: datetime
    state: AttendanceState
    minutes: int | None
    counts: bool


@dataclass
class Plan:
    """What an import would do: entries, rows that can't be used, rows that say what is known."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    unchanged: int = 0


@dataclass(frozen=True)
class Around:
    """What matching asks: `student(number)`, `sessions(cohort id, instant)`, `mark(session id, enrolment id)`.

    `sessions` gives those whose register was open at the instant, cancelled ones too.
    """

    student: Callable[[str], Student | None]
    sessions: Callable[[str, datetime], Sequence[Body]]
    mark: Callable[[str, str], Mark]


def clocked(entry: Entry) -> dict[str, Any]:
    """Return the payload of the observation that an entry makes; the note keeps the clock's own time."""
    return {
        "session_id": entry.session["id"],
        "enrolment_id": entry.enrolment_id,
        "state": entry.state,
        "minutes": entry.minutes,
        "note": text("By the time clock at {time}", time=entry.at.strftime("%H:%M")),
        "method": Method.CLOCK,
        "supersedes": [],
    }


def match(punches: Iterable[Punch], around: Around, now: datetime) -> Plan:
    """Return what the punches say; the earliest one in a class counts, later ones say nothing new."""
    plan = Plan()
    taken: set[tuple[str, str]] = set()
    for punch in sorted(punches, key=lambda one: (one.at, one.line)):
        told = _place(punch, around, now)
        if isinstance(told, RowFault):
            plan.faults.append(told)
            continue
        student, enrolment, session = told
        key = session["id"], enrolment["id"]
        if key in taken:
            plan.unchanged += 1
            continue
        taken.add(key)
        mark = around.mark(*key)
        met = meet(mark.effective, mark.standing)
        if not met.makes_entry:
            plan.unchanged += 1
            continue
        state, minutes = state_when(session, punch.at)
        fresh = met.meeting is Meeting.FRESH
        plan.entries.append(
            Entry(punch.line, session, enrolment["id"], student.name, punch.number, punch.at, state, minutes, fresh)
        )
    plan.faults.sort(key=lambda one: one.line)
    return plan


def _place(punch: Punch, around: Around, now: datetime) -> tuple[Student, Body, Body] | RowFault:
    student = around.student(punch.number)
    if student is None:
        return _fault(punch, "clock_number_unknown", text("Nobody has the number {number}.", number=punch.number))
    if punch.at > now:
        words = text("{name} was seen on {day}, which is to come.", name=student.name, day=_day(punch))
        return _fault(punch, "clock_in_future", words)
    attending = [one for one in student.enrolments if one["state"] in ATTENDING]
    if not attending or student.person.get("state") == PersonState.INACTIVE:
        return _fault(punch, "clock_person_left", text("{name} isn't enrolled any more.", name=student.name))
    if student.person.get("state") == PersonState.SUSPENDED:
        return _fault(punch, "clock_person_suspended", text("{name} is suspended.", name=student.name))
    met = [
        (one, session)
        for one in attending
        for session in around.sessions(one["cohort_id"], punch.at)
        if _covers(session, punch.at)
    ]
    held = [(one, session) for one, session in met if session["state"] != "cancelled"]
    if not held and met:
        words = text("{name}'s class on {day} was cancelled.", name=student.name, day=_day(punch))
        return _fault(punch, "class_session_cancelled", words)
    if not held:
        words = text("{name} had no class on {day}.", name=student.name, day=_day(punch))
        return _fault(punch, "clock_no_class", words)
    # Between two classes the one that begins next is meant, unless the first still runs.
    enrolment, session = min(
        held, key=lambda one: (parse_instant(one[1]["starts_at"]) > punch.at, one[1]["starts_at"], one[1]["id"])
    )
    return student, enrolment, session


def _covers(session: Body, at: datetime) -> bool:
    return parse_instant(session["starts_at"]) - OPENS_BEFORE <= at <= parse_instant(session["ends_at"])


def _day(punch: Punch) -> str:
    return punch.at.strftime("%d %b %H:%M")


def _fault(punch: Punch, code: str, words: str) -> RowFault:
    return RowFault(punch.line, code, text("Line {line}: {words}", line=punch.line, words=words))
