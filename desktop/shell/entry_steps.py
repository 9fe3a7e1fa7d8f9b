"""What the sign-in window does beside signing in: it leads through the forms and asks the server in the background."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from desktop.shell.browser_wait import BrowserWait
from desktop.shell.entry_form import EntryForm
from desktop.shell.entry_forms import (
    BrowserForm,
    ForgottenForm,
    FoundForm,
    InvitationForm,
    RegisterForm,
    ResetForm,
    VerifyForm,
)
from desktop.widgets.background import Lane, run_in_background
from shared.core.errors import CampusError

if TYPE_CHECKING:
    from desktop.core.browser_answer import BrowserAnswer
    from desktop.core.entry_calls import EntryCalls, Ways
    from desktop.core.settings import Server
    from desktop.core.signed_in import SignedIn
    from desktop.shell.gate import Gate

_BROWSER_SECONDS = 300.0
Made = TypeVar("Made", bound=EntryForm)


def open_in_browser(address: str) -> None:
    """Open an address in the system's browser."""
    QDesktopServices.openUrl(QUrl(address))


class EntrySteps(QObject):
    """``shown`` gives a form to show, ``over`` words and a name for the sign-in form; ``entered`` a sign-in.

    ``refused`` gives what signing in by the browser ended with; the window knows what to do about a second factor.
    ``founded`` gives the server with the institute that was just registered there.
    """

    shown = Signal(QWidget)
    over = Signal(str, str)
    entered = Signal(object)
    refused = Signal(object)
    founded = Signal(object)

    def __init__(self, parent: QObject, open_browser: Callable[[str], None] = open_in_browser) -> None:
        super().__init__(parent)
        self._open_browser = open_browser
        self._forms: dict[type[EntryForm], EntryForm] = {}
        self._gate: Gate | None = None
        self._server: Server | None = None
        self._registration = self._username = ""
        self._browser = BrowserWait(self)
        self._keep = True

    def use(self, gate: Gate, server: Server, ways: Ways) -> None:
        """Ask this server from now on."""
        self._gate, self._server, self._shortest = gate, server, ways.shortest

    def _calls(self) -> EntryCalls:
        if self._gate is None or self._server is None:
            words = QCoreApplication.translate("EntrySteps", "No server is chosen yet. Choose one first.")
            raise CampusError("server_unreachable", words)
        return self._gate.entry(self._server)

    def _form(self, kind: type[Made]) -> Made:
        made = self._forms.get(kind)
        if made is None:
            made = self._forms[kind] = kind()
            made.left.connect(self._leave)
        assert isinstance(made, kind)  # noqa: S101 - kept by its kind
        self._set_shortest(made)
        return made

    def _set_shortest(self, form: EntryForm) -> None:
        strength = getattr(form, "strength", None)
        if strength is not None and self._server is not None:
            strength.shortest = self._shortest

    def _run(self, form: EntryForm, ask: Callable[[EntryCalls], Any], then: Callable[[Any], None]) -> None:
        def failed(problem: Exception) -> None:
            if not isinstance(problem, CampusError):
                raise problem
            form.show_problem(problem)

        run_in_background(lambda: ask(self._calls()), then, failed, self, Lane.NETWORK)

    def _leave(self) -> None:
        self._browser.end()
        self.over.emit("", "")

    # ----------------------------------------------------------------------------------------------- forgotten password

    def forgotten(self, name: str) -> None:
        """Ask for whom a code is to be sent."""
        form = self._form(ForgottenForm)
        if not form.property("connected"):
            form.setProperty("connected", True)
            form.submitted.connect(self._send_code)
            form.have.clicked.connect(lambda: self._reset(form.values()["name"]))
        self.shown.emit(form)
        form.start(name=name)

    def _send_code(self) -> None:
        form = self._form(ForgottenForm)
        name = form.values()["name"]
        self._run(form, lambda calls: calls.forgotten(name), lambda _none: self._reset(name))

    def _reset(self, name: str) -> None:
        form = self._form(ResetForm)
        if not form.property("connected"):
            form.setProperty("connected", True)
            form.submitted.connect(self._save_password)
        self.shown.emit(form)
        form.start(name=name)

    def _save_password(self) -> None:
        form = self._form(ResetForm)
        held = form.values()
        words = QCoreApplication.translate("EntrySteps", "Your password is changed. Sign in with it.")
        self._run(
            form,
            lambda calls: calls.reset(held["name"], held["code"], held["new"]),
            lambda _none: self.over.emit(words, held["name"]),
        )

    # --------------------------------------------------------------------------------------------------- invitation

    def invited(self) -> None:
        """Take the code of an invitation."""
        form = self._form(InvitationForm)
        if not form.property("connected"):
            form.setProperty("connected", True)
            form.submitted.connect(self._use_invitation)
        form.show_invited(None)
        self.shown.emit(form)
        form.start()

    def _use_invitation(self) -> None:
        form = self._form(InvitationForm)
        held = form.values()
        if form.invited is None:
            self._run(form, lambda calls: calls.invitation(held["code"]), form.show_invited)
            return
        words = QCoreApplication.translate("EntrySteps", "Welcome. Sign in with your new name and password.")
        self._run(
            form,
            lambda calls: calls.accept(held["code"], held["username"], held["new"]),
            lambda _none: self.over.emit(words, held["username"]),
        )

    # -------------------------------------------------------------------------------------------------- registration

    def register(self) -> None:
        """Take a registration."""
        form = self._form(RegisterForm)
        if not form.property("connected"):
            form.setProperty("connected", True)
            form.submitted.connect(self._send_registration)
            form.check_name.connect(self._check_name)
            form.check_code.connect(self._check_code)
        self.shown.emit(form)
        form.start()

    def _check_name(self, username: str) -> None:
        form = self._form(RegisterForm)
        run_in_background(
            lambda: self._calls().username_free(username),
            lambda free: form.show_name(username, free=free),
            lambda _problem: None,  # it is said once more when the form is sent
            self,
            Lane.NETWORK,
        )

    def _check_code(self, code: str) -> None:
        form = self._form(RegisterForm)
        run_in_background(
            lambda: self._calls().referral_code(code),
            lambda sentence: form.show_code(code, sentence),
            lambda _problem: None,  # the server looks again once there is a person; a code stops nobody
            self,
            Lane.NETWORK,
        )

    def _send_registration(self) -> None:
        form = self._form(RegisterForm)
        held = form.values()
        self._username = held["username"]
        self._run(form, lambda calls: calls.register(held), partial(self._verify, held["email"]))

    def found(self) -> None:
        """Take an institute with its first administrator."""
        form = self._form(FoundForm)
        if not form.property("connected"):
            form.setProperty("connected", True)
            form.submitted.connect(self._send_institute)
        self.shown.emit(form)
        form.start()

    def _send_institute(self) -> None:
        form = self._form(FoundForm)
        held = form.values()

        def founded(registration_id: str) -> None:
            assert self._server is not None  # noqa: S101 - the call before was answered
            self._server = self._server.model_copy(update={"organisation": held["slug"], "name": held["institute"]})
            self.founded.emit(self._server)
            self._username = held["username"]
            self._verify(held["email"], registration_id)

        self._run(form, lambda calls: calls.found(held), founded)

    def _verify(self, email: str, registration_id: str) -> None:
        self._registration = registration_id
        form = self._form(VerifyForm)
        if not form.property("connected"):
            form.setProperty("connected", True)
            form.submitted.connect(self._confirm)
            form.again.connect(self._send_again)
        form.show_address(email)
        self.shown.emit(form)
        form.start()

    def _confirm(self) -> None:
        form, known = self._form(VerifyForm), self._registration
        code = form.values()["code"]
        self._run(form, lambda calls: calls.verify(known, code), self._verified)

    def _verified(self, told: tuple[str, str]) -> None:
        (state, code_said), username = told, self._username
        waiting = QCoreApplication.translate(
            "EntrySteps", "Your address is confirmed. The office looks at your registration and writes to you."
        )
        ready = QCoreApplication.translate("EntrySteps", "You are registered. Sign in with your password.")
        words = waiting if state == "waiting" else ready
        self.over.emit(f"{words} {code_said}".strip(), username)

    def _send_again(self) -> None:
        form, known = self._form(VerifyForm), self._registration
        sent = QCoreApplication.translate("EntrySteps", "Another code is on its way.")
        self._run(form, lambda calls: calls.resend(known), lambda _none: form.words.setText(sent))

    # ------------------------------------------------------------------------------------------------------- browser

    def by_browser(self, provider_id: str, name: str, *, keep: bool) -> None:
        """Sign in with a provider: begin, open the browser, wait, and go in."""
        form, self._keep = self._form(BrowserForm), keep
        form.show_provider(name)
        self.shown.emit(form)
        waiting = self._browser.begin()
        run_in_background(
            lambda: self._calls().begin(provider_id, waiting.port),
            lambda out: self._go_out(waiting, out),
            partial(self._came_to_nothing, waiting),
            self,
            Lane.NETWORK,
        )

    def _go_out(self, waiting: BrowserAnswer, out: Mapping[str, Any]) -> None:
        if not self._browser.is_for(waiting):
            return
        self._open_browser(str(out["address"]))
        gate, server, keep = self._gate, self._server, self._keep
        assert gate is not None  # noqa: S101 - the call before was answered
        assert server is not None  # noqa: S101 - same

        def come_in() -> SignedIn:
            back = waiting.wait(_BROWSER_SECONDS)
            proved = gate.entry(server).prove(out, back)
            return gate.desk().sign_in_with_ticket(server, str(proved["person_id"]), str(proved["ticket"]), keep=keep)

        # In the pool: whoever sits before the browser must not hold up what else goes over the network.
        run_in_background(come_in, self._came_in, partial(self._came_to_nothing, waiting), self)

    def _came_in(self, done: SignedIn) -> None:
        self._browser.end()
        self.entered.emit(done)

    def _came_to_nothing(self, waiting: BrowserAnswer, problem: Exception) -> None:
        if self._browser.is_for(waiting):
            self._browser.end()
        if not isinstance(problem, CampusError):
            raise problem
        self.refused.emit(problem)
