"""The card on a person's page that opens the skills logbooks and the portfolio."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.grading.portfolio_store import read_portfolio
from desktop.grading.skill_area import sees_skills
from desktop.grading.skill_store import read_logbook
from desktop.learning.store import enrolments_of
from desktop.people.person_page import PersonSection
from desktop.shell.page import follow
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.layouts import show_part
from desktop.widgets.list_row import RowContent, RowList
from shared.core.text import plural, text
from shared.grading.skill_vocabulary import PORTFOLIO_ITEM, SKILL, SKILL_OBSERVATION
from shared.learning.vocabulary import ENROLMENT

_KINDS = {SKILL, SKILL_OBSERVATION, PORTFOLIO_ITEM, ENROLMENT}
_PORTFOLIO = "portfolio"


class SkillsCard(Card):
    """Rows open the logbook of a course, or the portfolio; without either it isn't there."""

    def __init__(self, desk: Desk, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__(padded=False, parent=parent)
        self._desk, self._person_id = desk, person_id
        self.setAccessibleName(self.tr("Skills and portfolio"))
        title = Label(self.tr("Skills and portfolio"), "section")
        title.setContentsMargins(15, 10, 15, 8)
        self.add(title)
        self.rows = RowList(name=self.tr("Skills and portfolio"))
        self.rows.pressed.connect(self._open)
        self.add(self.rows)
        follow(desk.store, self, lambda changed: self.refresh() if changed.kinds & _KINDS else None)
        self.refresh()

    def refresh(self) -> None:
        """Read logbooks and portfolio anew."""
        rows = []
        for one in enrolments_of(self._desk, self._person_id):
            key = str(one.enrolment["id"])
            book = read_logbook(self._desk, key)
            if book is not None and book.skills and book.learners:
                n, every = book.competent(key), len(book.skills)
                words = text("Competent in {n} of {all} skills", n=n, all=every)
                rows.append(RowContent(key, str(book.course.get("title") or ""), words, icon="list-checks"))
        chosen = len(read_portfolio(self._desk, self._person_id))
        if chosen:
            words = plural("{n} piece of work", "{n} pieces of work", chosen)
            rows.append(RowContent(_PORTFOLIO, self.tr("Portfolio"), words, icon="folder"))
        self.rows.set_rows(rows)
        show_part(self, bool(rows))

    def _open(self, key: str) -> None:
        if key == _PORTFOLIO:
            self._desk.open("grading.portfolio", self._person_id)
        else:
            self._desk.open("grading.logbook", key)


def skills_section() -> PersonSection:
    """Return the card for a person's page, for those who see marks."""

    def make(desk: Desk, person_id: str) -> QWidget | None:
        return SkillsCard(desk, person_id) if sees_skills(desk.actor) else None

    return PersonSection(make)
