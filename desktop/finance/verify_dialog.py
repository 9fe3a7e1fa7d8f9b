"""Check a receipt or an invoice: scan or paste its code and see whether it is genuine; no network is needed."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.finance.invoice_actions import check as check_invoice
from desktop.finance.receipt_actions import Checked, check_receipt
from desktop.timetable.times import local, zone_of
from desktop.widgets.announce import announce
from desktop.widgets.buttons import primary
from desktop.widgets.card import Well
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import IconLabel, Label
from desktop.widgets.layouts import FactGrid
from desktop.widgets.reader_filter import ReaderFilter
from desktop.widgets.text_field import TextField
from shared.core.money import money_text
from shared.finance.invoice_code import is_invoice
from shared.finance.receipt_code import GOOD
from shared.finance.shift_rules import method_words


def _tr(words: str) -> str:
    return QCoreApplication.translate("VerifyDialog", words)


class VerifyDialog(Dialog):
    """Everybody may check; the verdict says what this computer knows."""

    def __init__(self, window: QWidget, desk: Desk) -> None:
        hint = _tr("Scan the square on the receipt or invoice, or paste what it says. No network is needed.")
        super().__init__(window, _tr("Check a receipt"), subtitle=hint, icon="scan-line", width=560)
        self._desk = desk
        self.checked: Checked | None = None
        self.typed = TextField(placeholder="CDR…")
        self.typed.setMaxLength(4_000)
        self.field = Field(_tr("Code of the receipt or invoice"), self.typed)
        self.add(self.field)
        self.verdict = Well()
        self.sign = IconLabel("circle-check", "ok", 20)
        self.words = Label("", "body-strong", wrap=True)
        self.verdict.body.addWidget(self.sign)
        self.verdict.body.addWidget(self.words, 1)
        self.add(self.verdict)
        self._facts, self._invoiced = QWidget(), QWidget()
        self.grid, self.invoice_grid = FactGrid(2), FactGrid(2)
        for widget, grid in ((self._facts, self.grid), (self._invoiced, self.invoice_grid)):
            widget.setLayout(grid)
            self.add(widget)
        self.known = Label("", "small", "text2", wrap=True)
        self.add(self.known)
        self.add_cancel(_tr("Close"))
        self.check_button = self.add_button(primary(_tr("Check"), on_click=lambda: self.take(self.typed.text())))
        self.on_key("Return", lambda: self.take(self.typed.text()))
        self.typed.returnPressed.connect(lambda: self.take(self.typed.text()))
        self.reader = ReaderFilter(self)
        self.reader.scanned.connect(self.take)
        self.reader.start()
        self.finished.connect(lambda _result: self.reader.stop())
        for part in (self.verdict, self._facts, self._invoiced, self.known):
            part.hide()

    def take(self, scanned: str) -> None:
        """Check what was scanned or pasted."""
        self.field.set_error("" if scanned.strip() else _tr("Scan the square, or paste what it says."))
        if not scanned.strip():
            return
        found = self.checked = (check_invoice if is_invoice(scanned) else check_receipt)(self._desk, scanned)
        good = found.standing in GOOD and not found.voided
        icon, tone = ("circle-check", "ok") if good else ("circle-x", "bad")
        if found.voided:
            icon, tone = "circle-alert", "warn"
        self.sign.set_icon(icon, tone)
        # A receipt that was taken back may be genuine and is worth nothing: that is said first, not below.
        self.words.setText(f"{found.words} {found.known}" if found.voided else found.words)
        self.words.set_tone(tone)
        self.verdict.show()
        facts = found.facts
        self._facts.setVisible(facts is not None)
        self._invoiced.setVisible(found.invoice is not None)
        self._show_facts(found)
        words = [] if found.voided else [found.known]
        if facts is not None and facts.unconfirmed:
            words.append(_tr("The money wasn't confirmed when it was printed."))
        self.known.setText(" ".join(filter(None, words)))
        self.known.setVisible(any(words))
        self.typed.selectAll()
        announce(self, f"{found.words} {found.known}")

    def _show_facts(self, found: Checked) -> None:
        zone = zone_of(self._desk)
        if found.facts is not None:
            receipt = found.facts
            self.grid.set_fact(_tr("Receipt"), receipt.number)
            self.grid.set_fact(_tr("Amount"), money_text(receipt.amount, receipt.currency))
            self.grid.set_fact(_tr("Received from"), receipt.payer)
            self.grid.set_fact(_tr("Issued"), f"{local(receipt.issued_at, zone):%Y-%m-%d %H:%M}")
            paid = ", ".join(sorted(method_words(one) for one in receipt.methods))
            self.grid.set_fact(_tr("Paid by"), paid)
            self.grid.set_fact(_tr("Code"), found.code)
        elif found.invoice is not None:
            invoice = found.invoice
            self.invoice_grid.set_fact(_tr("Invoice"), invoice.number)
            self.invoice_grid.set_fact(_tr("Amount"), money_text(invoice.amount, invoice.currency))
            self.invoice_grid.set_fact(_tr("Billed to"), invoice.name)
            self.invoice_grid.set_fact(_tr("Issued"), f"{local(invoice.issued_at, zone):%Y-%m-%d}")
            self.invoice_grid.set_fact(_tr("Due on"), invoice.due_on or "")
            self.invoice_grid.set_fact(_tr("Code"), found.code)
