"""iCalendar files and the secret links to them, on both databases: what is in them, and who reads them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from server.timetable.calendar_export import written
from server.timetable.calendar_subjects import Event
from tests.serving import Answer
from tests.timetable.planned_server import DAY, PlannedServer, planned, small

__all__ = ["planned", "small"]

LIVE = {"session_kind": "live", "link": "https://meet.example/photo", "credentials": "secret-4821"}


def events(told: Answer) -> dict[str, Any]:
    assert told.status == 200, told.body
    calendar = icalendar.Calendar.from_ical(told.body)
    return {str(one["UID"]): one for one in calendar.walk("VEVENT")}


def one_event(told: Answer) -> Any:
    (event,) = events(told).values()
    return event


def calendar(planned: PlannedServer, by: str = "grace", **subject: str) -> Answer:
    (pair,) = subject.items()
    return planned.ask("GET", f"class-sessions/calendar?{pair[0]}={pair[1].replace(' ', '%20')}", by=by)


def test_a_cohorts_calendar_has_its_sessions_with_all_that_belongs_to_them(planned: PlannedServer) -> None:
    made = planned.session(room="Studio 2", title="Light; shade, and more", instructor_id=planned.people["ama"]).data
    told = calendar(planned, cohort_id=planned.photo)
    assert told.headers["content-type"] == "text/calendar; charset=utf-8"
    assert told.headers["content-disposition"] == 'attachment; filename="timetable.ics"'
    event = one_event(told)
    assert str(event["UID"]) == f"{made['id']}@campusdesk"
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == ("Light; shade, and more, Photography 1", "Studio 2")
    assert (int(event["SEQUENCE"]), str(event["STATUS"])) == (0, "CONFIRMED")
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    assert b"DTSTART;TZID=Africa/Accra:20261123T083000\r\n" in told.body
    assert str(event["DESCRIPTION"]) == "With Ama"
    assert b"BEGIN:VTIMEZONE\r\nTZID:Africa/Accra\r\n" in told.body
    assert b"METHOD:PUBLISH" in told.body
    assert max(len(line) for line in told.body.split(b"\r\n")) <= 75


def test_a_cancelled_session_says_why(planned: PlannedServer) -> None:
    made = planned.session(instructor_id=planned.people["ama"]).data
    planned.change(made, state="cancelled", cancel_reason="Ama is ill; no stand-in")
    event = one_event(calendar(planned, cohort_id=planned.photo))
    assert str(event["STATUS"]) == "CANCELLED"
    assert str(event["DESCRIPTION"]) == "With Ama\nCancelled: Ama is ill; no stand-in"


def test_a_moved_session_keeps_its_uid_and_a_cancelled_one_says_so(planned: PlannedServer) -> None:
    made = planned.session().data
    first = one_event(calendar(planned, cohort_id=planned.photo))
    planned.server.clock.advance(600)
    moved = planned.change(made, starts_at=f"{DAY}T09:00:00Z").data
    second = one_event(calendar(planned, cohort_id=planned.photo))
    planned.change(moved, state="cancelled", cancel_reason="Ama is ill; no stand-in")
    third = one_event(calendar(planned, cohort_id=planned.photo))
    assert {str(one["UID"]) for one in (first, second, third)} == {f"{made['id']}@campusdesk"}
    assert [int(one["SEQUENCE"]) for one in (first, second, third)] == [0, 1, 2]
    assert [str(one["STATUS"]) for one in (first, second, third)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert second["DTSTAMP"].dt - first["DTSTAMP"].dt == timedelta(minutes=10)


def test_credentials_are_in_no_calendar_and_a_rooms_has_no_link(planned: PlannedServer) -> None:
    planned.session(room="Studio 2", instructor_id=planned.people["ama"], **LIVE)
    for subject in ({"cohort_id": planned.photo}, {"person_id": planned.people["ama"]}, {"room": "studio 2"}):
        told = calendar(planned, **subject)
        assert b"secret-4821" not in told.body
        assert (b"meet.example" in told.body) == ("room" not in subject)


def test_whose_calendars_one_may_see(planned: PlannedServer) -> None:
    planned.session(room="Studio 2")
    planned.session("11:00", "12:00", room="Studio 2", cohort_id=planned.film, instructor_id=planned.people["yaw"])
    people = planned.people
    assert len(events(calendar(planned, person_id=people["esi"], by="esi"))) == 1
    assert len(events(calendar(planned, person_id=people["yaw"], by="yaw"))) == 1
    assert len(events(calendar(planned, room="Studio 2"))) == 2
    assert len(events(calendar(planned, room="Studio 2", by="esi"))) == 1
    assert calendar(planned, person_id=people["ama"], by="esi").code == "not_allowed"
    assert calendar(planned, cohort_id=planned.film, by="esi").code == "not_allowed"
    assert len(events(calendar(planned, cohort_id=planned.film, by="yaw"))) == 1


@pytest.mark.parametrize("query", ["", "?room=", "?room=x&cohort_id=y"])
def test_one_subject_is_needed(small: PlannedServer, query: str) -> None:
    told = small.ask("GET", f"class-sessions/calendar{query}")
    assert (told.status, told.code) == (422, "subject_unclear")


def test_the_same_calendar_has_the_same_bytes_and_an_etag(small: PlannedServer) -> None:
    small.session()
    first = calendar(small, cohort_id=small.photo)
    small.server.clock.advance(60)
    again = small.ask("GET", f"class-sessions/calendar?cohort_id={small.photo}", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def link(planned: PlannedServer, by: str = "esi", **subject: str) -> dict[str, Any]:
    told = planned.ask("POST", "calendar-links", subject or {"cohort_id": planned.photo}, by=by)
    assert told.status == 201, told.body
    made: dict[str, Any] = told.data
    return made


def subscribed(planned: PlannedServer, made: dict[str, Any], **headers: str) -> Answer:
    return planned.server.get(made["path"], **headers)


def test_a_secret_link_is_read_without_signing_in(planned: PlannedServer) -> None:
    planned.session()
    made = link(planned)
    assert (made["kind"], made["name"]) == ("cohort", "Photography 1")
    told = subscribed(planned, made)
    assert len(events(told)) == 1
    assert told.headers["x-robots-tag"] == "noindex"
    assert subscribed(planned, made, if_none_match=told.headers["etag"]).status == 304


def test_a_link_to_what_is_elsewhere_is_refused_with_a_sentence(planned: PlannedServer) -> None:
    elsewhere = planned.server.new_id()
    for subject, word in (("cohort_id", "cohort"), ("person_id", "person")):
        told = planned.ask("POST", "calendar-links", {subject: elsewhere})
        assert (told.status, told.code) == (404, "not_found")
        assert told.json["error"] == f"This {word} isn't in the institute. Choose one from the list."
    assert planned.ask("GET", "calendar-links").data == []


def test_a_secret_is_long_and_kept_nowhere(planned: PlannedServer) -> None:
    made = link(planned)
    secret = made["path"].removeprefix("/api/v1/calendars/").removesuffix(".ics")
    assert len(secret) >= 32 + 43
    assert link(planned)["path"] != made["path"]
    with planned.server.context.database.read() as db:
        assert secret not in str(db.rows("SELECT * FROM calendar_link"))
    listed = planned.ask("GET", "calendar-links", by="esi").data
    assert listed[0]["id"] == made["id"]
    assert all("path" not in one for one in listed)
    assert planned.ask("GET", "calendar-links", by="ama").data == []


def test_a_revoked_link_is_gone(planned: PlannedServer) -> None:
    made = link(planned)
    assert planned.ask("DELETE", f"calendar-links/{made['id']}", by="ama").status == 404
    assert planned.ask("DELETE", f"calendar-links/{made['id']}", by="esi").status == 204
    told = subscribed(planned, made)
    assert (told.status, told.code) == (410, "gone")
    assert planned.ask("DELETE", f"calendar-links/{made['id']}", by="esi").status == 404
    assert planned.ask("GET", "calendar-links", by="esi").data == []


@pytest.mark.parametrize("secret", ["x", "0" * 80, "../../etc/passwd", "Z" * 80])
def test_a_guessed_secret_opens_nothing(small: PlannedServer, secret: str) -> None:
    told = small.server.get(f"/api/v1/calendars/{secret}.ics")
    assert told.status == 404


def test_a_link_shows_what_its_maker_may_see_now(planned: PlannedServer) -> None:
    planned.session()
    made = link(planned)
    (row,) = planned.ask("GET", f"enrolments?cohort_id={planned.photo}").data
    change = {"state": "dropped", "old_state": "active"}
    command = planned.server.command("SetEnrolmentState", row["id"], change, row["revision"])
    assert planned.server.do(command).verdict == "applied"
    told = subscribed(planned, made)
    assert (told.status, told.code) == (403, "not_allowed")


def test_the_link_of_someone_suspended_is_gone(planned: PlannedServer) -> None:
    made = link(planned)
    command = planned.server.command(
        "SetPersonState", planned.people["esi"], {"state": "suspended", "old_state": "active"}
    )
    assert planned.server.do(command).verdict == "applied"
    assert subscribed(planned, made).code == "gone"


def test_links_are_made_for_calendars_that_one_may_see(small: PlannedServer) -> None:
    refused = small.ask("POST", "calendar-links", {"person_id": small.people["ama"]}, by="esi")
    assert refused.status == 403
    assert small.ask("POST", "calendar-links", {}, by="esi").code == "subject_unclear"
    for _ in range(50):
        link(small)
    assert small.ask("POST", "calendar-links", {"cohort_id": small.photo}, by="esi").code == "too_many"


def test_asking_too_often_is_slowed_down(small: PlannedServer) -> None:
    made = link(small)
    told = [subscribed(small, made).status for _ in range(120)]
    assert (told[0], told[-1]) == (200, 429)


def test_the_log_keeps_no_secret(small: PlannedServer, caplog: pytest.LogCaptureFixture) -> None:
    made = link(small)
    caplog.clear()
    subscribed(small, made)
    assert "/api/v1/calendars/-" in caplog.text
    assert made["path"] not in caplog.text


def event(**more: Any) -> Event:
    known = {
        "id": "s", "starts_at": "2026-10-20T08:00:00.000Z", "ends_at": "2026-10-20T09:00:00.000Z", "room": "",
        "title": "", "state": "scheduled", "sequence": 0, "session_kind": "class", "link": "", "cohort": "Film 1",
        "course": "Film", "teacher": "", "changed_at": "2026-10-01T00:00:00.000Z",
    }  # fmt: skip
    return Event(**(known | more))


def test_a_time_zone_with_its_changes_is_in_the_file() -> None:
    later = event(id="t", starts_at="2026-10-27T09:00:00.000Z", ends_at="2026-10-27T10:00:00.000Z")
    content = written("Film 1", [event(), later], ZoneInfo("Europe/Berlin"))
    assert b"BEGIN:DAYLIGHT" in content
    read = icalendar.Calendar.from_ical(content)
    starts = [one["DTSTART"].dt for one in read.walk("VEVENT")]
    assert [one.astimezone(UTC).hour for one in starts] == [8, 9]
    assert {one.hour for one in starts} == {10}


def test_what_a_session_is_called() -> None:
    accra = ZoneInfo("Africa/Accra")
    called = [
        (event(), "Film, Film 1"),
        (event(title="Light"), "Light, Film 1"),
        (event(session_kind="office_hours"), "Office hours, Film 1"),
        (event(session_kind="catch_up"), "Film (catch-up), Film 1"),
    ]
    for made, wanted in called:
        (read,) = icalendar.Calendar.from_ical(written("x", [made], accra)).walk("VEVENT")
        assert str(read["SUMMARY"]) == wanted


def test_an_empty_calendar_is_one_still() -> None:
    content = written("Nobody", [], ZoneInfo("Africa/Accra"))
    assert icalendar.Calendar.from_ical(content).walk("VEVENT") == []
