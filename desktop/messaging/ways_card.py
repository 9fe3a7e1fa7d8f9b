"""The institute's mail and SMS accounts: by whose account letters go, and a test to oneself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.messaging.letter_actions import report_paths, save_way, tried, try_way, ways
from desktop.messaging.letter_words import state_tone, state_words
from desktop.shell.confirm_dialog import run_fresh
from desktop.shell.page import tell, tell_problem
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import primary, quiet, secondary
from desktop.widgets.card import Card
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.label import IconText, Label
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import PasswordField, TextField
from desktop.widgets.unread import Unread
from shared.core.errors import CampusError
from shared.messaging.letter_words import SETTLED, DeliveryState

_LOOK_MS, _LOOKS = 1_500, 40
_OWN, _SERVER = "own", "server"
Control = TextField | NumberField | Combo


class _WayForm(QWidget):
    """The fields of one way; a secret that is kept isn't shown, and an empty field keeps it."""

    channel = ""

    def __init__(self, desk: Desk, whose: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._looks = 0
        self._test = ""
        self.controls: dict[str, Control] = {}
        self.fields: dict[str, Field] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._row: QHBoxLayout | None = None
        self.uses = Combo(whose, name=self.tr("Account"))
        self._column.addWidget(Field(self.tr("Account"), self.uses))
        self.own = QWidget()
        self._own_column = QVBoxLayout(self.own)
        self._own_column.setContentsMargins(0, 0, 0, 0)
        self._own_column.setSpacing(12)
        self.make_fields()
        self._column.addWidget(self.own)
        self.problem = IconText("circle-alert", "", "bad")
        self.problem.hide()
        self._column.addWidget(self.problem)
        self._unread = Unread(self, lambda _words: None)
        self.came = Label("", "small", "text2", wrap=True)
        self._column.addWidget(self.came)
        self._column.addLayout(self._make_foot())
        self.uses.currentIndexChanged.connect(lambda _index: self._turn())
        self._again = QTimer(self, singleShot=True, interval=_LOOK_MS)
        self._again.timeout.connect(self._look)
        self._turn()

    def _make_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        self.test_button = secondary(self.tr("Send me a test"), "mail", self.send_test)
        self.save_button = primary(self.tr("Save"), "check", self.save)
        foot.addWidget(self.test_button)
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        return foot

    def make_fields(self) -> None:
        """Put the fields of the way's own account."""

    def put(self, name: str, label: str, control: Control, hint: str = "") -> None:
        """Add a field; two stand in a row."""
        self.controls[name] = control
        if self._row is None or self._row.count() > 1:
            self._row = QHBoxLayout()
            self._row.setSpacing(12)
            self._own_column.addLayout(self._row)
        field = self.fields[name] = Field(label, control, hint=hint)
        self._row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)

    def _turn(self) -> None:
        self.own.setVisible(self.uses.chosen == _OWN)

    def settings(self) -> dict[str, Any] | None:
        """Return what is in the fields, None where the server's account is used."""
        if self.uses.chosen != _OWN:
            return None
        return {name: _value(control) for name, control in self.controls.items() if name != "secret"}

    def show_way(self, told: dict[str, Any]) -> None:
        """Show what the server has."""
        self.uses.choose(_OWN if told["uses"] == _OWN else _SERVER)
        for name, value in told["settings"].items():
            _put(self.controls[name], value)
        secret = self.controls["secret"]
        if isinstance(secret, PasswordField):
            secret.clear()
            secret.setPlaceholderText(self.tr("Kept; type to change it") if told["has_secret"] else "")
        self.problem.set_state("circle-alert", told["problem"], "bad")
        self.problem.setVisible(bool(told["problem"]))
        if told["uses"] == "log":
            self.came.setText(self.tr("Nothing is set up here or at the server: letters are only noted."))
        elif not self._test:
            self.came.setText("")
        self._turn()

    def save(self) -> None:
        """Keep the account; a limit that can't be read would be none at all, so that is said first."""
        if self._unread.said():
            return
        settings, field = self.settings(), self.controls["secret"]
        secret = field.text() if isinstance(field, PasswordField) else ""

        def done(told: dict[str, Any]) -> None:
            self.show_way(told)
            tell(self, self.tr("Account saved"))

        self.do(lambda: save_way(self._desk, self.channel, settings, secret), done)

    def send_test(self) -> None:
        """Send a letter to oneself, by the account that is saved, and follow it."""

        def done(letter_id: str) -> None:
            self._test, self._looks = letter_id, _LOOKS
            self.came.setText(self.tr("A test is on its way to you."))
            self._again.start()

        self.do(lambda: try_way(self._desk, self.channel), done)

    def _look(self) -> None:
        self._looks -= 1
        self.do(lambda: tried(self._desk, self._test), self._show_test)

    def _show_test(self, told: dict[str, Any]) -> None:
        state = DeliveryState(told["state"])
        words = self.tr("Test to {address}: {state}.").format(address=told["address"], state=state_words()[state])
        self.came.setText(f"{words} {told['reason']}".strip())
        self.came.set_tone({"ok": "ok", "bad": "bad", "warn": "warn"}.get(state_tone(state), "text2"))
        if state not in SETTLED and self._looks > 0:
            self._again.start()

    def do(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Ask the server; what it refuses is told where the hand is."""

        def failed(problem: Exception) -> None:
            if not isinstance(problem, CampusError):
                raise problem
            faults = set(problem.details.get("faults", {})) & set(self.fields)
            for name in faults:
                self.fields[name].set_error(self.tr("This can't be used."))
            if not faults:
                tell_problem(self, problem)

        for field in self.fields.values():
            field.set_error("")
        if self._desk.client is None:
            run_in_background(work, done, failed, self, Lane.NETWORK)
        else:
            run_fresh(self, self._desk.client, work, done, failed)


class _MailForm(_WayForm):
    channel = "mail"

    def make_fields(self) -> None:
        self.put("host", self.tr("Mail server"), TextField(placeholder="smtp.example.com"))
        ports = [("587", self.tr("587, encrypted after the greeting")), ("465", self.tr("465, encrypted at once"))]
        self.put("port", self.tr("Port"), Combo(ports))
        self.put("username", self.tr("Username"), TextField())
        self.put("secret", self.tr("Password"), PasswordField())
        self.put("sender", self.tr("Sender's address"), TextField())
        self.put("sender_name", self.tr("Sender's name"), TextField(), self.tr("Empty: the institute's name"))
        self.put("per_day", self.tr("At most a day"), NumberField(500), self.tr("A fifth is kept for sign-in codes"))
        if self._row is not None:
            self._row.addStretch(1)


class _SmsForm(_WayForm):
    channel = "sms"

    def make_fields(self) -> None:
        hint = self.tr("Account at Africa's Talking; sandbox tries without sending")
        self.put("username", self.tr("Username"), TextField(), hint)
        self.put("secret", self.tr("Key"), PasswordField())
        self.put("sender", self.tr("Sender's name"), TextField(), self.tr("As the provider registered it"))
        kinds = [("legacy", self.tr("The older one")), ("bulk", self.tr("The newer one, for many"))]
        self.put("interface", self.tr("Interface"), Combo(kinds))
        self.put("per_day", self.tr("At most a day"), NumberField(200))
        self.put("cost_per_day", self.tr("Cost a day, at most"), NumberField(20), self.tr("In the account's money"))
        self.paths = Label("", "small", "text2", wrap=True)
        self.paths_button = quiet(self.tr("New addresses for reports"), on_click=self.make_paths)
        self._own_column.addWidget(self.paths_button)
        self._own_column.addWidget(self.paths)

    def make_paths(self) -> None:
        """Ask for new paths, and show them this once."""

        def done(told: dict[str, str]) -> None:
            words = self.tr("Give these to the provider, after the server's address; they are shown this once.")
            self.paths.setText("\n".join((words, told["deliveries"], told["opt_outs"])))

        self.do(lambda: report_paths(self._desk), done)


class WaysCard(Card):
    """Mail on top, SMS below; it needs the network."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Mail and SMS"), parent=parent)
        self._desk = desk
        self.away = IconText("cloud-off", self.tr("Asking the server"), "muted")
        self.add(self.away)
        whose = [(_SERVER, self.tr("The server's account")), (_OWN, self.tr("An account of the institute"))]
        self.forms: dict[str, _WayForm] = {"mail": _MailForm(desk, whose), "sms": _SmsForm(desk, whose)}
        for name, form in zip((self.tr("Mail"), self.tr("SMS")), self.forms.values(), strict=True):
            self.add(Label(name, "section"))
            self.add(form)
            form.setEnabled(False)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the server how letters go."""
        super().showEvent(event)

        def failed(problem: Exception) -> None:
            if not isinstance(problem, CampusError):
                raise problem
            self.away.set_state("cloud-off", problem.message, "muted")

        run_in_background(lambda: ways(self._desk), self._show, failed, self, Lane.NETWORK)

    def _show(self, told: dict[str, dict[str, Any]]) -> None:
        self.away.hide()
        for channel, form in self.forms.items():
            form.setEnabled(True)
            form.show_way(told[channel])


def _value(control: Control) -> Any:
    if isinstance(control, Combo):
        chosen = control.chosen or ""
        return int(chosen) if chosen.isdigit() else chosen
    if isinstance(control, NumberField):
        return control.value or 0
    return control.text().strip()


def _put(control: Control, value: Any) -> None:
    if isinstance(control, Combo):
        control.choose(str(value))
    elif isinstance(control, NumberField):
        control.set_value(value)
    else:
        control.setText(str(value))
