"""What courses cost: the fee structures, to be added, changed and taken out of use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.finance import fee_actions
from desktop.finance.discounts_card import DiscountsCard
from desktop.finance.fee_actions import FeeRow, fee_rows
from desktop.finance.fee_dialog import FeeDialog, total_words
from desktop.shell.page import follow, tell
from desktop.widgets.buttons import Button, primary
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.text import plural
from shared.finance.fee_rules import ACTIVE
from shared.finance.permissions import may_manage_finance
from shared.finance.vocabulary import FEE_STRUCTURE
from shared.people.rules import fold


class FeesPage(QWidget):
    """Lists fee structures; Enter opens one."""

    def __init__(self, desk: Desk, _id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.setWindowTitle(self.tr("Fees"))
        self.lines: list[FeeRow] = []
        self.source: ListSource[FeeRow] = ListSource(
            lambda row: row.id,
            {
                "name": lambda row: fold(str(row.body["name"])),
                "place": lambda row: fold(row.place),
                "state": lambda row: str(row.body["state"]),
            },
            name_key="name",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Fees"))
        self.retire_button = Button(self.tr("Take out of use"), icon="x", on_click=self.retire)
        self.add_button = primary(self.tr("Add fees"), "plus", self.new)
        for button in (self.retire_button, self.add_button) if may_manage_finance(desk.actor) else ():
            self.head.add_button(button)
        column.addWidget(self.head)
        self.filters = FilterRow(self.tr("Search fees"))
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Fees"))
        self.table.sort_by("name")
        self.table.opened.connect(self.open_fees)
        self.table.current.connect(lambda _id: self._show_buttons())
        self.body = FilteredTable(self.filters, self.table, icon="coins", empty_words=self._nothing)
        column.addWidget(self.body, 1)
        self.discounts = DiscountsCard(desk)
        column.addWidget(self.discounts)
        self.refresh()
        follow(desk.store, self, self._changed)
        if (details or {}).get("act") == "new":
            QTimer.singleShot(0, self, self.new)  # once the page has its window

    def _columns(self) -> list[Column]:
        return [
            Column("name", self.tr("Name"), lambda row: str(row.body["name"]), width=240, stretch=True),
            Column("place", self.tr("For"), lambda row: row.place, CellKind.MUTED, 240),
            Column("", self.tr("Fees"), self._count, CellKind.MUTED, 100, sortable=False),
            Column("", self.tr("In all, with taxes"), lambda row: total_words(row.body), CellKind.NUMBER, 160,
                   sortable=False),
            Column("state", self.tr("State"), self._state, CellKind.BADGE, 130),
        ]  # fmt: skip

    def _count(self, row: FeeRow) -> str:
        return plural("{n} fee", "{n} fees", len(row.body["lines"]))

    def _state(self, row: FeeRow) -> Cell:
        if row.body["state"] == ACTIVE:
            return Cell(self.tr("In use"), "ok", "check")
        return Cell(self.tr("Out of use"), "neu", "x")

    def _nothing(self, _typed: str, filtered: bool) -> tuple[str, str]:
        if filtered:
            return self.tr("No fees match"), self.tr("Clear the search.")
        words = self.tr("Say what a course costs, and every enrolment is charged by itself.")
        return self.tr("No fees yet"), words

    def refresh(self) -> None:
        """Read the fees anew."""
        self.lines = fee_rows(self._desk)
        self.source.set_rows(self.lines)
        self.body.show_rows(len(self.lines))
        self._show_buttons()

    def _show_buttons(self) -> None:
        row = self.current()
        self.retire_button.setEnabled(row is not None and row.body["state"] == ACTIVE)

    def current(self) -> FeeRow | None:
        """Return the fees on which the cursor stands."""
        here = self.table.current_id()
        return next((row for row in self.lines if row.id == here), None)

    def _changed(self, changed: Changed) -> None:
        if FEE_STRUCTURE in changed.kinds or not changed.keys:
            self.refresh()

    def new(self) -> None:
        """Add the fees of a course."""
        self._open(None)

    def open_fees(self, row_id: str) -> None:
        """Change fees."""
        row = next((one for one in self.lines if one.id == row_id), None)
        if row is not None and may_manage_finance(self._desk.actor):
            self._open(row.body)

    def _open(self, shown: Mapping[str, Any] | None) -> None:
        dialog = FeeDialog(self.window(), self._desk, shown)
        dialog.saved.connect(self._done)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def retire(self) -> None:
        """Take the fees on which the cursor stands out of use."""
        row = self.current()
        if row is not None:
            fee_actions.retire(self._desk, row.body)
            self._done(self.tr("{name} charges nobody any more").format(name=row.body["name"]))

    def _done(self, words: str) -> None:
        self.refresh()
        tell(self, words)
