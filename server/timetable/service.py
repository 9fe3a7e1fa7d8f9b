"""What the commands of single class sessions do: plan one, move, cancel, give it a stand-in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, edit, settler_of
from server.core.sql import SetSql
from server.timetable.clash_check import ClashCheck
from server.timetable.kinds import CLASS_SESSION_KIND
from shared.core.clock import instant_text, parse_instant
from shared.core.fields import FieldChange
from shared.core.ids import is_id
from shared.core.text import text
from shared.timetable import vocabulary
from shared.timetable.clashes import SLOT_FIELDS, Slot, slot_of, taught_by
from shared.timetable.commands import (
    CLASS_SESSION_FIELDS,
    MOST_REASON,
    PAYLOADS,
    TYPE_VERSIONS,
    edit_from_first_version,
    edit_from_second_version,
    plan_from_first_version,
)
from shared.timetable.permissions import may_add_unplanned, may_plan
from shared.timetable.rules import link_error, times_error
from shared.timetable.vocabulary import ClassSessionState, SessionKind

_COHORTS = SetSql(
    "SELECT c.id, c.instructors FROM {ids} i {by} cohort c ON c.id = i.id WHERE c.organisation_id = :organisation_id"
)
_STAFF = SetSql(
    "SELECT DISTINCT p.id FROM {ids} i {by} person p ON p.id = i.id JOIN person_role r"
    " ON r.organisation_id = p.organisation_id AND r.person_id = p.id"
    " WHERE p.organisation_id = :organisation_id AND p.state = 'active' AND r.role_key <> 'student'"
)
_LONGEST_TEXTS = {"room": 100, "title": 200, "link": 500, "credentials": 500}
_PEOPLE = ("instructor_id", "stand_in_id", "catches_up_id")


def not_allowed(item: Item) -> Decision:
    """Refuse for want of a permission."""
    return rejected(item, "not_allowed", text("Your role doesn't plan classes. Ask the office."))


def teachers_of(batch: Batch, cohort_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return who teaches each of the cohorts that are there."""
    ids = orjson.dumps(sorted(set(cohort_ids))).decode()
    rows = batch.db.rows(_COHORTS, organisation_id=batch.organisation_id, ids=ids)
    return {row[0]: orjson.loads(row[1] or "[]") for row in rows}


def show_to_teachers(batch: Batch, bodies: Iterable[Body], teachers: Mapping[str, Sequence[str]]) -> None:
    """Let whoever teaches a session without teaching its cohort see the class."""
    if any((one := taught_by(body)) and one not in teachers[body["cohort_id"]] for body in bodies):
        batch.access_changed = True


def _in_utc(instant: str) -> str:
    return instant_text(parse_instant(instant))


def _refusal(item: Item) -> Decision | None:
    payload = item.payload
    fault = times_error(payload.starts_at, payload.ends_at)
    if fault is not None:
        return rejected(item, "times_invalid", fault)
    fault = link_error(payload.link)
    if fault is not None:
        return rejected(item, "link_invalid", fault)
    if item.accepted or may_plan(item.author):
        return None
    if payload.unplanned and may_add_unplanned(item.author, payload.cohort_id):
        return None
    if payload.unplanned:
        message = text("You no longer teach this cohort. The class and its register are kept for the office.")
        return held("not_teaching", message, vocabulary.CLASS_SESSION)
    return not_allowed(item)


def _planned(item: Item) -> Body:
    payload = item.payload
    return {
        "id": item.target.id,
        "revision": item.command.id,
        "cohort_id": payload.cohort_id,
        "starts_at": _in_utc(payload.starts_at),
        "ends_at": _in_utc(payload.ends_at),
        "room": payload.room.strip(),
        "instructor_id": payload.instructor_id,
        "title": payload.title.strip(),
        "state": str(ClassSessionState.SCHEDULED),
        "unplanned": payload.unplanned,
        "series_id": None,
        "session_kind": str(payload.session_kind),
        "link": payload.link.strip(),
        "credentials": payload.credentials,
        "stand_in_id": None,
        "catches_up_id": payload.catches_up_id,
        "cancel_reason": "",
        "sequence": 0,
    }


def plan(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Plan class sessions; an unplanned one by whoever teaches the cohort, and whatever it clashes with: it is held."""
    teachers = teachers_of(batch, (item.payload.cohort_id for item in items))
    refusals = {item.command.id: _refusal(item) for item in items}
    wanted = {item.command.id: _planned(item) for item in items if refusals[item.command.id] is None}
    check = ClashCheck(batch, [slot for body in wanted.values() if (slot := slot_of(body))])
    bodies: list[Body] = []
    for item in items:
        body = wanted.get(item.command.id)
        if body is None:
            continue
        refusals[item.command.id] = _in_the_way(check, item, body, teachers)
        if refusals[item.command.id] is None:
            bodies.append(body)
    inserted = CLASS_SESSION_KIND.insert(batch, bodies)
    show_to_teachers(batch, (body for body in bodies if body["id"] in inserted), teachers)
    return [refusals[item.command.id] or _made(item, inserted) for item in items]


def _in_the_way(check: ClashCheck, item: Item, body: Body, teachers: Mapping[str, Sequence[str]]) -> Decision | None:
    if body["cohort_id"] not in teachers:
        message = text("The cohort of this class hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, vocabulary.CLASS_SESSION)
    slot = slot_of(body)
    if slot is None or body["unplanned"]:
        return None  # it takes place already
    return check.refusal(item, [slot], despite_clash=item.payload.despite_clash)


def _made(item: Item, inserted: set[str]) -> Decision:
    if item.target.id in inserted:
        return applied(item.command.id)
    return agreed(None, existing_id=item.target.id)


def edit_sessions(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Move, rename, cancel class sessions and give them stand-ins, field by field."""
    for item in items:
        _write_instants_alike(item)
    present = CLASS_SESSION_KIND.read(batch, (item.target.id for item in items))
    slots = {item.key: _slot_after(present.get(item.target.id), item) for item in items}
    check = ClashCheck(batch, [slot for slot in slots.values() if slot]) if any(slots.values()) else None
    staff = _staff(batch, items)

    def allow(_batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
        refusal = _check(item, body, wanted, staff)
        slot = slots[item.key]
        if refusal is not None or slot is None or check is None:
            return refusal
        return check.refusal(item, [slot], despite_clash=item.payload.despite_clash)

    return edit(batch, CLASS_SESSION_KIND, items, allow)


def _write_instants_alike(item: Item) -> None:
    """Give wanted times the one form that the tables have, whatever zone they came in."""
    for name in ("starts_at", "ends_at"):
        change = item.payload.changes.get(name)
        if change is None:
            continue
        try:
            item.payload.changes[name] = FieldChange(old=change.old, new=_in_utc(change.new))
        except (TypeError, ValueError):
            continue  # refused below, with a sentence


def _slot_after(body: Body | None, item: Item) -> Slot | None:
    """Return what a session takes up after an edit that may clash, None where it can't."""
    wanted = {name: change.new for name, change in item.payload.changes.items() if name in SLOT_FIELDS}
    if body is None or not wanted:
        return None
    after = {**body, **wanted}
    if not isinstance(after["room"], str) or times_error(after["starts_at"], after["ends_at"]) is not None:
        return None  # it is refused for that
    return slot_of(after)


def _staff(batch: Batch, items: Sequence[Item]) -> set[str]:
    """Return who of the stand-ins that are wanted works here."""
    changes = [item.payload.changes["stand_in_id"].new for item in items if "stand_in_id" in item.payload.changes]
    wanted = sorted({one for one in changes if isinstance(one, str)})
    if not wanted:
        return set()
    ids = orjson.dumps(wanted).decode()
    return {row[0] for row in batch.db.rows(_STAFF, organisation_id=batch.organisation_id, ids=ids)}


def _check(item: Item, body: Body, wanted: Mapping[str, Any], staff: set[str]) -> Decision | None:
    if not item.accepted and not may_plan(item.author):
        return not_allowed(item)
    if not set(wanted) <= set(CLASS_SESSION_FIELDS):
        return rejected(item, "field_unknown", text("This field of a class can't be changed here."))
    if wanted.get("state", "scheduled") not in (ClassSessionState.SCHEDULED, ClassSessionState.CANCELLED):
        return rejected(item, "field_invalid", text("A class can be cancelled or planned again."))
    fault = _value_fault(wanted)
    if fault is not None:
        return rejected(item, "field_invalid", fault)
    after = {**body, **wanted}
    fault = times_error(after["starts_at"], after["ends_at"])
    if fault is not None:
        return rejected(item, "times_invalid", fault)
    fault = link_error(after["link"])
    if fault is not None:
        return rejected(item, "link_invalid", fault)
    if wanted.get("stand_in_id") is not None and wanted["stand_in_id"] not in staff:
        return rejected(
            item, "stand_in_unknown", text("Whoever stands in must work here. Choose someone of the staff.")
        )
    return None


def _value_fault(wanted: Mapping[str, Any]) -> str | None:
    """Return the sentence for a value that a class session can't have, or None."""
    for name, longest in _LONGEST_TEXTS.items():
        value = wanted.get(name, "")
        if not isinstance(value, str) or len(value) > longest:
            return text("Room, title, link and credentials are texts of at most {most} characters.", most=longest)
    reason = wanted.get("cancel_reason", "")
    if not isinstance(reason, str) or len(reason) > MOST_REASON:
        return text("The reason has at most {most} characters. Shorten it.", most=MOST_REASON)
    if wanted.get("session_kind", SessionKind.CLASS) not in set(SessionKind):
        return text("This kind of class isn't known here. Choose another one.")
    if any(wanted.get(name) is not None and not is_id(str(wanted[name])) for name in _PEOPLE):
        return text("This person isn't known here. Choose another one.")
    return None


settle = settler_of(CLASS_SESSION_KIND)
"""Writes the chosen values of a class session's conflict."""


COMMANDS = (
    CommandType(
        "PlanClassSession",
        PAYLOADS["PlanClassSession"],
        plan,
        TYPE_VERSIONS["PlanClassSession"],
        {1: plan_from_first_version},
    ),
    CommandType(
        "EditClassSession",
        PAYLOADS["EditClassSession"],
        edit_sessions,
        TYPE_VERSIONS["EditClassSession"],
        {1: edit_from_first_version, 2: edit_from_second_version},
    ),
)
