"""A person's activity: the newest lines of the log of all changes, done by or to him or her."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.audit_actions import Body, audit_entries
from desktop.people.audit_page import AUDIT_PAGE, may_read_audit
from desktop.people.audit_words import about_words, act_words
from desktop.people.door_card import DoorCard
from desktop.people.door_line import DoorLine
from desktop.people.person_page import PersonSection
from desktop.shell.times import instant_words, zone_of
from desktop.widgets.buttons import secondary
from desktop.widgets.label import Label

_SHOWN = 6


class PersonAuditCard(DoorCard):
    """Six lines, and the way to all of them."""

    def __init__(self, desk: Desk, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__(desk, self.read, self.show_lines, parent)
        self._person_id = person_id
        self.name(self.tr("Activity"), self.tr("What this person did, and what was done to this person's record."))
        self.all_button = secondary(
            self.tr("Show all"), "clipboard-list", partial(desk.open, AUDIT_PAGE, None, person=person_id)
        )
        self.section.add(self.all_button)

    def read(self) -> Sequence[Body]:
        """Return the newest entries."""
        return audit_entries(self._desk, {"person_id": self._person_id}, 1, _SHOWN)[0]

    def show_lines(self, entries: Sequence[Body]) -> None:
        """Show them."""
        if not entries:
            self.lines.addWidget(Label(self.tr("Nothing yet"), "small", "muted"))
        zone, now = zone_of(self._desk), self._desk.clock.now()
        for entry in entries:
            when = instant_words(entry["at"], zone, now)
            detail = " · ".join(part for part in (entry["actor_name"], about_words(entry), when) if part)
            self.lines.addWidget(DoorLine(act_words(entry), detail, icon="history"))


def audit_section() -> PersonSection:
    """Return the section for whoever reads the log."""
    return PersonSection(
        lambda desk, person_id: PersonAuditCard(desk, person_id) if may_read_audit(desk.actor) else None
    )
