"""A paper as it prints: its size is chosen, it is printed or saved, and each of that is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

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

_PIXELS = 620


def _tr(words: str) -> str:
    return QCoreApplication.translate("PaperDialog", words)


@dataclass(frozen=True)
class Print:
    """The next print: its number, what is told once it prints, what draws it, and width and height in mm."""

    number: str
    words: str
    draw: Callable[[Size], bytes]
    paper: Callable[[Size], tuple[float, float]]


class PaperDialog(Dialog):
    """`next_print` gives what is printed next, `count` counts that it was printed or saved."""

    def __init__(
        self,
        window: QWidget,
        head: tuple[str, str, str],
        sizes: Sequence[Size],
        next_print: Callable[[], Print],
        count: Callable[[], None],
    ) -> None:
        title, hint, icon = head
        super().__init__(window, title, subtitle=hint, icon=icon, width=520)
        self.next_print, self.count = next_print, count
        self.printer_for: Callable[[], Any] = default_printer
        self.path_for: Callable[[QWidget, str, str], Path | None] = ask_path
        self.size_choice = Combo([(str(one), str(one)) for one in sizes], name=_tr("Paper"))
        self.add(Field(_tr("Paper"), self.size_choice))
        self.preview = ReceiptPreview()
        self.add(self.preview, 1)
        self.add_cancel(_tr("Close"))
        self.save_button = self.add_button(secondary(_tr("Save as PDF"), "download", self.save))
        self.print_button = self.add_button(primary(_tr("Print"), "printer", self.print_now))
        self.on_key("Ctrl+P", self.print_now)
        self.on_key("Ctrl+S", self.save)
        self.size_choice.currentIndexChanged.connect(lambda _at: self.refresh())

    @property
    def paper(self) -> Size:
        """The paper that is chosen."""
        return Size(str(self.size_choice.chosen))

    def refresh(self) -> None:
        """Show the next print."""
        page, size = self.next_print(), self.paper
        run_in_background(lambda: picture_of(page.draw(size), _PIXELS), self.preview.show_page, None, self)

    def _counted(self, words: str) -> None:
        self.count()
        tell(self.window(), words)
        self.refresh()

    def print_now(self) -> None:
        """Print it."""
        page, size = self.next_print(), self.paper
        try:
            print_pdf(page.draw(size), page.paper(size), self.printer_for())
        except CampusError as problem:
            tell_problem(self.window(), problem)
            return
        self._counted(page.words)

    def save(self) -> None:
        """Save it as a PDF."""
        page = self.next_print()
        path = self.path_for(self, page.number, "pdf")
        if path is None:
            return
        try:
            write_bytes(page.draw(self.paper), path)
        except CampusError as problem:
            tell_problem(self.window(), problem)
            return
        self._counted(_tr("{name} saved").format(name=path.name))
