"""A student's own marks: every piece of work with its due time, and what was published of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.grading.own_explain import OwnLine, due_of, explain_own, own_lines
from desktop.grading.own_grades import OwnGrades
from desktop.grading.store import KINDS_READ
from desktop.grading.words import cell_words, grade_figure
from desktop.shell.page import follow
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.text import text
from shared.grading.course_grade_rules import word_told
from shared.grading.ids import course_grade_id
from shared.grading.points import points_text
from shared.grading.vocabulary import MarkStatus, WorkKind


class OwnMarksPage(QWidget):
    """Enter opens how a mark came about, with its levels and feedback."""

    def __init__(self, desk: Desk, _id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.setWindowTitle(self.tr("My marks"))
        self.lines: list[OwnLine] = []
        self.source: ListSource[OwnLine] = ListSource(
            lambda line: line.id,
            {
                "due": lambda line: line.column.body.get("due_at") or "9999",
                "work": lambda line: line.column.title,
                "course": self._course,
            },
            name_key="work",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("My marks"))
        column.addWidget(self.head)
        self.grades = OwnGrades(self._desk)
        column.addWidget(self.grades)
        self.table = RecordTable(self.source, self._columns(), name=self.tr("My marks"))
        self.table.sort_by("due", descending=True)
        self.table.opened.connect(self.open_line)
        filters = FilterRow(self.tr("Search my work"))
        self.body = FilteredTable(filters, self.table, icon="table-2", empty_words=self._nothing)
        column.addWidget(self.body, 1)
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _columns(self) -> list[Column]:
        return [
            Column("work", self.tr("Work"), lambda line: line.column.title, width=220, stretch=True),
            Column("course", self.tr("Course"), self._course, CellKind.MUTED, width=220),
            Column("due", self.tr("Due"), self._due, CellKind.MUTED, width=150),
            Column("", self.tr("State"), self._state, CellKind.BADGE, width=150, sortable=False),
            Column("", self.tr("Mark"), self._mark, CellKind.NUMBER, width=130, sortable=False),
        ]

    @staticmethod
    def _course(line: OwnLine) -> str:
        return str(line.book.cohort.get("name") or "")

    def _due(self, line: OwnLine) -> str:
        return due_of(self._desk, line)

    def _state(self, line: OwnLine) -> Cell:
        if line.cell.status is MarkStatus.EXCUSED:
            return Cell(self.tr("Excused"), "vio")
        if line.cell.status is MarkStatus.MISSING:
            return Cell(self.tr("Missing"), "bad", "circle-alert")
        if line.cell.counts:
            return Cell(self.tr("Graded"), "ok", "check")
        return Cell(self.tr("Not published yet"), "neu", "clock")

    @staticmethod
    def _mark(line: OwnLine) -> str:
        if line.cell.status is not MarkStatus.MARKED:
            return ""
        points = points_text(line.column.points)
        return text("{score} of {points}", score=cell_words(line.book, line.column, line.cell), points=points)

    # ------------------------------------------------------------------------------------------------ showing

    def refresh(self) -> None:
        """Read the marks anew."""
        self.lines = own_lines(self._desk)
        self.source.set_rows(self.lines)
        self.body.show_rows(len(self.lines))
        self.grades.refresh()
        self.head.set_words(self.tr("My marks"), self._grades())

    def _grades(self) -> str:
        parts = []
        for line in {line.book.cohort_id: line for line in self.lines}.values():
            grade = line.book.grade(line.cell.enrolment_id)
            if grade.percent is not None and course_grade_id(line.cell.enrolment_id) not in self.grades.grades:
                word = word_told(line.book.scheme, grade)
                figure = " ".join(part for part in (grade_figure(line.book, grade), word) if part)
                parts.append(text("{course}: {grade} so far", course=self._course(line), grade=figure))
        waiting = "" if self.grades.grades else self.tr("Marks appear here when they are published")
        return " · ".join(parts) or waiting

    def _nothing(self, typed: str, _filtered: bool) -> tuple[str, str]:
        if typed:
            return self.tr("No work matches “{typed}”").format(typed=typed), self.tr("Clear the search.")
        return self.tr("No work yet"), self.tr("Work that your instructors set appears here.")

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    def open_line(self, assignment_id: str) -> None:
        """Open the page of work that is handed in here; of other work, how its mark came about."""
        line = next((one for one in self.lines if one.id == assignment_id), None)
        if line is not None and line.column.body["work_kind"] == WorkKind.HANDED_IN:
            self._desk.open("grading.work", assignment_id)
        else:
            self.explain(assignment_id)

    def explain(self, assignment_id: str) -> None:
        """Open how a mark came about."""
        line = next((one for one in self.lines if one.id == assignment_id), None)
        if line is not None:
            explain_own(self, self._desk, line)

    # --------------------------------------------------------------------------------------- what the window asks

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.body.filters.search.setFocus()

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.table
