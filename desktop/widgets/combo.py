"""A combo box with the house's chevron and typed ids."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QListView, QWidget

from desktop.widgets.icons import draw_icon
from desktop.widgets.theme import theme


class Combo(QComboBox):
    """Choose one of few; each choice is (id, text); ``chosen`` is the id. Typing letters jumps to a choice.

    ``picked`` tells whether a person chose. Where that is saved at once, ``keeps`` is False: the row has it.
    """

    keeps = True

    def __init__(
        self, choices: Iterable[tuple[str, str]] = (), *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setView(QListView(self))
        self.setAccessibleName(name)
        self.picked, self._wished = False, ""
        self.activated.connect(self._was_picked)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.set_choices(choices)

    def set_choices(self, choices: Iterable[tuple[str, str]]) -> None:
        """Offer other choices; the chosen id stays where it is still among them."""
        before = self.chosen
        self.blockSignals(True)
        self.clear()
        for identity, text in choices:
            self.addItem(text, identity)
        self.blockSignals(False)
        if not self.choose(before) and before is not None:
            self.currentIndexChanged.emit(self.currentIndex())
        if self._wished:
            self.wish(self._wished)

    def wish(self, identity: str) -> None:
        """Choose for the person by id, as soon as there is such a choice."""
        self.picked = True
        self._wished = "" if self.choose(identity) else identity

    @property
    def pick(self) -> str | None:
        """What a person chose, or is wished until it is offered; None where nobody chose."""
        return (self._wished or self.chosen) if self.picked else None

    def _was_picked(self) -> None:
        self.picked, self._wished = True, ""

    @property
    def chosen(self) -> str | None:
        """The id of the choice, None while there is none."""
        value = self.currentData()
        return None if value is None else str(value)

    def choose(self, identity: str | None) -> bool:
        """Choose by id; False when there is no such choice."""
        index = self.findData(identity)
        if index >= 0:
            self.setCurrentIndex(index)
        return index >= 0

    def set_invalid(self, invalid: bool) -> None:
        """Show or take away the red outline."""
        self.setProperty("invalid", invalid)
        self.style().unpolish(self)
        self.style().polish(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page: a form must not change by scrolling over it."""
        event.ignore()

    def minimumSizeHint(self) -> QSize:
        """Let the box shrink to 80 px."""
        return QSize(theme().px(80), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, then the chevron."""
        super().paintEvent(event)
        look = theme()
        size = 14
        left = self.width() - size - 4
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            left = 4
        colour = look.colour("text2" if self.isEnabled() else "strong")
        draw_icon(QPainter(self), "chevron-down", left, (self.height() - size) / 2, size, colour)
