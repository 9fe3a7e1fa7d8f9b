"""Keeps what each roll-over made, in the transaction that made it, and tells whether anything was built on it since."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import ForeignKeyConstraint, Table

from server.core.database import Db
from server.core.sql import SetSql
from server.core.tables import METADATA
from server.learning.tables import COHORT
from shared.core.errors import CampusError
from shared.core.text import text

DONE, UNDONE = "done", "undone"
_FIELDS = ("id", "state", "old_term_id", "new_term_id", "made_at", "undone_at", "author_id", "author_name", "content")
_PUT = f"""
INSERT INTO term_rollover (organisation_id, {", ".join(_FIELDS)})
VALUES (:organisation_id, {", ".join(f":{name}" for name in _FIELDS)})
"""  # noqa: S608 - our own column names
_READ = f"SELECT {', '.join(_FIELDS)} FROM term_rollover WHERE organisation_id = :o"  # noqa: S608 - same
_UNDO = (
    "UPDATE term_rollover SET state = :state, undone_at = :now WHERE organisation_id = :o AND id = :id AND state = :was"
)
_NEWEST = 50
# What of another area's is part of a cohort and goes with it.
_PARTS = frozenset({("cohort_instructor", "cohort_id")})


def put(db: Db, organisation_id: str, entry: Mapping[str, Any]) -> None:
    """Keep a new roll-over."""
    content = orjson.dumps(entry["content"]).decode()
    db.run(_PUT, organisation_id=organisation_id, **{**entry, "content": content})


def find(db: Db, organisation_id: str, rollover_id: str) -> dict[str, Any] | None:
    """Return a roll-over with its content."""
    row = db.one(f"{_READ} AND id = :id", o=organisation_id, id=rollover_id)
    return _entry(row) if row else None


def newest(db: Db, organisation_id: str) -> list[dict[str, Any]]:
    """Return the latest roll-overs, the newest first."""
    rows = db.rows(f"{_READ} ORDER BY made_at DESC, id DESC LIMIT {_NEWEST}", o=organisation_id)
    return [_entry(row) for row in rows]


def _entry(row: Sequence[Any]) -> dict[str, Any]:
    entry = dict(zip(_FIELDS, row, strict=True))
    return {**entry, "content": orjson.loads(entry["content"])}


def mark_undone(db: Db, organisation_id: str, rollover_id: str, now: str) -> bool:
    """Remember that a roll-over was taken back; False where someone else did so first."""
    places = {"state": UNDONE, "was": DONE, "now": now}
    return bool(db.run(_UNDO, o=organisation_id, id=rollover_id, **places))


def made_in(db: Db, organisation_id: str, rollover_id: str) -> dict[str, dict[str, str]]:
    """Return what a roll-over made that isn't taken back: id to revision, by kind of row."""
    entry = find(db, organisation_id, rollover_id)
    if entry is None or entry["state"] != DONE:
        return {}
    made: dict[str, dict[str, str]] = entry["content"]["made"]
    return made


def check_untouched(db: Db, organisation_id: str, entry: Mapping[str, Any]) -> None:
    """Let a roll-over be taken back that nothing was built on. Raises CampusError `built_upon`."""
    made: dict[str, dict[str, str]] = entry["content"]["made"]
    ours = {revision for rows in made.values() for revision in rows.values()}
    changed = _changed(db, organisation_id, made, entry["content"]["completed"])
    built = set() if changed else _built_on(db, organisation_id, COHORT, made.get("cohort", {}), ours)
    if changed or built:
        words = text(
            "What was rolled over was changed or worked with since. It stays; change by hand what shall be otherwise."
        )
        raise CampusError("built_upon", words, {"tables": sorted(changed | built)})


def _changed(
    db: Db, organisation_id: str, made: Mapping[str, Mapping[str, str]], completed: Iterable[Sequence[str]]
) -> set[str]:
    """Return the tables of rows that have another revision now, or are gone."""
    wanted = {name: dict(rows) for name, rows in made.items()}
    wanted.setdefault("enrolment", {}).update({row[0]: row[2] for row in completed})
    found = set()
    for name, rows in wanted.items():
        packed = orjson.dumps(sorted(rows)).decode()
        read = db.rows(_revisions(name), organisation_id=organisation_id, ids=packed) if rows else []
        present = {row[0]: row[1] for row in read}
        if present != rows:
            found.add(name)
    return found


def _revisions(table: str) -> SetSql:
    return SetSql(
        f"SELECT t.id, t.revision FROM {{ids}} i {{by}} {table} t ON t.id = i.id"  # noqa: S608 - names of our tables
        " WHERE t.organisation_id = :organisation_id"
    )


def _built_on(db: Db, organisation_id: str, table: Table, ids: Iterable[str], ours: set[str]) -> set[str]:
    """Return the tables with rows of others that refer to rows of ours, following our own rows down."""
    found: set[str] = set()
    waiting = [(table, set(ids))]
    while waiting:
        one, wanted = waiting.pop()
        for other, column in _referring(one) if wanted else ():
            rows = _rows(db, organisation_id, other, column, wanted)
            own = {row[0] for row in rows if row[1] in ours}
            if len(own) < len(rows):
                found.add(str(other.name))
            waiting.append((other, own))
    return found


def _referring(table: Table) -> list[tuple[Table, str]]:
    return [
        (other, key.column_keys[-1])
        for other in METADATA.sorted_tables
        for key in sorted(other.foreign_key_constraints, key=_columns)
        if key.referred_table is table and not _is_part(other, key)
    ]


def _is_part(table: Table, key: ForeignKeyConstraint) -> bool:
    return key.ondelete == "CASCADE" or (table.name, key.column_keys[-1]) in _PARTS


def _columns(key: ForeignKeyConstraint) -> list[str]:
    return list(key.column_keys)


def _rows(db: Db, organisation_id: str, table: Table, column: str, ids: Iterable[str]) -> list[Any]:
    kept = "x.id, x.revision" if {"id", "revision"} <= set(table.c.keys()) else "'', ''"
    statement = SetSql(
        f"SELECT {kept} FROM {{ids}} i {{by}} {table.name} x"  # noqa: S608 - names of our tables
        f" ON x.organisation_id = :organisation_id AND x.{column} = i.id"
    )
    return db.rows(statement, organisation_id=organisation_id, ids=orjson.dumps(sorted(ids)).decode())
