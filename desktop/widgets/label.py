"""Labels that take their size from the type scale and their colour from the tokens."""

from __future__ import annotations

import re
import unicodedata

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import elided
from desktop.widgets.theme import theme

_LONG, _PIECE = re.compile(r"\S{21,}"), re.compile(r".{10}(?=.)")
_SIGNS = ("\u200e", "\u200f")
"""Invisible signs that a text is read from the left, and from the right."""


def in_reading_order(words: str) -> str:
    """Return words that keep the order of the window's language where a name of another direction begins them."""
    if words.isascii() or words.startswith(_SIGNS):
        return words
    mirrored = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    other = {"L"} if mirrored else {"R", "AL"}
    if not any(unicodedata.bidirectional(letter) in other for letter in words):
        return words
    return ("\u200f" if mirrored else "\u200e") + words


def breakable(words: str) -> str:
    """Return words for the screen that may end a line within a very long one: nothing grows wider by what was typed."""
    return _LONG.sub(lambda long: _PIECE.sub(lambda piece: piece[0] + "\u200b", long[0]), words)


class Label(QLabel):
    """Plain text in a type step (``body``, ``small``, ``title`` ...) and a colour (``text``, ``muted``, a tone)."""

    def __init__(
        self,
        text: str = "",
        step: str = "body",
        tone: str = "text",
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(in_reading_order(text), parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("step", step)
        self.setProperty("tone", tone)
        self.setWordWrap(wrap)

    def setText(self, text: str) -> None:
        """Show another text; a name of another direction in it doesn't turn the line."""
        super().setText(in_reading_order(text))

    def text(self) -> str:
        """Return the text as it was given."""
        shown = super().text()
        return shown[1:] if shown.startswith(_SIGNS) else shown

    def set_tone(self, tone: str) -> None:
        """Change the colour."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


class ElidedLabel(Label):
    """A label of one line that ends with an ellipsis where the room does, and keeps the full text as tool tip."""

    def __init__(self, text: str = "", step: str = "body", tone: str = "text", parent: QWidget | None = None) -> None:
        super().__init__(text, step, tone, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint as much of the text as fits."""
        painter = QPainter(self)
        shown = elided(QFontMetricsF(self.font()), self.text(), self.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, shown)


class IconLabel(QWidget):
    """A bundled icon as a sign beside text; a screen reader gets only ``name``."""

    def __init__(
        self, icon: str, tone: str = "text2", size: int = 16, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.icon_name, self.tone, self._side = icon, tone, size
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, icon: str, tone: str) -> None:
        """Show another icon."""
        self.icon_name, self.tone = icon, tone
        self.update()

    def sizeHint(self) -> QSize:
        """Return the icon's square."""
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the icon."""
        draw_icon(QPainter(self), self.icon_name, 0, 0, self._side, theme().colour(self.tone))


class IconText(QWidget):
    """An icon and one line of text beside it, both in a tone: "Saved on this computer 08:36"."""

    def __init__(
        self,
        icon: str,
        text: str,
        tone: str = "text2",
        *,
        step: str = "small-medium",
        text_tone: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.sign = IconLabel(icon, tone)
        self.words = Label(text, step, text_tone or tone)
        self._words_follow = not text_tone
        row.addWidget(self.sign)
        row.addWidget(self.words, 1)

    def set_state(self, icon: str, text: str, tone: str) -> None:
        """Show another icon and text; the words take the tone too unless they have one of their own."""
        self.sign.set_icon(icon, tone)
        self.words.setText(text)
        if self._words_follow:
            self.words.set_tone(tone)
