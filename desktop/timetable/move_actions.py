"""Moving a class in the timetable: where it would be, what it would meet there, and the saving."""

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.timetable import actions
from desktop.timetable.clash_store import Met, clashes_of, removed_room
from desktop.timetable.grid_layout import Spot, moved_start
from desktop.timetable.times import clock_words, day_words
from desktop.timetable.week_store import NOWHERE, By, Shown, Span
from shared.core.clock import instant_text, parse_instant
from shared.core.text import text
from shared.timetable.clashes import Timetable
from shared.timetable.vocabulary import ClassSessionState


def fields_at(shown: Shown, spot: Spot, span: Span) -> dict[str, Any]:
    """Return the fields that a session gets at a spot; what stays the same is left out."""
    body = shown.line.body
    starts = moved_start(shown, spot)
    length = parse_instant(body["ends_at"]) - parse_instant(body["starts_at"])
    wanted: dict[str, Any] = {}
    if parse_instant(instant_text(starts)) != parse_instant(body["starts_at"]):
        wanted |= {"starts_at": instant_text(starts), "ends_at": instant_text(starts + length)}
    if spot.group is None or spot.group == shown.group:
        return wanted
    group = next((one for one in span.groups if one.id == spot.group), None)
    if span.by is By.ROOM and group is not None:
        wanted["room"] = group.name if group.id != NOWHERE else ""
    elif span.by is By.INSTRUCTOR:
        wanted["stand_in_id" if body.get("stand_in_id") else "instructor_id"] = spot.group or None
    return wanted


def met_at(desk: Desk, shown: Shown, wanted: Mapping[str, Any], known: Timetable | None = None) -> list[Met]:
    """Return what a session with these fields would meet: other sessions, or a room that was removed."""
    met = clashes_of(desk, [{**shown.line.body, **wanted}], known)
    gone = removed_room(desk, str({**shown.line.body, **wanted}.get("room") or "")) if wanted else ""
    return [Met(gone, "", ""), *met] if gone else met


def spot_words(shown: Shown, spot: Spot, span: Span) -> str:
    """Return `Tue 24 Nov, 10:00, Studio 2`."""
    starts = moved_start(shown, spot)
    group = next((one.name for one in span.groups if one.id == spot.group and one.name), "")
    return ", ".join(part for part in (day_words(starts.date()), clock_words(starts), group) if part)


def may_be_moved(shown: Shown) -> bool:
    """Tell whether a session can be moved at all: a cancelled one is planned again first."""
    return shown.line.state is not ClassSessionState.CANCELLED


def move(desk: Desk, shown: Shown, wanted: Mapping[str, Any], *, despite_clash: bool = False) -> bool:
    """Save where a session was moved to; False where it stays as it is. Raises CampusError."""
    return actions.edit_session(desk, shown.line.body, wanted, despite_clash=despite_clash)


def moved_words(shown: Shown, spot: Spot, span: Span) -> str:
    """Return what is said once a session was moved."""
    return text("{cohort} moved to {place}", cohort=shown.line.cohort, place=spot_words(shown, spot, span))
