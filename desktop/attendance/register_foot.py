"""The lower part of a register: the keys that work now, and finishing it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.attendance.store import Roll
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.key_cap import KeyHint
from desktop.widgets.label import Label


class RegisterFoot(QWidget):
    """Key hints at the left, one button at the right."""

    def __init__(self, *, letters: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(16)
        marks = [
            ("P", self.tr("present")),
            ("L", self.tr("late")),
            ("A", self.tr("absent")),
            ("E", self.tr("excused")),
        ]
        hints = marks if letters else [(self.tr("Space"), self.tr("mark"))]
        hints.append(("↑ ↓ ← →", self.tr("move")))
        hints += [("N", self.tr("note"))] if letters else []
        hints.append(("Ctrl Z", self.tr("undo")))
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
        for hint in self._hints:
            hint.setVisible(open_now and not typing_name)
        self.minutes.setVisible(bool(typing_name))
        if isinstance(self._minutes_words, Label):
            self._minutes_words.setText(self.tr("minutes for {name}").format(name=typing_name))
        self.finish.setVisible(not roll.finished and roll.refusal is None)
        self.reopen.setVisible(roll.finished and roll.refusal is None)
