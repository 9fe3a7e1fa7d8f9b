"""Coming in: who registered and waits for the office, and who was invited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.door_card import DoorCard
from desktop.people.door_line import DoorLine
from desktop.people.entry_office import OfficeCalls
from desktop.people.invite_dialog import InviteDialog, RefuseDialog
from desktop.people.role_store import role_names
from desktop.people.words import reasons_words
from desktop.shell.page import tell, tell_problem
from desktop.shell.times import instant_words, zone_of
from desktop.widgets.buttons import Button, primary
from desktop.widgets.label import Label
from desktop.widgets.layouts import PageHead, ScrollColumn
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text

COMING_IN_PAGE = "people.coming_in"
Body = Mapping[str, Any]


class ComingInPage(ScrollColumn):
    """Two cards: registrations that wait, and invitations."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(most=860)
        self.setObjectName(COMING_IN_PAGE)
        self.setWindowTitle(self.tr("Coming in"))
        self._desk = desk
        head = PageHead(self.tr("Coming in"), self.tr("Students who registered by themselves, and staff you invited"))
        self.invite_button = primary(self.tr("Invite somebody"), "mail", self.invite)
        self.invite_button.setEnabled(desk.client is not None)
        head.add_button(self.invite_button)
        self.body.addWidget(head)
        self.registrations = RegistrationsCard(desk)
        self.invitations = InvitationsCard(desk)
        self.body.addWidget(self.registrations)
        self.body.addWidget(self.invitations)
        self.body.addStretch(1)

    def invite(self) -> None:
        """Ask whom to invite."""
        dialog = InviteDialog(self.window(), self._desk)
        dialog.invited.connect(self._invited)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _invited(self, body: Body) -> None:
        tell(self, self.tr("An invitation is on its way to {email}").format(email=body["email"]))
        self.invitations.refresh()


class RegistrationsCard(DoorCard):
    """Those that wait, each with who is likely the same person; only staff join the two."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, lambda: OfficeCalls.of(desk).registrations(), self.show_registrations)
        self.name(self.tr("Registrations"), self.tr("Each has proved the mail address."))

    def show_registrations(self, found: Body) -> None:
        """Show those that wait."""
        waiting = found["registrations"]
        if not waiting:
            off = self.tr("Students don't register by themselves here. Turn it on under Institute.")
            words = off if found["policy"] == "off" else self.tr("Nobody waits.")
            self.lines.addWidget(Label(words, "body", "muted", wrap=True))
        for one in waiting:
            self._show_one(one)

    def _show_one(self, one: Body) -> None:
        now, zone = self._desk.clock.now(), zone_of(self._desk)
        when = instant_words(one["verified_at"] or one["made_at"], zone, now)
        known = (one["email"], one["username"], _said(one), when)
        line = DoorLine(f"{one['given_name']} {one['family_name']}", " · ".join(filter(None, known)), icon="user")
        line.add_button(Button(self.tr("Refuse"), small=True, on_click=partial(self.refuse, one)))
        accept = Button(self.tr("Accept"), small=True, on_click=partial(self.decide, one, "accept"))
        accept.setAccessibleName(self.tr("Accept {name}").format(name=one["given_name"]))
        line.add_button(accept)
        self.lines.addWidget(line)
        for other in one["duplicates"]:
            self._show_duplicate(one, other)

    def _show_duplicate(self, one: Body, other: Body) -> None:
        who = " ".join(filter(None, (other["person"], other["number"])))
        title = self.tr("Likely the same: {name}").format(name=who)
        line = DoorLine(title, reasons_words(other["reasons"]), icon="users")
        look = Button(self.tr("Open"), small=True)
        look.clicked.connect(lambda: self._desk.open("people.person", other["person_id"]))
        line.add_button(look)
        line.add_button(Button(self.tr("Join"), small=True, on_click=partial(self.join, one, other)))
        self.lines.addWidget(line)

    def decide(self, one: Body, act: str, body: Body | None = None) -> None:
        """Decide, and say so."""
        desk, name = self._desk, f"{one['given_name']} {one['family_name']}"
        words = {
            "accept": self.tr("{name} is a student now"),
            "join": self.tr("{name} was joined"),
            "refuse": self.tr("{name} was refused"),
        }[act].format(name=name)
        self.act(lambda: OfficeCalls.of(desk).decide(one["id"], act, body), words)

    def join(self, one: Body, other: Body) -> None:
        """Give the registration's way of signing in to a student who is here."""
        self.decide(one, "join", {"person_id": other["person_id"]})

    def refuse(self, one: Body) -> None:
        """Ask for the reason, then refuse."""
        dialog = RefuseDialog(self.window(), f"{one['given_name']} {one['family_name']}")
        dialog.refused.connect(lambda reason: self.decide(one, "refuse", {"reason": reason}))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()


class InvitationsCard(DoorCard):
    """All invitations, newest first."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, lambda: OfficeCalls.of(desk).invitations(), self.show_invitations, parent)
        self.name(self.tr("Invitations"), self.tr("A code is good for seven days from the last time it was sent."))

    def show_invitations(self, found: Sequence[Body]) -> None:
        """Show them."""
        if not found:
            self.lines.addWidget(Label(self.tr("Nobody was invited yet."), "body", "muted"))
        names = role_names(self._desk.store, self._desk.actor.organisation_id)
        now = instant_text(self._desk.clock.now())
        for one in found:
            roles = ", ".join(names.get(role, role) for role in one["roles"])
            over = one["state"] == "open" and one["expires_at"] <= now
            line = DoorLine(f"{one['given_name']} {one['family_name']}", f"{one['email']} · {roles}",
                            _badge("over" if over else one["state"]), icon="mail")  # fmt: skip
            if one["state"] == "open":
                again = Button(self.tr("Send again"), small=True, on_click=partial(self.resend, one))
                line.add_button(again)
                line.add_button(Button(self.tr("Withdraw"), small=True, on_click=partial(self.withdraw, one)))
            self.lines.addWidget(line)

    def resend(self, one: Body) -> None:
        """Send a new code."""
        desk, words = self._desk, self.tr("A new code is on its way to {email}").format(email=one["email"])
        self.act(lambda: OfficeCalls.of(desk).resend(one["id"]), words)

    def withdraw(self, one: Body) -> None:
        """Take an invitation back."""
        desk, words = self._desk, self.tr("The invitation of {name} was taken back").format(name=one["given_name"])
        self.act(lambda: OfficeCalls.of(desk).withdraw(one["id"]), words)

    def _failed(self, problem: CampusError) -> None:
        if self.lines.count():
            tell_problem(self, problem)
            return
        super()._failed(problem)


def _badge(state: str) -> tuple[str, str]:
    return {
        "open": (text("Open"), "info"),
        "over": (text("Run out"), "warn"),
        "accepted": (text("Accepted"), "ok"),
        "withdrawn": (text("Withdrawn"), "neu"),
    }[state]


def _said(one: Body) -> str:
    words = {
        "beginner": text("beginner"),
        "intermediate": text("intermediate"),
        "advanced": text("advanced"),
    }
    parts = [words.get(str(one["experience"]), ""), ", ".join(one["interests"])]
    parts += [text("code {code}", code=one["code"])] if one.get("code") else []
    return ", ".join(filter(None, parts))
