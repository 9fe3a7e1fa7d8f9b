"""The institute's accounts at payment gateways: keys that are entered and never shown, and where events come in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance import online_actions
from desktop.finance.words import method_word
from desktop.shell.confirm_dialog import run_fresh
from desktop.shell.page import tell, tell_problem
from desktop.timetable.times import local, local_now, moment_words, zone_of
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button, primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.field import Field
from desktop.widgets.label import IconText, Label
from desktop.widgets.text_field import PasswordField, TextField
from shared.core.errors import CampusError
from shared.finance.online_rules import GATEWAYS, LONGEST_KEY_ID, LONGEST_SECRET
from shared.finance.vocabulary import Method


def _tr(words: str) -> str:
    return QCoreApplication.translate("GatewaysCard", words)


def _mode_words(told: dict[str, Any]) -> str:
    if told["live"]:
        return _tr("Takes real money.")
    if told.get("open"):
        return _tr("Test mode: no real money comes.")
    return _tr("Test mode: nobody can pay until you enter the live keys.")


class GatewayForm(QWidget):
    """One gateway's keys; a secret that is kept isn't shown, and an empty field keeps it."""

    def __init__(self, desk: Desk, gateway: Method, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._gateway = desk, gateway
        self.key_id, self.secret, self.webhook_secret = TextField(), PasswordField(), PasswordField()
        self.key_id.setMaxLength(LONGEST_KEY_ID)
        for field in (self.secret, self.webhook_secret):
            field.setMaxLength(LONGEST_SECRET)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(Label(method_word(gateway), "section"))
        column.addLayout(self._make_fields())
        self.stands = Label("", "small", "text2", wrap=True)
        self.problem = IconText("circle-alert", "", "bad")
        self.problem.hide()
        self.address = TextField(name=_tr("Address for events"))
        self.address.setReadOnly(True)
        self.address_field = Field(_tr("Address for events"), self.address, hint=_tr("It is shown this once."))
        self.address_field.hide()
        for widget in (self.stands, self.problem, self.address_field):
            column.addWidget(widget)
        column.addLayout(self._make_foot())

    def _make_fields(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        shown: Sequence[tuple[str, QWidget]] = ((_tr("Secret key"), self.secret),)
        if self._gateway is Method.RAZORPAY:
            shown = (
                (_tr("Key id"), self.key_id),
                (_tr("Key secret"), self.secret),
                (_tr("Secret of the webhook"), self.webhook_secret),
            )
        for words, control in shown:
            row.addWidget(Field(words, control), 1, Qt.AlignmentFlag.AlignTop)
        return row

    def _make_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.address_button = secondary(_tr("New address for events"), on_click=self.make_address)
        self.remove_button = Button(_tr("Remove"), on_click=self.remove)
        self.save_button = primary(_tr("Save"), "check", self.save)
        foot.addWidget(self.address_button)
        foot.addWidget(self.remove_button)
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        return foot

    def show_account(self, told: dict[str, Any]) -> None:
        """Show what the server has."""
        is_set_up = bool(told["is_set_up"])
        self.key_id.setText(told["key_id"])
        for field in (self.secret, self.webhook_secret):
            field.clear()
            field.setPlaceholderText(_tr("Kept; type to change it") if is_set_up else "")
        self.address_button.setEnabled(is_set_up)
        self.remove_button.setVisible(is_set_up)
        self.stands.setText(self._words(told))
        self.problem.set_state("circle-alert", told["problem"], "bad")
        self.problem.setVisible(bool(told["problem"]))

    def _words(self, told: dict[str, Any]) -> str:
        if not told["is_set_up"]:
            return _tr("Not set up: students can't pay this way.")
        mode = _mode_words(told)
        asked = _tr("Last asked: {when}.").format(when=self._when(told["asked_at"]))
        event = _tr("Last event: {when}.").format(when=self._when(told["event_at"]))
        refused = _tr("Events refused as forged: {n}.").format(n=told["refused"]) if told["refused"] else ""
        return " ".join(filter(None, (mode, asked, event, refused)))

    def _when(self, instant: str | None) -> str:
        if not instant:
            return _tr("never")
        zone = zone_of(self._desk)
        return moment_words(local(instant, zone), local_now(self._desk, zone).date())

    def save(self) -> None:
        """Keep the keys."""
        fields = {"key_id": self.key_id, "secret": self.secret, "webhook_secret": self.webhook_secret}
        keys = {name: field.text().strip() for name, field in fields.items()}

        def done(told: dict[str, Any]) -> None:
            self.show_account(told)
            tell(self, _tr("Keys saved"))

        self._do(lambda: online_actions.save_account(self._desk, self._gateway, keys), done)

    def remove(self) -> None:
        """Forget the keys."""

        def done(told: dict[str, Any]) -> None:
            self.show_account(told)
            tell(self, _tr("Keys removed"))

        self._do(lambda: online_actions.remove_account(self._desk, self._gateway), done)

    def make_address(self) -> None:
        """Ask for a new address, show it this once, and copy it."""

        def done(address: str) -> None:
            self.address.setText(address)
            self.address_field.show()
            QGuiApplication.clipboard().setText(address)
            tell(self, _tr("Address copied. Enter it at the gateway"))

        self._do(lambda: online_actions.webhook_address(self._desk, self._gateway), done)

    def _do(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        def failed(problem: Exception) -> None:
            if not isinstance(problem, CampusError):
                raise problem
            tell_problem(self, problem)

        if self._desk.client is None:
            run_in_background(work, done, failed, self, Lane.NETWORK)
        else:
            run_fresh(self, self._desk.client, work, done, failed)


class GatewaysCard(Card):
    """A form for each gateway; it needs the network."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Online payments"), parent=parent)
        self._desk = desk
        self.away = IconText("cloud-off", _tr("Asking the server"), "muted")
        self.add(self.away)
        self.forms = {gateway: GatewayForm(desk, gateway) for gateway in GATEWAYS}
        for form in self.forms.values():
            self.add(form)
            form.setEnabled(False)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the server what is set up."""
        super().showEvent(event)

        def failed(problem: Exception) -> None:
            if not isinstance(problem, CampusError):
                raise problem
            self.away.set_state("cloud-off", problem.message, "muted")

        run_in_background(lambda: online_actions.accounts(self._desk), self._show, failed, self, Lane.NETWORK)

    def _show(self, told: list[dict[str, Any]]) -> None:
        self.away.hide()
        for one in told:
            form = self.forms[Method(one["gateway"])]
            form.setEnabled(True)
            form.show_account(one)
