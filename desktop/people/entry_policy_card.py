"""How people come in at the institute: whether students register, and which providers vouch for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from PySide6.QtWidgets import QHBoxLayout

from desktop.core.desk import Desk
from desktop.people.door_card import DoorCard
from desktop.people.door_line import DoorLine
from desktop.people.entry_office import OfficeCalls
from desktop.people.provider_dialog import ProviderDialog
from desktop.shell.confirm_dialog import run_fresh
from desktop.shell.page import tell, tell_problem
from desktop.widgets.buttons import Button, secondary
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from shared.core.errors import CampusError
from shared.people.entry_rules import RegistrationPolicy
from shared.people.permission_catalogue import why_not
from shared.people.vocabulary import Permission

Body = Mapping[str, Any]
ResultT = TypeVar("ResultT")


class RegistrationPolicyCard(DoorCard):
    """Off, on, or on with the office's yes; what is chosen holds at once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, lambda: OfficeCalls.of(desk).registrations(), self._show_policy)
        words = self.tr("Students register in the window before signing in and prove their mail address. Staff are"
                        " always invited.")  # fmt: skip
        self.name(self.tr("Registration of students"), words)
        self.policy = Combo([
            (str(RegistrationPolicy.OFF), self.tr("Students don't register by themselves")),
            (str(RegistrationPolicy.ON), self.tr("Students register by themselves")),
            (str(RegistrationPolicy.APPROVAL), self.tr("Students register, and the office accepts each")),
        ])  # fmt: skip
        self.policy.setEnabled(False)
        self.add(Field(self.tr("Registration"), self.policy))
        self.policy.keeps = False
        self.policy.activated.connect(lambda _index: self._save())

    def _show_policy(self, found: Body) -> None:
        self.policy.choose(str(found["policy"]))
        self.policy.setEnabled(why_not(self._desk.actor, Permission.ORGANISATION_EDIT) is None)

    def _save(self) -> None:
        desk, policy = self._desk, str(self.policy.chosen)
        self.act(lambda: OfficeCalls.of(desk).set_policy(policy), self.tr("Saved"))


class ProvidersCard(DoorCard):
    """Providers, each with what it may do; changes ask for a fresh sign-in."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, lambda: OfficeCalls.of(desk).providers(), self.show_providers)
        words = self.tr("Google, Microsoft or any provider that speaks OpenID Connect vouches for people in the system"
                        " browser. Nobody becomes staff by it.")  # fmt: skip
        self.name(self.tr("Identity providers"), words)
        row = QHBoxLayout()
        self.add_button = secondary(self.tr("Add a provider"), "plus", lambda: self.edit(None))
        row.addWidget(self.add_button)
        row.addStretch(1)
        self.add(row)
        reason = why_not(desk.actor, Permission.SECURITY_MANAGE)
        self.add_button.setEnabled(reason is None and desk.client is not None)
        self.dialog: ProviderDialog | None = None

    def show_providers(self, found: Sequence[Body]) -> None:
        """Show them."""
        if not found:
            self.lines.addWidget(Label(self.tr("None yet. People sign in with their passwords."), "body", "muted"))
        for one in found:
            badge = (self.tr("On"), "ok") if one["state"] == "on" else (self.tr("Off"), "neu")
            line = DoorLine(str(one["name"]), f"{one['issuer']} · {_rules(self, one)}", badge, icon="external-link")
            line.add_button(Button(self.tr("Edit"), small=True, on_click=partial(self.edit, one)))
            line.add_button(Button(self.tr("Remove"), small=True, on_click=partial(self.remove, one)))
            self.lines.addWidget(line)

    def edit(self, one: Body | None) -> None:
        """Fill a provider in."""
        dialog = self.dialog = ProviderDialog(self.window(), one, self._desk.ids)
        dialog.wanted.connect(self._put)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _put(self, provider_id: str, body: Body) -> None:
        desk, words = self._desk, self.tr("{name} is set up").format(name=body["name"])
        self._fresh(lambda: OfficeCalls.of(desk).put_provider(provider_id, body), words)

    def remove(self, one: Body) -> None:
        """Remove a provider with what is linked by it."""
        desk, words = self._desk, self.tr("{name} was removed").format(name=one["name"])
        self._fresh(lambda: OfficeCalls.of(desk).remove_provider(one["id"]), words)

    def _fresh(self, work: Callable[[], ResultT], words: str) -> None:
        def done(_result: ResultT) -> None:
            tell(self, words)
            self.refresh()

        def failed(problem: Exception) -> None:
            if not isinstance(problem, CampusError):
                raise problem
            tell_problem(self, problem)

        if self._desk.client is not None:
            run_fresh(self, self._desk.client, work, done, failed)


def _rules(card: ProvidersCard, one: Body) -> str:
    words = [
        card.tr("links by mail address") if one["link_by_email"] else card.tr("links by hand"),
        card.tr("makes students") if one["make_students"] else "",
        card.tr("trusted with the second factor") if one["trust_factor"] else "",
        ", ".join(one["domains"]),
    ]
    return " · ".join(filter(None, words))
