"""What pending commands of the timetable show before the server has spoken."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from shared.core.clock import instant_text, parse_instant
from shared.core.command import Command
from shared.core.errors import CampusError
from shared.core.projection import Draft, Projection, ReadRow
from shared.timetable import kit_projections
from shared.timetable.commands import SERIES_FIELDS
from shared.timetable.office_hours import SLOT
from shared.timetable.series import changed_sessions, kept_reason, meetings, next_sequence, session_of
from shared.timetable.vocabulary import (
    CLASS_SESSION,
    HOLIDAY,
    LIVE_VISIT,
    OFFICE_BOOKING,
    ROOM,
    SESSION_SERIES,
    BookingState,
    ClassSessionState,
    HolidayState,
    RoomState,
    SeriesState,
    SessionKind,
)


def session_from_plan(command: Command) -> dict[str, Any]:
    """Return the class session that a `PlanClassSession` asks for."""
    payload = command.payload
    return {
        "id": command.target_id,
        "revision": command.id,
        "cohort_id": payload["cohort_id"],
        "starts_at": payload["starts_at"],
        "ends_at": payload["ends_at"],
        "room": payload.get("room", ""),
        "instructor_id": payload.get("instructor_id"),
        "title": payload.get("title", ""),
        "state": str(ClassSessionState.SCHEDULED),
        "unplanned": payload.get("unplanned", False),
        "series_id": None,
        "session_kind": payload.get("session_kind", str(SessionKind.CLASS)),
        "link": payload.get("link", ""),
        "credentials": payload.get("credentials", ""),
        "stand_in_id": None,
        "catches_up_id": payload.get("catches_up_id"),
        "cancel_reason": "",
        "sequence": 0,
    }


def series_from_plan(command: Command) -> dict[str, Any]:
    """Return the series that a `PlanSessionSeries` asks for."""
    payload = command.payload
    given = {name: payload[name] for name in SERIES_FIELDS if name in payload}
    return {
        "id": command.target_id,
        "revision": command.id,
        "cohort_id": payload["cohort_id"],
        "room": "",
        "instructor_id": None,
        "title": "",
        "session_kind": str(SessionKind.CLASS),
        "link": "",
        "credentials": "",
        "until": None,
        **given,
        "time_zone": payload["time_zone"],
        "except_dates": sorted(payload.get("except_dates") or ()),
        "skip_holidays": payload.get("skip_holidays", True),
        "state": str(SeriesState.ACTIVE),
    }


def _changed(command: Command, present: Mapping[str, Any]) -> dict[str, Any]:
    new = {name: change.get("new") for name, change in command.payload["changes"].items()}
    return {**present, **new, "revision": command.id}


def _session(body: Mapping[str, Any]) -> Draft:
    return Draft(CLASS_SESSION, body["id"], body, body["cohort_id"])


def _plan(command: Command, _read: ReadRow) -> Sequence[Draft]:
    return [_session(session_from_plan(command))]


def _edit(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(CLASS_SESSION, command.target_id)
    if present is None:
        return []
    body = _changed(command, present)
    return [_session({**body, "cancel_reason": kept_reason(body), "sequence": next_sequence(present, body)})]


def _plan_series(command: Command, read: ReadRow) -> Sequence[Draft]:
    series = series_from_plan(command)
    try:
        made = [session_of(series, one, command.id) for one in meetings(series)]
    except CampusError:
        made = []  # the server says what is wrong with it
    # A session that is there already has what happened to it since.
    fresh = [_session(one) for one in made if read(CLASS_SESSION, one["id"]) is None]
    return [Draft(SESSION_SERIES, command.target_id, series, series["cohort_id"]), *fresh]


def _edit_series(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(SESSION_SERIES, command.target_id)
    if present is None:
        return []
    after = _changed(command, present)
    try:
        sessions = changed_sessions(
            present,
            after,
            command.payload["from_day"],
            lambda one: read(CLASS_SESSION, one),
            command.id,
            command.payload.get("cancel_reason", ""),
        )
    except CampusError:
        sessions = []
    return [Draft(SESSION_SERIES, command.target_id, after, after["cohort_id"]), *map(_session, sessions)]


def _add(kind: str, defaults: Mapping[str, Any]) -> Projection:
    def project(command: Command, _read: ReadRow) -> Sequence[Draft]:
        given = {name: command.payload.get(name, value) for name, value in defaults.items()}
        return [Draft(kind, command.target_id, {**given, "id": command.target_id, "revision": command.id})]

    return project


def _edit_entity(kind: str) -> Projection:
    def project(command: Command, read: ReadRow) -> Sequence[Draft]:
        present = read(kind, command.target_id)
        return [] if present is None else [Draft(kind, command.target_id, _changed(command, present))]

    return project


def _leave(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(LIVE_VISIT, command.target_id)
    if present is None:
        return []
    body = {**present, "left_at": present.get("left_at") or command.observed_at, "revision": command.id}
    return [Draft(LIVE_VISIT, command.target_id, body, present["session_id"])]


def _cancel_booking(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(OFFICE_BOOKING, command.target_id)
    if present is None:
        return []
    body = {**present, "state": str(BookingState.CANCELLED), "revision": command.id}
    return [Draft(OFFICE_BOOKING, command.target_id, body, present["session_id"])]


def _join(command: Command, _read: ReadRow) -> Sequence[Draft]:
    session_id = command.payload["session_id"]
    body = {
        "id": command.target_id,
        "revision": command.id,
        "session_id": session_id,
        "person_id": command.payload.get("person_id"),
        "person_name": command.payload.get("person_name", ""),
        "joined_at": command.observed_at,
        "left_at": None,
    }
    return [Draft(LIVE_VISIT, command.target_id, body, session_id)]


def _book(command: Command, _read: ReadRow) -> Sequence[Draft]:
    session_id, starts_at = command.payload["session_id"], command.payload["starts_at"]
    body = {
        "id": command.target_id,
        "revision": command.id,
        "session_id": session_id,
        "person_id": command.payload.get("person_id"),
        "person_name": command.payload.get("person_name", ""),
        "starts_at": starts_at,
        "ends_at": instant_text(parse_instant(starts_at) + timedelta(seconds=SLOT.seconds)),
        "topic": command.payload.get("topic", ""),
        "state": str(BookingState.BOOKED),
    }
    return [Draft(OFFICE_BOOKING, command.target_id, body, session_id)]


PROJECTIONS: dict[str, Projection] = {
    "PlanClassSession": _plan,
    "EditClassSession": _edit,
    "PlanSessionSeries": _plan_series,
    "EditSessionSeries": _edit_series,
    "AddRoom": _add(ROOM, {"name": "", "branch": "", "capacity": None, "state": str(RoomState.ACTIVE)}),
    "EditRoom": _edit_entity(ROOM),
    "AddHoliday": _add(
        HOLIDAY, {"name": "", "starts_on": "", "ends_on": "", "uid": "", "state": str(HolidayState.ACTIVE)}
    ),
    "EditHoliday": _edit_entity(HOLIDAY),
    "JoinLiveSession": _join,
    "LeaveLiveSession": _leave,
    "BookOfficeHours": _book,
    "CancelOfficeBooking": _cancel_booking,
    **kit_projections.PROJECTIONS,
}
