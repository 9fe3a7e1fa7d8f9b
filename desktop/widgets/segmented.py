"""A segmented control: two to five views of the same thing, one of them shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box, focus_ring
from desktop.widgets.theme import theme


@dataclass(frozen=True, slots=True)
class Segment:
    """One choice: its id, its words and perhaps an icon."""

    id: str
    text: str
    icon: str = ""


class _SegmentButton(QAbstractButton):
    def __init__(self, segment: Segment, parent: QWidget) -> None:
        super().__init__(parent)
        self.segment = segment
        self.setText(segment.text)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        look = theme()
        width = look.metrics("small-strong").horizontalAdvance(self.text()) + 20
        return QSize(round(width) + (19 if self.segment.icon else 0), look.px(26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        radius = look.tokens.radii["control"] - 1
        on = self.isChecked()
        if on:
            fill_box(painter, rect, radius, look.colour("raised"), look.colour("border"))
        elif self.underMouse():
            fill_box(painter, rect, radius, look.colour("hover"))
        colour = look.colour(("text" if on else "text2") if self.isEnabled() else "strong")
        step = "small-strong" if on else "small-medium"
        width = look.metrics(step).horizontalAdvance(self.text()) + 1
        size = 14
        left = (rect.width() - width - (size + 5 if self.segment.icon else 0)) / 2
        if self.segment.icon:
            tint = look.colour("accent") if on else colour
            draw_icon(painter, self.segment.icon, left, (rect.height() - size) / 2, size, tint)
            left += size + 5
        draw_text(painter, QRectF(left, 0, width, rect.height()), self.text(), step, colour)
        if self.hasFocus():
            focus_ring(painter, rect, radius)


class Segmented(QWidget):
    """Shows segments side by side; arrows move, ``chosen_changed`` gives the new id."""

    chosen_changed = Signal(str)

    def __init__(self, segments: Sequence[Segment], *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _SegmentButton] = {}
        for segment in segments:
            button = _SegmentButton(segment, self)
            self._group.addButton(button)
            self._buttons[segment.id] = button
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        first = next(iter(self._buttons.values()))
        first.setChecked(True)
        self._group.buttonToggled.connect(self._toggled)

    def _toggled(self, button: QAbstractButton, on: bool) -> None:
        if on and isinstance(button, _SegmentButton):
            self.chosen_changed.emit(button.segment.id)

    @property
    def chosen(self) -> str:
        """The id of the segment that is on."""
        return next(identity for identity, button in self._buttons.items() if button.isChecked())

    def choose(self, identity: str) -> None:
        """Turn a segment on; KeyError for an unknown id."""
        self._buttons[identity].setChecked(True)

    def set_text(self, identity: str, text: str) -> None:
        """Change the words of a segment, for a new count."""
        self._buttons[identity].setText(text)
        self._buttons[identity].updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the segments side by side, 32 px high."""
        return QSize(super().sizeHint().width(), theme().size("control"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the trough."""
        look = theme()
        rect = QRectF(self.rect())
        fill_box(QPainter(self), rect, look.tokens.radii["control"], look.colour("sunken"), look.colour("line"))
