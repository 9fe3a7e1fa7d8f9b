"""The overlay: drafts that pending commands make of base rows, made again whenever what lies under them changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.core import base_rows
from desktop.core.base_rows import Key
from desktop.core.disk import Db
from desktop.core.listed import listed
from desktop.core.outbox import Entry
from desktop.core.schema import body_text, from_text, to_text
from desktop.core.store_area import StoreArea
from shared.core.command import Command
from shared.core.projection import Body, ReadRow


def shown(db: Db, kind: str, entity_id: str, before: int | None = None) -> dict[str, Any] | None:
    """Return the body that the screen shows, or that it showed before the command at position `before`."""
    where = "" if before is None else " AND position < ?"
    row = db.execute(
        f"SELECT body FROM draft WHERE kind = ? AND id = ?{where} ORDER BY position DESC LIMIT 1",
        (kind, entity_id) if before is None else (kind, entity_id, before),
    ).fetchone()
    if row is None:
        row = db.execute("SELECT body FROM base WHERE kind = ? AND id = ?", (kind, entity_id)).fetchone()
    return None if row is None or row[0] is None else from_text(row[0])


def reader(db: Db, before: int | None = None) -> ReadRow:
    """Return what projections read rows with."""

    def read(kind: str, entity_id: str) -> Body | None:
        return shown(db, kind, entity_id, before)

    return read


@dataclass(frozen=True)
class Overlay:
    """Projects commands onto rows; it holds nothing but what the areas said about their kinds and commands."""

    area: StoreArea

    def project(self, db: Db, entries: Iterable[Entry]) -> set[Key]:
        """Write the drafts of commands, in order; returns the keys they cover. `refresh` must follow."""
        keys: set[Key] = set()
        for entry in entries:
            projection = self.area.projections.get(entry.command.type)
            if projection is None:
                continue
            rows = []
            for draft in projection(entry.command, reader(db, entry.position)):
                columns = listed(self.area.kinds, draft.kind, draft.body)
                parent = draft.parent or _parent(db, draft.kind, draft.id, entry.position)
                head = (draft.kind, draft.id, entry.position, parent, columns.sort_text, *columns.keys)
                rows.append((*head, columns.words, body_text(draft.body)))
                keys.add((draft.kind, draft.id))
            db.executemany(
                "INSERT OR REPLACE INTO draft (kind, id, position, parent, latest, sort_text, key1, key2, key3, words,"
                " body) VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)",
                rows,
            )
        return keys

    def drop_settled(self, db: Db, seq: int, fetching: int) -> set[Key]:
        """Take away the overlay of commands whose answer the base rows include at `seq`; returns the keys they had.

        Rows up to the place `fetching` may still be on their way in a snapshot (0: none are).
        """
        positions = [
            row[0]
            for row in db.execute(
                "SELECT position FROM outbox WHERE overlaid = 1 AND state = 'answered' AND settled_seq <= ?"
                " AND (settled_seq > ? OR settled_seq = 0)",
                (seq, fetching),
            )
        ]
        if not positions:
            return set()
        packed = to_text(positions)
        db.execute("UPDATE outbox SET overlaid = 0 WHERE position IN (SELECT value FROM json_each(?))", (packed,))
        return self._drop_drafts(db, packed)

    def project_again(self, db: Db, keys: set[Key]) -> set[Key]:
        """Make the drafts that touch `keys` anew on what lies under them now; returns the keys that have such drafts.

        Commands hang together through the rows they share, so the set grows until no further command joins it.
        """
        positions: set[int] = set()
        fresh, everything = set(keys), set(keys)
        if db.execute("SELECT 1 FROM outbox WHERE overlaid = 1 LIMIT 1").fetchone() is None:
            return set()
        while fresh:
            joined = _positions_on(db, fresh) - positions
            if not joined:
                break
            positions |= joined
            fresh = _keys_of(db, joined) - everything
            everything |= fresh
        if not positions:
            return set()
        packed = to_text(sorted(positions))
        dropped = self._drop_drafts(db, packed)
        entries = [
            Entry(row[0], Command.model_validate_json(row[1]))
            for row in db.execute(
                "SELECT position, command FROM outbox WHERE position IN (SELECT value FROM json_each(?))"
                " ORDER BY position",
                (packed,),
            )
        ]
        return dropped | self.project(db, entries)

    def _drop_drafts(self, db: Db, packed_positions: str) -> set[Key]:
        rows = db.execute(
            "SELECT row, kind, id FROM draft WHERE position IN (SELECT value FROM json_each(?))", (packed_positions,)
        ).fetchall()
        db.executemany("DELETE FROM draft WHERE row = ?", [(row[0],) for row in rows])
        return {(kind, entity_id) for _, kind, entity_id in rows}

    def refresh(self, db: Db, keys: set[Key]) -> None:
        """Set which draft is the latest of each key, and which base rows show."""
        for kind, ids in _by_kind(keys).items():
            packed = to_text(ids)
            rows = db.execute(
                "SELECT row, id, latest FROM draft WHERE kind = ?"
                " AND id IN (SELECT value FROM json_each(?)) ORDER BY id, position",
                (kind, packed),
            ).fetchall()
            last = {entity_id: row for row, entity_id, _ in rows}
            flips = [
                (int(last[entity_id] == row), row)
                for row, entity_id, was_latest in rows
                if int(last[entity_id] == row) != was_latest
            ]
            db.executemany("UPDATE draft SET latest = ? WHERE row = ?", flips)
        base_rows.show(db, keys)


def _parent(db: Db, kind: str, entity_id: str, before: int) -> str | None:
    # A command that edits a row says nothing about where it hangs.
    row = db.execute(
        "SELECT parent FROM draft WHERE kind = ?1 AND id = ?2 AND position < ?3 UNION ALL"
        " SELECT parent FROM base WHERE kind = ?1 AND id = ?2 LIMIT 1",
        (kind, entity_id, before),
    ).fetchone()
    return None if row is None else row[0]


def _by_kind(keys: Iterable[Key]) -> Mapping[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for kind, entity_id in keys:
        ids.setdefault(kind, []).append(entity_id)
    return ids


def _positions_on(db: Db, keys: set[Key]) -> set[int]:
    positions: set[int] = set()
    for kind, ids in _by_kind(keys).items():
        packed = to_text(ids)
        positions.update(
            row[0]
            for row in db.execute(
                "SELECT position FROM draft WHERE kind = ?1 AND id IN (SELECT value FROM json_each(?2))"
                " UNION SELECT t.position FROM outbox_target t JOIN outbox o ON o.position = t.position"
                " WHERE o.overlaid = 1 AND t.target_id IN (SELECT value FROM json_each(?2))",
                (kind, packed),
            )
        )
    return positions


def _keys_of(db: Db, positions: set[int]) -> set[Key]:
    return {
        (row[0], row[1])
        for row in db.execute(
            "SELECT kind, id FROM draft WHERE position IN (SELECT value FROM json_each(?))",
            (to_text(sorted(positions)),),
        )
    }
