"""Draws the bundled Lucide icons in the colours of the theme, at the screen's real pixel density."""

from __future__ import annotations

import math
from functools import cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.widgets.theme import theme
from desktop.widgets.tokens import resource_path

_GRID = 24  # Lucide draws on a square of 24 units.
_STROKES = ((20, 1.75), (16, 1.4), (0, 1.2))  # px by the least size of the icon in px
_MOST_PIXMAPS = 1500

_pixmaps: dict[tuple[str, int, float, float], QPixmap] = {}


@cache
def _svg(name: str) -> str:
    path = resource_path("icons", f"{name}.svg")
    if not path.is_file():
        message = f"There is no icon named {name!r} under resources/icons."
        raise KeyError(message)
    return path.read_text(encoding="utf-8")


def icon_names() -> tuple[str, ...]:
    """Return the names of all bundled icons."""
    return tuple(sorted(path.stem for path in resource_path("icons").glob("*.svg")))


def icon_pixmap(name: str, colour: QColor, size: float, ratio: float = 1.0) -> QPixmap:
    """Return the icon as a square pixmap of ``size`` px at this pixel ratio; KeyError for an unknown name."""
    key = (name, colour.rgba(), size, ratio)
    found = _pixmaps.get(key)
    if found is not None:
        return found
    stroke = next(width for least, width in _STROKES if size >= least) * _GRID / size
    source = _svg(name).replace('stroke-width="2"', f'stroke-width="{stroke:.3f}"')
    source = source.replace("currentColor", colour.name())
    side = max(1, round(size * ratio))
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(colour.alphaF())
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    if len(_pixmaps) >= _MOST_PIXMAPS:
        _pixmaps.clear()
    _pixmaps[key] = pixmap
    return pixmap


def draw_icon(painter: QPainter, name: str, left: float, top: float, size: float, colour: QColor) -> None:
    """Paint the icon with its upper left corner at this point of the painter's device."""
    # Asking the painter for its device would make Python classes of every device that Qt has: 25 ms at the start.
    seen = painter.deviceTransform()
    pixmap = icon_pixmap(name, colour, size, math.hypot(seen.m11(), seen.m12()) or 1.0)
    painter.drawPixmap(QPoint(round(left), round(top)), pixmap)


class _ThemedEngine(QIconEngine):
    """Looks its colour up when it paints, so that icons follow a change of theme."""

    def __init__(self, name: str, tone: str) -> None:
        super().__init__()
        self._name = name
        self._tone = tone

    def _colour(self, mode: QIcon.Mode) -> QColor:
        return theme().colour("strong" if mode is QIcon.Mode.Disabled else self._tone)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        size = min(rect.width(), rect.height())
        left = rect.x() + (rect.width() - size) / 2
        draw_icon(painter, self._name, left, rect.y() + (rect.height() - size) / 2, size, self._colour(mode))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return icon_pixmap(self._name, self._colour(mode), min(size.width(), size.height()))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        # Qt gives the size in device pixels here.
        return icon_pixmap(self._name, self._colour(mode), min(size.width(), size.height()) / scale, scale)

    def clone(self) -> QIconEngine:
        return _ThemedEngine(self._name, self._tone)


def icon(name: str, tone: str = "text2") -> QIcon:
    """Return a bundled icon as a QIcon in a token's colour; it follows the theme and fades when disabled."""
    _svg(name)
    return QIcon(_ThemedEngine(name, tone))
