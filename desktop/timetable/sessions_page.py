"""The list of class sessions, with planning, changing and cancelling for those who may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow, tell, tell_problem
from desktop.timetable import actions
from desktop.timetable.cancel_dialog import CancelDialog
from desktop.timetable.session_dialog import SessionDialog
from desktop.timetable.spans import Span, days_of, span_choices
from desktop.timetable.store import SessionLine, cohort_choices, instructor_choices, session_lines
from desktop.timetable.times import day_words, local_now, zone_of
from desktop.widgets.buttons import Button, primary
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.filter_row import FilterRow, SelectionBar
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.errors import CampusError
from shared.timetable.permissions import may_plan
from shared.timetable.vocabulary import CLASS_SESSION, ClassSessionState

_KINDS = frozenset({"class_session", "cohort", "course", "person"})
_LOOKS = {
    ClassSessionState.SCHEDULED: ("neu", "circle-dashed"),
    ClassSessionState.ONGOING: ("info", "clock"),
    ClassSessionState.COMPLETED: ("ok", "check"),
    ClassSessionState.CANCELLED: ("bad", "x"),
}


class SessionsPage(QWidget):
    """Lists class sessions by days, cohort and instructor; Enter opens the form for planners, else the register."""

    def __init__(self, desk: Desk, _entity_id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self._plans = may_plan(desk.actor)
        self.setWindowTitle(self.tr("Class sessions"))
        self.source: ListSource[SessionLine] = ListSource(
            lambda line: line.id,
            {
                "starts": lambda line: line.starts.timestamp(),
                "cohort": lambda line: line.cohort,
                "title": lambda line: line.title,
                "room": lambda line: line.room,
                "instructor": lambda line: line.instructor,
                "state": lambda line: str(line.state),
            },
            name_key="cohort",
        )
        self._make(details or {})
        self.refresh()
        follow(desk.store, self, self._store_changed)
        if (details or {}).get("act") == "new":
            QTimer.singleShot(0, self, self.new)  # once the page has its window

    def _make(self, details: Mapping[str, Any]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        head = PageHead(self.tr("Class sessions"))
        if self._plans:
            head.add_button(primary(self.tr("Plan a class"), "plus", self.new))
        column.addWidget(head)
        self.filters = FilterRow(self.tr("Search classes"))
        spans = span_choices(Span.THIS_WEEK, Span.TODAY, Span.LAST_WEEKS, Span.NEXT_WEEKS, Span.ALL)
        self.filters.add_filter("span", self.tr("Days"), spans)
        cohorts = [("", self.tr("All cohorts")), *((one.id, one.name) for one in cohort_choices(self._desk))]
        self.filters.add_filter("cohort", self.tr("Cohort"), cohorts)
        people = [("", self.tr("All instructors")), *((one.id, one.name) for one in instructor_choices(self._desk))]
        self.filters.add_filter("instructor", self.tr("Instructor"), people)
        for key in ("span", "cohort", "instructor"):
            self.filters.filters[key].choose(details.get(key))
        self.bar = SelectionBar()
        if self._plans:
            self.bar.add_action(Button(self.tr("Cancel classes"), icon="x", on_click=self.cancel_selected))
            self.bar.add_action(Button(self.tr("Plan again"), icon="refresh-cw", on_click=self.plan_selected_again))
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Class sessions"))
        self.table.sort_by("starts")
        self.body = FilteredTable(self.filters, self.table, icon="calendar", empty_words=self._nothing, bar=self.bar)
        self.empty, self.stack = self.body.empty, self.body.stack
        column.addWidget(self.body, 1)
        self.filters.changed.connect(self.refresh)
        self.table.opened.connect(self.open_session)

    def _columns(self) -> list[Column]:
        return [
            Column("starts", self.tr("Day"), lambda line: Cell(day_words(line.starts.date())), width=110),
            Column("", self.tr("Time"), lambda line: line.times, CellKind.MUTED, width=110, sortable=False),
            Column("cohort", self.tr("Cohort"), lambda line: line.cohort, width=220),
            Column("title", self.tr("Title"), lambda line: line.title, CellKind.MUTED, width=200, stretch=True),
            Column("room", self.tr("Room"), lambda line: line.room, CellKind.MUTED, width=110),
            Column("instructor", self.tr("Instructor"), lambda line: line.instructor, CellKind.MUTED, width=150),
            Column("state", self.tr("State"), self._state, CellKind.BADGE, width=130),
        ]

    def _state(self, line: SessionLine) -> Cell:
        words = {
            ClassSessionState.SCHEDULED: self.tr("Planned"),
            ClassSessionState.ONGOING: self.tr("Now"),
            ClassSessionState.COMPLETED: self.tr("Held"),
            ClassSessionState.CANCELLED: self.tr("Cancelled"),
        }
        tone, icon = _LOOKS[line.state]
        return Cell(words[line.state], tone, icon)

    # -------------------------------------------------------------------------------------------------- showing

    def refresh(self) -> None:
        """Read the classes of the filters anew."""
        today = local_now(self._desk, zone_of(self._desk)).date()
        chosen = self.filters.chosen()
        first, last = days_of(chosen.get("span", Span.THIS_WEEK), today)
        self.lines = session_lines(
            self._desk, first, last, cohort_id=chosen.get("cohort", ""), instructor_id=chosen.get("instructor", "")
        )
        self.source.set_rows(self.lines)
        self.body.show_rows(len(self.lines))

    def _nothing(self, typed: str, _filtered: bool) -> tuple[str, str]:
        if typed:
            words = self.tr("No class matches “{typed}”").format(typed=typed)
            return words, self.tr("Clear the search or choose other days.")
        more = self.tr("Plan a class, or choose other days.") if self._plans else self.tr("Choose other days.")
        return self.tr("No classes on these days"), more

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & _KINDS:
            self.refresh()

    # --------------------------------------------------------------------------------------------------- acting

    def new(self) -> None:
        """Plan a class."""
        if self._plans:
            self._open_form(SessionDialog(self.window(), self._desk, None, self.filters.chosen().get("cohort", "")))

    def open_session(self, session_id: str) -> None:
        """Open the form of a class, or its register for those who don't plan."""
        shown = self._desk.store.get(CLASS_SESSION, session_id)
        if shown is None:
            return
        if self._plans:
            self._open_form(SessionDialog(self.window(), self._desk, shown))
        else:
            self._desk.open("attendance.register", session_id)

    def _open_form(self, dialog: SessionDialog) -> None:
        dialog.saved.connect(self._saved)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _saved(self, session_id: str, words: str) -> None:
        self.refresh()
        self.table.go_to(session_id)
        tell(self, words)

    def cancel_selected(self) -> None:
        """Ask why, and cancel the selected classes, with Undo."""
        ids = self.table.selected_ids()
        if not ids:
            return
        what = self.tr("1 class") if len(ids) == 1 else self.tr("{count} classes").format(count=len(ids))
        title = self.tr("Cancel this class") if len(ids) == 1 else self.tr("Cancel these classes")
        dialog = CancelDialog(
            self.window(), title, what, lambda reason: self._change(ids, ClassSessionState.CANCELLED, reason)
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def plan_selected_again(self) -> None:
        """Take the cancellation of the selected classes back, with Undo."""
        self._change(self.table.selected_ids(), ClassSessionState.SCHEDULED)

    def _change(self, wanted: list[str], state: ClassSessionState, reason: str = "") -> None:
        before = self._desk.store.many(CLASS_SESSION, wanted)
        ids = [one for one in wanted if self._set_state(one, state, reason)]
        if not ids:
            return
        cancelled = state is ClassSessionState.CANCELLED
        words = self.tr("{count} classes cancelled") if cancelled else self.tr("{count} classes planned again")
        back = ClassSessionState.SCHEDULED if cancelled else ClassSessionState.CANCELLED
        tell(
            self,
            words.format(count=len(ids)),
            lambda: [self._set_state(one, back, str(before[one].get("cancel_reason") or "")) for one in ids],
        )
        self.refresh()

    def _set_state(self, session_id: str, state: ClassSessionState, reason: str = "") -> bool:
        shown = self._desk.store.get(CLASS_SESSION, session_id)
        if shown is None:
            return False
        try:
            if state is ClassSessionState.CANCELLED:
                return actions.cancel_session(self._desk, shown, reason)
            return actions.plan_again(self._desk, shown)
        except CampusError as problem:
            tell_problem(self, problem)
            return False

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.search.setFocus()

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.table if self.body.shown else self.filters.search
