"""Progress: a bar, the same with title, numbers and Stop, and grey shapes for a page's first load."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from desktop.widgets.buttons import Button
from desktop.widgets.label import Label
from desktop.widgets.paint import fill_box
from desktop.widgets.theme import theme

_BAR = 6


class Bar(QProgressBar):
    """A plain bar of 6 px; a range of 0 shows an empty track."""

    def __init__(self, *, tone: str = "solid", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self.setTextVisible(False)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_tone(self, tone: str) -> None:
        """Change the colour of the filled part."""
        self._tone = tone
        self.update()

    def sizeHint(self) -> QSize:
        """Return the bar's height."""
        return QSize(120, _BAR)

    def minimumSizeHint(self) -> QSize:
        """Let the bar shrink."""
        return QSize(40, _BAR)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint track and filled part."""
        look = theme()
        painter = QPainter(self)
        rect = QRectF(0, (self.height() - _BAR) / 2, self.width(), _BAR)
        fill_box(painter, rect, _BAR / 2, look.colour("track"))
        span = self.maximum() - self.minimum()
        share = (self.value() - self.minimum()) / span if span > 0 else 0.0
        if share > 0:
            width = max(_BAR, rect.width() * min(1.0, share))
            left = rect.right() - width if look.right_to_left else rect.x()
            fill_box(painter, QRectF(left, rect.y(), width, _BAR), _BAR / 2, look.colour(self._tone))


class Progress(QWidget):
    """Long work: what is done, "412 of 1,050 · about 20 s", the bar, and Stop."""

    stopped = Signal()

    def __init__(self, title: str, *, can_stop: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        self.title = Label(title, "body-medium")
        self.numbers = Label("", "small", "text2")
        head.addWidget(self.title, 1)
        head.addWidget(self.numbers)
        column.addLayout(head)
        line = QHBoxLayout()
        line.setSpacing(10)
        self.bar = Bar(name=title)
        line.addWidget(self.bar, 1, Qt.AlignmentFlag.AlignVCenter)
        self.stop_button = Button(self.tr("Stop"), small=True, on_click=self._stop)
        if not can_stop:  # shown without a parent it would be a window for a moment
            self.stop_button.hide()
        line.addWidget(self.stop_button)
        column.addLayout(line)

    def _stop(self) -> None:
        self.stop_button.set_busy(True)
        self.stopped.emit()

    def set_progress(self, done: int, total: int, seconds_left: int | None = None) -> None:
        """Show how many of how many are done, and about how long it still takes."""
        words = self.tr("{done} of {total}").format(done=f"{done:,}", total=f"{total:,}")
        if seconds_left is not None:
            words = self.tr("{numbers} · about {seconds} s").format(numbers=words, seconds=seconds_left)
        self.numbers.setText(words)
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)
        self.bar.setAccessibleDescription(words)


class Skeleton(QWidget):
    """Grey shapes of a list's rows, shown for at most a second while a page loads first."""

    def __init__(self, rows: int = 3, *, photo: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows, self._photo = rows, photo
        self.setAccessibleName(self.tr("Loading"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return 34 px a row."""
        return QSize(280, self._rows * 34 - 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the shapes."""
        look = theme()
        painter = QPainter(self)
        strong = look.colour("track") if look.scheme == "light" else look.colour("line")
        soft = look.colour("hover")
        left = 38 if self._photo else 0
        room = self.width() - left
        for row in range(self._rows):
            top = row * 34
            if self._photo:
                fill_box(painter, QRectF(0, top, 26, 26), 13, strong)
            share = (0.55, 0.46, 0.375)[row % 3]
            fill_box(painter, QRectF(left, top + 2, room * share, 9), 3, strong)
            fill_box(painter, QRectF(left, top + 16, min(room, 125), 7), 3, soft)
