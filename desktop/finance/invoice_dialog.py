"""An invoice as it prints: its paper is chosen, it is printed or saved, and the next one is a duplicate."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.finance import invoice_actions
from desktop.finance.invoice_paper import InvoiceContent, invoice_pdf, page_size
from desktop.finance.paper_dialog import PaperDialog, Print
from desktop.shell.page import tell_problem
from desktop.widgets.background import run_in_background
from shared.core.errors import CampusError
from shared.finance.receipt_paper import Size
from shared.finance.report_vocabulary import INVOICE

Body = Mapping[str, Any]


def _tr(words: str) -> str:
    return QCoreApplication.translate("InvoiceDialog", words)


class InvoiceDialog(PaperDialog):
    """Printing and saving count: whatever is printed after the first time says Duplicate."""

    def __init__(self, window: QWidget, desk: Desk, entry: Body, invoice: Body) -> None:
        self._desk, self._entry, self._invoice = desk, entry, dict(invoice)
        head = (str(entry["number"]), "", "file-text")
        super().__init__(window, head, (Size.A4, Size.A5, Size.ROLL), self._next, self._count)
        self.refresh()

    def content(self) -> InvoiceContent:
        """Return what the next print says."""
        return invoice_actions.content_for(self._desk, self._entry, self._invoice)

    def _next(self) -> Print:
        content = self.content()
        words = _tr("Invoice {number} sent to the printer").format(number=content.number)
        return Print(content.number, words, partial(invoice_pdf, content), partial(_page_of, content))

    def _count(self) -> None:
        invoice_actions.count_print(self._desk, self._invoice)
        kept = self._desk.store.get(INVOICE, str(self._invoice["id"]))
        self._invoice["copies"] = max(int(self._invoice["copies"]) + 1, int((kept or {}).get("copies", 0)))


def _page_of(content: InvoiceContent, size: Size) -> tuple[float, float]:
    return page_size(size, content)


def show_invoice(page: QWidget, desk: Desk, entry: Body) -> None:
    """Fetch the signed invoice of a charge and show it, or say why it can't be."""

    def show(invoice: Body) -> None:
        dialog = InvoiceDialog(page.window(), desk, entry, invoice)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def failed(problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        tell_problem(page, problem)

    run_in_background(partial(invoice_actions.ready_invoice, desk, entry), show, failed, page)
