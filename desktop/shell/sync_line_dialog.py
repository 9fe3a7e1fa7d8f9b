"""One line of the receipt: what was saved, what became of it, and the details for whoever helps."""

from __future__ import annotations

import json

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.receipts import ReceiptLine
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.text_field import NoteField


class SyncLineDialog(Dialog):
    """``dismissed`` gives the id of a refused command that the person has seen."""

    dismissed = Signal(str)

    def __init__(self, window: QWidget, line: ReceiptLine, when: str, badge: tuple[str, str, str]) -> None:
        super().__init__(window, line.title, subtitle=self.tr("Saved {when}").format(when=when), icon="history",
                         width=520)  # fmt: skip
        self.line = line
        row = QHBoxLayout()
        row.addWidget(Badge(*badge))
        row.addStretch(1)
        self.add(row)
        self.add(Label(line.sentence, wrap=True))
        self.details = NoteField(details_text(line), lines=9, name=self.tr("Details"))
        self.details.setReadOnly(True)
        self.details.hide()
        self.add(self.details)
        self.show_button = Button(self.tr("Show details"), kind=Kind.QUIET, on_click=self._show_details)
        self.foot_words(self.show_button)
        if line.verdict == "rejected":
            self.add_button(Button(self.tr("Take off the list"), on_click=self._dismiss))
        self.add_button(Button(self.tr("Close"), on_click=self.reject))

    def _show_details(self) -> None:
        if self.details.isHidden():
            self.details.show()
            self.show_button.setText(self.tr("Copy details"))
            self.show_button.updateGeometry()
        else:
            QGuiApplication.clipboard().setText(details_text(self.line))

    def _dismiss(self) -> None:
        self.dismissed.emit(self.line.command_id)
        self.accept()


def details_text(line: ReceiptLine) -> str:
    """Return what someone who helps needs to know, as text to copy."""
    facts = {
        "command": line.command_id,
        "type": line.type,
        "target": line.target_id,
        "made_at": line.made_at,
        "answered_at": line.answered_at,
        "verdict": line.verdict,
        "code": line.code,
        "details": line.details,
        "payload": line.payload,
    }
    return json.dumps(facts, indent=1, ensure_ascii=False)
