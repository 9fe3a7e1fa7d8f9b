"""What every chart of the house shares: axis from zero, grid lines, the dark label under mouse and arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.announce import announce
from desktop.widgets.paint import draw_text, fill_box, focus_ring
from desktop.widgets.theme import theme

GRID_LINES = 4
_LABEL_HEIGHT = 26


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a chart: its ``name`` on the axis and what the label says; ``value`` None has no bar or dot."""

    id: str
    name: str
    value: float | None
    label: str


class Chart(QWidget):
    """A chart of values from zero to ``most``; ``opened`` gives a point's id on Enter or click.

    ``target`` draws a line across, such as the threshold. A subclass says where points are and paints them.
    """

    opened = Signal(str)

    def __init__(self, name: str, *, most: float = 100, unit: str = " %", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._most, self._unit = name, most, unit
        self.points: tuple[Point, ...] = ()
        self.target: float | None = None
        self.shown = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def set_points(self, points: Sequence[Point], summary: str, target: float | None = None) -> None:
        """Show these values; ``summary`` is the sentence that a screen reader reads."""
        self.points, self.target, self.shown = tuple(points), target, -1
        self.setAccessibleDescription(summary)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return a size for half a page."""
        return QSize(theme().px(420), theme().px(190))

    def minimumSizeHint(self) -> QSize:
        """Return the least that can be read."""
        return QSize(theme().px(200), theme().px(110))

    # ------------------------------------------------------------------------------------- for subclasses

    def plot(self) -> QRectF:
        """Return the area between the axes."""
        raise AssertionError

    def place(self, at: int) -> QRectF:
        """Return where a point is, as the area that the mouse meets."""
        raise AssertionError

    def paint_points(self, painter: QPainter) -> None:
        """Paint all values."""
        raise AssertionError

    def share(self, value: float) -> float:
        """Return a value as a part of the axis, 0 to 1."""
        return max(0.0, min(1.0, value / self._most if self._most else 0.0))

    # ---------------------------------------------------------------------------------------------- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint grid, values, the label and the focus."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().colour("surface"))
        if self.points:
            self.paint_points(painter)
        if 0 <= self.shown < len(self.points):
            self._paint_label(painter, self.points[self.shown].label, self.place(self.shown))
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), theme().tokens.radii["well"])

    def paint_grid_across(self, painter: QPainter) -> None:
        """Paint grid lines for values that grow upwards, with their numbers at the left."""
        look, plot = theme(), self.plot()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(QPen(look.colour("line"), 1))
        for step in range(GRID_LINES + 1):
            line = round(plot.bottom() - plot.height() * step / GRID_LINES)
            painter.drawLine(QLineF(plot.left(), line, plot.right(), line))
        for step in range(GRID_LINES + 1):
            height = plot.bottom() - plot.height() * step / GRID_LINES
            words = f"{self._most * step / GRID_LINES:g}"
            rect = QRectF(0, height - 8, plot.left() - 6, 16)
            draw_text(painter, rect, words, "tiny", look.colour("muted"), Qt.AlignmentFlag.AlignRight)

    def _paint_label(self, painter: QPainter, words: str, place: QRectF) -> None:
        look = theme()
        width = look.metrics("small-medium").horizontalAdvance(words) + 20
        height = look.px(_LABEL_HEIGHT)
        left = max(2.0, min(self.width() - width - 2, place.center().x() - width / 2))
        top = place.top() - height - 4
        if top < 2:
            top = min(self.height() - height - 2, place.bottom() + 4)
        rect = QRectF(left, top, width, height)
        fill_box(painter, rect, look.tokens.radii["control"], look.colour("toast"))
        draw_text(painter, rect, words, "small-medium", look.colour("toast-text"), Qt.AlignmentFlag.AlignHCenter)

    # ------------------------------------------------------------------------------------------------- input

    def show_label(self, at: int) -> None:
        """Show the label of a point, -1 for none, and have it read aloud where the keyboard brought it."""
        if at != self.shown:
            self.shown = at
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the label of what is under the mouse."""
        self.show_label(self.point_at(event.position()))

    def point_at(self, position: QPointF) -> int:
        """Return the place of the point at a position, -1 for none."""
        return next((at for at in range(len(self.points)) if self.place(at).contains(position)), -1)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the label."""
        self.show_label(-1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open what was clicked."""
        at = self.point_at(event.position())
        if at >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(self.points[at].id)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the label."""
        super().focusOutEvent(event)
        self.show_label(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End go from point to point; Enter opens one."""
        count = len(self.points)
        last = count - 1
        go = {
            Qt.Key.Key_Right: min(last, self.shown + 1),
            Qt.Key.Key_Down: min(last, self.shown + 1),
            Qt.Key.Key_Left: max(0, self.shown - 1),
            Qt.Key.Key_Up: max(0, self.shown - 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if count and key in go:
            self.show_label(go[key])
            announce(self, self.points[self.shown].label)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self.shown < count:
            self.opened.emit(self.points[self.shown].id)
        else:
            super().keyPressEvent(event)
