"""The discounts, coupons and scholarships of the institute, to be added, changed and taken out of use."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.finance import discount_actions
from desktop.finance.account_store import today_of
from desktop.finance.discount_actions import DiscountRow, discount_rows
from desktop.finance.discount_dialog import DiscountDialog
from desktop.finance.kept_rows import state_cell
from desktop.finance.rows_card import KeptCard
from desktop.finance.words import entry_day
from desktop.shell.page import follow
from desktop.widgets.columns import CellKind, Column
from shared.core.text import text
from shared.finance.vocabulary import DISCOUNT, DISCOUNT_USE

_AT_ONCE = 5
"""Discounts at once: below the list of fees."""


def _tr(words: str) -> str:
    return QCoreApplication.translate("DiscountsCard", words)


class DiscountsCard(KeptCard[DiscountRow]):
    """Lists discounts; Enter opens one for those who keep them."""

    def __init__(self, desk: Desk) -> None:
        title = text("Discounts and coupons")
        super().__init__(
            desk,
            title,
            _tr("No discounts yet."),
            _columns(desk),
            _tr("Add a discount"),
            name=_tr("Discounts"),
            most=_AT_ONCE,
        )
        follow(desk.store, self, self._changed)

    def read(self) -> list[DiscountRow]:
        """Return the discounts."""
        return discount_rows(self._desk)

    def _changed(self, changed: Changed) -> None:
        if changed.kinds & {DISCOUNT, DISCOUNT_USE} or not changed.keys:
            self.refresh()

    def form(self, row: DiscountRow | None) -> DiscountDialog:
        """Return the dialog of a discount."""
        return DiscountDialog(self.window(), self._desk, row.body if row else None)

    def take_out(self, row: DiscountRow) -> str:
        """Let a discount be given no more."""
        discount_actions.retire(self._desk, row.body)
        return _tr("{name} isn't given any more").format(name=row.body["name"])


def _columns(desk: Desk) -> list[Column]:
    def days(row: DiscountRow) -> str:
        return entry_day(row.body["valid_to"], today_of(desk)) if row.body["valid_to"] else ""

    def given(row: DiscountRow) -> str:
        most = row.body["most"]
        return _tr("{n} of {most}").format(n=row.given, most=most) if most else str(row.given)

    return [
        Column("name", _tr("Name"), lambda row: str(row.body["name"]), width=220, stretch=True, sortable=False),
        Column("value", _tr("Comes to"), lambda row: row.value, CellKind.NUMBER, 120, sortable=False),
        Column("place", _tr("For"), lambda row: row.place, CellKind.MUTED, 180, sortable=False),
        Column("code", _tr("Coupon"), lambda row: str(row.body["code"]), CellKind.MUTED, 130, sortable=False),
        Column("days", _tr("Valid to"), days, CellKind.MUTED, 120, sortable=False),
        Column("given", _tr("Given"), given, CellKind.NUMBER, 90, sortable=False),
        Column("state", _tr("State"), state_cell, CellKind.BADGE, 120, sortable=False),
    ]
