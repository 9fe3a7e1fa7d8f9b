"""Puts receipts on a screen and on paper: a picture of the PDF's page, and printing at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter

from desktop.shell.printers import printer_here
from shared.core.errors import CampusError
from shared.core.text import text
from shared.finance.receipt_content import Content
from shared.finance.receipt_paper import Size, page_size, receipt_pdf

_DOTS = 203
"""Dots per inch: what receipt printers have, and sharp enough for the code on any other."""
SIZE_SETTING = "finance.receipt_size"


def no_printer() -> CampusError:
    """Return what a cashier is told where nothing prints: the money is safe, and the receipt prints later."""
    words = text("No printer answers on this computer. The receipt is saved. Print it again when a printer is there.")
    return CampusError("printer_missing", words)


def default_printer() -> Any:
    """Return this computer's printer. Raises CampusError `printer_missing`."""
    return printer_here(no_printer)


def picture_of(pdf: bytes, width: int, page: int = 0) -> QImage:
    """Return a page of a PDF as an image of so many pixels' width."""
    from PySide6.QtPdf import QPdfDocument

    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    size = document.pagePointSize(page)
    paper = QSize(width, round(width * size.height() / size.width()))
    return _on_white(document.render(page, paper))


def _on_white(page: QImage) -> QImage:
    """A rendered page has no ground of its own."""
    paper = QImage(page.size(), QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    painter = QPainter(paper)
    painter.drawImage(0, 0, page)
    painter.end()
    return paper


def print_receipt(content: Content, size: Size, printer_for: Callable[[], Any] = default_printer) -> None:
    """Print a receipt without asking. Raises CampusError `printer_missing`."""
    printer = printer_for()
    print_pdf(receipt_pdf(content, size), page_size(size, content), printer)


def print_pdf(pdf: bytes, paper: tuple[float, float], printer: Any) -> None:
    """Print every page of a PDF on paper of so many mm. Raises CampusError `printer_missing`."""
    from PySide6.QtPdf import QPdfDocument

    page = QPageSize(QSizeF(*paper), QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    printer.setPageSize(page)
    printer.setPageOrientation(QPageLayout.Orientation.Portrait)
    printer.setFullPage(True)
    painter = QPainter()
    if not painter.begin(printer):
        raise no_printer()
    buffer = QBuffer()
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    try:
        for number in range(document.pageCount()):
            if number:
                printer.newPage()
            points = document.pagePointSize(number)
            dots = QSize(round(points.width() * _DOTS / 72), round(points.height() * _DOTS / 72))
            painter.drawImage(QRectF(painter.viewport()), _on_white(document.render(number, dots)))
    finally:
        painter.end()
