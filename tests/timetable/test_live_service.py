"""Live sessions and office hours on both databases: who joined and left, and who has which time."""

from typing import Any

import pytest

from server.core.batch import Origin
from shared.core.actor import Actor
from shared.timetable.office_hours import slots_of
from tests.institute import Device
from tests.timetable.planning import Planning, at, planning

__all__ = ["planning"]

LINK = "https://meet.example/photo"


def student(planning: Planning, number: int) -> Device:
    """A student of Photography 1 at a device of his own."""
    institute = planning.institute
    actor = Actor(
        person_id=institute.students[number],
        organisation_id=institute.organisation_id,
        name=f"Student{number} Mensah",
        roles=("student",),
    )
    return Device(institute, actor, Origin(institute.parts.new_id()))


def live(planning: Planning, **more: Any) -> str:
    """A live session of Photography 1."""
    told = planning.plan(cohort_id=planning.photo_id, session_kind="live", link=LINK, credentials="4821", **more)
    assert told.verdict == "applied", told
    return told.target_id


def hours(planning: Planning) -> str:
    """Office hours of Ama for Photography 1, from half past eight to ten."""
    told = planning.plan(
        cohort_id=planning.photo_id, session_kind="office_hours", link=LINK, instructor_id=planning.person("ama")
    )
    return told.target_id


def scopes(planning: Planning, row_id: str) -> list[tuple[Any, ...]]:
    return planning.rows("SELECT scope, also FROM feed_row WHERE entity_id = :id", id=row_id)


def test_credentials_go_to_the_class_and_its_staff_alone(planning: Planning) -> None:
    made = live(planning)
    assert planning.row("class_session", made)["credentials"] == "4821"
    assert scopes(planning, made) == [(f"class:{planning.photo_id}", None)]
    refreshed = planning.institute.refreshed
    assert f"class:{planning.photo_id}" in refreshed(student(planning, 0).actor).scopes
    yaw = planning.institute.devices["yaw"].actor
    assert f"class:{planning.photo_id}" not in refreshed(yaw).scopes


def test_joining_and_leaving_is_kept_for_the_staff_and_oneself(planning: Planning) -> None:
    made, guest = live(planning), student(planning, 0)
    joined = planning.do("JoinLiveSession", {"session_id": made}, by=guest)
    planning.institute.clock.advance(1_800)
    left = planning.do("LeaveLiveSession", {"session_id": made}, joined.target_id, guest)
    assert (joined.verdict, left.verdict) == ("applied", "applied")
    body = planning.row("live_visit", joined.target_id)
    assert (body["person_id"], body["person_name"]) == (guest.actor.person_id, "Student0 Mensah")
    assert (body["joined_at"][11:16], body["left_at"][11:16]) == ("08:00", "08:30")
    own = f"person:{guest.actor.person_id}"
    assert scopes(planning, joined.target_id) == [(f"cohort:{planning.photo_id}", own)]
    again = planning.do("LeaveLiveSession", {"session_id": made}, joined.target_id, guest)
    assert again.verdict == "agreed"


def test_only_the_class_joins_and_only_oneself_leaves(planning: Planning) -> None:
    made = live(planning)
    yaw = planning.institute.devices["yaw"]
    assert planning.do("JoinLiveSession", {"session_id": made}, by=yaw).code == "not_allowed"
    joined = planning.do("JoinLiveSession", {"session_id": made}, by=student(planning, 0))
    told = planning.do("LeaveLiveSession", {"session_id": made}, joined.target_id, student(planning, 1))
    assert (told.verdict, told.code) == ("rejected", "not_allowed")


def test_a_class_in_a_room_is_no_live_session(planning: Planning) -> None:
    told = planning.do("JoinLiveSession", {"session_id": planning.institute.session_id}, by=student(planning, 0))
    assert (told.verdict, told.code) == ("rejected", "not_live")


def test_what_isnt_there_yet_waits(planning: Planning) -> None:
    new, guest = planning.institute.parts.new_id, student(planning, 0)
    assert planning.do("JoinLiveSession", {"session_id": new()}, by=guest).code == "waits_for_creation"
    assert planning.do("LeaveLiveSession", {"session_id": new()}, by=guest).code == "waits_for_creation"
    assert planning.do("CancelOfficeBooking", {"session_id": new()}, by=guest).code == "waits_for_creation"
    told = planning.do("BookOfficeHours", {"session_id": new(), "starts_at": at("08:30")}, by=guest)
    assert told.code == "waits_for_creation"


def book(planning: Planning, session_id: str, start: str, number: int, **more: Any) -> Any:
    payload = {"session_id": session_id, "starts_at": at(start), **more}
    return planning.do("BookOfficeHours", payload, by=student(planning, number))


def test_the_first_who_books_has_the_time(planning: Planning) -> None:
    made = hours(planning)
    first = book(planning, made, "08:45", 0, topic=" Portfolio ")
    assert first.verdict == "applied"
    body = planning.row("office_booking", first.target_id)
    assert (body["starts_at"], body["ends_at"], body["topic"]) == (at("08:45"), at("09:00"), "Portfolio")
    second = book(planning, made, "08:45", 1)
    assert (second.verdict, second.code) == ("rejected", "slot_taken")
    assert second.message == "Someone else has this time. Choose another one."
    assert book(planning, made, "09:00", 1).verdict == "applied"


def test_two_bookings_of_one_batch_meet_each_other(planning: Planning) -> None:
    made, guest = hours(planning), student(planning, 0)
    new = planning.institute.parts.new_id
    payload = {"session_id": made, "starts_at": at("08:30")}
    told = guest.send(*(guest.command("BookOfficeHours", new(), payload) for _ in range(2)))
    assert [one.verdict for one in told] == ["applied", "rejected"]


def test_a_time_that_is_given_back_is_free_again(planning: Planning) -> None:
    made = hours(planning)
    first = book(planning, made, "08:45", 0)
    other = planning.do("CancelOfficeBooking", {"session_id": made}, first.target_id, student(planning, 1))
    assert (other.verdict, other.code) == ("rejected", "not_allowed")
    given = planning.do("CancelOfficeBooking", {"session_id": made}, first.target_id, student(planning, 0))
    assert given.verdict == "applied"
    again = planning.do("CancelOfficeBooking", {"session_id": made}, first.target_id, student(planning, 0))
    assert again.verdict == "agreed"
    second = book(planning, made, "08:45", 1)
    assert second.verdict == "applied"
    by_ama = planning.do("CancelOfficeBooking", {"session_id": made}, second.target_id, planning.institute.ama)
    assert by_ama.verdict == "applied"


@pytest.mark.parametrize("start", ["08:20", "08:40", "10:00"])
def test_a_time_that_the_hours_dont_have(planning: Planning, start: str) -> None:
    told = book(planning, hours(planning), start, 0)
    assert (told.verdict, told.code) == ("rejected", "slot_unknown")


def test_what_cant_be_booked(planning: Planning) -> None:
    told = book(planning, live(planning), "08:30", 0)
    assert told.code == "not_office_hours"
    made = planning.plan(
        "14:00", "15:00", cohort_id=planning.photo_id, session_kind="office_hours", instructor_id=planning.person("ama")
    ).target_id
    planning.edit(made, state="cancelled")
    assert book(planning, made, "14:00", 0).code == "class_session_cancelled"
    yaw = planning.institute.devices["yaw"]
    payload = {"session_id": made, "starts_at": at("14:00")}
    assert planning.do("BookOfficeHours", payload, by=yaw).code == "not_allowed"


def test_slots_are_quarters_of_an_hour_that_fit() -> None:
    session = {"id": "s", "starts_at": "2026-11-23T08:30:00Z", "ends_at": "2026-11-23T09:10:00Z"}
    booked = {"id": "b", "session_id": "s", "starts_at": "2026-11-23T08:45:00Z", "state": "booked"}
    other = {**booked, "id": "c", "session_id": "t", "starts_at": "2026-11-23T08:30:00Z"}
    given_back = {**booked, "id": "d", "starts_at": "2026-11-23T08:30:00Z", "state": "cancelled"}
    found = slots_of(session, [booked, other, given_back])
    assert [(one.starts_at[11:16], one.booking_id) for one in found] == [("08:30", None), ("08:45", "b")]
