"""The window before anyone is signed in: the picture at the left, the form in the middle of the rest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QWidget

from desktop.shell.logo import window_icon
from desktop.shell.password_form import SHORTEST, PasswordForm
from desktop.shell.picture_panel import PicturePanel
from desktop.shell.role_words import role_words
from desktop.shell.second_step import SecondStep
from desktop.shell.sign_in_form import SignInForm
from desktop.shell.sign_in_parts import StateDot, centred
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button, Kind, icon_button
from desktop.widgets.card import Panel
from desktop.widgets.label import ElidedLabel
from desktop.widgets.theme import Scheme, theme
from desktop.widgets.toast import ToastHost
from shared.core.errors import CampusError

if TYPE_CHECKING:  # the first window paints before any of this is loaded
    from desktop.core.half_sign_in import FactorNeededError
    from desktop.core.settings import Server
    from desktop.core.signed_in import SignedIn
    from desktop.shell.gate import Gate, Reached
    from desktop.shell.other_ways import OtherWays
    from desktop.shell.preferences import Preferences
    from desktop.shell.server_dialog import ServerDialog

    MakeServerDialog = Callable[[QWidget, Gate, Server | None, tuple[Server, ...]], ServerDialog]

_LOOK_AGAIN_MS = 15_000
LANGUAGES = (("en", "English"),)


class SignInWindow(QWidget):
    """``signed_in`` gives what a sign-in gave.

    The window paints at once; ``connect_to`` gives it what it works with as soon as that is loaded, and everything slow
    runs in a worker. What the person asked for before that is done then.
    """

    signed_in = Signal(object)

    def __init__(self, institute: str = "") -> None:
        super().__init__()
        self._gate: Gate | None = None
        self._preferences: Preferences | None = None
        self._make_dialog: MakeServerDialog | None = None
        self._asked: list[Callable[[], object]] = []
        self.server: Server | None = None
        self._pending: tuple[SignedIn, str] | None = None
        self._new_password: QWidget | None = None
        self.entry: OtherWays | None = None
        self._second: SecondStep | None = None
        self._running = False
        self.setWindowTitle(self.tr("Sign in · Campusdesk"))
        self.setWindowIcon(window_icon())
        self.setMinimumSize(960, 680)
        self.resize(1200, 760)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.picture = PicturePanel()
        row.addWidget(self.picture)
        side = Panel("surface")
        side.body.setContentsMargins(26, 18, 26, 18)
        side.body.addLayout(self._make_top())
        side.body.addWidget(self._make_middle(), 1)
        side.body.addLayout(self._make_bottom())
        row.addWidget(side, 1)
        self.toasts = ToastHost(side)
        self._looking = QTimer(self)
        self._looking.setInterval(_LOOK_AGAIN_MS)
        self._looking.timeout.connect(self.look)
        self.picture.set_institute(institute)
        self._show_state("neu", self.tr("Starting"))

    def connect_to(
        self, gate: Gate, preferences: Preferences, make_dialog: MakeServerDialog, server: Server | None = None
    ) -> None:
        """Take over what signing in needs, then do what was asked for meanwhile."""
        self._gate, self._preferences, self._make_dialog = gate, preferences, make_dialog
        self._show_language()
        self.use_server(server)
        asked, self._asked = self._asked, []
        for act in asked:
            act()

    @property
    def gate(self) -> Gate:
        """The way in; RuntimeError before ``connect_to``."""
        if self._gate is None:
            message = "The sign-in window isn't connected yet."
            raise RuntimeError(message)
        return self._gate

    @property
    def preferences(self) -> Preferences:
        """The settings; RuntimeError before ``connect_to``."""
        if self._preferences is None:
            message = "The sign-in window isn't connected yet."
            raise RuntimeError(message)
        return self._preferences

    def _when_connected(self, act: Callable[[], object]) -> None:
        if self._gate is not None:
            act()
        elif act not in self._asked:
            self._asked.append(act)

    # ------------------------------------------------------------------------------------------------------ building

    def _make_top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.dot = StateDot()
        self.state = ElidedLabel("", "small-medium", "text2")
        self.change = Button(self.tr("Change server"), kind=Kind.QUIET, icon="server", small=True,
                             on_click=self.open_server_dialog)  # fmt: skip
        row.addWidget(self.dot)
        row.addWidget(self.state, 1)
        row.addWidget(self.change)
        return row

    def _make_middle(self) -> QWidget:
        self.form = SignInForm()
        self.form.submitted.connect(self.sign_in)
        self.form.wants.connect(self._lead)
        self.steps = QStackedWidget()
        self.steps.addWidget(centred(self.form))
        return self.steps

    def _lead(self, way: str) -> None:
        self._when_connected(lambda: self.entry.lead(way) if self.entry is not None else None)

    def show_step(self, step: QWidget) -> None:
        """Show a step in place of the form; those before it are kept."""
        holder = step.parentWidget()
        if holder is None or self.steps.indexOf(holder) < 0:
            holder = centred(step)
            self.steps.addWidget(holder)
        self.steps.setCurrentWidget(holder)

    def _ask_new_password(self) -> None:
        """Show the step for a new password, made when it is first needed."""
        if self._new_password is None:
            self.new_password = PasswordForm()
            self.new_password.submitted.connect(self._change_password)
            self.new_password.cancelled.connect(self._give_up_password)
            self._new_password = centred(self.new_password)
            self.steps.addWidget(self._new_password)
        self.steps.setCurrentWidget(self._new_password)
        shortest = self._pending[0].password_min_length if self._pending else SHORTEST
        self.new_password.start(shortest)

    def _make_bottom(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        self.language = Button(LANGUAGES[0][1], kind=Kind.QUIET, icon="chevron-down", small=True,
                               on_click=self._choose_language)  # fmt: skip
        row.addWidget(self.language)
        self.theme_button = icon_button("moon", self.tr("Dark or light"), kind=Kind.QUIET, on_click=self.turn_theme)
        row.addWidget(self.theme_button)
        theme().changed.connect(self._show_theme)
        self._show_theme()
        return row

    def _show_language(self) -> None:
        name = dict(LANGUAGES).get(self.preferences.settings.language, LANGUAGES[0][1])
        self.language.setText(name)
        self.language.setAccessibleName(self.tr("Language: {name}").format(name=name))

    def _set_language(self, code: str) -> None:
        self.preferences.change(language=code)
        self._show_language()

    def _choose_language(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for code, name in LANGUAGES:
            act = partial(self._set_language, code)
            menu.addAction(name).triggered.connect(lambda _checked=False, act=act: self._when_connected(act))
        menu.popup(self.language.mapToGlobal(self.language.rect().topLeft()) - QPoint(0, menu.sizeHint().height()))

    def _show_theme(self) -> None:
        self.theme_button.set_icon_name("moon" if theme().scheme == "light" else "sun")

    def turn_theme(self) -> None:
        """Turn light into dark or back, and keep it."""
        scheme = Scheme.DARK if theme().scheme == "light" else Scheme.LIGHT
        theme().apply(scheme)
        self._when_connected(self._keep_theme)

    def _keep_theme(self) -> None:
        self.preferences.change(theme=theme().scheme)

    def showEvent(self, event: QShowEvent) -> None:
        """Put the focus where the person goes on typing."""
        super().showEvent(event)
        target = self.form.password if self.form.name.text() else self.form.name
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------------------------------------------ server

    def use_server(self, server: Server | None) -> None:
        """Sign in at this server from now on."""
        self.server = server
        self.picture.set_institute(server.name if server else "")
        self._looking.stop()
        if server is None:
            self._show_state("neu", self.tr("No server chosen yet"))
            return
        self._show_state("neu", self.tr("Looking for {host}").format(host=_host(server)))
        known = self.gate.known(server)
        if known and not self.form.name.text():
            self.form.name.setText(known[0].names[0] if known[0].names else "")
        QTimer.singleShot(0, self, self.look)
        self._looking.start()

    def look(self) -> None:
        """Ask whether the server is there."""
        server = self.server
        if server is not None and not self._running:
            run_in_background(partial(self.gate.reach, server), self._reached, self._not_trusted, self)

    def _reached(self, reached: Reached) -> None:
        if self.server is None or reached.server.url != self.server.url:
            return
        host = _host(reached.server)
        if not reached.connected:
            self._show_state("warn", self.tr("No network to {host}").format(host=host))
            return
        self.server = reached.server
        self.picture.set_institute(reached.server.name)
        if self.entry is not None:
            self.entry.show_ways(reached)
        self._show_state("ok", self.tr("Connected to {host}").format(host=host))
        if reached.people and not self.form.samples_field.isVisibleTo(self.form):
            self.form.offer(reached.people, role_words())

    def _not_trusted(self, problem: Exception) -> None:
        self._looking.stop()
        if not isinstance(problem, CampusError):
            raise problem
        self._show_state("bad", problem.message)

    def _show_state(self, tone: str, words: str) -> None:
        self.dot.set_tone(tone)
        self.state.setText(words)
        self.state.set_tone(tone if tone in {"bad", "warn"} else "text2")

    def show_busy(self, words: str) -> None:
        """Say what the window waits for."""
        self._show_state("info", words)

    def show_refusal(self, problem: CampusError) -> None:
        """Say why there is no server."""
        self._show_state("bad", problem.message)

    def open_server_dialog(self) -> None:
        """Choose another server."""
        if self._make_dialog is None:
            self._when_connected(self.open_server_dialog)
            return
        dialog = self._make_dialog(self, self.gate, self.server, self.preferences.settings.servers)
        dialog.chosen.connect(self.keep_server)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def keep_server(self, server: Server) -> None:
        """Sign in at this server from now on, and the next time, too."""
        self.preferences.keep(self.preferences.settings.with_server(server))
        self.form.samples_field.hide()
        self.use_server(server)

    # ------------------------------------------------------------------------------------------------------ sign-in

    def sign_in(self) -> None:
        """Sign in with what the form holds."""
        if self._gate is None:
            self.form.set_busy(True)
            self._when_connected(self.sign_in)
            return
        self.form.set_busy(False)
        server, gate = self.server, self.gate
        if server is None:
            self.open_server_dialog()
            return
        name, password, keep = self.form.name.text(), self.form.password.text(), self.form.keep.isChecked()
        self._running = True
        self.form.set_busy(True)
        run_in_background(
            lambda: gate.sign_in(server, name, password, keep=keep),
            lambda done: self._done(done, password),
            self._failed,
            self,
            Lane.NETWORK,
        )

    def take(self, done: SignedIn) -> None:
        """Go in with a sign-in that needed no password here."""
        self._running = False
        self._go_on(done)

    def refused(self, problem: CampusError) -> None:
        """Ask for the second factor where that is what is missing, or say what went wrong."""
        self._failed(problem)

    def _done(self, done: SignedIn, password: str) -> None:
        self._running = False
        self.form.set_busy(False)
        if done.must_change_password and done.online:
            self._pending = (done, password)
            self._ask_new_password()
        else:
            self._go_on(done)

    def _go_on(self, done: SignedIn) -> None:
        if done.needs_factor and done.online:
            self.second.enrol(done)
        else:
            self._enter(done)

    def _enter(self, done: SignedIn) -> None:
        self.form.password.clear()
        if self.server is not None:
            kept = self.server.model_copy(update={"name": done.profile.organisation_name or self.server.name})
            self.preferences.keep(self.preferences.settings.with_server(kept))
        self.steps.setCurrentIndex(0)
        self.signed_in.emit(done)

    def _failed(self, problem: Exception) -> None:
        self._running = False
        self.form.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        if problem.code == "factor_needed":
            self.second.ask(cast("FactorNeededError", problem))
        else:
            self.form.show_problem(problem)

    @property
    def second(self) -> SecondStep:
        """The steps of the second factor, made when they are first needed."""
        if self._second is None:
            self._second = SecondStep(self)
            self._second.signed_in.connect(self._done)
            self._second.enrolled.connect(self._enter)
            self._second.refused.connect(self._back_with)
        return self._second

    def _back_with(self, problem: CampusError | None) -> None:
        """Go back to name and password, with the reason where there is one."""
        self.steps.setCurrentIndex(0)
        self.form.password.clear()
        if problem is not None:
            self.form.show_problem(problem)

    def _change_password(self, new: str) -> None:
        if self._pending is None or self.server is None:
            return
        done, old = self._pending
        self.new_password.button.set_busy(True)
        run_in_background(
            lambda: self.gate.change_password(done, old, new),
            self._password_changed,
            self._password_refused,
            self,
            Lane.NETWORK,
        )

    def _password_changed(self, done: SignedIn) -> None:
        self._pending = None
        self.new_password.button.set_busy(False)
        self._go_on(done)

    def _password_refused(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        self.new_password.show_problem(problem)

    def _give_up_password(self) -> None:
        if self._pending is not None:
            self._pending[0].close()
            self._pending = None
        self.steps.setCurrentIndex(0)


def _host(server: Server) -> str:
    return server.url.partition("://")[2]
