"""Times as they are typed and read."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.timetable.spans import Span, days_of, span_choices
from desktop.timetable.times import (
    day_range,
    day_words,
    instant_of,
    local,
    moment_words,
    near_day,
    read_end,
    read_time,
    zone_of,
)
from tests.attendance.classes import NAMES, REGISTRAR, school

FRIDAY = date(2026, 11, 20)
NAIROBI = ZoneInfo("Africa/Nairobi")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("8", time(8)),
        ("8:30", time(8, 30)),
        ("08:30", time(8, 30)),
        ("8.30", time(8, 30)),
        ("8h30", time(8, 30)),
        ("8 30", time(8, 30)),
        ("830", time(8, 30)),
        ("0830", time(8, 30)),
        (" 17:05 ", time(17, 5)),
        ("0", time(0)),
        ("24", None),
        ("8:60", None),
        ("8:3", None),
        ("9999", None),
        ("soon", None),
        ("", None),
        ("+90", None),
    ],
)
def test_typed_times(typed, wanted):
    assert read_time(typed) == wanted


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_what_is_shown_is_read_back(at):
    assert read_time(f"{at:%H:%M}") == at
    assert read_time(f"{at:%H%M}") == at


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("+90", time(10)),
        ("+ 45", time(9, 15)),
        ("10", time(10)),
        ("+0", None),
        ("+960", None),
        ("+x", None),
        ("+²", None),
        ("+" + "9" * 5000, None),
    ],
)
def test_an_end_may_be_minutes(typed, wanted):
    assert read_end(typed, time(8, 30)) == wanted


def test_days_and_moments_in_words():
    assert day_words(FRIDAY) == "Fri 20 Nov"
    assert [near_day(FRIDAY + timedelta(days=step), FRIDAY) for step in (-2, -1, 0, 1)] == [
        "Wed 18 Nov",
        "yesterday",
        "today",
        "tomorrow",
    ]
    moment = datetime(2026, 11, 20, 8, 36, tzinfo=UTC)
    assert [moment_words(moment, FRIDAY + timedelta(days=step)) for step in (0, 1, 2)] == [
        "08:36",
        "yesterday 08:36",
        "Fri 20 Nov, 08:36",
    ]


@given(st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)))  # noqa: DTZ001 - strategy without zones
def test_the_institutes_clock_and_instants_agree(moment):
    shown = moment.replace(second=0, microsecond=0)
    assert local(instant_of(shown.date(), shown.time(), NAIROBI), NAIROBI).replace(tzinfo=None) == shown


def test_a_range_of_days_is_that_of_the_zone():
    assert day_range(FRIDAY, FRIDAY, NAIROBI) == ("2026-11-19T21:00:00.000Z", "2026-11-20T21:00:00.000Z")


@pytest.mark.parametrize(("zone", "key"), [("Africa/Accra", "Africa/Accra"), ("Nowhere/Atall", "UTC"), ("", "UTC")])
def test_the_zone_of_the_institute(desks, zone, key):
    assert zone_of(desks(REGISTRAR, school(NAMES[:1], zone=zone)).desk).key == key


def test_spans_around_a_friday():
    assert days_of("today", FRIDAY) == (FRIDAY, FRIDAY)
    assert days_of("this_week", FRIDAY) == (date(2026, 11, 16), date(2026, 11, 22))
    for span in Span:
        first, last = days_of(span, FRIDAY)
        assert first <= FRIDAY <= last
    assert span_choices(Span.TODAY, Span.ALL) == [("today", "Today"), ("all", "All days")]
