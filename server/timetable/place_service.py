"""What the commands of rooms and holidays do."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core import conflicts
from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, edit
from server.core.field_values import refused_values
from server.timetable.kinds import CLASS_SESSION_KIND, HOLIDAY_KIND, ROOM_KIND, SERIES_KIND
from server.timetable.service import not_allowed
from shared.core.outcome import Verdict
from shared.core.text import text
from shared.timetable.clashes import room_key
from shared.timetable.commands import HOLIDAY_FIELDS, PAYLOADS, ROOM_FIELDS, AddHoliday, AddRoom
from shared.timetable.permissions import may_plan
from shared.timetable.rules import days_error
from shared.timetable.vocabulary import ROOM, HolidayState, RoomState

_HOLDER = "SELECT id FROM room WHERE organisation_id = :organisation_id AND room_key = :room_key"
_TO_COME = """
SELECT id FROM class_session WHERE organisation_id = :organisation_id AND room_key = :room_key AND ends_at > :now
"""
_SERIES_IN = "SELECT id FROM session_series WHERE organisation_id = :organisation_id AND room = :room"
_LARGEST = 100_000


def add_rooms(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add rooms; a name that another room has becomes a conflict of both."""
    bodies: dict[str, Body] = {}
    for item in items:
        if (item.accepted or may_plan(item.author)) and item.payload.name.strip():
            payload = item.payload
            bodies[item.command.id] = {
                "id": item.target.id,
                "revision": item.command.id,
                "name": payload.name.strip(),
                "branch": payload.branch.strip(),
                "capacity": payload.capacity,
                "state": str(RoomState.ACTIVE),
            }
    inserted = ROOM_KIND.insert(batch, list(bodies.values()))
    return [_room_decision(batch, item, bodies.get(item.command.id), inserted) for item in items]


def _room_decision(batch: Batch, item: Item, body: Body | None, inserted: set[str]) -> Decision:
    if body is None:
        blank = item.accepted or may_plan(item.author)
        return rejected(item, "field_invalid", _nameless()) if blank else not_allowed(item)
    if body["id"] in inserted:
        return applied(item.command.id)
    row = batch.db.one(_HOLDER, organisation_id=batch.organisation_id, room_key=room_key(body["name"]))
    holder_id = row[0] if row else body["id"]
    holder = ROOM_KIND.read(batch, [holder_id]).get(holder_id)
    shown = [name for name in ROOM_FIELDS if holder is not None and body[name] != holder[name]]
    if holder is None or not shown:
        return agreed(holder["revision"] if holder else None, existing_id=holder_id)
    theirs = conflicts.side_from_log(batch, holder["revision"], {name: holder[name] for name in shown})
    mine = conflicts.side_of(batch, item, {name: body[name] for name in shown})
    subject = ROOM_KIND.subject(holder, "same:name")
    conflict_id = conflicts.open_conflict(batch, subject, theirs, mine, tuple(shown), "value_taken")
    message = text("{name} is there already. Both versions are kept until someone chooses.", name=holder["name"])
    return Decision(Verdict.CONFLICT, item.target.base, conflict_id, "value_taken", message, {"holder": holder_id})


def _nameless() -> str:
    return text("The name can't be empty. Enter one.")


def edit_rooms(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Change rooms field by field, remove them and take them back; classes to come follow a room's new name."""

    def check(within: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
        refusal = _check(item, wanted, ROOM_FIELDS, frozenset(RoomState))
        if refusal is not None:
            return refusal
        capacity = wanted.get("capacity")
        if capacity is not None and not (isinstance(capacity, int) and 0 < capacity <= _LARGEST):
            return rejected(item, "field_invalid", text("The capacity is a number of people. Enter it again."))
        refusal = refused_values(item, AddRoom, wanted)
        if refusal is not None:
            return refusal
        key = room_key(wanted.get("name", body["name"]))
        if key == room_key(body["name"]):
            return None
        row = within.db.one(_HOLDER, organisation_id=within.organisation_id, room_key=key)
        if row is None or row[0] == body["id"]:
            return None
        return rejected(item, "value_taken", text("{name} is there already. Enter another name.", name=wanted["name"]))

    before = ROOM_KIND.read(batch, (item.target.id for item in items))
    decisions = edit(batch, ROOM_KIND, items, check)
    for item in items:
        was, now = before.get(item.target.id), batch.changes.get((ROOM, item.target.id))
        if was is not None and now is not None and now.body is not None and was["name"] != now.body["name"]:
            _rename(batch, item, was["name"], now.body["name"])
    return decisions


def _rename(batch: Batch, item: Item, old: str, new: str) -> None:
    """Give a room's new name to its classes to come and to its series, which hold it as a text."""
    places = {"organisation_id": batch.organisation_id, "room_key": room_key(old), "now": batch.now}
    ids = [row[0] for row in batch.db.rows(_TO_COME, **places)]
    sessions = CLASS_SESSION_KIND.read(batch, ids).values()
    changed = {"room": new, "revision": item.command.id}
    CLASS_SESSION_KIND.update(batch, [{**body, **changed} for body in sessions])
    rows = batch.db.rows(_SERIES_IN, organisation_id=batch.organisation_id, room=old)
    series = SERIES_KIND.read(batch, [row[0] for row in rows]).values()
    SERIES_KIND.update(batch, [{**body, **changed} for body in series])


def add_holidays(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add holidays; classes that are planned on their days stay, and whoever plans decides about them."""
    refusals: dict[str, Decision | None] = {}
    bodies: list[Body] = []
    for item in items:
        payload = item.payload
        fault = days_error(payload.starts_on, payload.ends_on)
        if not item.accepted and not may_plan(item.author):
            refusals[item.command.id] = not_allowed(item)
        elif fault is not None:
            refusals[item.command.id] = rejected(item, "days_invalid", fault)
        else:
            fields = ("name", "starts_on", "ends_on", "uid")
            given = {name: getattr(payload, name).strip() for name in fields}
            made = {"id": item.target.id, "revision": item.command.id, "state": str(HolidayState.ACTIVE)}
            bodies.append({**given, **made})
    inserted = HOLIDAY_KIND.insert(batch, bodies)
    return [refusals.get(item.command.id) or _holiday_decision(item, inserted) for item in items]


def _holiday_decision(item: Item, inserted: set[str]) -> Decision:
    if item.target.id in inserted:
        return applied(item.command.id)
    return agreed(None, existing_id=item.target.id)


def edit_holidays(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Change holidays field by field, remove them and take them back."""

    def check(_batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
        refusal = _check(item, wanted, HOLIDAY_FIELDS, frozenset(HolidayState))
        if refusal is not None:
            return refusal
        after = {**body, **wanted}
        fault = days_error(after["starts_on"], after["ends_on"])
        return rejected(item, "days_invalid", fault) if fault else refused_values(item, AddHoliday, wanted)

    return edit(batch, HOLIDAY_KIND, items, check)


def _check(item: Item, wanted: Mapping[str, Any], fields: Sequence[str], states: frozenset[str]) -> Decision | None:
    if not item.accepted and not may_plan(item.author):
        return not_allowed(item)
    if not set(wanted) <= set(fields):
        return rejected(item, "field_unknown", text("This field can't be changed here."))
    if "state" in wanted and wanted["state"] not in states:
        return rejected(item, "field_invalid", text("It can be removed and taken back."))
    name = wanted.get("name", "-")
    if not isinstance(name, str) or not name.strip() or len(name) > 100:
        return rejected(item, "field_invalid", _nameless())
    if not isinstance(wanted.get("branch", ""), str):
        return rejected(item, "field_invalid", text("The branch is a text. Enter it again."))
    return None


COMMANDS = (
    CommandType("AddRoom", PAYLOADS["AddRoom"], add_rooms),
    CommandType("EditRoom", PAYLOADS["EditRoom"], edit_rooms),
    CommandType("AddHoliday", PAYLOADS["AddHoliday"], add_holidays),
    CommandType("EditHoliday", PAYLOADS["EditHoliday"], edit_holidays),
)
