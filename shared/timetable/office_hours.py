"""Office hours in slots that people book: which slots a session has, and which are taken; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.core.clock import instant_text, parse_instant
from shared.timetable.vocabulary import BookingState

SLOT = timedelta(minutes=15)


@dataclass(frozen=True)
class OfficeSlot:
    """A time that can be booked; `booking_id` names who has it already."""

    starts_at: str
    ends_at: str
    booking_id: str | None = None


def slots_of(session: Mapping[str, Any], bookings: Iterable[Mapping[str, Any]]) -> list[OfficeSlot]:
    """Return a session's slots of a quarter of an hour, earliest first, with the bookings that stand."""
    taken = {
        instant_text(parse_instant(one["starts_at"])): one["id"]
        for one in bookings
        if one["session_id"] == session["id"] and one.get("state") == BookingState.BOOKED
    }
    start, end = parse_instant(session["starts_at"]), parse_instant(session["ends_at"])
    slots: list[OfficeSlot] = []
    while start + SLOT <= end:
        begins = instant_text(start)
        slots.append(OfficeSlot(begins, instant_text(start + SLOT), taken.get(begins)))
        start += SLOT
    return slots
