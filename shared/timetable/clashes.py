"""The rule of clashes: two class sessions at one time can't share a room, whoever teaches, or their cohort."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.core.clock import instant_text, parse_instant
from shared.core.text import text
from shared.timetable.vocabulary import ClashReason, ClassSessionState

LONGEST = timedelta(hours=16)
"""No class session lasts longer, so that nothing that began earlier can reach into one."""
SLOT_FIELDS = frozenset({"starts_at", "ends_at", "room", "instructor_id", "stand_in_id", "state"})
"""A change of one of these can make a clash."""


def room_key(name: str) -> str:
    """Return how the name of a room is compared: `Studio  2` and `studio 2` are one room."""
    return " ".join(name.casefold().split())


def taught_by(body: Mapping[str, Any]) -> str | None:
    """Return who teaches a class session: the stand-in where there is one, else the instructor."""
    return body.get("stand_in_id") or body.get("instructor_id")


@dataclass(frozen=True)
class Slot:
    """What a class session takes up; the times are instants of fixed width, `2026-11-20T08:30:00.000Z`."""

    id: str
    cohort_id: str
    starts_at: str
    ends_at: str
    room: str = ""
    taught_by: str | None = None

    @property
    def keys(self) -> tuple[tuple[ClashReason, str], ...]:
        """What it can't share: its room and whoever teaches it, where it has them, and its cohort."""
        wanted = (
            (ClashReason.ROOM, room_key(self.room)),
            (ClashReason.INSTRUCTOR, self.taught_by or ""),
            (ClashReason.COHORT, self.cohort_id),
        )
        return tuple((reason, value) for reason, value in wanted if value)

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
        instant_text(parse_instant(body["starts_at"])),
        instant_text(parse_instant(body["ends_at"])),
        body.get("room") or "",
        taught_by(body),
    )


@dataclass(frozen=True)
class Clash:
    """A wanted session meets one that is there; `reason` is the first thing that they can't share."""

    reason: ClashReason
    wanted: Slot
    taken: Slot


class Timetable:
    """Class sessions by what they take up: the one rule for server and desktop."""

    def __init__(self, slots: Iterable[Slot] = ()) -> None:
        self._slots: dict[str, Slot] = {}
        self._taken: dict[tuple[ClashReason, str], list[Slot]] = defaultdict(list)
        for slot in slots:
            self.add(slot)

    def add(self, slot: Slot) -> None:
        """Put a session in, or where it is now instead of where it was."""
        self._slots[slot.id] = slot
        for key in slot.keys:
            self._taken[key].append(slot)

    def drop(self, session_id: str) -> Slot | None:
        """Take a session out; returns where it was, None where it wasn't."""
        return self._slots.pop(session_id, None)

    def clashes_of(self, wanted: Slot) -> list[Clash]:
        """Return what clashes with a session, earliest first, each session once; it never clashes with itself."""
        found: dict[str, Clash] = {}
        for key in wanted.keys:
            for taken in self._taken.get(key, ()):
                is_there = self._slots.get(taken.id) is taken and taken.id != wanted.id
                if is_there and taken.id not in found and wanted.overlaps(taken):
                    found[taken.id] = Clash(key[0], wanted, taken)
        return sorted(found.values(), key=lambda one: (one.taken.starts_at, one.taken.id))


def clash_sentence(clash: Clash, zone: ZoneInfo, cohort: str, instructor: str) -> str:
    """Return what a person is told of a clash; `cohort` and `instructor` are the names at the taken session."""
    when = span_words(clash.taken.starts_at, clash.taken.ends_at, zone)
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
