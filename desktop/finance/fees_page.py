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
from desktop.finance.fee_actions import FeeRow, fee_rows, often_words
from desktop.finance.fee_dialog import FeeDialog, total_words
from desktop.finance.kept_rows import Acts, KeptRows, state_cell
from desktop.shell.page import follow
from desktop.widgets.buttons import Button, primary
from desktop.widgets.columns import CellKind, Column
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.text import plural
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
        self.retire_button = Button(self.tr("Take out of use"), icon="x")
        self.add_button = primary(self.tr("Add fees"), "plus", self.new)
        for button in (self.retire_button, self.add_button) if may_manage_finance(desk.actor) else ():
            self.head.add_button(button)
        column.addWidget(self.head)
        self.filters = FilterRow(self.tr("Search fees"))
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Fees"))
        self.table.sort_by("name")
        acts = Acts(lambda: self.lines, self._dialog, self._take_out, self.refresh)
        self.kept = KeptRows(self, desk, self.table, self.retire_button, acts)
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
            Column("", self.tr("Charged"), lambda row: often_words(row.body), CellKind.MUTED, 130, sortable=False),
            Column("", self.tr("In all, with taxes"), lambda row: total_words(row.body), CellKind.NUMBER, 160,
                   sortable=False),
            Column("state", self.tr("State"), state_cell, CellKind.BADGE, 130),
        ]  # fmt: skip

    def _count(self, row: FeeRow) -> str:
        return plural("{n} fee", "{n} fees", len(row.body["lines"]))

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
        self.kept.show_buttons()

    def _changed(self, changed: Changed) -> None:
        if FEE_STRUCTURE in changed.kinds or not changed.keys:
            self.refresh()

    def new(self) -> None:
        """Add the fees of a course."""
        self.kept.new()

    def open_fees(self, row_id: str) -> None:
        """Change fees."""
        self.kept.open(row_id)

    def _dialog(self, row: FeeRow | None) -> FeeDialog:
        return FeeDialog(self.window(), self._desk, row.body if row else None)

    def _take_out(self, row: FeeRow) -> str:
        fee_actions.retire(self._desk, row.body)
        return self.tr("{name} charges nobody any more").format(name=row.body["name"])
