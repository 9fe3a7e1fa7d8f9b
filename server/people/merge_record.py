"""The kept record of merges: written with each one, read by undoing and by the page of the person."""

from dataclasses import dataclass
from typing import Any

import orjson

from server.core.batch import Batch
from server.core.database import Db
from server.core.person_moves import Merge
from server.core.retention import RetentionClass, counted, removed_by

MERGED, UNDONE = "merged", "undone"
_COLUMNS = "id, from_id, to_id, from_name, to_name, state, merged_at, merged_by_name, reviews, kept"
_READ = f"SELECT {_COLUMNS} FROM person_merge WHERE organisation_id = :o AND id = :id"  # noqa: S608 - our own names
_OF = (
    f"SELECT {_COLUMNS} FROM person_merge WHERE organisation_id = :o AND (to_id = :p OR from_id = :p)"  # noqa: S608 - our own names
    " ORDER BY merged_at DESC, id"
)
_PUT = """
INSERT INTO person_merge (organisation_id, id, from_id, to_id, from_name, to_name, state, merged_at, merged_by,
merged_by_name, reviews, kept) VALUES (:o, :id, :from_id, :to_id, :from_name, :to_name, :state, :at, :by, :by_name,
:reviews, :kept)
"""
_UNDONE = """
UPDATE person_merge SET state = :state, undone_at = :at, undone_by = :by, kept = '{}' WHERE organisation_id = :o
AND id = :id
"""
_OLD = "FROM person_merge WHERE organisation_id = :o AND merged_at < :before"
_GONE = f"DELETE FROM person_merge WHERE organisation_id = :o AND id IN (SELECT id {_OLD} ORDER BY id LIMIT :rows)"  # noqa: S608 - our own words
CLASSES = (RetentionClass("merges", 365, 30, counted(f"SELECT count(*) {_OLD}"), removed_by(_GONE)),)
"""How long a merge can be undone."""


@dataclass(frozen=True)
class MergeRecord:
    """One merge. `kept` is empty once it was taken apart."""

    id: str
    from_id: str
    to_id: str
    from_name: str
    to_name: str
    state: str
    merged_at: str
    merged_by_name: str
    reviews: tuple[str, ...]
    kept: dict[str, Any]


TOLD = ("id", "from_id", "to_id", "from_name", "to_name", "state", "merged_at", "merged_by_name", "reviews")
"""What is told of a record; what it keeps is for undoing alone."""


def names_sent(record: MergeRecord) -> dict[str, str]:
    """Return both names as the commands of a merge carry them."""
    return {"from_name": record.from_name, "to_name": record.to_name}


def _record(row: Any) -> MergeRecord:
    words = (str(one) for one in row[:8])
    return MergeRecord(*words, tuple(orjson.loads(row[8])), orjson.loads(row[9]))  # type: ignore[call-arg,arg-type]  # eight words come first


def read(db: Db, organisation_id: str, merge_id: str) -> MergeRecord | None:
    """Return one record, or None."""
    row = db.one(_READ, o=organisation_id, id=merge_id)
    return _record(row) if row else None


def records_of(db: Db, organisation_id: str, person_id: str) -> list[MergeRecord]:
    """Return the records that an entry stayed or went by, the newest first."""
    return [_record(row) for row in db.rows(_OF, o=organisation_id, p=person_id)]


def put(work: Merge, kept: dict[str, Any]) -> None:
    """Write the record of a merge."""
    work.batch.db.run(
        _PUT,
        o=work.organisation_id,
        id=work.revision,
        from_id=work.from_id,
        to_id=work.to_id,
        from_name=work.item.payload.from_name or work.from_name,
        to_name=work.item.payload.to_name or work.to_name,
        state=MERGED,
        at=work.batch.now,
        by=work.item.author.person_id,
        by_name=work.item.author.name,
        reviews=orjson.dumps(work.reviews).decode(),
        kept=orjson.dumps(kept).decode(),
    )


def undone(batch: Batch, merge_id: str) -> None:
    """Note that a merge was taken apart; what it had moved needn't be known any more."""
    batch.db.run(_UNDONE, o=batch.organisation_id, id=merge_id, state=UNDONE, at=batch.now, by=batch.actor.person_id)
