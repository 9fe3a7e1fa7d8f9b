"""The discounts, coupons and scholarships of the institute, to be added, changed and taken out of use."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.finance import discount_actions
from desktop.finance.account_store import today_of
from desktop.finance.discount_actions import DiscountRow, discount_rows
from desktop.finance.discount_dialog import DiscountDialog
from desktop.finance.kept_rows import Acts, KeptRows, state_cell
from desktop.finance.words import entry_day
from desktop.shell.page import follow
from desktop.widgets.buttons import Button
from desktop.widgets.card import Card
from desktop.widgets.columns import CellKind, Column
from desktop.widgets.label import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.text import text
from shared.finance.permissions import may_manage_finance
from shared.finance.vocabulary import DISCOUNT, DISCOUNT_USE

_AT_ONCE = 5
"""Discounts at once: below the list of fees."""


class DiscountsCard(Card):
    """Lists discounts; Enter opens one for those who keep them."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(text("Discounts and coupons"), padded=False, parent=parent)
        self._desk = desk
        self.lines: list[DiscountRow] = []
        self.retire_button = Button(self.tr("Take out of use"), icon="x", small=True)
        self.add_button = Button(self.tr("Add a discount"), icon="plus", small=True, on_click=self.new)
        for button in (self.retire_button, self.add_button):
            if self.head is not None:
                self.head.add(button)
            button.setVisible(may_manage_finance(desk.actor))
        self.source: ListSource[DiscountRow] = ListSource(lambda row: row.id, {"": lambda _row: 0})
        self.table = RecordTable(
            self.source, self._columns(), name=self.tr("Discounts"), embedded=True, most_rows=_AT_ONCE
        )
        acts = Acts(lambda: self.lines, self._dialog, self._take_out, self.refresh)
        self.kept = KeptRows(self, desk, self.table, self.retire_button, acts)
        self.nothing = Label(self.tr("No discounts yet."), "small", "muted")
        self.nothing.setContentsMargins(16, 12, 16, 12)
        self.add(self.table)
        self.add(self.nothing)
        self.refresh()
        follow(desk.store, self, self._changed)

    def _columns(self) -> list[Column]:
        return [
            Column("name", self.tr("Name"), lambda row: str(row.body["name"]), width=220, stretch=True, sortable=False),
            Column("value", self.tr("Comes to"), lambda row: row.value, CellKind.NUMBER, 120, sortable=False),
            Column("place", self.tr("For"), lambda row: row.place, CellKind.MUTED, 180, sortable=False),
            Column("code", self.tr("Coupon"), lambda row: str(row.body["code"]), CellKind.MUTED, 130, sortable=False),
            Column("days", self.tr("Valid to"), self._days, CellKind.MUTED, 120, sortable=False),
            Column("given", self.tr("Given"), self._given, CellKind.NUMBER, 90, sortable=False),
            Column("state", self.tr("State"), state_cell, CellKind.BADGE, 120, sortable=False),
        ]

    def _days(self, row: DiscountRow) -> str:
        return entry_day(row.body["valid_to"], today_of(self._desk)) if row.body["valid_to"] else ""

    def _given(self, row: DiscountRow) -> str:
        most = row.body["most"]
        return self.tr("{n} of {most}").format(n=row.given, most=most) if most else str(row.given)

    def refresh(self) -> None:
        """Read the discounts anew."""
        self.lines = discount_rows(self._desk)
        self.source.set_rows(self.lines)
        self.table.refresh()
        self.table.setVisible(bool(self.lines))
        self.nothing.setVisible(not self.lines)
        self.table.updateGeometry()
        self.kept.show_buttons()

    def _changed(self, changed: Changed) -> None:
        if changed.kinds & {DISCOUNT, DISCOUNT_USE} or not changed.keys:
            self.refresh()

    def new(self) -> None:
        """Add a discount."""
        self.kept.new()

    def open_discount(self, row_id: str) -> None:
        """Change a discount."""
        self.kept.open(row_id)

    def _dialog(self, row: DiscountRow | None) -> DiscountDialog:
        return DiscountDialog(self.window(), self._desk, row.body if row else None)

    def _take_out(self, row: DiscountRow) -> str:
        discount_actions.retire(self._desk, row.body)
        return self.tr("{name} isn't given any more").format(name=row.body["name"])
