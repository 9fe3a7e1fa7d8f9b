"""Statistics of a cohort's work: a line for each piece, and for the current one how marks and criteria are spread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.grading.book_desk import ask_export
from desktop.grading.statistics_store import CohortFigures, WorkLine, cohort_figures, work_criteria
from desktop.grading.statistics_words import (
    band_points,
    criterion_points,
    figure_words,
    figures_sheet,
    spread_words,
)
from desktop.grading.store import KINDS_READ, book_choices
from desktop.shell.page import follow, tell, tell_problem
from desktop.shell.table_files import write_csv, write_xlsx
from desktop.timetable.cohort_filter import add_cohorts, begin_with
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import secondary
from desktop.widgets.card import Card
from desktop.widgets.chart_bars import BarChart
from desktop.widgets.chart_card import ChartCard
from desktop.widgets.chart_columns import ColumnChart
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.text import plural
from shared.grading.points import points_text

_KEPT = "gradebook_cohort"
_CHARTS, _PAUSE_MS = 296, 300


class StatisticsPage(QWidget):
    """Shows the cohort with this id, the one of the gradebook without; `work` in the details is the current piece."""

    def __init__(self, desk: Desk, cohort_id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self._wanted = str((details or {}).get("work") or "")
        self._asked = 0
        self.found = CohortFigures()
        self.export_path: Callable[[QWidget, str], Path | None] = ask_export
        self._later = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._later.timeout.connect(self.refresh)
        self.setWindowTitle(self.tr("Statistics of work"))
        self.choices = book_choices(desk)
        self._make()
        begin_with(self.filters, desk, self.choices, cohort_id, _KEPT)
        self.filters.changed.connect(self.refresh)
        self.filters.search.searched.connect(self._search)
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _make(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Statistics of work"))
        self.book_button = self.head.add_button(secondary(self.tr("Gradebook"), "table-2", self.open_book))
        self.export_button = self.head.add_button(secondary(self.tr("Export"), "download", self.export))
        column.addWidget(self.head)
        self.filters = FilterRow(self.tr("Find work"))
        add_cohorts(self.filters, self.choices)
        column.addWidget(self.filters)
        self.source: ListSource[WorkLine] = ListSource(
            lambda line: line.id, {"name": lambda line: line.column.title}, name_key="name"
        )
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Statistics of work"))
        self.table.selectionModel().currentChanged.connect(lambda *_: self._show_current())
        self.table.opened.connect(self._open_work)
        card = Card(padded=False)
        card.add(self.table, 1)
        words = self.tr("Figures appear once a piece of work is set.")
        self.empty = EmptyState("chart-column", self.tr("No work in this cohort yet"), words)
        self.stack = QStackedWidget()
        self.stack.addWidget(card)
        self.stack.addWidget(self.empty)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.stack, 1)
        row.addWidget(self._make_charts())
        column.addLayout(row, 1)

    def _make_charts(self) -> QWidget:
        self.charts = QWidget()
        column = QVBoxLayout(self.charts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        title = self.tr("How marks are spread")
        self.bands = ChartCard(title, ColumnChart(title), (self.tr("Percent"), self.tr("Students")))
        title = self.tr("By criterion")
        self.criteria = ChartCard(title, BarChart(title), (self.tr("Criterion"), self.tr("Percent")))
        column.addWidget(self.bands, 1)
        column.addWidget(self.criteria, 1)
        self.charts.setFixedWidth(theme().px(_CHARTS))
        return self.charts

    def _columns(self) -> list[Column]:
        def shown(key: str) -> Callable[[WorkLine], str]:
            return lambda line: figure_words(line)[key]

        titles = {
            "handed_in": (self.tr("Handed in"), 86),
            "late": (self.tr("Late"), 46),
            "missing": (self.tr("Missing"), 68),
            "excused": (self.tr("Excused"), 78),
            "graded": (self.tr("Graded"), 70),
            "average": (self.tr("Average"), 70),
            "median": (self.tr("Median"), 66),
            "range": (self.tr("Range"), 118),
        }
        return [
            Column("name", self.tr("Work"), self._title, width=140, stretch=True),
            *(
                Column("", title, shown(key), CellKind.NUMBER, width, sortable=False)
                for key, (title, width) in titles.items()
            ),
        ]

    def _title(self, line: WorkLine) -> Cell:
        words = self.tr("of {points}").format(points=points_text(line.column.points))
        return Cell(line.column.title, detail=words)

    # ------------------------------------------------------------------------------------------------ showing

    @property
    def cohort_id(self) -> str:
        """The cohort on show."""
        return str(self.filters.filters["cohort"].chosen or "")

    def refresh(self) -> None:
        """Work the figures out anew in the background; only the answer to the last question is shown."""
        self._asked += 1
        asked, cohort_id = self._asked, self.cohort_id

        def done(found: CohortFigures) -> None:
            if asked == self._asked:
                self._show(found)

        run_in_background(lambda: cohort_figures(self._desk, cohort_id), done, self._failed, self)

    def _failed(self, problem: BaseException) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        tell_problem(self, problem)

    def _show(self, found: CohortFigures) -> None:
        current = self.current()
        self._wanted = self._wanted or (current.id if current else "")
        self.found = found
        self.source.set_rows(list(found.lines))
        self.table.refresh()
        students = found.lines[0].figures.students if found.lines else 0
        self.head.set_words(self.tr("Statistics of work"), plural("1 student", "{n} students", students))
        self.stack.setCurrentIndex(0 if found.lines else 1)
        self.charts.setVisible(bool(found.lines))
        self.export_button.setEnabled(bool(found.lines))
        self.filters.set_count(len(self._shown()), len(found.lines))
        ids = [one.id for one in self._shown()]
        if ids:
            self.table.go_to(ids[0] if self._wanted not in ids else self._wanted)
        self._wanted = ""
        self._show_current()

    def _shown(self) -> list[WorkLine]:
        """Return the lines in the order of the screen."""
        query = self.table.record_model.query
        ids = self.source.ids(query, 0, self.source.count(query))
        found = self.source.rows(ids)
        return [found[one] for one in ids]

    def current(self) -> WorkLine | None:
        """Return the piece of work on which the cursor stands."""
        key = self.table.current_id()
        return next((one for one in self.found.lines if one.id == key), None)

    def _show_current(self) -> None:
        line = self.current()
        if line is None:
            self.bands.set_points([], "")
            self.criteria.hide()
            return
        self.bands.set_points(band_points(line), spread_words(line))
        criteria = work_criteria(self._desk, line.column)
        self.criteria.setVisible(bool(criteria))
        self.criteria.set_points(criterion_points(criteria), line.column.title)

    def _search(self, typed: str) -> None:
        self.table.set_search(typed)
        self.filters.set_count(len(self._shown()), len(self.found.lines))

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self._later.start()

    # ------------------------------------------------------------------------------------------------- acting

    def open_book(self) -> None:
        """Open the gradebook of the cohort."""
        self._desk.open("grading.book", self.cohort_id)

    def _open_work(self, assignment_id: str) -> None:
        self._desk.open("grading.mark", assignment_id)

    def export(self) -> None:
        """Save the table on the screen as XLSX or CSV."""
        sheet = figures_sheet(self.found, self._shown())
        path = self.export_path(self, sheet.name)
        if path is None:
            return
        write = write_csv if path.suffix.lower() == ".csv" else write_xlsx
        try:
            write(sheet, path)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        tell(self, self.tr("{name} saved").format(name=path.name))

    # --------------------------------------------------------------------------------------- what the window asks

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.search.setFocus()

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.table
