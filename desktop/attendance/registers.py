"""What the list of registers reads: each class of some days with how far its register is."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from desktop.attendance.leave_store import excuses_between
from desktop.core.desk import Desk
from desktop.timetable.store import SessionLine, session_lines
from desktop.timetable.times import day_range, local_now, zone_of
from shared.attendance.permissions import may_take_register
from shared.attendance.rules import OPENS_BEFORE, Excuses, effective
from shared.attendance.vocabulary import OBSERVATION, REGISTER, AttendanceState, RegisterState
from shared.core.text import text
from shared.learning.vocabulary import ENROLMENT
from shared.people.vocabulary import Permission
from shared.timetable.clashes import taught_by
from shared.timetable.vocabulary import ClassSessionState


class Progress(StrEnum):
    """How far a register is."""

    NOT_TAKEN = "not_taken"
    OPEN = "open"
    FINISHED = "finished"
    PLANNED = "planned"
    CANCELLED = "cancelled"


PROGRESS_LOOKS: dict[Progress, tuple[str, str]] = {
    Progress.NOT_TAKEN: ("bad", "circle-alert"),
    Progress.OPEN: ("warn", "clock"),
    Progress.FINISHED: ("ok", "check"),
    Progress.PLANNED: ("neu", "circle-dashed"),
    Progress.CANCELLED: ("neu", "x"),
}


def progress_word(progress: Progress) -> str:
    """Return `Not taken`, `Open` and so on."""
    return {
        Progress.NOT_TAKEN: text("Not taken"),
        Progress.OPEN: text("Open"),
        Progress.FINISHED: text("Finished"),
        Progress.PLANNED: text("Planned"),
        Progress.CANCELLED: text("Cancelled"),
    }[progress]


@dataclass(frozen=True)
class RegisterLine:
    """One class with how far its register is; `counts` are the marks by state."""

    session: SessionLine
    progress: Progress
    counts: Counter[str]

    @property
    def id(self) -> str:
        """The class session's id."""
        return self.session.id

    @property
    def marked(self) -> int:
        """How many students have a mark."""
        return sum(self.counts.values())


def register_lines(desk: Desk, first: date, last: date, *, cohort_id: str = "") -> list[RegisterLine]:
    """Return the registers of the days, latest first: everyone's for the office, own ones for instructors."""
    lines = session_lines(desk, first, last, cohort_id=cohort_id)
    if not sees_all(desk):
        lines = [line for line in lines if may_take_register(desk.actor, line.body["cohort_id"], taught_by(line.body))]
    excuses = excuses_between(desk, *day_range(first, last, zone_of(desk)))
    testing = {one: _testing(desk, one) for one in {line.body["cohort_id"] for line in lines}}
    made = (_line(desk, line, excuses, testing[line.body["cohort_id"]]) for line in lines)
    return sorted(made, key=lambda line: line.session.starts, reverse=True)


def _testing(desk: Desk, cohort_id: str) -> frozenset[str]:
    """Return the enrolments of staff who only try things out: they don't count."""
    return frozenset(one["id"] for one in desk.store.children(ENROLMENT, cohort_id) if one.get("testing"))


def sees_all(desk: Desk) -> bool:
    """Tell whether the person works with everyone's registers."""
    wide = (Permission.REGISTERS_TAKE_ANY, Permission.REGISTERS_CORRECT, Permission.SEE_ALL)
    return any(desk.actor.may(word) for word in wide)


def _line(desk: Desk, session: SessionLine, excuses: Excuses, testing: frozenset[str]) -> RegisterLine:
    counts: Counter[str] = Counter()
    marks: dict[str, list[dict[str, Any]]] = {}
    for one in desk.store.children(OBSERVATION, session.id):
        if one["enrolment_id"] not in testing:
            marks.setdefault(one["mark_id"], []).append(one)
    for observations in marks.values():
        first = observations[0]
        excused = excuses.of(first["person_id"], first["enrolment_id"], session.body)
        state = effective([*observations, *excused]).state
        if state is not AttendanceState.NONE:
            counts[str(state)] += 1
    registers = desk.store.children(REGISTER, session.id)
    finished = any(one.get("state") == RegisterState.FINISHED for one in registers)
    return RegisterLine(session, _progress(desk, session, finished=finished, marked=bool(counts)), counts)


def _progress(desk: Desk, session: SessionLine, *, finished: bool, marked: bool) -> Progress:
    if session.state is ClassSessionState.CANCELLED:
        return Progress.CANCELLED
    if finished:
        return Progress.FINISHED
    if marked:
        return Progress.OPEN
    now = local_now(desk, zone_of(desk))
    return Progress.PLANNED if session.starts - now > OPENS_BEFORE else Progress.NOT_TAKEN
