"""Joins the sign-in window with the other ways in: what the form wants is led through the steps and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.core.entry_calls import Ways
from desktop.shell.entry_steps import EntrySteps
from desktop.shell.institute_dialog import InstituteDialog
from shared.core.errors import CampusError

if TYPE_CHECKING:
    from desktop.core.settings import Server
    from desktop.shell.gate import Reached
    from desktop.shell.sign_in_window import SignInWindow

_QUIET = frozenset({"browser_cancelled"})


class EntryGuide(QObject):
    """Lives as long as its window, which has it as ``entry``."""

    def __init__(self, window: SignInWindow) -> None:
        super().__init__(window)
        window.entry = self
        self._window = window
        self.ways = Ways()
        self.steps = EntrySteps(self)
        self.steps.shown.connect(window.show_step)
        self.steps.over.connect(self._back)
        self.steps.entered.connect(window.take)
        self.steps.refused.connect(self._refused)
        self.steps.founded.connect(window.keep_server)

    def show_ways(self, reached: Reached) -> None:
        """Offer what the server said that its institute offers."""
        self._window.form.offer_set_up(waiting=reached.waiting)
        if reached.ways != self.ways:
            self.ways = reached.ways
            self._window.form.show_ways(self.ways.providers, registering=self.ways.registration != "off",
                                       founding=self.ways.founding)  # fmt: skip

    def lead(self, way: str) -> None:
        """Go a way in; without a server it is chosen first."""
        window = self._window
        if window.server is None:
            window.open_server_dialog()
            return
        if way == "set_up":
            self._set_up(window.server)
            return
        self.steps.use(window.gate, window.server, self.ways)
        if way == "forgotten":
            self.steps.forgotten(window.form.name.text().strip())
        elif way == "invited":
            self.steps.invited()
        elif way == "register":
            self.steps.register()
        elif way == "found":
            self.steps.found()
        else:
            provider_id = way.partition(":")[2]
            name = dict(self.ways.providers).get(provider_id, "")
            self.steps.by_browser(provider_id, name, keep=window.form.keep.isChecked())

    def _set_up(self, server: Server) -> None:
        window = self._window
        calls, draft = window.gate.institute_set_up(server)
        clock = window.gate.clock
        dialog = InstituteDialog(window, calls, draft, lambda: clock.now().astimezone().date())
        dialog.done_with.connect(self._was_set_up)
        dialog.finished.connect(dialog.deleteLater)
        if not dialog.open_dialog():
            dialog.deleteLater()

    def _was_set_up(self, username: str, password: str) -> None:
        form = self._window.form
        form.offer_set_up(waiting=False)
        form.name.setText(username)
        form.password.setText(password)
        self._window.sign_in()

    def _back(self, words: str, name: str) -> None:
        window = self._window
        window.steps.setCurrentIndex(0)
        if name:
            window.form.name.setText(name)
            window.form.password.clear()
            window.form.clear_errors()
        if words:
            window.toasts.show_toast(words, "ok")
        (window.form.password if window.form.name.text() else window.form.name).setFocus()

    def _refused(self, problem: CampusError) -> None:
        self._window.steps.setCurrentIndex(0)
        if problem.code not in _QUIET:
            self._window.refused(problem)
