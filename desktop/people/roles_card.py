"""A person's roles: shown to everyone, ticked by whoever may assign them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.actions import may_set_roles, set_roles
from desktop.people.role_store import grants, named_roles, role_names
from desktop.widgets.card import Card
from desktop.widgets.check import Check
from desktop.widgets.label import Label
from desktop.widgets.layouts import FlowLayout
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.people.permissions import holds_all_of
from shared.people.vocabulary import Permission

_WIDEST = 300


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
        self.checks: dict[str, Check] = {}
        self._box = QWidget()
        self._flow = FlowLayout(self._box, space=14)
        self._make_checks()
        self.add(self._box)
        self.why = Label("", "small", "muted", wrap=True)
        self.add(self.why)

    def _make_checks(self) -> None:
        """Give every role of the institute a box, a new one too; one that was removed goes."""
        names = role_names(self._desk.store, self._desk.actor.organisation_id)
        for role in self.checks.keys() - names.keys():
            gone = self.checks.pop(role)
            self._flow.removeWidget(gone)
            gone.deleteLater()
        for role, name in names.items():
            if role in self.checks:
                self.checks[role].setText(name)
                continue
            check = self.checks[role] = Check(name)
            check.setMaximumWidth(theme().px(_WIDEST))
            check.clicked.connect(lambda _on=False, role=role: self._ticked(role))
            self._flow.addWidget(check)

    def show_person(self, body: Mapping[str, Any]) -> None:
        """Show someone's roles."""
        self._body = body
        self._make_checks()
        roles = [str(role) for role in body.get("roles") or ()]
        own = body["id"] == self._desk.actor.person_id
        assigns = self._desk.actor.may(Permission.ROLES_ASSIGN)
        self.words.setText(named_roles(self._desk, roles) or self.tr("No role"))
        self.words.setVisible(not assigns)
        self._box.setVisible(assigns)
        for role, check in self.checks.items():
            check.setChecked(role in roles)
            check.setEnabled(may_set_roles(self._desk, body, [role]))
            check.setToolTip(check.text() if check.isEnabled() or own else self._why_not(role))
        if own and assigns:
            self.why.setText(self.tr("Someone else changes your own roles, so that nobody locks himself out."))
        elif not assigns:
            self.why.setText(self.tr("An administrator gives roles."))
        else:
            self.why.setText(self.tr("A change counts from the person's next exchange with the server."))

    def _why_not(self, role: str) -> str:
        known = grants(self._desk)
        if holds_all_of(self._desk.actor, [role], known):
            return self.tr("Only someone who holds all of this person's roles changes them.")
        return self.tr("You give only roles whose permissions you hold yourself.")

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
