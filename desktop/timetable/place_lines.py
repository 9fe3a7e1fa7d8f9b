"""The lines of the sync page for series, rooms, holidays, live sessions and office hours."""

from collections.abc import Callable

from desktop.core.area import Line
from desktop.core.local_time import local_day
from desktop.timetable.times import day_words
from shared.core.command import Command
from shared.core.projection import ReadRow
from shared.core.text import text
from shared.learning.vocabulary import COHORT
from shared.timetable.vocabulary import CLASS_SESSION, HOLIDAY, ROOM, SESSION_SERIES, HolidayState, RoomState


def _cohort_name(cohort_id: str, read: ReadRow) -> str:
    return (read(COHORT, cohort_id) or {}).get("name") or text("a class")


def _series_planned(command: Command, read: ReadRow) -> str:
    return text("Planned a series of classes for {cohort}", cohort=_cohort_name(command.payload["cohort_id"], read))


def _series_edited(command: Command, read: ReadRow) -> str:
    body = read(SESSION_SERIES, command.target_id) or {}
    name = _cohort_name(body.get("cohort_id", ""), read)
    if "state" in command.payload["changes"]:
        return text("Cancelled the coming classes of a series for {cohort}", cohort=name)
    return text("Changed a series of classes for {cohort}", cohort=name)


def _named(command: Command, read: ReadRow, kind: str) -> str:
    body = read(kind, command.target_id) or command.payload
    return str(body.get("name") or "")


def _edited(kind: str, removed: str, template: Callable[[str, str], str]) -> Line:
    def line(command: Command, read: ReadRow) -> str:
        state = command.payload["changes"].get("state", {}).get("new")
        act = "edit" if state is None else "remove" if state == removed else "restore"
        return template(act, _named(command, read, kind))

    return line


def _room_words(act: str, name: str) -> str:
    if act == "remove":
        return text("Removed the room {name}", name=name)
    return (
        text("Took the room {name} back", name=name) if act == "restore" else text("Changed the room {name}", name=name)
    )


def _holiday_words(act: str, name: str) -> str:
    if act == "remove":
        return text("Removed the holiday {name}", name=name)
    if act == "restore":
        return text("Took the holiday {name} back", name=name)
    return text("Changed the holiday {name}", name=name)


def _of_session(command: Command, read: ReadRow) -> str:
    body = read(CLASS_SESSION, command.payload["session_id"])
    if body is None:
        return text("a class")
    day = day_words(local_day(body["starts_at"]))
    return text("{cohort}, {day}", cohort=_cohort_name(body["cohort_id"], read), day=day)


LINES: dict[str, Line] = {
    "PlanSessionSeries": _series_planned,
    "EditSessionSeries": _series_edited,
    "AddRoom": lambda command, read: text("Added the room {name}", name=_named(command, read, ROOM)),
    "EditRoom": _edited(ROOM, str(RoomState.REMOVED), _room_words),
    "AddHoliday": lambda command, read: text("Added the holiday {name}", name=_named(command, read, HOLIDAY)),
    "EditHoliday": _edited(HOLIDAY, str(HolidayState.REMOVED), _holiday_words),
    "JoinLiveSession": lambda command, read: text("Joined {class_}", class_=_of_session(command, read)),
    "LeaveLiveSession": lambda command, read: text("Left {class_}", class_=_of_session(command, read)),
    "BookOfficeHours": lambda command, read: text("Booked a time with {class_}", class_=_of_session(command, read)),
    "CancelOfficeBooking": lambda command, read: text(
        "Gave back a time with {class_}", class_=_of_session(command, read)
    ),
}
