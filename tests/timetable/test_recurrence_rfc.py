"""The repeat rules of RFC 5545, section 3.8.5.3: each example gives what is listed there."""

# ruff: noqa: DTZ001 - a repeat rule counts in local times, which have no zone

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from shared.timetable.recurrence import MOST, is_endless, occurrences

NEW_YORK = ZoneInfo("America/New_York")
START = datetime(1997, 9, 2, 9)


def days(*groups):
    """`days("1997-09-02 04 06", "1997-10-02")`: the days of a month, as the RFC lists them."""
    found = []
    for group in groups:
        first, *rest = group.split()
        found += [first, *(f"{first[:8]}{day}" for day in rest)]
    return found


def expand(rule, start=START, last=date(2001, 12, 31), most=MOST):
    return occurrences(rule, start, NEW_YORK, last, most=most)


# Section 3.8.5.3: the rule, what it gives (days at 9:00), and its start where it is another one.
EXAMPLES = [
    ("FREQ=DAILY;COUNT=10", days("1997-09-02 03 04 05 06 07 08 09 10 11"), START),
    ("FREQ=DAILY;INTERVAL=10;COUNT=5", days("1997-09-02 12 22", "1997-10-02 12"), START),
    ("FREQ=WEEKLY;COUNT=10", days("1997-09-02 09 16 23 30", "1997-10-07 14 21 28", "1997-11-04"), START),
    (
        "FREQ=WEEKLY;UNTIL=19971224T000000Z",
        days("1997-09-02 09 16 23 30", "1997-10-07 14 21 28", "1997-11-04 11 18 25", "1997-12-02 09 16 23"),
        START,
    ),
    (
        "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        days("1997-09-02 04 09 11 16 18 23 25 30", "1997-10-02"),
        START,
    ),
    ("FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", days("1997-09-02 04 09 11 16 18 23 25 30", "1997-10-02"), START),
    (
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        days(
            "1997-09-01 03 05 15 17 19 29",
            "1997-10-01 03 13 15 17 27 29 31",
            "1997-11-10 12 14 24 26 28",
            "1997-12-08 10 12 22",
        ),
        datetime(1997, 9, 1, 9),
    ),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", days("1997-09-02 04 16 18 30", "1997-10-02 14 16"), START),
    (
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        days(
            *("1997-09-05", "1997-10-03", "1997-11-07", "1997-12-05", "1998-01-02", "1998-02-06", "1998-03-06"),
            *("1998-04-03", "1998-05-01", "1998-06-05"),
        ),
        datetime(1997, 9, 5, 9),
    ),
    (
        "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
        days("1997-09-05", "1997-10-03", "1997-11-07", "1997-12-05"),
        datetime(1997, 9, 5, 9),
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        days("1997-09-07 28", "1997-11-02 30", "1998-01-04 25", "1998-03-01 29", "1998-05-03 31"),
        datetime(1997, 9, 7, 9),
    ),
    (
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        days("1997-09-22", "1997-10-20", "1997-11-17", "1997-12-22", "1998-01-19", "1998-02-16"),
        datetime(1997, 9, 22, 9),
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        days("1997-09-02 15", "1997-10-02 15", "1997-11-02 15", "1997-12-02 15", "1998-01-02 15"),
        START,
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        days("1997-09-30", "1997-10-01 31", "1997-11-01 30", "1997-12-01 31", "1998-01-01 31", "1998-02-01"),
        datetime(1997, 9, 30, 9),
    ),
    (
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        days("1997-09-10 11 12 13 14 15", "1999-03-10 11 12 13"),
        datetime(1997, 9, 10, 9),
    ),
    (
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        days(*(f"{year}-{month}-10" for year in range(1997, 2002) for month in ("06", "07"))),
        datetime(1997, 6, 10, 9),
    ),
    (
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        days("1997-03-10", *(f"{year}-0{month}-10" for year in (1999, 2001, 2003) for month in (1, 2, 3))),
        datetime(1997, 3, 10, 9),
    ),
    (
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        days(
            *("1997-01-01", "1997-04-10", "1997-07-19", "2000-01-01", "2000-04-09", "2000-07-18", "2003-01-01"),
            *("2003-04-10", "2003-07-19", "2006-01-01"),
        ),
        datetime(1997, 1, 1, 9),
    ),
    (
        "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        days("1997-09-04", "1997-10-07", "1997-11-06"),
        datetime(1997, 9, 4, 9),
    ),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", days("1997-08-05 10 19 24"), datetime(1997, 8, 5, 9)),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", days("1997-08-05 17 19 31"), datetime(1997, 8, 5, 9)),
    (
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        days("2007-01-15 30", "2007-02-15", "2007-03-15 30"),
        datetime(2007, 1, 15, 9),
    ),
]

# Those that the RFC ends with dots: what it lists of them.
ENDLESS = [
    ("FREQ=DAILY;INTERVAL=2", days("1997-09-02 04 06 08 10 12"), START),
    (
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        days("1997-09-02 16 30", "1997-10-14 28", "1997-11-11 25", "1997-12-09 23"),
        START,
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        days("1997-09-28", "1997-10-29", "1997-11-28", "1997-12-29", "1998-01-29", "1998-02-26"),
        datetime(1997, 9, 28, 9),
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        days("1997-09-02 09 16 23 30", "1997-11-04 11 18 25", "1998-01-06 13 20 27"),
        START,
    ),
    ("FREQ=YEARLY;BYDAY=20MO", days("1997-05-19", "1998-05-18", "1999-05-17"), datetime(1997, 5, 19, 9)),
    ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", days("1997-05-12", "1998-05-11", "1999-05-17"), datetime(1997, 5, 12, 9)),
    (
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        days("1997-03-13 20 27", "1998-03-05 12 19 26", "1999-03-04 11 18 25"),
        datetime(1997, 3, 13, 9),
    ),
    (
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        days("1997-06-05 12 19 26", "1997-07-03 10 17 24 31", "1997-08-07 14 21 28", "1998-06-04"),
        datetime(1997, 6, 5, 9),
    ),
    # Its own first day, 2 September, is taken out by an EXDATE there.
    (
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        days("1998-02-13", "1998-03-13", "1998-11-13", "1999-08-13", "2000-10-13"),
        START,
    ),
    (
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        days("1997-09-13", "1997-10-11", "1997-11-08", "1997-12-13", "1998-01-10", "1998-02-07"),
        datetime(1997, 9, 13, 9),
    ),
    (
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        days("1996-11-05", "2000-11-07", "2004-11-02"),
        datetime(1996, 11, 5, 9),
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        days("1997-09-29", "1997-10-30", "1997-11-27", "1997-12-30", "1998-01-29", "1998-02-26", "1998-03-30"),
        datetime(1997, 9, 29, 9),
    ),
]


@pytest.mark.parametrize(
    ("rule", "wanted", "start"), EXAMPLES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_examples_of_the_rfc(rule, wanted, start):
    found = expand(rule, start, date(2010, 12, 31))
    assert [f"{one:%Y-%m-%d}" for one in found] == wanted
    assert {one.hour for one in found} == {9}


@pytest.mark.parametrize(
    ("rule", "wanted", "start"), ENDLESS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_endless_examples_of_the_rfc_as_far_as_it_lists_them(rule, wanted, start):
    assert is_endless(rule)
    found = expand(rule, start, date(2010, 12, 31), most=len(wanted))
    assert [f"{one:%Y-%m-%d}" for one in found] == wanted


def test_every_day_until_christmas():
    """The RFC lists 2 September to 23 December: its end is midnight of the 24th in UTC, the evening before here."""
    found = expand("FREQ=DAILY;UNTIL=19971224T000000Z")
    assert (found[0], found[-1], len(found)) == (START, datetime(1997, 12, 23, 9), 113)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
    ],
)
def test_every_day_in_january_for_three_years(rule):
    found = expand(rule, datetime(1998, 1, 1, 9))
    assert found == [datetime(year, 1, day, 9) for year in (1998, 1999, 2000) for day in range(1, 32)]


def test_every_three_hours_of_one_day():
    """Of 17:00 in UTC, as the RFC's errata have it, the last one here is 12:00."""
    assert [one.hour for one in expand("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z")] == [9, 12]
    assert [one.hour for one in expand("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z")] == [9, 12, 15]


def test_every_quarter_of_an_hour_and_every_hour_and_a_half():
    quarters = expand("FREQ=MINUTELY;INTERVAL=15;COUNT=6")
    assert [f"{one:%H:%M}" for one in quarters] == ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15"]
    assert [f"{one:%H:%M}" for one in expand("FREQ=MINUTELY;INTERVAL=90;COUNT=4")] == [
        "09:00",
        "10:30",
        "12:00",
        "13:30",
    ]


def test_every_twenty_minutes_of_the_working_day_is_said_in_two_ways():
    daily = expand("FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40", last=date(1997, 9, 4))
    minutely = expand("FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16", last=date(1997, 9, 4))
    assert daily == minutely
    assert len(daily) == 3 * 24
    assert (daily[0], daily[-1]) == (START, datetime(1997, 9, 4, 16, 40))
