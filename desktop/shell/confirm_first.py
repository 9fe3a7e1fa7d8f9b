"""Has a person confirm who it is before an act that is sent as a command: at the server, or without a network here."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.core.api_errors import ApiError, Sort
from desktop.core.desk import Desk
from desktop.core.factor_api import FRESH_NEEDED, FactorApi
from desktop.shell.confirm_dialog import run_fresh
from desktop.shell.page import tell_problem
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.text_field import PasswordField
from shared.core.errors import CampusError

_AWAY = frozenset({Sort.NETWORK, Sort.SERVER})


class ConfirmHereDialog(Dialog):
    """Accepted when the password opens this computer's store; for when no server can be asked."""

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window, self.tr("Confirm that it is you"), icon="lock", width=440)
        self._desk = desk
        words = self.tr("Students are told of this. There is no network, so your password is checked on this computer.")
        self.add(Label(words, "small", "muted", wrap=True))
        self.password = PasswordField(name=self.tr("Password"))
        self.field = Field(self.tr("Password of {name}").format(name=desk.actor.name), self.password)
        self.add(self.field)
        self.add_cancel()
        self.button = self.add_button(primary(self.tr("Confirm"), on_click=self.check))
        self.password.returnPressed.connect(self.check)

    def check(self) -> None:
        """Check the password off the window's thread: it is made to take long."""
        password = self.password.text()
        if password and not self.button.busy:
            self.button.set_busy(True)
            run_in_background(lambda: self._desk.check_password(password), self._checked, self._failed, self)

    def _checked(self, right: bool) -> None:
        self.button.set_busy(False)
        self.password.clear()
        if right:
            self.accept()
            return
        self.field.set_error(self.tr("That password isn't right."))
        self.password.setFocus()

    def _failed(self, problem: Exception) -> None:
        self.button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        self.field.set_error(problem.message)


def confirm_first(owner: QWidget, desk: Desk, act: Callable[[], object]) -> None:
    """Call `act` once the person confirmed lately: at the server where it answers, else with the password here.

    A desk that knows no server at all is only this computer's, and its store was opened by the password.
    """
    client = desk.client
    if client is None:
        act()
        return

    def failed(problem: Exception) -> None:
        if isinstance(problem, ApiError) and problem.sort in _AWAY:
            _here(owner, desk, act)
        elif not isinstance(problem, CampusError):
            raise problem
        elif problem.code != FRESH_NEEDED:
            tell_problem(owner, problem)

    run_fresh(owner, client, FactorApi(client).check_fresh, lambda _done: act(), failed)


def _here(owner: QWidget, desk: Desk, act: Callable[[], object]) -> None:
    dialog = ConfirmHereDialog(owner.window(), desk)
    dialog.accepted.connect(act)
    dialog.finished.connect(dialog.deleteLater)
    if not dialog.open_dialog():
        dialog.deleteLater()
