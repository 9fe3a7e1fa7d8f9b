"""The fields of a profile as data: which row keeps each, who reads it, who writes it."""

from dataclasses import dataclass
from enum import StrEnum

from shared.core.actor import Actor
from shared.core.ids import derived_id
from shared.people.permissions import BUILT_IN_GRANTS, Grants, may_change_person, may_edit_people
from shared.people.vocabulary import PRIVATE_PROFILE, PROFILE


class Audience(StrEnum):
    """Whom a rule means: the person, the office, or whoever sees the person."""

    OWN = "own"
    OFFICE = "office"
    SEERS = "seers"


@dataclass(frozen=True)
class ProfileField:
    """One field; `row` is the kind of row that keeps it, for rows are seen whole or not at all."""

    name: str
    row: str
    read: frozenset[Audience]
    write: frozenset[Audience]


_ALL = frozenset(Audience)
_BOTH = frozenset({Audience.OWN, Audience.OFFICE})
_OWN = frozenset({Audience.OWN})
_OFFICE = frozenset({Audience.OFFICE})

PROFILE_FIELDS: tuple[ProfileField, ...] = (
    ProfileField("preferred_name", PROFILE, _ALL, _BOTH),
    ProfileField("bio", PROFILE, _ALL, _BOTH),
    ProfileField("specialisation", PROFILE, _ALL, _BOTH),
    ProfileField("qualifications", PROFILE, _ALL, _BOTH),
    ProfileField("links", PROFILE, _ALL, _OWN),
    ProfileField("interests", PROFILE, _ALL, _OWN),
    ProfileField("goals", PROFILE, _ALL, _OWN),
    ProfileField("skill_level", PROFILE, _ALL, _OWN),
    ProfileField("learning_style", PROFILE, _ALL, _OWN),
    ProfileField("study_time", PROFILE, _ALL, _OWN),
    ProfileField("weekly_goal", PROFILE, _ALL, _OWN),
    ProfileField("branch_id", PROFILE, _ALL, _OFFICE),
    ProfileField("address", PRIVATE_PROFILE, _BOTH, _BOTH),
    ProfileField("guardians", PRIVATE_PROFILE, _BOTH, _BOTH),
)
BY_NAME = {field.name: field for field in PROFILE_FIELDS}
LISTS = frozenset({"qualifications", "links", "interests", "guardians"})
"""Fields that hold several values."""


def names_of(row: str) -> tuple[str, ...]:
    """Return the fields that a kind of row keeps."""
    return tuple(field.name for field in PROFILE_FIELDS if field.row == row)


def row_id(row: str, person_id: str) -> str:
    """Return the id of a person's row of a kind; everyone has at most one of each."""
    return derived_id(row, person_id)


def may_see_private(actor: Actor) -> bool:
    """The office reads addresses and the contacts of those who answer for a student."""
    return may_edit_people(actor)


def may_read_field(actor: Actor, person_id: str, name: str, *, sees: bool) -> bool:
    """Tell whether a field of someone may be read; `sees` is whether the person is seen at all."""
    read = BY_NAME[name].read
    if actor.person_id == person_id:
        return Audience.OWN in read
    return sees and (Audience.SEERS in read or (Audience.OFFICE in read and may_see_private(actor)))


def may_write_field(
    actor: Actor, person_id: str, roles: frozenset[str], name: str, grants: Grants = BUILT_IN_GRANTS
) -> bool:
    """Tell whether a field of someone with these roles may be written; `grants` is what each role allows."""
    write = BY_NAME[name].write
    own = actor.person_id == person_id and Audience.OWN in write
    return own or (Audience.OFFICE in write and may_change_person(actor, roles, grants))


def writable_fields(
    actor: Actor, person_id: str, roles: frozenset[str], row: str, grants: Grants = BUILT_IN_GRANTS
) -> tuple[str, ...]:
    """Return the fields of a kind of row that an actor may write for someone."""
    return tuple(name for name in names_of(row) if may_write_field(actor, person_id, roles, name, grants))
