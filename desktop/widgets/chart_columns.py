"""Columns side by side from zero, each with its number above: how values are spread."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from desktop.widgets.chart import Chart, Point
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme

_EDGE, _FOOT, _TOP = 6, 20, 18


class ColumnChart(Chart):
    """Standing columns; the highest value reaches the top."""

    def __init__(self, name: str, *, unit: str = "") -> None:
        super().__init__(name, most=1, unit=unit)

    def set_points(self, points: Sequence[Point], summary: str, target: float | None = None) -> None:
        """Show these values; the axis ends at the highest."""
        self._most = max([1.0, *(one.value for one in points if one.value is not None)])
        super().set_points(points, summary, target)

    def plot(self) -> QRectF:
        """Return the area of the columns."""
        look = theme()
        foot, top = look.px(_FOOT), look.px(_TOP)
        return QRectF(_EDGE, top, max(10.0, self.width() - 2 * _EDGE), max(10.0, self.height() - foot - top))

    def place(self, at: int) -> QRectF:
        """Return the slot of a value."""
        plot = self.plot()
        slot = plot.width() / max(1, len(self.points))
        return QRectF(plot.x() + at * slot, plot.y(), slot, plot.height())

    def paint_points(self, painter: QPainter) -> None:
        """Paint columns, their values above and their names below."""
        look, plot = theme(), self.plot()
        painter.fillRect(QRectF(plot.x(), plot.bottom(), plot.width(), 1), look.colour("line"))
        centre, top, every = Qt.AlignmentFlag.AlignHCenter, look.px(_TOP), self._named_every()
        for at, point in enumerate(self.points):
            slot = self.place(at)
            foot = QRectF(slot.x() - 8, plot.bottom() + 3, slot.width() + 16, look.px(_FOOT) - 3)
            if at % every == 0:
                draw_text(painter, foot, point.name, "tiny", look.colour("muted"), centre)
            if point.value:
                height = max(3.0, plot.height() * self.share(point.value))
                bar = QRectF(slot.x() + 2, plot.bottom() - height, slot.width() - 4, height)
                fill_box(painter, bar, look.tokens.radii["key"], look.colour("series"))
                words = QRectF(bar.x() - 6, bar.y() - top, bar.width() + 12, top)
                draw_text(painter, words, f"{point.value:g}{self._unit}", "small-strong", look.colour("text"), centre)

    def _named_every(self) -> int:
        """Return of how many columns one is named, so that no two names touch."""
        metrics = theme().metrics("tiny")
        widest = max(metrics.horizontalAdvance(point.name) for point in self.points) + 6
        return max(1, ceil(widest / self.place(0).width()))
