"""Dates as people type them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.widgets.free_date import read_date

TODAY = date(2026, 11, 20)
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("yesterday", "today", "tomorrow")


def _read(text, **more):
    return read_date(text, TODAY, months=MONTHS, days=DAYS, **more)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("20/11", date(2026, 11, 20)),
        ("20.11.", date(2026, 11, 20)),
        ("5/1", date(2027, 1, 5)),
        ("30/6", date(2026, 6, 30)),
        ("20/11/2025", date(2025, 11, 20)),
        ("20-11-25", date(2025, 11, 20)),
        ("4/5/98", date(1998, 5, 4)),
        ("2027-01-11", date(2027, 1, 11)),
        ("11 Jan 2027", date(2027, 1, 11)),
        ("11jan", date(2027, 1, 11)),
        ("4 september 2004", date(2004, 9, 4)),
        (" +7 ", date(2026, 11, 27)),
        ("-3", date(2026, 11, 17)),
        ("Today", TODAY),
        ("tomorrow", date(2026, 11, 21)),
        ("29/2", date(2028, 2, 29) if False else None),
        ("29/2/2024", date(2024, 2, 29)),
        ("31/4", None),
        ("20/13", None),
        ("11 ju 2027", None),
        ("11 jum", None),
        ("", None),
        ("soon", None),
        ("+99999", None),
    ],
)
def test_a_text_means_a_date_or_nothing(text, meant):
    assert _read(text) == meant


def test_where_the_month_comes_first():
    assert _read("11/20", day_first=False) == date(2026, 11, 20)
    assert _read("11/20") is None


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_what_is_written_in_full_reads_back(day):
    for text in (day.isoformat(), f"{day.day}/{day.month}/{day.year}", f"{day.day} {MONTHS[day.month - 1]} {day.year}"):
        assert _read(text) == day
    assert _read(day.strftime("%d.%m.%y")) == day


@given(st.dates(date(2026, 6, 1), date(2027, 5, 1)))
def test_without_a_year_the_nearest_day_is_meant(day):
    read = _read(f"{day.day}/{day.month}")
    assert read == day
    assert abs(read - TODAY) <= timedelta(days=183)


@given(st.integers(-999, 999))
def test_days_count_from_today(days):
    assert _read(f"{days:+d}") == TODAY + timedelta(days=days)


@given(st.text(max_size=20))
def test_no_text_crashes(text):
    found = _read(text)
    assert found is None or isinstance(found, date)
