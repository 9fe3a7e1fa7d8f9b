"""Days as they travel, `2026-11-20` and only those that a calendar has, and as people read them."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from shared.core.text import text


def is_day(value: object) -> bool:
    """Tell whether a value is a day as `2026-11-20`."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _real(value: str) -> str:
    if not is_day(value):
        raise ValueError(text("{day} is not a day.", day=value))
    return value


DayText = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]
"""What looks like a day, for whoever says by a code of its own what isn't one."""
Day = Annotated[DayText, AfterValidator(_real)]
"""A day inside a command or a request; 30 February is refused before anybody reckons with it."""


def month_names() -> tuple[str, ...]:
    """Return `Jan` to `Dec` in the reader's language."""
    first = (text("Jan"), text("Feb"), text("Mar"), text("Apr"), text("May"), text("Jun"))
    return (*first, text("Jul"), text("Aug"), text("Sep"), text("Oct"), text("Nov"), text("Dec"))


def short_day(day: date) -> str:
    """Return `20 Nov`."""
    return text("{day} {month}", day=day.day, month=month_names()[day.month - 1])
