"""Recovery codes, shown this once: to be copied, saved or printed before one goes on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.shell.table_files import write_bytes
from desktop.widgets.announce import announce
from desktop.widgets.buttons import secondary
from desktop.widgets.card import Panel
from desktop.widgets.check import Check
from desktop.widgets.label import Label
from shared.core.errors import CampusError

_COLUMNS = 2


class RecoveryView(QWidget):
    """Ten codes in two columns; ``kept`` says whether the person ticked that they are kept."""

    kept = Signal(bool)

    def __init__(self, institute: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._institute = institute
        self.codes: tuple[str, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        words = self.tr("Without your phone you sign in with one of these codes. Each works once, and they aren't shown"
                        " again: keep them where you find them and nobody else does.")  # fmt: skip
        column.addWidget(Label(words, "body", "text2", wrap=True))
        self._panel = Panel("sunken")
        self._panel.body.setContentsMargins(16, 12, 16, 12)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(6)
        self._panel.body.addLayout(self._grid)
        column.addWidget(self._panel)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.copy_button = secondary(self.tr("Copy"), "clipboard-list", self.copy)
        self.save_button = secondary(self.tr("Save"), "download", self.save)
        self.print_button = secondary(self.tr("Print"), "printer", self.print_codes)
        for button in (self.copy_button, self.save_button, self.print_button):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        self.said = Label("", "small", "muted", wrap=True)
        self.said.hide()
        column.addWidget(self.said)
        self.check = Check(self.tr("I have kept these codes"))
        self.check.toggled.connect(self.kept)
        column.addWidget(self.check)

    def show_codes(self, codes: Sequence[str]) -> None:
        """Show a set of codes."""
        self.codes = tuple(codes)
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for at, code in enumerate(self.codes):
            label = Label(code, "section")
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            half = -(-len(self.codes) // _COLUMNS)
            self._grid.addWidget(label, at % half, at // half)
        self.check.setChecked(False)

    @property
    def as_text(self) -> str:
        """The codes with a heading, one a line."""
        heading = self.tr("Recovery codes for {institute}").format(institute=self._institute or "Campusdesk")
        return "\n".join([heading, "", *self.codes, ""])

    def copy(self) -> None:
        """Put the codes on the clipboard."""
        QGuiApplication.clipboard().setText("\n".join(self.codes))
        self._say(self.tr("Copied. Paste them into a place that is safe."))

    def save(self) -> None:
        """Ask for a file and write the codes into it."""
        chosen, _ = QFileDialog.getSaveFileName(self, "", self.tr("recovery-codes.txt"), "TXT (*.txt)")
        if not chosen:
            return
        try:
            write_bytes(self.as_text.encode(), Path(chosen))
        except CampusError as problem:
            self._say(problem.message, "bad")
            return
        self._say(self.tr("Saved as {name}.").format(name=Path(chosen).name))

    def print_codes(self) -> None:
        """Print the codes on this computer's printer."""
        from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

        info = QPrinterInfo.defaultPrinter()
        if info.isNull():
            self._say(self.tr("No printer is set up on this computer. Save the codes instead."), "bad")
            return
        document = QTextDocument(self)
        document.setPlainText(self.as_text)
        document.print_(QPrinter(info))
        self._say(self.tr("Sent to {printer}.").format(printer=info.printerName()))

    def _say(self, words: str, tone: str = "muted") -> None:
        self.said.setText(words)
        self.said.set_tone(tone)
        self.said.show()
        announce(self, words)
