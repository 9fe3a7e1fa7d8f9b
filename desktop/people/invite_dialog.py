"""The dialogs of coming in: whom to invite with which role, and why a registration is refused."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.entry_office import OfficeCalls
from desktop.people.role_store import grants, role_names
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import danger, primary
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.people.entry_rules import entry_errors
from shared.people.permissions import may_assign_roles
from shared.people.vocabulary import Role

_USUAL = str(Role.INSTRUCTOR)


class InviteDialog(Dialog):
    """``invited`` gives the invitation that was sent."""

    invited = Signal(object)

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window, self.tr("Invite somebody"), icon="mail", width=520)
        self._desk = desk
        words = self.tr("A code goes to the mail address. With it the invited one chooses username and password.")
        self.add(Label(words, "small", "muted", wrap=True))
        self.fields = {
            "given_name": Field(self.tr("First name"), TextField()),
            "family_name": Field(self.tr("Family name"), TextField()),
            "email": Field(self.tr("Mail address"), TextField()),
        }
        self.role = Combo(self._roles(), name=self.tr("Role"))
        self.role.choose(_USUAL)
        self.role_field = Field(self.tr("Role"), self.role)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        grid.addWidget(self.fields["given_name"], 0, 0)
        grid.addWidget(self.fields["family_name"], 0, 1)
        grid.addWidget(self.fields["email"], 1, 0, 1, 2)
        grid.addWidget(self.role_field, 2, 0, 1, 2)
        self.add(grid)
        self.add_cancel()
        self.send_button = self.add_button(primary(self.tr("Send invitation"), on_click=self.send))
        self.on_key("Ctrl+Return", self.send)

    def _roles(self) -> list[tuple[str, str]]:
        store, actor = self._desk.store, self._desk.actor
        known = grants(self._desk)
        names = role_names(store, actor.organisation_id)
        return [(key, name) for key, name in names.items() if may_assign_roles(actor, (key,), known)]

    def line(self, name: str) -> TextField:
        """Return the control of a field."""
        control = self.fields[name].control
        assert isinstance(control, TextField)  # noqa: S101 - made above
        return control

    def send(self) -> None:
        """Check what can be checked here, then send."""
        if self.send_button.busy:
            return
        held = {name: self.line(name).text().strip() for name in self.fields}
        faults = entry_errors(held)
        for name, field in self.fields.items():
            field.set_error(faults.get(name, ""))
        role = self.role.chosen
        self.role_field.set_error("" if role else self.tr("Choose a role."))
        if faults or role is None:
            return
        self.send_button.set_busy(True)
        desk = self._desk
        run_in_background(
            lambda: OfficeCalls.of(desk).invite(held["email"], held["given_name"], held["family_name"], (role,)),
            self._sent,
            self._failed,
            self,
            Lane.NETWORK,
        )

    def _sent(self, body: object) -> None:
        self.send_button.set_busy(False)
        self.accept()
        self.invited.emit(body)

    def _failed(self, problem: Exception) -> None:
        self.send_button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        told = problem.details.get("fields")
        if isinstance(told, dict) and set(told) & set(self.fields):
            for name, field in self.fields.items():
                field.set_error(str(told.get(name) or ""))
            return
        self.fields["email"].set_error(problem.message)


class RefuseDialog(Dialog):
    """``refused`` gives the reason, which goes into the letter."""

    refused = Signal(str)

    def __init__(self, window: QWidget, name: str) -> None:
        super().__init__(window, self.tr("Refuse {name}").format(name=name), icon="circle-x", width=460)
        self.reason = TextField()
        self.reason.setMaxLength(500)
        hint = self.tr("It goes into the letter as you write it.")
        self.add(Field(self.tr("Reason"), self.reason, hint=hint, optional=True))
        self.add_cancel()
        self.refuse_button = self.add_button(danger(self.tr("Refuse"), on_click=self._refuse))

    def _refuse(self) -> None:
        self.accept()
        self.refused.emit(self.reason.text().strip())
