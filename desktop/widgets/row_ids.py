"""Rows that are told by an id: what a model offers so that a place in it holds when its rows come anew."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QModelIndex, QPersistentModelIndex

_Index = QModelIndex | QPersistentModelIndex


class RowsById:
    """A part of a Qt model; a row keeps its id wherever it stands."""

    @abstractmethod
    def rowCount(self, parent: _Index = QModelIndex(), /) -> int:
        """Return how many rows there are: each model's own."""

    @abstractmethod
    def id_at(self, place: int) -> str:
        """Return the id of the row at this place."""

    def place_of(self, identity: str) -> int:
        """Return the place of an id, -1 where it isn't on show."""
        return next((place for place in range(self.rowCount()) if self.id_at(place) == identity), -1)

    def column_id(self, _column: int) -> str:
        """Return what a column is about where columns come and go as rows do; else an empty text."""
        return ""

    def column_of(self, identity: str, columns: int) -> int:
        """Return the place of a column among so many; the first one where it isn't on show."""
        return next((column for column in range(columns) if self.column_id(column) == identity), 0)
