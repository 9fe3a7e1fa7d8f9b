"""What the week and day views read: the sessions of some days, by room, instructor or cohort, and the holidays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.timetable.store import Choice, SessionLine, cohort_choices, instructor_choices, lines_of
from desktop.timetable.times import day_range, zone_of
from shared.core.actor import Actor
from shared.core.clock import instant_text, parse_instant
from shared.core.sync import ALL_SCOPE
from shared.core.text import text
from shared.people.rules import fold
from shared.people.vocabulary import Permission, Role
from shared.timetable.clashes import LONGEST, room_key, taught_by
from shared.timetable.permissions import may_plan
from shared.timetable.series import days_of
from shared.timetable.vocabulary import CLASS_SESSION, HOLIDAY, ROOM, RoomState

NOWHERE = ""
"""The group of sessions without a room or an instructor."""


class By(StrEnum):
    """What the columns or rows of the views are."""

    ROOM = "room"
    INSTRUCTOR = "instructor"
    COHORT = "cohort"
    OWN = "own"


@dataclass(frozen=True)
class Group:
    """A room, an instructor or a cohort; `detail` is how many people fit into the room."""

    id: str
    name: str
    detail: str = ""


@dataclass(frozen=True)
class Shown:
    """A session and the group in which it stands."""

    line: SessionLine
    group: str


@dataclass(frozen=True)
class Span:
    """Some days of the timetable; `holidays` are names by day."""

    days: tuple[date, ...]
    by: By
    groups: tuple[Group, ...]
    sessions: tuple[Shown, ...]
    holidays: Mapping[date, str] = field(default_factory=dict)


def sees_everything(actor: Actor) -> bool:
    """Tell whether someone may look at every room, instructor and cohort, not only at the own timetable."""
    return may_plan(actor) or actor.may(Permission.SEE_ALL)


def group_of(body: Mapping[str, Any], by: By) -> str:
    """Return the group in which a session stands."""
    if by is By.ROOM:
        return room_key(body.get("room") or "")
    if by is By.INSTRUCTOR:
        return taught_by(body) or NOWHERE
    return str(body["cohort_id"]) if by is By.COHORT else NOWHERE


def is_own(actor: Actor, body: Mapping[str, Any]) -> bool:
    """Tell whether a session is someone's own: taught, stood in for, or a class of the person's own cohorts."""
    if actor.person_id in (body.get("instructor_id"), body.get("stand_in_id")):
        return True
    if body["cohort_id"] in actor.teaches:
        return True
    # A student's store holds the classes of his or her own cohorts and no others.
    return Role.STUDENT in actor.roles and ALL_SCOPE not in actor.scopes


def read_span(desk: Desk, first: date, last: date, by: By, chosen: str = "") -> Span:
    """Return the sessions of these days; `chosen` is the one group to show, else all of them."""
    start, end = day_range(first, last, zone_of(desk))
    found = desk.store.page(
        CLASS_SESSION,
        # One that began the evening before may still go on.
        [Where("starts_at", ">=", instant_text(parse_instant(start) - LONGEST)), Where("starts_at", "<", end)],
        order="starts_at",
        limit=-1,
    )
    bodies = [body for body in found if body["ends_at"] > start]
    if by is By.OWN:
        bodies = [body for body in bodies if is_own(desk.actor, body)]
    elif chosen:
        bodies = [body for body in bodies if group_of(body, by) == chosen]
    lines = lines_of(desk, bodies)
    groups = [one for one in groups_of(desk, by, lines) if not chosen or one.id == chosen]
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    return Span(
        tuple(_kept(days, lines)),
        by,
        tuple(groups),
        tuple(Shown(line, group_of(line.body, by)) for line in lines),
        holidays_of(desk),
    )


def _kept(days: list[date], lines: list[SessionLine]) -> list[date]:
    """The days without a weekend on which nothing happens."""
    if len(days) == 1:
        return days
    used = {line.starts.date() for line in lines}
    return [day for day in days if day.weekday() < 5 or any(later in used for later in days[days.index(day) :])]


def holidays_of(desk: Desk) -> dict[date, str]:
    """Return the names of holidays by day."""
    return {date.fromisoformat(day): name for day, name in days_of(desk.store.page(HOLIDAY, limit=-1)).items()}


def room_bodies(desk: Desk, *, removed: bool = False) -> list[dict[str, Any]]:
    """Return the rooms by name, removed ones too where they are asked for."""
    bodies = desk.store.page(ROOM, limit=-1)
    living = [body for body in bodies if removed or body.get("state") != RoomState.REMOVED]
    return sorted(living, key=lambda body: fold(body["name"]))


def groups_of(desk: Desk, by: By, lines: list[SessionLine]) -> list[Group]:
    """Return the rooms, instructors or cohorts: all that are known, besides those that only sessions name."""
    if by is By.OWN:
        return [Group(NOWHERE, "")]
    used = {group_of(line.body, by): line for line in lines}
    groups = _known(desk, by, set(used))
    missing = [key for key in used if key and key not in {one.id for one in groups}]
    extra = [Group(key, _name_at(used[key], by)) for key in missing]
    groups = sorted((*groups, *extra), key=lambda one: fold(one.name))
    if NOWHERE in used:
        groups.append(Group(NOWHERE, text("No room") if by is By.ROOM else text("Nobody yet")))
    return groups


def _known(desk: Desk, by: By, used: set[str]) -> list[Group]:
    if by is By.ROOM:
        return [
            Group(room_key(body["name"]), body["name"], _seats(body))
            for body in room_bodies(desk, removed=True)
            if body.get("state") != RoomState.REMOVED or room_key(body["name"]) in used
        ]
    choices: list[Choice] = instructor_choices(desk) if by is By.INSTRUCTOR else cohort_choices(desk)
    return [Group(one.id, one.name) for one in choices]


def _seats(body: Mapping[str, Any]) -> str:
    if body.get("state") == RoomState.REMOVED:
        return text("Removed")
    return text("{count} seats", count=body["capacity"]) if body.get("capacity") else ""


def _name_at(line: SessionLine, by: By) -> str:
    return {By.ROOM: line.room, By.INSTRUCTOR: line.teacher, By.COHORT: line.cohort}.get(by, "")
