"""The notice above a register's students: why it can't be taken, that it is finished, or who disagrees."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.attendance.store import Roll
from desktop.widgets.buttons import Button
from desktop.widgets.label import IconLabel, Label
from desktop.widgets.paint import fill_box, focus_ring
from desktop.widgets.theme import theme


class RegisterNotice(QWidget):
    """One line in the fill of its tone, with at most one button; hidden where there is nothing to say."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = "info"
        self._pointed = False
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(10)
        self.sign = IconLabel("info", "info")
        row.addWidget(self.sign)
        self.words = Label("", "body", wrap=True)
        row.addWidget(self.words, 1)
        self.button = Button("", small=True)
        self.button.clicked.connect(self.pressed.emit)
        row.addWidget(self.button)

    def show_roll(self, roll: Roll, finished_words: str) -> None:
        """Say what matters most: a reason against taking the roll, disagreements, that it is finished."""
        self._pointed = False
        disputed = len(roll.disputed)
        if roll.refusal is not None:
            self._say("warn", "lock", roll.refusal[1])
        elif disputed:
            words = self.tr("Two people disagree about {name}.").format(name=roll.disputed[0].member.name)
            if disputed > 1:
                words = self.tr("{count} marks need a decision.").format(count=disputed)
            self._say("bad", "git-compare-arrows", words, self.tr("Decide"))
        elif roll.finished and roll.office:
            words = self.tr("{finished} Your marks are office corrections and stand beside those made in class.")
            self._say("ok", "circle-check", words.format(finished=finished_words))
        elif roll.finished:
            self._say("ok", "circle-check", finished_words, self.tr("Reopen to change"))
        elif roll.office:
            words = self.tr("Your marks are office corrections and stand beside those made in class.")
            self._say("info", "building-2", words)
        else:
            self.hide()

    def _say(self, tone: str, icon: str, words: str, button: str = "") -> None:
        self._tone = tone
        self.sign.set_icon(icon, tone)
        self.words.setText(words)
        self.words.set_tone(tone)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.setAccessibleName(words)
        self.show()
        self.update()

    def point(self) -> None:
        """Draw the eye here, after something that the notice forbids was tried."""
        self._pointed = True
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        radius = look.tokens.radii["well"]
        outline = look.colour(self._tone) if look.high_contrast else None
        fill_box(painter, rect, radius, look.colour(f"{self._tone}.fill"), outline)
        if self._pointed:
            focus_ring(painter, rect, radius)
