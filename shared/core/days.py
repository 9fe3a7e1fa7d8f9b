"""Days as people read them: the short names of months, and a day without or with its year."""

from datetime import date

from shared.core.text import text


def month_names() -> tuple[str, ...]:
    """Return `Jan` to `Dec` in the reader's language."""
    first = (text("Jan"), text("Feb"), text("Mar"), text("Apr"), text("May"), text("Jun"))
    return (*first, text("Jul"), text("Aug"), text("Sep"), text("Oct"), text("Nov"), text("Dec"))


def short_day(day: date) -> str:
    """Return `20 Nov`."""
    return text("{day} {month}", day=day.day, month=month_names()[day.month - 1])
