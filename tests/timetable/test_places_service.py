"""Rooms and holidays on both databases: added, changed, removed, and named once."""

import pytest

from tests.timetable.planning import Planning, planning

__all__ = ["planning"]


def _edit(planning: Planning, kind: str, row_id: str, **changes: object):
    body = planning.row(kind, row_id)
    fields = {name: {"old": body.get(name), "new": value} for name, value in changes.items()}
    command = {"room": "EditRoom", "holiday": "EditHoliday"}[kind]
    return planning.do(command, {"changes": fields}, row_id, base=body["revision"])


def test_a_room_is_everybodys_to_see(planning: Planning) -> None:
    told = planning.do("AddRoom", {"name": " Studio 2 ", "branch": "Main", "capacity": 24})
    assert told.verdict == "applied"
    body = planning.row("room", told.target_id)
    assert (body["name"], body["branch"], body["capacity"], body["state"]) == ("Studio 2", "Main", 24, "active")
    (scope,) = planning.rows("SELECT scope FROM feed_row WHERE entity_id = :id", id=told.target_id)
    assert scope == (f"organisation:{planning.institute.organisation_id}",)


def test_two_rooms_of_one_name_become_a_conflict_and_the_same_room_agrees(planning: Planning) -> None:
    first = planning.do("AddRoom", {"name": "Studio 2", "capacity": 24})
    same = planning.do("AddRoom", {"name": "Studio 2", "capacity": 24})
    assert (same.verdict, same.details) == ("agreed", {"existing_id": first.target_id})
    other = planning.do("AddRoom", {"name": "studio  2", "capacity": 30})
    assert (other.verdict, other.code, other.details["holder"]) == ("conflict", "value_taken", first.target_id)
    choices = {"choices": {"capacity": other.command_id}}
    assert planning.laptop.do("SettleConflict", other.conflict_id or "", choices).verdict == "applied"
    assert planning.row("room", first.target_id)["capacity"] == 30


def test_a_room_isnt_given_a_name_that_another_has(planning: Planning) -> None:
    planning.do("AddRoom", {"name": "Studio 2"})
    other = planning.do("AddRoom", {"name": "Lab 1"}).target_id
    told = _edit(planning, "room", other, name="STUDIO 2")
    assert (told.verdict, told.code) == ("rejected", "value_taken")
    assert _edit(planning, "room", other, name="LAB 1").verdict == "applied"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"name": " "}, "field_invalid"), ({"name": 3}, "field_invalid"), ({"capacity": 0}, "field_invalid"),
     ({"capacity": "many"}, "field_invalid"), ({"state": "lost"}, "field_invalid"), ({"colour": "x"}, "field_unknown"),
     ({"branch": None}, "field_invalid")],
)  # fmt: skip
def test_what_a_room_cant_be(planning: Planning, changes: dict[str, object], code: str) -> None:
    room = planning.do("AddRoom", {"name": "Studio 2"}).target_id
    told = _edit(planning, "room", room, **changes)
    assert (told.verdict, told.code) == ("rejected", code)
    assert told.message


def test_a_nameless_room_is_refused(planning: Planning) -> None:
    assert planning.do("AddRoom", {"name": "  "}).code == "field_invalid"
    assert planning.do("AddRoom", {"name": ""}).code == "invalid_payload"


def test_a_holiday_changes_and_goes(planning: Planning) -> None:
    made = planning.do("AddHoliday", {"name": "Founders", "starts_on": "2026-12-01", "ends_on": "2026-12-02"})
    assert made.verdict == "applied"
    assert _edit(planning, "holiday", made.target_id, ends_on="2026-12-03").verdict == "applied"
    assert _edit(planning, "holiday", made.target_id, state="removed").verdict == "applied"
    body = planning.row("holiday", made.target_id)
    assert (body["ends_on"], body["state"]) == ("2026-12-03", "removed")
    again = planning.do("AddHoliday", {"name": "X", "starts_on": "2026-12-01", "ends_on": "2026-12-02"}, made.target_id)
    assert again.verdict == "agreed"


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2026-12-02", "2026-12-01", "The holiday ends before it starts. Set a later last day."),
        ("2026-12-02", "2027-12-01", "The holiday is longer than 120 days. Check its last day."),
        (
            "2026-02-30",
            "2026-03-01",
            "The days of the holiday can't be read. Enter its first day and its last day again.",
        ),
    ],
)
def test_days_that_a_holiday_cant_have(planning: Planning, first: str, last: str, sentence: str) -> None:
    told = planning.do("AddHoliday", {"name": "Founders", "starts_on": first, "ends_on": last})
    assert (told.verdict, told.code, told.message) == ("rejected", "days_invalid", sentence)
    made = planning.do("AddHoliday", {"name": "Founders", "starts_on": "2026-12-02", "ends_on": "2026-12-02"})
    told = _edit(planning, "holiday", made.target_id, starts_on=first, ends_on=last)
    assert (told.verdict, told.code) == ("rejected", "days_invalid")


def test_rooms_and_holidays_are_for_those_who_plan(planning: Planning) -> None:
    kofi = planning.institute.devices["kofi"]
    assert planning.do("AddRoom", {"name": "Studio 2"}, by=kofi).code == "not_allowed"
    days = {"name": "Founders", "starts_on": "2026-12-01", "ends_on": "2026-12-02"}
    assert planning.do("AddHoliday", days, by=kofi).code == "not_allowed"
    room = planning.do("AddRoom", {"name": "Studio 2"}).target_id
    holiday = planning.do("AddHoliday", days).target_id
    change = {"changes": {"state": {"old": "active", "new": "removed"}}}
    assert planning.do("EditRoom", change, room, kofi).code == "not_allowed"
    assert planning.do("EditHoliday", change, holiday, kofi).code == "not_allowed"


def test_classes_to_come_follow_a_rooms_new_name_and_those_over_keep_the_old_one(planning: Planning) -> None:
    room = planning.do("AddRoom", {"name": "Studio 2"}).target_id
    over = planning.plan(
        starts_at="2026-11-19T08:00:00.000Z", ends_at="2026-11-19T10:00:00.000Z", room="Studio 2"
    ).target_id
    series = planning.series(room="Studio 2").target_id
    assert _edit(planning, "room", room, name="Studio North").verdict == "applied"
    assert planning.row("class_session", over)["room"] == "Studio 2"
    rows = planning.rows("SELECT DISTINCT room, sequence FROM class_session WHERE series_id = :s", s=series)
    assert rows == [("Studio North", 1)]
    assert planning.row("session_series", series)["room"] == "Studio North"
    told = planning.plan("08:00", "09:00", cohort_id=planning.photo_id, room="studio north")
    assert (told.verdict, told.code) == ("rejected", "clash")
    assert planning.edit_series(series, room="Lab 1").details["sessions"] == 6
