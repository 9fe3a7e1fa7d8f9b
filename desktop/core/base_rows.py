"""Base rows: what the server said, applied in sets, never older over newer, purged and compared by scope."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from desktop.core import search
from desktop.core.disk import Db
from desktop.core.listed import listed
from desktop.core.schema import body_text, to_text
from desktop.core.store_area import KindSpec
from shared.core.sync import ALL_SCOPE, Change, ScopeDigest, digest_rows

Key = tuple[str, str]
"""A row by kind and id."""

_INSERT = (
    "INSERT INTO base (row, kind, id, parent, seq, revision, scope, also, deleted, stale, shown, sort_text, key1, key2,"
    " key3, words, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)"
)
_UPDATE = (
    "UPDATE base SET parent = ?, seq = ?, revision = ?, scope = ?, also = ?, deleted = ?, stale = 0, shown = ?,"
    " sort_text = ?, key1 = ?, key2 = ?, key3 = ?, words = ?, body = ? WHERE row = ?"
)
_UNDER_DRAFT = "SELECT DISTINCT kind, id FROM draft WHERE kind = ? AND id IN (SELECT value FROM json_each(?))"


def apply(db: Db, kinds: Mapping[str, KindSpec], changes: Iterable[Change]) -> set[Key]:
    """Write the present state of rows; a row that is newer here stays. Returns the keys of the rows written."""
    newest: dict[Key, Change] = {}
    for change in changes:
        known = newest.get((change.kind, change.id))
        if known is None or change.seq >= known.seq:
            newest[change.kind, change.id] = change
    if not newest:
        return set()
    present = _present(db, newest)
    covered = _covered(db, newest)
    number = db.execute("SELECT coalesce(max(row), 0) FROM base").fetchone()[0]
    inserts: list[tuple[Any, ...]] = []
    updates: list[tuple[Any, ...]] = []
    entries: list[tuple[int, str]] = []
    old_entries: list[int] = []
    written: set[Key] = set()
    for key, change in newest.items():
        row = present.get(key)
        if row is not None and change.seq < row[1]:
            continue
        columns = listed(kinds, change.kind, None if change.deleted else change.body)
        values = _values(change, key not in covered, columns.sort_text, columns.keys, columns.words)
        if row is None:
            number += 1
            inserts.append((number, change.kind, change.id, *values))
            entries += [(number, columns.words)] if columns.words else []
        else:
            updates.append((*values, row[0]))
            if row[2] != columns.words:
                old_entries += [row[0]] if row[2] else []
                entries += [(row[0], columns.words)] if columns.words else []
        written.add(key)
    db.executemany(_INSERT, inserts)
    db.executemany(_UPDATE, updates)
    search.put(db, entries, old_entries)
    return written


def _values(change: Change, uncovered: bool, sort_text: str, keys: Sequence[Any], words: str | None) -> tuple[Any, ...]:
    body = None if change.deleted else body_text(change.body or {})
    shown = int(uncovered and body is not None)
    head = (change.parent, change.seq, change.revision, change.scope, change.also, int(change.deleted))
    return (*head, shown, sort_text, *keys, words, body)


def _by_kind(keys: Iterable[Key]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for kind, entity_id in keys:
        ids.setdefault(kind, []).append(entity_id)
    return ids


def _present(db: Db, keys: Iterable[Key]) -> dict[Key, tuple[int, int, str | None]]:
    present: dict[Key, tuple[int, int, str | None]] = {}
    for kind, ids in _by_kind(keys).items():
        for row, entity_id, seq, words in db.execute(
            "SELECT row, id, seq, words FROM base WHERE kind = ? AND id IN (SELECT value FROM json_each(?))",
            (kind, to_text(ids)),
        ):
            present[kind, entity_id] = (row, seq, words)
    return present


def _covered(db: Db, keys: Iterable[Key]) -> set[Key]:
    if db.execute("SELECT 1 FROM draft LIMIT 1").fetchone() is None:
        return set()
    covered: set[Key] = set()
    for kind, ids in _by_kind(keys).items():
        covered.update((row[0], row[1]) for row in db.execute(_UNDER_DRAFT, (kind, to_text(ids))))
    return covered


def show(db: Db, keys: Collection[Key]) -> None:
    """Set `shown` of base rows anew after drafts came or went."""
    for kind, ids in _by_kind(keys).items():
        db.execute(
            "UPDATE base SET shown = 1 - shown WHERE kind = ? AND id IN (SELECT value FROM json_each(?))"
            " AND deleted = 0 AND shown = EXISTS (SELECT 1 FROM draft d WHERE d.kind = base.kind AND d.id = base.id)",
            (kind, to_text(ids)),
        )


def mark_stale(db: Db, scopes: Collection[str] | None) -> None:
    """Let rows of `scopes` (None: all) wait to be fetched again: any state replaces them; what stays away goes."""
    if scopes is None or ALL_SCOPE in scopes:
        db.execute("UPDATE base SET stale = 1, seq = -1")
        return
    wanted = to_text(sorted(scopes))
    db.execute(
        "UPDATE base SET stale = 1, seq = -1 WHERE scope IN (SELECT value FROM json_each(?1))"
        " OR also IN (SELECT value FROM json_each(?1))",
        (wanted,),
    )


def drop_stale(db: Db) -> set[Key]:
    """Remove the rows that were to be fetched again and did not come."""
    return _drop(db, "stale = 1", ())


def drop_outside(db: Db, scopes: Collection[str]) -> set[Key]:
    """Remove the rows that none of `scopes` shows."""
    if ALL_SCOPE in scopes:
        return set()
    wanted = to_text(sorted(scopes))
    return _drop(
        db,
        "scope NOT IN (SELECT value FROM json_each(?1)) AND"
        " (also IS NULL OR also NOT IN (SELECT value FROM json_each(?1)))",
        (wanted,),
    )


def _drop(db: Db, condition: str, parameters: tuple[Any, ...]) -> set[Key]:
    gone = db.execute(f"SELECT row, kind, id, words FROM base WHERE {condition}", parameters).fetchall()
    search.put(db, [], [row for row, _, _, words in gone if words])
    db.executemany("DELETE FROM base WHERE row = ?", [(row,) for row, _, _, _ in gone])
    return {(kind, entity_id) for _, kind, entity_id, _ in gone}


def digests(db: Db, scopes: Iterable[str]) -> tuple[ScopeDigest, ...]:
    """Return count and hash of the living rows that each scope shows."""
    found = []
    for scope in scopes:
        if scope == ALL_SCOPE:
            rows = db.execute("SELECT id, revision FROM base WHERE deleted = 0")
        else:
            rows = db.execute(
                "SELECT id, revision FROM base WHERE deleted = 0 AND scope = ?1 UNION ALL"
                " SELECT id, revision FROM base WHERE deleted = 0 AND also = ?1 AND scope <> ?1",
                (scope,),
            )
        found.append(digest_rows(scope, rows))
    return tuple(found)
