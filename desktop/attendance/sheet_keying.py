"""Keying in a printed register: what the typed lines make of the roll, and saving them as one step."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from desktop.attendance.actions import RollCall, Value, says_so
from desktop.attendance.store import MarkRow
from desktop.core.desk import Desk
from shared.attendance.sheet import SheetEntry, SheetFault, entry_text, read_sheet
from shared.attendance.vocabulary import AttendanceState
from shared.core.errors import CampusError
from shared.core.text import text

_KEPT = "keyed_sheet"


class Becomes(StrEnum):
    """What saving does to a line."""

    NOTHING = "nothing"
    SAME = "same"
    NEW = "new"
    OTHER = "other"


@dataclass(frozen=True)
class SheetLine:
    """A line of the sheet: its number as printed, its row, and what it says after saving (None: as it is)."""

    number: int
    row: MarkRow
    value: Value | None = None
    typed: bool = False

    @property
    def id(self) -> str:
        """The enrolment's id."""
        return self.row.id

    @property
    def becomes(self) -> Becomes:
        """What saving does to it."""
        if self.value is None:
            return Becomes.NOTHING
        if says_so(self.row, self.value):
            return Becomes.SAME
        return Becomes.OTHER if self.row.is_marked else Becomes.NEW


@dataclass(frozen=True)
class SheetPlan:
    """All lines in the order printed, and what is wrong with what was typed."""

    lines: tuple[SheetLine, ...]
    faults: tuple[SheetFault, ...] = ()

    @property
    def wanted(self) -> dict[str, Value]:
        """What is saved, by enrolment."""
        kept = (Becomes.NEW, Becomes.OTHER)
        return {line.id: line.value for line in self.lines if line.value is not None and line.becomes in kept}

    @property
    def changed(self) -> int:
        """How many marks that are there say something else afterwards."""
        return sum(line.becomes is Becomes.OTHER for line in self.lines)

    def count(self, state: AttendanceState) -> int:
        """Return how many lines say `state` afterwards."""
        return sum((line.value.state if line.value else line.row.mark.state) is state for line in self.lines)


class SheetKeying:
    """One register's sheet: the roll's order is the printed one. What is typed survives the program (`keep`)."""

    def __init__(self, desk: Desk, session_id: str) -> None:
        self._desk = desk
        self.roll_call = RollCall(desk, session_id)
        self._place = f"{_KEPT} {session_id}"

    def plan(self, typed: str, *, rest: bool) -> SheetPlan:
        """Return what `typed` makes of the roll; with `rest` those without any mark become present."""
        rows = self.roll_call.roll.rows
        reading = read_sheet(typed, len(rows))
        lines = [_line(at, row, reading.entries.get(at), rest=rest) for at, row in enumerate(rows, 1)]
        return SheetPlan(tuple(lines), reading.faults)

    def save(self, typed: str, *, rest: bool) -> int:
        """Save the sheet as one step; returns how many marks it made.

        Raises CampusError with the code of the first fault in `typed`, `sheet_empty`, and what `RollCall` raises.
        """
        plan = self.plan(typed, rest=rest)
        if plan.faults:
            raise CampusError(plan.faults[0].code, plan.faults[0].sentence)
        if not plan.wanted:
            raise CampusError("sheet_empty", text("Nothing is different from the register. Type a line and a letter."))
        made = self.roll_call.key_in(plan.wanted)
        self.keep("", rest=rest)
        return made

    def kept(self) -> tuple[str, bool]:
        """Return what was typed and not saved yet, and whether the others are marked present."""
        found: Mapping[str, Any] = self._desk.store.recall(self._place) or {}
        return str(found.get("typed") or ""), bool(found.get("rest", True))

    def keep(self, typed: str, *, rest: bool) -> None:
        """Keep what is typed for the next time this sheet is opened."""
        if (typed, rest) != self.kept():
            self._desk.store.remember(self._place, {"typed": typed, "rest": rest})


def _line(number: int, row: MarkRow, entry: SheetEntry | None, *, rest: bool) -> SheetLine:
    if entry is not None:
        return SheetLine(number, row, Value(entry.state, entry.minutes, row.note), typed=True)
    if rest and not row.is_marked and not row.member.suspended:
        return SheetLine(number, row, Value(AttendanceState.PRESENT, None, row.note))
    return SheetLine(number, row)


def retyped(typed: str, line: int, state: AttendanceState | None, lines: int) -> str:
    """Return `typed` with another mark for a line, or without it where `state` is None; the rest in order."""
    entries = dict(read_sheet(typed, lines).entries)
    entries.pop(line, None)
    if state is not None:
        entries[line] = SheetEntry(line, state)
    return " ".join(entry_text(one.line, one.state, one.minutes) for one in sorted(entries.values(), key=_by_line))


def _by_line(entry: SheetEntry) -> int:
    return entry.line
