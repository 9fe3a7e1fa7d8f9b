"""The upper part of a register: counts, what is saved and sent, progress, views, jump field and tools."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.attendance.store import Roll
from desktop.attendance.words import COUNTED, LOOKS, state_word
from desktop.widgets.buttons import Button, icon_button
from desktop.widgets.label import IconLabel, IconText, Label
from desktop.widgets.progress import Bar
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.text_field import TextField
from shared.attendance.vocabulary import AttendanceState

GRID, LIST = "grid", "list"
_GAP, _GAP_BELOW = 20, 6


class Count(QWidget):
    """An icon, a number and its word: "15 Present"."""

    def __init__(self, state: AttendanceState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = LOOKS[state]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(IconLabel(look.icon, look.tone if state is not AttendanceState.NONE else "text2"))
        self.number = Label("0", "dialog-title")
        row.addWidget(self.number)
        self._word = state_word(state)
        row.addWidget(Label(self._word, "body", "text2"))

    def set_number(self, number: int) -> None:
        """Show another number."""
        self.number.setText(f"{number:,}")
        self.setAccessibleName(f"{number:,} {self._word}")


class Facts(QWidget):
    """Counts at the left, what is saved and sent at the right; below them where the width ends, never cut.

    A width that would do without `last_words`, the words beside the last sign, leaves them to its tool tip.
    """

    def __init__(
        self, counts: list[QWidget], states: list[QWidget], last_words: Label, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._last_words = last_words
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(_GAP)
        self._halves: list[QWidget] = []
        for parts in (counts, states):
            half = QWidget()
            row = QHBoxLayout(half)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(_GAP)
            for part in parts:
                row.addWidget(part)
            self._halves.append(half)
            self._line.addWidget(half, 0, Qt.AlignmentFlag.AlignLeft)
        self._line.insertStretch(1, 1)

    @property
    def is_stacked(self) -> bool:
        """Whether what is saved stands below the counts."""
        return self._line.direction() is QBoxLayout.Direction.TopToBottom

    def minimumSizeHint(self) -> QSize:
        """Return the width of the wider half: the other one can go below it."""
        width = max(half.sizeHint().width() for half in self._halves)
        return QSize(width, super().minimumSizeHint().height())

    def fit(self) -> None:
        """Stand in one line or in two, as the width allows."""
        self._last_words.setVisible(True)
        wanted = sum(half.sizeHint().width() for half in self._halves) + _GAP
        words = self._last_words.sizeHint().width()
        if self.width() < wanted <= self.width() + words:
            self._last_words.setVisible(False)
            wanted -= words
        way = QBoxLayout.Direction.TopToBottom if wanted > self.width() else QBoxLayout.Direction.LeftToRight
        if way is not self._line.direction():
            self._line.setDirection(way)
            self._line.setSpacing(_GAP if way is QBoxLayout.Direction.LeftToRight else _GAP_BELOW)
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the new width."""
        super().resizeEvent(event)
        self.fit()


class JumpField(TextField):
    """Type a name: the register follows; Enter and Down go there, Esc empties the field and goes back."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave for the grid."""
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down} and not event.modifiers():
            self.left.emit()
        elif key == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)


class RegisterHead(QWidget):
    """Shows a roll's counts and holds the tools; the page connects them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 0, 6, 0)
        column.setSpacing(10)
        self.counts = {state: Count(state) for state in COUNTED}
        self.saved = IconText("hard-drive", "", "ok", text_tone="text2")
        self.sent = IconText("circle-check", "", "ok", text_tone="text2")
        self.facts = Facts(list(self.counts.values()), [self.saved, self.sent], self.sent.words)
        column.addWidget(self.facts)
        self.bar = Bar(name=self.tr("Marked"))
        column.addWidget(self.bar)
        column.addLayout(self._make_tools())

    def _make_tools(self) -> QHBoxLayout:
        tools = QHBoxLayout()
        tools.setSpacing(8)
        segments = [Segment(GRID, self.tr("Photo grid"), "layout-grid"), Segment(LIST, self.tr("List"), "rows-3")]
        self.views = Segmented(segments, name=self.tr("View"))
        tools.addWidget(self.views)
        self.jump = JumpField(placeholder=self.tr("Type a name to jump"), icon="search")
        self.jump.setFixedWidth(190)
        tools.addSpacing(8)
        tools.addWidget(self.jump)
        tools.addStretch(1)
        self.rest = Button("", icon="list-checks")
        self.rest.setToolTip(self.tr("Only those without a mark (Ctrl Shift P)"))
        tools.addWidget(self.rest)
        self.walk_in = icon_button("user-plus", self.tr("Add someone who walked in"))
        tools.addWidget(self.walk_in)
        self.more = icon_button("ellipsis", self.tr("More"))
        tools.addWidget(self.more)
        return tools

    def show_roll(self, roll: Roll, saved_words: str) -> None:
        """Show counts, progress, what is saved and sent; `saved_words` is the time of the last save, or empty."""
        for state, count in self.counts.items():
            number = roll.counts.get(state, 0)
            count.set_number(number)
            count.setVisible(state is not AttendanceState.LEFT_EARLY or number > 0)
        total = len(roll.rows)
        marked = total - roll.counts.get(AttendanceState.NONE, 0)
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(marked)
        self.bar.setAccessibleDescription(self.tr("{marked} of {total}").format(marked=marked, total=total))
        self.saved.setVisible(bool(saved_words))
        self.saved.words.setText(self.tr("Saved on this computer {time}").format(time=saved_words))
        self._show_sent(roll.waiting, shown=bool(saved_words))
        self.facts.fit()
        open_count = len(roll.unmarked)
        self.rest.setText(self._rest_words(open_count))
        self.rest.setEnabled(open_count > 0 and not roll.locked)
        self.rest.setVisible(not roll.locked and total > 0)
        self.walk_in.setVisible(roll.refusal is None)

    def _show_sent(self, waiting: int, *, shown: bool) -> None:
        self.sent.setVisible(shown)
        if waiting:
            words = self.tr("{count} not on the server yet").format(count=waiting)
            self.sent.set_state("cloud-upload", words, "warn")
        else:
            self.sent.set_state("circle-check", self.tr("On the server"), "ok")
        self.sent.setToolTip(self.sent.words.text())
        self.sent.setAccessibleName(self.sent.words.text())

    def _rest_words(self, count: int) -> str:
        if count == 0:
            return self.tr("Everyone is marked")
        if count == 1:
            return self.tr("Mark the other one present")
        return self.tr("Mark the other {count} present").format(count=count)
