"""The fields of the forms for courses, cohorts and terms, for adding and editing alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.learning.checks import MOST_SEATS, field_fault
from desktop.learning.words import category_word, difficulty_word, mode_word
from desktop.people.person_picker import PersonPicker
from desktop.people.record_form import FormField, put_value, value_of
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import NoteField, TextField
from shared.learning.vocabulary import CourseCategory, CourseMode, Difficulty
from shared.people.vocabulary import Role

_tr = partial(QCoreApplication.translate, "LearningForm")


@value_of.register
def _(control: PersonPicker) -> list[str]:
    return control.chosen


@put_value.register
def _(control: PersonPicker, value: Any) -> None:
    control.choose(list(value or ()))


def _field(
    name: str, label: str, control: QWidget, *, hint: str = "", optional: bool = True, section: str = ""
) -> FormField:
    return FormField(name, label, control, partial(field_fault, name), hint, optional, section)


def _today(desk: Desk) -> Callable[[], date]:
    return lambda: desk.clock.now().date()


def course_fields() -> list[FormField]:
    """Return fresh controls for a course."""
    categories = [(str(one), category_word(one)) for one in CourseCategory]
    return [
        _field("title", _tr("Title"), TextField(), optional=False),
        _field("code", _tr("Code"), TextField(), hint=_tr("Short and unique, like SND"), optional=False),
        _field("description", _tr("Description"), NoteField(lines=4)),
        _field("category", _tr("Category"), Combo(categories), optional=False),
        _field(
            "difficulty",
            _tr("Difficulty"),
            Combo([(str(one), difficulty_word(one)) for one in Difficulty]),
            optional=False,
        ),
        _field(
            "mode", _tr("Where it happens"), Combo([(str(one), mode_word(one)) for one in CourseMode]), optional=False
        ),
    ]


def cohort_fields(desk: Desk) -> list[FormField]:
    """Return fresh controls for a cohort."""
    picker = PersonPicker(desk, role=str(Role.INSTRUCTOR), placeholder=_tr("Name of an instructor"))
    return [
        _field("name", _tr("Name"), TextField(), optional=False),
        _field("code", _tr("Code"), TextField(), hint=_tr("Short and unique, like SND-1B"), optional=False),
        _field("starts_on", _tr("First day"), DateField(today=_today(desk))),
        _field("ends_on", _tr("Last day"), DateField(today=_today(desk))),
        _field("room", _tr("Room"), TextField()),
        _field("capacity", _tr("Seats"), NumberField(least=1, most=MOST_SEATS)),
        _field(
            "instructors",
            _tr("Instructors"),
            picker,
            hint=_tr("They take the registers of this cohort, without a network too"),
        ),
    ]


def term_fields(desk: Desk) -> list[FormField]:
    """Return fresh controls for an academic term."""
    return [
        _field("name", _tr("Name"), TextField(), hint=_tr("Like Term 1, 2026/27"), optional=False),
        _field("starts_on", _tr("First day"), DateField(today=_today(desk)), optional=False),
        _field("ends_on", _tr("Last day"), DateField(today=_today(desk)), optional=False),
    ]
