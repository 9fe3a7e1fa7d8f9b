"""Rooms and holidays: what classes are planned in, and on which days there are none."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow, tell, tell_problem
from desktop.timetable import calendar_actions, place_actions
from desktop.timetable.holiday_import_dialog import HolidayImportDialog
from desktop.timetable.place_dialogs import HolidayDialog, RoomDialog
from desktop.timetable.place_tables import HolidayTable, RoomTable
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.dialog import Dialog
from desktop.widgets.layouts import PageHead
from desktop.widgets.tabs import Tabs
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.timetable.permissions import may_plan
from shared.timetable.rules import LARGEST_CALENDAR
from shared.timetable.vocabulary import HOLIDAY, ROOM, HolidayState, RoomState

ROOMS, HOLIDAYS = "rooms", "holidays"


class PlacesPage(QWidget):
    """Two tabs, each a list with its form; planners add, change and remove."""

    def __init__(self, desk: Desk, _entity_id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._plans = desk, may_plan(desk.actor)
        self.setWindowTitle(self.tr("Rooms and holidays"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        head = PageHead(self.tr("Rooms and holidays"))
        self.import_button = secondary(self.tr("Import holidays"), "upload", self.ask_file)
        self.new_button = primary(self.tr("Add a room"), "plus", self.new)
        self.undo_button = secondary(self.tr("Undo the import"), "history", self.undo_import)
        if self._plans:
            head.add_button(self.undo_button)
            head.add_button(self.import_button)
            head.add_button(self.new_button)
        column.addWidget(head)
        self.tabs = Tabs([(ROOMS, self.tr("Rooms")), (HOLIDAYS, self.tr("Holidays"))], name=self.tr("Parts"))
        self.tabs.chosen_changed.connect(self._choose)
        column.addWidget(self.tabs)
        self.rooms, self.holidays = RoomTable(desk), HolidayTable(desk)
        self.stack = QStackedWidget()
        for table in (self.rooms, self.holidays):
            self.stack.addWidget(table)
            table.opened.connect(self.open_row)
        column.addWidget(self.stack, 1)
        follow(desk.store, self, self._changed)
        self.tabs.choose((details or {}).get("tab") or ROOMS)
        self._choose(self.tabs.chosen)
        if (details or {}).get("act") == "new":
            QTimer.singleShot(0, self, self.new)

    def _choose(self, tab: str) -> None:
        self.stack.setCurrentIndex(0 if tab == ROOMS else 1)
        self.import_button.setVisible(self._plans and tab == HOLIDAYS)
        self._offer_undo()
        self.new_button.setVisible(self._plans)
        self.new_button.setText(self.tr("Add a room") if tab == ROOMS else self.tr("Add a holiday"))
        self.new_button.updateGeometry()

    def _changed(self, changed: Changed) -> None:
        if changed.kinds & {ROOM, HOLIDAY}:
            self.refresh()

    def refresh(self) -> None:
        """Read both lists anew."""
        self.rooms.refresh()
        self.holidays.refresh()

    def new(self) -> None:
        """Add a room or a holiday."""
        if self._plans:
            self._open_form(None)

    def open_row(self, row_id: str) -> None:
        """Open the form of a row."""
        shown = self._desk.store.get(ROOM if self.tabs.chosen == ROOMS else HOLIDAY, row_id)
        if self._plans and shown is not None:
            self._open_form(shown)

    def _open_form(self, shown: Mapping[str, Any] | None) -> None:
        form = RoomDialog if self.tabs.chosen == ROOMS else HolidayDialog
        dialog = form(self.window(), self._desk, shown)
        dialog.saved.connect(self._saved)
        dialog.remove_asked.connect(self.set_removed)
        self._open(dialog)

    def _open(self, dialog: Dialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _saved(self, words: str) -> None:
        self.refresh()
        tell(self, words)

    def set_removed(self, row_id: str) -> None:
        """Remove a room or holiday, or take it back, with Undo."""
        rooms = self.tabs.chosen == ROOMS
        shown = self._desk.store.get(ROOM if rooms else HOLIDAY, row_id)
        if shown is None:
            return
        gone = shown.get("state") in (RoomState.REMOVED, HolidayState.REMOVED)
        act = place_actions.set_room_removed if rooms else place_actions.set_holiday_removed
        try:
            act(self._desk, shown, removed=not gone)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        self.refresh()
        words = self.tr("{name} taken back") if gone else self.tr("{name} removed")
        tell(self, words.format(name=shown["name"]), None if gone else lambda: self.set_removed(row_id))

    def ask_file(self) -> None:
        """Ask for an iCalendar file."""
        dialog = QFileDialog(self.window(), self.tr("Choose a calendar file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Calendar files (*.ics)"))
        dialog.fileSelected.connect(lambda chosen: self.bring(Path(chosen)))
        dialog.open()

    def bring(self, path: Path) -> None:
        """Show what importing a file would change."""
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST_CALENDAR + 1)
        except OSError:
            message = self.tr("{file} can't be read. Choose another file.").format(file=path.name)
            tell_problem(self, CampusError("file_unreadable", message))
            return
        dialog = HolidayImportDialog(self.window(), self._desk, path.name, content)
        dialog.imported.connect(self._imported)
        self._open(dialog)

    def _imported(self, words: str) -> None:
        self.refresh()
        self._offer_undo()
        tell(self, words, self.undo_import if calendar_actions.may_undo_import(self._desk) else None)

    def _offer_undo(self) -> None:
        shown = self._plans and self.tabs.chosen == HOLIDAYS and calendar_actions.may_undo_import(self._desk)
        self.undo_button.setVisible(shown)

    def undo_import(self) -> None:
        """Take the last import of holidays back, in one step; what was changed since stays."""
        self.undo_button.set_busy(True)
        work = partial(calendar_actions.undo_import, self._desk)
        run_in_background(work, self._undone, self._not_undone, self, Lane.NETWORK)

    def _undone(self, done: dict[str, int]) -> None:
        self.undo_button.set_busy(False)
        self.refresh()
        self._offer_undo()
        words = plural("1 holiday removed", "{n} holidays removed", done["removed"])
        if done["left"]:
            stays = plural("1 was changed since and stays", "{n} were changed since and stay", done["left"])
            words = text("{removed}, {stays}", removed=words, stays=stays)
        tell(self, words)

    def _not_undone(self, problem: Exception) -> None:
        self.undo_button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        tell_problem(self, problem)

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.rooms.table if self.tabs.chosen == ROOMS else self.holidays.table
