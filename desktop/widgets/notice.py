"""A sentence about what is in the way, in a box of its own within a form."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.widgets.card import Well


class Notice(Well):
    """Says what is in the way, in as many lines as that takes; hidden while nothing is.

    A dialog brings a new sentence into sight; one that stays, as while somebody types, moves nothing.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("circle-alert", " ", "bad", parent)
        self.say("")

    def say(self, words: str) -> None:
        """Show a sentence; an empty text hides it."""
        if words != self.said:
            self.hide()
        if self.words is not None:
            self.words.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words) and self.parent() is not None)

    @property
    def said(self) -> str:
        """The sentence on show."""
        return self.accessibleName()
