"""Remembers what the columns of a file held when it was last imported: the next file of its kind needs no mapping."""

import hashlib
from collections.abc import Mapping, Sequence

import orjson

from server.core.database import Db
from server.learning.roster.mapping import RosterField
from server.people.role_kind import read_roles

Columns = dict[str, str | None]
"""Column name to field; None for a column that is left out."""
_GET = "SELECT columns, used_at FROM import_mapping WHERE organisation_id = :o AND signature = :signature"
_PUT = """
INSERT INTO import_mapping (organisation_id, signature, columns, used_at) VALUES (:o, :signature, :columns, :used_at)
ON CONFLICT (organisation_id, signature) DO UPDATE SET columns = excluded.columns, used_at = excluded.used_at
"""


def signature_of(names: Sequence[str]) -> str:
    """Return what files with these columns have in common, whatever their order and case."""
    words = sorted(" ".join(name.casefold().split()) for name in names)
    return hashlib.sha256(orjson.dumps(words)).hexdigest()


def recall(db: Db, organisation_id: str, names: Sequence[str]) -> tuple[Columns, str] | None:
    """Return the mapping that was last used for a file with these columns and when, or None."""
    row = db.one(_GET, o=organisation_id, signature=signature_of(names))
    if row is None:
        return None
    known: dict[str, str | None] = orjson.loads(row[0])
    fields = set(RosterField)
    return {name: field if field in fields else None for name, field in known.items() if name in names}, str(row[1])


def remember(db: Db, organisation_id: str, columns: Mapping[str, str | None], used_at: str) -> None:
    """Keep a mapping that an import was carried out with."""
    packed = orjson.dumps(dict(columns)).decode()
    db.run(_PUT, o=organisation_id, signature=signature_of(list(columns)), columns=packed, used_at=used_at)


def own_roles(db: Db, organisation_id: str) -> dict[str, str]:
    """Return the words by which a list may name the institute's roles, in small letters, to their keys."""
    found: dict[str, str] = {}
    for key, row in read_roles(db, organisation_id).items():
        if not row.get("retired"):
            found |= {str(row["name"]).casefold(): key, key: key}
    return found
