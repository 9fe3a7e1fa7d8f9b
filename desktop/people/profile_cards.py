"""The cards of one's own profile: about me, learning, and address with contacts; each saves on its own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.profile_actions import edit_profile, profile_of
from desktop.people.profile_form import ABOUT, LEARNING, PRIVATE, profile_fields
from desktop.people.record_form import RecordForm
from desktop.people.save_bar import SaveBar
from desktop.people.undo import tell_done
from desktop.shell.page import follow, tell_problem
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from shared.core.errors import CampusError
from shared.people.vocabulary import PRIVATE_PROFILE, PROFILE


class ProfilePart(Card):
    """A form over some fields of one's own profile; what is typed and not saved stays for the next visit."""

    def __init__(self, desk: Desk, title: str, words: str, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self._desk, self._person_id = desk, desk.actor.person_id
        self.add(Label(words, "small", "muted", wrap=True))
        self.form = RecordForm(profile_fields(names), desk.store, f"draft:profile:{names[0]}")
        self.add(self.form)
        self.save_bar = SaveBar(self.form, self.save)
        self.add(self.save_bar)
        shown = frozenset({PROFILE, PRIVATE_PROFILE})
        follow(desk.store, self, lambda changed: self.refresh() if shown & changed.kinds else None)
        self.refresh()

    def refresh(self) -> None:
        """Show what the store has now; typing that isn't saved stays in its fields."""
        self.form.show_record(profile_of(self._desk, self._person_id))

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
        self.form.take_saved(profile_of(self._desk, self._person_id))
        if done is not None:
            tell_done(self, self._desk, done, self.refresh)


class AboutCard(ProfilePart):
    """What one tells of oneself."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        words = self.tr("Your instructors and the office see this.")
        super().__init__(desk, self.tr("About me"), words, ABOUT, parent)


class LearningCard(ProfilePart):
    """How and what for one learns."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        words = self.tr("Your instructors see this, so that they can help you better.")
        super().__init__(desk, self.tr("Learning"), words, LEARNING, parent)


class PrivateCard(ProfilePart):
    """Where one lives, and whom the institute may call."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        words = self.tr("Only you and the office see this. Your instructors don't.")
        super().__init__(desk, self.tr("Address and contacts"), words, PRIVATE, parent)
