"""Small parts of the sign-in window: the dot of a state, and a step in the middle."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.widgets.paint import fill_box
from desktop.widgets.theme import theme


class StateDot(QWidget):
    """A dot in a state's colour; the words beside it say the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = "neu"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_tone(self, tone: str) -> None:
        """Change the colour."""
        self._tone = tone
        self.update()

    def sizeHint(self) -> QSize:
        """Return 8 px."""
        return QSize(8, 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dot."""
        fill_box(QPainter(self), QRectF(0, 0, 8, 8), 4, theme().colour(f"{self._tone}.solid"))


def centred(part: QWidget) -> QWidget:
    """Return a holder with a step in its middle."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.addStretch(1)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(part)
    row.addStretch(1)
    column.addLayout(row)
    column.addStretch(1)
    return holder
