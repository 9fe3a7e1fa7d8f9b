"""Someone's profile on the page of a person: what is there to read, and a dialog for what the office writes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.actions import Done
from desktop.people.institute_actions import branch_choices, branch_name
from desktop.people.person_page import PersonSection
from desktop.people.profile_actions import edit_profile, may_write, profile_of
from desktop.people.profile_form import OFFICE, profile_fields
from desktop.people.record_form import RecordForm
from desktop.people.undo import tell_done
from desktop.people.words import choice_words, field_word, full_name
from desktop.shell.page import follow, tell_problem
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.people.profile_fields import PROFILE_FIELDS
from shared.people.vocabulary import BRANCH, PERSON, PRIVATE_PROFILE, PROFILE

_CHOICES = frozenset({"skill_level", "learning_style", "study_time"})


def value_words(name: str, value: Any) -> str:
    """Return a field's value as cards print it, an empty text for nothing."""
    if name == "guardians":
        return "\n".join(_contact_words(one) for one in value or ())
    if name in _CHOICES:
        return choice_words(str(value)) if value else ""
    if name == "weekly_goal":
        return plural("{n} minute in a week", "{n} minutes in a week", int(value)) if value else ""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _contact_words(contact: dict[str, Any]) -> str:
    told = text("is told") if contact.get("told") else ""
    account = text("may see the fees") if contact.get("account") else ""
    parts = (*(contact.get(part) for part in ("name", "relation", "phone", "email")), told, account)
    return " · ".join(str(part) for part in parts if part)


class ProfileCard(Card):
    """A pair for each field that holds something; the office edits what is its to write."""

    def __init__(self, desk: Desk, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Profile"), parent=parent)
        self._desk, self._person_id = desk, person_id
        self._facts: list[QWidget] = []
        self.nothing = Label(self.tr("Nothing is told here yet."), "small", "muted")
        self.add(self.nothing)
        self.edit_button = secondary(self.tr("Edit the profile"), "pencil-ruler", self.open_dialog)
        row = QHBoxLayout()
        row.addWidget(self.edit_button)
        row.addStretch(1)
        self.add(row)
        self.dialog: ProfileDialog | None = None
        shown = frozenset({PROFILE, PRIVATE_PROFILE, PERSON, BRANCH})
        follow(desk.store, self, lambda changed: self.refresh() if shown & changed.kinds else None)
        self.refresh()

    def refresh(self) -> None:
        """Show what the store has now."""
        for old in self._facts:
            self.body.removeWidget(old)
            old.hide()
            old.deleteLater()
        profile = profile_of(self._desk, self._person_id)
        profile["branch_id"] = branch_name(self._desk, profile["branch_id"])
        told = [(one.name, value_words(one.name, profile[one.name])) for one in PROFILE_FIELDS]
        self.told = {name: words for name, words in told if words}
        self._facts = []
        for name, words in self.told.items():
            self._put(Label(field_word(name), "small", "muted"))
            self._put(Label(words, "body", wrap=True))
        self.nothing.setVisible(not self.told)
        self.edit_button.setVisible(any(may_write(self._desk, self._person_id, name) for name in OFFICE))

    def _put(self, label: Label) -> None:
        # The first place is the card's head, the last two the empty words and the button.
        self.body.insertWidget(1 + len(self._facts), label)
        self._facts.append(label)

    def open_dialog(self) -> None:
        """Let the office change what it may."""
        self.dialog = ProfileDialog(self.window(), self._desk, self._person_id)
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.saved = self._saved
        if not self.dialog.open_dialog():
            self.dialog.deleteLater()

    def _saved(self, done: Done) -> None:
        self.refresh()
        tell_done(self, self._desk, done, self.refresh)


class ProfileDialog(Dialog):
    """The fields that the office writes; ``saved`` is called with what was done."""

    def __init__(self, window: QWidget, desk: Desk, person_id: str) -> None:
        name = full_name(desk.store.get(PERSON, person_id))
        super().__init__(window, self.tr("Edit the profile"), subtitle=name, icon="user", width=620)
        self._desk, self._person_id = desk, person_id
        self.saved: Callable[[Done], object] = lambda _done: None
        profile = profile_of(desk, person_id)
        at = branch_choices(desk, profile["branch_id"])
        names = [one for one in OFFICE if may_write(desk, person_id, one) and (at or one != "branch_id")]
        self.form = RecordForm(profile_fields(names, at), desk.store)
        column = ScrollColumn(padding=0)
        column.body.addWidget(self.form)
        column.body.addStretch(1)
        column.setMinimumHeight(min(theme().px(460), max(240, window.height() - theme().px(220))))
        self.add(column, 1)
        self.add_cancel()
        self.save_button = self.add_button(primary(self.tr("Save"), "check", self.save))
        self.on_key("Ctrl+S", self.save)
        self.form.show_record(profile)

    def save(self) -> None:
        """Save what differs; what can't be kept is marked and nothing is saved."""
        if not self.form.check():
            return
        try:
            done = edit_profile(self._desk, self._person_id, self.form.wanted())
        except CampusError as problem:
            self.form.show_errors(problem.details.get("fields", {}))
            tell_problem(self, problem)
            return
        self.accept()
        if done is not None:
            self.saved(done)


def profile_section() -> PersonSection:
    """Return the card for a person's page."""
    return PersonSection(ProfileCard)
