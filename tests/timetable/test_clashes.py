"""The rule of clashes as worked examples: what two classes can't share, and how it is said."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.clock import instant_text
from shared.timetable.clashes import (
    Clash,
    Slot,
    Timetable,
    booking_slot,
    clash_sentence,
    day_words,
    is_booking,
    room_key,
    slot_of,
    span_words,
    taught_by,
)
from shared.timetable.vocabulary import ClashReason

ACCRA = ZoneInfo("Africa/Accra")


def slot(key, start="08:00", end="10:00", room="", teacher=None, cohort=None, day="2026-11-20"):
    return Slot(key, cohort or f"cohort-{key}", f"{day}T{start}:00.000Z", f"{day}T{end}:00.000Z", room, teacher)


THERE = slot("there", room="Studio 2", teacher="ama", cohort="photo")


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (slot("new", room="Studio 2"), "room"),
        (slot("new", room=" studio   2 "), "room"),
        (slot("new", room="Studio 3"), None),
        (slot("new", teacher="ama"), "instructor"),
        (slot("new", teacher="kofi"), None),
        (slot("new", cohort="photo"), "cohort"),
        (slot("new", room="Studio 2", teacher="ama", cohort="photo"), "room"),
        (slot("new", "10:00", "11:00", room="Studio 2"), None),
        (slot("new", "07:00", "08:00", room="Studio 2"), None),
        (slot("new", "09:59", "11:00", room="Studio 2"), "room"),
        (slot("new", "08:30", "09:00", teacher="ama"), "instructor"),
        (slot("new", room="Studio 2", day="2026-11-21"), None),
        (slot("there", room="Studio 2"), None),
        (slot("new"), None),
    ],
)
def test_what_two_classes_cant_share(wanted, reason):
    found = Timetable([THERE]).clashes_of(wanted)
    assert [one.reason for one in found] == ([reason] if reason else [])
    assert all(one.taken is THERE and one.wanted is wanted for one in found)


def test_a_class_over_midnight_clashes_on_both_days():
    night = Slot("night", "film", "2026-11-20T22:00:00.000Z", "2026-11-21T02:00:00.000Z", "Studio 2")
    early = slot("early", "01:00", "03:00", room="Studio 2", day="2026-11-21")
    assert Timetable([night]).clashes_of(early)
    assert not Timetable([night]).clashes_of(slot("later", "02:00", "03:00", room="Studio 2", day="2026-11-21"))


def test_several_clashes_come_by_time_and_each_class_once():
    timetable = Timetable([slot("b", "09:00", "10:00", "R", "ama"), slot("a", "08:00", "09:30", "R", "ama")])
    found = timetable.clashes_of(slot("new", room="R", teacher="ama"))
    assert [one.taken.id for one in found] == ["a", "b"]


def test_a_moved_class_is_where_it_is_now():
    timetable = Timetable([THERE])
    timetable.add(slot("there", "12:00", "13:00", room="Studio 2"))
    assert not timetable.clashes_of(slot("new", room="Studio 2"))
    assert timetable.clashes_of(slot("new", "12:30", "14:00", room="Studio 2"))
    assert timetable.drop("there") == slot("there", "12:00", "13:00", room="Studio 2")
    assert timetable.drop("there") is None
    assert not timetable.clashes_of(slot("new", "12:30", "14:00", room="Studio 2"))


BODY = {"id": "s", "cohort_id": "c", "starts_at": "2026-11-20T09:00:00+01:00", "ends_at": "2026-11-20T10:00:00Z"}


def test_a_body_takes_up_its_time_in_one_form_whoever_wrote_it():
    assert slot_of(BODY) == Slot("s", "c", "2026-11-20T08:00:00.000Z", "2026-11-20T10:00:00.000Z")
    assert slot_of({**BODY, "state": "cancelled"}) is None
    from_the_server = {**BODY, "starts_at": "2026-11-20T08:00:00.000Z"}
    assert slot_of(from_the_server) == slot_of(BODY)


def test_a_stand_in_teaches_instead():
    assert taught_by({"instructor_id": "ama", "stand_in_id": "yaw"}) == "yaw"
    assert taught_by({"instructor_id": "ama", "stand_in_id": None}) == "ama"
    assert taught_by({}) is None


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (ClashReason.ROOM, "Studio 2 is taken: Photography 1, Fri 20 Nov 2026, 08:00–10:00."),
        (ClashReason.INSTRUCTOR, "Ama Owusu teaches then: Photography 1, Fri 20 Nov 2026, 08:00–10:00."),
        (ClashReason.COHORT, "Photography 1 has another class then: Fri 20 Nov 2026, 08:00–10:00."),
    ],
)
def test_a_clash_is_named_with_what_who_and_when(reason, sentence):
    clash = Clash(reason, slot("new"), THERE)
    assert clash_sentence(clash, ACCRA, "Photography 1", "Ama Owusu") == sentence


def test_times_are_said_on_the_institutes_clocks():
    told = span_words("2026-07-03T22:30:00.000Z", "2026-07-03T23:30:00.000Z", ZoneInfo("Europe/Berlin"))
    assert told == "Sat 4 Jul 2026, 00:30–01:30"
    assert day_words(datetime(2027, 1, 31, tzinfo=ACCRA)) == "Sun 31 Jan 2027"


def test_rooms_are_compared_without_case_and_spaces():
    assert room_key("  Studio  2 ") == room_key("STUDIO 2") == "studio 2"


SPANS = st.tuples(st.integers(0, 2_000), st.integers(1, 960), st.sampled_from("RST"), st.sampled_from("abc"))


@given(st.lists(SPANS, max_size=12), SPANS)
def test_the_timetable_finds_what_looking_at_each_finds(there, wanted):
    def made(key, span):
        begins = datetime(2026, 11, 20, tzinfo=ACCRA) + timedelta(minutes=span[0])
        ends = begins + timedelta(minutes=span[1])
        return Slot(key, f"cohort-{key}", instant_text(begins), instant_text(ends), span[2], span[3])

    slots = [made(str(at), span) for at, span in enumerate(there)]
    new = made("new", wanted)
    clashing = {
        one.id
        for one in slots
        if one.starts_at < new.ends_at and new.starts_at < one.ends_at
        and (one.room == new.room or one.taught_by == new.taught_by)
    }  # fmt: skip
    assert {one.taken.id for one in Timetable(slots).clashes_of(new)} == clashing


def test_a_booked_studio_is_in_the_way_of_its_room_only():
    booking = {"id": "b", "starts_at": "2026-11-20T08:00:00Z", "ends_at": "2026-11-20T10:00:00Z"}
    booked = booking_slot(booking, "Studio 2")
    assert is_booking(booked)
    assert not is_booking(THERE)
    [clash] = Timetable([booked]).clashes_of(slot("new", room="studio  2"))
    assert clash.reason is ClashReason.ROOM
    assert Timetable([booked]).clashes_of(slot("new", room="Studio 3")) == []
    words = "Studio 2 is booked: Ama Owusu, Fri 20 Nov 2026, 08:00–10:00."
    assert clash_sentence(clash, ACCRA, "Ama Owusu", "") == words
