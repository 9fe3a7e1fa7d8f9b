"""Says that the office marked this computer as lost, and what was sent and removed for it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.core.lost_device import Wiped
from desktop.widgets.buttons import Button
from desktop.widgets.card import Well
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label


class LostDialog(Dialog):
    """One sentence for each person whose work was removed."""

    def __init__(self, window: QWidget, wiped: Sequence[Wiped]) -> None:
        super().__init__(window, self.tr("This computer was marked as lost"), icon="lock", width=520)
        for one in wiped:
            self.add(Label(one.sentence, wrap=True))
        found = self.tr("If it was found again, ask the office, then sign in: everything is fetched from the server.")
        self.add(Well("info", found))
        self.add_button(Button(self.tr("Close"), on_click=self.reject))
