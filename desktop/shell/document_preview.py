"""The preview of a document: its pages as they print, then print it or save it as PDF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.shell.page import tell, tell_problem
from desktop.shell.printers import printer_here
from desktop.shell.table_files import write_bytes
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.core.text import text

_WIDTH, _HEIGHT = 900, 520
_DOTS = 200
"""Dots per inch of a printed page: sharp letters, and a page is a few megabytes."""


def ask_path(parent: QWidget, name: str, kind: str) -> Path | None:
    """Ask where to save a file of a kind (`pdf`, `csv`, `xlsx`); None where the person goes back."""
    chosen, _ = QFileDialog.getSaveFileName(parent, "", f"{name}.{kind}", f"{kind.upper()} (*.{kind})")
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix.lower() == f".{kind}" else path.with_name(f"{path.name}.{kind}")


def no_printer() -> CampusError:
    """Return what a person is told where nothing can print."""
    words = text("No printer is set up on this computer. Save it as PDF, or add a printer, then print again.")
    return CampusError("printer_missing", words)


def default_printer() -> Any:
    """Return the printer of this computer. Raises CampusError `printer_missing`."""
    return printer_here(no_printer)


def print_pages(document: Any, printer: Any, *, landscape: bool) -> None:
    """Print every page of a PDF document. Raises CampusError `printer_missing` where the printer doesn't answer."""
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    way = QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait
    printer.setPageOrientation(way)
    printer.setFullPage(True)
    painter = QPainter()
    if not painter.begin(printer):
        raise no_printer()
    try:
        target = QRectF(painter.viewport())
        for page in range(document.pageCount()):
            if page:
                printer.newPage()
            size = document.pagePointSize(page)
            dots = QSize(round(size.width() * _DOTS / 72), round(size.height() * _DOTS / 72))
            painter.drawImage(target, document.render(page, dots))
    finally:
        painter.end()


class PreviewDialog(Dialog):
    """Shows a PDF; Ctrl P or Enter prints it, Ctrl S saves it."""

    def __init__(self, window: QWidget, title: str, name: str, content: bytes, *, landscape: bool = False) -> None:
        super().__init__(window, title, icon="printer", width=min(_WIDTH, window.width() - 48), padded=False)
        from PySide6.QtPdf import QPdfDocument
        from PySide6.QtPdfWidgets import QPdfView

        self._name, self._content, self._landscape = name, content, landscape
        self.path_for: Callable[[QWidget, str, str], Path | None] = ask_path
        self.printer_for: Callable[[], Any] = default_printer
        self.document = QPdfDocument(self)
        buffer = QBuffer(self.document)  # goes after the document that reads it
        buffer.setData(QByteArray(content))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document.load(buffer)
        self.view = QPdfView(self)
        self.view.setDocument(self.document)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.view.setAccessibleName(self.tr("Pages of {name}").format(name=name))
        self.view.setFixedHeight(max(240, min(_HEIGHT, window.height() - 220)))
        self.add(self.view, 1)
        self.add_cancel(self.tr("Close"))
        self.add_button(secondary(self.tr("Save as PDF"), "download", self.save))
        count = self.document.pageCount()
        words = self.tr("Print {count} page") if count == 1 else self.tr("Print {count} pages")
        self.print_button = self.add_button(primary(words.format(count=count), "printer", self.print_now))
        self.on_key("Ctrl+P", self.print_now)
        self.on_key("Ctrl+S", self.save)

    def first_focus(self) -> QWidget:
        """Begin at the button that prints."""
        return self.print_button

    def print_now(self) -> None:
        """Print all pages."""
        try:
            print_pages(self.document, self.printer_for(), landscape=self._landscape)
        except CampusError as problem:
            tell_problem(self.window(), problem)
            return
        tell(self.window(), self.tr("Sent to the printer"))
        self.accept()

    def save(self) -> None:
        """Save the document where the person says."""
        path = self.path_for(self, self._name, "pdf")
        if path is None:
            return
        try:
            write_bytes(self._content, path)
        except CampusError as problem:
            tell_problem(self.window(), problem)
            return
        tell(self.window(), self.tr("{name} saved").format(name=path.name))
        self.accept()


def preview(page: QWidget, title: str, name: str, content: bytes, *, landscape: bool = False) -> PreviewDialog:
    """Open the preview of a PDF over the window of `page`; `name` is what the file is called when it is saved."""
    dialog = PreviewDialog(page.window(), title, name, content, landscape=landscape)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open_dialog()
    return dialog


def preview_made(page: QWidget, make: Callable[[], tuple[str, str, bytes]], *, landscape: bool = False) -> None:
    """Make title, file name and pages in the background, then open their preview, or say why there are none."""

    def failed(problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        tell_problem(page, problem)

    run_in_background(make, lambda made: preview(page, *made, landscape=landscape), failed, page)
