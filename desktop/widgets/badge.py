"""A badge: one or two words on the fill of their tone, with an icon for attendance, money and sync states."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme

_PAD = 8
_GAP = 4
_MOST_BADGES = 1000

_badges: dict[tuple[object, ...], QPixmap] = {}


def badge_width(text: str, icon: str = "") -> int:
    """Return the width in px of a badge with this text and icon."""
    look = theme()
    width = look.metrics("small-medium").horizontalAdvance(text) + 2 * _PAD + 1
    if icon:
        width += look.tokens.sizes["icon-badge"] + _GAP - 1
    return round(width)


def draw_badge(painter: QPainter, rect: QRectF, text: str, tone: str, icon: str = "") -> None:
    """Paint a badge that fills ``rect``; used by the widget and by the delegates of tables."""
    look = theme()
    colour = look.colour(f"{tone}.text")
    outline = colour if look.high_contrast else None
    fill_box(painter, rect, look.tokens.radii["control"], look.colour(f"{tone}.fill"), outline)
    left = rect.x() + _PAD
    if icon:
        size = look.tokens.sizes["icon-badge"]
        left -= 1
        draw_icon(painter, icon, left, rect.y() + (rect.height() - size) / 2, size, colour)
        left += size + _GAP
    draw_text(painter, QRectF(left, rect.y(), rect.right() - left - 2, rect.height()), text, "small-medium", colour)


def badge_pixmap(text: str, tone: str, icon: str, size: tuple[int, int], ratio: float) -> QPixmap:
    """Return a badge of ``size`` (width, height in px) from a cache, for delegates that paint many."""
    look = theme()
    key = (text, tone, icon, size, ratio, look.scheme, look.scale, look.high_contrast)
    found = _badges.get(key)
    if found is None:
        found = QPixmap(round(size[0] * ratio), round(size[1] * ratio))
        found.setDevicePixelRatio(ratio)
        found.fill(Qt.GlobalColor.transparent)
        painter = QPainter(found)
        draw_badge(painter, QRectF(0, 0, *size), text, tone, icon)
        painter.end()
        if len(_badges) >= _MOST_BADGES:
            _badges.clear()
        _badges[key] = found
    return found


class Badge(QWidget):
    """Shows a state; ``size`` is ``badge`` (22 px), ``badge-table`` (20) or ``badge-list`` (18)."""

    def __init__(
        self, text: str, tone: str = "neu", icon: str = "", *, size: str = "badge", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._size = size
        self.text, self.tone, self.icon_name = text, tone, icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_state(text, tone, icon)

    def set_state(self, text: str, tone: str, icon: str = "") -> None:
        """Show another state."""
        self.text, self.tone, self.icon_name = text, tone, icon
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the text with icon and padding."""
        return QSize(badge_width(self.text, self.icon_name), theme().size(self._size))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the badge."""
        draw_badge(QPainter(self), QRectF(self.rect()), self.text, self.tone, self.icon_name)
