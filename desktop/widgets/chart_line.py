"""A line over time from zero, with a filled end point."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop.widgets.chart import Chart
from desktop.widgets.paint import draw_text
from desktop.widgets.theme import theme

_LEFT, _BOTTOM, _TOP, _RIGHT = 34, 22, 14, 26
_DOT, _END = 2.5, 4.0


class LineChart(Chart):
    """One line through the values in order; a missing value leaves a gap."""

    def plot(self) -> QRectF:
        """Return the area between the axes."""
        look = theme()
        left, bottom, top = look.px(_LEFT), look.px(_BOTTOM), look.px(_TOP)
        return QRectF(left, top, max(10.0, self.width() - left - _RIGHT), max(10.0, self.height() - bottom - top))

    def spot(self, at: int) -> QPointF:
        """Return where a value's dot is; a missing value is on the axis."""
        plot = self.plot()
        step = plot.width() / max(1, len(self.points) - 1)
        x = plot.left() + step * at if len(self.points) > 1 else plot.center().x()
        return QPointF(x, plot.bottom() - plot.height() * self.share(self.points[at].value or 0))

    def place(self, at: int) -> QRectF:
        """Return the upright strip of a value, as far as its dot is from its neighbours."""
        plot, spot = self.plot(), self.spot(at)
        half = max(8.0, plot.width() / max(1, len(self.points) - 1) / 2)
        if at == self.shown:
            return QRectF(spot.x() - half, spot.y() - 4, 2 * half, plot.bottom() - spot.y() + 4)
        return QRectF(spot.x() - half, plot.top(), 2 * half, plot.height())

    def paint_points(self, painter: QPainter) -> None:
        """Paint grid, target, line, dots and the names on the axis."""
        self.paint_grid_across(painter)
        look, plot = theme(), self.plot()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.target is not None:
            y = plot.bottom() - plot.height() * self.share(self.target)
            painter.setPen(QPen(look.colour("text"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QLineF(plot.left(), y, plot.right(), y))
        colour = look.colour("series")
        painter.setPen(QPen(colour, 1.8))
        known = [point.value is not None for point in self.points]
        lines = [QLineF(self.spot(at - 1), self.spot(at)) for at in range(1, len(known)) if known[at] and known[at - 1]]
        painter.drawLines(lines)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        last = max((at for at, there in enumerate(known) if there), default=-1)
        for at, there in enumerate(known):
            if there:
                size = _END if at in (last, self.shown) else _DOT
                painter.drawEllipse(self.spot(at), size, size)
        self._paint_names(painter, plot)

    def _paint_names(self, painter: QPainter, plot: QRectF) -> None:
        look = theme()
        wide = max(look.metrics("tiny").horizontalAdvance(point.name) for point in self.points) + 14
        step = max(1, round(len(self.points) * wide / max(1.0, plot.width()) + 0.49))
        for at in range(0, len(self.points), step):
            rect = QRectF(self.spot(at).x() - wide / 2, plot.bottom() + 4, wide, 16)
            align = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, rect, self.points[at].name, "tiny", look.colour("muted"), align)
