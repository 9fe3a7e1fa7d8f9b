"""Repeat rules when clocks are put forward and back, on leap days, and where they never end or never meet a day."""

# ruff: noqa: DTZ001 - a repeat rule counts in local times, which have no zone

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.core.errors import CampusError
from shared.timetable.recurrence import MOST, at_zone, lasting, occurrences, rule_parts

NEW_YORK = ZoneInfo("America/New_York")
START = datetime(1997, 9, 2, 9)


def expand(rule, start=START, last=date(2001, 12, 31), most=MOST):
    return occurrences(rule, start, NEW_YORK, last, most=most)


def hours_in_utc(zone_name, rule, start, last):
    zone = ZoneInfo(zone_name)
    return [f"{at_zone(one, zone):%m-%d %H:%M}" for one in occurrences(rule, start, zone, last)]


def test_a_class_keeps_its_local_time_when_clocks_are_put_forward():
    told = hours_in_utc("Europe/Berlin", "FREQ=WEEKLY", datetime(2026, 3, 23, 8), date(2026, 4, 6))
    assert told == ["03-23 07:00", "03-30 06:00", "04-06 06:00"]


def test_a_class_keeps_its_local_time_when_clocks_are_put_back():
    told = hours_in_utc("Europe/Berlin", "FREQ=WEEKLY", datetime(2026, 10, 19, 8), date(2026, 11, 2))
    assert told == ["10-19 06:00", "10-26 07:00", "11-02 07:00"]


def test_a_time_that_clocks_skip_counts_by_the_offset_before():
    """RFC 5545, 3.3.5: 02:30 on the day when 02:00 becomes 03:00 is 03:30 of the new time."""
    assert hours_in_utc("America/New_York", "FREQ=DAILY;COUNT=3", datetime(2007, 3, 10, 2, 30), date(2007, 3, 12)) == [
        "03-10 07:30",
        "03-11 07:30",
        "03-12 06:30",
    ]


def test_a_time_that_comes_twice_is_the_first_of_both():
    """RFC 5545, 3.3.5: 01:30 on the day when clocks go back is daylight time."""
    assert at_zone(datetime(2007, 11, 4, 1, 30), NEW_YORK) == datetime(2007, 11, 4, 5, 30, tzinfo=UTC)


def test_a_class_over_the_change_lasts_as_long_as_it_says():
    begins, ends = lasting(datetime(2026, 3, 29, 1, 0), 120, ZoneInfo("Europe/Berlin"))
    assert (begins, ends - begins) == (datetime(2026, 3, 29, tzinfo=UTC), timedelta(hours=2))


def test_the_end_of_a_rule_in_utc_is_compared_on_the_local_clock():
    zone = ZoneInfo("Asia/Tokyo")
    until = occurrences("FREQ=DAILY;UNTIL=20260102T233000Z", datetime(2026, 1, 1, 9), zone, date(2026, 2, 1))
    assert [one.day for one in until] == [1, 2]
    later = occurrences("FREQ=DAILY;UNTIL=20260103T000000Z", datetime(2026, 1, 1, 9), zone, date(2026, 2, 1))
    assert [one.day for one in later] == [1, 2, 3]


def test_a_day_as_the_end_counts_whole_and_a_local_end_is_local():
    assert len(expand("FREQ=DAILY;UNTIL=19970904")) == 3
    assert len(expand("FREQ=DAILY;UNTIL=19970904T085959")) == 2


def test_leap_days():
    leap = expand("FREQ=YEARLY", datetime(1996, 2, 29, 9), date(2012, 12, 31))
    assert [one.year for one in leap] == [1996, 2000, 2004, 2008, 2012]
    last = expand("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", datetime(2023, 2, 28, 9), date(2028, 12, 31))
    assert [(one.year, one.day) for one in last] == [
        (2023, 28),
        (2024, 29),
        (2025, 28),
        (2026, 28),
        (2027, 28),
        (2028, 29),
    ]
    assert [
        one.month for one in expand("FREQ=YEARLY;BYYEARDAY=60;COUNT=2", datetime(2023, 3, 1, 9), date(2024, 12, 31))
    ] == [3, 2]
    assert [one.year for one in expand("FREQ=YEARLY;BYYEARDAY=366", datetime(2019, 1, 1, 9), date(2030, 1, 1))] == [
        2020,
        2024,
        2028,
    ]
    assert [one.day for one in expand("FREQ=MONTHLY;BYMONTHDAY=31", datetime(2024, 1, 31, 9), date(2024, 5, 31))] == [
        31,
        31,
        31,
    ]


# ------------------------------------------------------------------------------------------------------------- bounds

HOSTILE = [
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
    "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
    "FREQ=WEEKLY;BYSETPOS=300",
    "FREQ=DAILY;BYSETPOS=5",
    "FREQ=HOURLY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=SECONDLY;INTERVAL=7;BYYEARDAY=366;BYMONTH=1",
]


@pytest.mark.parametrize("rule", HOSTILE)
def test_a_rule_that_never_meets_a_day_is_given_up_soon(rule):
    began = time.process_time()
    assert occurrences(rule, datetime(2026, 1, 1, 9), NEW_YORK, date(2028, 12, 31)) == []
    assert time.process_time() - began < 2


def test_an_endless_rule_gives_no_more_than_is_asked_for():
    assert len(expand("FREQ=SECONDLY")) == MOST
    assert len(expand("FREQ=DAILY;COUNT=100000", last=date(2050, 1, 1), most=7)) == 7


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ",
        "FREQ=",
        "FREQ=OFTEN",
        "INTERVAL=2",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=1000000",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=x",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=DAILY;UNTIL=20271340",
        "FREQ=DAILY;BYDAY=XX",
        "FREQ=DAILY;BYHOUR=9,x",
        "FREQ=DAILY;BYEASTER=1",
        "FREQ=MINUTELY;BYSECOND=61",
        "FREQ=SECONDLY;BYSETPOS=2",
        "FREQ=DAILY\nDTSTART:20260101",
        "FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=x",
    ],
)
def test_what_is_no_rule_is_refused_with_a_sentence(rule):
    with pytest.raises(CampusError) as refusal:
        occurrences(rule, START, NEW_YORK, date(1998, 1, 1))
    assert refusal.value.code == "rule_invalid"
    assert refusal.value.message == "The repeat rule can't be read. Choose how the class repeats again."


def test_a_rule_is_read_in_any_case_and_with_its_name():
    assert rule_parts("rrule:freq=weekly;byday=mo") == {"FREQ": "WEEKLY", "BYDAY": "MO"}


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (datetime(1850, 1, 1), date(1851, 1, 1)),
        (datetime(2026, 1, 1), date(2150, 1, 1)),
        (datetime(1930, 1, 1), date(2026, 1, 1)),
    ],
)
def test_years_beyond_the_cycle_are_refused(start, last):
    with pytest.raises(CampusError):
        occurrences("FREQ=YEARLY;INTERVAL=2", start, NEW_YORK, last)


def test_a_day_of_long_ago_still_comes_each_year():
    found = occurrences("FREQ=YEARLY", datetime(1957, 3, 6), NEW_YORK, date(2029, 1, 1), first=date(2026, 1, 1))
    assert found == [datetime(year, 3, 6) for year in (2026, 2027, 2028)]
    older = occurrences("FREQ=YEARLY", datetime(1821, 3, 6), NEW_YORK, date(2027, 1, 1), first=date(2026, 1, 1))
    assert older == [datetime(2026, 3, 6)]


def test_a_rule_that_ends_before_it_starts_gives_nothing():
    assert expand("FREQ=DAILY;UNTIL=19970901") == []


DAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=4, unique=True)
RULES = st.one_of(
    st.builds(lambda n, by: f"FREQ=WEEKLY;INTERVAL={n};BYDAY={','.join(by)}", st.integers(1, 5), DAYS),
    st.builds(lambda n, by: f"FREQ=MONTHLY;INTERVAL={n};BYMONTHDAY={by}", st.integers(1, 7), st.integers(1, 31)),
    st.builds(
        lambda at, day: f"FREQ=MONTHLY;BYDAY={at}{day}", st.integers(-5, 5).filter(bool), st.sampled_from(["MO", "SU"])
    ),
    st.builds(lambda n, by: f"FREQ=YEARLY;INTERVAL={n};BYYEARDAY={by}", st.integers(1, 4), st.integers(1, 366)),
    st.builds(lambda n: f"FREQ=DAILY;INTERVAL={n}", st.integers(1, 40)),
)


@given(rule=RULES, start=st.datetimes(datetime(1995, 1, 1), datetime(2040, 1, 1)), length=st.integers(0, 1_200))
@settings(max_examples=60, deadline=None)
def test_moved_years_give_what_the_years_themselves_give(rule, start, length):
    """The years in which a rule is run are others than its own; dateutil run in its own years agrees."""
    start = start.replace(microsecond=0, second=0)
    last = start.date() + timedelta(days=length)
    ends = datetime.combine(last, datetime.max.time())
    assert occurrences(rule, start, NEW_YORK, last) == rrulestr(rule, dtstart=start).between(start, ends, inc=True)
