"""Pure decisions of the timetable: a session's state by the clock, its checks, and what pending commands show."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.core.clock import parse_instant
from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.core.text import text
from shared.timetable.vocabulary import CLASS_SESSION, ClassSessionState

LONGEST = timedelta(hours=16)


def state_at(body: Mapping[str, Any], now: datetime) -> ClassSessionState:
    """Return a session's state at `now`; cancelled stays cancelled."""
    if body.get("state") == ClassSessionState.CANCELLED:
        return ClassSessionState.CANCELLED
    if now < parse_instant(body["starts_at"]):
        return ClassSessionState.SCHEDULED
    return ClassSessionState.ONGOING if now < parse_instant(body["ends_at"]) else ClassSessionState.COMPLETED


def times_error(starts_at: str, ends_at: str) -> str | None:
    """Return the sentence for a session that ends before it starts or lasts longer than 16 hours, or None."""
    try:
        length = parse_instant(ends_at) - parse_instant(starts_at)
    except ValueError:
        return text("The times of the class can't be read. Enter day and time again.")
    if length <= timedelta(0):
        return text("The class ends before it starts. Set a later end.")
    return text("The class is longer than 16 hours. Check the day of its end.") if length > LONGEST else None


def _project_plan(command: Command, _read: ReadRow) -> Sequence[Draft]:
    payload = command.payload
    body = {
        "id": command.target_id,
        "revision": command.id,
        "cohort_id": payload["cohort_id"],
        "starts_at": payload["starts_at"],
        "ends_at": payload["ends_at"],
        "room": payload.get("room", ""),
        "instructor_id": payload.get("instructor_id"),
        "title": payload.get("title", ""),
        "state": "scheduled",
        "unplanned": payload.get("unplanned", False),
    }
    return [Draft(CLASS_SESSION, command.target_id, body, payload["cohort_id"])]


def _project_edit(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(CLASS_SESSION, command.target_id)
    if present is None:
        return []
    new = {name: change.get("new") for name, change in command.payload["changes"].items()}
    body = {**present, **new, "revision": command.id}
    return [Draft(CLASS_SESSION, command.target_id, body, present["cohort_id"])]


PROJECTIONS: dict[str, Projection] = {"PlanClassSession": _project_plan, "EditClassSession": _project_edit}
