"""The menu of a register: everything that keys do to the current student, and what the tools leave out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.attendance.actions import RollCall
from desktop.attendance.history_panel import HistoryPanel
from desktop.attendance.leave_menu import leave_offers
from desktop.attendance.mark_keys import Act, Asked
from desktop.attendance.register_body import RegisterBody
from desktop.attendance.report_register import preview_register
from desktop.attendance.scan_panel import ScanPanel
from desktop.attendance.words import LOOKS, state_word
from desktop.widgets.icons import icon
from shared.attendance.vocabulary import AttendanceState

_MARKS = (
    (AttendanceState.PRESENT, "P"),
    (AttendanceState.LATE, "L"),
    (AttendanceState.ABSENT, "A"),
    (AttendanceState.EXCUSED, "E"),
    (AttendanceState.LEFT_EARLY, "Shift+L"),
)


class TakesMarks(Protocol):
    """What the menu does on a register's page."""

    roll_call: RollCall
    body: RegisterBody
    history: HistoryPanel
    scan: ScanPanel
    letters: bool

    def ask(self, asked: Asked) -> None:
        """Do what a key asks for."""

    def mark(self, state: AttendanceState) -> None:
        """Mark the current student."""

    def note(self) -> None:
        """Write a note."""

    def decide(self) -> None:
        """Open the decision."""

    def undo(self) -> None:
        """Take a step back."""

    def redo(self) -> None:
        """Do it again."""

    def toggle_history(self) -> None:
        """Show or hide the history."""

    def add_walk_in(self) -> None:
        """Ask who walked in."""

    def reopen(self) -> None:
        """Open the finished register again."""


def _tr(words: str) -> str:
    return QCoreApplication.translate("RegisterMenu", words)


def register_menu(parent: QWidget, page: TakesMarks) -> QMenu:
    """Return the menu; it is gone once it closes."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    roll, row = page.roll_call.roll, page.body.current
    if row is not None:
        menu.setAccessibleName(row.member.name)
        if not roll.locked:
            for state, keys in _MARKS:
                act = _add(menu, LOOKS[state].icon, state_word(state), partial(page.mark, state))
                _show_keys(act, keys, shown=page.letters)
            clear = _add(menu, "x", _tr("Clear the mark"), lambda: page.ask(Asked(Act.CLEAR)))
            _show_keys(clear, "Backspace", shown=True)
            clear.setEnabled(row.is_marked)
            _show_keys(_add(menu, "message-square", _tr("Note"), page.note), "N", shown=page.letters)
        if row.conflict_id is not None:
            _add(menu, "git-compare-arrows", _tr("Choose which mark counts"), page.decide)
        words = _tr("History of the mark") if page.history.isHidden() else _tr("Hide the history of the mark")
        _add(menu, "history", words, page.toggle_history)
        for sign, offer, run in leave_offers(parent, page.roll_call, row):
            _add(menu, sign, offer, run)
        menu.addSeparator()
    if not roll.locked:
        undo = _add(menu, "arrow-left", _tr("Undo"), page.undo)
        undo.setEnabled(page.roll_call.can_undo)
        _show_keys(undo, "Ctrl+Z", shown=True)
        redo = _add(menu, "arrow-right", _tr("Redo"), page.redo)
        redo.setEnabled(page.roll_call.can_redo)
        _show_keys(redo, "Ctrl+Y", shown=True)
    _add_class_offers(menu, page)
    if roll.session is not None:
        _add(menu, "printer", _tr("Print the register"), partial(print_register, parent, page.roll_call))
    return menu


def _add_class_offers(menu: QMenu, page: TakesMarks) -> None:
    """Add what can be done for the whole class, where its register may be taken."""
    roll = page.roll_call.roll
    if roll.refusal is not None:
        return
    words = _tr("Stop scanning") if page.scan.is_on else _tr("Scan cards")
    _show_keys(_add(menu, "scan-line", words, page.scan.toggle), "F9", shown=True)
    _add(menu, "monitor", _tr("Show the class code"), page.scan.code_asked.emit)
    _add(menu, "tablet-smartphone", _tr("Open kiosk on this computer"), page.scan.kiosk_asked.emit)
    _add(menu, "user-plus", _tr("Add someone who walked in"), page.add_walk_in)
    if roll.finished:
        _add(menu, "history", _tr("Reopen register"), page.reopen)
    if not roll.locked:
        _add(menu, "clipboard-list", _tr("Key in a printed sheet"), partial(_open_sheet, page.roll_call))


def _open_sheet(roll_call: RollCall) -> None:
    roll_call.desk.open("attendance.sheet", roll_call.session_id)


def print_register(page: QWidget, roll_call: RollCall) -> None:
    """Show the register as it prints."""
    preview_register(page, roll_call.desk, roll_call.session_id)


def _add(menu: QMenu, sign: str, words: str, act: Callable[[], object]) -> QAction:
    action = QAction(icon(sign), words, menu)
    action.triggered.connect(lambda _checked=False: act())
    menu.addAction(action)
    return action


def _show_keys(action: QAction, keys: str, *, shown: bool) -> None:
    # Printed only: the grid handles the keys itself, so that they never work inside a text field.
    if shown:
        action.setText(f"{action.text()}\t{keys.replace('+', ' ')}")
