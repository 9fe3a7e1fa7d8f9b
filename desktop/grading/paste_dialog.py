"""Shows before anything changes how many cells of a pasted block fit, and why the others don't."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.widgets.buttons import primary
from desktop.widgets.card import Card
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from shared.core.text import plural

_MOST_NAMED = 6


def _tr(words: str) -> str:
    return QCoreApplication.translate("PasteDialog", words)


class PasteDialog(Dialog):
    """`fits` of `count` cells can be set; `faults` say which can't and why. Nothing was changed yet."""

    def __init__(
        self, window: QWidget, fits: int, count: int, faults: Sequence[str], save: Callable[[], object]
    ) -> None:
        words = _tr("{fits} of {count} cells change").format(fits=f"{fits:,}", count=f"{count:,}")
        super().__init__(window, _tr("Paste marks"), subtitle=words, icon="table-2", width=520)
        self.faults = tuple(faults)
        if faults:
            self.add(Label(_tr("These cells stay as they are"), "section", "bad"))
            rows = RowList(name=_tr("Cells that can't be set"))
            shown = [
                RowContent(str(at), words, icon="circle-alert", tone="bad", wraps=True)
                for at, words in enumerate(faults[:_MOST_NAMED])
            ]
            if len(faults) > _MOST_NAMED:
                more = _tr("{count} more cells").format(count=len(faults) - _MOST_NAMED)
                shown.append(RowContent("more", more))
            rows.set_rows(shown)
            card = Card(padded=False)
            card.add(rows)
            self.add(card)
        elif not fits:
            self.add(Label(_tr("Every cell says so already."), "body", "muted"))
        self._save = save
        self.add_cancel()
        self.save_button = self.add_button(primary(plural("Set 1 mark", "Set {n} marks", fits), on_click=self.save))
        self.save_button.setEnabled(fits > 0)

    def save(self) -> None:
        """Set the cells that fit."""
        self.accept()
        self._save()
