"""Which reminder is to be given when: two days before, one day before, once overdue, and never outside of that."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.clock import instant_text
from shared.grading.reminder_rules import Reminder, reminder_at

DUE = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


def at(before: timedelta, cutoff: timedelta | None = None) -> Reminder | None:
    """The reminder so long before the due time; the cut-off is so long after it."""
    ends = None if cutoff is None else instant_text(DUE + cutoff)
    return reminder_at(instant_text(DUE), ends, instant_text(DUE - before))


@pytest.mark.parametrize(
    ("before", "reminder"),
    [
        (timedelta(hours=48, seconds=1), None),
        (timedelta(hours=48), Reminder.TWO_DAYS),
        (timedelta(hours=24, seconds=1), Reminder.TWO_DAYS),
        (timedelta(hours=24), Reminder.ONE_DAY),
        (timedelta(0), Reminder.ONE_DAY),
        (timedelta(seconds=-1), Reminder.OVERDUE),
        (timedelta(days=-6, hours=-23), Reminder.OVERDUE),
        (timedelta(days=-7), None),
    ],
)
def test_reminders_come_in_their_time(before: timedelta, reminder: Reminder | None) -> None:
    assert at(before) is reminder


@pytest.mark.parametrize(
    ("before", "cutoff", "reminder"),
    [
        (timedelta(hours=-1), timedelta(hours=1), Reminder.OVERDUE),
        (timedelta(hours=-1), timedelta(hours=1, seconds=1), Reminder.OVERDUE),
        (timedelta(hours=-2), timedelta(hours=1), None),
        (timedelta(hours=2), timedelta(0), Reminder.ONE_DAY),
    ],
)
def test_nobody_is_reminded_of_what_is_not_taken_any_more(
    before: timedelta, cutoff: timedelta, reminder: Reminder | None
) -> None:
    assert at(before, cutoff) is reminder


@given(st.lists(st.integers(-200, 60), min_size=2).map(sorted))
def test_reminders_come_in_their_order(hours: list[int]) -> None:
    order = [None, *Reminder]
    given_ = [at(timedelta(hours=left)) for left in reversed(hours)]
    places = [order.index(one) for one in given_ if one is not None]
    assert places == sorted(places)
