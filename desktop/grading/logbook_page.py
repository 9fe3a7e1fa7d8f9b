"""One student's skills logbook: a student's own for each course, or the one that whoever teaches opens."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.grading.observation_view import ObservationView
from desktop.grading.skill_paper import logbook_pdf, logbook_sheet
from desktop.grading.skill_side import observation_row
from desktop.grading.skill_signing import SignDialog
from desktop.grading.skill_store import KINDS_READ, Learner, SkillClass, own_logbooks, read_logbook
from desktop.grading.skill_words import LOOKS, proof_words, state_words
from desktop.people.actions import Done
from desktop.people.undo import tell_done
from desktop.shell.document_preview import preview_made
from desktop.shell.page import follow
from desktop.timetable.letterhead import letterhead
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card, Line
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import Label
from desktop.widgets.layouts import PageHead, ScrollColumn
from desktop.widgets.list_row import RowList
from desktop.widgets.tabs import Tabs
from shared.core.text import text
from shared.grading.skill_rules import may_observe
from shared.grading.skill_vocabulary import ObservationState

Body = Mapping[str, Any]
_WIDTH = 860


class LogbookPage(QWidget):
    """Shows the logbook of an enrolment, or without one those of whoever has signed in, a tab for each course."""

    def __init__(self, desk: Desk, enrolment_id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._enrolment_id = desk, enrolment_id or ""
        self.books: list[SkillClass] = []
        self.tabs: Tabs | None = None
        self._at = 0
        self._named: list[tuple[str, str]] = []
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        title = self.tr("Skills logbook") if self._enrolment_id else self.tr("My skills")
        self.setWindowTitle(title)
        self.head = PageHead(title)
        self.print_button = self.head.add_button(secondary(self.tr("Print"), "printer", self.print_page))
        self.sign_button = self.head.add_button(primary(self.tr("Sign"), "pencil-ruler", self.sign))
        column.addWidget(self.head)
        self._tab_place = QVBoxLayout()
        column.addLayout(self._tab_place)
        self.cards = ScrollColumn(padding=0, most=_WIDTH)
        column.addWidget(self.cards, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(page)
        self.empty = EmptyState("list-checks", self.tr("No skills logbook yet"), self._why_empty())
        self._stack.addWidget(self.empty)
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _why_empty(self) -> str:
        if self._enrolment_id:
            return self.tr("The student isn't on this computer, or your role doesn't show the logbook. Go back.")
        return self.tr("When a course of yours has skills to learn, they appear here with what was seen of them.")

    # ------------------------------------------------------------------------------------------------ showing

    @property
    def book(self) -> SkillClass | None:
        """The logbook on show."""
        return self.books[self._at] if self._at < len(self.books) else None

    @property
    def learner(self) -> Learner | None:
        """Whose it is."""
        book = self.book
        return book.learners[0] if book is not None and book.learners else None

    def refresh(self) -> None:
        """Read the logbook anew."""
        if self._enrolment_id:
            found = read_logbook(self._desk, self._enrolment_id)
            self.books = [found] if found is not None and found.learners and found.skills else []
        else:
            self.books = own_logbooks(self._desk)
        self._at = min(self._at, max(0, len(self.books) - 1))
        self._stack.setCurrentIndex(0 if self.books else 1)
        self._make_tabs()
        self._fill()

    def _make_tabs(self) -> None:
        named = [(str(at), str(one.course.get("title") or "")) for at, one in enumerate(self.books)]
        if named == self._named:
            return
        self._named = named
        if self.tabs is not None:
            self.tabs.hide()
            self.tabs.deleteLater()
            self.tabs = None
        if len(named) <= 1:
            return
        self.tabs = Tabs(named, name=self.tr("Courses"))
        self.tabs.choose(str(self._at))
        self.tabs.chosen_changed.connect(self._choose)
        self._tab_place.addWidget(self.tabs)

    def _choose(self, at: str) -> None:
        self._at = int(at)
        self._fill()

    def _fill(self) -> None:
        while (item := self.cards.body.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        book, learner = self.book, self.learner
        if book is None or learner is None:
            return
        n, every = book.competent(learner.enrolment_id), len(book.skills)
        name = learner.name if self._enrolment_id else self.tr("My skills")
        words = text("Competent in {n} of {all} skills", n=n, all=every)
        course = str(book.course.get("title") or "")
        self.head.set_words(name, " · ".join(part for part in (course, words) if part))
        heading = None
        for skill in book.skills:
            if skill["heading"] != heading and skill["heading"]:
                self.cards.body.addWidget(Label(str(skill["heading"]), "section"))
            heading = skill["heading"]
            self.cards.body.addWidget(self._card(book, learner, skill))
        self.cards.body.addStretch(1)
        self.sign_button.setVisible(may_observe(self._desk.actor, book.cohort_id) and bool(self._unsigned()))

    def _card(self, book: SkillClass, learner: Learner, skill: Body) -> Card:
        found = book.standing(learner.enrolment_id, skill)
        card = Card(str(skill["name"]), padded=False)
        if card.head is not None:
            card.head.add(Badge(state_words(found, skill), *LOOKS[found.state]))
        words = " · ".join(part for part in (str(skill["seen"]), proof_words(skill)) if part)
        told = Label(words, "small", "muted", wrap=True)
        told.setContentsMargins(16, 8, 16, 8)
        card.add(told)
        seen = book.observations(learner.enrolment_id, skill["id"])
        if seen:
            card.add(Line())
            rows = RowList(name=self.tr("What was seen of {skill}").format(skill=skill["name"]))
            rows.set_rows([observation_row(one, self._desk) for one in reversed(seen)])
            rows.pressed.connect(partial(self.open_observation, skill))
            card.add(rows)
        return card

    def _unsigned(self) -> list[tuple[Body, Body]]:
        """Return what waits for a signature, with its skill."""
        book, learner = self.book, self.learner
        if book is None or learner is None:
            return []
        return [
            (one, skill)
            for skill in book.skills
            for one in book.observations(learner.enrolment_id, skill["id"])
            if not one["signature"] and one["state"] == ObservationState.KEPT
        ]

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    # --------------------------------------------------------------------------------------------- what is done

    def open_observation(self, skill: Body, observation_id: str) -> None:
        """Open an observation with its photos and its signature."""
        book, learner = self.book, self.learner
        if book is None or learner is None:
            return
        seen = book.observations(learner.enrolment_id, skill["id"])
        observation = next((one for one in seen if one["id"] == observation_id), None)
        if observation is not None:
            dialog = ObservationView(self.window(), self._desk, observation, skill, learner.name)
            dialog.withdrawn.connect(self._tell)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open_dialog()

    def sign(self) -> None:
        """Let an employer sign for all that isn't signed yet."""
        waiting, book = self._unsigned(), self.book
        if waiting and book is not None and may_observe(self._desk.actor, book.cohort_id):
            observations, skills = [one for one, _ in waiting], [str(skill["name"]) for _, skill in waiting]
            dialog = SignDialog(self.window(), self._desk, book.cohort_id, observations, skills)
            dialog.signed.connect(self._tell)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open_dialog()

    def _tell(self, done: Done) -> None:
        self.refresh()
        tell_done(self, self._desk, done, self.refresh)

    def print_page(self) -> None:
        """Show the logbook as it prints."""
        book, learner = self.book, self.learner
        if book is None or learner is None:
            return

        title = self.tr("Skills logbook")

        def make() -> tuple[str, str, bytes]:
            sheet = logbook_sheet(self._desk, book, learner)
            return title, sheet.name, logbook_pdf(sheet, letterhead(self._desk))

        preview_made(self, make, landscape=True)

    def first_focus(self) -> QWidget:
        """Begin at the button that prints."""
        return self.print_button
