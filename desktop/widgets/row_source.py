"""Where a table's rows come from: the protocol, the query it is asked with, and a source over a short list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

RowT = TypeVar("RowT")
RowT_co = TypeVar("RowT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class RowQuery:
    """Order and filter: the key of a column, its direction, and what the person typed to search."""

    order: str = ""
    descending: bool = False
    text: str = ""


class RowSource(Protocol[RowT_co]):
    """Gives rows in pages; order and filter happen in the source (in SQL), never in the model.

    ``ids`` must be stable for one query: end the ORDER BY with the id. Asked on the GUI thread, so each call
    should take a few milliseconds at most.
    """

    def count(self, query: RowQuery) -> int:
        """Return the number of rows that match."""

    def ids(self, query: RowQuery, offset: int, limit: int) -> Sequence[str]:
        """Return one page of ids in order."""

    def rows(self, ids: Sequence[str]) -> Mapping[str, RowT_co]:
        """Return the rows with these ids; an id that is gone may be missing."""

    def position(self, query: RowQuery, prefix: str) -> int:
        """Return the place of the first row whose name starts with ``prefix``, -1 when there is none."""


class ListSource(Generic[RowT]):
    """A source over a list that is in memory anyway, for tables of up to about a thousand rows."""

    def __init__(
        self,
        identify: Callable[[RowT], str],
        values: Mapping[str, Callable[[RowT], object]],
        *,
        name_key: str = "",
        rows: Sequence[RowT] = (),
    ) -> None:
        """``values`` gives by column key what to sort by; ``name_key`` is the column that typing jumps in."""
        self._identify = identify
        self._values = values
        self._name_key = name_key or next(iter(values), "")
        self._rows: dict[str, RowT] = {}
        self.set_rows(rows)

    def set_rows(self, rows: Sequence[RowT]) -> None:
        """Replace the rows; tell the table by ``refresh`` afterwards."""
        self._rows = {self._identify(row): row for row in rows}

    def _matching(self, query: RowQuery) -> list[tuple[str, RowT]]:
        found = list(self._rows.items())
        words = query.text.casefold().split()
        if words:
            found = [item for item in found if self._matches(item[1], words)]
        value = self._values.get(query.order)
        if value is not None:
            found.sort(key=lambda item: _sortable(value(item[1])), reverse=query.descending)
        return found

    def _matches(self, row: RowT, words: Sequence[str]) -> bool:
        text = " ".join(str(value(row)) for value in self._values.values()).casefold()
        return all(word in text for word in words)

    def count(self, query: RowQuery) -> int:
        """Return the number of rows that match."""
        return len(self._matching(query))

    def ids(self, query: RowQuery, offset: int, limit: int) -> Sequence[str]:
        """Return one page of ids in order."""
        return [identity for identity, _row in self._matching(query)[offset : offset + limit]]

    def rows(self, ids: Sequence[str]) -> Mapping[str, RowT]:
        """Return the rows with these ids."""
        return {identity: self._rows[identity] for identity in ids if identity in self._rows}

    def position(self, query: RowQuery, prefix: str) -> int:
        """Return the place of the first row whose name starts with ``prefix``, whatever the case."""
        value = self._values.get(self._name_key)
        if value is None:
            return -1
        wanted = prefix.casefold()
        found = self._matching(query)
        places = (place for place, item in enumerate(found) if str(value(item[1])).casefold().startswith(wanted))
        return next(places, -1)


def _sortable(value: object) -> tuple[int, float, str]:
    """Bring mixed values into one order: nothing first, then numbers, then text whatever its case."""
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, int | float):
        return (1, float(value), "")
    return (2, 0.0, str(value).casefold())
