"""Reads of leave: the requests about a class session or about people, as `rules.Excuses` takes them."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from server.attendance.leave_tables import LEAVE_REQUEST
from server.core.batch import Batch
from server.core.database import Db
from server.core.sql import SetSql

LEAVE_COLUMNS = tuple(str(column.name) for column in LEAVE_REQUEST.c if column.name != "organisation_id")
_NAMES = ", ".join(f"l.{name}" for name in LEAVE_COLUMNS)
_ABOUT_SESSION = (
    f"SELECT {_NAMES} FROM leave_request l"  # noqa: S608 - our own column names
    " WHERE l.organisation_id = :o AND l.state IN ('asked', 'approved') AND l.starts_at < :ends_at"
    " AND l.ends_at > :starts_at AND (l.cohort_id IS NULL OR l.cohort_id = :cohort_id) AND EXISTS (SELECT 1 FROM"
    " enrolment e WHERE e.organisation_id = :o AND e.cohort_id = :cohort_id AND e.person_id = l.person_id)"
    " ORDER BY l.id"
)
_APPROVED = (
    f"SELECT {_NAMES} FROM leave_request l"  # noqa: S608 - our own column names
    " WHERE l.organisation_id = :o AND l.state = 'approved' AND l.starts_at < :until AND l.ends_at > :since"
    " ORDER BY l.id"
)
_ATTENDED = SetSql(
    "SELECT e.person_id, e.cohort_id FROM {ids} i {by} enrolment e ON e.person_id = i.id"
    " WHERE e.organisation_id = :organisation_id AND e.state IN ('pending', 'active', 'suspended')"
)


def _body(row: Iterable[Any]) -> dict[str, Any]:
    return dict(zip(LEAVE_COLUMNS, row, strict=True))


def about_session(db: Db, organisation_id: str, session: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the asked and approved requests of a cohort's students that are about one of its class sessions."""
    rows = db.rows(
        _ABOUT_SESSION,
        o=organisation_id,
        cohort_id=session["cohort_id"],
        starts_at=session["starts_at"],
        ends_at=session["ends_at"],
    )
    return [_body(row) for row in rows]


def approved_between(db: Db, organisation_id: str, since: str, until: str) -> list[dict[str, Any]]:
    """Return the approved requests that reach into a span of instants, for reports over many class sessions."""
    return [_body(row) for row in db.rows(_APPROVED, o=organisation_id, since=since, until=until)]


def attended_by(batch: Batch, person_ids: Iterable[str]) -> dict[str, set[str]]:
    """Return by person the cohorts that he or she attends, in one statement."""
    ids = orjson.dumps(sorted(set(person_ids))).decode()
    found: dict[str, set[str]] = {}
    for person_id, cohort_id in batch.db.rows(_ATTENDED, organisation_id=batch.organisation_id, ids=ids):
        found.setdefault(person_id, set()).add(cohort_id)
    return found
