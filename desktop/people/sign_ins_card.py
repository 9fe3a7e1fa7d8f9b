"""My sign-ins: where one is signed in, and ending what isn't needed or isn't one's own."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people import door_actions
from desktop.people.door_card import DoorCard
from desktop.people.door_line import Body, DoorLine, sign_in_detail
from desktop.widgets.buttons import Button, secondary
from shared.core.text import plural


class SignInsCard(DoorCard):
    """The list of one's own sign-ins; this one is marked and ends by signing out."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, partial(door_actions.own_sign_ins, desk), self.show_lines, parent)
        words = self.tr("Where you are signed in now. End what you don't know, then change your password.")
        self.name(self.tr("My sign-ins"), words)
        self.others_button = secondary(self.tr("End all others"), "log-out", self.end_others)
        self.others_button.setEnabled(False)
        self.section.add(self.others_button)

    def show_lines(self, found: list[Body]) -> None:
        """Show a line for each."""
        self.others_button.setEnabled(any(not one["here"] for one in found))
        for body in found:
            badge = (self.tr("This one"), "ok") if body["here"] else None
            line = DoorLine(body["device_name"], sign_in_detail(self._desk, body), badge)
            if not body["here"]:
                line.add_button(Button(self.tr("End"), small=True, on_click=partial(self.end, body)))
            self.lines.addWidget(line)

    def end(self, body: Body) -> None:
        """End one sign-in."""
        words = self.tr("The sign-in on {name} was ended").format(name=body["device_name"])
        self.act(partial(door_actions.end_sign_in, self._desk, body["id"]), words)

    def end_others(self) -> None:
        """End all but this one."""
        self.act(
            partial(door_actions.end_others, self._desk),
            lambda n: plural("{n} other sign-in was ended", "{n} other sign-ins were ended", n),
        )
