"""Tiles that can be pressed: a choice between versions, and a counter that opens its list."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextOption
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.widgets.check import draw_radio
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box, focus_ring
from desktop.widgets.theme import theme

_RADIO = 17
_WORDS_LEFT, _WORDS_RIGHT, _WORDS_ABOVE, _LINE = 39, 10, 8, 17


class ChoiceTile(QAbstractButton):
    """One of several versions: what it says, and below who said so and when. Tiles of one parent exclude each other.

    Long words take more lines instead of being cut: what a person chooses between must be readable whole.
    """

    def __init__(self, text: str, detail: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.detail = detail
        self.setText(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(text)
        self.setAccessibleDescription(detail)
        self.setToolTip(text)

    def sizeHint(self) -> QSize:
        """Return room for two lines, or one without detail."""
        return QSize(theme().px(200), theme().px(50 if self.detail else 36))

    def hasHeightForWidth(self) -> bool:
        """Tell that narrow tiles are higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height at which all words fit."""
        wide = width - _WORDS_LEFT - _WORDS_RIGHT
        high = self._high(self.text(), "body-strong", wide) + self._high(self.detail, "small", wide)
        return max(self.sizeHint().height(), high + 2 * theme().px(_WORDS_ABOVE))

    @staticmethod
    def _high(text: str, step: str, width: float) -> int:
        if not text:
            return 0
        flags = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere)
        room = QRectF(0, 0, max(40.0, width), 10_000)
        lines = theme().metrics(step).boundingRect(room, flags, text).height() / theme().metrics(step).lineSpacing()
        return round(lines) * theme().px(_LINE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint box, radio mark and words."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        radius = look.tokens.radii["well"]
        on = self.isChecked()
        if on:
            fill_box(painter, rect, radius, look.colour("soft"), look.colour("accent"), 2)
        else:
            fill = look.colour("hover" if self.underMouse() else "raised")
            fill_box(painter, rect, radius, fill, look.colour("border"))
        draw_radio(painter, QRectF(12, (rect.height() - _RADIO) / 2, _RADIO, _RADIO), on=on, quiet=True)
        wide = rect.width() - _WORDS_LEFT - _WORDS_RIGHT
        upper, lower = self._high(self.text(), "body-strong", wide), self._high(self.detail, "small", wide)
        top = QRectF(_WORDS_LEFT, (rect.height() - upper - lower) / 2, wide, upper)
        strong = "body-strong" if on else "body-medium"
        _draw_lines(painter, top, self.text(), strong, "onsoft" if on else "text")
        below = QRectF(top.x(), top.bottom(), wide, lower)
        _draw_lines(painter, below, self.detail, "small", "onsoft" if on else "muted")
        if self.hasFocus():
            focus_ring(painter, rect, radius, on_solid=on)


def _draw_lines(painter: QPainter, box: QRectF, text: str, step: str, colour: str) -> None:
    look = theme()
    painter.setFont(look.font(step))
    painter.setPen(look.colour(colour))
    option = QTextOption(Qt.AlignmentFlag.AlignVCenter)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    painter.drawText(box, text, option)


class CounterTile(QAbstractButton):
    """A number that is work for this person, its words, and a line below; a press opens the list behind it."""

    def __init__(
        self, icon: str, tone: str, number: int, words: str, foot: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._tone = icon, tone
        self.number, self.words, self.foot = number, words, foot
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_count(number, words, foot)

    def set_count(self, number: int, words: str, foot: str = "") -> None:
        """Show another number."""
        self.number, self.words, self.foot = number, words, foot
        self.setAccessibleName(f"{number:,} {words}. {foot}".strip())
        self.update()

    def sizeHint(self) -> QSize:
        """Return the tile of the Today page."""
        return QSize(theme().px(220), theme().px(87))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card, the icon on its tile, number and words."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        radius = look.tokens.radii["card"]
        fill_box(painter, rect, radius, look.colour("hover" if self.underMouse() else "surface"), look.colour("line"))
        tile = QRectF(14, 14, 36, 36)
        colour = look.colour(self._tone)
        fill_box(painter, tile, 8, look.colour(f"{self._tone}.fill"), colour if look.high_contrast else None)
        draw_icon(painter, self._icon, tile.x() + 9, tile.y() + 9, 18, colour)
        wide = rect.width() - 62 - 10
        top = look.px(22)
        draw_text(painter, QRectF(62, 12, wide, top), f"{self.number:,}", "title", look.colour("text"))
        words = QRectF(62, 13 + top, wide, look.px(18))
        draw_text(painter, words, self.words, "small-medium", look.colour("text2"))
        foot = QRectF(14, rect.height() - look.px(18) - 11, rect.width() - 28, look.px(18))
        draw_text(painter, foot, self.foot, "small", look.colour("muted"))
        if self.hasFocus():
            focus_ring(painter, rect, radius)
