"""The grading queue: work of all classes, what waits first; Enter opens the workbench."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.grading.marking_queue import KINDS_READ, QueueRow, queue_rows
from desktop.shell.page import follow
from desktop.shell.times import clock_words, local_now, short_date, zone_of
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.clock import parse_instant
from shared.core.text import plural

WAITING, ALL = "waiting", "all"


class QueuePage(QWidget):
    """Lists work with what waits; the filter begins with what waits."""

    def __init__(self, desk: Desk, _entity_id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._zone = desk, zone_of(desk)
        self.setWindowTitle(self.tr("Grading"))
        self.source: ListSource[QueueRow] = ListSource(
            lambda one: one.id,
            {
                "title": lambda one: one.title,
                "cohort": lambda one: f"{one.course} {one.cohort}",
                "due": lambda one: one.due_at or "9999",
                "waiting": lambda one: one.waiting,
                "graded": lambda one: one.graded,
                "unpublished": lambda one: one.unpublished,
            },
            name_key="title",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Grading"))
        column.addWidget(self.head)
        self.filters = FilterRow(self.tr("Search work or class"))
        shows = [(WAITING, self.tr("What waits")), (ALL, self.tr("All work"))]
        self.filters.add_filter("show", self.tr("Work"), shows)
        self.filters.filters["show"].choose((details or {}).get("show"))
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Work to grade"))
        self.body = FilteredTable(self.filters, self.table, icon="pencil-ruler", empty_words=self._nothing)
        column.addWidget(self.body, 1)
        self.filters.changed.connect(self.refresh)
        self.table.opened.connect(lambda key: desk.open("grading.mark", key))
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _columns(self) -> list[Column]:
        return [
            Column("title", self.tr("Work"), lambda one: one.title, width=260, stretch=True),
            Column("cohort", self.tr("Class"), lambda one: one.cohort, width=250),
            Column("due", self.tr("Due"), self._due, CellKind.MUTED, width=130),
            Column("waiting", self.tr("To grade"), self._waiting, CellKind.BADGE, width=120),
            Column("graded", self.tr("Graded"), self._graded, CellKind.NUMBER, width=110),
            Column("unpublished", self.tr("Not published"), self._unpublished, CellKind.NUMBER, width=120),
        ]

    def _due(self, one: QueueRow) -> str:
        if not one.due_at:
            return ""
        at = parse_instant(one.due_at).astimezone(self._zone)
        day = short_date(at.date(), local_now(self._desk).date())
        return self.tr("{day}, {time}").format(day=day, time=clock_words(at))

    @staticmethod
    def _waiting(one: QueueRow) -> Cell:
        return Cell(plural("1 waits", "{n} wait", one.waiting), "info") if one.waiting else Cell("")

    def _graded(self, one: QueueRow) -> str:
        return self.tr("{n} of {all}").format(n=one.graded, all=one.students)

    @staticmethod
    def _unpublished(one: QueueRow) -> str:
        return str(one.unpublished) if one.unpublished else ""

    def _nothing(self, typed: str, _filtered: bool) -> tuple[str, str]:
        if typed:
            return self.tr("No work found"), self.tr("Nothing fits “{typed}”.").format(typed=typed)
        if self.filters.chosen().get("show", WAITING) == ALL:
            return self.tr("No work yet"), self.tr("Work shows here as soon as it is set in a class that you teach.")
        return self.tr("Nothing waits"), self.tr("Work shows here as soon as it is handed in.")

    def refresh(self) -> None:
        """Read the queue anew."""
        rows = queue_rows(self._desk)
        waiting = sum(one.waiting for one in rows)
        words = plural("1 piece of work waits", "{n} pieces of work wait", waiting) if waiting else ""
        self.head.subtitle.setText(words or self.tr("Nothing waits"))
        self.head.subtitle.show()
        if self.filters.chosen().get("show", WAITING) != ALL:
            rows = [one for one in rows if one.waiting]
        self.source.set_rows(rows)
        self.body.show_rows(len(rows))

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search."""
        self.filters.search.setFocus()

    def first_focus(self) -> QWidget:
        """Begin in the list."""
        return self.table
