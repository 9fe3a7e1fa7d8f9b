"""What the commands of the timetable do: planning and changing single class sessions."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, EntityKind, edit
from server.core.sql import SetSql
from server.timetable.tables import CLASS_SESSION
from shared.core.clock import instant_text, parse_instant
from shared.core.conflict import Conflict
from shared.core.text import text
from shared.timetable import vocabulary
from shared.timetable.commands import CLASS_SESSION_FIELDS, PAYLOADS
from shared.timetable.permissions import may_add_unplanned, may_plan
from shared.timetable.rules import times_error
from shared.timetable.vocabulary import ClassSessionState

_COHORTS = SetSql("SELECT c.id FROM {ids} i {by} cohort c ON c.id = i.id WHERE c.organisation_id = :organisation_id")

CLASS_SESSION_KIND = EntityKind(
    kind=vocabulary.CLASS_SESSION,
    table=CLASS_SESSION,
    body_columns=("cohort_id", "starts_at", "ends_at", "room", "instructor_id", "title", "state", "unplanned"),
    scopes=lambda body: (f"class:{body['cohort_id']}", None),
    title=lambda body: str(body["title"] or body["starts_at"][:16].replace("T", " ")),
    parent="cohort_id",
)


def _in_utc(instant: str) -> str:
    return instant_text(parse_instant(instant))


def _refusal(item: Item) -> Decision | None:
    payload = item.payload
    fault = times_error(payload.starts_at, payload.ends_at)
    if fault is not None:
        return rejected(item, "times_invalid", fault)
    if item.accepted or may_plan(item.author):
        return None
    if payload.unplanned and may_add_unplanned(item.author, payload.cohort_id):
        return None
    if payload.unplanned:
        message = text("You no longer teach this cohort. The class and its register are kept for the office.")
        return held("not_teaching", message, vocabulary.CLASS_SESSION)
    return rejected(item, "not_allowed", text("Your role doesn't plan classes. Ask the office."))


def plan(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Plan class sessions; an unplanned one by whoever teaches the cohort."""
    ids = orjson.dumps(sorted({item.payload.cohort_id for item in items})).decode()
    known = {row[0] for row in batch.db.rows(_COHORTS, organisation_id=batch.organisation_id, ids=ids)}
    decisions: dict[str, Decision] = {}
    bodies: list[Body] = []
    for item in items:
        refusal = _refusal(item)
        if refusal is None and item.payload.cohort_id not in known:
            message = text("The cohort of this class hasn't been accepted yet. The office decides about both.")
            refusal = held("waits_for_creation", message, vocabulary.CLASS_SESSION)
        if refusal is not None:
            decisions[item.command.id] = refusal
            continue
        payload = item.payload
        bodies.append(
            {
                "id": item.target.id,
                "revision": item.command.id,
                "cohort_id": payload.cohort_id,
                "starts_at": _in_utc(payload.starts_at),
                "ends_at": _in_utc(payload.ends_at),
                "room": payload.room.strip(),
                "instructor_id": payload.instructor_id,
                "title": payload.title.strip(),
                "state": ClassSessionState.SCHEDULED,
                "unplanned": payload.unplanned,
            }
        )
        decisions[item.command.id] = applied(item.command.id)
    inserted = CLASS_SESSION_KIND.insert(batch, bodies)
    for body in bodies:
        if body["id"] not in inserted:
            decisions[body["revision"]] = agreed(None, existing_id=body["id"])
    return [decisions[item.command.id] for item in items]


def _check(_batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not item.accepted and not may_plan(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't plan classes. Ask the office."))
    if not set(wanted) <= set(CLASS_SESSION_FIELDS):
        return rejected(item, "field_unknown", text("This field of a class can't be changed here."))
    if wanted.get("state", "scheduled") not in (ClassSessionState.SCHEDULED, ClassSessionState.CANCELLED):
        return rejected(item, "field_invalid", text("A class can be cancelled or planned again."))
    after = {**body, **wanted}
    fault = times_error(after["starts_at"], after["ends_at"])
    return rejected(item, "times_invalid", fault) if fault else None


def edit_sessions(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Move, rename, cancel class sessions field by field."""
    return edit(batch, CLASS_SESSION_KIND, items, _check)


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen values of a class session's conflict."""
    body = CLASS_SESSION_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    sides = {side.command_id: side.values for side in conflict.sides}
    chosen = {name: sides[key][name] for name, key in choices.items() if name in sides[key]}
    if body is not None and any(body.get(name) != value for name, value in chosen.items()):
        CLASS_SESSION_KIND.update(batch, [{**body, **chosen, "revision": item.command.id}])


COMMANDS = (
    CommandType("PlanClassSession", PAYLOADS["PlanClassSession"], plan),
    CommandType("EditClassSession", PAYLOADS["EditClassSession"], edit_sessions),
)
