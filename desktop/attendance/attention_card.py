"""The place on Today for attendance: requests that wait for an answer, and students to look at."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.attendance.attention import Attention, to_look_at
from desktop.attendance.leave_store import to_answer
from desktop.attendance.own_store import kinds_read, short_words
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow
from desktop.widgets.background import run_in_background
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList

MOST_SHOWN = 4
_LEAVE = "leave"


def _tr(words: str) -> str:
    return QCoreApplication.translate("AttentionCard", words)


class AttentionCard(Card):
    """Hidden while there is nothing to look at; ``loaded`` says that it has read anew."""

    loaded = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Attendance to look at"), padded=False, parent=parent)
        self._desk = desk
        self._loading = self._again = False
        self.found: list[Attention] = []
        self.rows = RowList(name=self.tr("Attendance to look at"))
        self.rows.pressed.connect(self._open)
        self.add(self.rows)
        self.more = Label("", "small", "muted")
        self.more.setContentsMargins(16, 8, 16, 10)
        self.add(self.more)
        self.hide()
        kinds = frozenset((*kinds_read(), "person"))
        follow(desk.store, self, lambda changed: self._changed(changed, kinds))
        self.reload()

    def _changed(self, changed: Changed, kinds: frozenset[str]) -> None:
        if changed.kinds & kinds or not changed.keys:
            self.reload()

    def reload(self) -> None:
        """Read anew in the background; news that comes meanwhile is read afterwards."""
        if self._loading:
            self._again = True
            return
        self._loading = True
        run_in_background(lambda: (to_answer(self._desk), to_look_at(self._desk)), self._show, None, self)

    def _show(self, read: tuple[int, list[Attention]]) -> None:
        waiting, self.found = read
        self._loading = False
        rows = [self._waiting_row(waiting)] if waiting else []
        for one in self.found[:MOST_SHOWN]:
            end = short_words(one.warning)
            rows.append(RowContent(one.enrolment_id, one.name, one.cohort, person=one.number, end=end, end_tone="bad"))
        if rows != [row.content for row in self.rows.rows]:
            self.rows.set_rows(rows)
        left = len(self.found) - MOST_SHOWN
        self.more.setText(self.tr("and {n} more").format(n=left))
        self.more.setVisible(left > 0)
        self.setVisible(bool(rows))
        self.loaded.emit()
        if self._again:
            self._again = False
            self.reload()

    def _waiting_row(self, waiting: int) -> RowContent:
        one, many = self.tr("One request waits for your answer"), self.tr("{n} requests wait for your answer")
        words = one if waiting == 1 else many.format(n=waiting)
        return RowContent(_LEAVE, words, self.tr("Apologies and leave"), icon="file-text", tone="info")

    def _open(self, identity: str) -> None:
        if identity == _LEAVE:
            self._desk.open("attendance.leave")
            return
        person = next((one.person_id for one in self.found if one.enrolment_id == identity), None)
        if person is not None:
            self._desk.open("people.person", person)
