"""The register as a list, with minutes and notes typed in place."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QItemSelectionModel, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop.attendance.list_delegate import ListDelegate
from desktop.attendance.mark_keys import Act, Asked, read_key
from desktop.attendance.register_model import Part, RegisterModel
from desktop.widgets.paint import draw_text
from desktop.widgets.theme import theme

_WIDTHS = {Part.LAST: 100, Part.PERCENT: 88, Part.MARK: 272, Part.MINUTES: 78}
_STUDENT = (190, 320)
_NARROW = 900
_Triggers = QAbstractItemView.EditTrigger


class ListHeader(QHeaderView):
    """The heads of the list, painted as every table's."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHighlightSections(False)
        self.setSectionsClickable(False)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint one head."""
        look = theme()
        painter.fillRect(rect, look.colour("sunken"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, look.colour("line"))
        words = str(self.model().headerData(section, Qt.Orientation.Horizontal))
        right = section in {Part.PERCENT, Part.MINUTES}
        align = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        box = QRectF(rect).adjusted(12, 0, -8, -1)
        draw_text(painter, box, words, "small-medium", look.colour("text2"), align)


class RegisterList(QTableView):
    """One row a student; ``asked`` gives what keys and presses ask, ``typed`` letters where they don't mark."""

    asked = Signal(object)
    typed = Signal(str)

    def __init__(self, model: RegisterModel, *, letters: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.letters = letters
        self._cells = ListDelegate(self)
        self.setItemDelegate(self._cells)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(_Triggers.DoubleClicked | _Triggers.EditKeyPressed)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(self.tr("Register, list"))
        head = ListHeader(self)
        self.setHorizontalHeader(head)
        for part in Part:
            mode = QHeaderView.ResizeMode.Stretch if part is Part.NOTE else QHeaderView.ResizeMode.Fixed
            head.setSectionResizeMode(part, mode)
        self._apply_sizes()

    @property
    def marks(self) -> RegisterModel:
        """The model."""
        return cast("RegisterModel", self.model())

    def _apply_sizes(self) -> None:
        look = theme()
        for part, width in _WIDTHS.items():
            self.setColumnWidth(part, look.px(width))
        self.verticalHeader().setDefaultSectionSize(look.size("row-photo"))
        self.horizontalHeader().setFixedHeight(look.size("table-head"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share what the fixed columns leave between name and note; the last classes go first where it is narrow."""
        look = theme()
        self.setColumnHidden(Part.LAST, self.width() < look.px(_NARROW))
        fixed = sum(look.px(width) for part, width in _WIDTHS.items() if not self.isColumnHidden(part))
        least, most = _STUDENT
        self.setColumnWidth(Part.STUDENT, max(look.px(least), min(look.px(most), (self.width() - fixed) // 2)))
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_cells"):
            self._apply_sizes()

    def edit_note(self) -> None:
        """Open the note of the current student."""
        index = self.marks.index(self.currentIndex().row(), Part.NOTE)
        self.setCurrentIndex(index)
        self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Mark by keys; Home and End go to the first and last student."""
        asked = read_key(event, letters=self.letters)
        plain = not event.modifiers()
        if asked is not None:
            self.asked.emit(asked)
        elif plain and event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            row = 0 if event.key() == Qt.Key.Key_Home else self.marks.rowCount() - 1
            self.setCurrentIndex(self.marks.index(row, max(0, self.currentIndex().column())))
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Jump to a name where single letters don't mark."""
        if not self.letters:
            self.typed.emit(search)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press a key of the current row, or a disagreement, or make another row current."""
        place = event.position().toPoint()
        index = self.indexAt(place)
        row = self.marks.row_at(index.row())
        current = index.row() == self.currentIndex().row()
        super().mousePressEvent(event)
        if row is None or event.button() != Qt.MouseButton.LeftButton or index.column() != Part.MARK:
            return
        cell = self.visualRect(index)
        spot = QRectF(QPointF(place), QSizeF(0.1, 0.1))
        state = self._cells.pressed(cell, spot) if current and self.marks.editable else None
        if state is not None:
            self.asked.emit(Asked(Act.MARK, state))
        elif row.is_disputed and not self._cells.keys(cell).contains(spot):
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.asked.emit(Asked(Act.DECIDE))

    def currentChanged(self, current: object, previous: object) -> None:
        """Paint the rows whose outline comes and goes."""
        super().currentChanged(current, previous)  # type: ignore[arg-type]  # Qt's stubs want one index type
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the outline of the current row."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the outline away."""
        super().focusOutEvent(event)
        self.viewport().update()
