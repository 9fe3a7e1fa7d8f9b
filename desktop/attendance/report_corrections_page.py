"""The page of corrections: what was said in class and by the office beside each other; one key corrects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.attendance.report_corrections import (
    ALL,
    CORRECTED,
    DISPUTED,
    Body,
    CorrectionRow,
    Corrections,
    correction_rows,
)
from desktop.attendance.report_store import report_cohorts
from desktop.attendance.words import LOOKS, mark_words, spoken_words
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow, tell, tell_problem
from desktop.timetable.spans import Span, days_of, span_choices
from desktop.timetable.times import day_words, local, local_now, moment_words, zone_of
from desktop.widgets.announce import announce
from desktop.widgets.background import run_in_background
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.key_cap import KeyHint
from desktop.widgets.layouts import FlowLayout, PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.attendance.vocabulary import AttendanceState
from shared.core.errors import CampusError

_KINDS = frozenset({"observation", "class_session", "enrolment", "leave_request", "conflict", "register"})
_KEYS = {
    Qt.Key.Key_P: AttendanceState.PRESENT,
    Qt.Key.Key_L: AttendanceState.LATE,
    Qt.Key.Key_A: AttendanceState.ABSENT,
    Qt.Key.Key_E: AttendanceState.EXCUSED,
}


def _mark(said: Body | None) -> Cell:
    if said is None:
        return Cell("")
    look = LOOKS[said["state"]]
    return Cell(mark_words(said["state"], said.get("minutes")), look.tone, look.icon)


class CorrectionsPage(QWidget):
    """P, L, A, E say what counts for the current student, Backspace takes the mark away, Ctrl Z takes that back."""

    def __init__(self, desk: Desk, _entity_id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._zone = desk, zone_of(desk)
        self.corrections = Corrections(desk)
        self.rows: list[CorrectionRow] = []
        self._asked = self.shown = 0
        self.setWindowTitle(self.tr("Corrections"))
        self.source: ListSource[CorrectionRow] = ListSource(
            lambda one: one.id,
            {
                "starts": lambda one: one.starts.timestamp(),
                "name": lambda one: one.row.member.name,
                "cohort": lambda one: one.cohort,
            },
            name_key="name",
        )
        self._make(details or {})
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _make(self, details: Mapping[str, Any]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        words = self.tr("What was said in class and by the office. The office’s word counts.")
        column.addWidget(PageHead(self.tr("Corrections"), words))
        self.filters = FilterRow(self.tr("Search a student"))
        self.filters.add_filter("span", self.tr("Days"), span_choices(Span.LAST_WEEKS, Span.TODAY, Span.ALL))
        shows = [
            (CORRECTED, self.tr("Corrected marks")),
            (DISPUTED, self.tr("Two people disagree")),
            (ALL, self.tr("All marks")),
        ]
        self.filters.add_filter("show", self.tr("Marks"), shows)
        cohorts = [("", self.tr("All cohorts")), *((one.id, one.name) for one in report_cohorts(self._desk))]
        self.filters.add_filter("cohort", self.tr("Cohort"), cohorts)
        for key, combo in self.filters.filters.items():
            combo.choose(details.get(key))
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Corrections"))
        self.table.installEventFilter(self)
        self.body = FilteredTable(
            self.filters, self.table, icon="pencil-ruler", empty_words=self._nothing, above=self._make_keys()
        )
        self.empty, self.stack = self.body.empty, self.body.stack
        column.addWidget(self.body, 1)
        self.filters.changed.connect(self.refresh)
        self.table.opened.connect(self._open)

    def _make_keys(self) -> QWidget:
        box = QWidget()
        line = FlowLayout(box, space=12)
        for key, words in (("P", "present"), ("L", "late"), ("A", "absent"), ("E", "excused")):
            line.addWidget(KeyHint(key, spoken_words(words, None)))
        line.addWidget(KeyHint("Backspace", self.tr("not marked")))
        line.addWidget(KeyHint("Ctrl Z", self.tr("undo")))
        return box

    def _columns(self) -> list[Column]:
        return [
            Column("starts", self.tr("Class"), lambda one: day_words(one.starts.date()), width=96),
            Column("name", self.tr("Student"), self._name, width=170, stretch=True),
            Column("cohort", self.tr("Cohort"), lambda one: one.cohort, CellKind.MUTED, width=150),
            Column("", self.tr("In class"), lambda one: _mark(one.in_class), CellKind.BADGE, 136, sortable=False),
            Column("", self.tr("By, when"), lambda one: self._who(one.in_class), CellKind.MUTED, 180, sortable=False),
            Column("", self.tr("Office"), lambda one: _mark(one.by_office), CellKind.BADGE, 136, sortable=False),
            Column("", self.tr("By, when"), lambda one: self._who(one.by_office), CellKind.MUTED, 180, sortable=False),
        ]

    @staticmethod
    def _name(one: CorrectionRow) -> Cell:
        return Cell(one.row.member.name, detail=one.row.member.number)

    def _who(self, said: Body | None) -> str:
        if said is None:
            return ""
        when = moment_words(local(said["observed_at"], self._zone), local_now(self._desk, self._zone).date())
        return ", ".join(part for part in (said.get("author_name") or "", when) if part)

    # ------------------------------------------------------------------------------------------------ showing

    def _days(self) -> tuple[date, date]:
        today = local_now(self._desk, self._zone).date()
        first, last = days_of(self.filters.chosen().get("span", Span.LAST_WEEKS), today)
        return first, min(last, today)

    def refresh(self) -> None:
        """Read the marks of the filters anew, in the background."""
        chosen = self.filters.chosen()
        first, last = self._days()
        self._asked += 1
        asked = self._asked
        show, cohort = chosen.get("show", CORRECTED), chosen.get("cohort", "")

        def arrived(found: list[CorrectionRow]) -> None:
            if asked == self._asked:
                self.shown = asked
                self._show(found)

        run_in_background(lambda: correction_rows(self._desk, first, last, show, cohort), arrived, None, self)

    def _show(self, rows: list[CorrectionRow]) -> None:
        self.rows = rows
        self.source.set_rows(rows)
        self.body.show_rows(len(rows))

    def _nothing(self, _typed: str, _filtered: bool) -> tuple[str, str]:
        words = self.tr("Choose other days, another cohort, or all marks.")
        return self.tr("No such marks in these days"), words

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & _KINDS:
            self.refresh()

    # ------------------------------------------------------------------------------------------------- acting

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that correct while the table has the focus."""
        if watched is self.table and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key, plain = Qt.Key(event.key()), not event.modifiers()
            if plain and key in _KEYS:
                self.correct(_KEYS[key])
                return True
            if plain and key == Qt.Key.Key_Backspace:
                self.correct(AttendanceState.NONE)
                return True
        return super().eventFilter(watched, event)

    def current(self) -> CorrectionRow | None:
        """Return the mark under the cursor."""
        name = self.table.current_id()
        return next((one for one in self.rows if one.id == name), None)

    def correct(self, state: AttendanceState) -> None:
        """Correct the current mark, with Undo."""
        one = self.current()
        if one is None:
            return
        words = self.tr("{name}: {state}").format(name=one.row.member.name, state=spoken_words(state, None))

        def act() -> bool:
            is_none = state is AttendanceState.NONE
            return self.corrections.clear(one) if is_none else self.corrections.mark(one, state)

        if self._run(act):
            announce(self, words)
            tell(self, words, self.undo)

    def undo(self) -> None:
        """Take the last correction back."""
        self._run(lambda: tell(self, self.corrections.undo()))

    def _run(self, act: Callable[[], Any]) -> bool:
        try:
            done = act()
        except CampusError as problem:
            tell_problem(self, problem)
            return False
        self.refresh()
        return bool(done)

    def _open(self, mark: str) -> None:
        one = next((one for one in self.rows if one.id == mark), None)
        if one is not None:
            self._desk.open("attendance.register", one.session_id)

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.search.setFocus()

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        return [
            ("P, L, A, E", self.tr("Present, late, absent, excused")),
            ("Backspace", self.tr("Take the mark away")),
            ("Ctrl Z", self.tr("Undo")),
            ("Enter", self.tr("Open the register")),
        ]

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.table
