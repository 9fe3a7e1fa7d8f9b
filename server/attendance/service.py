"""What the commands of a register do: observations are added, compared, and never changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from server.attendance import walk_in_service
from server.attendance.queries import OBSERVATION_COLUMNS, SESSION, Place, places
from server.core import conflicts
from server.core.batch import Batch, CommandType, Decision, Item, applied, held, rejected
from server.core.database import RepeatTransactionError
from server.core.sql import SetSql
from server.learning.enrolment_service import aliases
from shared.attendance import rules, vocabulary
from shared.attendance.commands import PAYLOADS
from shared.attendance.permissions import is_office, may_take_register
from shared.attendance.vocabulary import Method, RegisterState
from shared.core.clock import is_clock_off, parse_instant
from shared.core.conflict import Conflict, Side
from shared.core.outcome import Verdict
from shared.core.text import text
from shared.learning.commands import PAYLOADS as LEARNING_PAYLOADS
from shared.learning.vocabulary import EnrolmentState

_TYPES = dict.fromkeys(OBSERVATION_COLUMNS, "text") | {
    "ordinal": "integer",
    "minutes": "integer",
    "office": "boolean",
    "clock_flagged": "boolean",
}
_ADD = SetSql(
    f"INSERT INTO observation (organisation_id, {', '.join(OBSERVATION_COLUMNS)})"  # noqa: S608 - our own column names
    f" SELECT :organisation_id, {', '.join(f'r.{name}' for name in OBSERVATION_COLUMNS)} FROM {{rows}} r"
    " WHERE true ON CONFLICT DO NOTHING",
    **_TYPES,
)
_REGISTER_PUT = """
INSERT INTO register (organisation_id, id, revision, session_id, state, finished_by, finished_by_name, finished_at)
VALUES (:organisation_id, :id, :revision, :session_id, :state, :finished_by, :finished_by_name, :finished_at)
ON CONFLICT (organisation_id, id) DO UPDATE SET revision = excluded.revision, state = excluded.state,
finished_by = excluded.finished_by, finished_by_name = excluded.finished_by_name, finished_at = excluded.finished_at
"""
_GROUP = "mark"


def record(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Record observations, whatever their number in the same statements; disagreement is a conflict of both sides."""
    met = _places(batch, items)
    received = parse_instant(batch.now)
    usual: set[tuple[str, str]] = set()
    cohorts = batch.memory.setdefault("session_cohorts", {})
    added: list[dict[str, Any]] = []
    decisions: list[Decision] = []
    for item in items:
        place = met[item.key]
        refusal = _refusal(item, place, received, usual)
        if refusal is not None:
            decisions.append(refusal)
            continue
        body = _observation(batch, item, place, received)
        cohorts[body["session_id"]] = (place.session or {})["cohort_id"]
        decisions.append(_decide(batch, item, place, body))
        # Two targets may be one mark: a walk-in's enrolment stands for another one. The next item meets this one.
        place.observations.append(body)
        added.append(body)
    add_observations(batch, added)
    return decisions


def _places(batch: Batch, items: Sequence[Item]) -> dict[tuple[str, str], Place]:
    keys = {item.key: (item.payload.session_id, item.payload.enrolment_id, item.target.id) for item in items}
    found = places(batch, keys.values())
    unknown = [item for item in items if _may_be_another(found[item.target.id])]
    if unknown:
        others = aliases(batch, (item.payload.enrolment_id for item in unknown))
        moved = {
            item.key: (item.payload.session_id, others[item.payload.enrolment_id])
            for item in unknown
            if item.payload.enrolment_id in others
        }
        again = {key: (*pair, rules.mark_id(*pair)) for key, pair in moved.items()}
        found |= places(batch, again.values()) if again else {}
        keys |= again
    return {key: found[mark] for key, (_, _, mark) in keys.items()}


def _may_be_another(place: Place) -> bool:
    """An enrolment that isn't there, or was cancelled when its walk-in turned out to be someone known."""
    return place.enrolment is None or place.enrolment["state"] == EnrolmentState.CANCELLED


def _refusal(item: Item, place: Place, received: datetime, usual: set[tuple[str, str]]) -> Decision | None:
    """Why a roll can't be taken: permissions and plans that changed meanwhile hold it for the office.

    `usual` remembers the (session, author) for which there was no reason: a register is asked about once.
    """
    kind = vocabulary.OBSERVATION
    session, enrolment = place.session, place.enrolment
    if session is None or enrolment is None:
        message = text("The class or the student of this mark hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, kind)
    title = f"{enrolment['name']}"
    if enrolment["cohort_id"] != session["cohort_id"]:
        message = text(
            "{name} isn't in the cohort of this class any more. The mark is kept for the office.", name=title
        )
        return None if item.accepted else held("not_in_cohort", message, kind, f"cohort:{session['cohort_id']}", title)
    known = (session["id"], item.author.person_id)
    if item.accepted or known in usual:
        return None
    scope = f"cohort:{session['cohort_id']}"
    if not may_take_register(item.author, session["cohort_id"], session["taught_by"]):
        message = text("You no longer teach this cohort. Your marks are kept for the office.")
        return held("not_teaching", message, kind, scope, title)
    reason = rules.why_not_taken(session, received)
    if reason is None:
        usual.add(known)
        return None
    if reason[0] == "class_session_cancelled":
        message = text("This class was cancelled meanwhile. Your marks are kept for the office.")
        return held(reason[0], message, kind, scope, title)
    return rejected(item, *reason)


def _observation(batch: Batch, item: Item, place: Place, received: datetime) -> dict[str, Any]:
    session, enrolment, payload, command = place.session or {}, place.enrolment or {}, item.payload, item.command
    return {
        "id": command.id,
        "revision": command.id,
        "session_id": session["id"],
        "enrolment_id": enrolment["id"],
        "person_id": enrolment["person_id"],
        "mark_id": rules.mark_id(session["id"], enrolment["id"]),
        "ordinal": 1 + max((one["ordinal"] for one in place.observations), default=0),
        "state": str(payload.state),
        "minutes": payload.minutes,
        "note": payload.note,
        "method": str(payload.method),
        "office": is_office(item.author, session["cohort_id"], session["taught_by"]),
        "supersedes": list(payload.supersedes),
        "author_id": item.author.person_id,
        "author_name": item.author.name,
        "device_name": item.device_name,
        "observed_at": command.observed_at,
        "received_at": batch.now,
        "clock_flagged": is_clock_off(command.observed_at, command.clock_offset, received),
    }


def _decide(batch: Batch, item: Item, place: Place, body: dict[str, Any]) -> Decision:
    if not place.observations:
        return applied(item.command.id)
    judgement = rules.judge(rules.unsuperseded(place.observations), body)
    if judgement.rivals:
        conflict_id = _open(batch, item, place, body, judgement.rivals)
        return Decision(Verdict.CONFLICT, item.command.id, conflict_id)
    if judgement.settles:
        _close(batch, item, body["mark_id"])
    if judgement.agreed:
        return Decision(Verdict.AGREED, item.command.id)
    return applied(item.command.id)


def _open(batch: Batch, item: Item, place: Place, body: Mapping[str, Any], rivals: Sequence[Mapping[str, Any]]) -> str:
    first = rivals[0]
    theirs = Side(
        command_id=first["id"],
        author_id=first["author_id"],
        author_name=first["author_name"],
        device_name=first["device_name"],
        observed_at=first["observed_at"],
        received_at=first["received_at"],
        clock_flagged=first["clock_flagged"],
        values=_values(first),
    )
    cohort_id = (place.session or {})["cohort_id"]
    title = (place.enrolment or {})["name"]
    subject = conflicts.Subject(
        vocabulary.OBSERVATION, body["mark_id"], _GROUP, title, f"cohort:{cohort_id}", f"author:{first['author_id']}"
    )
    return conflicts.open_conflict(batch, subject, theirs, conflicts.side_of(batch, item, _values(body)), (_GROUP,))


def _values(body: Mapping[str, Any]) -> dict[str, Any]:
    names = ("state", "minutes", "note", "session_id", "enrolment_id", "person_id", "method")
    return {_GROUP: body["state"], **{name: body.get(name) for name in names}}


def _close(batch: Batch, item: Item, mark_id: str) -> None:
    """Someone who saw both sides marked again: the disagreement is over."""
    known = conflicts.find_open(batch, vocabulary.OBSERVATION, mark_id, _GROUP)
    if known is None:
        return
    found = conflicts.find(batch, known.id)
    if found is not None:
        conflicts.store(batch, conflicts.settled(batch, item, found[0], {_GROUP: item.command.id}), *found[1:])


def add_observations(batch: Batch, bodies: Sequence[dict[str, Any]]) -> None:
    """Insert observations; a place in a mark's order that someone else took meanwhile repeats the transaction."""
    if not bodies:
        return
    rows = [
        {**body, "supersedes": orjson.dumps(body["supersedes"]).decode()}
        for body in sorted(bodies, key=lambda one: one["id"])
    ]
    added = batch.db.run(_ADD, organisation_id=batch.organisation_id, rows=orjson.dumps(rows).decode())
    if added != len(rows):
        raise RepeatTransactionError
    for body in bodies:
        publish(batch, body)


def publish(batch: Batch, body: Mapping[str, Any]) -> None:
    """Put an observation into the feed: its cohort's teachers see it, and the student himself."""
    cohort = batch.memory.setdefault("session_cohorts", {})
    session_id = body["session_id"]
    if session_id not in cohort:
        found = batch.db.one(SESSION, organisation_id=batch.organisation_id, id=session_id)
        cohort[session_id] = found[0] if found else ""
    batch.changed(
        vocabulary.OBSERVATION, body, f"cohort:{cohort[session_id]}", f"person:{body['person_id']}", session_id
    )


def finish(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Finish registers."""
    return [_set_register(batch, item, RegisterState.FINISHED) for item in items]


def reopen(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Open finished registers again."""
    return [_set_register(batch, item, RegisterState.OPEN) for item in items]


def _set_register(batch: Batch, item: Item, state: RegisterState) -> Decision:
    session_id = item.payload.session_id
    found = batch.db.one(SESSION, organisation_id=batch.organisation_id, id=session_id)
    if found is None:
        message = text("The class of this register hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, vocabulary.REGISTER)
    cohort_id, teacher_id = found[0], found[1]
    if not item.accepted and not may_take_register(item.author, cohort_id, teacher_id):
        message = text("You no longer teach this cohort. Your marks are kept for the office.")
        return held("not_teaching", message, vocabulary.REGISTER, f"cohort:{cohort_id}")
    finished = state is RegisterState.FINISHED
    body = {
        "id": rules.register_id(session_id),
        "revision": item.command.id,
        "session_id": session_id,
        "state": str(state),
        "finished_by": item.author.person_id if finished else None,
        "finished_by_name": item.author.name if finished else "",
        "finished_at": item.command.observed_at if finished else None,
    }
    batch.db.run(_REGISTER_PUT, organisation_id=batch.organisation_id, **body)
    batch.changed(vocabulary.REGISTER, body, f"cohort:{cohort_id}", None, session_id)
    return applied(item.command.id)


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Settle a disagreement by an observation with the chosen value that supersedes all that stand."""
    chosen = next(side for side in conflict.sides if side.command_id == choices.get(_GROUP, conflict.effective))
    values = chosen.values
    place = places(batch, [(values["session_id"], values["enrolment_id"], conflict.entity_id)])[conflict.entity_id]
    if place.session is None or place.enrolment is None:
        return
    standing = rules.unsuperseded(place.observations)
    received = parse_instant(batch.now)
    body = {
        "id": item.command.id,
        "revision": item.command.id,
        "session_id": values["session_id"],
        "enrolment_id": place.enrolment["id"],
        "person_id": place.enrolment["person_id"],
        "mark_id": conflict.entity_id,
        "ordinal": 1 + max((one["ordinal"] for one in place.observations), default=0),
        "state": values["state"],
        "minutes": values.get("minutes"),
        "note": values.get("note") or "",
        "method": str(Method.SETTLED),
        "office": False,
        "supersedes": [one["id"] for one in standing],
        "author_id": item.author.person_id,
        "author_name": item.author.name,
        "device_name": item.device_name,
        "observed_at": item.command.observed_at,
        "received_at": batch.now,
        "clock_flagged": is_clock_off(item.command.observed_at, item.command.clock_offset, received),
    }
    add_observations(batch, [body])


COMMANDS = (
    CommandType("RecordObservation", PAYLOADS["RecordObservation"], record),
    CommandType("FinishRegister", PAYLOADS["FinishRegister"], finish),
    CommandType("ReopenRegister", PAYLOADS["ReopenRegister"], reopen),
    CommandType("AddWalkIn", PAYLOADS["AddWalkIn"], walk_in_service.add),
    CommandType("ConfirmEnrolment", LEARNING_PAYLOADS["ConfirmEnrolment"], walk_in_service.confirm),
)
