"""The tables of reports: their columns, their rows in the order of the screen, and the sheet that leaves the house."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop.attendance.report_documents import groups_sheet, hours_paper, hours_sheet, percent_text, students_sheet
from desktop.people.table_paper import Paper
from desktop.shell.table_files import Sheet, minutes_words
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.attendance.report_rules import is_below
from shared.core.text import text

STUDENTS, COHORTS, COURSES, TERMS, HOURS, OPEN = "students", "cohorts", "courses", "terms", "hours", "open"
GROUPS = {COHORTS: "cohort", COURSES: "course"}


def _tr(words: str) -> str:
    return QCoreApplication.translate("ReportView", words)


class ReportView:
    """One table with its rows; `sheet(about)` is what it shows, as it is sorted and searched."""

    def __init__(
        self, key: str, name: str, columns: Sequence[Column], values: dict[str, Callable[[Any], object]]
    ) -> None:
        self.key = key
        self.threshold = 80
        self.source: ListSource[Any] = ListSource(lambda row: row.id, values, name_key="name")
        self.table = RecordTable(self.source, columns, name=name)

    def show(self, rows: Sequence[Any], threshold: int) -> None:
        """Show other rows; order and search stay."""
        self.threshold = threshold
        self.source.set_rows(rows)
        self.table.refresh()

    def rows(self) -> list[Any]:
        """Return the rows in the order of the screen."""
        model = self.table.record_model
        ids = self.source.ids(model.query, 0, self.source.count(model.query))
        found = self.source.rows(ids)
        return [found[one] for one in ids]

    def sheet(self, about: str) -> Sheet:
        """Return what is on the screen."""
        rows = self.rows()
        if self.key == STUDENTS:
            return students_sheet(rows, about)
        if self.key == HOURS:
            return hours_sheet(rows, about)
        titles = {
            COHORTS: (text("Attendance by cohort"), text("Cohort")),
            COURSES: (text("Attendance by course"), text("Course")),
            TERMS: (text("Attendance by term"), text("Term")),
        }
        return groups_sheet(*titles[self.key], rows, about)

    def paper(self) -> Paper:
        """Return the paper that the sheet is printed on."""
        return hours_paper() if self.key == HOURS else Paper()


def _counts(of: Callable[[Any], Any], threshold: Callable[[], int]) -> list[Column]:
    def number(state: str) -> Callable[[Any], str]:
        return lambda row: f"{getattr(of(row), state):,}"

    def percent(row: Any) -> Cell:
        below = is_below(of(row), threshold())
        return Cell(percent_text(of(row).percent), "bad" if below else "", "circle-alert" if below else "")

    titles = {
        "present": _tr("Present"),
        "late": _tr("Late"),
        "left_early": _tr("Left early"),
        "absent": _tr("Absent"),
        "excused": _tr("Excused"),
    }
    widths = {"present": 68, "late": 46, "left_early": 76, "absent": 64, "excused": 76}
    made = [Column(one, title, number(one), CellKind.NUMBER, width=widths[one]) for one, title in titles.items()]
    return [Column("percent", _tr("Percent"), percent, CellKind.BADGE, width=76), *made]


def _count_values() -> dict[str, Callable[[Any], object]]:
    def value(state: str) -> Callable[[Any], object]:
        return lambda row: getattr(row.tally, state)

    return {state: value(state) for state in ("present", "late", "left_early", "absent", "excused", "percent")}


def students_view() -> ReportView:
    """Return the table of students."""
    holder: list[ReportView] = []
    columns = [
        Column("name", _tr("Student"), lambda row: Cell(row.name, detail=row.number), width=158, stretch=True),
        Column("cohort", _tr("Cohort"), lambda row: row.cohort, CellKind.MUTED, width=114),
        *_counts(lambda row: row.tally, lambda: holder[0].threshold if holder else 80),
        Column("streak", _tr("In a row"), lambda row: str(row.streak or ""), CellKind.NUMBER, width=70),
    ]
    values: dict[str, Callable[[Any], object]] = {
        "name": lambda row: row.name,
        "number": lambda row: row.number,
        "cohort": lambda row: row.cohort,
        **_count_values(),
        "streak": lambda row: row.streak,
    }
    holder.append(ReportView(STUDENTS, _tr("Attendance by student"), columns, values))
    return holder[0]


def groups_view(key: str) -> ReportView:
    """Return the table of cohorts, courses or terms."""
    holder: list[ReportView] = []
    title = {COHORTS: _tr("Cohort"), COURSES: _tr("Course"), TERMS: _tr("Term")}[key]
    columns = [
        Column("name", title, lambda row: row.name, width=150, stretch=True),
        Column("students", _tr("Students"), lambda row: f"{row.students:,}", CellKind.NUMBER, width=80),
        *_counts(lambda row: row.tally, lambda: holder[0].threshold if holder else 80),
        Column("below", _tr("Students below"), lambda row: str(row.below or ""), CellKind.NUMBER, width=118),
    ]
    values: dict[str, Callable[[Any], object]] = {
        "name": lambda row: row.name,
        "students": lambda row: row.students,
        **_count_values(),
        "below": lambda row: row.below,
    }
    holder.append(ReportView(key, title, columns, values))
    return holder[0]


def hours_view() -> ReportView:
    """Return the table of hours for a sponsor."""
    columns = [
        Column(
            "name",
            _tr("Student"),
            lambda row: Cell(row.student.name, detail=row.student.number),
            width=220,
            stretch=True,
        ),
        Column("cohort", _tr("Cohort"), lambda row: row.student.cohort, CellKind.MUTED, width=210),
        Column("classes", _tr("Classes"), lambda row: str(row.hours.classes), CellKind.NUMBER, width=80),
        Column("planned", _tr("Planned"), lambda row: minutes_words(row.hours.planned), CellKind.NUMBER, width=120),
        Column(
            "missed",
            _tr("Late or left early"),
            lambda row: minutes_words(row.hours.missed_minutes),
            CellKind.NUMBER,
            width=140,
        ),
        Column("attended", _tr("Attended"), lambda row: minutes_words(row.hours.attended), CellKind.NUMBER, width=130),
    ]
    values: dict[str, Callable[[Any], object]] = {
        "name": lambda row: row.student.name,
        "number": lambda row: row.student.number,
        "cohort": lambda row: row.student.cohort,
        "classes": lambda row: row.hours.classes,
        "planned": lambda row: row.hours.planned,
        "missed": lambda row: row.hours.missed_minutes,
        "attended": lambda row: row.hours.attended,
    }
    return ReportView(HOURS, _tr("Hours attended"), columns, values)
