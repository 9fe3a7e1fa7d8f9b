"""Files of someone who goes: those that only his or her rows name are taken from the store once the erasure stands."""

import re
from collections.abc import Mapping, Sequence

import orjson

from server.core.database import Db
from server.core.personal_data import PersonRows, Row
from server.core.sql import SetSql
from server.people.erasing_rows import Emptying

_SHA = re.compile(r"\b[0-9a-f]{64}\b")
_HOLDERS = ("files", "sha256")
_STORED = SetSql(
    "SELECT f.sha256 FROM {ids} i {by} stored_file f ON f.sha256 = i.id WHERE f.organisation_id = :organisation_id"
)
_FORGET = SetSql(
    "DELETE FROM stored_file WHERE organisation_id = :organisation_id AND sha256 IN (SELECT id FROM {ids} i)"
)
_FORGET_COPIES = SetSql(
    "DELETE FROM film_copy WHERE organisation_id = :organisation_id AND sha256 IN (SELECT id FROM {ids} i)"
)
_UPLOADED = """
SELECT count(*) FROM upload WHERE organisation_id = :organisation_id AND sha256 = :sha256 AND person_id <> :person_id
"""
_ELSEWHERE = """
SELECT entity_id, kind FROM feed_row WHERE organisation_id = :organisation_id AND deleted = false AND entry LIKE :inside
"""


def files_named(
    db: Db, organisation_id: str, rows: Mapping[str, Sequence[Row]], found: PersonRows, work: Emptying
) -> list[str]:
    """Forget the files that only the person's rows name; returns their hashes, for the store to drop later."""
    named = {
        sha
        for table, of_table in rows.items()
        for row in of_table
        if table in work.tables and work.is_own(work.tables[table], row)
        for column in _HOLDERS
        for sha in _SHA.findall(str(row.get(column) or ""))
    }
    stored = (
        db.rows(_STORED, organisation_id=organisation_id, ids=orjson.dumps(sorted(named)).decode()) if named else []
    )
    gone = [
        str(row[0])
        for row in stored
        if not _is_shared(db, organisation_id, str(row[0]), found, work.identity.person_id)
    ]
    if gone:
        for forget in (_FORGET, _FORGET_COPIES):
            db.run(forget, organisation_id=organisation_id, ids=orjson.dumps(gone).decode())
    return gone


def _is_shared(db: Db, organisation_id: str, sha256: str, found: PersonRows, person_id: str) -> bool:
    others = db.one(_UPLOADED, organisation_id=organisation_id, sha256=sha256, person_id=person_id)
    if others and others[0]:
        return True
    own = found.owned_ids
    holders = db.rows(_ELSEWHERE, organisation_id=organisation_id, inside=f"%{sha256}%")
    return any(row[0] not in own and row[1] not in ("conflict", "mark", "work_comment") for row in holders)
