"""A student's own attendance at a lab machine: classes by course with what counts, and own apologies and leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.attendance.answer_dialog import AnswerDialog
from desktop.attendance.leave_actions import policy_of, take_back, withdraw_leave
from desktop.attendance.leave_dialog import LeaveDialog
from desktop.attendance.leave_store import LeaveLine, leave_lines
from desktop.attendance.leave_words import STATE_LOOKS, kind_word, span_words, state_word
from desktop.attendance.own_card import CourseCard
from desktop.attendance.own_store import attendance_of, kinds_read
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow, tell, tell_problem
from desktop.timetable.times import zone_of
from desktop.widgets.buttons import primary
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import PageHead, ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.tabs import Tabs
from shared.attendance.rules import percentage
from shared.core.errors import CampusError

CLASSES, LEAVE = "classes", "leave"
_WIDEST = 860


class OwnAttendancePage(QWidget):
    """Shows the person who has signed in what is recorded of him or her, and takes apologies, offline too."""

    def __init__(self, desk: Desk, _id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._zone = desk, zone_of(desk)
        self.setWindowTitle(self.tr("My attendance"))
        self.lines: list[LeaveLine] = []
        self.cards: list[CourseCard] = []
        self._make()
        self.refresh()
        kinds = frozenset(kinds_read())
        follow(desk.store, self, lambda changed: self.refresh() if _is_read(changed, kinds) else None)
        if (details or {}).get("tab") == LEAVE:
            self.tabs.choose(LEAVE)
        if (details or {}).get("act") == "ask":
            self.tabs.choose(LEAVE)
            QTimer.singleShot(0, self, self.new)

    def _make(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 0)
        column.setSpacing(12)
        self.head = PageHead(self.tr("My attendance"))
        self.head.add_button(primary(self.tr("Apologise or ask for leave"), "plus", self.new))
        column.addWidget(self.head)
        tabs = [(CLASSES, self.tr("Classes")), (LEAVE, self.tr("Apologies and leave"))]
        self.tabs = Tabs(tabs, name=self.tr("My attendance"))
        column.addWidget(self.tabs)
        self.parts = QStackedWidget()
        self.classes = ScrollColumn(padding=0, most=_WIDEST)
        self.parts.addWidget(self.classes)
        self.requests = ScrollColumn(padding=0, most=_WIDEST)
        self.request_card = Card(padded=False)
        self.rows = RowList(name=self.tr("Apologies and leave"))
        self.rows.pressed.connect(self.open)
        self.request_card.add(self.rows)
        self.requests.body.addWidget(self.request_card)
        self.no_requests = EmptyState(
            "file-text",
            self.tr("You haven't asked for leave"),
            self.tr("What you ask for appears here with its answer, also while there is no network."),
        )
        self.requests.body.addWidget(self.no_requests)
        self.requests.body.addStretch(1)
        self.parts.addWidget(self.requests)
        column.addWidget(self.parts, 1)
        self.tabs.chosen_changed.connect(lambda tab: self.parts.setCurrentIndex(int(tab == LEAVE)))

    # -------------------------------------------------------------------------------------------------- showing

    def refresh(self) -> None:
        """Read everything anew."""
        found = attendance_of(self._desk, self._desk.actor.person_id)
        threshold = int(policy_of(self._desk)["threshold"])
        while self.classes.body.count():
            item = self.classes.body.takeAt(0)
            part = item.widget() if item is not None else None
            if part is not None:
                part.hide()
                part.deleteLater()
        self.cards = [CourseCard(one, threshold) for one in found]
        for card in self.cards:
            self.classes.body.addWidget(card)
        if not found:
            words = self.tr("Your classes appear here when the office has enrolled you.")
            self.classes.body.addWidget(EmptyState("clipboard-check", self.tr("No classes yet"), words))
        self.classes.body.addStretch(1)
        self._show_head(percentage(str(held.mark.state) for one in found for held in one.classes))
        self._show_requests()

    def _show_head(self, percent: int | None) -> None:
        words = self.tr("Nothing is recorded yet") if percent is None else self.tr("{percent} % of all classes so far")
        self.head.set_words(self.tr("My attendance"), words.format(percent=percent))

    def _show_requests(self) -> None:
        self.lines = leave_lines(self._desk, self._desk.actor.person_id)
        self.rows.set_rows([self._row(line) for line in self.lines])
        self.request_card.setVisible(bool(self.lines))
        self.no_requests.setVisible(not self.lines)

    def _row(self, line: LeaveLine) -> RowContent:
        body = line.body
        tone, icon = STATE_LOOKS[body["state"]]
        title = f"{kind_word(body['kind'])} · {span_words(body, self._zone)}"
        saved = self.tr("saved on this computer") if line.waiting else ""
        answer = self.tr("Answer: {words}").format(words=body["answer"]) if body.get("answer") else ""
        detail = " · ".join(part for part in (line.cohort, body.get("reason") or "", answer, saved) if part)
        badge = (state_word(body["state"]), tone, icon)
        if line.conflict_id is not None:
            badge = (self.tr("Two answers"), "bad", "git-compare-arrows")
        return RowContent(line.id, title, detail, icon="file-text", tone=tone, badge=badge)

    # --------------------------------------------------------------------------------------------------- acting

    def new(self) -> None:
        """Apologise for a class or ask for leave."""
        dialog = LeaveDialog(self.window(), self._desk, self._desk.actor.person_id)
        dialog.asked.connect(self._asked)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _asked(self, request_id: str) -> None:
        self.tabs.choose(LEAVE)
        self.refresh()
        line = next((one for one in self.lines if one.id == request_id), None)
        if line is not None:
            words = self.tr("{kind} saved on this computer").format(kind=kind_word(line.body["kind"]))
            tell(self, words, partial(self.withdraw, line))

    def open(self, request_id: str) -> None:
        """Show one request."""
        line = next((one for one in self.lines if one.id == request_id), None)
        if line is None:
            return
        dialog = AnswerDialog(self.window(), self._desk, line)
        dialog.withdrawn.connect(lambda: self.withdraw(line))
        dialog.decide.connect(lambda conflict_id: self._desk.open("shell.conflicts", conflict_id))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def withdraw(self, line: LeaveLine) -> None:
        """Withdraw a request, with Undo."""
        shown = next((one for one in self.lines if one.id == line.id), line)
        if self._run(lambda: withdraw_leave(self._desk, shown.body)):
            words = self.tr("{kind} withdrawn").format(kind=kind_word(line.body["kind"]))
            tell(self, words, lambda: self._run(lambda: take_back(self._desk, line.id, shown.body)))

    def _run(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except CampusError as problem:
            tell_problem(self, problem)
            return False
        self.refresh()
        return True

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.tabs


def _is_read(changed: Changed, kinds: frozenset[str]) -> bool:
    return bool(changed.kinds & kinds) or not changed.keys
