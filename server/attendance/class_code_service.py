"""Makes the secret behind each class's rotating code as soon as the class is planned."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import orjson

from server.core.batch import Batch, ChangedRow
from server.core.sql import SetSql
from shared.attendance.check_in import CLASS_CODE, CLASS_CODE_SEED
from shared.attendance.class_code import anchor_of
from shared.core.clock import instant_text, parse_instant
from shared.core.ids import derived_id
from shared.timetable.vocabulary import ClassSessionState

_STILL_WORTH_ONE = timedelta(days=1)
"""A class that ended longer ago gets no code any more: old timetables can be brought in without them."""
_KNOWN = SetSql(
    "SELECT c.session_id FROM {ids} i {by} class_code c ON c.session_id = i.id"
    " WHERE c.organisation_id = :organisation_id"
)
_ADD = SetSql(
    "INSERT INTO class_code (organisation_id, session_id, seed, anchor)"
    " SELECT :organisation_id, r.session_id, r.seed, r.anchor FROM {rows} r WHERE true ON CONFLICT DO NOTHING"
    " RETURNING session_id",
    session_id="text",
    seed="text",
    anchor="text",
)


def make_codes(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Give each of these class sessions a code if it has none, in two statements however many they are.

    The code of a session that was removed goes with it.
    """
    for row in rows:
        if row.body is None:
            _unpublish(batch, row)
    oldest = instant_text(parse_instant(batch.now) - _STILL_WORTH_ONE)
    sessions = {row.id: row for row in rows if row.body is not None and _needs_code(row.body, oldest)}
    if not sessions:
        return
    ids = orjson.dumps(sorted(sessions)).decode()
    for (session_id,) in batch.db.rows(_KNOWN, organisation_id=batch.organisation_id, ids=ids):
        del sessions[session_id]
    made = [_made(batch, session_id) for session_id in sorted(sessions)]
    if not made:
        return
    added = batch.db.rows(_ADD, organisation_id=batch.organisation_id, rows=orjson.dumps(made).decode())
    new = {row[0] for row in added}
    for one in made:
        if one["session_id"] in new:
            _publish(batch, one, sessions[one["session_id"]])


def _needs_code(body: Any, oldest: str) -> bool:
    return bool(body["state"] != ClassSessionState.CANCELLED and body["ends_at"] >= oldest)


def _made(batch: Batch, session_id: str) -> dict[str, str]:
    # Two ids hold 148 random bits; the simulator seeds them, so its runs can be played again.
    seed = hashlib.sha256(f"{batch.new_id()}{batch.new_id()}".encode()).hexdigest()
    return {"session_id": session_id, "seed": seed, "anchor": anchor_of(session_id, seed)}


def _publish(batch: Batch, made: dict[str, str], session: ChangedRow) -> None:
    cohort_id = (session.body or {})["cohort_id"]
    session_id = made["session_id"]
    base = {"id": derived_id(CLASS_CODE, session_id), "revision": session.revision, "session_id": session_id}
    batch.changed(CLASS_CODE, {**base, "anchor": made["anchor"]}, f"class:{cohort_id}", None, session_id)
    batch.changed(CLASS_CODE_SEED, {**base, "seed": made["seed"]}, f"cohort:{cohort_id}", None, session_id)


def _unpublish(batch: Batch, session: ChangedRow) -> None:
    """Tell devices that a code is gone; the row itself goes with its session."""
    _, _, cohort_id = session.scope.partition(":")
    code_id = derived_id(CLASS_CODE, session.id)
    batch.removed(CLASS_CODE, code_id, session.revision, session.scope)
    batch.removed(CLASS_CODE_SEED, code_id, session.revision, f"cohort:{cohort_id}")
