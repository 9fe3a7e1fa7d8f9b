"""The parts of taking a payment: method tiles, large amounts, and the change."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from desktop.finance.amount_text import AmountText
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box, focus_ring
from desktop.widgets.theme import theme
from shared.core.money import plain_amount

_KEY_SIDE = 20
_LARGE = 1_000_000


class AmountField(AmountText):
    """A large amount with its currency in front; ``changed`` follows the typing, what is left is rewritten."""

    changed = Signal()

    def __init__(self, currency: str, parent: QWidget | None = None) -> None:
        super().__init__(currency, sized="amount", parent=parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setTextMargins(theme().px(48), 0, 0, 0)
        self.textEdited.connect(lambda _text: self.changed.emit())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select what is there, so that typing replaces it."""
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Rewrite what was typed."""
        super().focusOutEvent(event)
        minor = self.value
        if minor is not None and self.text().strip():
            self.set_value(minor)

    def set_value(self, minor: int) -> None:
        """Show an amount."""
        self.setText(plain_amount(minor, self.currency))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field, then the currency."""
        super().paintEvent(event)
        look = theme()
        draw_text(QPainter(self), QRectF(14, 0, 60, self.height()), self.currency, "body", look.colour("muted"))


class MethodTile(QAbstractButton):
    """One way to pay, with the key that picks it."""

    def __init__(self, icon: str, words: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._key = icon, key
        self.setText(words)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)
        self.setToolTip(f"{words} ({key})")

    def sizeHint(self) -> QSize:
        """Return a tile of 44 px."""
        return QSize(theme().px(120), theme().px(44))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint box, icon, words and key."""
        look, painter = theme(), QPainter(self)
        rect, on = QRectF(self.rect()), self.isChecked()
        outline = look.colour("accent" if on else "border")
        ground = look.colour("sel" if on else "raised")
        fill_box(painter, rect, look.tokens.radii["well"], ground, outline, 2 if on else 1)
        tone = look.colour("accent" if on else "text2")
        draw_icon(painter, self._icon, 14, (rect.height() - 18) / 2, 18, tone)
        words = QRectF(42, 0, rect.width() - 42 - _KEY_SIDE - 14, rect.height())
        draw_text(painter, words, self.text(), "body-strong" if on else "body-medium", look.colour("text"))
        cap = QRectF(rect.width() - _KEY_SIDE - 12, (rect.height() - _KEY_SIDE) / 2, _KEY_SIDE, _KEY_SIDE)
        fill_box(painter, cap, look.tokens.radii["key"], look.colour("raised"), look.colour("border"))
        draw_text(painter, cap, self._key, "tiny-strong", look.colour("text2"), Qt.AlignmentFlag.AlignHCenter)
        if self.hasFocus():
            focus_ring(painter, rect, look.tokens.radii["well"])


class MethodRow(QWidget):
    """The ways to pay; arrows and their digits move, ``picked`` gives the place of the new one."""

    picked = Signal(int)

    def __init__(self, tiles: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.tiles = [MethodTile(icon, words, str(at + 1)) for at, (icon, words) in enumerate(tiles)]
        for at, tile in enumerate(self.tiles):
            tile.clicked.connect(lambda _on=False, place=at: self.pick(place))
            row.addWidget(tile)
        self.tiles[0].setChecked(True)

    @property
    def place(self) -> int:
        """Which one is on."""
        return next(at for at, tile in enumerate(self.tiles) if tile.isChecked())

    def pick(self, place: int) -> None:
        """Turn one on, and tell."""
        self.tiles[place].setChecked(True)
        self.picked.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick by digit; arrows are the buttons' own."""
        digit = event.text()
        if digit.isdecimal() and 1 <= int(digit) <= len(self.tiles):
            self.pick(int(digit) - 1)
            return
        super().keyPressEvent(event)


class ChangeBand(QWidget):
    """What goes back, large and green; amber with what is missing while too little was given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words, self.amount, self.tone = "", "", "ok"
        self.setFixedHeight(theme().px(54))

    def say(self, words: str, amount: str, tone: str) -> None:
        """Show words and an amount."""
        self.words, self.amount, self.tone = words, amount, tone
        self.setAccessibleName(f"{words}: {amount}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the band."""
        look, painter = theme(), QPainter(self)
        rect = QRectF(self.rect())
        fill_box(painter, rect, look.tokens.radii["well"], look.colour(f"{self.tone}.fill"))
        colour = look.colour(f"{self.tone}.text")
        inner = rect.adjusted(14, 0, -14, 0)
        draw_text(painter, inner, self.words, "body-medium", colour)
        draw_text(painter, inner, self.amount, "title", colour, Qt.AlignmentFlag.AlignRight)


def usual_amounts(amount: int, digits: int) -> list[int]:
    """Return what people usually hand over for an amount: the exact sum, and the next round ones above it.

    Of large amounts there are two: more of them don't fit beside each other.
    """
    found = [amount]
    unit = 10**digits
    for step in (10, 50, 100, 200, 500, 1_000, 5_000, 10_000, 20_000, 50_000, 100_000):
        round_up = -(-amount // (step * unit)) * step * unit
        if round_up not in found and round_up <= amount * 3:
            found.append(round_up)
    most = 4 if amount < _LARGE * unit else 1
    return found[:1] + sorted(found[1:])[:most] if amount else []
