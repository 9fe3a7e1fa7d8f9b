"""The timetable over HTTP: previews, clashes as 409, series, live sessions and office hours."""

import pytest

from server.timetable import messages
from tests.timetable.planned_server import DAY, PlannedServer, planned, small

__all__ = ["planned", "small"]

SERIES = {
    "rule": "FREQ=WEEKLY;BYDAY=MO",
    "starts_at_local": f"{DAY}T08:00",
    "minutes": 90,
    "time_zone": "Africa/Accra",
    "until": "2026-12-07",
}


def test_a_clash_answers_409_with_what_clashes_and_saves_nothing(planned: PlannedServer) -> None:
    first = planned.session(room="Studio 2").data
    told = planned.session(room="Studio 2", cohort_id=planned.film)
    assert (told.status, told.code) == (409, "clash")
    assert told.json["error"] == "Studio 2 is taken: Photography 1, Mon 23 Nov 2026, 08:30–10:00."
    (clash,) = told.json["details"]["clashes"]
    assert (clash["session_id"], clash["reason"], clash["cohort"]) == (first["id"], "room", "Photography 1")
    assert planned.ask("GET", f"class-sessions?cohort_id={planned.film}").json["pagination"]["totalCount"] == 0
    assert planned.session(room="Studio 2", cohort_id=planned.film, despite_clash=True).status == 201


def test_moving_onto_another_answers_409_and_a_held_key_says_the_same(planned: PlannedServer) -> None:
    planned.session(room="Studio 2")
    second = planned.session("11:00", "12:00", room="Studio 2").data
    told = planned.change(second, starts_at=f"{DAY}T09:30:00Z")
    assert (told.status, told.code) == (409, "clash")
    moved = planned.change(second, starts_at=f"{DAY}T10:00:00Z", ends_at=f"{DAY}T11:30:00Z")
    assert (moved.status, moved.data["sequence"]) == (200, 1)
    forced = planned.change(moved.data, starts_at=f"{DAY}T09:30:00Z", despite_clash=True)
    assert forced.data["starts_at"] == f"{DAY}T09:30:00.000Z"


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("10:00", "08:30", "The class ends before it starts. Set a later end."),
        ("08:30", "08:30", "The class ends before it starts. Set a later end."),
        ("00:10", "23:50", "The class is longer than 16 hours. Check the day of its end."),
    ],
)
def test_times_that_a_class_cant_have(small: PlannedServer, start: str, end: str, sentence: str) -> None:
    told = small.session(start, end)
    assert (told.status, told.code, told.json["error"]) == (422, "times_invalid", sentence)
    wanted = {"cohort_id": small.photo, "starts_at": f"{DAY}T{start}:00Z", "ends_at": f"{DAY}T{end}:00Z"}
    assert small.ask("POST", "class-sessions/preview", wanted).code == "times_invalid"
    made = small.session().data
    changed = small.change(made, starts_at=wanted["starts_at"], ends_at=wanted["ends_at"])
    assert (changed.status, changed.code) == (422, "times_invalid")
    assert small.ask("GET", f"class-sessions/{made['id']}").data == made


def test_a_class_over_midnight_and_one_in_a_removed_room(planned: PlannedServer) -> None:
    night = planned.ask(
        "POST",
        "class-sessions",
        {"cohort_id": planned.photo, "starts_at": f"{DAY}T22:30:00Z", "ends_at": "2026-11-24T01:00:00Z"},
    )
    assert (night.status, night.data["ends_at"]) == (201, "2026-11-24T01:00:00.000Z")
    room = planned.do("AddRoom", {"name": "Lab 1"})
    body = planned.ask("GET", f"rooms/{room}").data
    gone = planned.ask("PATCH", f"rooms/{room}", {"state": "removed"}, if_match=f'"{body["revision"]}"')
    assert gone.status == 200
    sentence = "lab 1 was removed from the rooms. Choose another room."
    told = planned.session(room="lab 1")
    assert (told.status, told.code, told.json["error"]) == (422, "room_removed", sentence)
    assert planned.change(night.data, room="lab 1").code == "room_removed"
    assert planned.session(room="lab 1", despite_clash=True).code == "room_removed"


def test_a_change_needs_the_version_seen(small: PlannedServer) -> None:
    made = small.session().data
    assert small.ask("PATCH", f"class-sessions/{made['id']}", {"room": "Lab 1"}).code == "base_missing"
    missing = small.ask("PATCH", f"class-sessions/{small.server.new_id()}", {"room": "Lab 1"}, if_match='"x"')
    assert missing.status == 404


def test_a_preview_names_clashes_holidays_and_removed_rooms_and_saves_nothing(planned: PlannedServer) -> None:
    planned.session(room="Studio 2")
    planned.do("AddHoliday", {"name": "Founders", "starts_on": DAY, "ends_on": DAY})
    wanted = {
        "cohort_id": planned.film,
        "starts_at": f"{DAY}T09:00:00Z",
        "ends_at": f"{DAY}T10:00:00Z",
        "room": "studio 2",
    }
    told = planned.ask("POST", "class-sessions/preview", wanted).data
    messages.Preview.model_validate(told, strict=True, extra="forbid")
    assert (told["count"], told["clashes"][0]["reason"]) == (1, "room")
    assert told["holidays"] == [{"day": DAY, "name": "Founders"}]
    assert told["removed_rooms"] == []
    assert planned.ask("GET", "class-sessions").json["pagination"]["totalCount"] == 1


def test_a_preview_of_a_move_leaves_the_session_itself_out(small: PlannedServer) -> None:
    made = small.session(room="Studio 2").data
    wanted = {name: made[name] for name in ("id", "cohort_id", "starts_at", "ends_at", "room")}
    assert small.ask("POST", "class-sessions/preview", wanted).data["count"] == 0
    wrong = {**wanted, "ends_at": wanted["starts_at"]}
    assert small.ask("POST", "class-sessions/preview", wrong).code == "times_invalid"


def test_a_preview_of_a_series_gives_its_days_and_a_removed_room(planned: PlannedServer) -> None:
    room = planned.do("AddRoom", {"name": "Lab 1"})
    row = planned.ask("GET", f"rooms/{room}").data
    removed = planned.ask("PATCH", f"rooms/{room}", {"state": "removed"}, if_match=f'"{row["revision"]}"')
    assert removed.data["state"] == "removed"
    planned.do("AddHoliday", {"name": "Founders", "starts_on": "2026-11-30", "ends_on": "2026-11-30"})
    told = planned.ask("POST", "class-sessions/series/preview", {"cohort_id": planned.film, **SERIES, "room": "Lab 1"})
    assert [one["day"] for one in told.data["sessions"]] == [DAY, "2026-12-07"]
    assert told.data["skipped"] == [{"day": "2026-11-30", "name": "Founders"}]
    assert told.data["removed_rooms"] == ["Lab 1"]
    endless = planned.ask("POST", "class-sessions/series/preview", {"cohort_id": planned.film, **SERIES, "until": None})
    assert (endless.status, endless.code) == (422, "rule_endless")


def test_previews_are_for_those_who_plan(small: PlannedServer) -> None:
    body = {"cohort_id": small.film, **SERIES}
    assert small.ask("POST", "class-sessions/series/preview", body, by="ama").status == 403
    times = {"starts_at": f"{DAY}T09:00:00Z", "ends_at": f"{DAY}T10:00:00Z"}
    assert small.ask("POST", "class-sessions/preview", {"cohort_id": small.film, **times}, by="esi").status == 403


def test_a_series_is_planned_read_changed_and_cancelled(planned: PlannedServer) -> None:
    made = planned.ask("POST", "class-sessions/series", {"cohort_id": planned.film, **SERIES})
    assert made.status == 201
    series = made.data
    listed = planned.ask("GET", f"class-sessions?series_id={series['id']}&limit=50").json
    assert [one["starts_at"][:10] for one in listed["data"]] == [DAY, "2026-11-30", "2026-12-07"]
    body = {"changes": {"room": "Lab 1"}, "from_day": "2026-11-30"}
    changed = planned.ask("PATCH", f"class-sessions/series/{series['id']}", body, if_match=f'"{series["revision"]}"')
    assert changed.data["room"] == "Lab 1"
    there = {"starts_at": "2026-12-07T08:30:00Z", "ends_at": "2026-12-07T09:00:00Z", "room": "Lab 2"}
    assert planned.session(**there).status == 201
    body = {"changes": {"room": "Lab 2"}, "from_day": "2026-11-30"}
    revision = changed.data["revision"]
    told = planned.ask("PATCH", f"class-sessions/series/{series['id']}", body, if_match=f'"{revision}"')
    assert (told.status, told.code) == (409, "clash")
    assert planned.ask("GET", f"class-sessions/series?cohort_id={planned.film}").json["pagination"]["totalCount"] == 1
    body = {"changes": {"state": "cancelled"}, "from_day": DAY}
    gone = planned.ask("PATCH", f"class-sessions/series/{series['id']}", body, if_match=f'"{revision}"')
    assert gone.data["state"] == "cancelled"
    left = planned.ask("GET", f"class-sessions?series_id={series['id']}&state=scheduled").json
    assert left["pagination"]["totalCount"] == 0


def test_the_same_key_plans_a_series_once(small: PlannedServer) -> None:
    body = {"cohort_id": small.film, **SERIES}
    told = [small.ask("POST", "class-sessions/series", dict(body), Idempotency_Key="one") for _ in range(2)]
    assert [one.status for one in told] == [201, 201]
    assert told[0].data["id"] == told[1].data["id"]


LINK = {"link": "https://meet.example/photo", "credentials": "4821"}


def test_a_live_session_shows_its_credentials_to_its_class_alone(planned: PlannedServer) -> None:
    made = planned.session(family="live-sessions", **LINK)
    assert (made.status, made.data["session_kind"]) == (201, "live")
    planned.session("14:00", "15:00")
    for name in ("grace", "ama", "esi"):
        listed = planned.ask("GET", "live-sessions", by=name).json
        assert [one["credentials"] for one in listed["data"]] == ["4821"], name
        assert planned.ask("GET", f"live-sessions/{made.data['id']}", by=name).data["link"] == LINK["link"]
    assert planned.ask("GET", "live-sessions", by="yaw").json["pagination"]["totalCount"] == 0
    assert planned.ask("GET", f"live-sessions/{made.data['id']}", by="yaw").status == 404
    assert planned.ask("GET", f"live-sessions?cohort_id={planned.film}").json["pagination"]["totalCount"] == 0
    other = {"link": "https://meet.example/other"}
    row = made.data
    changed = planned.ask("PATCH", f"live-sessions/{row['id']}", other, if_match=f'"{row["revision"]}"')
    assert changed.data["link"] == other["link"]


def test_an_ordinary_class_is_no_live_session(small: PlannedServer) -> None:
    made = small.session().data
    assert small.ask("GET", f"live-sessions/{made['id']}").status == 404
    wrong = small.session("14:00", "15:00", family="live-sessions", link="javascript:1")
    assert (wrong.status, wrong.code) == (422, "link_invalid")


def test_visits_are_the_staffs_to_see_and_ones_own(planned: PlannedServer) -> None:
    made = planned.session(family="live-sessions", **LINK).data["id"]
    joined = planned.ask("POST", f"live-sessions/{made}/visits", {}, by="esi", Idempotency_Key="join")
    again = planned.ask("POST", f"live-sessions/{made}/visits", {}, by="esi", Idempotency_Key="join")
    assert (joined.status, joined.data) == (201, again.data)
    by_staff = planned.ask("POST", f"live-sessions/{made}/visits", {}, by="ama")
    assert by_staff.status == 201
    left = planned.ask("POST", f"live-sessions/{made}/visits/{joined.data['id']}/leave", {}, by="esi")
    assert left.status == 200
    seen = {name: planned.ask("GET", f"live-sessions/{made}/visits", by=name).data for name in ("ama", "grace", "esi")}
    assert [len(seen[name]) for name in ("ama", "grace", "esi")] == [2, 2, 1]
    assert seen["esi"][0]["left_at"]
    assert planned.ask("POST", f"live-sessions/{made}/visits", {}, by="yaw").status == 403


def test_office_hours_are_booked_once_and_show_no_names_to_students(planned: PlannedServer) -> None:
    hours = planned.session("14:00", "14:30", session_kind="office_hours", instructor_id=planned.people["ama"]).data
    path = f"class-sessions/{hours['id']}"
    body = {"starts_at": f"{DAY}T14:15:00Z", "topic": "Portfolio"}
    booked = planned.ask("POST", f"{path}/bookings", body, by="ama")
    assert booked.status == 201
    taken = planned.ask("POST", f"{path}/bookings", body, by="esi")
    assert (taken.status, taken.code) == (409, "slot_taken")
    told = planned.ask("GET", f"{path}/slots", by="esi").data
    assert [(one["starts_at"][11:16], one["free"], one["booking"]) for one in told] == [
        ("14:00", True, None), ("14:15", False, None)
    ]  # fmt: skip
    assert planned.ask("GET", f"{path}/slots", by="ama").data[1]["booking"]["topic"] == "Portfolio"
    refused = planned.ask("POST", f"{path}/bookings/{booked.data['id']}/cancel", {}, by="esi")
    assert refused.status == 403
    assert planned.ask("POST", f"{path}/bookings/{booked.data['id']}/cancel", {}, by="ama").status == 200
    assert planned.ask("GET", f"{path}/slots", by="esi").data[1]["free"]
    plain = planned.session("16:00", "17:00").data
    assert planned.ask("GET", f"class-sessions/{plain['id']}/slots").data == []


def test_rooms_and_holidays_are_families_of_their_own(small: PlannedServer) -> None:
    made = small.ask("POST", "rooms", {"name": "Studio 2", "capacity": 24})
    assert (made.status, made.data["capacity"]) == (201, 24)
    assert small.ask("GET", "rooms?state=active", by="esi").json["pagination"]["totalCount"] == 1
    days = {"name": "Founders", "starts_on": "2026-12-01", "ends_on": "2026-12-02"}
    holiday = small.ask("POST", "holidays", days)
    assert (holiday.status, holiday.data["state"]) == (201, "active")
    assert small.ask("POST", "holidays", {**days, "ends_on": "2026-11-01"}).code == "days_invalid"
    assert small.ask("POST", "rooms", {"name": "Studio 3"}, by="ama").status == 403


@pytest.mark.parametrize(
    ("model", "example"),
    [("Preview", "PREVIEW_EXAMPLE"), ("LinkShown", "LINK_EXAMPLE"), ("HolidaysImported", "IMPORT_EXAMPLE")],
)
def test_examples_are_true_to_their_models(model: str, example: str) -> None:
    shown = getattr(messages, example)
    assert getattr(messages, model).model_validate(shown).model_dump() == shown


@pytest.mark.parametrize("model", ["SessionPreviewAsk", "SeriesAsk", "SeriesChange", "BookingAsk", "LinkAsk"])
def test_what_is_asked_has_a_true_example(model: str) -> None:
    known = getattr(messages, model)
    known.model_validate(known.model_config["json_schema_extra"]["example"])
