"""A table below its filters, in whose place stands a sentence where nothing is found."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.filter_row import FilterRow, ListHead, SelectionBar
from desktop.widgets.record_table import RecordTable

# What was typed and whether a filter is on -> title and sentence of the empty place.
EmptyWords = Callable[[str, bool], tuple[str, str]]


class FilteredTable(QWidget):
    """Searches as one types, leads from the search down into the table, and says how many of the rows are shown.

    The page gives the rows: after each reading it calls `show_rows` with how many there are before the search.
    """

    def __init__(
        self,
        filters: FilterRow,
        table: RecordTable,
        *,
        icon: str,
        empty_words: EmptyWords,
        bar: SelectionBar | None = None,
        above: QWidget | None = None,
    ) -> None:
        super().__init__()
        self.filters, self.table, self.bar = filters, table, bar
        self._empty_words, self._total = empty_words, 0
        self.empty = EmptyState(icon, "")
        self.stack = QStackedWidget()
        card = Card(padded=False)
        card.add(table, 1)
        self.stack.addWidget(card)
        self.stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(filters if bar is None else self._make_head(bar))
        if above is not None:
            column.addWidget(above)
        column.addWidget(self.stack, 1)
        filters.search.searched.connect(self._search)
        filters.search.left_down.connect(table.setFocus)

    def _make_head(self, bar: SelectionBar) -> ListHead:
        head = ListHead(self.filters, bar)
        self.table.selection_count.connect(lambda count: head.set_selected(count, self.shown))
        bar.cleared.connect(self.table.clearSelection)
        return head

    @property
    def shown(self) -> int:
        """How many rows the search leaves."""
        return self.table.record_model.rowCount()

    def show_rows(self, total: int) -> None:
        """Show the rows that the source has now; `total` of them before the search."""
        self._total = total
        self.table.refresh()
        self._show_count()

    def _search(self, typed: str) -> None:
        self.table.set_search(typed)
        self._show_count()

    def _show_count(self) -> None:
        self.filters.set_count(self.shown, self._total)
        typed = self.table.record_model.query.text
        self.empty.set_words(*self._empty_words(typed, bool(self.filters.chosen())))
        self.stack.setCurrentIndex(0 if self.shown else 1)
