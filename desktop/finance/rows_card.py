"""Cards that list rows about money, with the buttons of what can be done with the one under the cursor."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Generic

from PySide6.QtCore import QCoreApplication

from desktop.core.desk import Desk
from desktop.finance.kept_rows import Acts, KeptRows, RowT
from desktop.shell.page import tell
from desktop.widgets.asking_dialog import AskingDialog
from desktop.widgets.buttons import Button
from desktop.widgets.card import Card
from desktop.widgets.columns import Column
from desktop.widgets.label import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.finance.permissions import may_manage_finance

MOST_ROWS = 8
"""Rows of a card at once: whoever looks for the next card doesn't scroll past hundreds."""


def _tr(words: str) -> str:
    return QCoreApplication.translate("RowsCard", words)


class RowsCard(Card, Generic[RowT]):
    """Lists rows; what a card is of says `read`, its columns and its buttons.

    `name` is what a screen reader calls the table, the title where nothing is given.
    """

    def __init__(
        self, desk: Desk, title: str, nothing: str, columns: Sequence[Column], *, name: str = "", most: int = MOST_ROWS
    ) -> None:
        super().__init__(title, padded=False)
        self._desk = desk
        self.lines: list[RowT] = []
        self.source: ListSource[RowT] = ListSource(lambda row: row.id, {"": lambda _row: 0})
        self.table = RecordTable(self.source, list(columns), name=name or title, embedded=True, most_rows=most)
        self.table.current.connect(lambda _id: self.show_buttons())
        self.nothing = Label(nothing, "small", "muted")
        self.nothing.setContentsMargins(16, 12, 16, 12)
        self.add(self.table)
        self.add(self.nothing)

    def button(self, words: str, icon: str, act: Callable[[], None] | None = None) -> Button:
        """Add a button to the head."""
        made = Button(words, icon=icon, small=True, on_click=act)
        if self.head is not None:
            self.head.add(made)
        return made

    def read(self) -> list[RowT]:
        """Return the rows; none where a card doesn't say."""
        return []

    def show_buttons(self) -> None:
        """Enable what can be done with the row under the cursor."""

    def refresh(self) -> None:
        """Read the rows anew."""
        self.lines = self.read()
        self.source.set_rows(self.lines)
        self.table.refresh()
        self.table.setVisible(bool(self.lines))
        self.nothing.setVisible(not self.lines)
        self.table.updateGeometry()
        self.show_buttons()

    def current(self) -> RowT | None:
        """Return the row on which the cursor stands."""
        here = self.table.current_id()
        return next((row for row in self.lines if row.id == here), None)

    def ask(self, dialog: AskingDialog) -> None:
        """Open a dialog, and tell what came of it."""
        dialog.saved.connect(self.done)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def done(self, words: str) -> None:
        """Tell what was done."""
        self.refresh()
        tell(self, words)


class KeptCard(RowsCard[RowT]):
    """Rows that are added, changed and taken out of use by those who keep them; Enter opens one for them."""

    def __init__(self, desk: Desk, title: str, nothing: str, columns: Sequence[Column], add: str, **more: Any) -> None:
        super().__init__(desk, title, nothing, columns, **more)
        self.retire_button = self.button(_tr("Take out of use"), "x")
        self.kept: KeptRows[RowT] = KeptRows(
            self, desk, self.table, self.retire_button, Acts(lambda: self.lines, self.form, self.take_out, self.refresh)
        )
        self.add_button = self.button(add, "plus", self.kept.new)
        for one in (self.retire_button, self.add_button):
            one.setVisible(may_manage_finance(desk.actor))
        self.refresh()

    @abstractmethod
    def form(self, row: RowT | None) -> Any:
        """Return the dialog of a row, of a new one without any."""

    @abstractmethod
    def take_out(self, row: RowT) -> str:
        """Take a row out of use; returns what is said."""

    def show_buttons(self) -> None:
        """Only what is in use is taken out of it."""
        self.kept.show_buttons()

    def new(self) -> None:
        """Add a row."""
        self.kept.new()
