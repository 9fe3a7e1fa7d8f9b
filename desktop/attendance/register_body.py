"""Grid and list of one register, of which one is on show, with one current student between them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.attendance.mark_keys import Asked
from desktop.attendance.register_grid import COLUMNS, ROWS, RegisterGrid
from desktop.attendance.register_head import GRID, LIST
from desktop.attendance.register_list import RegisterList
from desktop.attendance.register_model import RegisterModel
from desktop.attendance.store import MarkRow
from desktop.widgets.empty_state import EmptyState
from shared.people.rules import fold

USUAL_CLASS = COLUMNS * ROWS
"""How many students a window must show at once to start with tiles; a bigger class scrolls."""


class RegisterBody(QStackedWidget):
    """Shows the view that the person chose, or the one that fits; ``asked`` and ``moved`` come from either view."""

    asked = Signal(object)
    moved = Signal()
    view_changed = Signal(str)

    def __init__(
        self, model: RegisterModel, empty: EmptyState, *, letters: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.model = model
        self.grid = RegisterGrid(model, letters=letters)
        self.list = RegisterList(model, letters=letters)
        self.empty = empty
        self.chosen: str | None = None
        self._syncing = False
        self.addWidget(self.grid)
        self._framed = QWidget()
        inset = QVBoxLayout(self._framed)
        inset.setContentsMargins(6, 4, 6, 4)
        inset.addWidget(self.list)
        self.addWidget(self._framed)
        for view in (self.grid, self.list):
            view.asked.connect(self._ask)
            view.typed.connect(self.jump_to)
            view.selectionModel().currentRowChanged.connect(self._moved)
        self.addWidget(empty)
        model.modelReset.connect(self._reset)

    @property
    def view(self) -> RegisterGrid | RegisterList:
        """The view on show."""
        return self.list if self.currentWidget() is self._framed else self.grid

    @property
    def shown(self) -> str:
        """`grid` or `list`."""
        return LIST if self.currentWidget() is self._framed else GRID

    @property
    def current(self) -> MarkRow | None:
        """The current student's row."""
        return self.model.row_at(self.view.currentIndex().row())

    @property
    def place(self) -> int:
        """The current student's place, -1 for nobody."""
        return self.view.currentIndex().row()

    def choose(self, view: str | None) -> None:
        """Show a view because the person wants it; None lets the size decide."""
        self.chosen = view
        self.fit()

    def fit(self) -> None:
        """Show the view that was chosen, or tiles where the window shows a usual class at once."""
        if self.model.rowCount() == 0:
            self.setCurrentWidget(self.empty)
            return
        wide = self.width() >= RegisterGrid.least_width()
        fits = RegisterGrid.shows_all(min(self.model.rowCount(), USUAL_CLASS), self.width(), self.height())
        wanted = (self.chosen or (GRID if fits else LIST)) if wide else LIST
        view: QWidget = self.grid if wanted == GRID else self._framed
        if self.currentWidget() is view:
            return
        had_focus = self.view.hasFocus()
        place = max(0, self.place)
        self.setCurrentWidget(view)
        self.go_to(place)
        if had_focus:
            self.view.setFocus()
        self.view_changed.emit(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the view anew."""
        super().resizeEvent(event)
        self.fit()

    def go_to(self, place: int) -> None:
        """Make the student at a place the current one, in both views."""
        place = max(0, min(place, self.model.rowCount() - 1))
        self._syncing = True
        for view in (self.grid, self.list):
            column = max(0, view.currentIndex().column())
            view.setCurrentIndex(self.model.index(place, 0 if view is self.grid else column))
        self._syncing = False
        self.moved.emit()

    def go_to_student(self, enrolment_id: str) -> None:
        """Make a student the current one."""
        place = self.model.place_of(enrolment_id)
        if place >= 0:
            self.go_to(place)

    def jump_to(self, typed: str) -> bool:
        """Go to the first student with a name that begins so, or whose number does; False when there is none."""
        wanted = fold(typed)
        if not wanted:
            return False
        for begins in (_name_begins, _word_begins):
            for place, row in enumerate(self.model.rows):
                if begins(row, wanted):
                    self.go_to(place)
                    return True
        return False

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        source: QObject | None = self.sender()
        if not self._syncing and now.isValid() and source is not None:
            self.go_to(now.row())

    def _ask(self, asked: Asked) -> None:
        self.asked.emit(asked)

    def _reset(self) -> None:
        self.fit()


def _name_begins(row: MarkRow, wanted: str) -> bool:
    return fold(row.member.name).startswith(wanted)


def _word_begins(row: MarkRow, wanted: str) -> bool:
    words = [*fold(row.member.name).split(), fold(row.member.number)]
    return any(word.startswith(wanted) for word in words) or fold(row.member.family).startswith(wanted)
