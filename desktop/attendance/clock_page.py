"""Bringing in a time clock's records: choose the file, look at what it says, record it, take it back. All offline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.attendance.clock_actions import (
    ClockCheck,
    Recorded,
    check_file,
    options_for,
    read_file,
    record,
    take_back,
)
from desktop.attendance.words import LOOKS, mark_words
from desktop.core.desk import Desk
from desktop.learning.import_choose import DropWords, DropZone
from desktop.shell.page import tell, tell_problem
from desktop.timetable.times import clock_words, local_now, short_day, zone_of
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card, Well
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.field import Field
from desktop.widgets.layouts import FactGrid, PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.tabs import Tabs
from shared.attendance.clock_file import ClockColumn, DateOrder
from shared.attendance.clock_match import Entry
from shared.core.errors import CampusError
from shared.core.text import plural

MARKS, PROBLEMS = "marks", "problems"


@dataclass(frozen=True)
class Problem:
    """A row that can't be used."""

    line: int
    sentence: str


class ClockPage(QWidget):
    """Two steps: the file, and what it would record. Nothing is recorded before the button says so."""

    def __init__(self, desk: Desk, _id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._zone = desk, zone_of(desk)
        self._data, self._name = b"", ""
        self.check: ClockCheck | None = None
        self.setWindowTitle(self.tr("Time clock"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Time clock"))
        self.back_button = secondary(self.tr("Other file"), on_click=self.back)
        self.record_button = primary("", "check", self.record)
        self.head.add_button(self.back_button)
        self.head.add_button(self.record_button)
        column.addWidget(self.head)
        self.steps = QStackedWidget()
        self.steps.addWidget(self._make_choose())
        self.steps.addWidget(self._make_review())
        column.addWidget(self.steps, 1)
        self._follow()

    # ------------------------------------------------------------------------------------------------------ making

    def _make_choose(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self.drop = DropZone(
            words=DropWords(
                self.tr("Drop the clock's file here, or choose it"),
                self.tr("A CSV file with student numbers and times. Nothing is recorded before you agree."),
                self.tr("Choose a time clock's file"),
                self.tr("Time clock files (*.csv *.txt *.tsv);;All files (*)"),
            )
        )
        self.drop.chosen.connect(self.take)
        column.addWidget(self.drop)
        self.refusal = Well("circle-alert", " ", "warn")
        self.refusal.hide()
        column.addWidget(self.refusal)
        self.columns_box = QWidget()
        row = QHBoxLayout(self.columns_box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.column_combos = {
            ClockColumn.NUMBER: Combo(name=self.tr("Student number")),
            ClockColumn.STAMP: Combo(name=self.tr("Date and time")),
            ClockColumn.DATE: Combo(name=self.tr("Date")),
            ClockColumn.TIME: Combo(name=self.tr("Time")),
        }
        for combo in self.column_combos.values():
            row.addWidget(Field(combo.accessibleName(), combo))
        row.addWidget(secondary(self.tr("Read it so"), on_click=self.read_again))
        row.addStretch(1)
        self.columns_box.hide()
        column.addWidget(self.columns_box)
        column.addStretch(1)
        return box

    def _make_review(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        card = Card()
        self.facts = FactGrid(5)
        card.add(self.facts)
        column.addWidget(card)
        column.addWidget(self._make_days())
        self.tabs = Tabs([(MARKS, ""), (PROBLEMS, "")], name=self.tr("What was found"))
        self.tabs.chosen_changed.connect(lambda _tab: self._show_tab())
        column.addWidget(self.tabs)
        self.parts = QStackedWidget()
        self.mark_source: ListSource[Entry] = ListSource(
            lambda entry: str(entry.line),
            {"line": lambda one: one.line, "name": lambda one: one.name, "at": lambda one: one.at},
            name_key="name",
        )
        self.marks = RecordTable(self.mark_source, self._mark_columns(), name=self.tr("Marks"))
        self.problem_source: ListSource[Problem] = ListSource(
            lambda problem: f"{problem.line}", {"line": lambda one: one.line}, name_key="line"
        )
        self.problems = RecordTable(self.problem_source, self._problem_columns(), name=self.tr("Rows left out"))
        self.nothing = EmptyState("circle-check", "")
        for table in (self.marks, self.problems):
            part = Card(padded=False)
            part.add(table, 1)
            self.parts.addWidget(part)
        self.parts.addWidget(self.nothing)
        column.addWidget(self.parts, 1)
        return box

    def _make_days(self) -> QWidget:
        """What a person can say where the file itself doesn't: the day of bare times, and what 03/04 means."""
        self.days = QWidget()
        row = QHBoxLayout(self.days)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.day = DateField(today=lambda: local_now(self._desk, self._zone).date(), name=self.tr("Day of the times"))
        self.day.changed.connect(lambda _day: self.read_again())
        self.day_field = Field(self.tr("Day of the times"), self.day)
        row.addWidget(self.day_field)
        orders = [
            (str(DateOrder.DAY_FIRST), self.tr("Day first: 3 April")),
            (str(DateOrder.MONTH_FIRST), self.tr("Month first: 4 March")),
        ]
        self.order = Combo(orders, name=self.tr("What 03/04 means"))
        self.order.currentIndexChanged.connect(lambda _index: self.read_again())
        self.order_field = Field(self.tr("What 03/04 means"), self.order)
        row.addWidget(self.order_field)
        row.addStretch(1)
        self.day_field.hide()
        self.order_field.hide()
        return self.days

    def _mark_columns(self) -> list[Column]:
        return [
            Column("line", self.tr("Line"), lambda one: Cell(f"{one.line}"), CellKind.NUMBER, 64),
            Column("name", self.tr("Student"), lambda one: Cell(one.name, number=one.number), CellKind.PERSON, 220),
            Column("", self.tr("Class"), self._class_of, width=240, stretch=True, sortable=False),
            Column("at", self.tr("Seen"), lambda one: f"{short_day(one.at.date())} {clock_words(one.at)}", width=130),
            Column("", self.tr("Mark"), self._state_of, CellKind.BADGE, width=150, sortable=False),
            Column("", "", self._beside, CellKind.MUTED, width=200, sortable=False),
        ]

    def _problem_columns(self) -> list[Column]:
        return [
            Column("line", self.tr("Line"), lambda one: Cell(f"{one.line}"), CellKind.NUMBER, 64),
            Column("", self.tr("Why it is left out"), lambda one: one.sentence, stretch=True, sortable=False),
        ]

    def _class_of(self, entry: Entry) -> str:
        cohort = self._desk.store.get("cohort", entry.session["cohort_id"]) or {}
        return str(entry.session.get("title") or cohort.get("name") or "")

    @staticmethod
    def _state_of(entry: Entry) -> Cell:
        look = LOOKS[entry.state]
        return Cell(mark_words(entry.state, entry.minutes), look.tone, look.icon)

    def _beside(self, entry: Entry) -> str:
        return "" if entry.counts else self.tr("Beside the mark there")

    # ----------------------------------------------------------------------------------------------------- reading

    def take(self, path: Path) -> None:
        """Read a file that was chosen or dropped."""
        try:
            self._data, self._name = read_file(path), path.name
        except CampusError as problem:
            self._refuse(problem)
            return
        self.day.set_value(None)
        self.read_again(first=True)

    def read_again(self, *, first: bool = False) -> None:
        """Look at the file once more, with what the person said about it."""
        if not self._data and not first:
            return
        said: dict[str, Any] = {"day": self.day.value}
        if not first and not self.order_field.isHidden() and self.order.chosen:
            said["order"] = DateOrder(self.order.chosen)
        if not self.columns_box.isHidden():
            said["columns"] = {name: one.chosen for name, one in self.column_combos.items() if one.chosen}
        options, data, desk = options_for(self._desk, **said), self._data, self._desk
        run_in_background(lambda: check_file(desk, data, options), self._show, self._failed, self)

    def _failed(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        self._refuse(problem)

    def _refuse(self, problem: CampusError) -> None:
        self.steps.setCurrentIndex(0)
        if self.refusal.words is not None:
            self.refusal.words.setText(problem.message)
        self.refusal.show()
        heads = [head for head in problem.details.get("heads", ()) if head]
        self.columns_box.setVisible(bool(heads))
        for name, combo in self.column_combos.items():
            nothing = [] if name is ClockColumn.NUMBER else [("", self.tr("None"))]
            combo.set_choices([*nothing, *((head, head) for head in heads)])
        self._follow()

    def _show(self, check: ClockCheck) -> None:
        self.check = check
        self.refusal.hide()
        entries, problems = check.plan.entries, [Problem(*one) for one in check.problems]
        beside = sum(not one.counts for one in entries)
        for label, number, tone in (
            (self.tr("Rows read"), check.read.rows, "text"),
            (self.tr("Marks"), len(entries) - beside, "ok" if len(entries) > beside else "text"),
            (self.tr("Beside other marks"), beside, "text"),
            (self.tr("Known already"), check.unchanged, "text"),
            (self.tr("Left out"), len(problems), "warn" if problems else "text"),
        ):
            self.facts.set_fact(label, f"{number:,}", tone)
        bare = any(one.code == "clock_date_missing" for one in check.read.faults)
        self.day_field.setVisible(bare or self.day.value is not None)
        self.order_field.setVisible(check.read.unsure or not self.order_field.isHidden())
        self.days.setVisible(not self.day_field.isHidden() or not self.order_field.isHidden())
        self.mark_source.set_rows(list(entries))
        self.problem_source.set_rows(problems)
        for table in (self.marks, self.problems):
            table.refresh()
        self.tabs.set_text(MARKS, self.tr("Marks ({n})").format(n=f"{len(entries):,}"))
        self.tabs.set_text(PROBLEMS, self.tr("Left out ({n})").format(n=f"{len(problems):,}"))
        self.tabs.choose(MARKS if entries or not problems else PROBLEMS)
        self.steps.setCurrentIndex(1)
        self._show_tab()
        self._follow()

    def _show_tab(self) -> None:
        marks = self.tabs.chosen == MARKS
        rows = (self.check.plan.entries if marks else self.check.problems) if self.check else []
        if rows:
            self.parts.setCurrentIndex(0 if marks else 1)
            return
        if marks:
            words = self.tr("Nothing new to record"), self.tr("Everything the clock says is known already.")
        else:
            words = self.tr("No row is left out"), self.tr("Every row belongs to a class.")
        self.nothing.set_words(*words)
        self.parts.setCurrentIndex(2)

    def _follow(self) -> None:
        reviewing = self.steps.currentIndex() == 1
        count = len(self.check.plan.entries) if self.check else 0
        self.back_button.setVisible(reviewing)
        self.record_button.setVisible(reviewing)
        self.record_button.setText(plural("Record {n} mark", "Record {n} marks", count))
        self.record_button.setEnabled(bool(count))
        words = self.tr("{file}: what it says. Nothing is recorded yet").format(file=self._name)
        self.head.set_words(
            self.tr("Time clock"), words if reviewing else self.tr("Attendance from the records of a time clock")
        )

    # ------------------------------------------------------------------------------------------------------ acting

    def first_focus(self) -> QWidget:
        """Begin with the file."""
        return self.drop.button if self.steps.currentIndex() == 0 else self.record_button

    def back(self) -> bool:
        """Choose another file; False where that is what is shown."""
        if self.steps.currentIndex() == 0:
            return False
        self.steps.setCurrentIndex(0)
        self.check, self._data = None, b""
        self.columns_box.hide()
        self._follow()
        return True

    def record(self) -> None:
        """Record what is shown."""
        check, desk = self.check, self._desk
        if check is None or not check.plan.entries:
            return
        self.record_button.setEnabled(False)
        run_in_background(lambda: record(desk, check), self._recorded, self._not_recorded, self, Lane.LOCAL_WRITE)

    def _recorded(self, recorded: Recorded) -> None:
        count = len(recorded.made)
        tell(self, plural("{n} mark recorded", "{n} marks recorded", count), lambda: self.undo(recorded))
        self.back()

    def undo(self, recorded: Recorded) -> None:
        """Take back what was recorded."""
        try:
            count = take_back(self._desk, recorded)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        tell(self, plural("{n} mark taken back", "{n} marks taken back", count))

    def _not_recorded(self, problem: Exception) -> None:
        self._follow()
        if not isinstance(problem, CampusError):
            raise problem
        tell_problem(self, problem)
