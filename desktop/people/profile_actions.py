"""What people do with profiles, their own or as the office: read both rows as one, change fields, take it back."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.people.actions import Done
from desktop.people.role_store import grants
from desktop.people.words import full_name
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.profile_commands import ROW_OF, empty_row
from shared.people.profile_fields import LISTS, PROFILE_FIELDS, may_write_field, names_of, row_id
from shared.people.profile_rules import profile_error, tidy_profile
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]


def profile_of(desk: Desk, person_id: str) -> dict[str, Any]:
    """Return the fields of someone's profile that are on this computer, empty ones too."""
    rows = _rows(desk, person_id)
    return {field.name: rows[field.row].get(field.name) for field in PROFILE_FIELDS}


def may_write(desk: Desk, person_id: str, name: str) -> bool:
    """Tell whether whoever is signed in may change a field of someone's profile."""
    roles = (desk.store.get(PERSON, person_id) or {}).get("roles") or ()
    return may_write_field(desk.actor, person_id, frozenset(map(str, roles)), name, grants(desk))


def faults(values: Body) -> dict[str, str]:
    """Return a sentence for each field that can't be kept."""
    found = {name: profile_error(name, value) for name, value in values.items()}
    return {name: sentence for name, sentence in found.items() if sentence}


def edit_profile(desk: Desk, person_id: str, wanted: Body) -> Done | None:
    """Save the fields of `wanted` that differ; None where nothing does. Raises `not_allowed`, `field_invalid`."""
    shown = profile_of(desk, person_id)
    kept = {name: _kept(name, value) for name, value in wanted.items()}
    changed = {name: value for name, value in kept.items() if (value or None) != (shown[name] or None)}
    if not changed:
        return None
    if not all(may_write(desk, person_id, name) for name in changed):
        raise CampusError(
            "not_allowed", text("This part of a profile is for the person, or for the office, to change.")
        )
    found = faults(changed)
    if found:
        raise CampusError("field_invalid", next(iter(found.values())), {"fields": found})
    asks = _asks(desk, person_id, {name: (shown[name], value) for name, value in changed.items()})
    commands = desk.commit(asks)
    undo = [
        Ask(ask.type, ask.target_id, _turned(ask.payload), base=command.id)
        for ask, command in zip(asks, commands, strict=True)
    ]
    own = person_id == desk.actor.person_id
    name = full_name(desk.store.get(PERSON, person_id))
    words = text("Your profile is changed") if own else text("Profile of {name} changed", name=name)
    return Done(words, tuple(undo), person_id)


def _kept(name: str, value: Any) -> Any:
    tidied = tidy_profile(name, value)
    return [] if tidied in (None, "") and name in LISTS else tidied


def _rows(desk: Desk, person_id: str) -> dict[str, Body]:
    kinds = ROW_OF.values()
    return {
        kind: desk.store.get(kind, row_id(kind, person_id)) or empty_row(kind, row_id(kind, person_id), person_id)
        for kind in kinds
    }


def _asks(desk: Desk, person_id: str, changed: Mapping[str, tuple[Any, Any]]) -> Sequence[Ask]:
    rows, asks = _rows(desk, person_id), []
    for command, kind in ROW_OF.items():
        changes = {
            name: {"old": changed[name][0], "new": changed[name][1]} for name in names_of(kind) if name in changed
        }
        if changes:
            payload = {"person_id": person_id, "changes": changes}
            asks.append(Ask(command, row_id(kind, person_id), payload, base=rows[kind]["revision"]))
    return asks


def _turned(payload: Body) -> dict[str, Any]:
    back = {name: {"old": one["new"], "new": one["old"]} for name, one in payload["changes"].items()}
    return {**payload, "changes": back}
