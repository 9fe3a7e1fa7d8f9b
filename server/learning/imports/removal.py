"""Takes a row away that an import made and that nobody has touched or used since; the undo of an import asks for it."""

from collections.abc import Iterable, Sequence
from functools import cache

from pydantic import ConfigDict
from sqlalchemy import ForeignKeyConstraint

from server.core.batch import Batch, CommandType, Decision, Item, applied, rejected
from server.core.database import Db
from server.core.entities import Body
from server.core.sql import SetSql
from server.core.tables import METADATA
from server.learning.imports.changes import KINDS, REMOVE
from server.learning.imports.journal import made_by_imports
from server.learning.imports.lookups import packed_ids
from server.people import role_kind
from server.people.last_administrator import kept_from_leaving, last_administrator
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.learning.vocabulary import COHORT
from shared.people.permissions import BUILT_IN_GRANTS, may_change_person, may_import_people
from shared.people.vocabulary import PERSON, Role

# Rows that are part of the row itself and go with it.
_PARTS = {PERSON: (("person_role", "person_id"),), COHORT: (("cohort_instructor", "cohort_id"),)}
_UNLINK = SetSql(
    "DELETE FROM external_id WHERE organisation_id = :organisation_id AND kind = :kind"
    " AND entity_id IN (SELECT id FROM {ids} i)"
)


class RemoveImported(StrictModel):
    """Remove a row of `kind` that an import made (target: the row)."""

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: str


@cache
def _uses(kind: str) -> tuple[SetSql, ...]:
    """Return the questions for who refers to rows of a kind: one for each foreign key to its table, in any area."""
    table, parts = KINDS[kind].table, _PARTS.get(kind, ())
    keys = [
        (other.name, key.column_keys[-1])
        for other in METADATA.sorted_tables
        for key in sorted(other.foreign_key_constraints, key=_columns)
        if key.referred_table is table
    ]
    return tuple(
        SetSql(
            f"SELECT DISTINCT x.{column} FROM {{ids}} i {{by}} {name} x"  # noqa: S608 - names of our own tables
            f" ON x.organisation_id = :organisation_id AND x.{column} = i.id"
        )
        for name, column in keys
        if (name, column) not in parts
    )


def _columns(key: ForeignKeyConstraint) -> list[str]:
    return list(key.column_keys)


def used(db: Db, organisation_id: str, kind: str, ids: Iterable[str]) -> set[str]:
    """Return those of `ids` that other rows refer to: marks, enrolments, sign-ins, cohorts, courses."""
    packed = packed_ids(ids)
    return {row[0] for use in _uses(kind) for row in db.rows(use, organisation_id=organisation_id, ids=packed)}


def remove_imported(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Remove rows, kind by kind; one that was changed, is used or wasn't made by an import is refused."""
    decisions: dict[str, Decision] = {}
    for kind in dict.fromkeys(item.payload.kind for item in items):
        decisions |= _of_kind(batch, kind, [item for item in items if item.payload.kind == kind])
    return [decisions[item.target.id] for item in items]


def _of_kind(batch: Batch, kind: str, items: Sequence[Item]) -> dict[str, Decision]:
    ids = [item.target.id for item in items]
    if kind not in KINDS or not may_import_people(batch.actor):
        message = text("Your role doesn't undo imports. Ask the office.")
        return {item.target.id: rejected(item, "not_allowed", message) for item in items}
    bodies = KINDS[kind].read(batch, ids)
    in_use = used(batch.db, batch.organisation_id, kind, ids)
    made = made_by_imports(batch.db, batch.organisation_id, packed_ids(ids))
    decisions: dict[str, Decision] = {}
    gone: list[tuple[Item, Body]] = []
    for item in items:
        body = bodies.get(item.target.id)
        if body is None or body["revision"] != item.target.base or item.target.id not in made:
            message = text("This was changed since the import. It stays as it is.")
            decisions[item.target.id] = rejected(item, "changed_since", message)
        elif item.target.id in in_use:
            message = text("Something else belongs to this by now. It stays.")
            decisions[item.target.id] = rejected(item, "still_used", message)
        else:
            gone.append((item, body))
    kept = _kept_people(batch, gone) if kind == PERSON else {}
    _delete(batch, kind, [(item, body) for item, body in gone if body["id"] not in kept])
    return decisions | {body["id"]: applied(item.command.id) for item, body in gone} | kept


def _kept_people(batch: Batch, gone: Sequence[tuple[Item, Body]]) -> dict[str, Decision]:
    """Return the refusals: whoever has rights that the author lacks stays, and so does the last administrator."""
    known = role_kind.grants(batch) if any(set(body["roles"]) - {Role.STUDENT} for _, body in gone) else BUILT_IN_GRANTS
    message = text("This person has rights that you don't have.")
    kept = {
        body["id"]: rejected(item, "not_allowed", message)
        for item, body in gone
        if not may_change_person(item.author, frozenset(body["roles"]), known)
    }
    leaving = {
        body["id"]: body["roles"] for _, body in gone if set(body["roles"]) - {Role.STUDENT} and body["id"] not in kept
    }
    last = kept_from_leaving(batch, leaving)
    return kept | {body["id"]: last_administrator(item) for item, body in gone if body["id"] in last}


def _delete(batch: Batch, kind: str, gone: Sequence[tuple[Item, Body]]) -> None:
    if not gone:
        return
    ids = packed_ids(body["id"] for _, body in gone)
    for table, column in _PARTS.get(kind, ()):
        batch.db.run(_part_gone(table, column), organisation_id=batch.organisation_id, ids=ids)
    batch.db.run(_UNLINK, organisation_id=batch.organisation_id, kind=kind, ids=ids)
    for item, body in gone:
        KINDS[kind].delete(batch, [{**body, "organisation_id": batch.organisation_id}], item.command.id)
    batch.access_changed = True


@cache
def _part_gone(table: str, column: str) -> SetSql:
    return SetSql(
        f"DELETE FROM {table} WHERE organisation_id = :organisation_id"  # noqa: S608 - names of our own tables
        f" AND {column} IN (SELECT id FROM {{ids}} i)"
    )


COMMANDS = (CommandType(REMOVE, RemoveImported, remove_imported),)
