"""A person's photo, or two initials on one of eight colours that never change for that person."""

from __future__ import annotations

import zlib

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.theme import theme

_TEXT_SHARE = 0.38
_MOST_CIRCLES = 2000

_circles: dict[tuple[str, int, int, float, str], QPixmap] = {}


def initials_of(name: str) -> str:
    """Return the first letters of the first and the last word of a name, upper case; "?" for an empty name."""
    words = name.split()
    if not words:
        return "?"
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


def colour_index(number: str) -> int:
    """Return which of the colour pairs belongs to a person's number; the same on every computer."""
    return zlib.crc32(number.encode()) % theme().tokens.initials_count


def draw_initials(painter: QPainter, rect: QRectF, name: str, number: str) -> None:
    """Paint the circle with initials; used by the widget and by delegates."""
    look = theme()
    index = colour_index(number)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour(f"initials.{index}.fill"))
    painter.drawEllipse(rect)
    font = QFont(look.font("body-strong"))
    font.setPixelSize(max(8, round(rect.width() * _TEXT_SHARE)))
    painter.setFont(font)
    painter.setPen(look.colour(f"initials.{index}.text"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials_of(name))


def initials_pixmap(name: str, number: str, size: int, ratio: float) -> QPixmap:
    """Return the circle with initials from a cache, for delegates that paint many of them."""
    look = theme()
    key = (initials_of(name), colour_index(number), size, ratio, look.scheme)
    found = _circles.get(key)
    if found is None:
        found = QPixmap(round(size * ratio), round(size * ratio))
        found.setDevicePixelRatio(ratio)
        found.fill(Qt.GlobalColor.transparent)
        painter = QPainter(found)
        draw_initials(painter, QRectF(0, 0, size, size), name, number)
        painter.end()
        if len(_circles) >= _MOST_CIRCLES:
            _circles.clear()
        _circles[key] = found
    return found


def draw_photo(painter: QPainter, rect: QRectF, photo: QPixmap) -> None:
    """Paint a photo cut to a circle, filling it whatever its shape."""
    path = QPainterPath()
    path.addEllipse(rect)
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipPath(path)
    side = min(photo.width(), photo.height())
    source = QRectF((photo.width() - side) / 2, (photo.height() - side) / 2, side, side)
    painter.drawPixmap(rect, photo, source)
    painter.restore()


class Avatar(QWidget):
    """A circle of ``size`` px with the photo or the initials; its accessible name is empty: the name stands beside."""

    def __init__(self, name: str = "", number: str = "", size: int = 30, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._number, self._side = name, number, size
        self._photo: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_person(self, name: str, number: str, photo: QImage | None = None) -> None:
        """Show another person; ``number`` chooses the colour, the photo replaces the initials."""
        self._name, self._number = name, number
        self._photo = None if photo is None or photo.isNull() else QPixmap.fromImage(photo)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the square around the circle."""
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the photo or the initials."""
        painter = QPainter(self)
        rect = QRectF(0, 0, self._side, self._side)
        if self._photo is not None:
            draw_photo(painter, rect, self._photo)
        else:
            draw_initials(painter, rect, self._name, self._number)
