"""The head of one's own account: photo, name, number and roles; the photo is one's own to change."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.photo_actions import set_photo
from desktop.people.photo_well import PhotoWell
from desktop.people.undo import tell_done
from desktop.people.words import full_name, roles_words
from desktop.shell.page import follow, tell_problem
from desktop.shell.photos import photo_of
from desktop.widgets.card import Card
from desktop.widgets.label import ElidedLabel, Label
from shared.core.errors import CampusError
from shared.people.vocabulary import PERSON, PERSON_PHOTO


class OwnCard(Card):
    """Follows the store; a photo that was chosen is saved at once and can be taken back."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        row = QHBoxLayout()
        row.setSpacing(16)
        self.photo = PhotoWell()
        self.photo.chosen.connect(self.set_photo)
        self.photo.refused.connect(lambda problem: tell_problem(self, problem))
        row.addWidget(self.photo, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(3)
        self.name = ElidedLabel("", "title")
        self.facts = ElidedLabel("", "body", "text2")
        words.addWidget(self.name)
        words.addWidget(self.facts)
        words.addWidget(
            Label(
                self.tr(
                    "The office keeps your name, number, phone and mail address. Tell the office when one changes."
                ),
                "small",
                "muted",
                wrap=True,
            )
        )
        words.addStretch(1)
        row.addLayout(words, 1)
        self.add(row)
        shown = frozenset({PERSON, PERSON_PHOTO})
        follow(desk.store, self, lambda changed: self.refresh() if shown & changed.kinds else None)
        self.refresh()

    def refresh(self) -> None:
        """Show the person as the store has him or her."""
        own_id = self._desk.actor.person_id
        body = self._desk.store.get(PERSON, own_id) or {"id": own_id, "given_name": self._desk.actor.name}
        name = full_name(body)
        self.name.setText(name)
        self.setAccessibleName(name)
        facts = (body.get("number"), roles_words(body.get("roles")), body.get("phone"), body.get("email"))
        self.facts.setText(" · ".join(fact for fact in facts if fact))
        self.photo.show_person(body, photo_of(self._desk.store, own_id))
        self.photo.set_allowed(allowed=True)

    def set_photo(self, jpeg_base64: str | None) -> None:
        """Save a photo, or remove it."""
        person = self._desk.store.get(PERSON, self._desk.actor.person_id)
        try:
            done = set_photo(self._desk, person, jpeg_base64) if person is not None else None
        except CampusError as problem:
            tell_problem(self, problem)
            return
        if done is not None:
            self.refresh()
            tell_done(self, self._desk, done, self.refresh)
