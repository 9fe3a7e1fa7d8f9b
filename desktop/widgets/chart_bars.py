"""Bars side by side from zero, each with its name and its value beside it."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen

from desktop.widgets.chart import Chart
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme

_ROW, _BAR, _TEXT = 40, 8, 20
_VALUES = 60
_EDGE = 6


class BarChart(Chart):
    """Lying bars, one row for each value, its name above: names stay readable however long they are."""

    def sizeHint(self) -> QSize:
        """Return a row's height for each value."""
        return QSize(theme().px(320), theme().px(_ROW) * max(1, len(self.points)) + 12)

    def minimumSizeHint(self) -> QSize:
        """Be as high as the rows."""
        return QSize(theme().px(200), self.sizeHint().height())

    def plot(self) -> QRectF:
        """Return the area of the bars."""
        return QRectF(_EDGE, 4, max(10.0, self.width() - 2 * _EDGE), theme().px(_ROW) * len(self.points))

    def place(self, at: int) -> QRectF:
        """Return the row of a value."""
        height = theme().px(_ROW)
        return QRectF(0, 4 + at * height, self.width(), height)

    def paint_points(self, painter: QPainter) -> None:
        """Paint names, values and bars, and the mark of the target on each."""
        look, plot = theme(), self.plot()
        words_high, value_wide, bar = look.px(_TEXT), look.px(_VALUES), look.px(_BAR)
        for at, point in enumerate(self.points):
            top = self.place(at).top() + 2
            name = QRectF(plot.left(), top, plot.width() - value_wide, words_high)
            draw_text(painter, name, point.name, "small", look.colour("text2"))
            words = "–" if point.value is None else f"{point.value:g}{self._unit}"
            value = QRectF(plot.right() - value_wide, top, value_wide, words_high)
            draw_text(painter, value, words, "small-strong", look.colour("text"), Qt.AlignmentFlag.AlignRight)
            track = QRectF(plot.left(), top + words_high + 2, plot.width(), bar)
            fill_box(painter, track, look.tokens.radii["key"], look.colour("track"))
            if point.value is not None and point.value > 0:
                filled = QRectF(track)
                filled.setWidth(max(3.0, plot.width() * self.share(point.value)))
                fill_box(painter, filled, look.tokens.radii["key"], look.colour("series"))
            if self.target is not None:
                x = plot.left() + plot.width() * self.share(self.target)
                painter.setPen(QPen(look.colour("text"), 2.5))
                painter.drawLine(QLineF(x, track.top() - 2, x, track.bottom() + 2))
