"""Holidays read from iCalendar files, well-meant and hostile ones, without a database."""

import time
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.timetable.holiday_reading import MOST_EVENTS, MOST_REPEATING, read_holidays
from shared.core.errors import CampusError
from shared.timetable.rules import LARGEST_CALENDAR

ACCRA, BERLIN = ZoneInfo("Africa/Accra"), ZoneInfo("Europe/Berlin")
FIRST, LAST = date(2026, 10, 20), date(2029, 11, 20)


def file(*events, before="", end="\r\n"):
    """An iCalendar file of events, each given by its lines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", *before.splitlines()]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.strip().splitlines(), "END:VEVENT"]
    return end.join([*lines, "END:VCALENDAR", ""]).encode()


def event(days="DTSTART;VALUE=DATE:20270306", name="SUMMARY:Independence Day", uid="UID:1@x", more=""):
    return "\n".join(part for part in (uid, name, days, more) if part)


def read(content, zone=ACCRA):
    return read_holidays(content, zone, FIRST, LAST)


def spans(content, zone=ACCRA):
    reading = read(content, zone)
    assert reading.faults == []
    return [(one.name, one.starts_on, one.ends_on) for one in reading.holidays]


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [
        ("DTSTART;VALUE=DATE:20270306", "2027-03-06", "2027-03-06"),
        ("DTSTART;VALUE=DATE:20270306\nDTEND;VALUE=DATE:20270307", "2027-03-06", "2027-03-06"),
        ("DTSTART;VALUE=DATE:20270326\nDTEND;VALUE=DATE:20270330", "2027-03-26", "2027-03-29"),
        ("DTSTART;VALUE=DATE:20270306\nDTEND;VALUE=DATE:20270306", "2027-03-06", "2027-03-06"),
        ("DTSTART;VALUE=DATE:20270306\nDURATION:P2D", "2027-03-06", "2027-03-07"),
        ("DTSTART:20270306T080000\nDTEND:20270306T170000", "2027-03-06", "2027-03-06"),
        ("DTSTART:20270306T000000\nDTEND:20270307T000000", "2027-03-06", "2027-03-06"),
        ("DTSTART:20270306T233000Z\nDTEND:20270307T233000Z", "2027-03-06", "2027-03-07"),
    ],
)
def test_the_days_of_an_event(days, first, last):
    assert spans(file(event(days))) == [("Independence Day", first, last)]


def test_times_count_by_their_day_at_the_institute():
    late = file(event("DTSTART:20270306T233000Z\nDTEND:20270306T234500Z"))
    assert spans(late, BERLIN) == [("Independence Day", "2027-03-07", "2027-03-07")]


def test_a_time_in_a_zone_that_nobody_knows_is_a_time_of_the_institute():
    odd = file(event("DTSTART;TZID=Mars/Crater:20270306T080000"))
    assert spans(odd) == [("Independence Day", "2027-03-06", "2027-03-06")]


def test_an_endless_event_is_read_as_far_as_three_years():
    endless = file(event("DTSTART;VALUE=DATE:19570306", more="RRULE:FREQ=YEARLY"))
    assert [first for _, first, _ in spans(endless)] == ["2027-03-06", "2028-03-06", "2029-03-06"]


def test_exceptions_and_further_days_of_an_event():
    more = "RRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20280306\nRDATE;VALUE=DATE:20280307"
    found = [first for _, first, _ in spans(file(event("DTSTART;VALUE=DATE:20200306", more=more)))]
    assert found == ["2027-03-06", "2028-03-07", "2029-03-06"]


def test_keys_tell_the_times_of_one_event_apart_and_a_single_one_stays_itself():
    repeated = read(file(event("DTSTART;VALUE=DATE:20200306", more="RRULE:FREQ=YEARLY;COUNT=8"))).holidays
    assert [one.key for one in repeated] == ["2027-03-06"]
    assert [one.key for one in read(file(event())).holidays] == [""]
    assert [one.key for one in read(file(event(uid=""))).holidays] == ["2027-03-06"]


def test_a_cancelled_event_says_so():
    assert read(file(event(more="STATUS:CANCELLED"))).holidays[0].cancelled


def test_what_is_over_or_too_far_ahead_is_left_out():
    content = file(event("DTSTART;VALUE=DATE:20260101"), event("DTSTART;VALUE=DATE:20400101"))
    reading = read(content)
    assert (reading.events, reading.holidays, reading.faults) == (2, [], [])


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_lines_may_end_in_any_way_and_be_folded(end):
    folded = event(name="SUMMARY:Independ\n ence\n\t Day")
    assert spans(file(folded, end=end))[0][0] == "Independence Day"


def test_letters_of_every_language_and_a_mark_at_the_start():
    content = b"\xef\xbb\xbf" + file(event(name="SUMMARY:Odwira – Ɛdwoada\\, Asɛm"))
    assert spans(content)[0][0] == "Odwira – Ɛdwoada, Asɛm"


FAULTS = [
    (event(days=""), "days_invalid", "Event 1: it has no first day."),
    (event(days="DTSTART:soon"), "days_invalid", None),
    (event(days="DTSTART;VALUE=DATE:20271350"), None, None),
    (event(name=""), "name_missing", "Event 1: it has no name."),
    (event(name="SUMMARY:  "), "name_missing", None),
    (event("DTSTART;VALUE=DATE:20270306\nDTEND;VALUE=DATE:20270301"), "days_invalid",
     "Event 1: The holiday ends before it starts. Set a later last day."),
    (event("DTSTART;VALUE=DATE:20270306\nDTEND;VALUE=DATE:20290301"), "days_invalid",
     "Event 1: The holiday is longer than 120 days. Check its last day."),
    (event(more="RRULE:FREQ=SECONDLY"), "rule_invalid",
     "Event 1: its repeat rule is none of days, weeks, months or years."),
    (event(more="RRULE:FREQ=DAILY"), "too_many_events", "Event 1: it repeats too often for a holiday."),
    (event(more="RRULE:FREQ=DAILY;INTERVAL=0"), "rule_invalid", None),
    (event(more="RRULE:FREQ=YEARLY\nRRULE:FREQ=DAILY"), "rule_invalid", None),
    (event("DTSTART;VALUE=DATE:00010101"), None, None),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "code", "sentence"), FAULTS)
def test_a_bad_event_is_named_and_the_others_are_read(bad, code, sentence):
    reading = read(file(bad, event(name="SUMMARY:Easter", uid="UID:2@x")))
    assert [one.name for one in reading.holidays] == ["Easter"]
    (fault,) = reading.faults
    assert (fault.event, bool(fault.sentence)) == (1, True)
    assert code in (None, fault.code)
    assert sentence in (None, fault.sentence)


def test_broken_folding_is_named_and_costs_only_the_rest_of_the_name():
    reading = read(file(event(name="SUMMARY:Independ\nence Day")))
    assert [one.name for one in reading.holidays] == ["Independ"]
    assert [(one.code, one.sentence) for one in reading.faults] == [
        ("line_broken", "Event 1: a line of it is broken, so its name may be cut.")
    ]


def test_an_event_that_never_ends_is_read_as_far_as_it_goes():
    cut = file(event())[: -len("END:VEVENT\r\nEND:VCALENDAR\r\n")]
    reading = read(cut)
    assert ([one.name for one in reading.holidays], reading.faults[0].code) == (["Independence Day"], "line_broken")


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"name,day\nEaster,2027-03-26", b"\xff\xfe\x00BEGIN", b"PK\x03\x04"]
)
def test_what_is_no_calendar_is_refused(content):
    with pytest.raises(CampusError) as refusal:
        read(content)
    assert refusal.value.code == "calendar_unreadable"
    assert refusal.value.message == "This is not an iCalendar file. Choose a file that ends in .ics."


def test_ten_megabytes_are_refused_at_once():
    content = file(event(name="SUMMARY:" + "x" * 10_000_000))
    began = time.process_time()
    with pytest.raises(CampusError) as refusal:
        read(content)
    assert (refusal.value.code, time.process_time() - began < 1) == ("too_large", True)


@pytest.mark.parametrize(
    "events", [[event()] * (MOST_EVENTS + 1), [event(more="RRULE:FREQ=YEARLY")] * (MOST_REPEATING + 1)]
)
def test_too_many_events_are_refused(events):
    with pytest.raises(CampusError) as refusal:
        read(file(*events))
    assert refusal.value.code == "too_many_events"


def test_a_file_full_of_rules_that_never_meet_a_day_is_read_in_seconds():
    rules = (
        "FREQ=WEEKLY;BYMONTH=2;BYSETPOS=99",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    )
    never = [event("DTSTART;VALUE=DATE:19570306", more=f"RRULE:{rule}") for rule in rules]
    content = file(*never * (MOST_REPEATING // 3), *[event(more="X-A:" + "y" * 400)] * (MOST_EVENTS - MOST_REPEATING))
    assert LARGEST_CALENDAR > len(content) > 1_000_000
    began = time.process_time()
    assert {one.name for one in read(content).holidays} == {"Independence Day"}
    assert time.process_time() - began < 30


ENDLESS_ZONE = """BEGIN:VTIMEZONE
TZID:Own/Zone
BEGIN:STANDARD
DTSTART:19700101T000000
RRULE:FREQ=SECONDLY
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE"""


@pytest.mark.parametrize("inside", [False, True])
def test_a_time_zone_with_an_endless_rule_of_its_own_is_not_run(inside):
    own = event("DTSTART;TZID=Own/Zone:20270306T080000", more=ENDLESS_ZONE if inside else "")
    began = time.process_time()
    assert spans(file(own, before="" if inside else ENDLESS_ZONE)) == [("Independence Day", "2027-03-06", "2027-03-06")]
    assert time.process_time() - began < 2


def test_a_zone_hidden_by_folding_is_not_run_either():
    hidden = ENDLESS_ZONE.replace("BEGIN:VTIMEZONE", "BEG\n IN:VTIMEZONE").replace("END:VTIMEZONE", "E\n ND:VTIMEZONE")
    began = time.process_time()
    spans(file(event(more=hidden)))
    assert time.process_time() - began < 2


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=40), max_size=8))
@settings(deadline=None, max_examples=150)
def test_whatever_the_lines_are_it_is_read_or_named(lines):
    reading = read(file("\n".join(lines), event(uid="UID:last@x")))
    assert reading.events >= 1
    assert all(fault.sentence for fault in reading.faults)


PIECES = st.sampled_from(
    ["BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "END:VALARM", "DTSTART:20270101", "DTSTART;VALUE=DATE:20270101",
     "DTEND:20270102T000000Z", "SUMMARY:x", "SUMMARY;LANGUAGE=en:y", "RRULE:FREQ=YEARLY", "RRULE:", "EXDATE:20270101",
     "EXDATE;TZID=X:1", "DURATION:-P1D", "DURATION:P99999999D", "UID:", "STATUS:CANCELLED",
     "RDATE;VALUE=PERIOD:20270101T000000/P1D", " continued", ":", ";=:", "RECURRENCE-ID:20270101", "BEGIN:VTIMEZONE"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14))
@settings(deadline=None, max_examples=300)
def test_pieces_of_calendars_in_any_order_are_read_or_named(pieces):
    for holiday in read(file("\n".join(pieces))).holidays:
        assert holiday.starts_on <= holiday.ends_on
