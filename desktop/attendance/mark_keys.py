"""The keys of a register, the same in the grid and in the list."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from shared.attendance.vocabulary import AttendanceState


class Act(StrEnum):
    """What a key or a press asks for."""

    MARK = "mark"
    DIGIT = "digit"
    CLEAR = "clear"
    NOTE = "note"
    MENU = "menu"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class Asked:
    """An act with its state or digit."""

    act: Act
    state: AttendanceState = AttendanceState.NONE
    digit: int = 0


KEYS: tuple[tuple[str, AttendanceState], ...] = (
    ("P", AttendanceState.PRESENT),
    ("L", AttendanceState.LATE),
    ("A", AttendanceState.ABSENT),
    ("E", AttendanceState.EXCUSED),
)
_STATES = {
    Qt.Key.Key_P: AttendanceState.PRESENT,
    Qt.Key.Key_L: AttendanceState.LATE,
    Qt.Key.Key_A: AttendanceState.ABSENT,
    Qt.Key.Key_E: AttendanceState.EXCUSED,
}


def read_key(event: QKeyEvent, *, letters: bool) -> Asked | None:
    """Return what a key asks for, None where it is not one of the register's; `letters` are single-letter keys."""
    key = Qt.Key(event.key())
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if letters and modifiers == Qt.KeyboardModifier.ShiftModifier and key == Qt.Key.Key_L:
        return Asked(Act.MARK, AttendanceState.LEFT_EARLY)
    if modifiers & ~Qt.KeyboardModifier.ShiftModifier:
        return None
    if letters and key in _STATES:
        return Asked(Act.MARK, _STATES[key])
    if letters and key == Qt.Key.Key_N:
        return Asked(Act.NOTE)
    if Qt.Key.Key_0 <= key <= Qt.Key.Key_9 and not modifiers:
        return Asked(Act.DIGIT, digit=int(key) - int(Qt.Key.Key_0))
    if key == Qt.Key.Key_Backspace:
        return Asked(Act.CLEAR)
    if key in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
        return Asked(Act.MENU)
    return None
