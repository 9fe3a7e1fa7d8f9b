"""The fields of a profile as forms show them, part by part: about someone, learning, and what the office reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.people.contacts_field import ContactsField
from desktop.people.record_form import FormField, put_value, value_of
from desktop.people.words import choice_words, field_word
from desktop.widgets.combo import Combo
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import NoteField, TextField
from shared.people.profile_rules import MOST_MINUTES, LearningStyle, SkillLevel, StudyTime, profile_error, tidy_profile

ABOUT = ("preferred_name", "bio", "specialisation", "qualifications", "links")
LEARNING = ("interests", "goals", "skill_level", "learning_style", "study_time", "weekly_goal")
PRIVATE = ("address", "guardians")
OFFICE = ("preferred_name", "branch_id", "bio", "specialisation", "qualifications", *PRIVATE)
"""What the office writes of someone's profile."""


class LinesField(NoteField):
    """Several values, one on each line."""


@value_of.register
def _(control: LinesField) -> list[str]:
    return [line.strip() for line in control.toPlainText().splitlines() if line.strip()]


@put_value.register
def _(control: LinesField, value: Any) -> None:
    control.setPlainText("\n".join(map(str, value)) if isinstance(value, list) else "")


def _choices(values: type[SkillLevel | LearningStyle | StudyTime]) -> Combo:
    return _combo((str(one), choice_words(str(one))) for one in values)


def _combo(choices: Iterable[tuple[str, str]]) -> Combo:
    return Combo([("", QCoreApplication.translate("ProfileForm", "Not said")), *choices])


_CONTROLS: dict[str, Callable[[], QWidget]] = {
    "bio": lambda: NoteField(lines=4),
    "qualifications": lambda: LinesField(lines=3),
    "links": lambda: LinesField(lines=3),
    "interests": lambda: LinesField(lines=3),
    "goals": lambda: NoteField(lines=3),
    "skill_level": lambda: _choices(SkillLevel),
    "learning_style": lambda: _choices(LearningStyle),
    "study_time": lambda: _choices(StudyTime),
    "weekly_goal": lambda: NumberField(None, least=1, most=MOST_MINUTES),
    "address": lambda: NoteField(lines=3),
    "guardians": ContactsField,
}


def profile_fields(names: Sequence[str], branches: Sequence[tuple[str, str]] = ()) -> list[FormField]:
    """Return fresh controls for these fields; `branches` are id and name of those that may be chosen."""
    controls: dict[str, Callable[[], QWidget]] = {**_CONTROLS, "branch_id": lambda: _combo(branches)}
    tr = partial(QCoreApplication.translate, "ProfileForm")
    hints = {
        "preferred_name": tr("What people call you, where it isn't your first name"),
        "qualifications": tr("One on each line"),
        "links": tr("Addresses of pages that begin with https, one on each line"),
        "interests": tr("One on each line"),
        "weekly_goal": tr("Minutes of study in a week"),
        "guardians": tr("A parent, guardian or sponsor. Only you and the office see them."),
        "address": tr("Only you and the office see it."),
    }
    return [
        FormField(name, field_word(name), controls.get(name, TextField)(), partial(_fault, name), hints.get(name, ""))
        for name in names
    ]


def _fault(name: str, value: Any) -> str | None:
    """Check a value as it would be kept; an empty choice is none."""
    tidied = tidy_profile(name, value)
    return profile_error(name, tidied)
