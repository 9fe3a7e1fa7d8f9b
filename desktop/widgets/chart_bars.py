"""Bars side by side from zero, each with its name and its value beside it."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen

from desktop.widgets.chart import Chart
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme

_ROW, _BAR = 28, 14
_NAMES = 0.36
_VALUES = 52


class BarChart(Chart):
    """Lying bars, one row for each value: names stay readable however long the list is."""

    def sizeHint(self) -> QSize:
        """Return a row's height for each value."""
        return QSize(theme().px(420), max(theme().px(_ROW) * len(self.points) + 8, theme().px(60)))

    def minimumSizeHint(self) -> QSize:
        """Be as high as the rows."""
        return QSize(theme().px(220), self.sizeHint().height())

    def plot(self) -> QRectF:
        """Return the area of the bars."""
        left = self.width() * _NAMES
        return QRectF(left, 4, max(10.0, self.width() - left - theme().px(_VALUES)), self.height() - 8)

    def place(self, at: int) -> QRectF:
        """Return the row of a value."""
        height = theme().px(_ROW)
        return QRectF(0, 4 + at * height, self.width(), height)

    def paint_points(self, painter: QPainter) -> None:
        """Paint the bars, the line of the target across them, names and values."""
        look, plot = theme(), self.plot()
        middle = Qt.AlignmentFlag.AlignLeft
        for at, point in enumerate(self.points):
            row = self.place(at)
            name = QRectF(4, row.top(), plot.left() - 14, row.height())
            draw_text(painter, name, point.name, "small", look.colour("text2"), middle)
            bar = look.px(_BAR)
            track = QRectF(plot.left(), row.center().y() - bar / 2, plot.width(), bar)
            fill_box(painter, track, look.tokens.radii["key"], look.colour("track"))
            if point.value is not None and point.value > 0:
                filled = QRectF(track)
                filled.setWidth(max(3.0, plot.width() * self.share(point.value)))
                tone = "series"
                fill_box(painter, filled, look.tokens.radii["key"], look.colour(tone))
            words = "–" if point.value is None else f"{point.value:g}{self._unit}"
            rect = QRectF(plot.right() + 8, row.top(), self.width() - plot.right() - 10, row.height())
            draw_text(painter, rect, words, "small-strong", look.colour("text"), middle)
        if self.target is not None:
            x = plot.left() + plot.width() * self.share(self.target)
            painter.setPen(QPen(look.colour("text"), 2.5))
            bottom = self.place(len(self.points) - 1).bottom()
            painter.drawLine(QLineF(x, plot.top(), x, bottom))
