"""What the commands about roles do: save one with what it takes over, and take one away."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, chosen_values, edit
from server.core.sql import SetSql
from server.people.last_administrator import Administrators, last_administrator
from server.people.role_kind import ROLE_KIND, forget_grants, read_roles
from shared.core.conflict import Conflict
from shared.core.fields import merge_fields
from shared.core.text import plural, text
from shared.people.permissions import may_edit_roles
from shared.people.role_commands import PAYLOADS, new_role
from shared.people.role_rules import FIELDS, flattened, grants_of, heirs, is_role_key, role_fault, role_id
from shared.people.vocabulary import Role

_HELD_BY = SetSql(
    "SELECT count(*) FROM {ids} i {by} person_role pr ON pr.role_key = i.id WHERE pr.organisation_id = :organisation_id"
)
_OF_BUILT_IN = frozenset({"name", "needs_factor"})


def save(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Save roles one after another: each must stand among all the others as they are by then."""
    return [_save(batch, item) for item in items]


def _save(batch: Batch, item: Item) -> Decision:
    rows = read_roles(batch.db, batch.organisation_id, locked=True)
    key = item.payload.key
    if item.target.id != role_id(batch.organisation_id, key):
        return rejected(item, "role_unknown", text("This role isn't one of the institute."))
    wanted = {name: change.new for name, change in item.payload.changes.items()}
    present = rows.get(key)
    before = present or new_role(key, item.target.id)
    after = {**before, **wanted}
    # Of a change that meets another only a part may be written: that part must stand by itself, too.
    part = {**before, **merge_fields(before, item.payload.changes, stale=present is not None).applied}
    refusal = _refusal(batch, item, present, after, rows) or _refusal(batch, item, present, part, rows)
    if refusal is not None:
        return refusal
    if present is None or present["retired"]:
        written = {**after, **_tidy(after), "retired": False, "built_in": False, "revision": item.command.id}
        if present is None:
            ROLE_KIND.insert(batch, [written])
        _flatten(batch, item, written, rows)
        return applied(item.command.id)
    decision = edit(batch, ROLE_KIND, [item], lambda *_: None)[0]
    now = ROLE_KIND.read(batch, [item.target.id])[item.target.id]
    if now["revision"] != item.command.id:
        return decision
    _flatten(batch, item, {**now, **_tidy(now)}, rows)
    return decision


def _tidy(row: Mapping[str, Any]) -> dict[str, Any]:
    own, inherits = sorted(set(row["own"])), sorted(set(row["inherits"]))
    return {"name": " ".join(row["name"].split()), "own": own, "inherits": inherits}


def _refusal(
    batch: Batch, item: Item, present: Body | None, after: Mapping[str, Any], rows: Mapping[str, Body]
) -> Decision | None:
    """Refuse what can't be; whoever lets a held command pass needs the right as whoever made it."""
    if not may_edit_roles(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't make roles. Ask an administrator."))
    wanted = set(item.payload.changes)
    if not wanted <= set(FIELDS):
        return rejected(item, "field_unknown", text("This field of a role can't be changed here."))
    if present is None and not is_role_key(item.payload.key):
        return rejected(item, "field_invalid", text("A role's key has small letters, digits and underscores."))
    built_in = item.payload.key in set(Role)
    if built_in and not wanted <= _OF_BUILT_IN:
        return rejected(
            item, "role_built_in", text("What a built-in role allows stays. Make a role that takes it over.")
        )
    fault = role_fault(after, rows)
    if fault is not None:
        return rejected(item, "field_invalid", fault)
    changed = {**rows, item.payload.key: dict(after)}
    concerned = (item.payload.key, *heirs(item.payload.key, changed))
    reached = frozenset[str]().union(*(flattened(one, changed) | flattened(one, rows) for one in concerned))
    if wanted != {"name"} and not reached <= item.author.permissions:
        return rejected(item, "not_allowed", text("A role can't allow what you may not do yourself."))
    grants = grants_of({**row, "permissions": flattened(key, changed)} for key, row in changed.items())
    if not built_in and not Administrators(batch, grants_of(rows.values())).outlast(grants):
        return last_administrator(item)
    return None


def _flatten(batch: Batch, item: Item, written: Body, rows: Mapping[str, Body]) -> None:
    """Store what the role and all that take it over come to now."""
    key = written["key"]
    changed = {**rows, key: written}
    bodies = []
    for one in (key, *heirs(key, changed)):
        row = changed[one]
        allows = sorted(flattened(one, changed))
        if one == key or allows != row["permissions"]:
            bodies.append({**row, "permissions": allows, "revision": item.command.id})
    ROLE_KIND.update(batch, bodies)
    forget_grants(batch)
    batch.access_changed = True


def remove(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Take roles away; the row stays, so that what was written about it can be read."""
    return [_remove(batch, item) for item in items]


def _remove(batch: Batch, item: Item) -> Decision:
    rows = read_roles(batch.db, batch.organisation_id, locked=True)
    row = next((one for one in rows.values() if one["id"] == item.target.id), None)
    if not may_edit_roles(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't make roles. Ask an administrator."))
    if row is None:
        return rejected(item, "role_unknown", text("This role isn't one of the institute."))
    if row["retired"]:
        return agreed(row["revision"])
    if row["built_in"]:
        return rejected(item, "role_built_in", text("A built-in role stays. Give it another name instead."))
    refusal = _still_used(batch, item, row, rows)
    if refusal is not None:
        return refusal
    if not set(row["permissions"]) <= item.author.permissions:
        return rejected(item, "not_allowed", text("This role allows what you may not do yourself. It isn't yours."))
    gone = {**row, "own": [], "permissions": [], "inherits": [], "retired": True, "revision": item.command.id}
    ROLE_KIND.update(batch, [gone])
    forget_grants(batch)
    batch.access_changed = True
    return applied(item.command.id)


def _still_used(batch: Batch, item: Item, row: Body, rows: Mapping[str, Body]) -> Decision | None:
    taking = heirs(row["key"], rows)
    if taking:
        names = ", ".join(str(rows[one]["name"]) for one in taking)
        message = text("{names} takes this role over. Change that first.", names=names)
        return rejected(item, "role_in_use", message, roles=taking)
    ids = orjson.dumps([row["key"]]).decode()
    held = batch.db.one(_HELD_BY, organisation_id=batch.organisation_id, ids=ids)
    count = int(held[0]) if held else 0
    if not count:
        return None
    message = plural(
        "{n} person holds this role. Give him or her another one first.",
        "{n} people hold this role. Give them another one first.",
        count,
    )
    return rejected(item, "role_in_use", message, people=count)


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen values of a role, where they still stand among the other roles; else the row stays as it is."""
    rows = read_roles(batch.db, batch.organisation_id, locked=True)
    row = next((one for one in rows.values() if one["id"] == conflict.entity_id), None)
    if row is None or row["retired"]:
        return
    chosen = chosen_values(conflict, choices)
    if all(row[name] == value for name, value in chosen.items()):
        return
    after = {**row, **chosen}
    payload = PAYLOADS["SaveRole"].model_validate(
        {"key": row["key"], "changes": {name: {"new": value} for name, value in chosen.items()}}
    )
    again = Item(item.command, item.target, payload, item.author)
    if _refusal(batch, again, row, after, rows) is None:
        _flatten(batch, item, {**after, **_tidy(after)}, rows)


COMMANDS = (
    CommandType("SaveRole", PAYLOADS["SaveRole"], save),
    CommandType("RemoveRole", PAYLOADS["RemoveRole"], remove),
)
