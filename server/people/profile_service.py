"""Profiles: edited field by field by the person and the office, each field only by those whom its rule names."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from server.core.batch import Batch, CommandType, Decision, Item, applied, held, rejected
from server.core.entities import Body, EntityKind, chosen_values, edit
from server.core.sql import SetSql
from server.people.profile_tables import PRIVATE_PROFILE, PROFILE
from server.people.role_kind import grants
from shared.core.conflict import Conflict
from shared.core.text import text
from shared.people import vocabulary
from shared.people.profile_commands import PAYLOADS, ROW_OF, empty_row
from shared.people.profile_fields import LISTS, may_write_field, names_of, row_id
from shared.people.profile_rules import profile_error, tidy_profile

_PEOPLE = SetSql(
    "SELECT p.id, p.roles FROM {ids} i {by} person p ON p.id = i.id WHERE p.organisation_id = :organisation_id"
)
_BRANCHES = SetSql(
    "SELECT b.id FROM {ids} i {by} branch b ON b.id = i.id"
    " WHERE b.organisation_id = :organisation_id AND b.state = 'active'"
)

PROFILE_KIND = EntityKind(
    kind=vocabulary.PROFILE,
    table=PROFILE,
    body_columns=("person_id", *names_of(vocabulary.PROFILE)),
    # Whoever sees the person sees what the person tells of himself or herself.
    scopes=lambda body: (f"profile:{body['person_id']}", f"person:{body['person_id']}"),
    title=lambda _body: "",
    parent="person_id",
    json_columns=LISTS & set(names_of(vocabulary.PROFILE)),
)
PRIVATE_KIND = EntityKind(
    kind=vocabulary.PRIVATE_PROFILE,
    table=PRIVATE_PROFILE,
    body_columns=("person_id", *names_of(vocabulary.PRIVATE_PROFILE)),
    scopes=lambda body: (f"person:{body['person_id']}", None),
    title=lambda _body: "",
    parent="person_id",
    json_columns=LISTS & set(names_of(vocabulary.PRIVATE_PROFILE)),
)
KINDS = {kind.kind: kind for kind in (PROFILE_KIND, PRIVATE_KIND)}


def edit_profiles(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Edit profiles; a person's row appears with its first change."""
    kind = KINDS[ROW_OF[items[0].command.type]]
    roles, branches = _roles(batch, items), _branches(batch, items)
    present = kind.read(batch, (item.target.id for item in items))
    decisions: dict[tuple[str, str], Decision] = {}
    for item in items:
        refusal = _refusal(batch, kind, item, roles.get(item.payload.person_id)) or _nowhere(item, branches)
        made = refusal or (None if item.target.id in present else _first(batch, kind, item))
        if made is not None:
            decisions[item.key] = made
    rest = [item for item in items if item.key not in decisions]
    tidied = [_tidied(item) for item in rest]
    decisions |= {item.key: one for item, one in zip(rest, edit(batch, kind, tidied, _checked), strict=True)}
    return [decisions[item.key] for item in items]


def _roles(batch: Batch, items: Sequence[Item]) -> dict[str, frozenset[str]]:
    ids = orjson.dumps(sorted({item.payload.person_id for item in items})).decode()
    rows = batch.db.rows(_PEOPLE, organisation_id=batch.organisation_id, ids=ids)
    return {row[0]: frozenset(orjson.loads(row[1])) for row in rows}


def _branches(batch: Batch, items: Sequence[Item]) -> frozenset[str]:
    """Return those of the branches that the items name which people may be at."""
    named = {change.new for item in items if (change := item.payload.changes.get("branch_id"))}
    ids = orjson.dumps(sorted(one for one in named if isinstance(one, str))).decode()
    rows = batch.db.rows(_BRANCHES, organisation_id=batch.organisation_id, ids=ids) if ids != "[]" else []
    return frozenset(str(row[0]) for row in rows)


def _nowhere(item: Item, branches: frozenset[str]) -> Decision | None:
    """Refuse a branch that isn't there, or is there no longer."""
    change = item.payload.changes.get("branch_id")
    if change is None or not change.new or change.new in branches:
        return None
    message = text("There is no such branch. Choose one of the list.")
    return rejected(item, "field_invalid", message, fields={"branch_id": message})


def _refusal(batch: Batch, kind: EntityKind, item: Item, roles: frozenset[str] | None) -> Decision | None:
    person_id, changes = item.payload.person_id, item.payload.changes
    if item.target.id != row_id(kind.kind, person_id):
        message = text("This profile belongs to someone else. Open the person again.")
        return rejected(item, "profile_of_another", message)
    if not set(changes) <= set(names_of(kind.kind)):
        return rejected(item, "field_unknown", text("This field of a profile can't be changed here."))
    faults = {name: fault for name, one in changes.items() if (fault := profile_error(name, one.new)) is not None}
    if faults:
        return rejected(item, "field_invalid", next(iter(faults.values())), fields=faults)
    if roles is None:
        message = text("The person of this profile hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, kind.kind)
    known = grants(batch)
    if not item.accepted and not all(may_write_field(item.author, person_id, roles, name, known) for name in changes):
        message = text("This part of a profile is for the person, or for the office, to change.")
        return rejected(item, "not_allowed", message)
    return None


def _first(batch: Batch, kind: EntityKind, item: Item) -> Decision | None:
    """Make the row of its first change; None where someone else was first."""
    wanted = {name: tidy_profile(name, change.new) for name, change in item.payload.changes.items()}
    body = {**empty_row(kind.kind, item.target.id, item.payload.person_id), **wanted, "revision": item.command.id}
    return applied(item.command.id) if kind.insert(batch, [body]) else None


def _tidied(item: Item) -> Item:
    changes = {
        name: change.model_copy(update={"new": _kept(name, change.new), "old": _kept(name, change.old)})
        for name, change in item.payload.changes.items()
    }
    payload = item.payload.model_copy(update={"changes": changes})
    return Item(item.command, item.target, payload, item.author, item.device_name, item.accepted)


def _kept(name: str, value: Any) -> Any:
    """Return a value as rows keep it; what someone saw may be anything."""
    if profile_error(name, value) is not None:
        return value
    return tidy_profile(name, value) or ([] if name in LISTS else None)


def _checked(_batch: Batch, _item: Item, _body: Body, _wanted: Mapping[str, Any]) -> None:
    """Refuse nothing: what an edit may be was checked before, also for rows that weren't there yet."""


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen values of a profile's conflict."""
    kind = KINDS[conflict.kind]
    body = kind.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    chosen = chosen_values(conflict, choices)
    if body is not None and any(body.get(name) != value for name, value in chosen.items()):
        kind.update(batch, [{**body, **chosen, "revision": item.command.id}])


COMMANDS = tuple(CommandType(name, payload, edit_profiles) for name, payload in PAYLOADS.items())
SETTLERS = dict.fromkeys(KINDS, settle)
