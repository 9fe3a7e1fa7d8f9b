"""The spans of days that lists of classes offer: today, a week back, the coming week and so on."""

from datetime import date, timedelta
from enum import StrEnum

from shared.core.text import text


class Span(StrEnum):
    """A span of days around today."""

    TODAY = "today"
    THIS_WEEK = "this_week"
    LAST_WEEKS = "last_weeks"
    NEXT_WEEKS = "next_weeks"
    ALL = "all"


_FAR = timedelta(days=400)


def span_choices(*spans: Span) -> list[tuple[str, str]]:
    """Return the spans as (id, words) for a filter."""
    words = {
        Span.TODAY: text("Today"),
        Span.THIS_WEEK: text("This week"),
        Span.LAST_WEEKS: text("Last 14 days"),
        Span.NEXT_WEEKS: text("Next 14 days"),
        Span.ALL: text("All days"),
    }
    return [(str(span), words[span]) for span in spans]


def days_of(span: str, today: date) -> tuple[date, date]:
    """Return the first and last day of a span."""
    monday = today - timedelta(days=today.weekday())
    return {
        Span.TODAY: (today, today),
        Span.THIS_WEEK: (monday, monday + timedelta(days=6)),
        Span.LAST_WEEKS: (today - timedelta(days=13), today),
        Span.NEXT_WEEKS: (today, today + timedelta(days=13)),
        Span.ALL: (today - _FAR, today + _FAR),
    }[Span(span)]
