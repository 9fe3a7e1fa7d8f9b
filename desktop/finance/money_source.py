"""Gives the table of reconciliation its rows in pages, filtered, searched and in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from desktop.finance.bank_store import Listed, MoneyRow
from desktop.finance.money_list import MoneyList
from desktop.widgets.row_source import RowQuery
from shared.people.rules import fold

_ORDERS: Mapping[str, Callable[[Listed], Any]] = {
    "day": lambda row: (row.day, row.id),
    "words": lambda row: (fold(row.words), row.id),
    "reference": lambda row: (fold(row.reference), row.id),
    "amount": lambda row: (row.amount, row.id),
}


class MoneySource:
    """A RowSource over a list of money; `part` and `told_by` narrow it, empty means all.

    The ids in order are kept until the list or the question changes.
    """

    def __init__(self, money: MoneyList) -> None:
        self.money = money
        self.part = ""
        self.told_by = ""
        self._known: tuple[object, list[str]] | None = None

    def _found(self, query: RowQuery) -> list[str]:
        asked = (self.money, self.money.version, self.part, self.told_by, query)
        if self._known is None or self._known[0] != asked:
            self._known = (asked, self._find(query))
        return self._known[1]

    def _find(self, query: RowQuery) -> list[str]:
        rows = self._narrowed()
        words = fold(query.text).split()
        if words:
            found_by = self.money.found_by
            rows = [row for row in rows if all(word in found_by(row.id) for word in words)]
        rows.sort(key=_ORDERS.get(query.order, _ORDERS["day"]), reverse=query.descending)
        return [row.id for row in rows]

    def _narrowed(self) -> list[Listed]:
        return [
            row
            for row in self.money.listed.values()
            if self.part in ("", row.part) and self.told_by in ("", row.source)
        ]

    def total(self) -> int:
        """Return how many rows there are before the search."""
        return len(self._narrowed())

    def count(self, query: RowQuery) -> int:
        """Return the number of rows that match."""
        return len(self._found(query))

    def ids(self, query: RowQuery, offset: int, limit: int) -> Sequence[str]:
        """Return one page of ids in order."""
        return self._found(query)[offset : offset + limit]

    def rows(self, ids: Sequence[str]) -> Mapping[str, MoneyRow]:
        """Return the rows with these ids."""
        return self.money.rows(ids)

    def position(self, query: RowQuery, prefix: str) -> int:
        """Return the place of the first row whose text starts with `prefix`, whatever the case."""
        wanted, found = fold(prefix), self.money.found_by
        return next((at for at, key in enumerate(self._found(query)) if found(key).startswith(wanted)), -1)
