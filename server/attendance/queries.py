"""Reads of the attendance area for its own decisions: sessions, enrolments and observations in one statement each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.attendance.tables import OBSERVATION
from server.core.batch import Batch
from server.core.sql import SetSql, looked_up

OBSERVATION_COLUMNS = tuple(str(column.name) for column in OBSERVATION.c if column.name != "organisation_id")
_CONTEXT = """
SELECT r.session_id, r.enrolment_id, s.cohort_id, s.taught_by, s.starts_at, s.state, s.title,
e.cohort_id, e.person_id, e.state, p.given_name, p.family_name,
{observed}
FROM {rows} r
{session}
{enrolment}
{person}
{observation}
"""


def _context(dialect: str) -> SetSql:
    found = {
        "session": looked_up(dialect, "class_session", "s", "id = r.session_id"),
        "enrolment": looked_up(dialect, "enrolment", "e", "id = r.enrolment_id"),
        "person": looked_up(dialect, "person", "p", "id = e.person_id"),
        "observation": looked_up(dialect, "observation", "o", "mark_id = r.mark_id"),
        "observed": ", ".join(f"o.{name}" for name in OBSERVATION_COLUMNS),
    }
    text = _CONTEXT.format(rows="{rows}", **found)
    return SetSql(text, session_id="text", enrolment_id="text", mark_id="text")


_CONTEXTS = {dialect: _context(dialect) for dialect in ("sqlite", "postgresql")}
SESSION = """
SELECT cohort_id, taught_by, starts_at, state, title FROM class_session
WHERE organisation_id = :organisation_id AND id = :id
"""


@dataclass
class Place:
    """What one mark's command meets: the session, the enrolment and the observations of the mark so far."""

    session: Mapping[str, Any] | None
    enrolment: Mapping[str, Any] | None
    observations: list[dict[str, Any]] = field(default_factory=list)


def places(batch: Batch, keys: Iterable[tuple[str, str, str]]) -> dict[str, Place]:
    """Return by mark id what (session id, enrolment id, mark id) meet, in one statement."""
    wanted = [{"session_id": session, "enrolment_id": enrolment, "mark_id": mark} for session, enrolment, mark in keys]
    marks = {(row["session_id"], row["enrolment_id"]): row["mark_id"] for row in wanted}
    found: dict[str, Place] = {}
    rows = batch.db.rows(
        _CONTEXTS[batch.db.dialect], organisation_id=batch.organisation_id, rows=orjson.dumps(wanted).decode()
    )
    for row in rows:
        mark = marks[row[0], row[1]]
        place = found.get(mark)
        if place is None:
            place = found[mark] = Place(_session(row), _enrolment(row))
        if row[12] is not None:
            place.observations.append(observation_body(row[12:]))
    return found


def _session(row: Any) -> dict[str, Any] | None:
    if row[2] is None:
        return None
    names = ("cohort_id", "taught_by", "starts_at", "state", "title")
    return dict(zip(names, row[2:7], strict=True)) | {"id": row[0]}


def _enrolment(row: Any) -> dict[str, Any] | None:
    if row[7] is None:
        return None
    name = " ".join(part for part in (row[10], row[11]) if part)
    return {"id": row[1], "cohort_id": row[7], "person_id": row[8], "state": row[9], "name": name}


def observation_body(row: Any) -> dict[str, Any]:
    """Return a row of `OBSERVATION_COLUMNS` as the feed carries it."""
    body = dict(zip(OBSERVATION_COLUMNS, row, strict=True))
    body["supersedes"] = orjson.loads(body["supersedes"])
    body["office"], body["clock_flagged"] = bool(body["office"]), bool(body["clock_flagged"])
    body["revision"] = body["id"]
    return body
