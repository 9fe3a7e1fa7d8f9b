"""Asks why a computer is marked as lost, and says what follows from it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.widgets.buttons import Button, Kind, secondary
from desktop.widgets.card import Well
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.text_field import TextField

LONGEST = 300
_SHORTEST = 3


class LostAskDialog(Dialog):
    """``marked`` gives the reason; the dialog is gone by then."""

    marked = Signal(str)

    def __init__(self, window: QWidget, computer: str) -> None:
        super().__init__(window, self.tr("Mark {name} as lost").format(name=computer), icon="lock", width=520)
        self.add(
            Label(
                self.tr(
                    "Whoever is signed in there is out at once. At its next contact the computer sends what was not"
                    " sent yet, sealed, to the office; then it removes all keys, work and files of Campusdesk."
                ),
                wrap=True,
            )
        )
        self.reason = TextField(name=self.tr("Why"))
        self.reason.setMaxLength(LONGEST)
        self.field = Field(self.tr("Why"), self.reason, hint=self.tr("Left in a taxi, stolen from the lab"))
        self.reason.textEdited.connect(lambda _text: self.field.set_error(""))
        self.add(self.field)
        self.add(Well("info", self.tr("It can be undone until the computer was heard of.")))
        self.add_button(secondary(self.tr("Cancel"), on_click=self.reject))
        self.mark_button = self.add_button(Button(self.tr("Mark as lost"), kind=Kind.DANGER_FILLED, on_click=self.mark))

    def first_focus(self) -> QWidget:
        """Begin with the reason."""
        return self.reason

    def mark(self) -> None:
        """Mark the computer, unless there is no reason yet."""
        reason = " ".join(self.reason.text().split())
        if len(reason) < _SHORTEST:
            self.field.set_error(self.tr("Say why, so that others understand it later"))
            self.reason.setFocus()
            return
        self.accept()
        self.marked.emit(reason)
