"""What lists of fees and of discounts do alike: open a row or a new one, take one out of use, and say what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.shell.page import tell
from desktop.widgets.buttons import Button
from desktop.widgets.columns import Cell
from desktop.widgets.record_table import RecordTable
from shared.finance.permissions import may_manage_finance

_IN_USE = "active"


def _tr(words: str) -> str:
    return QCoreApplication.translate("KeptRows", words)


class Kept(Protocol):
    """A row that is kept: its id, and its body with the state."""

    @property
    def id(self) -> str:
        """The row's id."""

    @property
    def body(self) -> Mapping[str, Any]:
        """The row as the store has it."""


RowT = TypeVar("RowT", bound=Kept)


@dataclass
class Acts(Generic[RowT]):
    """What one list does its own way: the rows on show, a dialog for one or a new one, and taking one out of use."""

    rows: Callable[[], Sequence[RowT]]
    dialog: Callable[[RowT | None], Any]
    take_out: Callable[[RowT], str]
    refresh: Callable[[], None]


def state_cell(row: Kept) -> Cell:
    """Return whether a row is in use."""
    if row.body["state"] == _IN_USE:
        return Cell(_tr("In use"), "ok", "check")
    return Cell(_tr("Out of use"), "neu", "x")


class KeptRows(Generic[RowT]):
    """Acts on the rows of a table for those who may."""

    def __init__(self, page: QWidget, desk: Desk, table: RecordTable, button: Button, acts: Acts[RowT]) -> None:
        self._page, self._desk, self._table, self._button, self._acts = page, desk, table, button, acts
        table.opened.connect(self.open)
        table.current.connect(lambda _id: self.show_buttons())
        button.clicked.connect(self.retire)

    def current(self) -> RowT | None:
        """Return the row on which the cursor stands."""
        return self._row(self._table.current_id())

    def _row(self, row_id: str | None) -> RowT | None:
        return next((row for row in self._acts.rows() if row.id == row_id), None)

    def show_buttons(self) -> None:
        """Allow what the row under the cursor lets one do."""
        row = self.current()
        self._button.setEnabled(row is not None and row.body["state"] == _IN_USE)

    def new(self) -> None:
        """Add a row."""
        self._open(None)

    def open(self, row_id: str) -> None:
        """Change a row, where one may."""
        row = self._row(row_id)
        if row is not None and may_manage_finance(self._desk.actor):
            self._open(row)

    def _open(self, row: RowT | None) -> None:
        dialog = self._acts.dialog(row)
        dialog.saved.connect(self._done)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def retire(self) -> None:
        """Take the row on which the cursor stands out of use."""
        row = self.current()
        if row is not None:
            self._done(self._acts.take_out(row))

    def _done(self, words: str) -> None:
        self._acts.refresh()
        tell(self._page, words)
