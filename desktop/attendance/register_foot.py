"""The lower part of a register: the keys that work now, and finishing it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.attendance.store import Roll
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.key_cap import KeyHint
from desktop.widgets.label import Label

_PAD, _SPACE = 6, 16


class RegisterFoot(QWidget):
    """Key hints at the left, as many as the width holds, one button at the right."""

    def __init__(self, *, letters: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(_PAD, 0, _PAD, 0)
        row.setSpacing(_SPACE)
        marks = [
            ("P", self.tr("present")),
            ("L", self.tr("late")),
            ("A", self.tr("absent")),
            ("E", self.tr("excused")),
        ]
        hints = marks if letters else [(self.tr("Space"), self.tr("mark"))]
        hints.append(("↑ ↓ ← →", self.tr("move")))
        hints += [("N", self.tr("note"))] if letters else []
        hints += [("Ctrl Z", self.tr("undo")), ("F9", self.tr("scan"))]
        self._hinting = True
        self._fitted: tuple[int, bool] | None = None
        self._hints = [KeyHint(key, what) for key, what in hints]
        for hint in self._hints:
            row.addWidget(hint)
        self.minutes = KeyHint("0–9", "")
        self._minutes_words = self.minutes.findChild(Label)
        row.addWidget(self.minutes)
        row.addStretch(1)
        self.finish = primary(self.tr("Finish register"), "check")
        self.finish.setToolTip(self.tr("Ctrl Enter"))
        self.reopen = secondary(self.tr("Reopen register"), "history")
        row.addWidget(self.reopen)
        row.addWidget(self.finish)

    def show_roll(self, roll: Roll, typing_name: str) -> None:
        """Show what fits the register's state; `typing_name` is whose minutes the digits are, or empty."""
        open_now = not roll.locked
        self.minutes.hide()  # first, so that the line is never longer than the window
        self._hinting = open_now and not typing_name
        self.minutes.setVisible(bool(typing_name))
        if isinstance(self._minutes_words, Label):
            self._minutes_words.setText(self.tr("minutes for {name}").format(name=typing_name))
        self.finish.setVisible(not roll.finished and roll.refusal is None)
        self.reopen.setVisible(roll.finished and roll.refusal is None)
        self._fit()

    def _fit(self) -> None:
        buttons = [one.sizeHint().width() for one in (self.reopen, self.finish) if not one.isHidden()]
        room = self.width() - 2 * _PAD - sum(buttons) - _SPACE * len(buttons)
        if self._fitted == (room, self._hinting):
            return
        self._fitted = (room, self._hinting)
        for hint in self._hints:
            room -= hint.sizeHint().width() + _SPACE
            hint.setVisible(self._hinting and room >= 0)

    def minimumSizeHint(self) -> QSize:
        """Return what the buttons need: hints can go."""
        return QSize(self.finish.sizeHint().width() + 2 * _PAD, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what fits."""
        super().resizeEvent(event)
        self._fit()
