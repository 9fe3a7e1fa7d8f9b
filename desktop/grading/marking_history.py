"""The history of a mark: who gave what, when, where and why, the latest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.theme import theme

_ROW, _MOST = 50, 8


class HistoryDialog(Dialog):
    """Shows the steps as (what, who and when)."""

    def __init__(self, window: QWidget, name: str, steps: Sequence[tuple[str, str]], *, unsent: bool) -> None:
        super().__init__(window, self.tr("History of this mark"), subtitle=name, icon="history", width=520)
        if unsent:
            self.add(
                Label(self.tr("The latest change is on this computer and not sent yet."), "small", "text2", wrap=True)
            )
        if steps:
            rows = RowList(name=self.tr("Steps"))
            rows.set_rows([RowContent(str(place), what, detail) for place, (what, detail) in enumerate(steps)])
            column = ScrollColumn(padding=0)
            column.body.addWidget(rows)
            column.body.addStretch(1)
            column.setFixedHeight(theme().px(_ROW) * min(_MOST, len(steps)) + 4)
            self.add(column)
        else:
            self.add(Label(self.tr("Nothing is on the server yet."), "body", "text2"))
        self.add_button(primary(self.tr("Close"), on_click=self.accept))
