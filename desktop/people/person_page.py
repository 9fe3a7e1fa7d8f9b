"""One person: head with state, details edited in place, and beside them roles, what higher areas know, and changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.actions import Done, edit_person, may_change, set_state
from desktop.people.changes_card import ChangesCard
from desktop.people.factor_reset_card import factor_reset_card
from desktop.people.person_fields import person_fields
from desktop.people.person_head import PersonHead
from desktop.people.photo_actions import set_photo
from desktop.people.record_form import RecordForm
from desktop.people.roles_card import RolesCard
from desktop.people.save_bar import SaveBar
from desktop.people.sign_in_card import SignInCard
from desktop.people.undo import tell_done
from desktop.people.words import full_name
from desktop.shell.page import follow, tell_problem
from desktop.widgets.card import Card, Well
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.people.permission_catalogue import why_not
from shared.people.vocabulary import PERSON, PERSON_PHOTO, Permission, PersonState

FORM_WIDTH = 560


@dataclass(frozen=True)
class PersonSection:
    """A card that a higher area adds to the page of a person; `make` returns None where there is nothing to show."""

    make: Callable[[Desk, str], QWidget | None]


class PersonPage(QWidget):
    """The page of one person; unsaved typing is kept when it is left, without asking."""

    def __init__(
        self, desk: Desk, person_id: str | None, sections: Sequence[PersonSection] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self.person_id = desk, person_id or ""
        self._body: Mapping[str, Any] | None = None
        self.setObjectName("people.person")
        self._stack = QStackedLayout(self)
        self.column = ScrollColumn()
        self.column.body.setSpacing(16)
        self.head = PersonHead(desk)
        self.head.state_wanted.connect(self.set_state)
        self.head.photo.chosen.connect(self.set_photo)
        self.head.photo.refused.connect(lambda problem: tell_problem(self, problem))
        self.column.body.addWidget(self.head)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(self._make_form(), 0, Qt.AlignmentFlag.AlignTop)
        columns.addLayout(self._make_side(sections), 1)
        self.column.body.addLayout(columns)
        self.column.body.addStretch(1)
        self._stack.addWidget(self.column)
        self._stack.addWidget(
            EmptyState(
                "users",
                self.tr("This person isn't on this computer"),
                self.tr("The row may have been removed, or your role doesn't show it. Sync, or go back to the list."),
                action=self.tr("Go to people"),
                on_action=lambda: desk.open("people.list"),
            )
        )
        shown = frozenset({PERSON, PERSON_PHOTO})
        follow(desk.store, self, lambda changed: self.refresh() if shown & changed.kinds else None)
        self.refresh()

    def _make_form(self) -> Card:
        card = Card(self.tr("Details"))
        card.setFixedWidth(theme().px(FORM_WIDTH))
        self.form = RecordForm(person_fields(self._desk), self._desk.store, f"draft:person:{self.person_id}")
        staff = self.tr("Only an administrator changes staff.")
        self._reason = why_not(self._desk.actor, Permission.PEOPLE_EDIT) or staff
        self.refused = Well("lock", self.tr("{reason} You can read everything here.").format(reason=self._reason))
        self.refused.hide()
        card.add(self.refused)
        card.add(self.form)
        self.save_bar = SaveBar(self.form, self.save)
        card.add(self.save_bar)
        return card

    def _make_side(self, sections: Sequence[PersonSection]) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(14)
        for section in sections:
            made = section.make(self._desk, self.person_id)
            if made is not None:
                side.addWidget(made)
        self.roles = RolesCard(self._desk)
        self.roles.done.connect(self._tell)
        self.roles.refused.connect(lambda problem: tell_problem(self, problem))
        side.addWidget(self.roles)
        self.sign_in = SignInCard(self._desk)
        self.sign_in.refused.connect(lambda problem: tell_problem(self, problem))
        side.addWidget(self.sign_in)
        self.factor_reset = factor_reset_card(self._desk, self.person_id)
        if self.factor_reset is not None:
            side.addWidget(self.factor_reset)
        self.changes = ChangesCard(self._desk)
        side.addWidget(self.changes)
        side.addStretch(1)
        return side

    def first_focus(self) -> QWidget:
        """Begin in the first field."""
        return self.form.control("given_name")

    def refresh(self) -> None:
        """Show what the store has now; typing that isn't saved stays in its fields."""
        self._body = self._desk.store.get(PERSON, self.person_id)
        if self._body is None:
            self._stack.setCurrentIndex(1)
            return
        self._stack.setCurrentIndex(0)
        self.setWindowTitle(full_name(self._body))
        self.head.show_person(self._body)
        self.form.show_record(self._body)
        self.roles.show_person(self._body)
        self.sign_in.show_person(self._body)
        self.changes.show_person(self.person_id)
        allowed = may_change(self._desk, self._body)
        self.refused.setVisible(not allowed)
        self.save_bar.setEnabled(allowed)
        if not allowed:
            self.form.set_read_only(self._reason)

    def save(self) -> None:
        """Save what differs; what can't be kept is marked and nothing is saved."""
        if self._body is None or not may_change(self._desk, self._body) or not self.form.check():
            return
        try:
            done = edit_person(self._desk, self._body, self.form.wanted())
        except CampusError as problem:
            self.form.show_errors(problem.details.get("fields", {}))
            tell_problem(self, problem)
            return
        self.form.take_saved(self._desk.store.get(PERSON, self.person_id) or self._body)
        if done is not None:
            self._tell(done)

    def set_photo(self, jpeg_base64: str | None) -> None:
        """Save a photo, or remove it."""
        try:
            done = set_photo(self._desk, self._body or {}, jpeg_base64)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        if done is not None:
            self._tell(done)

    def set_state(self, state: str) -> None:
        """Activate, deactivate or suspend."""
        try:
            done = set_state(self._desk, [self.person_id], PersonState(state))
        except CampusError as problem:
            tell_problem(self, problem)
            return
        if done is not None:
            self._tell(done)

    def _tell(self, done: Done) -> None:
        self.refresh()
        tell_done(self, self._desk, done, self.refresh)
