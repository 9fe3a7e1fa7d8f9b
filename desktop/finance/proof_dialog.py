"""Shows a transfer: amount, day, reference and a picture or PDF of the slip."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.file_transfer import Chosen
from desktop.finance import proof_actions
from desktop.finance.account_store import currency_of, today_of
from desktop.timetable.session_form import side_by_side
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.date_field import DateField
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.notice import Notice
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError


def _tr(words: str) -> str:
    return QCoreApplication.translate("ProofDialog", words)


class ProofDialog(Dialog):
    """``sent`` gives the words of what was done."""

    sent = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, person_id: str, name: str = "") -> None:
        hint = name or _tr("The money is booked once the office has looked at it.")
        super().__init__(window, _tr("Show a transfer"), subtitle=hint, icon="landmark", width=560)
        self._desk, self._person_id = desk, person_id
        self.file: Chosen | None = None
        self.amount, self.reference, self.bank = TextField(), TextField(), TextField()
        for field in (self.reference, self.bank):
            field.setMaxLength(100)
        today = date.fromisoformat(today_of(desk))
        self.day = DateField(today, today=lambda: today)
        amount = Field(_tr("Amount in {currency}").format(currency=currency_of(desk)), self.amount)
        self.add(side_by_side((amount, 1), (Field(_tr("Day of the transfer"), self.day), 1)))
        reference = Field(_tr("Reference"), self.reference, optional=True)
        self.add(side_by_side((reference, 1), (Field(_tr("Bank"), self.bank, optional=True), 1)))
        row = QHBoxLayout()
        row.setSpacing(12)
        self.choose_button = secondary(_tr("Choose a picture or PDF"), "paperclip", self.choose)
        self.file_words = Label(_tr("No file chosen"), "body", "muted", wrap=True)
        row.addWidget(self.choose_button)
        row.addWidget(self.file_words, 1)
        self.add(row)
        self.refusal = Notice()
        self.add(self.refusal)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Send"), "upload", self.save))
        self.on_key("Ctrl+Return", self.save)

    def choose(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self.window(), _tr("Choose a picture or PDF"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_tr("Pictures and PDF (*.pdf *.png *.jpg *.jpeg *.webp *.gif)"))
        dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
        dialog.open()

    def take_file(self, path: Path) -> None:
        """Take a file, or say why it can't be."""
        try:
            self.file = proof_actions.choose(self._desk, path)
        except CampusError as problem:
            self.file = None
            self.file_words.setText(_tr("No file chosen"))
            self.refusal.say(problem.message)
            return
        self.file_words.setText(self.file.name)
        self.refusal.say("")

    def save(self) -> None:
        """Send the proof, or say what is amiss."""
        if self.file is None:
            self.refusal.say(_tr("Choose the picture or PDF that shows the transfer."))
            return
        try:
            proof_actions.send(
                self._desk,
                self._person_id,
                self.file,
                self.amount.text(),
                self.day.value if self.day.readable else None,
                reference=self.reference.text(),
                bank=self.bank.text(),
            )
        except CampusError as problem:
            self.refusal.say(problem.message)
            return
        self.accept()
        self.sent.emit(_tr("Transfer sent. It is booked once the office has looked at it"))
