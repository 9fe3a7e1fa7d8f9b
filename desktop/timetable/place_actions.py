"""What people do to rooms and holidays."""

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.timetable.actions import check_planner
from desktop.timetable.week_store import room_bodies
from shared.core.errors import CampusError
from shared.core.text import text
from shared.timetable.clashes import room_key
from shared.timetable.rules import days_error
from shared.timetable.vocabulary import HolidayState, RoomState


def add_room(desk: Desk, name: str, branch: str = "", capacity: int | None = None) -> str:
    """Add a room; returns its id. Raises CampusError `not_allowed`, `name_missing`, `room_exists`."""
    check_planner(desk)
    _check_name(desk, name)
    room_id = desk.ids()
    payload = {"name": name.strip(), "branch": branch.strip(), "capacity": capacity}
    desk.commit([Ask("AddRoom", room_id, payload)])
    return room_id


def edit_room(desk: Desk, shown: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Save what differs of a room's name, branch, capacity and state; False where nothing does."""
    check_planner(desk)
    if "name" in wanted:
        _check_name(desk, str(wanted["name"]), but=shown["id"])
    return _edit(desk, "EditRoom", shown, wanted)


def set_room_removed(desk: Desk, shown: Mapping[str, Any], *, removed: bool) -> bool:
    """Remove a room, or take it back; classes that were in it stay."""
    return edit_room(desk, shown, {"state": str(RoomState.REMOVED if removed else RoomState.ACTIVE)})


def _check_name(desk: Desk, name: str, but: str = "") -> None:
    if not name.strip():
        raise CampusError("name_missing", text("Enter the room's name."))
    key = room_key(name)
    if any(room_key(one["name"]) == key and one["id"] != but for one in room_bodies(desk, removed=True)):
        raise CampusError("room_exists", text("There is a room {name} already.", name=name.strip()))


def add_holiday(desk: Desk, name: str, starts_on: str, ends_on: str) -> str:
    """Add days without classes; returns the id. Raises CampusError `not_allowed`, `name_missing`, `days_invalid`."""
    check_planner(desk)
    _check_holiday(name, starts_on, ends_on)
    holiday_id = desk.ids()
    desk.commit([Ask("AddHoliday", holiday_id, {"name": name.strip(), "starts_on": starts_on, "ends_on": ends_on})])
    return holiday_id


def edit_holiday(desk: Desk, shown: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Save what differs of a holiday's name, days and state; False where nothing does."""
    check_planner(desk)
    after = {**shown, **wanted}
    _check_holiday(after["name"], after["starts_on"], after["ends_on"])
    return _edit(desk, "EditHoliday", shown, wanted)


def set_holiday_removed(desk: Desk, shown: Mapping[str, Any], *, removed: bool) -> bool:
    """Remove a holiday, or take it back; classes that were left out aren't planned by that."""
    return edit_holiday(desk, shown, {"state": str(HolidayState.REMOVED if removed else HolidayState.ACTIVE)})


def _check_holiday(name: str, starts_on: str, ends_on: str) -> None:
    if not name.strip():
        raise CampusError("name_missing", text("Enter the holiday's name."))
    fault = days_error(starts_on, ends_on)
    if fault is not None:
        raise CampusError("days_invalid", fault)


def _edit(desk: Desk, command: str, shown: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    changes = {
        name: {"old": shown.get(name), "new": value} for name, value in wanted.items() if value != shown.get(name)
    }
    if changes:
        desk.commit([Ask(command, shown["id"], {"changes": changes}, base=shown["revision"])])
    return bool(changes)
