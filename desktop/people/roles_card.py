"""A person's roles: shown to everyone, ticked by whoever may assign them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.actions import may_set_roles, set_roles
from desktop.people.words import role_word, roles_words
from desktop.widgets.card import Card
from desktop.widgets.check import Check
from desktop.widgets.label import Label
from desktop.widgets.layouts import FlowLayout
from shared.core.errors import CampusError
from shared.people.permissions import may_assign_roles
from shared.people.vocabulary import Role


class RolesCard(Card):
    """Each tick is saved at once; ``done`` gives what can be undone, ``refused`` why it was not."""

    done = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._body: Mapping[str, Any] = {}
        self.setAccessibleName(self.tr("Roles"))
        self.add(Label(self.tr("Roles"), "section"))
        self.words = Label("", "body", wrap=True)
        self.add(self.words)
        self.checks = {str(role): Check(role_word(role)) for role in reversed(Role)}
        self._box = QWidget()
        flow = FlowLayout(self._box, space=14)
        for role, check in self.checks.items():
            flow.addWidget(check)
            check.clicked.connect(lambda _on=False, role=role: self._ticked(role))
        self.add(self._box)
        self.why = Label("", "small", "muted", wrap=True)
        self.add(self.why)

    def show_person(self, body: Mapping[str, Any]) -> None:
        """Show someone's roles."""
        self._body = body
        roles = [str(role) for role in body.get("roles") or ()]
        own = body["id"] == self._desk.actor.person_id
        assigns = may_assign_roles(self._desk.actor, (Role.REGISTRAR,))
        self.words.setText(roles_words(roles) or self.tr("No role"))
        self.words.setVisible(not assigns)
        self._box.setVisible(assigns)
        for role, check in self.checks.items():
            check.setChecked(role in roles)
            check.setEnabled(may_set_roles(self._desk, body, [role]))
        if own and assigns:
            self.why.setText(self.tr("Someone else changes your own roles, so that nobody locks himself out."))
        elif not assigns:
            self.why.setText(self.tr("An administrator gives roles."))
        else:
            self.why.setText(self.tr("A change counts from the person's next exchange with the server."))

    def _ticked(self, role: str) -> None:
        before = [str(one) for one in self._body.get("roles") or ()]
        wanted = [one for one in before if one != role] if role in before else [*before, role]
        try:
            done = set_roles(self._desk, self._body, wanted)
        except CampusError as problem:
            self.show_person(self._body)
            self.refused.emit(problem)
            return
        if done is not None:
            self.done.emit(done)
