"""Names what is in the way before anything is saved, and lets those who plan go on nevertheless."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.timetable.clash_store import Met
from desktop.widgets.buttons import secondary
from desktop.widgets.card import Card
from desktop.widgets.dialog import Dialog
from desktop.widgets.list_row import RowContent, RowList

MOST_NAMED = 6


def _tr(words: str) -> str:
    return QCoreApplication.translate("ClashDialog", words)


def rows_of(met: Sequence[Met], most: int = MOST_NAMED) -> list[RowContent]:
    """Return the first clashes as rows, and how many more there are."""
    rows = [
        RowContent(str(at), one.sentence, icon="circle-alert", tone="bad", wraps=True) for at, one in enumerate(met)
    ]
    if len(rows) <= most:
        return rows
    more = _tr("{count} more clashes").format(count=len(rows) - most)
    return [*rows[:most], RowContent("more", more)]


class ClashDialog(Dialog):
    """Asks whether to save despite what is in the way; nothing was saved yet."""

    def __init__(self, window: QWidget, what: str, met: Sequence[Met], save: Callable[[], object]) -> None:
        super().__init__(window, _tr("Something is in the way"), subtitle=what, icon="circle-alert", width=560)
        self._save = save
        self.rows = RowList(name=_tr("Clashes"))
        self.rows.set_rows(rows_of(met))
        for row in self.rows.rows:
            row.setToolTip(row.content.title)
        card = Card(padded=False)
        card.add(self.rows)
        self.add(card)
        self.leave_button = self.add_cancel(_tr("Leave it where it is"))
        self.save_button = self.add_button(secondary(_tr("Move it nevertheless"), on_click=self.save))

    def save(self) -> None:
        """Save despite the clashes."""
        self.accept()
        self._save()
