"""The note beside one student's mark."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.attendance.store import MarkRow
from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.text_field import NoteField

MOST_LETTERS = 1000


class NoteDialog(Dialog):
    """Asks for a note; ``saved`` gives enrolment id and text."""

    saved = Signal(str, str)

    def __init__(self, window: QWidget, row: MarkRow) -> None:
        title = QCoreApplication.translate("NoteDialog", "Note for {name}").format(name=row.member.name)
        super().__init__(window, title, icon="message-square")
        self._id = row.id
        self.note = NoteField(row.note, lines=3)
        hint = self.tr("The office and everyone who teaches this cohort can read it.")
        self.field = Field(self.tr("Note"), self.note, hint=hint)
        self.add(self.field)
        self.add_cancel()
        self.save_button = self.add_button(primary(self.tr("Save note"), on_click=self.save))
        self.on_key("Ctrl+Return", self.save)

    def save(self) -> None:
        """Hand the note over and close."""
        words = self.note.toPlainText().strip()
        if len(words) > MOST_LETTERS:
            self.field.set_error(self.tr("The note is too long. Keep it under 1,000 letters."))
            return
        self.saved.emit(self._id, words)
        self.accept()
