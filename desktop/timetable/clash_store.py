"""Clashes by the rows of this computer, with the shared rule: known before anything is saved, offline too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.timetable.store import full_name
from desktop.timetable.times import zone_of
from shared.core.clock import instant_text, parse_instant
from shared.core.text import text
from shared.learning.vocabulary import COHORT
from shared.people.vocabulary import PERSON
from shared.timetable.clashes import (
    LONGEST,
    Clash,
    Slot,
    Timetable,
    booking_slot,
    clash_sentence,
    is_booking,
    room_key,
    slot_of,
)
from shared.timetable.kit_vocabulary import KIT_BOOKING, KIT_ITEM, KitBookingState, KitKind
from shared.timetable.vocabulary import CLASS_SESSION, ROOM, RoomState


@dataclass(frozen=True)
class Met:
    """Something in the way of a wanted session, as a person is told of it."""

    sentence: str
    session_id: str
    wanted_at: str


def timetable_between(desk: Desk, starts_at: str, ends_at: str) -> Timetable:
    """Return the sessions that may lie between two instants."""
    earliest = instant_text(parse_instant(starts_at) - LONGEST)
    bodies = desk.store.page(
        CLASS_SESSION,
        [Where("starts_at", ">", earliest), Where("starts_at", "<", ends_at)],
        order="starts_at",
        limit=-1,
    )
    sessions = (slot for slot in map(slot_of, bodies) if slot is not None)
    return Timetable([*sessions, *_booked_studios(desk, starts_at, ends_at)])


def _booked_studios(desk: Desk, starts_at: str, ends_at: str) -> list[Slot]:
    """Return the bookings of studios between two instants."""
    rooms = {
        one["id"]: str(one["room"]) for one in desk.store.page(KIT_ITEM, limit=-1) if one["kit_kind"] == KitKind.STUDIO
    }
    if not rooms:
        return []
    found = desk.store.page(
        KIT_BOOKING, [Where("item_id", "in", sorted(rooms)), Where("ends_at", ">", starts_at)], limit=-1
    )
    standing = (one for one in found if one["starts_at"] < ends_at and one["state"] == KitBookingState.BOOKED)
    return [booking_slot(one, rooms[one["item_id"]]) for one in standing]


def clashes_of(desk: Desk, wanted: Sequence[Mapping[str, Any]], known: Timetable | None = None) -> list[Met]:
    """Return what wanted sessions (bodies with id, cohort, times, room, instructor, state) would meet, earliest first.

    `known` spares the reading where many are asked about one after the other.
    """
    slots = [slot for slot in map(slot_of, wanted) if slot is not None]
    if not slots:
        return []
    if known is None:
        known = timetable_between(desk, min(one.starts_at for one in slots), max(one.ends_at for one in slots))
    return _told(desk, [clash for slot in slots for clash in known.clashes_of(slot)])


def _told(desk: Desk, clashes: Sequence[Clash]) -> list[Met]:
    zone = zone_of(desk)
    cohorts = desk.store.many(COHORT, sorted({clash.taken.cohort_id for clash in clashes}))
    people = desk.store.many(PERSON, sorted({clash.taken.taught_by or "" for clash in clashes}))
    bookings = desk.store.many(KIT_BOOKING, sorted(clash.taken.id for clash in clashes if is_booking(clash.taken)))
    return [
        Met(
            clash_sentence(
                clash,
                zone,
                bookings.get(clash.taken.id, {}).get("person_name")
                or cohorts.get(clash.taken.cohort_id, {}).get("name")
                or text("another cohort"),
                full_name(people.get(clash.taken.taught_by or "")) or text("The instructor"),
            ),
            clash.taken.id,
            clash.wanted.starts_at,
        )
        for clash in clashes
    ]


def removed_room(desk: Desk, name: str) -> str:
    """Return the sentence for a room that was removed, an empty text for any other."""
    key = room_key(name)
    bodies = [one for one in desk.store.page(ROOM, limit=-1) if room_key(one["name"]) == key] if key else []
    if bodies and all(one.get("state") == RoomState.REMOVED for one in bodies):
        return text("{room} was removed. Choose another room.", room=bodies[0]["name"])
    return ""


def sessions_in_room(desk: Desk, room: str, starts_at: str, ends_at: str) -> list[dict[str, Any]]:
    """Return the class sessions in a room that are at some time between two instants, earliest first."""
    earliest = instant_text(parse_instant(starts_at) - LONGEST)
    where = [Where("starts_at", ">", earliest), Where("starts_at", "<", ends_at)]
    found = desk.store.page(CLASS_SESSION, where, order="starts_at", limit=-1)
    key = room_key(room)
    slots = {one["id"] for one in found if (slot := slot_of(one)) and room_key(slot.room) == key}
    return [one for one in found if one["id"] in slots and parse_instant(one["ends_at"]) > parse_instant(starts_at)]
