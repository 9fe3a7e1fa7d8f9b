"""Asks why, before something that is kept with its reason is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError


def _tr(words: str) -> str:
    return QCoreApplication.translate("ReasonDialog", words)


class ReasonDialog(Dialog):
    """``act`` is called with the reason; what it refuses stands below the field."""

    def __init__(
        self,
        window: QWidget,
        title: str,
        words: str,
        act: Callable[[str], object],
        *,
        subtitle: str = "",
        button: str = "",
    ) -> None:
        super().__init__(window, title, subtitle=subtitle, icon="git-compare-arrows", width=520)
        self._act = act
        self.add(Label(words, "body", "text2", wrap=True))
        self.reason = TextField()
        self.reason.setMaxLength(500)
        self.reason_field = Field(_tr("Reason"), self.reason)
        self.add(self.reason_field)
        self.add_cancel()
        self.save_button = self.add_button(primary(button or title, on_click=self.save))
        self.on_key("Ctrl+Return", self.save)
        self.reason.returnPressed.connect(self.save)

    def save(self) -> None:
        """Do it, or say why it can't be."""
        try:
            self._act(self.reason.text())
        except CampusError as problem:
            self.reason_field.set_error(problem.message)
            return
        self.accept()
