"""Which reminder of unfinished work is to be given at an instant."""

from datetime import timedelta
from enum import StrEnum

from shared.core.clock import parse_instant

SOONEST = timedelta(hours=48)
"""How long before work is due the first reminder comes."""
SECOND = timedelta(hours=24)
LATEST = timedelta(days=7)
"""How long after work was due nobody is reminded any more: a server that was off begins with what is fresh."""


class Reminder(StrEnum):
    """The reminders of one due time, in their order."""

    TWO_DAYS = "two_days"
    ONE_DAY = "one_day"
    OVERDUE = "overdue"


def reminder_at(due_at: str, cutoff_at: str | None, now: str) -> Reminder | None:
    """Return the reminder that is to be given by now, None for none: too early, too late, or not taken any more.

    Only the last one counts: whoever gets work a day before it is due isn't told of two days.
    """
    left, at = parse_instant(due_at) - parse_instant(now), parse_instant(now)
    if left > SOONEST or left <= -LATEST or (cutoff_at is not None and at > parse_instant(cutoff_at)):
        return None
    if left < timedelta(0):
        return Reminder.OVERDUE
    return Reminder.ONE_DAY if left <= SECOND else Reminder.TWO_DAYS
