"""The receipt as rows of a table: read in pages, however long it is."""

from collections.abc import Mapping, Sequence

from desktop.core.local_store import LocalStore
from desktop.core.receipts import Only, ReceiptLine
from desktop.widgets.row_source import RowQuery

FILTERS: dict[str, Only | None] = {"all": None, "waiting": "waiting", "answered": "answered", "refused": "refused"}


class ReceiptSource:
    """Gives the lines of one filter, newest first; the order is fixed."""

    def __init__(self, store: LocalStore, only: str = "all") -> None:
        self._store = store
        self.only = only
        self._lines: dict[str, ReceiptLine] = {}

    def count(self, _query: RowQuery) -> int:
        """Return how many lines the filter leaves."""
        counts = self._store.receipt_counts()
        if self.only == "waiting":
            return counts.waiting
        if self.only == "answered":
            return counts.saved - counts.waiting
        return self._store.pending().refused if self.only == "refused" else counts.saved

    def ids(self, _query: RowQuery, offset: int, limit: int) -> Sequence[str]:
        """Return one page of command ids, and keep its lines for `rows`."""
        lines = self._store.receipt(offset, limit, FILTERS[self.only])
        if offset == 0:
            self._lines = {}
        self._lines |= {line.command_id: line for line in lines}
        return [line.command_id for line in lines]

    def rows(self, ids: Sequence[str]) -> Mapping[str, ReceiptLine]:
        """Return lines that were on a page read before."""
        return {one: self._lines[one] for one in ids if one in self._lines}

    def line(self, command_id: str) -> ReceiptLine | None:
        """Return a line by its command's id."""
        return self._lines.get(command_id)

    def position(self, _query: RowQuery, _prefix: str) -> int:
        """Typing doesn't jump here: the list is ordered by time."""
        return -1
