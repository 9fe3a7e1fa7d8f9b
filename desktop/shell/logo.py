"""The mark of Campusdesk: three lines on a rounded tile, as in the rail and on the sign-in page."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.widgets.label import ElidedLabel
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
        self.picture: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the square."""
        return QSize(self._side, self._side)

    def set_picture(self, picture: QImage | None) -> None:
        """Show an institute's logo in place of the mark, or the mark again."""
        self.picture = picture
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the mark, or the logo on white as it was made for."""
        look = theme()
        if self.picture is not None:
            _draw_picture(QPainter(self), QRectF(self.rect()), self.picture)
            return
        tile, lines = (look.colour("white"), QColor("#3350C4")) if self._on_blue else (
            look.colour("solid"), look.colour("white"))  # fmt: skip
        draw_logo(QPainter(self), QRectF(self.rect()), tile, lines)


def _draw_picture(painter: QPainter, rect: QRectF, picture: QImage) -> None:
    look = theme()
    fill_box(painter, rect, rect.width() * 0.24, look.colour("white"), look.colour("line"))
    inner = rect.adjusted(3, 3, -3, -3)
    size = picture.size().toSizeF().scaled(inner.size(), Qt.AspectRatioMode.KeepAspectRatio)
    left, top = inner.center().x() - size.width() / 2, inner.center().y() - size.height() / 2
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRectF(left, top, size.width(), size.height()), picture)


class LogoHead(QWidget):
    """The mark with the name beside it: the program's until the institute's own are known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self.tile = LogoTile()
        row.addWidget(self.tile)
        self.words = ElidedLabel("Campusdesk", "crumb")
        row.addWidget(self.words, 1)

    def set_institute(self, name: str, full_name: str, picture: QImage | None) -> None:
        """Show an institute: its name, short where it has one, whole as the tool tip."""
        self.words.setText(name or "Campusdesk")
        self.setToolTip(full_name)
        self.tile.set_picture(picture)
