"""The sessions of the week and day views as a model, so that a screen reader meets every one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.timetable.session_words import spoken
from desktop.timetable.week_store import Shown
from desktop.widgets.row_ids import RowsById

_SPOKEN = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole})


class TimetableModel(QAbstractListModel, RowsById):
    """Sessions in the order in which they are read: column after column, each by time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sessions: tuple[Shown, ...] = ()

    def set_sessions(self, sessions: Sequence[Shown]) -> None:
        """Show others."""
        self.beginResetModel()
        self.sessions = tuple(sessions)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Return how many there are."""
        return 0 if parent is not None and parent.isValid() else len(self.sessions)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Return the sentence of a session."""
        if role not in _SPOKEN or not index.isValid():
            return None
        return spoken(self.sessions[index.row()].line)

    def id_at(self, place: int) -> str:
        """Return the session of a row."""
        return self.sessions[place].line.id
