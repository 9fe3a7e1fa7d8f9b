"""The head of a person's page: photo or initials, name, number, contact, state, and what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.actions import may_change
from desktop.people.people_model import state_cell
from desktop.people.photo_well import PhotoWell
from desktop.people.role_store import named_roles
from desktop.people.words import full_name
from desktop.shell.photos import photo_of
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import danger, secondary
from desktop.widgets.card import Card
from desktop.widgets.label import ElidedLabel, IconText
from shared.people.permissions import may_edit_people
from shared.people.vocabulary import PERSON, PersonState


class PersonHead(Card):
    """``state_wanted`` gives the state that was asked for."""

    state_wanted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._person_id = ""
        row = QHBoxLayout()
        row.setSpacing(16)
        self.photo = PhotoWell()
        row.addWidget(self.photo, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(3)
        line = QHBoxLayout()
        line.setSpacing(10)
        self.name = ElidedLabel("", "title")
        self.badge = Badge("")
        self.waiting = IconText("hard-drive", self.tr("Saved on this computer"), "info")
        line.addWidget(self.name, 1)
        line.addWidget(self.waiting)
        line.addWidget(self.badge)
        words.addLayout(line)
        self.facts = ElidedLabel("", "body", "text2")
        words.addWidget(self.facts)
        row.addLayout(words, 1)
        self.card = secondary(self.tr("ID card"), "id-card", self._open_card)
        row.addWidget(self.card, 0, Qt.AlignmentFlag.AlignVCenter)
        self.activate = secondary(self.tr("Activate"), on_click=lambda: self._want(PersonState.ACTIVE))
        self.deactivate = secondary(self.tr("Deactivate"), on_click=lambda: self._want(PersonState.INACTIVE))
        self.suspend = danger(self.tr("Suspend"), on_click=lambda: self._want(PersonState.SUSPENDED))
        for button in (self.activate, self.deactivate, self.suspend):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.add(row)

    def _open_card(self) -> None:
        self._desk.open("people.cards", ids=(self._person_id,))

    def _want(self, state: PersonState) -> None:
        self.state_wanted.emit(str(state))

    def show_person(self, body: Mapping[str, Any]) -> None:
        """Show someone."""
        name, state = full_name(body), body.get("state")
        self._person_id = body["id"]
        self.card.setVisible(may_edit_people(self._desk.actor))
        self.photo.show_person(body, photo_of(self._desk.store, body["id"]))
        self.photo.set_allowed(allowed=may_change(self._desk, body))
        self.name.setText(name)
        self.setAccessibleName(name)
        cell = state_cell(body)
        self.badge.set_state(cell.text, cell.tone, cell.icon)
        self.waiting.setVisible(self._desk.store.waiting(PERSON, body["id"]))
        facts = (body.get("number"), named_roles(self._desk, body.get("roles")), body.get("phone"), body.get("email"))
        self.facts.setText(" · ".join(fact for fact in facts if fact))
        own = body["id"] == self._desk.actor.person_id
        allowed = may_change(self._desk, body) and not own
        self.activate.setVisible(allowed and state != PersonState.ACTIVE)
        self.deactivate.setVisible(allowed and state == PersonState.ACTIVE)
        self.suspend.setVisible(allowed and state == PersonState.ACTIVE)
