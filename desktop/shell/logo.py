"""The mark of Campusdesk: three lines on a rounded tile, as in the rail and on the sign-in page."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.widgets.label import Label
from desktop.widgets.paint import fill_box
from desktop.widgets.theme import theme

_LINES = ((0.27, 0.5), (0.45, 0.34), (0.63, 0.5))
"""Top and width of each line as parts of the tile's side; all begin at a quarter."""


def draw_logo(painter: QPainter, rect: QRectF, tile: QColor, lines: QColor) -> None:
    """Paint the mark into a square."""
    side = rect.width()
    fill_box(painter, rect, side * 0.24, tile)
    for top, width in _LINES:
        line = QRectF(rect.x() + side * 0.25, rect.y() + side * top, side * width, side * 0.11)
        fill_box(painter, line, line.height() / 2, lines)


def window_icon() -> QIcon:
    """Return the mark as a window's icon."""
    pixmap = QPixmap(64, 64)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_logo(painter, QRectF(2, 2, 60, 60), theme().colour("solid"), theme().colour("white"))
    painter.end()
    return QIcon(pixmap)


class LogoTile(QWidget):
    """The mark, blue with white lines, or the other way round on a blue ground."""

    def __init__(self, side: int = 28, *, on_blue: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side, self._on_blue = side, on_blue
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the square."""
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the mark."""
        look = theme()
        tile, lines = (look.colour("white"), QColor("#3350C4")) if self._on_blue else (
            look.colour("solid"), look.colour("white"))  # fmt: skip
        draw_logo(QPainter(self), QRectF(self.rect()), tile, lines)


class LogoHead(QWidget):
    """The mark with the name beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(LogoTile())
        self.words = Label("Campusdesk", "crumb")
        row.addWidget(self.words, 1)
