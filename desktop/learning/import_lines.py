"""What becomes of each line of a list, read from the server in parts while the page is on show."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.learning.import_words import fields_words
from desktop.learning.imports import Line
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource

_tr = partial(QCoreApplication.translate, "ImportLines")


class LinesPart(QWidget):
    """``wanted`` asks for the lines when they are looked at first; ``show_lines`` takes them."""

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = ()
        self._asked = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.filters = FilterRow(self.tr("Name, line or words"))
        self.filters.search.setAccessibleName(self.tr("Search the lines"))
        states = ("new", "changed", "unchanged", "gone", "double", "error")
        choices = [("", self.tr("All lines")), *((name, state_cell(name).text) for name in states)]
        self.filters.add_filter("state", self.tr("What becomes of it"), choices)
        self.filters.changed.connect(self._filter)
        column.addWidget(self.filters)
        self.source: ListSource[tuple[int, Line]] = ListSource(
            lambda row: str(row[0]),
            {"line": lambda row: row[1].line, "label": lambda row: row[1].label, "words": lambda row: _words(row[1])},
        )
        self.table = RecordTable(self.source, _columns(), name=self.tr("Lines"))
        self.filters.search.searched.connect(self.table.set_search)
        self.filters.search.left_down.connect(self.table.setFocus)
        card = Card(padded=False)
        card.add(self.table, 1)
        column.addWidget(card, 1)

    def forget(self) -> None:
        """Begin anew: the file was checked again."""
        self._asked = False
        self.show_lines(())

    def look(self) -> None:
        """Ask for the lines unless they were asked for."""
        if not self._asked:
            self._asked = True
            self.wanted.emit()

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Show what becomes of each line."""
        self._lines = lines
        self._filter()

    def _filter(self) -> None:
        wanted = self.filters.chosen().get("state")
        rows = [row for row in enumerate(self._lines) if not wanted or row[1].state == wanted]
        self.source.set_rows(rows)
        self.table.refresh()
        self.filters.set_count(len(rows), len(self._lines) if wanted else None)


def state_cell(state: str) -> Cell:
    """Return the badge of what becomes of a line."""
    cells = {
        "new": Cell(_tr("New"), "ok", "plus"),
        "changed": Cell(_tr("Changed"), "info", ""),
        "unchanged": Cell(_tr("Unchanged"), "neu", ""),
        "gone": Cell(_tr("Deactivated"), "warn", ""),
        "double": Cell(_tr("Likely known"), "warn", ""),
        "error": Cell(_tr("Error"), "bad", ""),
    }
    return cells.get(state, Cell(state, "neu"))


def _words(line: Line) -> str:
    return " ".join(line.sentences) or fields_words(line.fields, "created" if line.state == "new" else "updated")


def _columns() -> tuple[Column, ...]:
    return (
        Column("line", _tr("Line"), lambda row: f"{row[1].line:,}", CellKind.NUMBER, width=80),
        Column("label", _tr("Who"), lambda row: row[1].label, width=240),
        Column("state", _tr("What becomes of it"), lambda row: state_cell(row[1].state), CellKind.BADGE, width=150,
               sortable=False),
        Column("words", _tr("Values, or what is wrong"), lambda row: _words(row[1]), CellKind.MUTED, width=420,
               stretch=True, sortable=False),
    )  # fmt: skip
