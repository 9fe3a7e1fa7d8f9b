"""The last scans of a register: the latest as a card in its tone, those before it as lines."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.attendance.scan_words import ScanWords
from desktop.widgets.avatar import Avatar
from desktop.widgets.label import ElidedLabel, IconLabel, Label
from desktop.widgets.paint import fill_box
from desktop.widgets.theme import theme

EARLIER = 5


@dataclass(frozen=True)
class ScanShown:
    """A scan as the panel shows it; `number` chooses the colour of the initials, empty where nobody was found."""

    words: ScanWords
    name: str = ""
    number: str = ""
    photo: QImage | None = None


class ScanCard(QWidget):
    """The latest scan."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: ScanShown | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(12)
        self.avatar = Avatar(size=36)
        row.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = Label("", "section", wrap=True)
        self.detail = Label("", "small-medium", wrap=True)
        words.addWidget(self.title)
        words.addWidget(self.detail)
        row.addLayout(words, 1)
        self.sign = IconLabel("circle-check", "ok", 24)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_scan(self, shown: ScanShown) -> None:
        """Show a scan."""
        self.shown = shown
        words = shown.words
        self.avatar.set_person(shown.name, shown.number, shown.photo)
        self.avatar.setVisible(bool(shown.name))
        self.title.setText(words.title)
        self.detail.setText(words.detail)
        for label in (self.title, self.detail):
            label.set_tone(words.tone)
        self.sign.set_icon(words.icon, words.tone)
        self.setAccessibleName(words.spoken)
        self.show()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box in the tone of the scan."""
        look = theme()
        tone = self.shown.words.tone if self.shown else "neu"
        outline = look.colour(tone) if look.high_contrast else None
        fill_box(QPainter(self), QRectF(self.rect()), look.tokens.radii["card"], look.colour(f"{tone}.fill"), outline)


class ScanLine(QWidget):
    """An earlier scan; one widget serves many, since making widgets is what takes time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: ScanShown | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 2, 6)
        row.setSpacing(10)
        self.face = Avatar(size=26)
        self.sign = IconLabel("circle-alert", "warn", 18)
        self._box = QWidget()
        inside = QHBoxLayout(self._box)
        inside.setContentsMargins(4, 4, 4, 4)
        inside.addWidget(self.sign)
        self.name = ElidedLabel("", "body-medium")
        self.short = ElidedLabel("", "small-medium")
        self.short.setAlignment(Qt.AlignmentFlag.AlignRight)
        row.addWidget(self.face)
        row.addWidget(self._box)
        row.addWidget(self.name, 3)
        row.addWidget(self.short, 2)
        self.hide()

    def show_scan(self, shown: ScanShown) -> None:
        """Show another scan."""
        self.shown = shown
        words, title = shown.words, shown.name or shown.words.title
        self.face.set_person(shown.name, shown.number, shown.photo)
        self.face.setVisible(bool(shown.name))
        self._box.setVisible(not shown.name)
        self.sign.set_icon(words.icon, words.tone)
        self.name.setText(title)
        self.short.setText(words.short)
        self.short.set_tone(words.tone)
        self.setAccessibleName(f"{title}, {words.short}")
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the hairline above all lines but the first."""
        if self.y() > 0:
            QPainter(self).fillRect(0, 0, self.width(), 1, theme().colour("line"))


class ScanList(QWidget):
    """The latest scan and at most five before it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.card = ScanCard()
        column.addWidget(self.card)
        self.earlier = Label(self.tr("Earlier"), "small-medium", "text2")
        self.earlier.hide()
        column.addWidget(self.earlier)
        lines = QWidget()
        inside = QVBoxLayout(lines)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        self.lines = [ScanLine() for _ in range(EARLIER)]
        for line in self.lines:
            inside.addWidget(line)
        column.addWidget(lines)
        self.scans: list[ScanShown] = []

    def add(self, shown: ScanShown) -> None:
        """Show a scan as the latest one."""
        if self.card.shown is not None:
            self.scans = [self.card.shown, *self.scans][:EARLIER]
        self.card.show_scan(shown)
        self.earlier.setVisible(bool(self.scans))
        for line, one in zip(self.lines, self.scans, strict=False):
            line.show_scan(one)
