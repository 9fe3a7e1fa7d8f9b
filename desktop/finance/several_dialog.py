"""Chooses the students for whom somebody pays in one receipt."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.person_picker import PersonPicker
from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from shared.people.vocabulary import Role


def _tr(words: str) -> str:
    return QCoreApplication.translate("SeveralDialog", words)


class SeveralDialog(Dialog):
    """``chosen`` gives the ids of the students."""

    chosen = Signal(list)

    def __init__(self, window: QWidget, desk: Desk) -> None:
        hint = _tr("One receipt for all. The next step asks for amount and payer.")
        super().__init__(window, _tr("Pay for several students"), subtitle=hint, icon="users", width=560)
        self.picker = PersonPicker(desk, role=Role.STUDENT)
        self.add(self.picker)
        self.add_cancel()
        self.next_button = self.add_button(primary(_tr("Go on"), "arrow-right", self.go_on))
        self.on_key("Ctrl+Return", self.go_on)
        self.picker.changed.connect(lambda: self.next_button.setEnabled(bool(self.picker.chosen)))
        self.next_button.setEnabled(False)

    def go_on(self) -> None:
        """Go on to the payment."""
        chosen = self.picker.chosen
        if chosen:
            self.accept()
            self.chosen.emit(chosen)
