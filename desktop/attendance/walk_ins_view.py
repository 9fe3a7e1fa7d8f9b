"""The walk-ins that wait for the office: confirm each as a new student, or say who it is."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.attendance import walk_ins
from desktop.attendance.known_dialog import KnownDialog
from desktop.attendance.walk_ins import WalkIn
from desktop.core.desk import Desk
from desktop.shell.page import tell, tell_problem
from desktop.timetable.times import day_words
from desktop.widgets.avatar import Avatar
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import Label
from desktop.widgets.layouts import ScrollColumn
from shared.core.errors import CampusError
from shared.learning.vocabulary import ENROLMENT


class WalkInCard(Card):
    """One walk-in with its likely people and the two answers."""

    confirmed = Signal(str)
    known_wanted = Signal(str)

    def __init__(self, walk_in: WalkIn, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.walk_in = walk_in
        identity = walk_in.enrolment["id"]
        self.setAccessibleName(walk_in.name)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(Avatar(walk_in.name, walk_in.number or identity, 38))
        words = QVBoxLayout()
        words.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(walk_in.name, "body-strong"))
        if walk_in.provisional:
            head.addWidget(Badge(self.tr("New person"), "info", size="badge-list"))
        head.addStretch(1)
        words.addLayout(head)
        day = day_words(date.fromisoformat(walk_in.day)) if walk_in.day else ""
        facts = " · ".join(part for part in (walk_in.cohort, day, walk_in.number) if part)
        words.addWidget(Label(facts, "small", "text2", wrap=True))
        if walk_in.likely:
            names = ", ".join(f"{one.name} ({one.number})" if one.number else one.name for one in walk_in.likely)
            words.addWidget(Label(self.tr("Looks like: {names}").format(names=names), "small", "warn", wrap=True))
        line.addLayout(words, 1)
        if walk_in.provisional:
            known = Button(self.tr("Someone already known"), icon="users")
            known.clicked.connect(lambda: self.known_wanted.emit(identity))
            line.addWidget(known)
        text = self.tr("Confirm as new") if walk_in.provisional else self.tr("Confirm enrolment")
        self.confirm_button = Button(text, icon="check")
        self.confirm_button.clicked.connect(lambda: self.confirmed.emit(identity))
        line.addWidget(self.confirm_button)
        self.add(line)


class WalkInsView(QWidget):
    """The cards; ``counted`` tells how many wait."""

    counted = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.area = ScrollColumn(padding=0, most=900)
        self.empty = EmptyState(
            "user-plus",
            self.tr("No walk-ins to confirm"),
            self.tr("Someone added to a register by hand waits here for the office."),
        )
        column.addWidget(self.area, 1)
        column.addWidget(self.empty, 1)
        self.cards: list[WalkInCard] = []
        self.refresh()

    def refresh(self) -> None:
        """Read the walk-ins anew."""
        for card in self.cards:
            card.hide()
            card.deleteLater()
        while self.area.body.count():
            self.area.body.takeAt(0)
        self.cards = [WalkInCard(one) for one in walk_ins.walk_ins(self._desk)]
        for card in self.cards:
            card.confirmed.connect(self.confirm)
            card.known_wanted.connect(self.ask_who)
            self.area.body.addWidget(card)
        self.area.body.addStretch(1)
        self.area.setVisible(bool(self.cards))
        self.empty.setVisible(not self.cards)
        self.counted.emit(len(self.cards))

    def confirm(self, enrolment_id: str, person_id: str = "") -> None:
        """Confirm a walk-in, on someone known where a person is given."""
        card = next((one for one in self.cards if one.walk_in.enrolment["id"] == enrolment_id), None)
        shown = self._desk.store.get(ENROLMENT, enrolment_id)
        if card is None or shown is None:
            return
        try:
            walk_ins.confirm(self._desk, shown, person_id or None)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        words = self.tr("{name} is enrolled").format(name=card.walk_in.name)
        self.refresh()
        tell(self, words)

    def ask_who(self, enrolment_id: str) -> None:
        """Ask which known person a walk-in is."""
        card = next(one for one in self.cards if one.walk_in.enrolment["id"] == enrolment_id)
        dialog = KnownDialog(self.window(), self._desk, card.walk_in)
        dialog.chosen.connect(self.confirm)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()
