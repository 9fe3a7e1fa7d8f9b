"""What people do in live sessions and office hours: join, leave, book a time, give it back."""

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from shared.core.errors import CampusError
from shared.core.text import text
from shared.timetable.permissions import may_attend, may_cancel_booking
from shared.timetable.vocabulary import LIVE_VISIT, OFFICE_BOOKING, BookingState


def visits_of(desk: Desk, session_id: str) -> list[dict[str, Any]]:
    """Return who joined and left a live session, earliest first."""
    return sorted(desk.store.children(LIVE_VISIT, session_id), key=lambda one: (one["joined_at"], one["id"]))


def bookings_of(desk: Desk, session_id: str) -> list[dict[str, Any]]:
    """Return the bookings of office hours that stand, earliest first."""
    found = [one for one in desk.store.children(OFFICE_BOOKING, session_id) if one["state"] == BookingState.BOOKED]
    return sorted(found, key=lambda one: (one["starts_at"], one["id"]))


def own_visit(desk: Desk, session_id: str) -> dict[str, Any] | None:
    """Return one's own visit that goes on, or None."""
    own = [one for one in visits_of(desk, session_id) if one["person_id"] == desk.actor.person_id]
    return next((one for one in own if not one.get("left_at")), None)


def join(desk: Desk, session: Mapping[str, Any]) -> str:
    """Say that one has joined a live session; returns the visit's id. Raises CampusError `not_allowed`."""
    _check(desk, session)
    visit_id = desk.ids()
    desk.commit([Ask("JoinLiveSession", visit_id, {"session_id": session["id"], **_self(desk)})])
    return visit_id


def leave(desk: Desk, visit: Mapping[str, Any]) -> None:
    """Say that one has left."""
    desk.commit([Ask("LeaveLiveSession", visit["id"], {"session_id": visit["session_id"]}, base=visit["revision"])])


def book(desk: Desk, session: Mapping[str, Any], starts_at: str, topic: str = "") -> str:
    """Take a time of office hours; returns the booking's id. Raises CampusError `not_allowed`, `slot_taken`."""
    _check(desk, session)
    if any(one["starts_at"] == starts_at for one in bookings_of(desk, session["id"])):
        raise CampusError("slot_taken", text("Someone else has this time. Choose another one."))
    booking_id = desk.ids()
    payload = {"session_id": session["id"], "starts_at": starts_at, "topic": topic.strip(), **_self(desk)}
    desk.commit([Ask("BookOfficeHours", booking_id, payload)])
    return booking_id


def give_back(desk: Desk, booking: Mapping[str, Any], session: Mapping[str, Any]) -> None:
    """Give a booked time back. Raises CampusError `not_allowed`."""
    if not may_cancel_booking(desk.actor, booking, session):
        raise CampusError("not_allowed", text("This booking is someone else's."))
    payload = {"session_id": session["id"]}
    desk.commit([Ask("CancelOfficeBooking", booking["id"], payload, base=booking["revision"])])


def _self(desk: Desk) -> dict[str, Any]:
    return {"person_id": desk.actor.person_id, "person_name": desk.actor.name}


def _check(desk: Desk, session: Mapping[str, Any]) -> None:
    # Scopes are the server's to say; a device that doesn't know its own has only rows that it may see.
    if desk.actor.scopes and not may_attend(desk.actor, session["cohort_id"]):
        raise CampusError("not_allowed", text("This class isn't yours. Ask the office."))
