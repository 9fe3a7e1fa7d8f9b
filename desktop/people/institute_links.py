"""What else belongs to the institute: the rule for numbers, and the way to terms, rooms, roles and backups."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.actions import take_back
from desktop.people.numbering_card import NumberingCard
from desktop.shell.page import tell, tell_problem
from desktop.widgets.buttons import link
from desktop.widgets.card import Card
from desktop.widgets.label import Label


class NumbersCard(QWidget):
    """The rule for student numbers, with its messages."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.card = NumberingCard(desk, lambda: desk.clock.now().astimezone(desk.store.zone()).year)
        self.card.done.connect(
            lambda done: tell(self, done.words, partial(take_back, desk, done) if done.undo else None)
        )
        self.card.refused.connect(lambda problem: tell_problem(self, problem))
        column.addWidget(self.card)


class PlacesCard(Card):
    """Where terms, rooms and the rest are kept."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(self.tr("Terms and rooms"))
        words = self.tr("Terms stand on the Today page and in reports. Rooms and days without classes are checked when"
                        " the timetable is made.")  # fmt: skip
        self.add(Label(words, "small", "muted", wrap=True))
        self.terms = link(self.tr("Academic terms"), lambda: desk.open("learning.terms"))
        self.rooms = link(self.tr("Rooms and holidays"), lambda: desk.open("timetable.places"))
        for way in (self.terms, self.rooms):
            self.add(way)
