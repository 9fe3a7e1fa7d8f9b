"""A cohort's students: searched, filtered, several enrolled or moved to another state at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.learning.actions import confirm, set_enrolments
from desktop.learning.cohort_model import student_columns
from desktop.learning.store import StudentRow, student_rows
from desktop.learning.waiting_card import WaitingCard
from desktop.learning.words import enrolment_word
from desktop.people.actions import Done
from desktop.shell.page import tell_problem
from desktop.widgets.buttons import danger, secondary
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.filter_row import FilterRow, ListHead, SelectionBar
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.errors import CampusError
from shared.learning.permissions import may_edit_enrolments
from shared.learning.vocabulary import EnrolmentState
from shared.people.rules import sort_text

Ends = Callable[[QWidget, Desk, Sequence[str], EnrolmentState, Callable[[Done | None], None]], None]
"""Shows what ending enrolments (cancelled, dropped) does beside their state, and ends them: a higher area knows it."""


def end_at_once(
    _window: QWidget,
    desk: Desk,
    enrolment_ids: Sequence[str],
    state: EnrolmentState,
    done: Callable[[Done | None], None],
) -> None:
    """End enrolments with nothing to show."""
    done(set_enrolments(desk, enrolment_ids, state))


class StudentsTab(QWidget):
    """``done`` gives what was done; ``enrol_wanted`` asks for the dialog."""

    done = Signal(object)
    enrol_wanted = Signal()

    def __init__(self, desk: Desk, cohort_id: str, parent: QWidget | None = None, ends: Ends = end_at_once) -> None:
        super().__init__(parent)
        self._desk, self._cohort_id, self._ends = desk, cohort_id, ends
        self._rows: list[StudentRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self.waiting = WaitingCard(desk)
        self.waiting.confirmed.connect(self._confirm)
        self.waiting.refused.connect(lambda one: self.set_states(EnrolmentState.CANCELLED, [one]))
        column.addWidget(self.waiting)
        column.addWidget(self._make_list_head())
        column.addWidget(self._make_table(), 1)

    def _make_list_head(self) -> ListHead:
        self.filters = FilterRow(self.tr("Name or number"))
        self.filters.search.setAccessibleName(self.tr("Search students of this cohort"))
        states = [(str(state), enrolment_word(str(state))) for state in EnrolmentState]
        self.filters.add_filter("state", self.tr("Enrolment"), [("", self.tr("All enrolments")), *states])
        self.filters.changed.connect(self.refresh)
        self.filters.search.searched.connect(self._search)
        self.filters.search.left_down.connect(lambda: self.table.setFocus(Qt.FocusReason.OtherFocusReason))
        self.filters.search.jump.connect(lambda _text: self.table.setFocus(Qt.FocusReason.OtherFocusReason))
        self.selection = SelectionBar()
        if may_edit_enrolments(self._desk.actor):
            for words, state in (
                (self.tr("Set active"), EnrolmentState.ACTIVE),
                (self.tr("Suspend"), EnrolmentState.SUSPENDED),
                (self.tr("Set completed"), EnrolmentState.COMPLETED),
            ):
                self.selection.add_action(secondary(words, on_click=partial(self._set_selected, state)))
            for words, state in (
                (self.tr("Set dropped"), EnrolmentState.DROPPED),
                (self.tr("Cancel enrolment"), EnrolmentState.CANCELLED),
            ):
                self.selection.add_action(danger(words, on_click=partial(self.end_selected, state)))
        self.list_head = ListHead(self.filters, self.selection)
        return self.list_head

    def _make_table(self) -> Card:
        self.source: ListSource[StudentRow] = ListSource(
            lambda row: row.id,
            {
                "name": lambda row: sort_text(row.person),
                "full": lambda row: row.name,
                "number": lambda row: row.person.get("number"),
                "enrolled": lambda row: row.enrolment.get("enrolled_on"),
                "state": lambda row: enrolment_word(str(row.enrolment.get("state"))),
            },
        )
        self.table = RecordTable(self.source, student_columns(), name=self.tr("Students"), row_size="row-photo")
        self.table.sort_by("name")
        self.table.opened.connect(self._open)
        self.table.selection_count.connect(lambda n: self.list_head.set_selected(n, self.table.record_model.rowCount()))
        self.selection.cleared.connect(self.table.clearSelection)
        allowed = may_edit_enrolments(self._desk.actor)
        self.nobody = EmptyState(
            "users",
            self.tr("Nobody is enrolled yet"),
            self.tr("Students appear here when they are enrolled, imported, or walk into a class."),
            action=self.tr("Enrol students") if allowed else "",
            action_icon="user-plus",
            on_action=self.enrol_wanted.emit,
        )
        clear = self.tr("Clear search and filters")
        self.no_hit = EmptyState("search", self.tr("Nobody matches"), action=clear, on_action=self.clear)
        card = Card(padded=False)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        for part in (self.table, self.no_hit, self.nobody):
            self._stack.addWidget(part)
        card.add(holder, 1)
        return card

    def _open(self, enrolment_id: str) -> None:
        row = next((row for row in self._rows if row.id == enrolment_id), None)
        if row is not None:
            self._desk.open("people.person", row.person["id"])

    def _search(self, text: str) -> None:
        self.table.set_search(text)
        self._show_count()

    def clear(self) -> None:
        """Show everyone again."""
        self.filters.clear()
        self._search("")
        self.refresh()

    def refresh(self) -> None:
        """Read the students anew."""
        self._rows = student_rows(self._desk, self._cohort_id)
        pending = str(EnrolmentState.PENDING)
        self.waiting.show_rows([row for row in self._rows if row.enrolment.get("state") == pending])
        state = self.filters.chosen().get("state")
        self.source.set_rows([row for row in self._rows if not state or row.enrolment.get("state") == state])
        self.table.refresh()
        self._show_count()

    def _show_count(self) -> None:
        count = self.table.record_model.rowCount()
        self.filters.set_count(count)
        self._stack.setCurrentWidget(self.table if count else self.no_hit if self._rows else self.nobody)

    def _set_selected(self, state: EnrolmentState) -> None:
        self.set_states(state, self.table.selected_ids())

    def set_states(self, state: EnrolmentState, enrolment_ids: list[str]) -> None:
        """Move enrolments to a state."""
        try:
            done = set_enrolments(self._desk, enrolment_ids, state)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        self._told(done)

    def end_selected(self, state: EnrolmentState) -> None:
        """Show what cancelling the selected enrolments, or setting them dropped, does; then do it."""
        chosen = self.table.selected_ids()
        if chosen:
            try:
                self._ends(self.window(), self._desk, chosen, state, self._told)
            except CampusError as problem:
                tell_problem(self, problem)

    def _told(self, done: Done | None) -> None:
        self.table.clearSelection()
        self.done.emit(done)

    def _confirm(self, enrolment: dict[str, object], person_id: str) -> None:
        try:
            self.done.emit(confirm(self._desk, enrolment, person_id or None))
        except CampusError as problem:
            tell_problem(self, problem)
