"""The academic terms: a short list, each with its first and last day."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.learning.actions import add_term, edit_term
from desktop.learning.fields import term_fields
from desktop.learning.form_dialog import FormDialog
from desktop.learning.store import terms
from desktop.learning.words import read_day
from desktop.people.actions import Done
from desktop.people.undo import tell_done
from desktop.shell.page import follow
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.date_field import format_date
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.learning.permissions import may_edit_courses
from shared.learning.rollover import may_roll_over
from shared.learning.vocabulary import ACADEMIC_TERM

Body = Mapping[str, Any]


class TermsPage(QWidget):
    """Enter or a double click changes a term."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setObjectName("learning.terms")
        self.setWindowTitle(self.tr("Academic terms"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        self.head = PageHead(self.tr("Academic terms"), self.tr("Their days stand on the Today page and in reports"))
        if may_roll_over(desk.actor):
            self.head.add_button(secondary(self.tr("Roll a term over"), "refresh-cw", self.roll_over))
        if may_edit_courses(desk.actor):
            self.head.add_button(primary(self.tr("Add term"), "plus", self.new))
        column.addWidget(self.head)
        self.source: ListSource[Body] = ListSource(
            lambda body: str(body["id"]),
            {
                "name": lambda body: body["name"],
                "starts_on": lambda body: body["starts_on"],
                "ends_on": lambda body: body["ends_on"],
            },
        )
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Academic terms"))
        self.table.sort_by("starts_on", descending=True)
        self.table.opened.connect(self.edit)
        words = self.tr("Add the first and the last day of each term.")
        self.nothing = EmptyState("calendar", self.tr("No terms yet"), words)
        card = Card(padded=False)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.nothing)
        card.add(holder, 1)
        column.addWidget(card, 1)
        follow(desk.store, self, lambda changed: self.refresh() if ACADEMIC_TERM in changed.kinds else None)
        self.refresh()

    def _columns(self) -> tuple[Column, ...]:
        tr = partial(QCoreApplication.translate, "TermsPage")
        return (
            Column("name", tr("Term"), lambda body: body["name"], width=260, stretch=True),
            Column("starts_on", tr("First day"), partial(_day, "starts_on"), width=150),
            Column("ends_on", tr("Last day"), partial(_day, "ends_on"), width=150),
            Column("state", tr("State"), self._state, CellKind.BADGE, width=120, sortable=False),
        )

    def _state(self, body: Body) -> Cell:
        today = self._desk.clock.now().date().isoformat()
        if today < body["starts_on"]:
            return Cell(self.tr("Planned"), "neu")
        return Cell(self.tr("Ended"), "neu") if today > body["ends_on"] else Cell(self.tr("Now"), "ok")

    def first_focus(self) -> QWidget:
        """Let letters and arrows work on the list at once."""
        return self.table

    def refresh(self) -> None:
        """Read the list anew."""
        rows = terms(self._desk)
        self.source.set_rows(rows)
        self.table.refresh()
        self._stack.setCurrentIndex(0 if rows else 1)

    def new(self) -> None:
        """Open the dialog for a new term."""
        if may_edit_courses(self._desk.actor):
            self._open(self.tr("Add a term"), partial(add_term, self._desk), self.tr("Add term"), None)

    def roll_over(self) -> None:
        """Go where a term is rolled over."""
        self._desk.open("learning.rollover")

    def edit(self, term_id: str) -> None:
        """Open the dialog for a term."""
        body = self._desk.store.get(ACADEMIC_TERM, term_id)
        if body is not None and may_edit_courses(self._desk.actor):
            self._open(self.tr("Change the term"), partial(edit_term, self._desk, body), self.tr("Save term"), body)

    def _open(self, title: str, save: Any, act: str, body: Body | None) -> None:
        dialog = FormDialog(
            self.window(), self._desk, title, term_fields(self._desk), save, act=act, icon="calendar", body=body
        )
        dialog.saved.connect(self._saved)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _saved(self, done: Done | None) -> None:
        self.refresh()
        if done is not None:
            tell_done(self, self._desk, done, self.refresh)


def _day(name: str, body: Body) -> str:
    day = read_day(body.get(name))
    return format_date(day) if day else ""
