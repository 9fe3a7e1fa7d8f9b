"""Check boxes and radio buttons with the house's marks, label always beside the mark."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QSizePolicy, QWidget

from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box, focus_ring
from desktop.widgets.theme import theme

_CHECK = 18
_RADIO = 16
_GAP = 8


def _size_of(button: QAbstractButton, mark: int) -> QSize:
    look = theme()
    width = mark + _GAP + round(look.metrics("body").horizontalAdvance(button.text())) + 4 if button.text() else mark
    return QSize(max(28, width), look.px(28))


def draw_radio(painter: QPainter, box: QRectF, *, on: bool, enabled: bool = True, quiet: bool = False) -> None:
    """Paint a radio mark: filled, or ``quiet`` with a dot on the tinted ground of a choice tile."""
    look = theme()
    if on and quiet:
        accent = look.colour("accent")
        fill_box(painter, box, box.width() / 2, None, accent, 1.5)
        dot = box.adjusted(4.5, 4.5, -4.5, -4.5)
        fill_box(painter, dot, dot.width() / 2, accent)
        return
    ring = look.colour("solid" if on and enabled else "field")
    fill_box(painter, box, box.width() / 2, look.colour("raised"), ring, 1.0)
    if on:
        fill_box(painter, box, box.width() / 2, ring if enabled else look.colour("strong"))
        inner = box.adjusted(5, 5, -5, -5)
        fill_box(painter, inner, inner.width() / 2, look.colour("white"))


class Check(QCheckBox):
    """A check box."""

    def __init__(self, text: str = "", *, checked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setChecked(checked)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return mark and words."""
        return _size_of(self, _CHECK)

    def hitButton(self, pos: object) -> bool:
        """Take a press anywhere on mark and words."""
        return self.rect().contains(pos)  # type: ignore[call-overload, no-any-return]  # Qt's stubs lack this overload

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint mark and words."""
        look = theme()
        painter = QPainter(self)
        left = self.width() - _CHECK if look.right_to_left else 0
        box = QRectF(left, (self.height() - _CHECK) / 2, _CHECK, _CHECK)
        on = self.isChecked()
        if on and self.isEnabled():
            fill_box(painter, box, 4, look.colour("solid"))
        else:
            fill_box(painter, box, 4, look.colour("raised" if self.isEnabled() else "sunken"), look.colour("field"))
        if on:
            draw_icon(
                painter, "check", box.x() + 2, box.y() + 2, 14, look.colour("white" if self.isEnabled() else "strong")
            )
        _draw_words(self, painter, _CHECK)
        if self.hasFocus():
            _focus_words(self, painter)


class Radio(QRadioButton):
    """A radio button; those with the same parent exclude each other."""

    def __init__(self, text: str = "", *, checked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setChecked(checked)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return mark and words."""
        return _size_of(self, _RADIO)

    def hitButton(self, pos: object) -> bool:
        """Take a press anywhere on mark and words."""
        return self.rect().contains(pos)  # type: ignore[call-overload, no-any-return]  # Qt's stubs lack this overload

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint mark and words."""
        painter = QPainter(self)
        left = self.width() - _RADIO if theme().right_to_left else 0
        box = QRectF(left, (self.height() - _RADIO) / 2, _RADIO, _RADIO)
        draw_radio(painter, box, on=self.isChecked(), enabled=self.isEnabled())
        _draw_words(self, painter, _RADIO)
        if self.hasFocus():
            _focus_words(self, painter)


def _draw_words(button: QAbstractButton, painter: QPainter, mark: int) -> None:
    look = theme()
    box = QRectF(button.rect())
    box = box.adjusted(2, 0, -mark - _GAP, 0) if look.right_to_left else box.adjusted(mark + _GAP, 0, 0, 0)
    draw_text(painter, box, button.text(), "body", look.colour("text" if button.isEnabled() else "strong"))


def _focus_words(button: QAbstractButton, painter: QPainter) -> None:
    focus_ring(painter, QRectF(button.rect()), theme().tokens.radii["key"])
