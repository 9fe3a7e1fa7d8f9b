"""Asks for a few sentences: a question about a mark, its answer, a comment on it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.text_field import NoteField
from shared.core.errors import CampusError


class WordsDialog(Dialog):
    """Asks for a few sentences of `most` letters; `act` takes them and may refuse with a CampusError."""

    def __init__(
        self,
        window: QWidget,
        title: str,
        subtitle: str,
        label: str,
        hint: str,
        button: str,
        act: Callable[[str], object],
        words: str = "",
        *,
        most: int,
    ) -> None:
        super().__init__(window, title, subtitle=subtitle, icon="message-square", width=480)
        self._act = act
        self.words = NoteField(words, lines=5, name=label, most=most)
        self.field = Field(label, self.words, hint=hint)
        self.add(self.field)
        self.add_cancel()
        self.add_button(primary(button, on_click=self.send))
        self.on_key("Ctrl+Return", self.send)

    def send(self) -> None:
        """Give the words on; what is wrong with them is said here."""
        try:
            self._act(self.words.toPlainText())
        except CampusError as problem:
            self.field.set_error(problem.message)
            self.words.setFocus()
            return
        self.accept()

    def first_focus(self) -> QWidget:
        """Begin with the words."""
        return self.words
