"""What people of the office do to people: add, edit, set states and roles; everything here can be taken back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.people.role_store import grants
from desktop.people.words import full_name
from desktop.shell.times import local_now
from shared.core.command import MAX_TARGETS, Command, Target
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.people.commands import EDITABLE
from shared.people.permissions import may_assign_roles, may_change_person, may_edit_people
from shared.people.rules import field_error
from shared.people.vocabulary import PERSON, PersonState

MOST_AT_ONCE = 5000
Body = Mapping[str, Any]
_TEXTS = frozenset({"given_name", "family_name", "other_names"})


@dataclass(frozen=True)
class Done:
    """What was done, in words, and what asks for it to be taken back; `left_out` counts rows not touched."""

    words: str
    undo: tuple[Ask, ...] = ()
    id: str = ""
    left_out: int = 0


def take_back(desk: Desk, done: Done) -> None:
    """Undo it."""
    if done.undo:
        desk.commit(done.undo)


def tidy(name: str, value: Any) -> Any:
    """Return a field's value as it is kept: trimmed, empty optional ones as None, names never None."""
    kept = re.sub(r" +", " ", value).strip(" ") if isinstance(value, str) else value
    return (kept or "") if name in _TEXTS else (kept or None)


def faults(desk: Desk, values: Body) -> dict[str, str]:
    """Return a sentence for each field that can't be kept."""
    today = local_now(desk).date()
    found = {name: field_error(name, value, today) for name, value in values.items() if name in EDITABLE}
    return {name: sentence for name, sentence in found.items() if sentence}


def add_person(
    desk: Desk, values: Body, roles: Sequence[str] = ("student",), known_duplicates: Iterable[str] = ()
) -> Done:
    """Add someone. Raises CampusError `not_allowed`, `field_invalid` (details: fields).

    Undo makes the person inactive: the row stays, because someone may have used the number already.
    """
    kept = {name: tidy(name, values.get(name)) for name in EDITABLE}
    if not may_edit_people(desk.actor) or not may_assign_roles(desk.actor, roles, grants(desk)):
        raise _not_allowed()
    _refuse(faults(desk, kept))
    person_id = desk.ids()
    payload = {**kept, "roles": list(roles), "known_duplicates": sorted(known_duplicates)}
    command = desk.commit([Ask("AddPerson", person_id, payload)])[0]
    back = Ask("SetPersonState", person_id, {"state": "inactive", "old_state": "active"}, base=command.id)
    return Done(text("{name} added", name=full_name(kept)), (back,), person_id)


def edit_person(desk: Desk, shown: Body, wanted: Body) -> Done | None:
    """Save the fields of `wanted` that differ from what was shown; None where nothing does."""
    if not may_change(desk, shown):
        raise _not_allowed()
    kept = {name: tidy(name, wanted[name]) for name in EDITABLE if name in wanted}
    changed = {name: value for name, value in kept.items() if (value or None) != (shown.get(name) or None)}
    if not changed:
        return None
    _refuse(faults(desk, changed))
    changes = {name: {"old": shown.get(name), "new": value} for name, value in changed.items()}
    command = desk.commit([Ask("EditPerson", shown["id"], {"changes": changes}, base=shown["revision"])])[0]
    back = {name: {"old": change["new"], "new": change["old"]} for name, change in changes.items()}
    undo = Ask("EditPerson", shown["id"], {"changes": back}, base=command.id)
    return Done(text("{name} changed", name=full_name({**shown, **changed})), (undo,), shown["id"])


def set_state(desk: Desk, person_ids: Sequence[str], state: PersonState) -> Done | None:
    """Activate, deactivate or suspend people; those in that state and those of the staff that one may not change stay.

    None where nobody is left to change. Raises CampusError `not_allowed`, `too_many`.
    """
    if not may_edit_people(desk.actor):
        raise _not_allowed()
    if len(person_ids) > MOST_AT_ONCE:
        words = text("{n} people are too many at once. Select {most} at most.", n=len(person_ids), most=MOST_AT_ONCE)
        raise CampusError("too_many", words)
    people = desk.store.many(PERSON, person_ids)
    wanted = [one for one in people.values() if one.get("state") != state]
    touched = [one for one in wanted if may_change(desk, one) and one["id"] != desk.actor.person_id]
    if not touched:
        if wanted:
            raise _not_allowed()
        return None
    commands = desk.commit(_state_asks(touched, state))
    undo = _state_back(commands, {one["id"]: str(one.get("state") or "active") for one in touched})
    return Done(_state_words(touched, state), undo, touched[0]["id"], len(wanted) - len(touched))


def _state_asks(people: Sequence[Body], state: PersonState) -> list[Ask]:
    asks = []
    for old in sorted({str(one.get("state") or "active") for one in people}):
        group = [one for one in people if str(one.get("state") or "active") == old]
        for start in range(0, len(group), MAX_TARGETS):
            part = group[start : start + MAX_TARGETS]
            more = tuple(Target(id=one["id"], base=one["revision"]) for one in part[1:])
            payload = {"state": str(state), "old_state": old}
            asks.append(Ask("SetPersonState", part[0]["id"], payload, part[0]["revision"], more))
    return asks


def _state_back(commands: Sequence[Command], states: Mapping[str, str]) -> tuple[Ask, ...]:
    return tuple(
        Ask(
            "SetPersonState",
            command.target_id,
            {"state": states[command.target_id], "old_state": command.payload["state"]},
            base=command.id,
            more_targets=tuple(Target(id=target.id, base=command.id) for target in command.more_targets),
        )
        for command in commands
    )


def _state_words(people: Sequence[Body], state: PersonState) -> str:
    n = len(people)
    name = full_name(people[0])
    if state is PersonState.ACTIVE:
        return plural("{name} is active", "{n} people activated", n, name=name)
    if state is PersonState.INACTIVE:
        return plural("{name} is inactive", "{n} people deactivated", n, name=name)
    return plural("{name} is suspended", "{n} people suspended", n, name=name)


def set_roles(desk: Desk, shown: Body, roles: Sequence[str]) -> Done | None:
    """Give someone exactly these roles; None where they are the same. Raises `not_allowed`, `no_role`."""
    old = list(shown.get("roles") or ())
    if set(roles) == set(old):
        return None
    if not may_set_roles(desk, shown, roles):
        raise _not_allowed()
    if not roles:
        raise CampusError("no_role", text("Everyone keeps at least one role. Choose one, or deactivate the person."))
    payload = {"roles": list(roles), "old_roles": old}
    command = desk.commit([Ask("SetPersonRoles", shown["id"], payload, base=shown["revision"])])[0]
    undo = Ask("SetPersonRoles", shown["id"], {"roles": old, "old_roles": list(roles)}, base=command.id)
    return Done(text("Roles of {name} changed", name=full_name(shown)), (undo,), shown["id"])


def may_set_roles(desk: Desk, shown: Body, roles: Sequence[str]) -> bool:
    """Tell whether the roles may be changed; nobody changes his or her own, so that nobody locks himself out."""
    both = (*roles, *(shown.get("roles") or ()))
    return shown["id"] != desk.actor.person_id and may_assign_roles(desk.actor, both, grants(desk))


def may_change(desk: Desk, shown: Body) -> bool:
    """Tell whether someone's fields and state may be changed."""
    return may_change_person(desk.actor, frozenset(shown.get("roles") or ()), grants(desk))


def _not_allowed() -> CampusError:
    return CampusError("not_allowed", text("Your role doesn't change people. Ask the office."))


def _refuse(found: Mapping[str, str]) -> None:
    if found:
        raise CampusError("field_invalid", next(iter(found.values())), {"fields": dict(found)})
