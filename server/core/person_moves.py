"""What follows a person whose entry is merged into another one, area by area, and how exactly that goes back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.core.batch import Batch, Item
from server.core.database import Db
from server.core.sql import SetSql
from server.core.tables import METADATA

Kept = Any
"""JSON that says what one mover did; the record of the merge keeps it, and undoing gets exactly this back."""


@dataclass
class Merge:
    """One merge, or its undoing: what was `from_id`'s becomes `to_id`'s. Undoing has the two the same way round.

    `reviews` are sentences on what both had and a person must look at; movers add to them.
    """

    batch: Batch
    item: Item
    from_id: str
    to_id: str
    from_name: str
    to_name: str
    reviews: list[str] = field(default_factory=list)
    rows: dict[str, set[str]] = field(default_factory=dict)
    """Ids by kind of row of what moved: their state in the feed follows in one step at the end."""
    names: dict[str, str] = field(default_factory=dict)
    """By kind the column with the person's name, where rows have one."""

    @property
    def organisation_id(self) -> str:
        """The institute."""
        return self.batch.organisation_id

    @property
    def revision(self) -> str:
        """What rows that moved take as their revision."""
        return self.item.command.id

    def moved(self, kind: str, ids: Iterable[str]) -> None:
        """Tell of rows whose state in the feed must follow; needless for what a mover publishes by itself."""
        self.rows.setdefault(kind, set()).update(ids)


def _none(_db: Db, _organisation_id: str, _from_id: str, _to_id: str) -> tuple[str, ...]:
    return ()


def _nothing(_db: Db, _organisation_id: str, _from_id: str, _to_id: str, _kept: Kept) -> tuple[str, ...]:
    return ()


def _uncounted(_db: Db, _organisation_id: str, _person_id: str) -> Mapping[str, int]:
    return {}


@dataclass(frozen=True)
class PersonMove:
    """How one area's rows follow a merged person; all of it runs in the transaction of the merge.

    `move` returns JSON that says what moved, `put_back` takes that back. `counts` tells how many rows of each table a
    person has, for the preview. `hinders` and `hinders_undo` return sentences for why it can't be (db, organisation
    id, from id, to id, and for undoing what `move` returned); they change nothing. `tables` are those looked after.
    """

    name: str
    move: Callable[[Merge], Kept]
    put_back: Callable[[Merge, Kept], None]
    tables: tuple[str, ...] = ()
    counts: Callable[[Db, str, str], Mapping[str, int]] = _uncounted
    hinders: Callable[[Db, str, str, str], Sequence[str]] = _none
    hinders_undo: Callable[[Db, str, str, str, Kept], Sequence[str]] = _nothing


@dataclass(frozen=True)
class Owned:
    """Rows of a table with ids that name their person in `column`, and maybe the person's name in `name` beside it.

    Rows that a natural key would keep from moving don't belong here: their area brings a `PersonMove` of its own.
    """

    table: str
    column: str = "person_id"
    name: str = ""

    def take(self, merge: Merge) -> list[str]:
        """Give all rows of the one who goes to the one who stays; returns their ids."""
        sql = f"SELECT id FROM {self.table} WHERE organisation_id = :o AND {self.column} = :p ORDER BY id"
        ids = [str(row[0]) for row in merge.batch.db.rows(sql, o=merge.organisation_id, p=merge.from_id)]
        self.give(merge, ids, merge.from_id, merge.to_id, merge.to_name)
        return ids

    def give(self, merge: Merge, ids: Sequence[str], holder: str, person_id: str, name: str) -> None:
        """Write `person_id` into those of the rows `ids` that are still `holder`'s."""
        if not ids:
            return
        sets = [f"{self.column} = :person_id", *([f"{self.name} = :name"] if self.name else ())]
        places = {"person_id": person_id, **({"name": name} if self.name else {})}
        if "revision" in METADATA.tables[self.table].c:
            sets.append("revision = :revision")
            places["revision"] = merge.revision
        sql = (
            f"UPDATE {self.table} SET {', '.join(sets)} WHERE organisation_id = :o AND {self.column} = :holder"
            " AND id IN (SELECT id FROM {ids} i)"
        )
        packed = orjson.dumps(list(ids)).decode()
        merge.batch.db.run(SetSql(sql), o=merge.organisation_id, holder=holder, ids=packed, **places)
        merge.moved(self.table, ids)
        if self.name:
            merge.names[self.table] = self.name

    def still(self, db: Db, organisation_id: str, ids: Sequence[str], person_id: str) -> int:
        """Return how many of the rows `ids` are `person_id`'s now."""
        sql = f"SELECT count(*) FROM {self.table} WHERE organisation_id = :o AND {self.column} = :p"
        found = db.one(
            SetSql(sql + " AND id IN (SELECT id FROM {ids} i)"),
            o=organisation_id,
            p=person_id,
            ids=orjson.dumps(list(ids)).decode(),
        )
        return int(found[0]) if found else 0


def moved_rows(name: str, changed: Callable[[int], str], *owned: Owned) -> PersonMove:
    """Return the mover of plain rows with ids. `changed(n)` says that n of them are gone or someone else's by now."""
    by_key = {f"{one.table}.{one.column}": one for one in owned}

    def move(merge: Merge) -> Kept:
        return {key: ids for key, one in by_key.items() if (ids := one.take(merge))}

    def put_back(merge: Merge, kept: Kept) -> None:
        for key, ids in kept.items():
            by_key[key].give(merge, ids, merge.to_id, merge.from_id, merge.from_name)

    def counts(db: Db, organisation_id: str, person_id: str) -> dict[str, int]:
        return {one.table: n for one in owned if (n := count_of(db, organisation_id, one, person_id))}

    def hinders_undo(db: Db, organisation_id: str, _from_id: str, to_id: str, kept: Kept) -> list[str]:
        lost = sum(len(ids) - by_key[key].still(db, organisation_id, ids, to_id) for key, ids in kept.items())
        return [changed(lost)] if lost else []

    return PersonMove(name, move, put_back, tuple(one.table for one in owned), counts, hinders_undo=hinders_undo)


def count_of(db: Db, organisation_id: str, owned: Owned, person_id: str) -> int:
    """Return how many rows someone has."""
    sql = f"SELECT count(*) FROM {owned.table} WHERE organisation_id = :o AND {owned.column} = :p"
    row = db.one(sql, o=organisation_id, p=person_id)
    return int(row[0]) if row else 0
