"""What pending commands of rooms, holidays, live sessions and office hours show, and who may ask for what."""

import pytest

from shared.core.command import Command
from shared.core.ids import derived_id
from shared.core.sync import ALL_SCOPE
from shared.people.vocabulary import Role
from shared.timetable.commands import (
    PAYLOADS,
    TYPE_VERSIONS,
    edit_from_first_version,
    edit_from_second_version,
    plan_from_first_version,
    series_edit_from_first_version,
)
from shared.timetable.models import Holiday, LiveVisit, OfficeBooking, Room
from shared.timetable.permissions import may_attend, may_cancel_booking, may_see_calendar_of
from shared.timetable.projections import PROJECTIONS
from shared.timetable.rules import days_error, link_error
from shared.timetable.vocabulary import HOLIDAY, LIVE_VISIT, OFFICE_BOOKING, ROOM
from tests.desks import make_actor

TARGET, SESSION, PERSON = derived_id("target"), derived_id("session"), derived_id("person")


def command(name, payload):
    PAYLOADS[name].model_validate(payload)
    return Command(
        id=derived_id(name), device_id=derived_id("d"), install_epoch=1, device_seq=1, type=name,
        type_version=TYPE_VERSIONS[name], target_id=TARGET, payload=payload, observed_at="2026-11-20T08:00:00.000Z",
    )  # fmt: skip


def project(made, present=None):
    return list(PROJECTIONS[made.type](made, lambda _kind, _id: present))


def edit(name, **changes):
    return command(name, {"changes": {key: {"old": None, "new": value} for key, value in changes.items()}})


def test_a_room_shows_at_once():
    made = command("AddRoom", {"name": "Studio 2", "capacity": 24})
    (draft,) = project(made)
    assert (draft.kind, draft.id, draft.parent) == (ROOM, TARGET, None)
    room = Room.model_validate(draft.body)
    assert (room.name, room.capacity, room.state, room.revision) == ("Studio 2", 24, "active", made.id)


def test_a_holiday_shows_at_once_and_changes():
    (draft,) = project(command("AddHoliday", {"name": "Founders", "starts_on": "2026-12-01", "ends_on": "2026-12-01"}))
    assert draft.kind == HOLIDAY
    Holiday.model_validate(draft.body)
    (changed,) = project(edit("EditHoliday", state="removed"), draft.body)
    assert changed.body == {**draft.body, "state": "removed", "revision": derived_id("EditHoliday")}


@pytest.mark.parametrize("name", ["EditRoom", "EditHoliday"])
def test_what_isnt_there_shows_nothing(name):
    assert project(edit(name, state="removed")) == []


OWN = {"session_id": SESSION, "person_id": PERSON, "person_name": "Esi"}


def test_joining_and_leaving_show_at_once():
    (joined,) = project(command("JoinLiveSession", OWN))
    assert (joined.kind, joined.parent) == (LIVE_VISIT, SESSION)
    visit = LiveVisit.model_validate(joined.body)
    assert (visit.person_id, visit.joined_at, visit.left_at) == (PERSON, "2026-11-20T08:00:00.000Z", None)
    leaving = command("LeaveLiveSession", {"session_id": SESSION})
    (left,) = project(leaving, joined.body)
    assert left.body["left_at"] == "2026-11-20T08:00:00.000Z"
    (again,) = project(leaving, {**left.body, "left_at": "earlier"})
    assert again.body["left_at"] == "earlier"
    assert project(leaving) == []


def test_a_booking_shows_at_once_and_goes():
    (booked,) = project(command("BookOfficeHours", {**OWN, "starts_at": "2026-11-20T14:15:00Z", "topic": "Portfolio"}))
    assert (booked.kind, booked.parent) == (OFFICE_BOOKING, SESSION)
    booking = OfficeBooking.model_validate(booked.body)
    assert (booking.ends_at, booking.topic, booking.state) == ("2026-11-20T14:30:00.000Z", "Portfolio", "booked")
    giving_back = command("CancelOfficeBooking", {"session_id": SESSION})
    (gone,) = project(giving_back, booked.body)
    assert gone.body["state"] == "cancelled"
    assert project(giving_back) == []


def test_older_programs_commands_are_read_as_they_were_meant():
    planned = plan_from_first_version({"cohort_id": "c", "room": "Lab 1"})
    added = {"session_kind": "class", "link": "", "credentials": "", "catches_up_id": None}
    assert planned == {**added, "cohort_id": "c", "room": "Lab 1"}
    assert edit_from_first_version({"changes": {}}) == {"despite_clash": False, "changes": {}}
    assert (TYPE_VERSIONS["PlanClassSession"], TYPE_VERSIONS["PlanSessionSeries"]) == (2, 1)
    assert edit_from_second_version({"changes": {}, "despite_clash": True}) == {"changes": {}, "despite_clash": True}
    assert series_edit_from_first_version({"changes": {}}) == {"cancel_reason": "", "changes": {}}
    assert (TYPE_VERSIONS["EditClassSession"], TYPE_VERSIONS["EditSessionSeries"]) == (3, 2)


def test_the_class_and_its_staff_attend():
    esi = make_actor(PERSON, "Esi", Role.STUDENT)
    assert not may_attend(esi, "c1")
    assert may_attend(esi.model_copy(update={"scopes": ("class:c1",)}), "c1")
    assert not may_attend(esi.model_copy(update={"scopes": ("class:c2",)}), "c1")
    assert may_attend(esi.model_copy(update={"scopes": (ALL_SCOPE,)}), "c1")


def test_who_gives_a_booked_time_back():
    booking, session = {"person_id": PERSON}, {"instructor_id": "ama"}
    assert may_cancel_booking(make_actor(PERSON, "Esi", Role.STUDENT), booking, session)
    assert may_cancel_booking(make_actor("ama", "Ama", Role.INSTRUCTOR), booking, session)
    assert may_cancel_booking(make_actor("grace", "Grace", Role.REGISTRAR), booking, session)
    assert not may_cancel_booking(make_actor("kofi", "Kofi", Role.INSTRUCTOR), booking, session)


def test_whose_calendar_one_may_see():
    assert may_see_calendar_of(make_actor(PERSON, "Esi", Role.STUDENT), PERSON)
    assert not may_see_calendar_of(make_actor(PERSON, "Esi", Role.STUDENT), "ama")
    assert not may_see_calendar_of(make_actor("ama", "Ama", Role.INSTRUCTOR), PERSON)
    assert may_see_calendar_of(make_actor("grace", "Grace", Role.REGISTRAR), PERSON)


@pytest.mark.parametrize(
    ("first", "last", "fault"),
    [
        ("2026-12-01", "2026-12-01", None),
        ("2026-12-01", "2027-03-31", None),
        ("2026-12-01", "2027-04-01", "The holiday is longer than 120 days. Check its last day."),
        ("2026-12-02", "2026-12-01", "The holiday ends before it starts. Set a later last day."),
        ("x", "2026-12-01", "The days of the holiday can't be read. Enter its first day and its last day again."),
        (None, 3, "The days of the holiday can't be read. Enter its first day and its last day again."),
    ],
)
def test_days_of_a_holiday(first, last, fault):
    assert days_error(first, last) == fault


@pytest.mark.parametrize(
    ("link", "is_one"),
    [
        ("", True), ("  ", True), ("https://meet.example/a?b=c#d", True), (" HTTP://meet.example ", True),
        ("meet.example", False), ("javascript:alert(1)", False), ("https://a b", False), ('https://a"b', False),
        ("file:///etc/passwd", False),
    ],
)  # fmt: skip
def test_a_meeting_link_is_an_address_on_the_web(link, is_one):
    assert (link_error(link) is None) == is_one
