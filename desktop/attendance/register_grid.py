"""The register as a grid of tiles: a list view, so that a screen reader meets every student."""

from __future__ import annotations

import math
from typing import cast

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from desktop.attendance.mark_keys import read_key
from desktop.attendance.register_model import RegisterModel
from desktop.attendance.tile_delegate import TILE_GAP, TILE_HEIGHT, TILE_WIDTH, TileDelegate
from desktop.widgets.theme import theme

COLUMNS, ROWS = 6, 5
_Move = QAbstractItemView.CursorAction


class RegisterGrid(QListView):
    """Six tiles side by side, more for a class of over 30 where they fit; ``asked`` gives what keys and presses ask.

    Tiles never get smaller than they are drawn: where six don't fit, the page shows the list.
    """

    asked = Signal(object)
    typed = Signal(str)

    def __init__(self, model: RegisterModel, *, letters: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.letters = letters
        self._tiles = TileDelegate(self)
        self.setItemDelegate(self._tiles)
        self.setModel(model)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setProperty("bare", True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("Register, photo grid"))
        model.modelReset.connect(self._lay_out)

    @property
    def marks(self) -> RegisterModel:
        """The model."""
        return cast("RegisterModel", self.model())

    @staticmethod
    def least_width() -> int:
        """Return the width that six tiles need."""
        return COLUMNS * (theme().px(TILE_WIDTH) + TILE_GAP)

    @staticmethod
    def shows_all(count: int, width: int, height: int) -> bool:
        """Tell whether `count` tiles fit into this space without scrolling."""
        columns = max(1, width // (theme().px(TILE_WIDTH) + TILE_GAP))
        rows = height // (theme().px(TILE_HEIGHT) + TILE_GAP)
        return bool(columns >= COLUMNS and columns * rows >= count)

    def columns(self) -> int:
        """Return how many tiles stand side by side: six, or more where that shows the whole class at once."""
        return self._columns_in(self.viewport().width())

    def _columns_in(self, width: int) -> int:
        look = theme()
        fit = max(1, width // (look.px(TILE_WIDTH) + TILE_GAP))
        # A notice that comes above the grid must not shuffle the tiles while someone marks, so half a row may be cut.
        rows = max(1, min(ROWS, int(self.viewport().height() / (look.px(TILE_HEIGHT) + TILE_GAP) + 0.4)))
        return min(fit, max(COLUMNS, math.ceil(self.marks.rowCount() / rows)))

    def _lay_out(self) -> None:
        high = theme().px(TILE_HEIGHT) + TILE_GAP
        # Qt hides the bar by itself only where both bars may come; the other one must never. Whether it is needed is
        # asked of the width without it, else a bar that came in a narrow moment would stay for ever.
        fits = high * math.ceil(self.marks.rowCount() / self._columns_in(self.width())) <= self.viewport().height()
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if fits else Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        if policy != self.verticalScrollBarPolicy():
            self.setVerticalScrollBarPolicy(policy)
        cell = QSize(self.viewport().width() // self.columns(), high)
        if cell != self.gridSize():
            self._tiles.cell = cell
            self.setGridSize(cell)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns."""
        super().resizeEvent(event)
        self._lay_out()

    def moveCursor(self, action: _Move, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Move by reading order: rows for up and down, Home and End to the ends."""
        here, last, columns = self.currentIndex().row(), self.marks.rowCount() - 1, self.columns()
        page = columns * max(1, self.viewport().height() // max(1, self.gridSize().height()))
        side = -1 if theme().right_to_left else 1
        steps = {
            _Move.MoveLeft: -side,
            _Move.MoveRight: side,
            _Move.MovePrevious: -1,
            _Move.MoveNext: 1,
            _Move.MoveUp: -columns,
            _Move.MoveDown: columns,
            _Move.MovePageUp: -page,
            _Move.MovePageDown: page,
        }
        if action in {_Move.MoveHome, _Move.MoveEnd}:
            return self.marks.index(0 if action == _Move.MoveHome else last, 0)
        wanted = here + steps.get(action, 0)
        if not 0 <= wanted <= last:
            down = action in {_Move.MoveDown, _Move.MovePageDown}
            wanted = last if down and here // columns < last // columns else here
        return self.marks.index(wanted, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Mark by keys; everything else is the view's."""
        asked = read_key(event, letters=self.letters)
        if asked is not None:
            self.asked.emit(asked)
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Jump to a name where single letters don't mark."""
        if not self.letters:
            self.typed.emit(search)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press a key on the current tile, or make another tile current."""
        place = event.position().toPoint()
        index = self.indexAt(place)
        row = self.marks.row_at(index.row())
        if row is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        current = index.row() == self.currentIndex().row()
        asked = self._tiles.press(row, self.visualRect(index), place, current=current and self.marks.editable)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if asked is not None:
            self.asked.emit(asked)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus on the current tile."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the focus off the current tile."""
        super().focusOutEvent(event)
        self.viewport().update()
