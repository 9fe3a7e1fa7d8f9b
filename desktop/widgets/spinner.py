"""A small turning arc that stands where a result is going to be."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimerEvent
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.theme import theme

SPIN_INTERVAL_MS = 80
_STEPS = 12


def draw_spinner(painter: QPainter, centre: QPointF, size: float, colour: QColor, step: int) -> None:
    """Paint a three-quarter arc around ``centre``, turned by ``step`` twelfths."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1.75, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    half = size / 2 - 1
    box = QRectF(centre.x() - half, centre.y() - half, 2 * half, 2 * half)
    painter.drawArc(box, round(-step % _STEPS * 360 * 16 / _STEPS), 270 * 16)


class Spinner(QWidget):
    """Says that work of less than a second is going on; stands still when motion is reduced."""

    def __init__(self, size: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._step = 0
        self._timer = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Working"))

    def sizeHint(self) -> QSize:
        """Return a square."""
        return QSize(self._size, self._size)

    def showEvent(self, event: QShowEvent) -> None:
        """Start turning."""
        super().showEvent(event)
        if not theme().reduced_motion and not self._timer:
            self._timer = self.startTimer(SPIN_INTERVAL_MS)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop turning."""
        super().hideEvent(event)
        if self._timer:
            self.killTimer(self._timer)
            self._timer = 0

    def timerEvent(self, _event: QTimerEvent) -> None:
        """Turn by one step."""
        self._step += 1
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the arc."""
        draw_spinner(QPainter(self), QRectF(self.rect()).center(), self._size, theme().colour("accent"), self._step)
