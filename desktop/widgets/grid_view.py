"""A grid of people by something: names and heads stay in sight, cells are painted, the current one is framed."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from desktop.widgets.paint import fill_box
from desktop.widgets.theme import theme

GridIndex = QModelIndex | QPersistentModelIndex


class GridCells(QStyledItemDelegate):
    """Paints a cell's ground, its lines and the frame of the current one; `paint_cell` paints what it says."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self.view = view

    def ground(self, index: GridIndex) -> str:
        """Return the colour that a cell stands on."""
        return "surface" if index.isValid() else "sunken"

    def paint_cell(self, painter: QPainter, rect: QRectF, index: GridIndex) -> None:
        """Paint what a cell says."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: GridIndex) -> None:
        """Paint one cell with its lines, and the frame of the current one."""
        look, rect = theme(), QRectF(option.rect)
        painter.fillRect(rect, look.colour(self.ground(index)))
        painter.fillRect(QRectF(rect.x(), rect.bottom() - 1, rect.width(), 1), look.colour("line"))
        painter.fillRect(QRectF(rect.right() - 1, rect.y(), 1, rect.height()), look.colour("line"))
        self.paint_cell(painter, rect, index)
        if index == self.view.currentIndex():
            width = 2.5 if self.view.hasFocus() else 1.0
            fill_box(painter, rect.adjusted(1, 1, -2, -2), 4, None, look.colour("focus"), width)


class GridHead(QHeaderView):
    """Paints the ground of a head, tinted where the current cell is; `paint_head` paints what it says.

    `room` is the width of the names and the height of the heads above, in px before scaling.
    """

    room = (200, 50)
    parted = True
    """Whether a line parts a head from the next one."""

    def __init__(self, orientation: Qt.Orientation, view: QTableView) -> None:
        super().__init__(orientation, view)
        self.view = view
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def sizeHint(self) -> QSize:
        """Return room for a name, or for the lines of a head."""
        return QSize(*(theme().px(one) for one in self.room))

    def paint_head(self, painter: QPainter, rect: QRect, section: int, *, chosen: bool) -> None:
        """Paint what a head says."""

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint one head."""
        look, vertical = theme(), self.orientation() is Qt.Orientation.Vertical
        current = self.view.currentIndex()
        chosen = section == (current.row() if vertical else current.column())
        painter.save()
        painter.fillRect(rect, look.colour("sel" if chosen else ("surface" if vertical else "sunken")))
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), look.colour("line"))
        if self.parted:
            painter.fillRect(QRect(rect.right(), rect.y(), 1, rect.height()), look.colour("line"))
        self.paint_head(painter, rect, section, chosen=chosen)
        painter.restore()


class ScaledTable(QTableView):
    """A table whose rows and columns follow the text size."""

    _sized_at = 0

    def size_parts(self) -> None:
        """Give rows and columns their sizes at the text size of now, and again with each other one."""
        self._sized_at = theme().scale

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._sized_at not in {0, theme().scale}:
            self.size_parts()


class GridView(ScaledTable):
    """Copies the whole of it on Ctrl C; what else its keys do is each grid's own."""

    def set_parts(self, model: QAbstractItemModel, head: type[GridHead], cells: type[GridCells]) -> None:
        """Show a model by heads and cells of one's own."""
        self.setHorizontalHeader(head(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(head(Qt.Orientation.Vertical, self))
        self.setModel(model)
        self.setItemDelegate(cells(self))
        self.setShowGrid(False)
        corner = self.findChild(QAbstractButton)
        if corner is not None:
            corner.hide()  # it selects everything, which means nothing here
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.selectionModel().currentChanged.connect(lambda *_: self._repaint_heads())

    def _repaint_heads(self) -> None:
        self.horizontalHeader().viewport().update()
        self.verticalHeader().viewport().update()

    def lines(self) -> list[list[str]]:
        """Return the whole grid with its heads, line by line."""
        return []

    def as_text(self) -> str:
        """Return the whole grid as tab-separated lines with heads."""
        return "\n".join("\t".join(line) for line in self.lines())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy all with Ctrl C; arrows are the table's own."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.as_text())
        else:
            super().keyPressEvent(event)
