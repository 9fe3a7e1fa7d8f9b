"""The lines of the sync page for the timetable's commands, and how its rows are listed."""

from desktop.core.area import KindSpec, Line, StoreArea
from desktop.core.local_time import local_day
from desktop.timetable import kit_lines, place_lines
from desktop.timetable.times import day_words
from shared.core.command import Command
from shared.core.projection import Body, ReadRow
from shared.core.text import text
from shared.learning.vocabulary import COHORT
from shared.people.rules import fold
from shared.timetable.commands import PAYLOADS, TYPE_VERSIONS
from shared.timetable.rules import PROJECTIONS
from shared.timetable.vocabulary import (
    CLASS_SESSION,
    HOLIDAY,
    LIVE_VISIT,
    OFFICE_BOOKING,
    ROOM,
    SESSION_SERIES,
    ClassSessionState,
)


def _starts_at(body: Body) -> str:
    return str(body.get("starts_at") or "")


def _instructor(body: Body) -> str | None:
    return body.get("instructor_id")


def _cohort(body: Body) -> str | None:
    return body.get("cohort_id")


def _first_day(body: Body) -> str:
    return str(body.get("starts_on") or body.get("starts_at_local") or "")


def _name(body: Body) -> str:
    return fold(str(body.get("name") or ""))


def session_words(body: Body, read: ReadRow) -> str:
    """Return `Sound 1B, Fri 20 Nov` for a class session."""
    cohort = read(COHORT, body["cohort_id"]) or {}
    day = day_words(local_day(body["starts_at"]))
    return text("{cohort}, {day}", cohort=cohort.get("name") or text("a class"), day=day)


def _planned(command: Command, read: ReadRow) -> str:
    words = session_words(command.payload, read)
    if command.payload.get("unplanned"):
        return text("Added the unplanned class {class_}", class_=words)
    return text("Planned the class {class_}", class_=words)


def _edited(command: Command, read: ReadRow) -> str:
    body = read(CLASS_SESSION, command.target_id)
    words = session_words(body, read) if body else text("a class")
    state = command.payload["changes"].get("state", {}).get("new")
    if state == ClassSessionState.CANCELLED:
        return text("Cancelled the class {class_}", class_=words)
    if state is not None:
        return text("Planned the class {class_} again", class_=words)
    return text("Changed the class {class_}", class_=words)


LINES: dict[str, Line] = {
    "PlanClassSession": _planned,
    "EditClassSession": _edited,
    **place_lines.LINES,
    **kit_lines.LINES,
}
KINDS = {
    CLASS_SESSION: KindSpec(
        sort_text=_starts_at,
        keys={"starts_at": _starts_at, "instructor_id": _instructor, "cohort_id": _cohort},
    ),
    SESSION_SERIES: KindSpec(sort_text=_first_day, keys={"cohort_id": _cohort}),
    ROOM: KindSpec(sort_text=_name),
    HOLIDAY: KindSpec(sort_text=_first_day),
    LIVE_VISIT: KindSpec(),
    OFFICE_BOOKING: KindSpec(sort_text=_starts_at),
    **kit_lines.KINDS,
}
STORE = StoreArea(kinds=KINDS, projections=PROJECTIONS, type_versions=TYPE_VERSIONS, lines=LINES, payloads=PAYLOADS)
