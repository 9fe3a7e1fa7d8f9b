"""What is written on a payment beside its money: who pays, a note, and where the receipt of several students goes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets.field import Field
from desktop.widgets.text_field import TextField


def _tr(words: str) -> str:
    return QCoreApplication.translate("TakePaymentDialog", words)


class PaymentWords(QWidget):
    """``changed`` follows the typing of what stands on the receipt. Where to send it is asked of several alone."""

    changed = Signal()

    def __init__(self, *, several: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.payer = TextField(placeholder=_tr("If not the student"))
        self.payer.setMaxLength(200)
        self.note = TextField()
        self.note.setMaxLength(300)
        self.send_to = TextField(placeholder=_tr("Mail address or phone number of who pays"))
        self.send_to.setMaxLength(254)
        self.send_field = Field(_tr("Send the receipt to"), self.send_to, optional=True)
        self.send_field.setVisible(several)
        self.send_to.textEdited.connect(lambda _text: self.send_field.set_error(""))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        row = QHBoxLayout()
        row.setSpacing(12)
        for label, field in ((_tr("Paid by"), self.payer), (_tr("Note on the receipt"), self.note)):
            row.addWidget(Field(label, field, optional=True))
            field.textChanged.connect(lambda _text: self.changed.emit())
        column.addLayout(row)
        column.addWidget(self.send_field)
