"""Figures of one person on the account page and the page of a person: courses, work, grades, attendance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from PySide6.QtWidgets import QWidget

from desktop.attendance.percent import enrolment_percent
from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.people.person_page import PersonSection
from desktop.shell.page import follow
from desktop.widgets.card import Card
from desktop.widgets.layouts import FactGrid
from shared.attendance.vocabulary import OBSERVATION
from shared.grading.vocabulary import COURSE_GRADE, HANDED_IN, SUBMISSION
from shared.learning.vocabulary import ENROLMENT, EnrolmentState

_TAKEN = frozenset({EnrolmentState.ACTIVE, EnrolmentState.SUSPENDED, EnrolmentState.COMPLETED})


@dataclass(frozen=True)
class Figures:
    """What can be counted today; an average is None while there is nothing to count."""

    courses: int
    completed: int
    handed_in: int
    grade: Decimal | None
    attendance: int | None


def figures_of(desk: Desk, person_id: str) -> Figures:
    """Count a person's enrolments, pieces of work handed in, published grades and attendance on this computer."""
    own = [Where("person_id", "=", person_id)]
    taken = [one for one in desk.store.page(ENROLMENT, own, limit=-1) if one.get("state") in _TAKEN]
    work = {
        str(one["assignment_id"]) for one in desk.store.page(SUBMISSION, own, limit=-1) if one.get("state") in HANDED_IN
    }
    grades = [_number(one.get("result")) for one in desk.store.page(COURSE_GRADE, own, limit=-1)]
    percents = [enrolment_percent(desk, str(one["id"])) for one in taken]
    known = [one for one in percents if one is not None]
    return Figures(
        len(taken),
        sum(1 for one in taken if one["state"] == EnrolmentState.COMPLETED),
        len(work),
        _mean([one for one in grades if one is not None]),
        round(sum(known) / len(known)) if known else None,
    )


def _number(result: object) -> Decimal | None:
    try:
        return Decimal(str(result))
    except InvalidOperation:
        return None


def _mean(values: Sequence[Decimal]) -> Decimal | None:
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.1")) if values else None


class StatisticsCard(Card):
    """Follows the store; hidden for someone without any class."""

    def __init__(self, desk: Desk, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("In figures"), parent=parent)
        self._desk, self._person_id = desk, person_id
        self.figures: Figures | None = None
        self.grid = FactGrid(3)
        self.add(self.grid)
        shown = frozenset({ENROLMENT, SUBMISSION, COURSE_GRADE, OBSERVATION})
        follow(desk.store, self, lambda changed: self.refresh() if shown & changed.kinds else None)
        self.refresh()

    def refresh(self) -> None:
        """Count anew."""
        told = self.figures = figures_of(self._desk, self._person_id)
        self.setVisible(bool(told.courses))
        self.grid.set_fact(self.tr("Courses"), str(told.courses))
        self.grid.set_fact(self.tr("Completed"), str(told.completed))
        self.grid.set_fact(self.tr("Work handed in"), str(told.handed_in))
        self.grid.set_fact(self.tr("Average grade"), "" if told.grade is None else f"{told.grade}")
        self.grid.set_fact(self.tr("Attendance"), "" if told.attendance is None else f"{told.attendance} %")


def own_statistics(desk: Desk) -> StatisticsCard:
    """Return the card for the account page."""
    return StatisticsCard(desk, desk.actor.person_id)


def statistics_section() -> PersonSection:
    """Return the card for the page of a person."""
    return PersonSection(StatisticsCard)
