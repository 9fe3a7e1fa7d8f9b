"""Figures of one person: what is counted, what isn't, and what is absent while there is nothing."""

from decimal import Decimal

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.areas import areas
from desktop.grading.statistics_card import StatisticsCard, figures_of, own_statistics
from desktop.widgets.theme import Scheme, theme
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.desks import make_actor, make_desk

AMA = derived_id("person", "ama")
STUDENT = make_actor(AMA, "Ama Mensah", Role.STUDENT)


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


def _row(kind, key, **fields):
    parents = {"cohort_id": "c", "enrolment_id": "e", "assignment_id": "w", "sort": key}
    return kind, {"id": derived_id(kind, key), "person_id": AMA, **parents, **fields}


def _enrolment(key, state):
    return _row("enrolment", key, cohort_id=derived_id("cohort", key), state=state, enrolled_on=None, testing=False)


def _attempt(key, work, state):
    return _row("submission", key, assignment_id=derived_id("work", work), cohort_id="c", attempt=1, state=state,
                enrolment_id=derived_id("enrolment", "a"))  # fmt: skip


def _grade(key, result):
    return _row(
        "course_grade", key, result=result, word="", scale="percent", lines=[], published_at="2026-11-19T09:00:00.000Z"
    )


@pytest.fixture
def desk(tmp_path):
    rows = (
        _enrolment("a", "active"), _enrolment("b", "completed"), _enrolment("c", "dropped"),
        _attempt("1", "one", "submitted"), _attempt("2", "one", "submitted"), _attempt("3", "two", "returned"),
        _attempt("4", "three", "draft"), _grade("x", "80"), _grade("y", "65.5"), _grade("z", "incomplete"),
    )  # fmt: skip
    made = make_desk(tmp_path, STUDENT, rows, areas=tuple(area.store for area in areas()))
    yield made.desk
    made.close()


def test_what_is_counted(desk):
    told = figures_of(desk, AMA)
    assert (told.courses, told.completed, told.handed_in) == (2, 1, 2)
    assert told.grade == Decimal("72.8")
    assert told.attendance is None
    assert told.last_learned_at is None


def test_the_card_shows_it_and_hides_for_someone_without_a_class(qtbot, desk):
    card, page = own_statistics(desk), QWidget()
    qtbot.addWidget(page)
    QVBoxLayout(page).addWidget(card)
    assert card.figures is not None
    assert not card.isHidden()
    other = StatisticsCard(desk, derived_id("person", "nobody"))
    qtbot.addWidget(other)
    assert other.isHidden()
