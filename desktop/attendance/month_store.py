"""What the month view reads: a cohort's classes of some days, its students, and every mark as it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from desktop.attendance.leave_store import excuses_of
from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.timetable.times import day_range, local, local_now, zone_of
from shared.attendance.rules import BY_HAND, Effective, effective, percentage, rank, unsuperseded, value
from shared.attendance.vocabulary import OBSERVATION, AttendanceState
from shared.learning.vocabulary import ATTENDING, COHORT, ENROLMENT
from shared.people.rules import fold
from shared.people.vocabulary import PERSON
from shared.timetable.vocabulary import CLASS_SESSION, ClassSessionState

Body = Mapping[str, Any]
_NOTHING = Effective(AttendanceState.NONE, None, None, ())


@dataclass(frozen=True)
class MonthClass:
    """A column: one class session, local times; `begun` says whether marks are to be expected."""

    body: Body
    starts: datetime
    begun: bool

    @property
    def id(self) -> str:
        """The class session's id."""
        return str(self.body["id"])

    @property
    def cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self.body.get("state") == ClassSessionState.CANCELLED


@dataclass(frozen=True)
class MonthCell:
    """A mark as it stands; `disputed` while two people disagree."""

    mark: Effective = _NOTHING
    disputed: bool = False


@dataclass(frozen=True)
class MonthStudent:
    """A row: an enrolment with its cells, one for each class, and the percentage of these classes."""

    enrolment_id: str
    name: str
    number: str
    suspended: bool
    cells: tuple[MonthCell, ...]
    percent: int | None


@dataclass(frozen=True)
class Month:
    """The grid: classes in order of time, students in the order of their register."""

    cohort: Body | None = None
    classes: tuple[MonthClass, ...] = ()
    students: tuple[MonthStudent, ...] = ()
    percents: tuple[int | None, ...] = field(default=())
    """The percentage of each class."""


def with_cell(month: Month, enrolment_id: str, session_id: str, cell: MonthCell) -> Month:
    """Return the month with another mark, and with the percentages that follow from it."""
    column = next((at for at, one in enumerate(month.classes) if one.id == session_id), -1)
    row = next((at for at, one in enumerate(month.students) if one.enrolment_id == enrolment_id), -1)
    if column < 0 or row < 0:
        return month
    student = month.students[row]
    cells = (*student.cells[:column], cell, *student.cells[column + 1 :])
    changed = replace(student, cells=cells, percent=_student_percent(cells, month.classes))
    students = (*month.students[:row], changed, *month.students[row + 1 :])
    percents = (*month.percents[:column], _class_percent(students, column), *month.percents[column + 1 :])
    return replace(month, students=students, percents=percents)


def month_of(day: date, step: int = 0) -> tuple[date, date]:
    """Return the first and the last day of the month that lies `step` months from the one of `day`."""
    at = day.year * 12 + day.month - 1 + step
    first = date(at // 12, at % 12 + 1, 1)
    following = date((at + 1) // 12, (at + 1) % 12 + 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)


def read_month(desk: Desk, cohort_id: str, first: date, last: date) -> Month:
    """Read the classes of the days `first` to `last`, both included."""
    store, zone = desk.store, zone_of(desk)
    since, until = day_range(first, last, zone)
    now = local_now(desk, zone)
    sessions = [one for one in store.children(CLASS_SESSION, cohort_id) if since <= one["starts_at"] < until]
    sessions.sort(key=lambda one: (one["starts_at"], one["id"]))
    starts = [local(one["starts_at"], zone) for one in sessions]
    classes = tuple(MonthClass(one, at, at <= now) for one, at in zip(sessions, starts, strict=True))
    marks = _marks(desk, [one["id"] for one in sessions])
    students = _students(desk, cohort_id, classes, marks)
    percents = tuple(_class_percent(students, at) for at in range(len(classes)))
    return Month(store.get(COHORT, cohort_id), classes, students, percents)


def _marks(desk: Desk, session_ids: Sequence[str]) -> dict[tuple[str, str], list[Body]]:
    found: dict[tuple[str, str], list[Body]] = {}
    if session_ids:
        for one in desk.store.page(OBSERVATION, [Where("session_id", "in", list(session_ids))], limit=-1):
            found.setdefault((one["enrolment_id"], one["session_id"]), []).append(one)
    return found


def _students(
    desk: Desk, cohort_id: str, classes: Sequence[MonthClass], marks: Mapping[tuple[str, str], list[Body]]
) -> tuple[MonthStudent, ...]:
    marked = {enrolment_id for enrolment_id, _ in marks}
    enrolments = [
        one
        for one in desk.store.children(ENROLMENT, cohort_id)
        if not one.get("testing") and (one["state"] in ATTENDING or one["id"] in marked)
    ]
    people = desk.store.many(PERSON, [one["person_id"] for one in enrolments])
    excuses = excuses_of(desk, [one["person_id"] for one in enrolments])
    rows: list[tuple[tuple[str, str, str], MonthStudent]] = []
    for one in enrolments:
        person = people.get(one["person_id"], {})
        cells = tuple(
            _cell([*marks.get((one["id"], klass.id), ()), *excuses.of(one["person_id"], one["id"], klass.body)])
            for klass in classes
        )
        given, family = str(person.get("given_name") or ""), str(person.get("family_name") or "")
        student = MonthStudent(
            one["id"],
            f"{given} {family}".strip(),
            str(person.get("number") or ""),
            "suspended" in {one["state"], person.get("state")},
            cells,
            _student_percent(cells, classes),
        )
        rows.append(((fold(given), fold(family), one["id"]), student))
    return tuple(student for _, student in sorted(rows, key=lambda row: row[0]))


def _cell(observations: Sequence[Body]) -> MonthCell:
    if not observations:
        return MonthCell()
    hand = {value(one) for one in unsuperseded(observations) if rank(one) == BY_HAND}
    return MonthCell(effective(observations), disputed=len(hand) > 1)


def _student_percent(cells: Sequence[MonthCell], classes: Sequence[MonthClass]) -> int | None:
    return percentage([str(cell.mark.state) for cell, klass in zip(cells, classes, strict=True) if klass.begun])


def _class_percent(students: Sequence[MonthStudent], at: int) -> int | None:
    states = [str(one.cells[at].mark.state) for one in students]
    return percentage(states) if any(state != AttendanceState.NONE for state in states) else None
