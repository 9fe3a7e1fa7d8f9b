"""Asks for the password that ends a kiosk; checked on this computer, with or without a network."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.text_field import PasswordField
from shared.core.errors import CampusError

TRIES = 5
WAIT_SECONDS = 60.0
"""After every five wrong passwords nobody can try for so long; students stand at this keyboard."""
CLOSE_SECONDS = 30.0
"""Left alone for so long, the question goes away and the kiosk goes on."""


class LeaveKioskDialog(Dialog):
    """Accepted when the password is that of whoever opened the kiosk."""

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window, "", icon="lock", width=420)
        self.title.setText(self.tr("Leave the kiosk"))
        self._desk = desk
        self._wrong = 0
        self._free_from = self._touched = 0.0
        self.password = PasswordField(name=self.tr("Password"))
        words = self.tr("Password of {name}").format(name=desk.actor.name)
        self.field = Field(words, self.password, hint=self.tr("It works without a network, too."))
        self.add(self.field)
        self.add_cancel(self.tr("Back to the kiosk"))
        self.leave_button = self.add_button(primary(self.tr("Leave kiosk"), on_click=self.check))
        self.password.returnPressed.connect(self.check)
        self.password.textEdited.connect(lambda _text: self._touch())
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.tick)

    def _touch(self) -> None:
        self._touched = self._desk.clock.monotonic()

    def check(self) -> None:
        """Check the password off the window's thread: it is made to take long."""
        self._touch()
        wait = self._free_from - self._desk.clock.monotonic()
        if wait > 0:
            words = self.tr("Too many wrong passwords. Wait {seconds} seconds, then try again.")
            self.field.set_error(words.format(seconds=round(wait) or 1))
            return
        if self.leave_button.busy or not self.password.text():
            return
        password = self.password.text()
        self.leave_button.set_busy(True)
        run_in_background(lambda: self._desk.check_password(password), self._checked, self._failed, self)

    def _checked(self, right: bool) -> None:
        self.leave_button.set_busy(False)
        self.password.clear()
        if right:
            self._wrong = 0
            self.field.set_error("")
            self.accept()
            return
        self._wrong += 1
        if self._wrong % TRIES == 0:
            self._free_from = self._desk.clock.monotonic() + WAIT_SECONDS
        self.field.set_error(self.tr("That password isn't right. The kiosk goes on until it is."))
        self.password.setFocus()

    def _failed(self, problem: Exception) -> None:
        self.leave_button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        self.field.set_error(problem.message)

    def tick(self) -> None:
        """Go away when nobody types."""
        if self._desk.clock.monotonic() - self._touched > CLOSE_SECONDS and not self.leave_button.busy:
            self.reject()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin anew."""
        super().showEvent(event)
        self.password.clear()
        self.field.set_error("")
        self._touch()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep nothing that was typed."""
        super().hideEvent(event)
        self.password.clear()
        self._timer.stop()
