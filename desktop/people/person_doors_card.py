"""A person's sign-ins and computers, for whoever looks after security: end, unlock, mark as lost."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people import door_actions
from desktop.people.door_card import DoorCard
from desktop.people.door_line import Body, DoorLine, device_detail, sign_in_detail
from desktop.people.person_page import PersonSection
from desktop.shell.lost_ask_dialog import LostAskDialog
from desktop.widgets.buttons import Button, secondary
from desktop.widgets.label import Label
from shared.core.text import plural
from shared.people.permission_catalogue import why_not
from shared.people.vocabulary import PERSON, Permission


class PersonDoorsCard(DoorCard):
    """What may not be done by this role rests and says why."""

    def __init__(self, desk: Desk, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__(desk, self.read, self.show_lines, parent)
        self._person_id = person_id
        self._why_not = why_not(desk.actor, Permission.SECURITY_MANAGE) or ""
        words = self.tr("Where this person is signed in, and the computers used before.")
        self.name(self.tr("Sign-ins and computers"), words)
        self.unlock_button = secondary(self.tr("Unlock"), "lock", self.unlock)
        self.unlock_button.setToolTip(self.tr("Let this person try again after too many wrong passwords"))
        self.all_button = secondary(self.tr("End all"), "log-out", self.end_all)
        self.all_button.setEnabled(False)
        for button in (self.unlock_button, self.all_button):
            self.section.add(button)
        if self._why_not:
            self.unlock_button.setEnabled(False)
            self.unlock_button.setToolTip(self._why_not)

    def read(self) -> tuple[list[Body], list[Body]]:
        """Return sign-ins and devices."""
        sign_ins = door_actions.sign_ins_of(self._desk, self._person_id)
        return list(sign_ins), list(door_actions.devices_of(self._desk, self._person_id))

    def show_lines(self, found: tuple[list[Body], list[Body]]) -> None:
        """Show the sign-ins, then the computers."""
        sign_ins, devices = found
        self.all_button.setEnabled(bool(sign_ins) and not self._why_not)
        self.all_button.setToolTip(self._why_not)
        if not sign_ins:
            self.lines.addWidget(Label(self.tr("Not signed in anywhere"), "small", "muted"))
        for body in sign_ins:
            line = DoorLine(body["device_name"], sign_in_detail(self._desk, body), (self.tr("Signed in"), "ok"))
            self._add_button(line, Button(self.tr("End"), small=True, on_click=partial(self.end, body)))
            self.lines.addWidget(line)
        if devices:
            self.lines.addWidget(Label(self.tr("Computers"), "small-medium", "text2"))
        for body in devices:
            self.lines.addWidget(self._device_line(body))

    def _device_line(self, body: Body) -> DoorLine:
        loss = body["loss"]
        badge = (self.tr("Lost"), "bad") if loss else None
        line = DoorLine(body["computer_name"] or body["name"], device_detail(self._desk, body), badge)
        if not loss:
            self._add_button(line, Button(self.tr("Mark as lost"), small=True, on_click=partial(self.ask_lost, body)))
        elif not loss["met_at"]:
            self._add_button(line, Button(self.tr("Undo"), small=True, on_click=partial(self.undo_lost, body)))
        return line

    def _add_button(self, line: DoorLine, button: Button) -> None:
        button.setEnabled(not self._why_not)
        button.setToolTip(self._why_not)
        line.add_button(button)

    def end(self, body: Body) -> None:
        """End one sign-in."""
        words = self.tr("The sign-in on {name} was ended").format(name=body["device_name"])
        self.act(partial(door_actions.end_sign_in, self._desk, body["id"]), words)

    def end_all(self) -> None:
        """End all sign-ins of the person."""
        self.act(
            partial(door_actions.end_all_of, self._desk, self._person_id),
            lambda n: plural("{n} sign-in was ended", "{n} sign-ins were ended", n),
        )

    def unlock(self) -> None:
        """Let the person try again."""
        done, nothing = self.tr("Unlocked: a new try is possible now"), self.tr("Nobody was locked out")
        self.act(
            partial(door_actions.unlock, self._desk, self._person_id), lambda unlocked: done if unlocked else nothing
        )

    def ask_lost(self, body: Body) -> None:
        """Ask why a computer is marked as lost."""
        dialog = LostAskDialog(self.window(), body["computer_name"] or body["name"])
        dialog.marked.connect(partial(self.mark_lost, body))
        dialog.finished.connect(dialog.deleteLater)
        if not dialog.open_dialog():
            dialog.deleteLater()

    def mark_lost(self, body: Body, reason: str) -> None:
        """Mark a computer as lost."""
        words = self.tr("{name} is marked as lost").format(name=body["computer_name"] or body["name"])
        self.act(partial(door_actions.mark_lost, self._desk, body["id"], reason), words, partial(self.undo_lost, body))

    def undo_lost(self, body: Body) -> None:
        """Undo the mark of a computer that wasn't heard of since."""
        words = self.tr("{name} isn't marked as lost any more").format(name=body["computer_name"] or body["name"])
        self.act(partial(door_actions.undo_lost, self._desk, body["id"]), words)


def doors_section() -> PersonSection:
    """Return the card as a section of a person's page, for those who see others' sign-ins."""

    def make(desk: Desk, person_id: str) -> QWidget | None:
        if desk.client is None or not desk.actor.may(Permission.SECURITY_SEE):
            return None
        return PersonDoorsCard(desk, person_id) if desk.store.get(PERSON, person_id) is not None else None

    return PersonSection(make)
