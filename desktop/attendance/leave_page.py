"""The list of apologies and leave requests for staff: those that wait first, each answered in a dialog with Undo."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.attendance.answer_dialog import AnswerDialog
from desktop.attendance.bulk_answer_dialog import BulkAnswerDialog
from desktop.attendance.leave_actions import answer_leave, take_back, withdraw_leave
from desktop.attendance.leave_dialog import LeaveDialog
from desktop.attendance.leave_store import LeaveLine, leave_lines
from desktop.attendance.leave_words import STATE_LOOKS, kind_word, span_words, state_word
from desktop.attendance.policy_dialog import PolicyDialog
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow, tell, tell_problem
from desktop.timetable.times import local, local_now, near_day, zone_of
from desktop.widgets.announce import announce
from desktop.widgets.buttons import Button, primary, secondary
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.filter_row import FilterRow, SelectionBar
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.attendance.leave_permissions import may_set_policy
from shared.attendance.vocabulary import LEAVE_REQUEST, LeaveKind, LeaveState
from shared.core.conflict import KIND as CONFLICT
from shared.core.errors import CampusError

_KINDS = frozenset({LEAVE_REQUEST, CONFLICT, "person", "cohort", "enrolment"})


class LeavePage(QWidget):
    """Lists requests by state and kind; Enter opens one. With an id it opens that request at once."""

    def __init__(self, desk: Desk, request_id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._zone = desk, zone_of(desk)
        self.setWindowTitle(self.tr("Leave"))
        self.lines: list[LeaveLine] = []
        self.source: ListSource[LeaveLine] = ListSource(
            lambda line: line.id,
            {
                "starts": lambda line: line.body["starts_at"],
                "name": lambda line: line.name,
                "asked": lambda line: line.body["asked_at"],
                "state": lambda line: list(STATE_LOOKS).index(LeaveState(line.body["state"])),
                "reason": lambda line: line.body.get("reason") or "",
                "number": lambda line: line.number,
            },
            name_key="name",
        )
        self._make()
        self.refresh()
        follow(desk.store, self, self._store_changed)
        start = {"new": self.new, "policy": self.set_policy}.get(str((details or {}).get("act")))
        if start is not None or request_id:
            QTimer.singleShot(0, self, start or partial(self.open, request_id or ""))  # once the page has its window

    def _make(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Leave"))
        if may_set_policy(self._desk.actor):
            self.head.add_button(secondary(self.tr("When it warns"), "circle-alert", self.set_policy))
        self.head.add_button(primary(self.tr("Enter leave"), "plus", self.new))
        column.addWidget(self.head)
        self.filters = FilterRow(self.tr("Search leave"))
        states = [(str(one), state_word(one)) for one in STATE_LOOKS]
        self.filters.add_filter("state", self.tr("State"), [("", self.tr("All states")), *states])
        kinds = [(str(one), kind_word(one)) for one in LeaveKind]
        self.filters.add_filter("kind", self.tr("Kind"), [("", self.tr("Apologies and leave")), *kinds])
        self.filters.changed.connect(self.refresh)
        self.bar = SelectionBar()
        self.approve_button = self.bar.add_action(
            Button(self.tr("Approve"), icon="check", on_click=self.approve_selected)
        )
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Leave"), row_size="row-photo")
        self.table.sort_by("state")
        self.table.opened.connect(self.open)
        self.table.selection_count.connect(lambda _count: self.approve_button.setEnabled(bool(self.selected())))
        self.body = FilteredTable(self.filters, self.table, icon="file-text", empty_words=self._nothing, bar=self.bar)
        self.empty, self.stack = self.body.empty, self.body.stack
        column.addWidget(self.body, 1)

    def _columns(self) -> list[Column]:
        return [
            Column("name", self.tr("Student"), lambda line: Cell(line.name, number=line.number), CellKind.PERSON, 190),
            Column("", self.tr("Kind"), lambda line: kind_word(line.body["kind"]), width=88, sortable=False),
            Column("starts", self.tr("Days"), lambda line: span_words(line.body, self._zone), width=196),
            Column("", self.tr("For"), lambda line: line.cohort, CellKind.MUTED, width=150, sortable=False),
            Column("reason", self.tr("Reason"), lambda line: line.body.get("reason") or "", width=160, stretch=True),
            Column("asked", self.tr("Asked"), self._asked, CellKind.MUTED, width=108),
            Column("state", self.tr("State"), self._state, CellKind.BADGE, width=176),
        ]

    def _asked(self, line: LeaveLine) -> str:
        today = local_now(self._desk, self._zone).date()
        return near_day(local(line.body["asked_at"], self._zone).date(), today)

    def _state(self, line: LeaveLine) -> Cell:
        if line.conflict_id is not None:
            return Cell(self.tr("Needs a decision"), "bad", "git-compare-arrows")
        tone, icon = STATE_LOOKS[line.body["state"]]
        return Cell(state_word(line.body["state"]), tone, icon)

    # -------------------------------------------------------------------------------------------------- showing

    def refresh(self) -> None:
        """Read the requests anew."""
        found = leave_lines(self._desk)
        chosen = self.filters.chosen()
        self.lines = [line for line in found if all(line.body[name] == value for name, value in chosen.items())]
        self.source.set_rows(self.lines)
        waiting = sum(line.open and line.may_answer for line in found)
        words = self.tr("{count} wait for your answer").format(count=waiting) if waiting > 1 else ""
        if waiting == 1:
            words = self.tr("One waits for your answer")
        self.head.set_words(self.tr("Leave"), words or self.tr("Nothing waits for your answer"))
        self.body.show_rows(len(self.lines))

    def _nothing(self, _typed: str, filtered: bool) -> tuple[str, str]:
        if self.lines or filtered:
            return self.tr("No request matches"), self.tr("Clear the search or choose all states.")
        words = self.tr("Students apologise and ask at a lab machine. You can enter it for them, too.")
        return self.tr("Nobody has asked for leave"), words

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & _KINDS or not changed.keys:
            self.refresh()

    # --------------------------------------------------------------------------------------------------- acting

    def new(self) -> None:
        """Enter an apology or leave for a student."""
        dialog = LeaveDialog(self.window(), self._desk)
        dialog.asked.connect(self._entered)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def set_policy(self) -> None:
        """Set when attendance warns."""
        dialog = PolicyDialog(self.window(), self._desk)
        dialog.saved.connect(lambda: tell(self, self.tr("Attendance warns by the new limits")))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _entered(self, request_id: str) -> None:
        self.refresh()
        line = next((one for one in leave_lines(self._desk) if one.id == request_id), None)
        if line is not None:
            words = self.tr("{kind} of {name} entered").format(kind=kind_word(line.body["kind"]), name=line.name)
            tell(self, words, partial(self._undo_entering, line))

    def _undo_entering(self, line: LeaveLine) -> None:
        self._run(lambda: withdraw_leave(self._desk, self._desk.store.get(LEAVE_REQUEST, line.id) or line.body))

    def open(self, request_id: str) -> None:
        """Show one request with what can be done about it."""
        line = next((one for one in leave_lines(self._desk) if one.id == request_id), None)
        if line is None:
            return
        dialog = AnswerDialog(self.window(), self._desk, line)
        dialog.answered.connect(lambda state, words: self.answer(line, LeaveState(state), words))
        dialog.withdrawn.connect(lambda: self.withdraw(line))
        dialog.decide.connect(lambda conflict_id: self._desk.open("shell.conflicts", conflict_id))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def answer(self, line: LeaveLine, state: LeaveState, words: str = "") -> None:
        """Answer a request, with Undo."""
        said = {
            LeaveState.APPROVED: self.tr("{kind} of {name} approved"),
            LeaveState.DECLINED: self.tr("{kind} of {name} declined"),
            LeaveState.ASKED: self.tr("{kind} of {name} waits again"),
        }[state]
        self._done(line, said, lambda: answer_leave(self._desk, line.body, state, words))

    def selected(self) -> list[LeaveLine]:
        """Return the selected requests that wait for this person's answer."""
        wanted = set(self.table.selected_ids())
        return [line for line in self.lines if line.id in wanted and line.open and line.may_answer]

    def approve_selected(self) -> None:
        """Ask for one answer, and approve the selected requests that wait, with one Undo."""
        lines = self.selected()
        if not lines:
            tell(self, self.tr("None of the selected requests waits for your answer"))
            return
        dialog = BulkAnswerDialog(self.window(), len(lines))
        dialog.approved.connect(lambda words: self._approve(lines, words))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _approve(self, lines: list[LeaveLine], words: str) -> None:
        done = [
            line
            for line in lines
            if self._run(partial(answer_leave, self._desk, line.body, LeaveState.APPROVED, words))
        ]
        if done:
            said = self.tr("1 request approved") if len(done) == 1 else self.tr("{count} requests approved")
            told = said.format(count=len(done))
            announce(self, told)
            tell(self, told, lambda: [self._run(partial(take_back, self._desk, one.id, one.body)) for one in done])

    def withdraw(self, line: LeaveLine) -> None:
        """Withdraw a request, with Undo."""
        self._done(line, self.tr("{kind} of {name} withdrawn"), lambda: withdraw_leave(self._desk, line.body))

    def _done(self, line: LeaveLine, said: str, act: Any) -> None:
        if not self._run(act):
            return
        words = said.format(kind=kind_word(line.body["kind"]), name=line.name)
        announce(self, words)
        tell(self, words, lambda: self._run(lambda: take_back(self._desk, line.id, line.body)))

    def _run(self, act: Any) -> bool:
        try:
            act()
        except CampusError as problem:
            tell_problem(self, problem)
            return False
        self.refresh()
        return True

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.search.setFocus()

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        return [("Enter", self.tr("Open the request")), ("Ctrl N", self.tr("Enter leave for a student"))]

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.table if self.table.record_model.rowCount() else self.filters.search
