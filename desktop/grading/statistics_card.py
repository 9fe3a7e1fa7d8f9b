"""Figures of one person on the account page and the page of a person: courses, work, grades, attendance."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.attendance.percent import recorded_classes
from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.people.person_page import PersonSection
from desktop.shell.page import follow
from desktop.shell.times import local_now, short_date, zone_of
from desktop.widgets.card import Card
from desktop.widgets.layouts import FactGrid, show_part
from shared.attendance.vocabulary import OBSERVATION
from shared.core.clock import parse_instant
from shared.grading.person_figures import TAKEN, PersonFigures, person_figures
from shared.grading.vocabulary import COURSE_GRADE, SUBMISSION
from shared.learning.vocabulary import ENROLMENT


def figures_of(desk: Desk, person_id: str) -> PersonFigures:
    """Count a person's enrolments, pieces of work handed in, published grades and attendance on this computer."""
    own = [Where("person_id", "=", person_id)]
    enrolments = [one for one in desk.store.page(ENROLMENT, own, limit=-1) if not one.get("testing")]
    return person_figures(
        enrolments,
        desk.store.page(SUBMISSION, own, limit=-1),
        (one.get("result") for one in desk.store.page(COURSE_GRADE, own, limit=-1)),
        {str(one["id"]): recorded_classes(desk, str(one["id"])) for one in enrolments if one.get("state") in TAKEN},
    )


class StatisticsCard(Card):
    """Follows the store; hidden for someone without any class."""

    def __init__(self, desk: Desk, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("In figures"), parent=parent)
        self._desk, self._person_id = desk, person_id
        self.figures: PersonFigures | None = None
        self.grid = FactGrid(3)
        self.add(self.grid)
        shown = frozenset({ENROLMENT, SUBMISSION, COURSE_GRADE, OBSERVATION})
        follow(desk.store, self, lambda changed: self.refresh() if shown & changed.kinds else None)
        self.refresh()

    def refresh(self) -> None:
        """Count anew."""
        told = self.figures = figures_of(self._desk, self._person_id)
        show_part(self, bool(told.courses))
        self.grid.set_fact(self.tr("Courses"), str(told.courses))
        self.grid.set_fact(self.tr("Completed"), str(told.completed))
        self.grid.set_fact(self.tr("Work handed in"), str(told.handed_in))
        self.grid.set_fact(self.tr("Average grade"), "" if told.grade is None else f"{told.grade}")
        self.grid.set_fact(self.tr("Attendance"), "" if told.attendance is None else f"{told.attendance} %")
        self.grid.set_fact(self.tr("Last learned"), self._last_words(told.last_learned_at))

    def _last_words(self, instant: str | None) -> str:
        if instant is None:
            return ""
        day = parse_instant(instant).astimezone(zone_of(self._desk)).date()
        return short_date(day, local_now(self._desk).date())


def own_statistics(desk: Desk) -> StatisticsCard:
    """Return the card for the account page."""
    return StatisticsCard(desk, desk.actor.person_id)


def statistics_section() -> PersonSection:
    """Return the card for the page of a person."""
    return PersonSection(StatisticsCard)
