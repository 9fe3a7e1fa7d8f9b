"""Takes one answer for several leave requests that are approved together."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.text_field import NoteField

MOST_LETTERS = 1000


def _tr(words: str) -> str:
    return QCoreApplication.translate("BulkAnswerDialog", words)


class BulkAnswerDialog(Dialog):
    """``approved`` gives the words that every one of the students reads; they may be empty."""

    approved = Signal(str)

    def __init__(self, window: QWidget, count: int) -> None:
        title = _tr("Approve 1 request") if count == 1 else _tr("Approve {count} requests").format(count=count)
        super().__init__(window, title, icon="file-text", width=480)
        self.note = NoteField(lines=2)
        self.field = Field(_tr("Answer"), self.note, optional=True, hint=_tr("Each of the students reads it."))
        self.add(self.field)
        self.add_cancel()
        self.save_button = self.add_button(primary(title, on_click=self.save))
        self.on_key("Ctrl+Return", self.save)

    def save(self) -> None:
        """Approve them with what stands there."""
        words = self.note.toPlainText().strip()
        if len(words) > MOST_LETTERS:
            self.field.set_error(_tr("The answer has at most 1,000 characters. Shorten it."))
            return
        self.accept()
        self.approved.emit(words)
