"""The list of registers: not taken, open and finished ones, and the walk-ins that wait for the office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.attendance.registers import PROGRESS_LOOKS, Progress, RegisterLine, progress_word, register_lines, sees_all
from desktop.attendance.report_register import preview_register
from desktop.attendance.walk_ins_view import WalkInsView
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow
from desktop.timetable.spans import Span, days_of, span_choices
from desktop.timetable.store import cohort_choices, own_cohorts
from desktop.timetable.times import day_words, local_now, zone_of
from desktop.timetable.unplanned_dialog import UnplannedDialog
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.layouts import PageHead, show_part
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.tabs import Tabs
from shared.attendance.vocabulary import AttendanceState
from shared.learning.permissions import may_edit_enrolments
from shared.timetable.permissions import may_plan

REGISTERS, WALK_INS = "registers", "walk_ins"
_KINDS = frozenset({"class_session", "observation", "register", "cohort", "enrolment", "person"})
_ORDER = (Progress.NOT_TAKEN, Progress.OPEN, Progress.PLANNED, Progress.FINISHED, Progress.CANCELLED)


class RegistersPage(QWidget):
    """Lists registers by days, cohort and progress; Enter opens one."""

    def __init__(self, desk: Desk, _entity_id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self._all = sees_all(desk)
        self.setWindowTitle(self.tr("Attendance"))
        self.lines: list[RegisterLine] = []
        self.source: ListSource[RegisterLine] = ListSource(
            lambda line: line.id,
            {
                "starts": lambda line: line.session.starts.timestamp(),
                "cohort": lambda line: line.session.cohort,
                "title": lambda line: line.session.title,
                "instructor": lambda line: line.session.instructor,
                "progress": lambda line: _ORDER.index(line.progress),
            },
            name_key="cohort",
        )
        self._make(details or {})
        self.refresh()
        follow(desk.store, self, self._store_changed)
        if (details or {}).get("act") == "unplanned":
            QTimer.singleShot(0, self, self.new)  # once the page has its window

    def _make(self, details: Mapping[str, Any]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Attendance"))
        self.month = self.head.add_button(secondary(self.tr("Month"), "calendar", self._open_month))
        if may_plan(self._desk.actor) or own_cohorts(self._desk):
            self.head.add_button(primary(self.tr("Add an unplanned class"), "plus", self.new))
        column.addWidget(self.head)
        self.tabs = Tabs([(REGISTERS, self.tr("Registers")), (WALK_INS, self.tr("Walk-ins to confirm"))])
        office = may_edit_enrolments(self._desk.actor)
        show_part(self.tabs, office)
        column.addWidget(self.tabs)
        self.parts = QStackedWidget()
        self.parts.addWidget(self._make_registers(details))
        self.walk_ins = WalkInsView(self._desk) if office else None
        if self.walk_ins is not None:
            self.parts.addWidget(self.walk_ins)
        column.addWidget(self.parts, 1)
        if self.walk_ins is not None:
            self.walk_ins.counted.connect(self._show_walk_ins)
            self._show_walk_ins(len(self.walk_ins.cards))
        self.tabs.chosen_changed.connect(lambda tab: self.parts.setCurrentIndex(int(tab == WALK_INS)))
        if office and details.get("tab") == WALK_INS:
            self.tabs.choose(WALK_INS)

    def _make_registers(self, details: Mapping[str, Any]) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.filters = FilterRow(self.tr("Search registers"))
        spans = span_choices(Span.LAST_WEEKS, Span.TODAY, Span.THIS_WEEK, Span.ALL)
        self.filters.add_filter("span", self.tr("Days"), spans)
        states = [(str(one), progress_word(one)) for one in _ORDER]
        self.filters.add_filter("progress", self.tr("State"), [("", self.tr("All states")), *states])
        cohorts = [("", self.tr("All cohorts")), *((one.id, one.name) for one in cohort_choices(self._desk))]
        self.filters.add_filter("cohort", self.tr("Cohort"), cohorts)
        for key in self.filters.filters:
            self.filters.filters[key].choose(details.get(key))
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Registers"))
        self.table.sort_by("starts", descending=True)
        self.body = FilteredTable(self.filters, self.table, icon="clipboard-check", empty_words=self._nothing)
        self.empty, self.stack = self.body.empty, self.body.stack
        column.addWidget(self.body, 1)
        self.filters.changed.connect(self.refresh)
        self.table.opened.connect(lambda session_id: self._desk.open("attendance.register", session_id))
        return part

    def _open_month(self) -> None:
        self._desk.open("attendance.month", self.filters.chosen().get("cohort") or None)

    def _columns(self) -> list[Column]:
        columns = [
            Column("starts", self.tr("Day"), lambda line: day_words(line.session.starts.date()), width=110),
            Column("", self.tr("Time"), lambda line: line.session.times, CellKind.MUTED, width=110, sortable=False),
            Column("cohort", self.tr("Cohort"), lambda line: line.session.cohort, width=210),
            Column("title", self.tr("Class"), self._title, CellKind.MUTED, width=200, stretch=True),
            Column("instructor", self.tr("Instructor"), lambda line: line.session.instructor, CellKind.MUTED, 150),
            Column("", self.tr("Present"), self._present, CellKind.NUMBER, width=90, sortable=False),
            Column("", self.tr("Late"), self._late, CellKind.NUMBER, width=70, sortable=False),
            Column("", self.tr("Absent"), self._absent, CellKind.NUMBER, width=80, sortable=False),
            Column("progress", self.tr("State"), self._state, CellKind.BADGE, width=130),
        ]
        return columns if self._all else [one for one in columns if one.key != "instructor"]

    def _title(self, line: RegisterLine) -> Cell:
        detail = self.tr("unplanned") if line.session.body.get("unplanned") else ""
        return Cell(line.session.title, detail=detail)

    @staticmethod
    def _number(line: RegisterLine, state: AttendanceState) -> str:
        return str(line.counts[str(state)]) if line.marked else ""

    def _present(self, line: RegisterLine) -> str:
        return self._number(line, AttendanceState.PRESENT)

    def _late(self, line: RegisterLine) -> str:
        return self._number(line, AttendanceState.LATE)

    def _absent(self, line: RegisterLine) -> str:
        return self._number(line, AttendanceState.ABSENT)

    @staticmethod
    def _state(line: RegisterLine) -> Cell:
        tone, icon = PROGRESS_LOOKS[line.progress]
        return Cell(progress_word(line.progress), tone, icon)

    # -------------------------------------------------------------------------------------------------- showing

    def refresh(self) -> None:
        """Read the registers of the filters anew."""
        today = local_now(self._desk, zone_of(self._desk)).date()
        chosen = self.filters.chosen()
        first, last = days_of(chosen.get("span", Span.LAST_WEEKS), today)
        found = register_lines(self._desk, first, last, cohort_id=chosen.get("cohort", ""))
        wanted = chosen.get("progress")
        self.lines = [line for line in found if wanted is None or line.progress == wanted]
        self.source.set_rows(self.lines)
        self.body.show_rows(len(self.lines))
        not_taken = sum(line.progress is Progress.NOT_TAKEN for line in found)
        words = self.tr("{count} not taken").format(count=not_taken) if not_taken else self.tr("All taken")
        self.head.set_words(self.tr("Attendance"), words if found else "")

    def _show_walk_ins(self, count: int) -> None:
        words = self.tr("Walk-ins to confirm")
        self.tabs.set_text(WALK_INS, self.tr("{words} ({count})").format(words=words, count=count) if count else words)

    def _nothing(self, typed: str, _filtered: bool) -> tuple[str, str]:
        if typed:
            words = self.tr("No register matches “{typed}”").format(typed=typed)
            return words, self.tr("Clear the search or choose other days.")
        words = self.tr("Registers appear with the classes of these days. Choose other days or all states.")
        return self.tr("No registers here"), words

    def _store_changed(self, changed: Changed) -> None:
        if not changed.kinds & _KINDS:
            return
        self.refresh()
        if self.walk_ins is not None and changed.kinds & {"enrolment", "person"}:
            self.walk_ins.refresh()

    # --------------------------------------------------------------------------------------------------- acting

    def new(self) -> None:
        """Add an unplanned class and open its register."""
        dialog = UnplannedDialog(self.window(), self._desk, self.filters.chosen().get("cohort", ""))
        dialog.added.connect(lambda session_id: self._desk.open("attendance.register", session_id))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.search.setFocus()

    def print_page(self) -> None:
        """Show the register under the cursor as it prints, with a column to sign in."""
        session_id = self.table.current_id()
        if session_id:
            preview_register(self, self._desk, session_id)

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.table if self.table.record_model.rowCount() else self.filters.search
