"""What was merged into someone, on the page of the person: who, when, what to look at, and taking it apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.door_card import DoorCard
from desktop.people.door_line import DoorLine
from desktop.people.merge_api import MergeApi
from desktop.people.merge_page import MERGE_PAGE
from desktop.people.person_page import PersonSection
from desktop.shell.times import instant_words, zone_of
from desktop.widgets.buttons import Button, secondary
from desktop.widgets.card import Well
from desktop.widgets.label import Label
from shared.people.merge_rules import may_merge
from shared.people.vocabulary import PERSON


class MergesCard(DoorCard):
    """Each merge with what it asks a person to look at; the button goes on to merging another entry."""

    def __init__(self, desk: Desk, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__(desk, lambda: MergeApi(desk).records(person_id), self.show_records, parent)
        self._person_id = person_id
        self.name(self.tr("Merged entries"), self.tr("Entries of the same person that were joined with this one."))
        self.merge_button = secondary(self.tr("Merge another entry"), "users")
        self.merge_button.clicked.connect(lambda: desk.open(MERGE_PAGE, person_id))
        self.section.add(self.merge_button)

    def show_records(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Show them, the newest first."""
        if not records:
            self.lines.addWidget(Label(self.tr("Nothing was merged."), "small", "muted"))
        now, zone = self._desk.clock.now(), zone_of(self._desk)
        for one in records:
            when = instant_words(one["merged_at"], zone, now)
            detail = self.tr("{when} by {name}").format(when=when, name=one["merged_by_name"])
            apart = one["state"] != "merged"
            line = DoorLine(one["from_name"], detail, (self.tr("Taken apart"), "neu") if apart else None, icon="users")
            if not apart:
                line.add_button(self._undo_button(one))
            self.lines.addWidget(line)
            for sentence in () if apart else one["reviews"]:
                self.lines.addWidget(Well("circle-alert", sentence, "warn"))

    def _undo_button(self, one: Mapping[str, Any]) -> Button:
        button = Button(self.tr("Undo"), small=True, on_click=partial(self.undo, one))
        button.setEnabled(not one["obstacles"])
        button.setToolTip(" ".join(one["obstacles"]))
        return button

    def undo(self, one: Mapping[str, Any]) -> None:
        """Take a merge apart."""
        desk, words = self._desk, self.tr("{name} has an entry of its own again").format(name=one["from_name"])

        def work() -> None:
            MergeApi(desk).undo(one["to_id"], one["id"])
            desk.sync_now()

        self.act(work, words)


def merges_section() -> PersonSection:
    """Return the card as a section of a person's page, for those who merge, and not for oneself."""

    def make(desk: Desk, person_id: str) -> QWidget | None:
        other = person_id != desk.actor.person_id
        if desk.client is None or not may_merge(desk.actor) or not other:
            return None
        return MergesCard(desk, person_id) if desk.store.get(PERSON, person_id) is not None else None

    return PersonSection(make)
