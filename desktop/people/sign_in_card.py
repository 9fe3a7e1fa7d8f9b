"""How a person signs in, and the temporary password that lets someone in for the first time or again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.actions import may_change
from desktop.people.entry_office import OfficeCalls
from desktop.people.passwords import give_temporary_password, sign_in_name
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import secondary
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.layouts import FlowLayout
from shared.core.errors import CampusError


class SignInCard(Card):
    """Hidden where passwords can't be given; ``refused`` tells why one was not."""

    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._person_id = ""
        self.setAccessibleName(self.tr("Sign-in"))
        self.add(Label(self.tr("Sign-in"), "section"))
        self.words = Label("", "body", wrap=True)
        self.add(self.words)
        self.password = Label("", "title")
        self.password.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.password.setAccessibleName(self.tr("Temporary password"))
        self.password.hide()
        self.add(self.password)
        self.why = Label("", "small", "muted", wrap=True)
        self.add(self.why)
        self.give = secondary(self.tr("Give a temporary password"), "lock", self.ask)
        row = FlowLayout()
        self.send = secondary(self.tr("Send a code"), "mail", self.send_code)
        self.send.setToolTip(self.tr("The person chooses a new password with it; you never learn which."))
        self.letter = secondary(self.tr("Letter or slip"), "printer", self.open_passwords)
        for button in (self.give, self.send, self.letter):
            row.addWidget(button)
        self.add(row)

    def show_person(self, body: Mapping[str, Any]) -> None:
        """Show how someone signs in; a password that was given stays on screen until the page is left."""
        self._person_id = body["id"]
        own = body["id"] == self._desk.actor.person_id
        self.setVisible(self._desk.client is not None and may_change(self._desk, body) and not own)
        name = sign_in_name(body)
        self.words.setText(
            self.tr("Signs in as {name}").format(name=name)
            if name
            else self.tr("Nobody can sign in without a username, mail address or number. Add one first.")
        )
        may = bool(name) and not self._desk.store.waiting("person", body["id"])
        for button in (self.give, self.send, self.letter):
            button.setEnabled(may)
        if self.password.isHidden():
            self.why.setText(
                self.tr("It works once and is replaced at the first sign-in. Whoever is signed in now is signed out.")
            )

    def ask(self) -> None:
        """Ask the server for a password; it needs the network."""
        self.give.set_busy(True)
        desk, person_id = self._desk, self._person_id
        run_in_background(lambda: give_temporary_password(desk, person_id), self._show, self._fail, self, Lane.NETWORK)

    def send_code(self) -> None:
        """Let a code for a new password be sent; it needs the network."""
        self.send.set_busy(True)
        desk, person_id = self._desk, self._person_id
        run_in_background(
            lambda: OfficeCalls.of(desk).start_reset(person_id), self._sent, self._fail, self, Lane.NETWORK
        )

    def _sent(self, way: str) -> None:
        self.send.set_busy(False)
        self.why.setText(
            self.tr("A code is on its way by SMS. It is good for 30 minutes.")
            if way == "sms"
            else self.tr("A code is on its way by mail. It is good for 30 minutes.")
        )

    def open_passwords(self) -> None:
        """Hand a temporary password over by letter or slip."""
        self._desk.open("people.passwords", ids=(self._person_id,))

    def _show(self, password: str) -> None:
        self.give.set_busy(False)
        self.password.setText(password)
        self.password.show()
        self.why.setText(self.tr("Write it down now: it isn't shown again. It is to be changed at the first sign-in."))

    def _fail(self, problem: Exception) -> None:
        for button in (self.give, self.send):
            button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        self.refused.emit(problem)
