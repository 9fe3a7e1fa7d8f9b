"""An invoice as it prints: its paper is chosen, it is printed or saved, and the next one is a duplicate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.finance import invoice_actions
from desktop.finance.invoice_paper import InvoiceContent, invoice_pdf, page_size
from desktop.finance.receipt_print import default_printer, picture_of, print_pdf
from desktop.finance.take_payment_preview import ReceiptPreview
from desktop.shell.document_preview import ask_path
from desktop.shell.page import tell, tell_problem
from desktop.shell.table_files import write_bytes
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from shared.core.errors import CampusError
from shared.finance.receipt_paper import Size
from shared.finance.report_vocabulary import INVOICE

Body = Mapping[str, Any]
_PIXELS = 620


def _tr(words: str) -> str:
    return QCoreApplication.translate("InvoiceDialog", words)


class InvoiceDialog(Dialog):
    """Printing and saving count: whatever is printed after the first time says Duplicate."""

    def __init__(self, window: QWidget, desk: Desk, entry: Body, invoice: Body) -> None:
        super().__init__(window, str(entry["number"]), icon="file-text", width=520)
        self._desk, self._entry, self._invoice = desk, entry, dict(invoice)
        self.printer_for: Callable[[], Any] = default_printer
        self.path_for: Callable[[QWidget, str, str], Path | None] = ask_path
        self.size_choice = Combo([(str(one), str(one)) for one in (Size.A4, Size.A5, Size.ROLL)], name=_tr("Paper"))
        self.add(Field(_tr("Paper"), self.size_choice))
        self.preview = ReceiptPreview()
        self.add(self.preview, 1)
        self.add_cancel(_tr("Close"))
        self.save_button = self.add_button(secondary(_tr("Save as PDF"), "download", self.save))
        self.print_button = self.add_button(primary(_tr("Print"), "printer", self.print_now))
        self.on_key("Ctrl+P", self.print_now)
        self.on_key("Ctrl+S", self.save)
        self.size_choice.currentIndexChanged.connect(lambda _at: self.refresh())
        self.refresh()

    @property
    def paper(self) -> Size:
        """The paper that is chosen."""
        return Size(str(self.size_choice.chosen))

    def content(self) -> InvoiceContent:
        """Return what the next print says."""
        return invoice_actions.content_for(self._desk, self._entry, self._invoice)

    def refresh(self) -> None:
        """Show the next print."""
        content, size = self.content(), self.paper
        run_in_background(lambda: picture_of(invoice_pdf(content, size), _PIXELS), self.preview.show_page, None, self)

    def _counted(self, words: str) -> None:
        invoice_actions.count_print(self._desk, self._invoice)
        kept = self._desk.store.get(INVOICE, str(self._invoice["id"]))
        self._invoice["copies"] = max(int(self._invoice["copies"]) + 1, int((kept or {}).get("copies", 0)))
        tell(self.window(), words)
        self.refresh()

    def print_now(self) -> None:
        """Print it."""
        content, size = self.content(), self.paper
        try:
            print_pdf(invoice_pdf(content, size), page_size(size, content), self.printer_for())
        except CampusError as problem:
            tell_problem(self.window(), problem)
            return
        self._counted(_tr("Invoice {number} sent to the printer").format(number=content.number))

    def save(self) -> None:
        """Save it as a PDF."""
        content = self.content()
        path = self.path_for(self, content.number, "pdf")
        if path is None:
            return
        try:
            write_bytes(invoice_pdf(content, self.paper), path)
        except CampusError as problem:
            tell_problem(self.window(), problem)
            return
        self._counted(_tr("{name} saved").format(name=path.name))


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
