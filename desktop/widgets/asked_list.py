"""A list that the server keeps: filters above, the newest rows first, earlier ones at the press of a button."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import secondary
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.server_list import ServerListCard
from shared.core.clock import instant_text
from shared.core.errors import CampusError

PAGE = 200
"""How many rows are asked for at once."""
_DAYS = "days"
Body = Mapping[str, Any]
Ask = Callable[[dict[str, str], int, int], tuple[Sequence[Body], int]]
"""(what is filtered, page from 1 on, rows of a page) -> the rows, how many there are; runs beside the window."""


class AskedList(QWidget):
    """Asks when it is shown, when a filter changes and for earlier rows; an answer to an older question is left out.

    A search runs over the rows that were fetched, filters over all. `told` gives what the head of the page says: the
    sentence of a problem, or nothing.
    """

    told = Signal(str)

    def __init__(
        self,
        filters: FilterRow,
        table: RecordTable,
        source: ListSource[Body],
        ask: Ask,
        *,
        nothing: EmptyState,
        away_words: str,
        wanted: Callable[[], dict[str, str]] | None = None,
        beside: QWidget | None = None,
    ) -> None:
        super().__init__()
        self.rows: list[Body] = []
        self._filters, self._table, self._source, self._ask_server = filters, table, source, ask
        self._wanted = wanted or filters.chosen
        self._asked = 0
        self.listed = ServerListCard(table, nothing, away_words, self.refresh)
        self.more_button = secondary(QCoreApplication.translate("AskedList", "Show earlier"), on_click=self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(filters)
        parts = QHBoxLayout()
        parts.setSpacing(14)
        parts.addWidget(self.listed, 1)
        if beside is not None:
            parts.addWidget(beside)
        column.addLayout(parts, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.more_button)
        foot.addStretch(1)
        column.addLayout(foot)
        self.more_button.hide()
        filters.changed.connect(self.refresh)
        filters.search.textChanged.connect(table.set_search)

    @property
    def away(self) -> EmptyState:
        """What stands there while the server is away."""
        return self.listed.away

    def row(self, identity: str) -> Body | None:
        """Return a row that is shown."""
        return next((one for one in self.rows if str(one["id"]) == identity), None)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the server."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Ask for the newest rows."""
        self._ask(1)

    def more(self) -> None:
        """Ask for the next earlier rows."""
        self._ask(len(self.rows) // PAGE + 1)

    def _ask(self, page: int) -> None:
        self._asked += 1
        asked, wanted, ask = self._asked, self._wanted(), self._ask_server

        def done(found: tuple[Sequence[Body], int]) -> None:
            if asked == self._asked:
                self._show(found, page)

        run_in_background(lambda: ask(wanted, page, PAGE), done, self._failed, self, Lane.NETWORK)

    def _show(self, found: tuple[Sequence[Body], int], page: int) -> None:
        rows, total = found
        self.rows = [*(self.rows if page > 1 else ()), *rows]
        self._source.set_rows(self.rows)
        self._table.refresh()
        self.listed.show_list(has_rows=bool(self.rows))
        self._filters.set_count(len(self.rows), total)
        self.more_button.setVisible(len(self.rows) < total)
        self.told.emit("")

    def _failed(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        if not self.rows:
            self.listed.show_away(problem)
        self.told.emit(problem.message)


def filters_of_log(search: str, kinds: Iterable[tuple[str, str]]) -> FilterRow:
    """Return the filters above a log: a search, the kinds in the order of their words, and a time that ends now."""

    def tr(words: str) -> str:
        return QCoreApplication.translate("AskedList", words)

    filters = FilterRow(search)
    in_order = sorted(kinds, key=lambda one: one[1])
    filters.add_filter("kind", tr("Kind"), [("", tr("All kinds")), *in_order])
    periods = [("", tr("Any time")), ("1", tr("Last 24 hours")), ("7", tr("Last 7 days")), ("30", tr("Last 30 days"))]
    filters.add_filter(_DAYS, tr("Time"), periods)
    return filters


def with_since(chosen: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Return what is filtered as the server takes it: the chosen time as the instant `since`."""
    wanted = dict(chosen)
    days = wanted.pop(_DAYS, "")
    return {**wanted, "since": instant_text(now - timedelta(days=int(days)))} if days else wanted
