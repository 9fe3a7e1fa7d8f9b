"""Reports on attendance: percentages, hours and open registers, with charts, files and paper of what is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.attendance.report_charts import group_points, summary_of, week_points
from desktop.attendance.report_documents import period_words
from desktop.attendance.report_filters import ReportFilters
from desktop.attendance.report_open import OpenRegisters
from desktop.attendance.report_store import Figures, figures
from desktop.attendance.report_views import (
    COHORTS,
    COURSES,
    GROUPS,
    HOURS,
    OPEN,
    STUDENTS,
    TERMS,
    ReportView,
    groups_view,
    hours_view,
    students_view,
)
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.core.long_work import StoppedError, Work
from desktop.shell.document_preview import ask_path
from desktop.shell.file_task import FileTask, teller
from desktop.shell.page import follow, tell_problem
from desktop.shell.table_files import Sheet
from desktop.timetable.sheet_files import save_sheet, show_paper
from desktop.timetable.times import clock_words, local_now, zone_of
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.chart_bars import BarChart
from desktop.widgets.chart_card import ChartCard
from desktop.widgets.chart_line import LineChart
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import PageHead
from desktop.widgets.progress import Progress
from desktop.widgets.tabs import Tabs
from desktop.widgets.theme import theme
from shared.attendance.report_rules import grouped, is_below
from shared.core.errors import CampusError

_KINDS = frozenset({"observation", "class_session", "enrolment", "leave_request", "cohort", "attendance_policy"})
_CHARTS = 312


class ReportPage(QWidget):
    """One question, its answer as tables and charts; what is shown can be copied, saved, printed."""

    def __init__(self, desk: Desk, _entity_id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.setWindowTitle(self.tr("Reports"))
        self.figures = Figures()
        self._work: Work | None = None
        self._again = False
        self.path_for: Callable[[QWidget, str, str], Path | None] = ask_path
        self.views: dict[str, ReportView] = {
            STUDENTS: students_view(),
            **{key: groups_view(key) for key in (COHORTS, COURSES, TERMS)},
            HOURS: hours_view(),
        }
        self._make()
        self.tabs.choose(str((details or {}).get("tab") or STUDENTS))
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _make(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Reports"), " ")
        self.csv_button = self.head.add_button(secondary(self.tr("CSV"), "download", partial(self.export, "csv")))
        self.xlsx_button = self.head.add_button(secondary(self.tr("XLSX"), "download", partial(self.export, "xlsx")))
        self.print_button = self.head.add_button(primary(self.tr("Preview and print"), "printer", self.print_page))
        column.addWidget(self.head)
        names = [
            (STUDENTS, self.tr("Students")),
            (COHORTS, self.tr("Cohorts")),
            (COURSES, self.tr("Courses")),
            (TERMS, self.tr("Terms")),
            (HOURS, self.tr("Hours for a sponsor")),
            (OPEN, self.tr("Open registers")),
        ]
        self.tabs = Tabs(names, name=self.tr("Reports"))
        self.filters = ReportFilters(self._desk)
        line = QHBoxLayout()
        line.addWidget(self.tabs, 1)
        line.addWidget(self.filters.below)
        column.addLayout(line)
        column.addWidget(self.filters)
        self.progress = Progress(self.tr("Adding up"))
        self.progress.hide()
        column.addWidget(self.progress)
        self.task = FileTask()
        self.task.running.connect(self._files_enabled)
        column.addWidget(self.task)
        column.addLayout(self._make_body(), 1)
        self.filters.changed.connect(self.refresh)
        self.filters.narrowed.connect(self._show)
        self.filters.row.search.searched.connect(self._search)
        self.tabs.chosen_changed.connect(lambda _tab: self._show())
        self.progress.stopped.connect(self.stop)

    def _make_body(self) -> QHBoxLayout:
        body = QHBoxLayout()
        body.setSpacing(16)
        self.stack = QStackedWidget()
        self._places: dict[str, int] = {}
        for key, view in self.views.items():
            card = Card(padded=False)
            card.add(view.table, 1)
            self._places[key] = self.stack.addWidget(card)
            view.table.opened.connect(partial(self._open, key))
        self.open_registers = OpenRegisters(self._desk)
        self._places[OPEN] = self.stack.addWidget(self.open_registers)
        words = self.tr("Figures appear once registers of this period have marks. Choose other days or all cohorts.")
        self.empty = EmptyState("chart-column", self.tr("Nothing recorded here"), words)
        self.stack.addWidget(self.empty)
        body.addWidget(self.stack, 1)
        self.charts = QWidget()
        charts = QVBoxLayout(self.charts)
        charts.setContentsMargins(0, 0, 0, 0)
        charts.setSpacing(14)
        heads = (self.tr("Cohort"), self.tr("Percent"))
        self.bars = ChartCard(self.tr("Attendance by cohort"), BarChart(self.tr("Attendance by cohort")), heads)
        heads = (self.tr("Week of"), self.tr("Percent"))
        self.line = ChartCard(self.tr("Attendance by week"), LineChart(self.tr("Attendance by week")), heads)
        for chart in (self.bars, self.line):
            charts.addWidget(chart, 1)
        self.bars.chart.opened.connect(self._open_cohort)
        self.charts.setFixedWidth(theme().px(_CHARTS))
        body.addWidget(self.charts)
        return body

    # ------------------------------------------------------------------------------------------------- asking

    def refresh(self) -> None:
        """Add up anew in the background; a question asked meanwhile is asked afterwards."""
        if self._work is not None:
            self._again = True
            self._work.stop.set()
            return
        work = self._work = Work(teller(self, self._tell))
        asked = self.filters.asked()
        run_in_background(lambda: figures(self._desk, asked, work), self._done, self._failed, self)

    def stop(self) -> None:
        """Stop adding up; what was shown before stays."""
        self._again = False
        if self._work is not None:
            self._work.stop.set()

    def _tell(self, done: int, total: int) -> None:
        self.progress.setVisible(self._work is not None and total > 20 and done < total)
        self.progress.set_progress(done, total)

    def _end(self) -> None:
        self._work = None
        self.progress.hide()
        self.progress.stop_button.set_busy(False)
        if self._again:
            self._again = False
            self.refresh()

    def _done(self, found: Figures) -> None:
        self.figures = found
        self._end()
        self._show()

    def _failed(self, problem: Exception) -> None:
        self._end()
        if isinstance(problem, CampusError):
            tell_problem(self, problem)
        elif not isinstance(problem, StoppedError):
            raise problem

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & _KINDS:
            self.refresh()
            self.open_registers.refresh()

    # ------------------------------------------------------------------------------------------------ showing

    def _show(self) -> None:
        found, key = self.figures, self.tabs.chosen
        students = [
            row for row in found.students if not self.filters.below.isChecked() or is_below(row.tally, found.threshold)
        ]
        kept = {row.id for row in students}
        self.views[STUDENTS].show(students, found.threshold)
        for place, by in GROUPS.items():
            rows = grouped(found.students, by, found.threshold)
            narrow = self.filters.below.isChecked()
            self.views[place].show([row for row in rows if row.below or not narrow], found.threshold)
        self.views[TERMS].show(found.terms, found.threshold)
        self.views[HOURS].show([row for row in found.hours if row.id in kept], found.threshold)
        self._show_charts()
        is_open = key == OPEN
        self.filters.setVisible(not is_open)
        self.filters.below.setText(self.tr("Below {threshold} % only").format(threshold=found.threshold))
        self.filters.below.setVisible(not is_open and key != TERMS)
        self.charts.setVisible(key in (STUDENTS, COHORTS, COURSES, TERMS) and bool(found.students))
        for button in (self.csv_button, self.xlsx_button):
            button.setVisible(not is_open)
        self._search(self.filters.row.search.text())

    def _show_charts(self) -> None:
        found = self.figures
        bars = group_points(grouped(found.students, "cohort", found.threshold))
        self.bars.set_points(bars, summary_of(bars, found.threshold), found.threshold)
        weeks = week_points(found.weeks)
        self.line.set_points(weeks, summary_of(weeks, found.threshold), found.threshold)

    def _search(self, typed: str) -> None:
        key = self.tabs.chosen
        self._say_when()
        if key == OPEN:
            self.stack.setCurrentIndex(self._places[OPEN])
            self._files_enabled()
            return
        view = self.views[key]
        view.table.set_search(typed)
        shown = view.table.record_model.rowCount()
        self.filters.row.set_count(shown)
        self.stack.setCurrentIndex(self._places[key] if shown else self.stack.indexOf(self.empty))
        self._files_enabled()

    def _say_when(self) -> None:
        at = clock_words(local_now(self._desk, zone_of(self._desk)))
        words = (
            self.tr("Figures of the server, {time}")
            if self.figures.server
            else self.tr("Figures of this computer, {time}")
        )
        self.head.set_words(self.tr("Reports"), words.format(time=at))

    def _open(self, key: str, row_id: str) -> None:
        if key in (STUDENTS, HOURS):
            person = next((row.person_id for row in self.figures.students if row.id == row_id), None)
            if person:
                self._desk.open("people.person", person)
        elif key == COHORTS:
            self._open_cohort(row_id)
        elif key == COURSES:
            self.filters.course.choose(row_id)
            self.tabs.choose(COHORTS)

    def _open_cohort(self, cohort_id: str) -> None:
        self.filters.cohort.choose(cohort_id)
        self.tabs.choose(STUDENTS)

    # ------------------------------------------------------------------------------------------ files and paper

    def sheet(self) -> Sheet:
        """Return what is on the screen, with what it is about."""
        about = " · ".join(part for part in (period_words(self.filters.asked()), self.filters.about()) if part)
        return self.views[self.tabs.chosen].sheet(about)

    def export(self, kind: str) -> None:
        """Save what is on the screen as `csv` or `xlsx`."""
        if self.tabs.chosen == OPEN:
            return
        save_sheet(self, self.task, self.sheet(), kind, self.path_for)

    def _files_enabled(self, _running: object = None) -> None:
        view = self.views.get(self.tabs.chosen)
        shown = bool(view.table.record_model.rowCount() if view else self.open_registers.lines)
        for button in (self.csv_button, self.xlsx_button, self.print_button):
            button.setEnabled(shown and not self.task.is_running)

    def print_page(self) -> None:
        """Show what is on the screen as it prints; of open registers the current one, to be signed."""
        if self.tabs.chosen == OPEN:
            self.open_registers.print_current()
            return
        if not self.views[self.tabs.chosen].rows():
            return
        paper = self.views[self.tabs.chosen].paper()
        show_paper(self, self.task, self._desk, self.sheet(), paper, self.path_for)

    # -------------------------------------------------------------------------------------------------- window

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.row.search.setFocus()

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        return [
            ("Ctrl P", self.tr("Preview and print")),
            ("Enter", self.tr("Open the student, cohort or register")),
            ("Arrows", self.tr("In a chart: from value to value")),
        ]

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.views[STUDENTS].table if self.tabs.chosen == STUDENTS else self.tabs
