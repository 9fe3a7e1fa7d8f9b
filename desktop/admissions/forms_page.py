"""The list of application forms: what is open, till when, what it costs, and how many applied with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.admissions.store import KINDS_READ, course_titles, forms
from desktop.admissions.words import fee_words, form_state_look
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.core.queries import Where
from desktop.shell.page import follow
from desktop.shell.times import local_now, short_date
from desktop.widgets.buttons import primary
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.admissions.vocabulary import APPLICATION, FormState
from shared.people.rules import fold


class FormsPage(QWidget):
    """Enter opens the designer of a form."""

    def __init__(self, desk: Desk, _id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.setWindowTitle(self.tr("Application forms"))
        self._courses: dict[str, str] = {}
        self.source: ListSource[dict[str, Any]] = ListSource(
            lambda form: str(form["id"]),
            {
                "title": lambda form: fold(form["title"]),
                "course": lambda form: fold(self._courses.get(form["course_id"], "")),
                "state": lambda form: list(FormState).index(form["state"]),
                "closes": lambda form: form.get("closes_on") or "~",
            },
            name_key="title",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Application forms"), self.tr("What applicants fill in, course by course"))
        self.head.add_button(primary(self.tr("Design a form"), "plus", lambda: desk.open("admissions.form", None)))
        column.addWidget(self.head)
        self.filters = FilterRow(self.tr("Search forms"))
        states = [(str(one), form_state_look(one)[0]) for one in FormState]
        self.filters.add_filter("state", self.tr("State"), [("", self.tr("All states")), *states])
        self.filters.changed.connect(self.refresh)
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Application forms"))
        self.table.sort_by("title")
        self.table.opened.connect(lambda form_id: desk.open("admissions.form", form_id))
        self.body = FilteredTable(self.filters, self.table, icon="pencil-ruler", empty_words=self._nothing)
        column.addWidget(self.body, 1)
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _columns(self) -> list[Column]:
        return [
            Column("title", self.tr("Form"), lambda form: str(form["title"]), width=240, stretch=True),
            Column("course", self.tr("Course"), lambda form: self._courses.get(form["course_id"], ""), width=190),
            Column("state", self.tr("State"), self._state, CellKind.BADGE, width=120),
            Column("", self.tr("Opens"), partial(self._day, "opens_on"), CellKind.MUTED, 110, sortable=False),
            Column("closes", self.tr("Closes"), partial(self._day, "closes_on"), CellKind.MUTED, 110),
            Column("", self.tr("Fee"), fee_words, CellKind.NUMBER, 110, sortable=False),
            Column("", self.tr("Applications"), self._count, CellKind.NUMBER, 110, sortable=False),
        ]

    def _day(self, name: str, form: Mapping[str, Any]) -> str:
        day = form.get(name)
        return short_date(date.fromisoformat(day), local_now(self._desk).date()) if day else ""

    @staticmethod
    def _state(form: Mapping[str, Any]) -> Cell:
        words, tone, icon = form_state_look(form["state"])
        return Cell(words, tone, icon)

    def _count(self, form: Mapping[str, Any]) -> str:
        return str(self._desk.store.count(APPLICATION, [Where("form_id", "=", form["id"])]))

    def refresh(self) -> None:
        """Read the forms anew."""
        self._courses = course_titles(self._desk)
        chosen = self.filters.chosen()
        found = [one for one in forms(self._desk) if chosen.get("state", "") in ("", one["state"])]
        self.source.set_rows(found)
        self.body.show_rows(len(found))

    def _nothing(self, _typed: str, filtered: bool) -> tuple[str, str]:
        if filtered:
            return self.tr("No form matches"), self.tr("Clear the search or choose all states.")
        return self.tr("No form yet"), self.tr("Design one with its steps, fields and documents, then publish it.")

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.search.setFocus()

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.table if self.table.record_model.rowCount() else self.filters.search
