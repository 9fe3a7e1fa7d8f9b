"""Ordinary entities in sets: reading, adding and editing rows of one kind with the field-merge rule."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import BigInteger, Boolean, Integer, Table

from server.core.batch import Batch, Decision, Item, agreed, applied, rejected
from server.core.conflicts import Subject, find_open, open_conflict, side_from_log, side_of
from server.core.database import RepeatTransactionError
from server.core.sql import KeyedUpdate, SetSql
from shared.core.conflict import Conflict
from shared.core.fields import merge_fields
from shared.core.outcome import Verdict
from shared.core.text import text

Body = dict[str, Any]
ENTITY_KINDS: dict[str, "EntityKind"] = {}
"""Every kind whose module is loaded, by its name: what is looked through as a whole goes by this."""


def _sql_type(column: Any) -> str:
    if isinstance(column.type, BigInteger):
        return "bigint"
    if isinstance(column.type, Boolean):
        return "boolean"
    return "integer" if isinstance(column.type, Integer) else "text"


@dataclass(frozen=True)
class EntityKind:
    """A table of synced rows. `body` columns travel in the feed; `scopes(body)` gives (scope, also).

    `derive(body)` gives columns that are stored for searching and don't travel. `json_columns` hold lists.
    """

    kind: str
    table: Table
    body_columns: tuple[str, ...]
    scopes: Callable[[Body], tuple[str, str | None]]
    title: Callable[[Body], str]
    parent: str | None = None
    json_columns: frozenset[str] = frozenset()
    derive: Callable[[Body], Mapping[str, Any]] = field(default=lambda _body: {})
    derived_columns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        stored = ("id", "revision", *self.body_columns, *self.derived_columns)
        types = {name: _sql_type(self.table.c[name]) for name in stored}
        names = ", ".join(stored)
        picked = ", ".join(f"r.{name}" for name in stored)
        sets = ", ".join(f"{name} = r.{name}" for name in stored if name != "id")
        table = self.table.name
        own = ", ".join(f"t.{name}" for name in ("id", "revision", *self.body_columns))
        statements = {
            "read": SetSql(
                f"SELECT {own} FROM {{ids}} i {{by}} {table} t ON t.id = i.id"
                " WHERE t.organisation_id = :organisation_id ORDER BY t.id {lock}",
                lock="t",
            ),
            "insert": SetSql(
                f"INSERT INTO {table} (organisation_id, {names}) SELECT :organisation_id, {picked} FROM {{rows}} r"
                " WHERE true ON CONFLICT DO NOTHING RETURNING id",
                **types,
            ),
            "update": KeyedUpdate(table, sets, **types),
            "delete": SetSql(
                f"DELETE FROM {table} WHERE organisation_id = :organisation_id AND id IN (SELECT id FROM {{ids}} i)"
            ),
        }
        object.__setattr__(self, "_statements", statements)
        ENTITY_KINDS[self.kind] = self

    def read(self, batch: Batch, ids: Iterable[str]) -> dict[str, Body]:
        """Return the bodies of `ids`, locked until the transaction ends."""
        wanted = orjson.dumps(sorted(set(ids))).decode()
        rows = batch.db.rows(self._sql("read"), organisation_id=batch.organisation_id, ids=wanted)
        return {row[0]: self.body_of(row) for row in rows}

    def insert(self, batch: Batch, bodies: Sequence[Body]) -> set[str]:
        """Insert rows and publish those that met no uniqueness collision; returns their ids."""
        if not bodies:
            return set()
        rows = batch.db.rows(self._sql("insert"), organisation_id=batch.organisation_id, rows=self._packed(bodies))
        inserted = {row[0] for row in rows}
        batch.created |= inserted
        for body in bodies:
            if body["id"] in inserted:
                self.publish(batch, body)
        return inserted

    def update(self, batch: Batch, bodies: Sequence[Body]) -> None:
        """Write whole rows that were read (and so locked) before, and publish them."""
        if not bodies:
            return
        batch.db.run(self._sql("update"), organisation_id=batch.organisation_id, rows=self._packed(bodies))
        for body in bodies:
            self.publish(batch, body)

    def delete(self, batch: Batch, bodies: Sequence[Body], revision: str) -> None:
        """Remove rows and publish their tombstones."""
        ids = orjson.dumps([body["id"] for body in bodies]).decode()
        batch.db.run(self._sql("delete"), organisation_id=batch.organisation_id, ids=ids)
        for body in bodies:
            batch.removed(self.kind, body["id"], revision, *self.scopes(body))

    def publish(self, batch: Batch, body: Body) -> None:
        """Put a row's state into the feed."""
        scope, also = self.scopes(body)
        batch.changed(self.kind, body, scope, also, body.get(self.parent) if self.parent else None)

    def subject(self, body: Body, group: str = "fields") -> Subject:
        """Return the row as the subject of a conflict."""
        return Subject(self.kind, body["id"], group, self.title(body), *self.scopes(body))

    def _sql(self, name: str) -> SetSql:
        statements: dict[str, SetSql] = self.__dict__["_statements"]
        return statements[name]

    def selected(self) -> str:
        """Return the select list of a body from the table as `t`."""
        return ", ".join(f"t.{name}" for name in ("id", "revision", *self.body_columns))

    def is_boolean(self, column: str) -> bool:
        """Tell whether a column holds truth values."""
        return isinstance(self.table.c[column].type, Boolean)

    def body_of(self, row: Sequence[Any]) -> Body:
        """Return a row of `selected()` as the feed carries it."""
        body = dict(zip(self._names, row, strict=True))
        for name in self.json_columns:
            kept = body[name]
            body[name] = orjson.loads(kept) if kept and kept != "[]" else []
        for name in self._truths:
            body[name] = bool(body[name])
        return body

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return ("id", "revision", *self.body_columns)

    @cached_property
    def _truths(self) -> tuple[str, ...]:
        """The columns that hold truth values: looked up once, where an account has five hundred rows."""
        return tuple(name for name in self.body_columns if self.is_boolean(name))

    def _packed(self, bodies: Sequence[Body]) -> str:
        rows = []
        for body in sorted(bodies, key=lambda one: one["id"]):
            row = {name: body.get(name) for name in ("id", "revision", *self.body_columns)}
            for name in self.json_columns:
                row[name] = orjson.dumps(row[name] or []).decode()
            rows.append({**row, **self.derive(body)})
        return orjson.dumps(rows).decode()


Check = Callable[[Batch, Item, Body, Mapping[str, Any]], Decision | None]
"""Refuses (or holds) an edit: (batch, item, present body, wanted values) to a decision, or None to go on."""
Refuse = Callable[[Batch, Item, Body, Sequence[Body]], Decision | None]
"""Refuses a row that is to be made, with those of the same run that are made before it."""


def edit(batch: Batch, kind: EntityKind, items: Sequence[Item], check: Check) -> list[Decision]:
    """Apply a run of edits whose payload has `changes`: field to old and new value.

    A field equal to its old or new value applies, the others become the conflict; both sides keep their values.
    """
    present = kind.read(batch, (item.target.id for item in items))
    standings = batch.standings(items, {row_id: body["revision"] for row_id, body in present.items()})
    decisions: list[Decision] = []
    written: list[Body] = []
    for item, standing in zip(items, standings, strict=True):
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, kind.kind))
            continue
        wanted = {name: change.new for name, change in item.payload.changes.items()}
        refusal = check(batch, item, body, wanted)
        if refusal is not None:
            decisions.append(refusal)
            continue
        decision, after = _merge(batch, kind, item, body, stale=standing.stale)
        decisions.append(decision)
        if after is not None:
            written.append(after)
    kind.update(batch, written)
    return decisions


def _merge(batch: Batch, kind: EntityKind, item: Item, body: Body, *, stale: bool) -> tuple[Decision, Body | None]:
    changes = dict(item.payload.changes)
    merge = merge_fields(body, changes, stale=stale)
    after = {**body, **merge.applied, "revision": item.command.id} if merge.applied else None
    if not merge.clashing:
        return (applied(item.command.id) if after else agreed(body["revision"])), after
    standing = find_open(batch, kind.kind, body["id"], "fields") if stale else None
    theirs = {name: body.get(name) for name in merge.clashing}
    mine = {name: changes[name].new for name in merge.clashing}
    before = None if standing else side_from_log(batch, body["revision"], theirs)
    conflict_id = open_conflict(batch, kind.subject(body), before, side_of(batch, item, mine), merge.clashing)
    decision = Decision(
        Verdict.CONFLICT,
        item.command.id if after else body["revision"],
        conflict_id,
        details={"fields": merge.clashing},
    )
    return decision, after


def missing(batch: Batch, item: Item, kind: str) -> Decision:
    """Decide an item whose row isn't there: held behind its creation, or held as unknown; never dropped."""
    created = batch.db.rows(
        "SELECT id, outcomes FROM command_log WHERE organisation_id = :organisation_id"
        " AND target_id = :target_id AND verdict IS NOT NULL ORDER BY received_at, device_seq",
        organisation_id=batch.organisation_id,
        target_id=item.target.id,
    )
    local = [decision for (_, target), decision in batch.decisions.items() if target == item.target.id]
    told = [one for row in created for one in orjson.loads(row[1]) if one["target_id"] == item.target.id]
    verdicts = {str(one["verdict"]) for one in told} | {str(decision.verdict) for decision in local}
    if verdicts and verdicts <= {"rejected"}:
        message = text("What this belongs to was refused, so it can't be saved either. It is kept for you to look at.")
        return rejected(item, "creation_rejected", message)
    message = text("What this belongs to hasn't been accepted yet. The office decides about both.")
    return Decision(Verdict.HELD, code="waits_for_creation", message=message, kind=kind)


def keep(
    batch: Batch, kind: EntityKind, items: Sequence[Item], first: Mapping[str, Any], check: Check, refuse: Refuse
) -> list[Decision]:
    """Make the rows that aren't there yet of `first` and what was wanted, unless `refuse`; edit the others.

    Two people who change one differently keep both until someone decides, see `edit`.
    """
    present = kind.read(batch, (item.target.id for item in items))
    decisions: dict[str, Decision] = {}
    changed: list[Item] = []
    fresh: dict[str, Body] = {}
    for item in items:
        if item.target.id in present or item.target.id in fresh:
            changed.append(item)
            continue
        wanted = {name: change.new for name, change in item.payload.changes.items()}
        made = {**first, **wanted, "id": item.target.id, "revision": item.command.id}
        refusal = refuse(batch, item, made, list(fresh.values()))
        if refusal is None:
            fresh[item.target.id] = made
        decisions[item.command.id] = refusal or applied(item.command.id)
    if len(kind.insert(batch, list(fresh.values()))) < len(fresh):
        raise RepeatTransactionError
    edited = edit(batch, kind, changed, check) if changed else []
    decisions |= {item.command.id: decision for item, decision in zip(changed, edited, strict=True)}
    return [decisions[item.command.id] for item in items]


def chosen_values(conflict: Conflict, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return what somebody chose between the sides of a conflict, by field; `choices`: field to a side's command."""
    sides = {side.command_id: side.values for side in conflict.sides}
    return {name: sides[key][name] for name, key in choices.items() if name in sides[key]}


def settler_of(kind: EntityKind) -> Callable[[Batch, Item, Conflict, Mapping[str, str]], None]:
    """Return what writes the chosen values of a conflict on a row of `kind`, and nothing else."""

    def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
        body = kind.read(batch, [conflict.entity_id]).get(conflict.entity_id)
        chosen = chosen_values(conflict, choices)
        if body is not None and any(body.get(name) != value for name, value in chosen.items()):
            kind.update(batch, [{**body, **chosen, "revision": item.command.id}])

    return settle
