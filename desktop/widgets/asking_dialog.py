"""The base of dialogs that do one thing: the foot with the button that does it, and above it why that can't be done."""

from __future__ import annotations

from PySide6.QtCore import Signal

from desktop.widgets.buttons import Button, primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import IconText


class AskingDialog(Dialog):
    """Fill the body, then call ``end_with``; ``save`` does it, and ``refuse`` tells why not.

    ``saved`` gives the words of what was done.
    """

    saved = Signal(str)

    def end_with(self, words: str, *others: Button, cancel: str = "") -> None:
        """Add the place for a refusal, Cancel, other buttons, and the one that does it, as do Ctrl+S and Ctrl+Enter."""
        self.refusal = IconText("circle-alert", "", "bad")
        self.refusal.words.setWordWrap(True)
        self.refusal.hide()
        self.add_note(self.refusal)
        self.add_cancel(cancel)
        for one in others:
            self.add_button(one, does=True)
        self.save_button = self.add_button(primary(words, on_click=self.save))
        for key in ("Ctrl+S", "Ctrl+Return"):
            self.on_key(key, self.save_button.click)

    def save(self) -> None:
        """Do it, or say what is amiss; one that only asks closes."""
        self.accept()

    def refuse(self, words: str) -> None:
        """Say what is amiss."""
        self.refusal.set_state("circle-alert", words, "bad")
        self.refusal.show()
