"""A sign in the top bar with how much is new behind it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.widgets.announce import announce
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box, focus_ring
from desktop.widgets.theme import theme

_MOST = 99
_ICON = 18
_COUNT_HIGH = 16


class BellButton(QAbstractButton):
    """An icon; while something is new, its number stands at the upper corner."""

    def __init__(self, title: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self._icon = icon
        self.count = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name()

    def _name(self) -> None:
        new = self.tr("{title}, {count} unread").format(title=self.text(), count=f"{self.count:,}")
        self.setAccessibleName(new if self.count else self.text())
        self.setToolTip(self.accessibleName())

    def set_count(self, count: int) -> None:
        """Show how much is new; more than before is said aloud."""
        if count == self.count:
            return
        more = count > self.count
        self.count = count
        self._name()
        self.update()
        if more and self.isVisible():
            announce(self, self.accessibleName())

    @property
    def shown_count(self) -> str:
        """What stands at the corner; nothing while nothing is new."""
        if not self.count:
            return ""
        return str(self.count) if self.count <= _MOST else f"{_MOST}+"

    def sizeHint(self) -> QSize:
        """Return a square with room for the number."""
        return QSize(theme().px(36), theme().size("control"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint icon and number."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        radius = look.tokens.radii["control"]
        if self.underMouse():
            fill_box(painter, rect, radius, look.colour("hover"))
        left = (rect.width() - _ICON) / 2
        draw_icon(painter, self._icon, left, (rect.height() - _ICON) / 2, _ICON, look.colour("text2"))
        if self.count:
            self._paint_count(painter, rect)
        if self.hasFocus():
            focus_ring(painter, rect, radius)

    def _paint_count(self, painter: QPainter, rect: QRectF) -> None:
        look = theme()
        high = look.px(_COUNT_HIGH)
        wide = max(high, look.metrics("tiny-strong").horizontalAdvance(self.shown_count) + 8)
        box = QRectF(min(rect.width() / 2 + 1, rect.width() - wide), 0, wide, high)
        fill_box(painter, box, high / 2, look.colour("danger-solid"))
        draw_text(painter, box, self.shown_count, "tiny-strong", look.colour("white"), Qt.AlignmentFlag.AlignHCenter)
