"""The button inside a message: light words, or a cross, on the dark fill of both themes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme


class ToastButton(QAbstractButton):
    """Shows its text, or a cross when it has none; ``focus_changed`` lets the message hold its time."""

    focus_changed = Signal(bool)

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """Return at least 28 x 28 px."""
        look = theme()
        width = look.metrics("body-strong").horizontalAdvance(self.text()) + 8 if self.text() else 28
        return QSize(round(width), look.px(28))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the message."""
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell the message."""
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint words or cross, and the focus."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        colour = look.colour("toast-link")
        if self.text():
            inner = rect.adjusted(4, 0, 0, 0)
            draw_text(painter, inner, self.text(), "body-strong", colour)
        else:
            size = look.tokens.sizes["icon"]
            draw_icon(painter, "x", (rect.width() - size) / 2, (rect.height() - size) / 2, size, colour)
        if self.hasFocus():
            fill_box(painter, rect, look.tokens.radii["key"], None, colour, 2)
