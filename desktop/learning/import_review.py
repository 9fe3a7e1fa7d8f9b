"""The third step of an import: what it would change, what is wrong, and the questions before it goes on."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.learning.import_doubles import DoublesPart
from desktop.learning.import_lines import LinesPart
from desktop.learning.import_words import fields_words
from desktop.learning.imports import Difference, DryRun, RowError
from desktop.widgets.buttons import quiet
from desktop.widgets.card import Card, Well
from desktop.widgets.check import Check
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.layouts import FactGrid
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.tabs import Tabs

_tr = partial(QCoreApplication.translate, "ImportReview")


class ReviewStep(QWidget):
    """``changed`` says that a question was answered."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: DryRun | None = None
        self._questions: dict[str, Check] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        card = Card()
        self.facts = FactGrid(7)
        card.add(self.facts)
        column.addWidget(card)
        self._asks = QVBoxLayout()
        column.addLayout(self._asks)
        tabs = [
            ("differences", self.tr("Changes")), ("doubles", self.tr("Likely known")),
            ("errors", self.tr("Errors")), ("lines", self.tr("Each line")),
        ]  # fmt: skip
        self.tabs = Tabs(tabs, name=self.tr("What was found"))
        column.addWidget(self.tabs)
        self.parts = QStackedWidget()
        self.doubles = DoublesPart()
        self.doubles.changed.connect(self.changed)
        self.lines = LinesPart()
        self.tabs.chosen_changed.connect(self._turn)
        for part in (self._make_differences(), self.doubles, self._make_errors(), self.lines):
            self.parts.addWidget(part)
        column.addWidget(self.parts, 1)

    def _turn(self, tab: str) -> None:
        self.parts.setCurrentIndex(_TABS.index(tab))
        if tab == "lines":
            self.lines.look()

    def _make_differences(self) -> QWidget:
        self.difference_source: ListSource[tuple[int, Difference]] = ListSource(
            lambda row: str(row[0]),
            {
                "label": lambda row: row[1].label,
                "change": lambda row: row[1].change,
                "kind": lambda row: row[1].kind,
                "fields": lambda row: fields_words(row[1].fields, row[1].change),
            },
        )
        self.differences = RecordTable(self.difference_source, _difference_columns(), name=self.tr("Changes"))
        nothing = EmptyState("circle-check", self.tr("Nothing would change"), self.tr("Everything is so already."))
        box, self.difference_filters, self._difference_stack = _part(
            self.differences, nothing, self.tr("Name or value"), self.tr("Search the changes")
        )
        changes = [("", self.tr("All changes")), *((name, change_cell(name).text) for name in _CHANGES)]
        self.difference_filters.add_filter("change", self.tr("Change"), changes)
        self.difference_filters.changed.connect(self._filter)
        return box

    def _make_errors(self) -> QWidget:
        self.error_source: ListSource[tuple[int, RowError]] = ListSource(
            lambda row: str(row[0]),
            {"line": lambda row: row[1].line, "file": lambda row: row[1].file, "sentence": lambda row: row[1].sentence},
            name_key="sentence",
        )
        self.errors = RecordTable(self.error_source, _error_columns(), name=self.tr("Errors"))
        nothing = EmptyState("circle-check", self.tr("No errors"), self.tr("Every line can be read and taken."))
        box, self.error_filters, self._error_stack = _part(
            self.errors, nothing, self.tr("Line or words"), self.tr("Search the errors")
        )
        self.copy_button = quiet(self.tr("Copy errors"), "file-text", self.errors.copy)
        layout = self.error_filters.layout()
        if layout is not None:
            layout.addWidget(self.copy_button)
        return box

    def show_run(self, run: DryRun) -> None:
        """Show a dry run."""
        self._run = run
        self.doubles.show_doubles(run.doubles)
        self.lines.forget()
        for label, number, tone in (
            (self.tr("Rows read"), run.rows, "text"),
            (self.tr("New"), run.created, "ok" if run.created else "text"),
            (self.tr("Changed"), run.updated, "info" if run.updated else "text"),
            (self.tr("Unchanged"), run.unchanged, "text"),
            (self.tr("Deactivated"), run.deactivated, "warn" if run.deactivated else "text"),
            (self.tr("Left out"), run.left_out, "warn" if run.left_out else "text"),
            (self.tr("Errors"), self.error_count(run), "bad" if run.errors else "text"),
        ):
            self.facts.set_fact(label, f"{number:,}", tone)
        self._show_questions(run)
        self.tabs.set_text("differences", self.tr("Changes ({n})").format(n=f"{run.changes:,}"))
        self.tabs.set_text("doubles", self.tr("Likely known ({n})").format(n=f"{len(run.doubles):,}"))
        self.tabs.set_text("errors", self.tr("Errors ({n})").format(n=f"{self.error_count(run):,}"))
        first = "errors" if run.errors and not run.differences else "differences"
        self.tabs.choose("doubles" if run.left_out else first)
        self.error_source.set_rows(list(enumerate(run.errors)))
        self.errors.refresh()
        self._error_stack.setCurrentIndex(0 if run.errors else 1)
        self.error_filters.set_count(len(run.errors), self.error_count(run))
        self._filter()

    @staticmethod
    def error_count(run: DryRun) -> int:
        """Return how many lines have errors, listed or not."""
        return max(run.error_count, len(run.errors))

    def _show_questions(self, run: DryRun) -> None:
        while self._asks.count():
            item = self._asks.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        self._questions = {}
        for note in run.notes:
            self._asks.addWidget(Well("info", note.sentence))
        for ask in run.asks:
            well = Well("circle-alert", ask.sentence, "warn")
            check = Check(self.tr("Yes, go on"))
            check.setAccessibleDescription(ask.sentence)
            check.toggled.connect(lambda _on: self.changed.emit())
            well.body.addWidget(check)
            self._asks.addWidget(well)
            self._questions[ask.code] = check

    def _filter(self) -> None:
        run = self._run
        if run is None:
            return
        wanted = self.difference_filters.chosen().get("change")
        rows = [row for row in enumerate(run.differences) if not wanted or row[1].change == wanted]
        self.difference_source.set_rows(rows)
        self.differences.refresh()
        self._difference_stack.setCurrentIndex(0 if run.differences else 1)
        self.difference_filters.set_count(len(rows), run.changes if not wanted else None)

    def confirmed(self) -> list[str]:
        """Return the codes of the questions answered with yes."""
        return [code for code, check in self._questions.items() if check.isChecked()]

    @property
    def wants_check(self) -> bool:
        """Whether answers were given since the file was checked."""
        return self.doubles.is_new

    def problem(self) -> str:
        """Return why the import can't go on, or an empty text."""
        if self._run is not None and self.doubles.is_new:
            return ""
        if self._run is None or not self._run.changes:
            return self.tr("There is nothing to import")
        if len(self.confirmed()) < len(self._questions):
            return self.tr("Answer the question above first")
        return ""


_TABS = ("differences", "doubles", "errors", "lines")
_CHANGES = ("created", "updated", "deactivated")


def change_cell(change: str) -> Cell:
    """Return the badge of a change."""
    cells = {
        "created": Cell(_tr("New"), "ok", "plus"),
        "updated": Cell(_tr("Changed"), "info", ""),
        "deactivated": Cell(_tr("Deactivated"), "warn", ""),
    }
    return cells.get(change, Cell(change, "neu"))


def kind_word(kind: str) -> str:
    """Return what kind of row it is."""
    words = {
        "person": _tr("Person"),
        "course": _tr("Course"),
        "cohort": _tr("Cohort"),
        "enrolment": _tr("Enrolment"),
        "academic_term": _tr("Term"),
        "private_profile": _tr("Contacts"),
    }
    return words.get(kind, kind)


def _difference_columns() -> tuple[Column, ...]:
    return (
        Column("label", _tr("Row"), lambda row: row[1].label, width=260),
        Column("kind", _tr("What"), lambda row: kind_word(row[1].kind), CellKind.MUTED, width=100),
        Column("change", _tr("Change"), lambda row: change_cell(row[1].change), CellKind.BADGE, width=120),
        Column(
            "fields",
            _tr("Old and new values"),
            lambda row: fields_words(row[1].fields, row[1].change),
            CellKind.MUTED,
            width=380,
            stretch=True,
            sortable=False,
        ),
    )


def _error_columns() -> tuple[Column, ...]:
    return (
        Column("line", _tr("Line"), lambda row: f"{row[1].line:,}" if row[1].line else "–", CellKind.NUMBER, width=80),
        Column("file", _tr("File"), lambda row: row[1].file, CellKind.MUTED, width=180),
        Column("sentence", _tr("What is wrong"), lambda row: row[1].sentence, width=480, stretch=True, sortable=False),
    )


def _part(table: RecordTable, nothing: EmptyState, hint: str, name: str) -> tuple[QWidget, FilterRow, QStackedWidget]:
    """Return a table under its filter row, with what stands in its place while it is empty."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    filters = FilterRow(hint)
    filters.search.setAccessibleName(name)
    filters.search.searched.connect(table.set_search)
    filters.search.left_down.connect(table.setFocus)
    column.addWidget(filters)
    card = Card(padded=False)
    stack = QStackedWidget()
    stack.addWidget(table)
    stack.addWidget(nothing)
    card.add(stack, 1)
    column.addWidget(card, 1)
    return box, filters, stack
