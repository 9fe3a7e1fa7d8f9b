"""Paints the cells of a record table straight from the row's cell: text, number, person or badge."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.widgets.avatar import initials_pixmap
from desktop.widgets.badge import badge_pixmap, badge_width
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import elided
from desktop.widgets.record_model import RecordModel
from desktop.widgets.theme import Theme, theme

# Combining flags costs as much as painting a short text, so it is done once.
_RIGHT_FLAGS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_LEFT_FLAGS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_SELECTED = QStyle.StateFlag.State_Selected
_LEFT = 12
_RIGHT = 10
_MARK = 3
_LEAST_DETAIL = 56
"""Px that a detail needs to say anything; less of it would be an arrow and dots."""
_Index = QModelIndex | QPersistentModelIndex
_STEPS = {
    CellKind.TEXT: ("body", "text"),
    CellKind.MUTED: ("body", "muted"),
    CellKind.NUMBER: ("body-medium", "text"),
    CellKind.PERSON: ("body-medium", "text"),
}


class PaintedTable(Protocol):
    """What the delegate asks of the table that it paints."""

    record_model: RecordModel
    hovered_row: int

    def row_height(self) -> int:
        """Return the height of a row in pixels."""

    def columns_in_order(self) -> list[int]:
        """Return the columns as they stand, from the first."""

    def currentIndex(self) -> QModelIndex:
        """Return where the keyboard is."""

    def number_painted(self, place: int, words: str) -> None:
        """Hear of a number that was painted."""

    def hasFocus(self) -> bool:
        """Tell whether the keyboard's keys come here."""


class RecordDelegate(QStyledItemDelegate):
    """Paints every part itself; Qt's own item painting costs several times as much."""

    def __init__(self, table: PaintedTable, parent: QObject) -> None:
        super().__init__(parent)
        self._table = table
        self._look = theme()
        self._last_row = self._focus_row = self._first_column = self._last_column = -1

    def begin(self) -> None:
        """Ask once before all cells are painted what would be the same for every one of them."""
        table = self._table
        order = table.columns_in_order()
        self._look = theme()
        self._last_row = table.record_model.rowCount() - 1
        self._focus_row = table.currentIndex().row() if table.hasFocus() else -1
        self._first_column, self._last_column = order[0], order[-1]

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Return the row's height; widths come from the columns."""
        return QSize(80, self._table.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint background, content, hairline and the focus of one cell."""
        look = self._look
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        row, column = index.row(), index.column()
        table = self._table
        model = table.record_model
        selected = bool(state & _SELECTED)
        if selected:
            painter.fillRect(rect, look.colour("sel"))
        elif row == table.hovered_row:
            painter.fillRect(rect, look.colour("hover"))
        if row < self._last_row:
            painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, look.colour("line"))
        first = column == self._first_column
        if selected and first:
            painter.fillRect(rect.x(), rect.y(), _MARK, rect.height(), look.colour("accent"))
        self._paint_content(painter, rect, model, row, column, look)
        if row == self._focus_row:
            self._paint_focus(painter, rect, first, column == self._last_column, look.colour("focus"))

    def _paint_content(
        self, painter: QPainter, rect: QRect, model: RecordModel, row: int, column: int, look: Theme
    ) -> None:
        cell = model.cell_at(row, column)
        if cell is None:
            return
        shown = model.columns[column]
        box = QRect(rect.x() + _LEFT, rect.y(), rect.width() - _LEFT - _RIGHT, rect.height() - 1)
        if shown.kind is CellKind.BADGE:
            self._paint_badge(painter, box, cell, look)
        else:
            self._paint_text(painter, box, shown, cell, look, first=column == 0)
        if shown.kind is CellKind.NUMBER:
            self._table.number_painted(column, cell.text)

    @staticmethod
    def _paint_badge(painter: QPainter, box: QRect, cell: Cell, look: Theme) -> None:
        if not cell.text:
            return
        height = look.size("badge-table")
        width = min(badge_width(cell.text, cell.icon), box.width())
        left = box.right() + 1 - width if look.right_to_left else box.x()
        ratio = painter.device().devicePixelRatio()
        badge = badge_pixmap(cell.text, cell.tone or "neu", cell.icon, (width, height), ratio)
        painter.drawPixmap(left, box.y() + (box.height() - height) // 2, badge)

    def _paint_text(
        self, painter: QPainter, box: QRect, column: Column, cell: Cell, look: Theme, *, first: bool
    ) -> None:
        step, colour_name = _STEPS[column.kind]
        if first and step == "body":
            step = "body-medium"
        before = 0
        if column.kind is CellKind.PERSON and cell.number:
            side = int(look.tokens.sizes["photo-table"])
            ratio = painter.device().devicePixelRatio()
            left = box.right() + 1 - side if look.right_to_left else box.x()
            top = box.y() + (box.height() - side) // 2
            photo = column.photo(cell.person, side, ratio) if column.photo is not None and cell.person else None
            painter.drawPixmap(left, top, photo or initials_pixmap(cell.text, cell.number, side, ratio))
            before = side + 10
        elif cell.icon:
            size = look.tokens.sizes["icon"]
            left = box.right() + 1 - round(size) if look.right_to_left else box.x()
            tone = look.colour(cell.tone or "text2")
            draw_icon(painter, cell.icon, left, box.y() + (box.height() - size) / 2, size, tone)
            before = round(size) + 8
        colour = look.colour(cell.tone or colour_name)
        text_box = box.adjusted(0, 0, -before, 0) if look.right_to_left else box.adjusted(before, 0, 0, 0)
        right = (column.kind is CellKind.NUMBER) is not look.right_to_left
        self._write(painter, text_box, cell.text, step, colour, look, right=right)
        if cell.detail and not look.right_to_left:
            used = round(look.metrics(step).horizontalAdvance(cell.text))
            rest = text_box.adjusted(used + 10, 0, 0, 0)
            if rest.width() < _LEAST_DETAIL:
                return
            self._write(painter, rest, cell.detail, "small", look.colour("muted"), look, right=False)

    @staticmethod
    def _write(
        painter: QPainter, box: QRect, text: str, step: str, colour: QColor, look: Theme, *, right: bool
    ) -> None:
        metrics = look.metrics(step)
        room = box.width()
        # Measuring costs more than drawing, so a text that is short in any case is not measured.
        longest = len(text) * look.tokens.type_steps[step].size * look.scale / 100
        if longest > room and metrics.horizontalAdvance(text) > room:
            text = elided(metrics, text, room)
        painter.setFont(look.font(step))
        painter.setPen(colour)
        painter.drawText(box, _RIGHT_FLAGS if right else _LEFT_FLAGS, text)

    @staticmethod
    def _paint_focus(painter: QPainter, rect: QRect, first: bool, last: bool, colour: QColor) -> None:
        painter.fillRect(rect.x(), rect.y(), rect.width(), 2, colour)
        painter.fillRect(rect.x(), rect.bottom() - 1, rect.width(), 2, colour)
        if first:
            painter.fillRect(rect.x(), rect.y(), 2, rect.height(), colour)
        if last:
            painter.fillRect(rect.right() - 1, rect.y(), 2, rect.height(), colour)
