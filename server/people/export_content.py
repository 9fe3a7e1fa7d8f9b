"""What a package of someone's data holds: all rows that name the person, readable, with others' names masked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.core.database import Db
from server.core.personal_data import PersonalTable, Row, is_own, rows_of
from server.core.sql import SetSql
from shared.core.erasure import ids_in
from shared.core.text import text

_COPIES = frozenset({"feed_row"})
"""Tables that hold what others hold already."""
_SHA = re.compile(r"\b[0-9a-f]{64}\b")
_NAMES = SetSql(
    "SELECT p.id, p.given_name, p.family_name, p.other_names, p.email, p.phone FROM {ids} i {by} person p"
    " ON p.id = i.id WHERE p.organisation_id = :organisation_id"
)
_LEAST = 4


@dataclass
class Content:
    """Rows by table, and the files that they name (hash to name)."""

    person_id: str
    tables: dict[str, list[Row]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    photos: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(map(len, self.tables.values()))


def content_of(db: Db, organisation_id: str, tables: Sequence[PersonalTable], person_id: str) -> Content:
    """Return everything that any table keeps of a person."""
    found = rows_of(db, organisation_id, tables, person_id)
    by_name = {table.table: table for table in tables}
    made = Content(person_id)
    others: set[str] = set()
    for name, rows in sorted(found.rows.items()):
        table = by_name[name]
        if name in _COPIES:
            continue
        shown = [_shown(table, row, person_id) for row in rows]
        made.tables[name] = shown
        for row, plain in zip(rows, shown, strict=True):
            others |= ids_in(orjson.dumps(plain, default=str).decode())
            if is_own(table, row, person_id, found):
                _note_files(made, plain)
    masks = _masks(db, organisation_id, others - {person_id})
    made.tables = {name: [_masked(row, masks) for row in rows] for name, rows in made.tables.items()}
    return made


def _shown(table: PersonalTable, row: Row, person_id: str) -> Row:
    """Return a row as people read it: without hashes and sealed values, JSON opened, others' names masked."""
    left = {name: _opened(value) for name, value in row.items() if name not in table.secret}
    for column, name in table.by.items():
        if name in left and row[column] != person_id and left[name]:
            left[name] = text("Another person")
    return left


def _opened(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return orjson.loads(value)
        except ValueError:
            return value
    return value


def _note_files(made: Content, row: Row) -> None:
    photo = row.pop("jpeg_base64", None)
    if isinstance(photo, str):
        made.photos.append(photo)
        row["photo"] = f"files/photo-{len(made.photos)}.jpg"
    for one in row.get("files") or ():
        if isinstance(one, dict) and one.get("sha256"):
            made.files[str(one["sha256"])] = str(one.get("name") or one["sha256"][:12])
    sha256 = row.get("sha256")
    if isinstance(sha256, str) and _SHA.fullmatch(sha256):
        made.files.setdefault(sha256, str(row.get("name") or sha256[:12]))


def _masks(db: Db, organisation_id: str, ids: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds the names, mail addresses and phone numbers of other people whom the rows name."""
    packed = orjson.dumps(sorted(ids)).decode()
    words: set[str] = set()
    for _, given, family, other, email, phone in db.rows(_NAMES, organisation_id=organisation_id, ids=packed):
        words |= {" ".join(part for part in parts if part) for parts in ((given, family), (given, other, family))}
        words |= {one for one in (email, phone) if one}
    kept = sorted((word for word in words if len(word) >= _LEAST), key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, kept))})(?![^\W_])") if kept else None


def _masked(value: Any, masks: re.Pattern[str] | None) -> Any:
    if masks is None:
        return value
    if isinstance(value, str):
        return masks.sub(text("Another person"), value)
    if isinstance(value, list):
        return [_masked(one, masks) for one in value]
    if isinstance(value, Mapping):
        return {name: _masked(one, masks) for name, one in value.items()}
    return value
