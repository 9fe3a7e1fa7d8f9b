"""What the commands of the people area do: one function per command type, each taking a run."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from server.core import conflicts
from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, chosen_values, edit, missing
from server.core.field_values import refused_values
from server.core.sql import SetSql
from server.people import numbering_service, role_kind
from server.people.access_notes import note_access
from server.people.institute_day import local
from server.people.last_administrator import Administrators, last_administrator, may_rule
from server.people.person_kind import PERSON_KIND, derived, title_of
from server.people.sign_in_service import end_sign_ins
from shared.core.conflict import Conflict
from shared.core.outcome import Verdict
from shared.core.text import text
from shared.people import rules, vocabulary
from shared.people.commands import EDITABLE, PAYLOADS, AddPerson
from shared.people.permissions import BUILT_IN_GRANTS, may_assign_roles, may_change_person, may_edit_people
from shared.people.vocabulary import PersonState, Role

_UNIQUE = {"number": "number_folded", "email": "email_folded", "username": "username"}
_ROLES_GONE = SetSql(
    "DELETE FROM person_role WHERE organisation_id = :organisation_id AND person_id IN (SELECT id FROM {ids} i)"
)
_ROLES_PUT = SetSql(
    "INSERT INTO person_role (organisation_id, person_id, role_key)"
    " SELECT :organisation_id, r.person_id, r.role_key FROM {rows} r WHERE true ON CONFLICT DO NOTHING",
    person_id="text",
    role_key="text",
)
_HOLDERS = SetSql(
    " UNION ".join(
        f"SELECT p.id, p.number_folded, p.email_folded, p.username FROM {{rows}} r {{by}} person p"  # noqa: S608 - our own column names
        f" ON p.{column} = r.{column} WHERE p.organisation_id = :organisation_id"
        for column in _UNIQUE.values()
    ),
    number_folded="text",
    email_folded="text",
    username="text",
)


def _not_allowed(item: Item) -> Decision:
    return rejected(item, "not_allowed", text("Your role doesn't change people. Ask the office."))


def tidy(values: Mapping[str, Any]) -> Body:
    """Return field values as they are stored: trimmed, empty optional ones as None, names never None."""
    kept: Body = {}
    for name, value in values.items():
        trimmed = re.sub(r" +", " ", value).strip() if isinstance(value, str) else value
        kept[name] = (trimmed or "") if name.endswith("_name") or name == "other_names" else (trimmed or None)
    return kept


def _faults(batch: Batch, values: Mapping[str, Any]) -> dict[str, str]:
    today = local(batch, batch.now).date() if values.get("date_of_birth") else None
    found = {name: rules.field_error(name, value, today) for name, value in values.items()}
    return {name: sentence for name, sentence in found.items() if sentence}


def _first_fault(batch: Batch, item: Item, values: Mapping[str, Any]) -> Decision | None:
    faults = _faults(batch, values)
    if not faults:
        return None
    return rejected(item, "field_invalid", next(iter(faults.values())), fields=faults)


def add_people(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add people; a number, mail address or username that someone else has becomes a conflict."""
    bodies: dict[str, Body] = {}
    refused: dict[str, Decision] = {}
    for item in items:
        values = tidy({name: getattr(item.payload, name) for name in EDITABLE})
        roles = tuple(item.payload.roles)
        # Letting something pass that was held gives nobody a role that he or she couldn't give.
        allowed = (item.accepted or may_edit_people(item.author)) and _may_assign(batch, item, roles)
        refusal = _first_fault(batch, item, values) if allowed else _not_allowed(item)
        if refusal is not None:
            refused[item.command.id] = refusal
            continue
        state = {"state": "active", "roles": list(roles), "provisional": item.payload.provisional}
        bodies[item.command.id] = {**values, **state, "id": item.target.id, "revision": item.command.id}
    numbered = numbering_service.fill_in(batch, list(bodies.values()))
    inserted = PERSON_KIND.insert(batch, list(bodies.values()))
    put_roles(batch, [body for body in bodies.values() if body["id"] in inserted])
    lost = {key: body for key, body in bodies.items() if body["id"] not in inserted}
    for body in lost.values():
        # A number that was given on the way in is no wish of the person who asked.
        body["number"] = None if body["id"] in numbered else body["number"]
    holders = _holders(batch, lost.values()) if lost else {}
    decisions = []
    for item in items:
        if item.command.id in refused:
            decisions.append(refused[item.command.id])
        elif item.target.id in inserted and bodies[item.command.id]["revision"] == item.command.id:
            decisions.append(applied(item.command.id))
        else:
            decisions.append(_collision(batch, item, lost[item.command.id], holders))
    return decisions


def _holders(batch: Batch, bodies: Iterable[Body]) -> dict[tuple[str, str], str]:
    """Return who holds a unique value: (field, folded value) to person id."""
    rows = [{**derived(body), "username": body.get("username")} for body in bodies]
    keys = [{name: row[name] for name in _UNIQUE.values()} for row in rows]
    found = batch.db.rows(_HOLDERS, organisation_id=batch.organisation_id, rows=orjson.dumps(keys).decode())
    holders: dict[tuple[str, str], str] = {}
    for person_id, *values in found:
        holders |= {(name, value): person_id for name, value in zip(_UNIQUE, values, strict=True) if value}
    return holders


def _collision(batch: Batch, item: Item, body: Body, holders: Mapping[tuple[str, str], str]) -> Decision:
    keyed = {**derived(body), "username": body.get("username")}
    for field, column in _UNIQUE.items():
        holder_id = holders.get((field, keyed[column] or ""))
        if holder_id is not None and holder_id != body["id"]:
            return _clash(batch, item, body, field, holder_id)
    return agreed(item.target.base, existing_id=item.target.id)


def _clash(batch: Batch, item: Item, wanted: Mapping[str, Any], field: str, holder_id: str) -> Decision:
    holder = PERSON_KIND.read(batch, [holder_id])[holder_id]
    shown = {name: wanted[name] for name in EDITABLE if name in wanted and wanted[name] != holder.get(name)}
    shown[field] = wanted[field]
    theirs = conflicts.side_from_log(batch, holder["revision"], {name: holder.get(name) for name in shown})
    mine = conflicts.side_of(batch, item, shown)
    conflict_id = conflicts.open_conflict(
        batch, PERSON_KIND.subject(holder, f"same:{field}"), theirs, mine, tuple(shown), "value_taken"
    )
    message = text(
        "{name} has this {field} already. Both versions are kept until someone chooses.",
        name=title_of(holder),
        field=field,
    )
    return Decision(
        Verdict.CONFLICT, item.target.base, conflict_id, "value_taken", message, {"field": field, "holder": holder_id}
    )


def put_roles(batch: Batch, bodies: Sequence[Body]) -> None:
    """Store the roles of people for the sign-in look-up."""
    rows = [{"person_id": body["id"], "role_key": role} for body in bodies for role in body["roles"]]
    if rows:
        batch.db.run(_ROLES_PUT, organisation_id=batch.organisation_id, rows=orjson.dumps(rows).decode())


def _check_edit(batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not _may_change(batch, item, body):
        return _not_allowed(item)
    if not set(wanted) <= set(EDITABLE):
        return rejected(item, "field_unknown", text("This field of a person can't be changed here."))
    texts = {name: value for name, value in wanted.items() if isinstance(value, str)}
    refusal = _first_fault(batch, item, wanted) or refused_values(item, AddPerson, texts)
    if refusal is not None:
        return refusal
    keys = {name: wanted[name] for name in _UNIQUE if wanted.get(name)}
    if keys:
        filled = {**body, **wanted}
        for (field, value), holder_id in _holders(batch, [filled]).items():
            keyed = {**derived(filled), "username": filled.get("username")}
            if field in keys and holder_id != body["id"] and keyed[_UNIQUE[field]] == value:
                return _clash(batch, item, wanted, field, holder_id)
    return None


def edit_people(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Edit people field by field."""
    return edit(batch, PERSON_KIND, items, _check_edit)


def set_states(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Activate, deactivate or suspend, which ends sign-ins; a state that changed unseen is a conflict."""
    decisions = _set(batch, items, "state", lambda item: str(item.payload.state))
    suspended = [
        item.target.id
        for item, decision in zip(items, decisions, strict=True)
        if decision.verdict is Verdict.APPLIED and item.payload.state is PersonState.SUSPENDED
    ]
    if suspended:
        end_sign_ins(batch.db, batch.organisation_id, suspended, "suspended", batch.now)
    return decisions


def set_roles(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Give people exactly these roles; takes effect at their next request."""
    decisions = _set(batch, items, "roles", lambda item: list(item.payload.roles))
    done = [item for item, decision in zip(items, decisions, strict=True) if decision.verdict is Verdict.APPLIED]
    if done:
        ids = orjson.dumps([item.target.id for item in done]).decode()
        batch.db.run(_ROLES_GONE, organisation_id=batch.organisation_id, ids=ids)
        put_roles(batch, [{"id": item.target.id, "roles": list(item.payload.roles)} for item in done])
        batch.access_changed = True
    return decisions


def _set(batch: Batch, items: Sequence[Item], field: str, value_of: Any) -> list[Decision]:
    present = PERSON_KIND.read(batch, (item.target.id for item in items))
    standings = batch.standings(items, {key: body["revision"] for key, body in present.items()})
    written: list[Body] = []
    decisions: list[Decision] = []
    leaving = _Leaving(batch)
    for item, standing in zip(items, standings, strict=True):
        body = present.get(item.target.id)
        wanted = value_of(item)
        if body is None:
            decisions.append(missing(batch, item, vocabulary.PERSON))
        elif not _may_set(batch, item, body, field, wanted):
            decisions.append(_not_allowed(item))
        elif body[field] == wanted:
            decisions.append(agreed(body["revision"]))
        elif standing.stale and body[field] != _seen(item, field):
            side = conflicts.side_from_log(batch, body["revision"], {field: body[field]})
            mine = conflicts.side_of(batch, item, {field: wanted})
            conflict_id = conflicts.open_conflict(batch, PERSON_KIND.subject(body), side, mine, (field,))
            decisions.append(Decision(Verdict.CONFLICT, body["revision"], conflict_id))
        elif not leaving.may_become(body, field, wanted):
            decisions.append(last_administrator(item))
        else:
            written.append({**body, field: wanted, "revision": item.command.id})
            decisions.append(applied(item.command.id))
            batch.access_changed = True
    PERSON_KIND.update(batch, written)
    note_access(batch, items, decisions, field, present)
    return decisions


def _seen(item: Item, field: str) -> Any:
    return list(item.payload.old_roles) if field == "roles" else item.payload.old_state


class _Leaving:
    """Asks whether somebody is left to run the institute; reads nothing while no administrator is concerned."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._administrators: Administrators | None = None

    def may_become(self, body: Body, field: str, wanted: Any) -> bool:
        """Tell whether a person may take this state or these roles, and remember it."""
        kept = wanted if field == "roles" else body["roles"] if wanted == PersonState.ACTIVE else ()
        if body["roles"] == ["student"] or not may_rule(body["roles"], role_kind.grants(self._batch)):
            return True
        self._administrators = self._administrators or Administrators(self._batch)
        active = wanted == PersonState.ACTIVE if field == "state" else body["state"] == PersonState.ACTIVE
        return self._administrators.take(body["id"], kept if active else ())


def _may_assign(batch: Batch, item: Item, roles: Sequence[str]) -> bool:
    if may_assign_roles(item.author, roles):
        return True
    return may_assign_roles(item.author, roles, role_kind.grants(batch))


def _may_change(batch: Batch, item: Item, body: Body) -> bool:
    """Whoever lets a held change pass does it for students; for the staff he or she needs the right to it."""
    roles = frozenset(body["roles"])
    if item.accepted and roles <= {Role.STUDENT}:
        return True
    return may_change_person(item.author, roles, role_kind.grants(batch) if roles - {Role.STUDENT} else BUILT_IN_GRANTS)


def _may_set(batch: Batch, item: Item, body: Body, field: str, wanted: Any) -> bool:
    if field != "roles":
        return _may_change(batch, item, body)
    known = role_kind.grants(batch)
    both = {*wanted, *body["roles"]}
    return set(wanted) <= set(known) and may_assign_roles(item.author, both & set(known), known)


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen values of a person's conflict."""
    body = PERSON_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    if body is None:
        return
    chosen = chosen_values(conflict, choices)
    changed = {name: value for name, value in chosen.items() if body.get(name) != value}
    changed = {name: value for name, value in changed.items() if _stands(batch, body, name, value)}
    if changed:
        PERSON_KIND.update(batch, [{**body, **changed, "revision": item.command.id}])
    if "roles" in changed:
        ids = orjson.dumps([body["id"]]).decode()
        batch.db.run(_ROLES_GONE, organisation_id=batch.organisation_id, ids=ids)
        put_roles(batch, [{"id": body["id"], "roles": changed["roles"]}])
        batch.access_changed = True


def _stands(batch: Batch, body: Body, field: str, value: Any) -> bool:
    """Tell whether a chosen value may still be written: a role may be gone, an administrator the last one by now."""
    if field not in ("roles", "state"):
        return True
    known = field == "state" or set(value) <= set(role_kind.grants(batch))
    return known and _Leaving(batch).may_become(body, field, value)


COMMANDS = (
    CommandType("AddPerson", PAYLOADS["AddPerson"], add_people),
    CommandType("EditPerson", PAYLOADS["EditPerson"], edit_people),
    CommandType("SetPersonState", PAYLOADS["SetPersonState"], set_states),
    CommandType("SetPersonRoles", PAYLOADS["SetPersonRoles"], set_roles),
)
