"""The rule of clashes: two class sessions at one time can't share a room, whoever teaches, or their cohort."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from shared.core.clock import instant_text, parse_instant
from shared.core.text import text
from shared.timetable.vocabulary import ClashReason, ClassSessionState

LONGEST = timedelta(hours=16)
"""No class session lasts longer, so that nothing that began earlier can reach into one."""
_WIDTH = len("2026-11-20T08:30:00.000Z")
SLOT_FIELDS = frozenset({"starts_at", "ends_at", "room", "instructor_id", "stand_in_id", "state"})
"""A change of one of these can make a clash."""


def room_key(name: str) -> str:
    """Return how the name of a room is compared: `Studio  2` and `studio 2` are one room."""
    return " ".join(name.casefold().split())


def taught_by(body: Mapping[str, Any]) -> str | None:
    """Return who teaches a class session: the stand-in where there is one, else the instructor."""
    return body.get("stand_in_id") or body.get("instructor_id")


class Slot(NamedTuple):
    """What a class session takes up; the times are instants of fixed width, `2026-11-20T08:30:00.000Z`."""

    id: str
    cohort_id: str
    starts_at: str
    ends_at: str
    room: str = ""
    taught_by: str | None = None

    def overlaps(self, other: "Slot") -> bool:
        """Tell whether both are at one time; one may begin when the other ends."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def slot_of(body: Mapping[str, Any]) -> Slot | None:
    """Return what a class session takes up; a cancelled one takes up nothing."""
    if body.get("state") == ClassSessionState.CANCELLED:
        return None
    return Slot(
        body["id"],
        body["cohort_id"],
        _in_one_form(body["starts_at"]),
        _in_one_form(body["ends_at"]),
        body.get("room") or "",
        taught_by(body),
    )


def booking_slot(booking: Mapping[str, Any], room: str) -> Slot:
    """Return what the booking of a studio takes up: its room, for nobody's cohort."""
    return Slot(booking["id"], "", _in_one_form(booking["starts_at"]), _in_one_form(booking["ends_at"]), room)


def is_booking(slot: Slot) -> bool:
    """Tell whether a slot is a studio's booking; every class session has a cohort."""
    return not slot.cohort_id


def _in_one_form(instant: str) -> str:
    """Return an instant as texts are compared; what the server sent has that form already."""
    if len(instant) == _WIDTH and instant.endswith("Z"):
        return instant
    return instant_text(parse_instant(instant))


@dataclass(frozen=True)
class Clash:
    """A wanted session meets one that is there; `reason` is the first thing that they can't share."""

    reason: ClashReason
    wanted: Slot
    taken: Slot


_Place = tuple[int, str, str]
_REASONS = (ClashReason.ROOM, ClashReason.INSTRUCTOR, ClashReason.COHORT)


def _places(slot: Slot) -> list[_Place]:
    """Return what a session can't share (by its number among the reasons) on each day in UTC that it touches.

    What overlaps shares a day.
    """
    first, last = slot.starts_at[:10], slot.ends_at[:10]
    values = (room_key(slot.room), slot.taught_by, slot.cohort_id)
    found = [(at, value, first) for at, value in enumerate(values) if value]
    return found if first == last else [*found, *((at, value, last) for at, value, _ in found)]


class Timetable:
    """Class sessions by what they take up: the one rule for server and desktop."""

    def __init__(self, slots: Iterable[Slot] = ()) -> None:
        self._slots: dict[str, Slot] = {}
        self._taken: dict[_Place, list[Slot]] = defaultdict(list)
        for slot in slots:
            self.add(slot)

    def add(self, slot: Slot) -> None:
        """Put a session in, or where it is now instead of where it was."""
        self._slots[slot.id] = slot
        for place in _places(slot):
            self._taken[place].append(slot)

    def drop(self, session_id: str) -> Slot | None:
        """Take a session out; returns where it was, None where it wasn't."""
        return self._slots.pop(session_id, None)

    def clashes_of(self, wanted: Slot) -> list[Clash]:
        """Return what clashes with a session, earliest first, each session once; it never clashes with itself."""
        found: dict[str, Clash] = {}
        for place in _places(wanted):
            for taken in self._taken.get(place, ()):
                if taken.id in found or taken.id == wanted.id or not wanted.overlaps(taken):
                    continue
                if self._slots.get(taken.id) is taken:
                    found[taken.id] = Clash(_REASONS[place[0]], wanted, taken)
        return sorted(found.values(), key=lambda one: (one.taken.starts_at, one.taken.id))


def clash_sentence(clash: Clash, zone: ZoneInfo, cohort: str, instructor: str) -> str:
    """Return what a person is told of a clash; `cohort` and `instructor` are the names at the taken session.

    Of a studio's booking `cohort` is who booked.
    """
    when = span_words(clash.taken.starts_at, clash.taken.ends_at, zone)
    if is_booking(clash.taken):
        return text("{room} is booked: {name}, {when}.", room=clash.taken.room, name=cohort, when=when)
    if clash.reason is ClashReason.ROOM:
        return text("{room} is taken: {cohort}, {when}.", room=clash.taken.room, cohort=cohort, when=when)
    if clash.reason is ClashReason.INSTRUCTOR:
        return text("{name} teaches then: {cohort}, {when}.", name=instructor, cohort=cohort, when=when)
    return text("{cohort} has another class then: {when}.", cohort=cohort, when=when)


def span_words(starts_at: str, ends_at: str, zone: ZoneInfo) -> str:
    """Return `Fri 20 Nov 2026, 08:30–10:00` on the clocks of `zone`."""
    start, end = parse_instant(starts_at).astimezone(zone), parse_instant(ends_at).astimezone(zone)
    return text("{day}, {start}–{end}", day=day_words(start), start=f"{start:%H:%M}", end=f"{end:%H:%M}")


def day_words(day: datetime) -> str:
    """Return `Fri 20 Nov 2026`."""
    weekdays = (text("Mon"), text("Tue"), text("Wed"), text("Thu"), text("Fri"), text("Sat"), text("Sun"))
    first = (text("Jan"), text("Feb"), text("Mar"), text("Apr"), text("May"), text("Jun"))
    months = (*first, text("Jul"), text("Aug"), text("Sep"), text("Oct"), text("Nov"), text("Dec"))
    return text(
        "{weekday} {day} {month} {year}",
        weekday=weekdays[day.weekday()],
        day=day.day,
        month=months[day.month - 1],
        year=day.year,
    )
