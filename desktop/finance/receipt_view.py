"""The receipt of a payment on an account, for who paid and for the office: looked at, printed, saved."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.finance import receipt_actions, receipt_copies
from desktop.finance.paper_dialog import PaperDialog, Print
from desktop.finance.take_payment_preview import size_of
from desktop.shell.page import tell_problem
from shared.core.errors import CampusError
from shared.finance.receipt_content import Content
from shared.finance.receipt_paper import Size, page_size, receipt_pdf
from shared.finance.statement_rules import LedgerLine
from shared.finance.vocabulary import PAYMENT, RECEIPT_TEXT


def _tr(words: str) -> str:
    return QCoreApplication.translate("ReceiptViewDialog", words)


class ReceiptViewDialog(PaperDialog):
    """What the server gave prints once as it is; from then on, and whatever a till printed, as a duplicate."""

    def __init__(self, window: QWidget, desk: Desk, receipt_id: str) -> None:
        self._desk, self._receipt_id = desk, receipt_id
        content = self.content()
        hint = _tr("Voided") if content.voided else ""
        head = (content.number, hint, "receipt")
        super().__init__(window, head, list(Size), self._next, self._count)
        self.size_choice.choose(str(size_of(desk)))
        self.refresh()

    def content(self) -> Content:
        """Return what the next print says."""
        again = receipt_copies.is_copy(self._desk, self._receipt_id)
        return receipt_actions.receipt_content(self._desk, self._receipt_id, duplicate=again)

    def _next(self) -> Print:
        content = self.content()
        words = _tr("Receipt {number} sent to the printer").format(number=content.number)
        return Print(content.number, words, partial(receipt_pdf, content), partial(_page_of, content))

    def _count(self) -> None:
        receipt_copies.count_print(self._desk, self._receipt_id)


def _page_of(content: Content, size: Size) -> tuple[float, float]:
    return page_size(size, content)


def receipt_of(desk: Desk, line: LedgerLine | None) -> dict[str, Any] | None:
    """Return the payment of an account's line, where it has a receipt whose words are here."""
    payment = desk.store.get(PAYMENT, str(line.entry["payment_id"] or "")) if line is not None else None
    has = payment is not None and payment.get("receipt_id") and desk.store.get(RECEIPT_TEXT, str(payment["receipt_id"]))
    return payment if has else None


def show_receipt(page: QWidget, desk: Desk, payment: dict[str, Any]) -> None:
    """Show the receipt of a payment, or say why it can't be."""
    try:
        dialog = ReceiptViewDialog(page.window(), desk, str(payment["receipt_id"] or ""))
    except CampusError as problem:
        tell_problem(page, problem)
        return
    dialog.finished.connect(dialog.deleteLater)
    dialog.open_dialog()
