"""All subscriptions with their filters, for the bursar, and below them what courses cost for a period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.finance import subscription_actions
from desktop.finance.kept_rows import state_cell
from desktop.finance.rows_card import KeptCard
from desktop.finance.subscription_card import ActButtons
from desktop.finance.subscription_dialogs import PriceDialog
from desktop.finance.subscription_store import (
    KINDS_READ,
    PriceRow,
    SubscriptionRow,
    first_words,
    next_words,
    price_rows,
    price_words,
    state_look,
    subscription_rows,
)
from desktop.shell.page import follow
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.text import text
from shared.finance.subscription_vocabulary import SubscriptionState
from shared.people.rules import fold

_ALL_STATES, _LIVING = "all", ""
_PRICES = 5
"""Prices at once: below the list of those who pay them."""


class SubscriptionsPage(QWidget):
    """Lists subscriptions; Enter opens the student's account."""

    def __init__(self, desk: Desk, _id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.setWindowTitle(self.tr("Subscriptions"))
        self.lines: list[SubscriptionRow] = []
        self.source: ListSource[SubscriptionRow] = ListSource(
            lambda row: row.id,
            {
                "name": lambda row: fold(row.person),
                "price": lambda row: fold(str(row.price["name"])),
                "next": lambda row: str(row.body["period_to"] or "9"),
                "state": lambda row: str(row.body["state"]),
            },
            name_key="name",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Subscriptions"))
        self.acts = ActButtons(self, desk, self.refresh)
        for button in self.acts.buttons.values():
            self.head.add_button(button)
        column.addWidget(self.head)
        column.addWidget(self._make_list(), 1)
        self.prices = PricesCard(desk)
        column.addWidget(self.prices)
        self.refresh()
        follow(desk.store, self, self._changed)

    def _make_list(self) -> QWidget:
        self.filters = FilterRow(self.tr("Search a student"))
        states = [(str(one), state_look({"state": one})[0]) for one in SubscriptionState]
        first = [(_LIVING, self.tr("All that go on")), (_ALL_STATES, self.tr("All"))]
        self.filters.add_filter("state", self.tr("State"), [*first, *states])
        prices = [(row.id, str(row.body["name"])) for row in price_rows(self._desk)]
        self.filters.add_filter("price", self.tr("Price"), [("", self.tr("All prices")), *prices])
        self.filters.changed.connect(self.refresh)
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Subscriptions"))
        self.table.sort_by("next")
        self.table.opened.connect(self.open_account)
        self.table.current.connect(lambda _id: self._show_buttons())
        self.body = FilteredTable(self.filters, self.table, icon="refresh-cw", empty_words=self._nothing)
        return self.body

    def _columns(self) -> list[Column]:
        def amount(row: SubscriptionRow) -> str:
            return price_words(row.price)

        return [
            Column("name", self.tr("Student"), lambda row: row.person, width=200, stretch=True),
            Column("price", self.tr("What"), lambda row: str(row.price["name"]), CellKind.MUTED, 200),
            Column("", self.tr("Class"), lambda row: row.place, CellKind.MUTED, 180, sortable=False),
            Column("", self.tr("Price"), amount, CellKind.NUMBER, 170, sortable=False),
            Column("next", self.tr("Next"), lambda row: next_words(self._desk, row.body), CellKind.MUTED, 176),
            Column("state", self.tr("State"), lambda row: Cell(*state_look(row.body)), CellKind.BADGE, 150),
        ]

    def _nothing(self, _typed: str, filtered: bool) -> tuple[str, str]:
        if filtered:
            return self.tr("No subscriptions match"), self.tr("Choose another state or price.")
        words = self.tr("Set a price below, and subscribe students on their accounts.")
        return self.tr("No subscriptions yet"), words

    def refresh(self) -> None:
        """Read the subscriptions anew."""
        found, chosen = subscription_rows(self._desk), self.filters.chosen()
        state = chosen.get("state", _LIVING)
        over = str(SubscriptionState.CANCELLED)
        self.lines = [
            row
            for row in found
            if state in (_ALL_STATES, row.body["state"]) or (state == _LIVING and row.body["state"] != over)
        ]
        if "price" in chosen:
            self.lines = [row for row in self.lines if row.body["price_id"] == chosen["price"]]
        self.source.set_rows(self.lines)
        self.body.show_rows(len(found))
        self._show_buttons()

    def _show_buttons(self) -> None:
        self.acts.show_for(self.current())

    def current(self) -> SubscriptionRow | None:
        """Return the subscription on which the cursor stands."""
        here = self.table.current_id()
        return next((row for row in self.lines if row.id == here), None)

    def open_account(self, row_id: str) -> None:
        """Open the account of a subscription's student."""
        row = next((one for one in self.lines if one.id == row_id), None)
        if row is not None:
            self._desk.open("finance.account", str(row.body["person_id"]))

    def _changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.search.setFocus()

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.table if self.table.record_model.rowCount() else self.filters.search


def _tr(words: str) -> str:
    return QCoreApplication.translate("PricesCard", words)


class PricesCard(KeptCard[PriceRow]):
    """Lists what courses cost for a period; Enter opens one for those who set prices."""

    def __init__(self, desk: Desk) -> None:
        columns = [
            Column("name", _tr("Name"), lambda row: str(row.body["name"]), width=220, stretch=True, sortable=False),
            Column("place", _tr("For"), lambda row: row.place, CellKind.MUTED, 180, sortable=False),
            Column("price", _tr("Price"), lambda row: price_words(row.body), CellKind.NUMBER, 190, sortable=False),
            Column("first", _tr("First"), lambda row: first_words(row.body), CellKind.MUTED, 240, sortable=False),
            Column("n", _tr("Students"), lambda row: str(row.living), CellKind.NUMBER, 90, sortable=False),
            Column("state", _tr("State"), state_cell, CellKind.BADGE, 120, sortable=False),
        ]
        title = text("Prices of subscriptions")
        super().__init__(
            desk, title, _tr("No prices yet."), columns, _tr("Add a price"), name=_tr("Prices"), most=_PRICES
        )
        follow(desk.store, self, self._changed)

    def read(self) -> list[PriceRow]:
        """Return the prices."""
        return price_rows(self._desk)

    def _changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    def form(self, row: PriceRow | None) -> PriceDialog:
        """Return the dialog of a price."""
        return PriceDialog(self.window(), self._desk, row.body if row else None)

    def take_out(self, row: PriceRow) -> str:
        """Offer a price to nobody any more; who has it keeps it."""
        subscription_actions.retire(self._desk, row.body)
        return _tr("{name} is offered to nobody any more").format(name=row.body["name"])
