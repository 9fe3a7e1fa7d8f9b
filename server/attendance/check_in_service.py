"""Checks class codes again when they reach the server, and records who was there."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from server.attendance.queries import Place, places
from server.attendance.service import add_observations
from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.sql import SetSql
from shared.attendance import rules
from shared.attendance.check_in import PAYLOADS, corrected, may_check_in
from shared.attendance.class_code import code_at, is_current, step_of
from shared.attendance.scans import state_when
from shared.attendance.vocabulary import OBSERVATION, Method
from shared.core.clock import is_clock_off, parse_instant
from shared.core.text import text
from shared.learning.vocabulary import EnrolmentState
from shared.timetable.vocabulary import ClassSessionState

_CODES = SetSql(
    "SELECT c.session_id, c.seed, c.anchor, s.starts_at FROM {ids} i {by} class_code c ON c.session_id = i.id"
    " JOIN class_session s ON s.organisation_id = c.organisation_id AND s.id = c.session_id"
    " WHERE c.organisation_id = :organisation_id"
)
Code = Mapping[str, Any]


def check_in(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Record who typed a code of the class while it was on show, whatever their number in the same statements."""
    met = places(batch, ((item.payload.session_id, item.payload.enrolment_id, item.target.id) for item in items))
    codes = _codes(batch, items)
    cohorts = batch.memory.setdefault("session_cohorts", {})
    added: list[dict[str, Any]] = []
    decisions: list[Decision] = []
    for item in items:
        place, code = met[item.target.id], codes.get(item.payload.session_id)
        refusal = _refusal(item, place, code)
        if refusal is not None:
            decisions.append(refusal)
            continue
        body = _observation(batch, item, place)
        cohorts[body["session_id"]] = (place.session or {})["cohort_id"]
        standing = rules.unsuperseded(place.observations)
        same = bool(standing) and rules.judge(standing, body).agreed
        decisions.append(agreed(item.command.id) if same else applied(item.command.id))
        place.observations.append(body)
        added.append(body)
    add_observations(batch, added)
    return decisions


def _codes(batch: Batch, items: Sequence[Item]) -> dict[str, Code]:
    ids = orjson.dumps(sorted({item.payload.session_id for item in items})).decode()
    rows = batch.db.rows(_CODES, organisation_id=batch.organisation_id, ids=ids)
    names = ("id", "seed", "anchor", "starts_at")
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows}


def _refusal(item: Item, place: Place, code: Code | None) -> Decision | None:
    session, enrolment = place.session, place.enrolment
    if session is None or enrolment is None or code is None:
        message = text("The class of this code hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, OBSERVATION)
    if not may_check_in(item.author, enrolment["person_id"]):
        return rejected(item, "not_allowed", text("A class code marks the person who types it, nobody else."))
    step = step_of(session["id"], code["anchor"], item.payload.code)
    # Many things hash to the anchor, one alone was shown: the seed tells them apart.
    if step is None or code_at(session["id"], code["seed"], step) != item.payload.code:
        return rejected(item, "class_code_wrong", text("This isn't a code of this class. Ask your instructor."))
    if item.accepted:
        return None
    if enrolment["cohort_id"] != session["cohort_id"]:
        return rejected(item, "class_code_other_class", text("This code belongs to a class that isn't yours."))
    if enrolment["state"] == EnrolmentState.SUSPENDED:
        return rejected(item, "suspended", text("Your enrolment is suspended. Ask the office."))
    return _doubt(item, place, code, step)


def _doubt(item: Item, place: Place, code: Code, step: int) -> Decision | None:
    """Return what the office must look at: the class or its time isn't what the device knew."""
    session, enrolment = place.session or {}, place.enrolment or {}
    scope, name = f"cohort:{session['cohort_id']}", enrolment["name"]
    if session["state"] == ClassSessionState.CANCELLED:
        message = text("This class was cancelled meanwhile. Your mark is kept for the office.")
        return held("class_session_cancelled", message, OBSERVATION, scope, name)
    if not is_current(code, step, corrected(item.command.observed_at, item.command.clock_offset)):
        message = text("The time of this code doesn't fit the class as it is planned now. The office decides.")
        return held("class_code_time", message, OBSERVATION, scope, name)
    return None


def _observation(batch: Batch, item: Item, place: Place) -> dict[str, Any]:
    session, enrolment, command = place.session or {}, place.enrolment or {}, item.command
    state, minutes = state_when(session, corrected(command.observed_at, command.clock_offset))
    received = parse_instant(batch.now)
    return {
        "id": command.id,
        "revision": command.id,
        "session_id": session["id"],
        "enrolment_id": enrolment["id"],
        "person_id": enrolment["person_id"],
        "mark_id": rules.mark_id(session["id"], enrolment["id"]),
        "ordinal": 1 + max((one["ordinal"] for one in place.observations), default=0),
        "state": str(state),
        "minutes": minutes,
        "note": "",
        "method": str(Method.CODE),
        "office": False,
        "supersedes": [],
        "author_id": item.author.person_id,
        "author_name": item.author.name,
        "device_name": item.device_name,
        "observed_at": command.observed_at,
        "received_at": batch.now,
        "clock_flagged": is_clock_off(command.observed_at, command.clock_offset, received),
    }


COMMANDS = (CommandType("CheckInByCode", PAYLOADS["CheckInByCode"], check_in),)
