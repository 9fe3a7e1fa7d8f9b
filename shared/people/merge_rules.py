"""The pure rule of merging two entries: whose value stays, field by field, and who may merge whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.commands import EDITABLE
from shared.people.permissions import BUILT_IN_GRANTS, Grants, may_change_person
from shared.people.rules import fold
from shared.people.vocabulary import Permission, PersonState

PHOTO = "photo"
CHOOSABLE = (*EDITABLE, PHOTO)
"""Fields whose value a person may choose; roles, state and the rest follow from both entries."""
LEFT_EMPTY = ("email", "username")
"""What the entry that goes gives up, so that nobody signs in or is written to by it."""


class Side(StrEnum):
    """Whose value."""

    STAYS = "stays"
    GOES = "goes"


@dataclass(frozen=True)
class FieldLine:
    """One field of both entries, and whose value stays."""

    name: str
    stays: Any
    goes: Any
    side: Side

    @property
    def differs(self) -> bool:
        """Whether both have a value, and not the same one: only then there is something to choose."""
        return bool(self.stays) and bool(self.goes) and self.stays != self.goes

    @property
    def value(self) -> Any:
        """The value that stays."""
        return self.stays if self.side is Side.STAYS else self.goes


def field_lines(
    stays: Mapping[str, Any], goes: Mapping[str, Any], choices: Mapping[str, str] | None = None
) -> tuple[FieldLine, ...]:
    """Return the fields of two entries with whose value stays.

    A value that only one of them has stays whatever was chosen: merging loses nothing. Else it is the chosen side's,
    and without a choice the entry's that stays. `photo` is the digest of each one's photo, empty without one.
    """
    lines = []
    for name in CHOOSABLE:
        own, other = stays.get(name) or None, goes.get(name) or None
        side = Side((choices or {}).get(name, Side.STAYS))
        if not own or not other:
            side = Side.GOES if other and not own else Side.STAYS
        lines.append(FieldLine(name, own, other, side))
    return tuple(lines)


def merged_body(
    stays: Mapping[str, Any], goes: Mapping[str, Any], choices: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the entry that stays as it is afterwards: the chosen values, the roles of both, the stricter state.

    Someone who was suspended under either entry stays suspended, and someone known for sure under either is known.
    """
    values = {line.name: line.value for line in field_lines(stays, goes, choices) if line.name != PHOTO}
    values = {name: (value or "") if name.endswith("_name") or name == "other_names" else value
              for name, value in values.items()}  # fmt: skip
    roles = list(dict.fromkeys([*(stays.get("roles") or ()), *(goes.get("roles") or ())]))
    suspended = PersonState.SUSPENDED in (stays.get("state"), goes.get("state"))
    state = str(PersonState.SUSPENDED) if suspended else stays.get("state")
    provisional = bool(stays.get("provisional")) and bool(goes.get("provisional"))
    return {**stays, **values, "roles": roles, "state": state, "provisional": provisional}


def left_body(stays: Mapping[str, Any], goes: Mapping[str, Any], merged: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is left of the entry that goes: its names, no way to sign in, and the number that nobody has now.

    A card with the number that wasn't kept still finds the person: the merged entry holds it.
    """
    numbers = [one for one in (goes.get("number"), stays.get("number")) if one]
    taken = fold(merged.get("number") or "")
    number = next((one for one in numbers if fold(one) != taken), None)
    return {
        **goes,
        **dict.fromkeys(LEFT_EMPTY),
        "number": number,
        "roles": [],
        "state": str(PersonState.INACTIVE),
        "merged_into": merged["id"],
    }


def may_merge(actor: Actor) -> bool:
    """The office merges entries."""
    return actor.may(Permission.PEOPLE_MERGE)


def merge_refusal(
    actor: Actor, stays: Mapping[str, Any], goes: Mapping[str, Any], grants: Grants = BUILT_IN_GRANTS
) -> CampusError | None:
    """Return why the actor can't merge these two, or None.

    `not_allowed` without the permission or with someone of more rights, `same_entry`, `own_entry`, `merged_already`.
    """
    if not may_merge(actor):
        return CampusError("not_allowed", text("Your role doesn't merge people. Ask the office."))
    if stays["id"] == goes["id"]:
        return CampusError("same_entry", text("These are the same entry. Choose two."))
    if actor.person_id in (stays["id"], goes["id"]):
        return CampusError("own_entry", text("Nobody merges his or her own entry. Ask a colleague."))
    if stays.get("merged_into") or goes.get("merged_into"):
        return CampusError("merged_already", text("One of these is merged already. Choose the entry that stayed."))
    for body in (stays, goes):
        if not may_change_person(actor, frozenset(body.get("roles") or ()), grants):
            message = text("{name} has rights that you don't have. Ask an administrator.", name=name_of(body))
            return CampusError("not_allowed", message)
    return None


def full_name(body: Mapping[str, Any]) -> str:
    """Return the full name of an entry."""
    return " ".join(str(body[one]) for one in ("given_name", "other_names", "family_name") if body.get(one))


def name_of(body: Mapping[str, Any]) -> str:
    """Return the full name of an entry with its number."""
    return " ".join(part for part in (full_name(body), str(body.get("number") or "")) if part)
