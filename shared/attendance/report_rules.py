"""Pure figures of attendance reports: percentages, streaks, hours for a sponsor, weeks; the same on both sides.

A class counts once its register has a mark, and never when it is cancelled. What counts is the mark as `rules` has it,
so approved leave is an excuse. Excused and not recorded classes don't touch a percentage.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta, tzinfo
from itertools import chain, repeat
from typing import Any

from shared.attendance.absence_rules import absence_streak
from shared.attendance.rules import Excuses, effective, percentage
from shared.attendance.vocabulary import AttendanceState
from shared.core.clock import parse_instant

COUNTED = (
    AttendanceState.PRESENT,
    AttendanceState.LATE,
    AttendanceState.LEFT_EARLY,
    AttendanceState.ABSENT,
    AttendanceState.EXCUSED,
)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Mark:
    """One class of one enrolment with what counts; the times are instants."""

    session_id: str
    starts_at: str
    ends_at: str
    state: str
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many classes were attended how."""

    present: int = 0
    late: int = 0
    left_early: int = 0
    absent: int = 0
    excused: int = 0

    @property
    def recorded(self) -> int:
        """How many classes have a mark."""
        return self.present + self.late + self.left_early + self.absent + self.excused

    @property
    def percent(self) -> int | None:
        """Attended classes as whole percent by the rule of registers, None while nothing counts."""
        return percentage(chain.from_iterable(repeat(state, getattr(self, state)) for state in COUNTED))

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, state) + getattr(other, state) for state in COUNTED))


@dataclass(frozen=True, slots=True)
class StudentRow:
    """One enrolment's figures with the names around it; `streak` are the absences that end its classes."""

    enrolment_id: str
    person_id: str
    number: str
    name: str
    cohort_id: str
    cohort: str
    course_id: str
    course: str
    tally: Tally
    streak: int = 0

    @property
    def id(self) -> str:
        """The enrolment's id."""
        return self.enrolment_id

    def as_json(self) -> dict[str, Any]:
        """Return the row as the wire carries it, with what follows from its counts."""
        names = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "tally"}
        return {**names, **asdict(self.tally), "recorded": self.tally.recorded, "percent": self.tally.percent}


@dataclass(frozen=True, slots=True)
class GroupRow:
    """The figures of many enrolments together; `below` of its `students` are below the threshold."""

    id: str
    name: str
    students: int
    below: int
    tally: Tally

    def as_json(self) -> dict[str, Any]:
        """Return the row as the wire carries it."""
        names = {"id": self.id, "name": self.name, "students": self.students, "below": self.below}
        return {**names, **asdict(self.tally), "recorded": self.tally.recorded, "percent": self.tally.percent}


@dataclass(frozen=True, slots=True)
class WeekRow:
    """All classes of one week together; `starts_on` is its Monday, `2026-11-16`."""

    starts_on: str
    tally: Tally

    def as_json(self) -> dict[str, Any]:
        """Return the row as the wire carries it."""
        return {"starts_on": self.starts_on, **asdict(self.tally), "percent": self.tally.percent}


@dataclass(frozen=True, slots=True)
class Hours:
    """What a sponsor pays for, in minutes: `planned` of the recorded classes, `attended`, and `missed_minutes`.

    The missed ones are those late or left early, taken off the attended classes.
    """

    classes: int = 0
    planned: int = 0
    attended: int = 0
    missed_minutes: int = 0


def student_row(values: Mapping[str, Any]) -> StudentRow:
    """Return a row from what `StudentRow.as_json` gave."""
    names = {one.name: values[one.name] for one in fields(StudentRow) if one.name != "tally"}
    return StudentRow(**names, tally=_tally_from(values))


def _tally_from(values: Mapping[str, Any]) -> Tally:
    return Tally(*(int(values[state]) for state in COUNTED))


def week_row(values: Mapping[str, Any]) -> WeekRow:
    """Return a row from what `WeekRow.as_json` gave."""
    return WeekRow(values["starts_on"], _tally_from(values))


def marks_of(
    person_id: str,
    enrolment_id: str,
    held: Iterable[Mapping[str, Any]],
    said: Mapping[str, Sequence[Mapping[str, Any]]],
    excuses: Excuses,
) -> list[Mark]:
    """Return the marks of one enrolment, earliest class first; classes without one are left out.

    `held` are the class sessions of its cohort whose register has a mark, `said` its observations by session.
    """
    found = []
    for session in sorted(held, key=lambda one: (one["starts_at"], one["id"])):
        mark = effective([*said.get(session["id"], ()), *excuses.of(person_id, enrolment_id, session)])
        if mark.state is not AttendanceState.NONE:
            found.append(Mark(session["id"], session["starts_at"], session["ends_at"], str(mark.state), mark.minutes))
    return found


def tally_of(states: Iterable[str]) -> Tally:
    """Count states; those that aren't recorded count nowhere."""
    counts = Counter(str(state) for state in states)
    return Tally(*(counts[str(state)] for state in COUNTED))


def figures_of(marks: Sequence[Mark]) -> tuple[Tally, int]:
    """Return (tally, streak of absences) of marks in order."""
    states = [mark.state for mark in marks]
    return tally_of(states), absence_streak(states)


def hours_of(marks: Iterable[Mark]) -> Hours:
    """Return the hours of marks for a sponsor.

    A class attended counts from its planned start to its planned end. Minutes late and minutes left early are taken
    off, never more than the class is long; late without a number takes nothing off. Absent and excused count nothing.
    """
    classes = planned = attended = missed = 0
    for mark in marks:
        length = max(0, (parse_instant(mark.ends_at) - parse_instant(mark.starts_at)) // _MINUTE)
        classes += 1
        planned += length
        if mark.state in (AttendanceState.ABSENT, AttendanceState.EXCUSED, AttendanceState.NONE):
            continue
        off = 0 if mark.state == AttendanceState.PRESENT else min(length, mark.minutes or 0)
        attended += length - off
        missed += off
    return Hours(classes, planned, attended, missed)


def weeks_of(marks: Iterable[Mark], zone: tzinfo) -> list[WeekRow]:
    """Return marks by week on the clocks of `zone`, earliest first; weeks without a class are left out."""
    days: dict[str, str] = {}
    states: dict[str, Counter[str]] = {}
    for mark in marks:
        monday = days.get(mark.starts_at)
        if monday is None:
            monday = days[mark.starts_at] = monday_of(parse_instant(mark.starts_at).astimezone(zone))
        states.setdefault(monday, Counter())[mark.state] += 1
    return [
        WeekRow(monday, Tally(*(counts[str(state)] for state in COUNTED))) for monday, counts in sorted(states.items())
    ]


def monday_of(moment: datetime) -> str:
    """Return the Monday of a moment's week, `2026-11-16`."""
    return (moment.date() - timedelta(days=moment.weekday())).isoformat()


def is_below(tally: Tally, threshold: int) -> bool:
    """Tell whether a percentage is below the threshold; where nothing counts, nothing is."""
    return tally.percent is not None and tally.percent < threshold


_GROUPS: dict[str, Callable[[StudentRow], tuple[str, str]]] = {
    "cohort": lambda row: (row.cohort_id, row.cohort),
    "course": lambda row: (row.course_id, row.course),
}


def grouped(rows: Iterable[StudentRow], by: str, threshold: int) -> list[GroupRow]:
    """Return students' rows by `cohort` or `course`, in the order of their names."""
    key = _GROUPS[by]
    found: dict[tuple[str, str], list[StudentRow]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    made = [together(identity, name, part, threshold) for (identity, name), part in found.items()]
    return sorted(made, key=lambda row: (row.name.casefold(), row.id))


def together(identity: str, name: str, rows: Sequence[StudentRow], threshold: int) -> GroupRow:
    """Return the figures of rows together: every class counts once for every student."""
    total = sum((row.tally for row in rows), Tally())
    below = sum(is_below(row.tally, threshold) for row in rows)
    return GroupRow(identity, name, len({row.person_id for row in rows}), below, total)
