"""Names inside a form what is in the way, and puts the words of saving nevertheless on its button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.timetable.clash_dialog import rows_of
from desktop.timetable.clash_store import Met
from desktop.widgets.announce import announce
from desktop.widgets.buttons import Button
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowList


def _tr(words: str) -> str:
    return QCoreApplication.translate("ClashNotice", words)


class ClashNotice(QWidget):
    """Title and rows of the first `most` clashes; hidden while there are none.

    `show_met` also sets the save button: `save_words` while nothing is in the way, else `despite_words`.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(Label(_tr("Something is in the way"), "section", "bad"))
        self.rows = RowList(name=_tr("Clashes"))
        card = Card(padded=False)
        card.add(self.rows)
        column.addWidget(card)
        self.hide()

    def show_met(self, met: Sequence[Met], button: Button, save_words: str, despite_words: str) -> None:
        """Show what is in the way, read the first of it out, and set the words of the button that saves."""
        self.rows.set_rows(rows_of(met, self._most))
        self.setVisible(bool(met))
        button.setText(despite_words if met else save_words)
        button.updateGeometry()
        if met:
            announce(self.window(), met[0].sentence, urgent=True)
