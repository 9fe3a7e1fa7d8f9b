"""Makes this computer a till: a name, and the server's word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.finance import shift_actions
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.notice import Notice
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.finance.vocabulary import TillState


def _tr(words: str) -> str:
    return QCoreApplication.translate("TillDialog", words)


class TillDialog(Dialog):
    """``made`` gives the words of what came of it."""

    made = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, name: str = "") -> None:
        hint = _tr("It gets a series of receipt numbers of its own. This needs the network once.")
        super().__init__(window, _tr("Make this computer a till"), subtitle=hint, icon="monitor", width=480)
        self._desk = desk
        self.name = TextField(name, placeholder=_tr("Front desk 2"))
        self.name.setMaxLength(200)
        self.field = Field(_tr("Name of the till"), self.name)
        self.add(self.field)
        self.notice = Notice()
        self.add(self.notice)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Make it a till"), on_click=self.save))
        for key in ("Ctrl+Return", "Return", "Ctrl+S"):
            self.on_key(key, self.save)

    def save(self) -> None:
        """Ask the server."""
        if self.save_button.busy:
            return
        self.notice.say("")
        self.save_button.set_busy(True)
        name = self.name.text()
        run_in_background(
            lambda: shift_actions.make_till(self._desk, name), self._made, self._refused, self, Lane.NETWORK
        )

    def _made(self, till: Mapping[str, Any]) -> None:
        self.save_button.set_busy(False)
        self.accept()
        if till["state"] == TillState.ACTIVE:
            self.made.emit(
                _tr("This computer is a till now. Its receipts begin with R-{code}").format(code=till["code"])
            )
        else:
            self.made.emit(_tr("Asked. Whoever manages money approves it"))

    def _refused(self, problem: Exception) -> None:
        self.save_button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        self.notice.say(problem.message)
