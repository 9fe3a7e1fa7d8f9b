"""A key cap: the name of a key, printed where it helps."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.widgets.label import Label
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme


class KeyCap(QWidget):
    """Shows a key or a chord (``Ctrl K``) as an outlined cap, 18 px high."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.setAccessibleName(key)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of the text with its padding."""
        look = theme()
        return QSize(max(look.px(18), round(look.metrics("tiny-strong").horizontalAdvance(self.key)) + 10), look.px(18))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the cap."""
        painter = QPainter(self)
        look = theme()
        rect = QRectF(self.rect())
        fill_box(painter, rect, look.tokens.radii["key"], look.colour("raised"), look.colour("border"))
        draw_text(painter, rect, self.key, "tiny-strong", look.colour("text2"), Qt.AlignmentFlag.AlignHCenter)


class KeyHint(QWidget):
    """A key cap and the words for what it does: ``P  present``."""

    def __init__(self, key: str, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(7)
        row.addWidget(KeyCap(key))
        row.addWidget(Label(what, "small", "text2"))
