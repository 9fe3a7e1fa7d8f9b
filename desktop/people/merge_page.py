"""Merging entries of one person: likely pairs, or two that were picked, compared field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.door_card import DoorCard
from desktop.people.door_line import DoorLine
from desktop.people.merge_api import MergeApi
from desktop.people.merge_compare import CompareCard
from desktop.people.person_picker import PersonPicker
from desktop.people.words import full_name, reasons_words
from desktop.shell.page import tell, tell_problem
from desktop.widgets.asking import Asking
from desktop.widgets.buttons import Button
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.layouts import PageHead, ScrollColumn
from shared.core.actor import Actor
from shared.people.merge_rules import may_merge
from shared.people.vocabulary import PERSON

MERGE_PAGE = "people.merge"


def may_merge_people(actor: Actor) -> bool:
    """The office merges entries."""
    return may_merge(actor)


class MergePage(ScrollColumn):
    """With two ids it compares these, with one it asks for the other, without any it shows likely pairs."""

    def __init__(self, desk: Desk, ids: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(most=1100, parent=parent)
        self._desk = desk
        self._asking = Asking(self, lambda problem: tell_problem(self, problem))
        self.ids: tuple[str, ...] = tuple(ids)[:2]
        self.setObjectName(MERGE_PAGE)
        self.setWindowTitle(self.tr("Merge people"))
        words = self.tr("Two entries of one person become one. Everything of both is kept, and it can be undone.")
        self.body.addWidget(PageHead(self.tr("Merge people"), words))
        self.compare = CompareCard(desk)
        self.compare.changed.connect(self._ask_again)
        self.compare.merge_wanted.connect(self.merge)
        self.compare.left.connect(self.leave)
        self.compare.hide()
        self.body.addWidget(self.compare)
        self.pick = self._make_pick()
        self.body.addWidget(self.pick)
        self.pairs = PairsCard(desk)
        self.pairs.compare_wanted = self.show_pair
        self.body.addWidget(self.pairs)
        self.body.addStretch(1)
        self._show()

    def _make_pick(self) -> Card:
        card = Card(self.tr("The other entry"))
        self.pick_words = Label("", "small", "muted", wrap=True)
        card.add(self.pick_words)
        self.picker = PersonPicker(self._desk, usable=lambda body: body["id"] not in self.ids)
        self.picker.changed.connect(self._picked)
        card.add(self.picker)
        return card

    def _show(self) -> None:
        self.pick.setVisible(len(self.ids) == 1)
        self.pairs.setVisible(not self.ids)
        if len(self.ids) == 1:
            name = full_name(self._desk.store.get(PERSON, self.ids[0]))
            self.pick_words.setText(self.tr("Who is the same person as {name}?").format(name=name))
        if len(self.ids) == 2:
            self._ask(*self.ids, {})

    def _picked(self) -> None:
        if self.picker.chosen:
            self.show_pair(self.ids[0], self.picker.chosen[0])

    def show_pair(self, stays: str, goes: str) -> None:
        """Compare two entries."""
        self.ids = (stays, goes)
        self.compare.choices = {}
        self._show()

    def leave(self) -> None:
        """Leave the two apart and go back to the likely pairs."""
        self.ids = ()
        self.compare.hide()
        self._show()
        self.pairs.refresh()

    def _ask_again(self) -> None:
        shown = self.compare.shown
        self.ids = (shown["stays"]["id"], shown["goes"]["id"])
        self._ask(*self.ids, self.compare.choices)

    def _ask(self, stays: str, goes: str, choices: Mapping[str, str]) -> None:
        desk, wanted = self._desk, dict(choices)
        self._asking.ask(lambda: MergeApi(desk).preview(stays, goes, wanted), self._show_preview)

    def _show_preview(self, shown: Mapping[str, Any]) -> None:
        if self.ids != (shown["stays"]["id"], shown["goes"]["id"]):
            return
        self.compare.show_preview(shown)
        self.compare.show()

    def merge(self) -> None:
        """Merge the two that are shown."""
        desk, shown, choices = self._desk, self.compare.shown, dict(self.compare.choices)
        merged = partial(self._merged, shown["stays"])
        self._asking.ask(lambda: MergeApi(desk).merge(shown, choices), merged, self.compare.merge_button)

    def _merged(self, stays: Mapping[str, Any], done: Mapping[str, Any]) -> None:
        words = self.tr("Merged: {name} stays").format(name=stays["name"])
        tell(self, " ".join((words, *done["reviews"])), lambda: self.undo(stays["id"], done["merge_id"]))
        self._desk.sync_now()
        self.leave()

    def undo(self, person_id: str, merge_id: str) -> None:
        """Take a merge apart."""
        desk = self._desk
        self._asking.ask(lambda: MergeApi(desk).undo(person_id, merge_id), self._undone)

    def _undone(self, _done: object) -> None:
        tell(self, self.tr("Taken apart again"))
        self._desk.sync_now()
        self.pairs.refresh()


class PairsCard(DoorCard):
    """Entries that are likely the same person."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, lambda: MergeApi(desk).pairs(), self.show_pairs, parent)
        self.compare_wanted: Any = lambda _stays, _goes: None
        words = self.tr("They share a phone, a mail address, or the name with the date of birth.")
        self.name(self.tr("Likely the same person"), words)

    def show_pairs(self, pairs: Sequence[Mapping[str, Any]]) -> None:
        """Show them, the likeliest first."""
        if not pairs:
            self.lines.addWidget(Label(self.tr("No two entries look like the same person."), "body", "muted"))
        for pair in pairs:
            one, other = pair["one"], pair["other"]
            title = self.tr("{one} and {other}").format(one=_named(one), other=_named(other))
            line = DoorLine(title, reasons_words(pair["reasons"]), icon="users")
            button = Button(self.tr("Compare"), small=True)
            button.setAccessibleName(self.tr("Compare {title}").format(title=title))
            button.clicked.connect(lambda _=False, ids=(one["id"], other["id"]): self.compare_wanted(*ids))
            line.add_button(button)
            self.lines.addWidget(line)


def _named(body: Mapping[str, Any]) -> str:
    return " ".join(part for part in (full_name(body), body.get("number")) if part)
