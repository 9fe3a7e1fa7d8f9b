"""The journal of imports: one entry for each, with what every changed row was before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from server.core.database import Database, Db
from server.core.sql import SetSql
from server.learning.imports.changes import Change, ChangeType
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.text import text

IMPORT, UNDO = "import", "undo"
RUNNING, DONE, UNDONE, PARTLY = "running", "done", "undone", "part_undone"
LISTED = 200
_COLUMNS = (
    "id",
    "action",
    "state",
    "undoes",
    "made_at",
    "finished_at",
    "author_id",
    "author_name",
    "file_name",
    "total",
    "done",
    "counts",
)
_ENTRY = """
SELECT id, action, state, undoes, made_at, finished_at, author_id, author_name, file_name, total, done, counts
FROM import_entry WHERE organisation_id = :organisation_id
"""
_ONE = _ENTRY + " AND id = :id"
_LIST = _ENTRY + " ORDER BY made_at DESC, id DESC LIMIT :listed"
_OPEN = """
INSERT INTO import_entry (organisation_id, id, action, state, undoes, made_at, author_id, author_name, file_name, total,
done, counts) VALUES (:organisation_id, :id, :action, :state, :undoes, :made_at, :author_id, :author_name, :file_name,
:total, 0, :counts) ON CONFLICT DO NOTHING
"""
_DONE = "UPDATE import_entry SET done = :done WHERE organisation_id = :organisation_id AND id = :id AND done < :done"
_FINISH = """
UPDATE import_entry SET state = :state, finished_at = :finished_at, counts = :counts, done = total
WHERE organisation_id = :organisation_id AND id = :id
"""
_STATE = "UPDATE import_entry SET state = :state WHERE organisation_id = :organisation_id AND id = :id"
_PUT = SetSql(
    """
INSERT INTO import_row (organisation_id, entry_id, seq, kind, entity_id, change, label, revision, fields)
SELECT :organisation_id, :entry_id, r.seq, r.kind, r.entity_id, r.change, r.label, r.revision, r.fields FROM {rows} r
WHERE true ON CONFLICT DO NOTHING
""",
    seq="integer",
    kind="text",
    entity_id="text",
    change="text",
    label="text",
    revision="text",
    fields="text",
)
_BACKWARDS = """
SELECT seq, kind, entity_id, change, label, revision, fields FROM import_row
WHERE organisation_id = :organisation_id AND entry_id = :entry_id AND seq < :before ORDER BY seq DESC LIMIT :page
"""
_MADE = SetSql(
    "SELECT r.entity_id FROM {ids} i {by} import_row r ON r.organisation_id = :organisation_id AND r.entity_id = i.id"
    " AND r.change = 'created'"
)


@dataclass(frozen=True)
class Heading:
    """What an entry starts with."""

    id: str
    action: str
    author: Actor
    made_at: str
    file_name: str
    total: int
    undoes: str | None = None


def open_entry(db: Db, heading: Heading) -> None:
    """Write an entry as running; one that is there already stays."""
    db.run(
        _OPEN,
        organisation_id=heading.author.organisation_id,
        id=heading.id,
        action=heading.action,
        state=RUNNING,
        undoes=heading.undoes,
        made_at=heading.made_at,
        author_id=heading.author.person_id,
        author_name=heading.author.name,
        file_name=heading.file_name[:255],
        total=heading.total,
        counts="{}",
    )


def put_rows(db: Db, organisation_id: str, entry_id: str, changes: Sequence[tuple[int, Change]], done: int) -> None:
    """Write what changed, each with its number in the entry, and how far the entry has come."""
    rows = [
        {
            "seq": seq,
            "kind": change.kind,
            "entity_id": change.entity_id,
            "change": str(change.change),
            "label": change.label,
            "revision": change.revision,
            "fields": orjson.dumps(change.fields).decode(),
        }
        for seq, change in changes
    ]
    if rows:
        packed = orjson.dumps(rows).decode()
        db.run(_PUT, organisation_id=organisation_id, entry_id=entry_id, rows=packed)
    db.run(_DONE, organisation_id=organisation_id, id=entry_id, done=done)


def finish(db: Db, organisation_id: str, entry_id: str, state: str, at: str, counts: Mapping[str, Any]) -> None:
    """Close an entry with what it came to."""
    db.run(
        _FINISH,
        organisation_id=organisation_id,
        id=entry_id,
        state=state,
        finished_at=at,
        counts=orjson.dumps(counts).decode(),
    )


def set_state(db: Db, organisation_id: str, entry_id: str, state: str) -> None:
    """Say of an entry that it was undone, as a whole or in part."""
    db.run(_STATE, organisation_id=organisation_id, id=entry_id, state=state)


def find(database: Database, organisation_id: str, entry_id: str) -> dict[str, Any] | None:
    """Return an entry, or None."""
    with database.read() as db:
        row = db.one(_ONE, organisation_id=organisation_id, id=entry_id)
    return _shown(row) if row else None


def get(database: Database, organisation_id: str, entry_id: str) -> dict[str, Any]:
    """Return an entry. Raises CampusError `not_found`."""
    found = find(database, organisation_id, entry_id)
    if found is None:
        raise CampusError("not_found", text("There is no such import."))
    return found


def entries(database: Database, organisation_id: str) -> list[dict[str, Any]]:
    """Return the latest entries, the newest first."""
    with database.read() as db:
        return [_shown(row) for row in db.rows(_LIST, organisation_id=organisation_id, listed=LISTED)]


def _shown(row: Sequence[Any]) -> dict[str, Any]:
    return {**dict(zip(_COLUMNS, row, strict=True)), "counts": orjson.loads(row[-1])}


def backwards(database: Database, organisation_id: str, entry_id: str, page: int) -> Iterator[list[tuple[int, Change]]]:
    """Yield an entry's changes with their numbers, the last one first; `command_ids` holds the revision they made."""
    before = 1 << 30
    while True:
        with database.read() as db:
            rows = db.rows(_BACKWARDS, organisation_id=organisation_id, entry_id=entry_id, before=before, page=page)
        if not rows:
            return
        before = rows[-1][0]
        yield [
            (seq, Change(kind, entity_id, ChangeType(change), label, orjson.loads(fields), command_ids=[revision]))
            for seq, kind, entity_id, change, label, revision, fields in rows
        ]


def made_by_imports(db: Db, organisation_id: str, ids: str) -> set[str]:
    """Return those of `ids` (a JSON array) that some import created."""
    return {row[0] for row in db.rows(_MADE, organisation_id=organisation_id, ids=ids)}
