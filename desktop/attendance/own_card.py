"""One course on a student's own page: percent, warnings, and every class with the mark that counts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.attendance.own_store import CourseAttendance, HeldClass, warning_words
from desktop.attendance.words import COUNTED, LOOKS, state_word
from desktop.timetable.times import clock_words, day_words
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import link
from desktop.widgets.card import Card, Line, Well
from desktop.widgets.label import Label
from desktop.widgets.layouts import show_part
from desktop.widgets.list_row import RowContent, RowList
from shared.attendance.vocabulary import AttendanceState

FIRST_SHOWN = 8


class CourseCard(Card):
    """Shows the latest classes first; the earlier ones on demand."""

    def __init__(self, found: CourseAttendance, threshold: int, parent: QWidget | None = None) -> None:
        super().__init__(padded=False, parent=parent)
        self.found = found
        self.setAccessibleName(found.name)
        self.add(self._make_head())
        if found.warning is not None:
            words = warning_words(found.warning, threshold)
            self.warning = Well("circle-alert", words, "warn")
            holder = QHBoxLayout()
            holder.setContentsMargins(16, 0, 16, 12)
            holder.addWidget(self.warning)
            self.add(holder)
        self.add(Line())
        self.rows = RowList(name=found.name)
        self.add(self.rows)
        self.nothing = Label(self.tr("Nothing is recorded yet."), "small", "muted")
        self.nothing.setContentsMargins(16, 12, 16, 12)
        show_part(self.nothing, not found.classes)
        self.add(self.nothing)
        words = self.tr("Show all {count} classes").format(count=len(found.classes))
        self.more = link(words, on_click=self.show_all)
        show_part(self.more, len(found.classes) > FIRST_SHOWN)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 12, 6)
        foot.addWidget(self.more)
        foot.addStretch(1)
        self.add(foot)
        self.rows.set_rows([self._row(one) for one in self._latest()[:FIRST_SHOWN]])

    def _make_head(self) -> QWidget:
        found = self.found
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(2)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(Label(found.name, "section"))
        if found.suspended:
            line.addWidget(Badge(self.tr("Suspended"), "warn", "lock"))
        line.addStretch(1)
        words.addLayout(line)
        words.addWidget(Label(self._counts(), "small", "muted", wrap=True))
        row.addLayout(words, 1)
        if found.percent is not None:
            low = found.warning is not None and found.warning.percent is not None
            self.percent = Label(
                self.tr("{percent} %").format(percent=found.percent), "title", "bad" if low else "text"
            )
            row.addWidget(self.percent, 0, Qt.AlignmentFlag.AlignVCenter)
        return head

    def _counts(self) -> str:
        counts = self.found.counts
        parts = [
            f"{counts[state]} {state_word(state).lower()}"
            for state in COUNTED
            if state is not AttendanceState.NONE and counts.get(state)
        ]
        return " · ".join(parts) or self.found.course

    def _latest(self) -> list[HeldClass]:
        return list(reversed(self.found.classes))

    @staticmethod
    def _row(held: HeldClass) -> RowContent:
        look = LOOKS[held.mark.state]
        title = f"{day_words(held.starts.date())}, {clock_words(held.starts)}"
        detail = str(held.session.get("title") or held.session.get("room") or "")
        return RowContent(held.id, title, detail, icon="calendar", badge=(held.words, look.tone, look.icon))

    def show_all(self) -> None:
        """Show every class."""
        self.rows.set_rows([self._row(one) for one in self._latest()])
        self.more.hide()
