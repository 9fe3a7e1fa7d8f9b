"""The page from which anybody at the institute checks a receipt or an invoice; the cash desk has a button for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance.verify_dialog import VerifyDialog
from desktop.widgets.dialog import Dialog
from desktop.widgets.empty_state import EmptyState

CHECK_PAGE = "finance.check"


class CheckPage(QWidget):
    """One button, which asks for the receipt."""

    def __init__(self, desk: Desk, _id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.setObjectName(CHECK_PAGE)
        self.setWindowTitle(self.tr("Check a receipt"))
        words = self.tr("Scan the square on it, or paste what it says. This computer needs no network for it.")
        title = self.tr("Is this receipt genuine?")
        self.empty = EmptyState(
            "scan-line", title, words, action=self.tr("Check a receipt"), action_icon="scan-line", on_action=self.check
        )
        column = QVBoxLayout(self)
        column.addWidget(self.empty)

    def first_focus(self) -> QWidget:
        """Begin with the button, so that Enter asks for the receipt."""
        return self.empty.button or self

    def check(self) -> None:
        """Open the dialog, unless one is open."""
        if Dialog.opened_in(self.window()) is None:
            dialog = VerifyDialog(self.window(), self._desk)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open_dialog()
