"""Two works side by side with the passages they share; the pairs at the left, the most alike first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from desktop.grading.similarity_texts import Compared, Likeness, WorkText
from desktop.widgets.buttons import Button, Kind, icon_button
from desktop.widgets.card import Line, Panel
from desktop.widgets.dialog import Dialog
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.field import Field
from desktop.widgets.label import ElidedLabel, Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import NoteField
from desktop.widgets.theme import theme
from shared.core.text import plural, text

_WIDTH, _HEIGHT, _LIST = 1080, 440, 280
_MOST_ROWS = 50
_MOST_HEIGHT = 16_777_215


class SideText(QWidget):
    """One of the two works: whose it is, how much of it stands in the other, and its words with the passages."""

    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        head = QHBoxLayout()
        self.name = ElidedLabel("", "body-strong")
        head.addWidget(self.name, 1)
        head.addWidget(Button(self.tr("Open"), kind=Kind.LINK, on_click=self.opened.emit))
        column.addLayout(head)
        self.share = Label("", "small", "text2")
        column.addWidget(self.share)
        self.words = NoteField(lines=6)
        self.words.setReadOnly(True)
        self.words.setMinimumHeight(0)
        self.words.setMaximumHeight(_MOST_HEIGHT)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        column.addWidget(self.words, 1)
        self._places: list[tuple[int, int]] = []

    def show_work(self, name: str, share: str, work: WorkText, places: list[tuple[int, int]]) -> None:
        """Show a work; `places` are the letters from and up to which its passages go."""
        self.name.setText(name)
        self.share.setText(share)
        self.words.setAccessibleName(self.tr("Words of {name}").format(name=name))
        self.words.setPlainText(work.words)
        # Qt counts letters beyond the first plane twice.
        high = [at for at, letter in enumerate(work.words) if ord(letter) > 0xFFFF]
        self._places = [(start + bisect_left(high, start), end + bisect_left(high, end)) for start, end in places]

    def go_to(self, at: int) -> None:
        """Mark all passages, one of them strongly, and show that one."""
        marked = [self._marked(*place, "soft", "onsoft") for n, place in enumerate(self._places) if n != at]
        if 0 <= at < len(self._places):
            marked.append(self._marked(*self._places[at], "solid", "white"))
            cursor = QTextCursor(self.words.document())
            cursor.setPosition(self._places[at][1])
            self.words.setTextCursor(cursor)
            cursor.setPosition(self._places[at][0])
            self.words.setTextCursor(cursor)
            self.words.ensureCursorVisible()
        self.words.setExtraSelections(marked)

    def _marked(self, start: int, end: int, colour: str, ink: str) -> QTextEdit.ExtraSelection:
        look = QTextCharFormat()
        look.setBackground(theme().colour(colour))
        look.setForeground(theme().colour(ink))
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.words.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        selection.format = look
        return selection


class SimilarityDialog(Dialog):
    """Alt Up and Alt Down go through the passages.

    `threshold_changed`: other pairs are shown; `work_asked` opens a student's work; `again_asked` compares anew.
    """

    threshold_changed = Signal(int)
    work_asked = Signal(str)
    again_asked = Signal()

    def __init__(
        self, window: QWidget, compared: Compared, name_of: Callable[[str], str], threshold: int, pair_id: str = ""
    ) -> None:
        width = min(theme().px(_WIDTH), window.width() - 64)
        title = self.tr("Works that are alike")
        super().__init__(window, title, subtitle=reach_words(compared), icon="flag", width=width, padded=False)
        self.compared, self._name_of, self.at = compared, name_of, 0
        self.shown: Likeness | None = None
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._make_list(threshold))
        row.addWidget(Line(upright=True))
        row.addWidget(self._make_sides(), 1)
        whole = QWidget()
        whole.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        whole.setFixedHeight(max(280, min(theme().px(_HEIGHT) + 60, window.height() - 220)))
        self.add(whole)
        warning = self.tr("Alike isn't copied: both may quote the same source, or have worked together. You judge.")
        self.foot_words(Label(warning, "small", "text2", wrap=True))
        self.add_button(Button(self.tr("Compare again"), icon="refresh-cw", on_click=self._again))
        self.add_cancel(self.tr("Close"))
        self.on_key("Alt+Up", lambda: self.step(-1))
        self.on_key("Alt+Down", lambda: self.step(1))
        self._fill(pair_id)

    def _make_list(self, threshold: int) -> QWidget:
        panel = Panel()
        panel.setFixedWidth(theme().px(_LIST))
        panel.body.setContentsMargins(16, 12, 0, 0)
        words = self.tr("Show pairs from this share on")
        self.threshold = NumberField(threshold, least=1, most=100, unit="%", name=words)
        self.threshold.changed.connect(self._changed)
        field = QHBoxLayout()
        field.setContentsMargins(0, 0, 16, 0)
        field.addWidget(Field(words, self.threshold))
        panel.body.addLayout(field)
        self.more = Label("", "small", "text2", wrap=True)
        panel.body.addWidget(self.more)
        self.pairs = RowList(selectable=True, name=self.tr("Pairs"))
        self.pairs.pressed.connect(self.show_pair)
        column = ScrollColumn(padding=0)
        column.body.addWidget(self.pairs)
        column.body.addStretch(1)
        panel.body.addWidget(column, 1)
        return panel

    def _make_sides(self) -> QWidget:
        panel = Panel("sunken")
        self.left, self.right = SideText(), SideText()
        sides = QHBoxLayout()
        sides.setSpacing(16)
        for side in (self.left, self.right):
            sides.addWidget(side, 1)
        self.left.opened.connect(lambda: self._open(first=True))
        self.right.opened.connect(lambda: self._open(first=False))
        self.sides = QWidget()
        column = QVBoxLayout(self.sides)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(sides, 1)
        bar = QHBoxLayout()
        self.passage = Label("", "small", "text2")
        up, down = self.tr("Passage before"), self.tr("Next passage")
        self.before = icon_button("arrow-up", up, "Alt Up", on_click=lambda: self.step(-1))
        self.after = icon_button("arrow-down", down, "Alt Down", on_click=lambda: self.step(1))
        bar.addWidget(self.before)
        bar.addWidget(self.after)
        bar.addWidget(self.passage, 1)
        column.addLayout(bar)
        self.nothing = EmptyState(
            "flag", self.tr("No pair is that alike"), self.tr("Choose a lower share to see more.")
        )
        panel.body.addWidget(self.sides, 1)
        panel.body.addWidget(self.nothing, 1)
        return panel

    def first_focus(self) -> QWidget:
        """Begin at the pairs."""
        return next((row for row in self.pairs.rows if row.isChecked()), self.threshold)

    def showEvent(self, event: QShowEvent) -> None:
        """Go to the passage once there is a place for it."""
        super().showEvent(event)
        self._show_passage()

    # ------------------------------------------------------------------------------------------------------ showing

    def _changed(self, value: int | None) -> None:
        if value is not None:
            self._fill(self.pairs.chosen)
            self.threshold_changed.emit(value)

    def _fill(self, chosen: str) -> None:
        found = self.compared.flagged(self.threshold.value or 1)
        rows = [RowContent(one.id, self._names(one), shares_words(one)) for one in found[:_MOST_ROWS]]
        self.pairs.set_rows(rows)
        hidden = len(found) - len(rows)
        self.more.setText(plural("1 more below these", "{n} more below these", hidden) if hidden else "")
        self.more.setVisible(bool(hidden))
        self.sides.setVisible(bool(found))
        self.nothing.setVisible(not found)
        ids = [one.id for one in found]
        if found:
            self.show_pair(chosen if chosen in ids else ids[0])

    def _names(self, one: Likeness) -> str:
        return " · ".join(self._name_of(side.enrolment_id) for side in (one.first, one.second))

    def show_pair(self, pair_id: str) -> None:
        """Show a pair at its first passage."""
        one = next((each for each in self.compared.found if each.id == pair_id), None)
        if one is None:
            return
        self.shown = one
        self.pairs.choose(pair_id)
        passages = one.pair.passages if one.pair is not None else ()
        shares = (one.pair.percent, one.pair.other_percent) if one.pair is not None else (0, 0)
        mine = [(each.start, each.end) for each in passages]
        theirs = [(each.other_start, each.other_end) for each in passages]
        for side, work, share, places in (
            (self.left, one.first, shares[0], mine),
            (self.right, one.second, shares[1], theirs),
        ):
            words = self.tr("{n}% of it stands in the other").format(n=share) if share else ""
            side.show_work(self._name_of(work.enrolment_id), words, work, places)
        self.at = 0
        self._show_passage()

    def _show_passage(self) -> None:
        one = self.shown
        passages = one.pair.passages if one is not None and one.pair is not None else ()
        self.left.go_to(self.at)
        self.right.go_to(self.at)
        self.before.setEnabled(self.at > 0)
        self.after.setEnabled(self.at + 1 < len(passages))
        parts = []
        if passages:
            words = self.tr("Passage {n} of {all}, {words} words")
            parts.append(words.format(n=self.at + 1, all=len(passages), words=passages[self.at].words))
        if one is not None and one.files:
            parts.append(same_words(one))
        self.passage.setText(" · ".join(parts))

    def step(self, places: int) -> None:
        """Go to the passage before or after."""
        passages = self.shown.pair.passages if self.shown is not None and self.shown.pair is not None else ()
        if 0 <= self.at + places < len(passages):
            self.at += places
            self._show_passage()

    def _open(self, *, first: bool) -> None:
        if self.shown is not None:
            work = self.shown.first if first else self.shown.second
            self.accept()
            self.work_asked.emit(work.enrolment_id)

    def _again(self) -> None:
        self.accept()
        self.again_asked.emit()


def shares_words(one: Likeness) -> str:
    """Return how alike two works are."""
    if one.pair is None:
        return same_words(one)
    count = len(one.pair.passages)
    passages = plural("1 passage", "{n} passages", count)
    return text("{n}% and {m}%, {passages}", n=one.pair.percent, m=one.pair.other_percent, passages=passages)


def same_words(one: Likeness) -> str:
    """Return which file both handed in."""
    return text("The same file: {names}", names=", ".join(one.files))


def reach_words(compared: Compared) -> str:
    """Return what was compared, and what couldn't be."""
    parts = [plural("1 work compared", "{n} works compared", len(compared.works))]
    if compared.absent:
        parts.append(plural("1 file isn't here", "{n} files aren't here", compared.absent))
    if compared.unread:
        parts.append(plural("1 file has no words to compare", "{n} files have no words to compare", compared.unread))
    if compared.comparison.cut:
        parts.append(
            plural("1 work only at its beginning", "{n} works only at their beginning", compared.comparison.cut)
        )
    return " · ".join(parts)
