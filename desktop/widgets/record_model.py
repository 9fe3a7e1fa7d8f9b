"""A table model over any number of rows: it holds pages of ids and of rows, and asks its source for the rest."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.widgets.columns import Cell, Column
from desktop.widgets.row_ids import RowsById
from desktop.widgets.row_source import RowQuery, RowSource

PAGE_ROWS = 200
MOST_PAGES = 40

_Role = Qt.ItemDataRole
_SERVED = frozenset({_Role.DisplayRole, _Role.AccessibleTextRole, _Role.ToolTipRole})
_Index = QModelIndex | QPersistentModelIndex


class RecordModel(QAbstractTableModel, RowsById):
    """Pages through a ``RowSource``; ``query_changed`` tells that order or filter are new."""

    query_changed = Signal()

    def __init__(self, source: RowSource[Any], columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source = source
        self.columns = tuple(columns)
        self.query = RowQuery()
        self._count = source.count(self.query)
        self._ids: dict[int, Sequence[str]] = {}
        self._rows: OrderedDict[int, list[Any]] = OrderedDict()

    # --- what pages ask

    def set_query(self, query: RowQuery) -> None:
        """Show the rows of another order or filter, from the start."""
        if query != self.query:
            self.query = query
            self.refresh()
            self.query_changed.emit()

    def refresh(self) -> None:
        """Read everything anew, after the store has changed."""
        self.beginResetModel()
        self._ids.clear()
        self._rows.clear()
        self._count = self.source.count(self.query)
        self.endResetModel()

    def id_at(self, place: int) -> str:
        """Return the id of the row at this place; an empty text beyond the end."""
        if not 0 <= place < self._count:
            return ""
        page, offset = divmod(place, PAGE_ROWS)
        ids = self._id_page(page)
        return ids[offset] if offset < len(ids) else ""

    def row_at(self, place: int) -> Any | None:
        """Return the row object at this place; None beyond the end or when it is gone."""
        page, offset = divmod(place, PAGE_ROWS)
        rows = self._rows.get(page)
        if rows is None:
            if not 0 <= place < self._count:
                return None
            rows = self._row_page(page)
        else:
            self._rows.move_to_end(page)
        return rows[offset] if offset < len(rows) else None

    def cell_at(self, place: int, column: int) -> Cell | None:
        """Return what a cell shows; None when its row is gone."""
        row = self.row_at(place)
        return None if row is None else self.columns[column].cell_of(row)

    def place_of(self, identity: str, near: int = 0) -> int:
        """Return the place of an id, looking at the page around ``near`` first, then at all; -1 when not found."""
        pages = -(-self._count // PAGE_ROWS)
        first = min(max(0, near // PAGE_ROWS), max(0, pages - 1))
        for page in sorted(range(pages), key=lambda page: abs(page - first)):
            ids = self._id_page(page)
            if identity in ids:
                return page * PAGE_ROWS + list(ids).index(identity)
        return -1

    def tab_separated(self, places: Sequence[int], columns: Sequence[int]) -> Iterator[str]:
        """Give the head and then these rows as tab-separated lines, page by page, without filling the cache."""
        yield "\t".join(self.columns[column].title for column in columns)
        for start in range(0, len(places), PAGE_ROWS):
            ids = [self.id_at(place) for place in places[start : start + PAGE_ROWS]]
            rows = self.source.rows(ids)
            for identity in ids:
                if identity in rows:
                    texts = (self.columns[column].cell_of(rows[identity]).text for column in columns)
                    yield "\t".join(" ".join(text.split()) for text in texts)

    def _id_page(self, page: int) -> Sequence[str]:
        ids = self._ids.get(page)
        if ids is None:
            ids = self._ids[page] = self.source.ids(self.query, page * PAGE_ROWS, PAGE_ROWS)
        return ids

    def _row_page(self, page: int) -> list[Any]:
        ids = self._id_page(page)
        found = self.source.rows(ids)
        rows = self._rows[page] = [found.get(identity) for identity in ids]
        if len(self._rows) > MOST_PAGES:
            self._rows.popitem(last=False)
        return rows

    # --- what Qt asks

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        """Return the number of rows that match the query."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        """Serve text, spoken text and tool tip; the delegate takes the row itself."""
        if role not in _SERVED:
            return None
        cell = self.cell_at(index.row(), index.column())
        if cell is None:
            return None
        if role == _Role.AccessibleTextRole:
            return self._spoken(index.row(), index.column(), cell)
        return cell.text

    def _spoken(self, place: int, column: int, cell: Cell) -> str:
        words = f"{cell.text} {cell.detail}".strip()
        if column == 0:
            return words
        first = self.cell_at(place, 0)
        return f"{first.text if first else ''}, {self.columns[column].title}, {words}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        """Serve the heads of the columns."""
        if orientation is Qt.Orientation.Horizontal and role in {_Role.DisplayRole, _Role.AccessibleTextRole}:
            return self.columns[section].title
        return None
