"""Empties rows: what goes, what loses its words and what keeps its figures, table by table and in the feed alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.core.batch import Batch
from server.core.personal_data import ANY, PersonalTable, PersonRows, Row
from server.core.tables import METADATA
from server.people.erasing_words import Identity

SPECIAL = frozenset({"command_log", "conflict", "feed_row", "person", "person_role", "security_event", "erasure"})
"""Tables that erasure treats in ways of their own; the security log only grows and loses its rows by age."""
_ID_LENGTHS = frozenset({24, 36, 64})


def empty_of(value: Any, *, nullable: bool) -> Any:
    """Return nothing in the form of a value: no list, no object, no text, or none at all."""
    if isinstance(value, list):
        return []
    if isinstance(value, dict):
        return {}
    if isinstance(value, str) and not nullable:
        return {"[": "[]", "{": "{}"}.get(value[:1], "")
    return None if nullable else value


@dataclass
class Emptying:
    """One person's erasure in one batch; `counts` says how many rows of each table it reached."""

    batch: Batch
    revision: str
    identity: Identity
    found: PersonRows
    tables: Mapping[str, PersonalTable]
    counts: dict[str, int] = field(default_factory=dict)

    def is_own(self, table: PersonalTable, row: Mapping[str, Any]) -> bool:
        """Tell whether a row, or a body with some of its columns, is the person's."""
        if any(row.get(column) == self.identity.person_id for column in table.own):
            return True
        if table.finder is not None and row.get(str(table.id_column)) in self.found.owned.get(table.table, ()):
            return True
        return any(
            row.get(column) in (self.found.owned_ids if parent == ANY else self.found.owned.get(parent, ()))
            for column, parent in table.via
        )

    def emptied(self, table: PersonalTable, row: Mapping[str, Any]) -> Row:
        """Return a row without what is personal; the same where nothing is."""
        person_id, own = self.identity.person_id, self.is_own(table, row)
        named = own or any(row.get(column) == person_id for column in table.by)
        named = named or any(person_id in str(row.get(column)) for column in table.listed)
        clean = self.identity.scrubbed if named else self.identity.scrubbed_elsewhere
        left = {name: clean(value) if self._is_words(table, name) else value for name, value in row.items()}
        gone = set(table.blank) if own else set()
        for column, texts in table.authored.items():
            gone |= set(texts) if row.get(column) == person_id else set()
        for name in gone & set(left):
            left[name] = empty_of(row[name], nullable=table.is_nullable(name)) if row[name] else row[name]
        for column, name in table.by.items():
            if name in left and row.get(column) == person_id and row[name]:
                left[name] = self.identity.label
        return left

    @staticmethod
    def _is_words(table: PersonalTable, name: str) -> bool:
        if name in table.secret or name in table.ids or name in table.own:
            return False
        column = METADATA.tables[table.table].c.get(name)
        return column is None or getattr(column.type, "length", None) not in _ID_LENGTHS

    def run(self, rows: Mapping[str, Sequence[Row]]) -> None:
        """Empty or remove rows, those that hang on others first."""
        for name in [one.name for one in reversed(METADATA.sorted_tables)]:
            table = self.tables.get(str(name))
            if table is None or table.table in SPECIAL:
                continue
            for row in rows.get(table.table, ()):
                self._one(table, row)

    def _one(self, table: PersonalTable, row: Row) -> None:
        if self.is_own(table, row) and table.gone:
            self.delete(table, row)
            return
        left = self.emptied(table, row)
        changed = {name: value for name, value in left.items() if value != row[name]}
        if not changed:
            return
        if set(changed) & set(table.key):
            self.delete(table, row)
            return
        if "revision" in row:
            changed["revision"] = self.revision
        self.update(table, row, changed)

    def delete(self, table: PersonalTable, row: Row) -> None:
        """Remove a row."""
        places = {f"key_{name}": row[name] for name in table.key}
        sql = f"DELETE FROM {table.table} WHERE organisation_id = :organisation_id{_keyed(table)}"  # noqa: S608 - our own names
        self.batch.db.run(sql, organisation_id=self.batch.organisation_id, **places)
        self._count(table)

    def update(self, table: PersonalTable, row: Row, changed: Mapping[str, Any]) -> None:
        """Write some columns of a row."""
        places = {f"key_{name}": row[name] for name in table.key} | {f"new_{name}": changed[name] for name in changed}
        sets = ", ".join(f"{name} = :new_{name}" for name in changed)
        sql = f"UPDATE {table.table} SET {sets} WHERE organisation_id = :organisation_id{_keyed(table)}"  # noqa: S608 - our own names
        self.batch.db.run(sql, organisation_id=self.batch.organisation_id, **places)
        self._count(table)

    def _count(self, table: PersonalTable) -> None:
        self.counts[table.table] = self.counts.get(table.table, 0) + 1

    # ------------------------------------------------------------------------------------------- what holds all kinds

    def commands(self, rows: Iterable[Row]) -> None:
        """Take the details of commands with their salts, and the words out of their outcomes; the digests stay."""
        table = self.tables["command_log"]
        for row in rows:
            if row["type"] == "ErasePerson" or (row["detail"] is None and not row["outcomes"]):
                continue
            outcomes = _quiet(row["outcomes"])
            if row["detail"] is None and outcomes == row["outcomes"]:
                continue
            self.update(table, row, {"detail": None, "salt": None, "outcomes": outcomes})

    def conflicts(self, rows: Iterable[Row]) -> None:
        """Remove what people disagree on about the person, and the name from what he or she disagreed on."""
        table = self.tables["conflict"]
        for row in rows:
            if self.is_own(table, row):
                self.delete(table, row)
                self.batch.removed("conflict", row["id"], self.revision, row["scope"], row["also"])
                continue
            body = orjson.loads(row["body"])
            left = self._without_name(self.identity.scrubbed(body))
            if left == body:
                continue
            left["revision"] = self.revision
            changed = {"body": orjson.dumps(left).decode(), "revision": self.revision}
            self.update(table, row, changed)
            self.batch.changed("conflict", left, row["scope"], row["also"], row["entity_id"])

    def _without_name(self, body: dict[str, Any]) -> dict[str, Any]:
        person_id, label = self.identity.person_id, self.identity.label
        sides = [
            {**side, "author_name": label, "device_name": ""} if side.get("author_id") == person_id else side
            for side in body.get("sides", ())
        ]
        settled = label if body.get("settled_by") == person_id else body.get("settled_by_name")
        return {**body, "sides": sides, "settled_by_name": settled}

    def feed(self, rows: Iterable[Row]) -> None:
        """Send what became of rows to everybody who has them: as they are now, or as gone."""
        for row in rows:
            entry = orjson.loads(row["entry"])
            body, kind = entry.get("body"), row["kind"]
            if (
                body is None
                or kind in ("conflict", "person", "erasure")
                or (kind, row["entity_id"]) in self.batch.changes
            ):
                continue
            table = self.tables.get(kind)
            if table is not None and table.gone and self.is_own(table, body):
                self.batch.removed(kind, row["entity_id"], self.revision, row["scope"], row["also"])
                continue
            left = self.emptied(table, body) if table is not None else self._derived(row, body)
            if left != body:
                left["revision"] = self.revision
                self.batch.changed(kind, left, row["scope"], row["also"], entry.get("parent"))

    def _derived(self, row: Row, body: Mapping[str, Any]) -> Row:
        """Return a body that no table holds in this form, such as the feedback of another student."""
        left: Row = self.identity.scrubbed(dict(body))
        if row["scope"] == f"person:{self.identity.person_id}":
            left = {
                name: "" if name in ("text", "message") and isinstance(one, str) else one for name, one in left.items()
            }
        return left


def _keyed(table: PersonalTable) -> str:
    return "".join(f" AND {name} = :key_{name}" for name in table.key)


def _quiet(outcomes: str | None) -> str | None:
    """Return outcomes with their verdicts alone: sentences and details may name people."""
    if not outcomes:
        return outcomes
    told = [{**one, "message": None, "details": {}} for one in orjson.loads(outcomes)]
    return orjson.dumps(told).decode()
