"""What the page of corrections reads and does: marks of some days with what was said in class and by the office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from desktop.attendance.actions import RollCall
from desktop.attendance.registers import sees_all
from desktop.attendance.store import MarkRow, read_roll
from desktop.core.desk import Desk
from desktop.timetable.store import session_lines
from desktop.timetable.times import local, local_now, zone_of
from shared.attendance.permissions import may_take_register
from shared.attendance.rules import is_derived
from shared.attendance.vocabulary import AttendanceState
from shared.core.text import text
from shared.timetable.clashes import taught_by

CORRECTED, DISPUTED, ALL = "corrected", "disputed", "all"
Body = Mapping[str, Any]


@dataclass(frozen=True)
class CorrectionRow:
    """One mark: what was last said in class and what the office said, and when the class was."""

    session_id: str
    starts: datetime
    cohort: str
    row: MarkRow

    @property
    def id(self) -> str:
        """The mark's id."""
        return self.row.member.mark_id

    @property
    def in_class(self) -> Body | None:
        """What was last said in class."""
        return self.row.in_class

    @property
    def by_office(self) -> Body | None:
        """What the office last said, an approved request included."""
        return self.row.by_office


def correction_rows(desk: Desk, first: date, last: date, show: str, cohort_id: str = "") -> list[CorrectionRow]:
    """Return marks of the days, latest class first: those corrected, those that two people disagree about, or all."""
    zone = zone_of(desk)
    found: list[CorrectionRow] = []
    for line in session_lines(desk, first, last, cohort_id=cohort_id):
        session = line.body
        if not sees_all(desk) and not may_take_register(desk.actor, session["cohort_id"], taught_by(session)):
            continue
        if line.starts > local_now(desk, zone) or line.body.get("state") == "cancelled":
            continue
        starts = local(session["starts_at"], zone)
        kept = (row for row in read_roll(desk, line.id).rows if _wanted(row, show))
        found += [CorrectionRow(line.id, starts, line.cohort, row) for row in kept]
    return sorted(found, key=lambda one: (-one.starts.timestamp(), one.row.member.name, one.id))


def _wanted(row: MarkRow, show: str) -> bool:
    if show == DISPUTED:
        return row.is_disputed
    if show == ALL:
        return True
    office = row.by_office
    return office is not None and not is_derived(office)


@dataclass
class Corrections:
    """Corrects marks one at a time, each through the register it belongs to, and takes them back in order."""

    desk: Desk
    _registers: dict[str, RollCall] = field(default_factory=dict)
    _done: list[str] = field(default_factory=list)

    def mark(self, one: CorrectionRow, state: AttendanceState) -> bool:
        """Say what counts; False where the mark says so already. Raises CampusError where it may not be changed."""
        register = self._register(one.session_id)
        made = register.mark(one.row.id, state)
        register.stop_typing()
        if made:
            self._done.append(one.session_id)
        return made

    def clear(self, one: CorrectionRow) -> bool:
        """Take the mark away: not recorded."""
        made = self._register(one.session_id).clear(one.row.id)
        if made:
            self._done.append(one.session_id)
        return made

    def undo(self) -> str:
        """Take the last correction back; returns what was done, in words."""
        if not self._done:
            return text("There is nothing to undo on this page.")
        register = self._registers[self._done[-1]]
        register.refresh()
        words = register.undo()
        self._done.pop()
        return words

    def _register(self, session_id: str) -> RollCall:
        register = self._registers.get(session_id)
        if register is None:
            register = self._registers[session_id] = RollCall(self.desk, session_id)
        register.refresh()
        return register
