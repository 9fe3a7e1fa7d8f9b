"""Pure decisions of the timetable: a session's state by the clock, and the checks of sessions and holidays."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from shared.core.clock import parse_instant
from shared.core.text import text
from shared.timetable.clashes import LONGEST
from shared.timetable.projections import PROJECTIONS
from shared.timetable.vocabulary import ClassSessionState

__all__ = [
    "LONGEST",
    "PROJECTIONS",
    "days_error",
    "file_error",
    "link_error",
    "minutes_until",
    "state_at",
    "times_error",
]

LONGEST_HOLIDAY = timedelta(days=120)
LARGEST_CALENDAR = 2_000_000
"""Bytes of a calendar file; the holidays of a country for a hundred years take a tenth of it."""
_EVENING, _MORNING = 18, 6


def state_at(body: Mapping[str, Any], now: datetime) -> ClassSessionState:
    """Return a session's state at `now`; cancelled stays cancelled."""
    if body.get("state") == ClassSessionState.CANCELLED:
        return ClassSessionState.CANCELLED
    if now < parse_instant(body["starts_at"]):
        return ClassSessionState.SCHEDULED
    return ClassSessionState.ONGOING if now < parse_instant(body["ends_at"]) else ClassSessionState.COMPLETED


def times_error(starts_at: str, ends_at: str) -> str | None:
    """Return the sentence for a session that ends before it starts or lasts longer than 16 hours, or None."""
    try:
        length = parse_instant(ends_at) - parse_instant(starts_at)
    except (TypeError, ValueError):
        return text("The times of the class can't be read. Enter day and time again.")
    if length <= timedelta(0):
        return text("The class ends before it starts. Set a later end.")
    return text("The class is longer than 16 hours. Check the day of its end.") if length > LONGEST else None


def minutes_until(start: time, end: time) -> int | None:
    """Return how long a class lasts from start to end, or None where it ends before it starts.

    A class may go past midnight, but not far: 22:00 to 01:00 is one, 10:00 to 08:30 is a slip.
    """
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    if minutes > 0:
        return minutes
    return minutes + 24 * 60 if start.hour >= _EVENING and end.hour <= _MORNING else None


def file_error(size: int) -> str | None:
    """Return the sentence for a calendar file of more bytes than are read, or None."""
    if size <= LARGEST_CALENDAR:
        return None
    return text("The calendar file is larger than 2 MB. Export the holidays alone.")


def days_error(starts_on: str, ends_on: str) -> str | None:
    """Return the sentence for a holiday that ends before it starts or lasts longer than 120 days, or None."""
    try:
        length = date.fromisoformat(ends_on) - date.fromisoformat(starts_on)
    except (TypeError, ValueError):
        return text("The days of the holiday can't be read. Enter its first day and its last day again.")
    if length < timedelta(0):
        return text("The holiday ends before it starts. Set a later last day.")
    if length > LONGEST_HOLIDAY:
        return text("The holiday is longer than 120 days. Check its last day.")
    return None


def link_error(link: str) -> str | None:
    """Return the sentence for a meeting link that isn't an address on the web, or None; it may be empty."""
    given = link.strip()
    if not given or (given.lower().startswith(("https://", "http://")) and not set(given) & set(' \t\r\n"<>')):
        return None
    return text("The meeting link isn't an address. Enter one that begins with https://.")
