"""The fields of a person's form, for adding and editing alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtCore import QCoreApplication

from desktop.core.desk import Desk
from desktop.people.record_form import FormField
from desktop.people.words import field_word
from desktop.shell.times import local_now
from desktop.widgets.date_field import DateField
from desktop.widgets.text_field import TextField
from shared.people.rules import field_error

NAMES = ("given_name", "other_names", "family_name")


def person_fields(desk: Desk, *, sections: bool = True) -> list[FormField]:
    """Return fresh controls for everything about a person that the office types."""

    def today() -> date:
        return local_now(desk).date()

    tr = partial(QCoreApplication.translate, "PersonForm")
    phone_hint = tr("As the person writes it: 024 555 0137 or +233 24 555 0137")
    return [
        _field("given_name", TextField(), optional=False),
        _field("other_names", TextField()),
        _field("family_name", TextField()),
        _field("phone", TextField(), section=tr("Contact") if sections else "", hint=phone_hint),
        _field("email", TextField()),
        _field(
            "number",
            TextField(),
            section=tr("At the institute") if sections else "",
            hint=tr("Student or staff number; nobody else may have it"),
        ),
        _field("date_of_birth", DateField(today=today), today=today, hint=tr("Day, month and year, like 28/3/2004")),
        _field("username", TextField(), hint=tr("For signing in; small letters, digits, dots and dashes")),
    ]


def _field(
    name: str,
    control: TextField,
    *,
    section: str = "",
    hint: str = "",
    optional: bool = True,
    today: Callable[[], date] | None = None,
) -> FormField:
    def check(value: object) -> str | None:
        return field_error(name, value, today() if today else None)

    return FormField(name, field_word(name), control, check, hint, optional, section)
