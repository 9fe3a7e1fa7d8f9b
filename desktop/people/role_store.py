"""What the screens know of roles: their names in this institute, what they allow and by way of which others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.local_store import LocalStore
from desktop.people.store import PeopleFilter, count_people
from desktop.people.words import role_word
from shared.core.text import text
from shared.people.permission_catalogue import CatalogueLine, catalogue
from shared.people.permissions import Grants
from shared.people.role_commands import new_role
from shared.people.role_rules import flattened, grants_of, role_id
from shared.people.vocabulary import BUILT_IN_ROLES, ORGANISATION, ROLE, Role

Body = Mapping[str, Any]
_ENGLISH = {str(role): str(role).replace("_", " ").capitalize() for role in Role}


@dataclass(frozen=True)
class RoleLine:
    """A role as the list shows it; `people` hold it, `over` are the names of those that it takes over."""

    body: Body
    name: str
    people: int
    over: tuple[str, ...]


def role_rows(store: LocalStore, organisation_id: str) -> dict[str, dict[str, Any]]:
    """Return the roles by key, the built-in ones first; without a row a built-in one is as this program has it."""
    known = {row["key"]: row for row in store.page(ROLE, limit=-1) if not row.get("retired")}
    found = {str(role): known.pop(str(role), {}) or _built_in(role, organisation_id) for role in reversed(Role)}
    return found | dict(sorted(known.items(), key=lambda pair: str(pair[1]["name"]).casefold()))


def _built_in(role: Role, organisation_id: str) -> dict[str, Any]:
    words = sorted(map(str, BUILT_IN_ROLES[role]))
    named = {"name": _ENGLISH[role], "own": words, "permissions": words, "built_in": True}
    return {**new_role(str(role), role_id(organisation_id, role)), **named}


def role_names(store: LocalStore, organisation_id: str) -> dict[str, str]:
    """Return what the institute calls each role; a built-in one keeps its translated name until it gets another."""
    organisation = store.get(ORGANISATION, organisation_id) or {}
    chosen = organisation.get("role_words") or {}
    rows = role_rows(store, organisation_id)
    return {
        key: str(row["name"]) if row["name"] != _ENGLISH.get(key) else str(chosen.get(key) or role_word(key))
        for key, row in rows.items()
    }


def named_roles(desk: Desk, roles: object) -> str:
    """Return the names of someone's roles as the institute calls them, with commas."""
    names = role_names(desk.store, desk.actor.organisation_id)
    keys = roles if isinstance(roles, list | tuple) else ()
    return ", ".join(names.get(str(key)) or role_word(str(key)) for key in keys)


def grants(desk: Desk) -> Grants:
    """Return what each role allows, by key."""
    return grants_of(role_rows(desk.store, desk.actor.organisation_id).values())


def role_lines(desk: Desk) -> list[RoleLine]:
    """Return the roles for the list."""
    rows = role_rows(desk.store, desk.actor.organisation_id)
    names = role_names(desk.store, desk.actor.organisation_id)
    return [
        RoleLine(
            {**row, "permissions": sorted(flattened(key, rows))},
            names[key],
            count_people(desk.store, PeopleFilter(role=key)),
            tuple(names.get(one, one) for one in row["inherits"]),
        )
        for key, row in rows.items()
    ]


def area_words() -> dict[str, str]:
    """Return the headings of the catalogue, in its order."""
    return {
        "people": text("People"),
        "security": text("Security"),
        "institute": text("Institute"),
        "learning": text("Courses"),
        "timetable": text("Timetable"),
        "attendance": text("Attendance"),
        "grading": text("Work and marks"),
        "finance": text("Fees and payments"),
        "admissions": text("Admissions"),
    }


@dataclass(frozen=True)
class PermissionLine:
    """A permission with what it is to each role, by key: "own", the key of the role that it comes by, or ""."""

    line: CatalogueLine
    area: str
    place: int
    roles: Mapping[str, str]


def permission_lines(desk: Desk) -> list[PermissionLine]:
    """Return the whole table, area by area."""
    rows = role_rows(desk.store, desk.actor.organisation_id)
    areas = area_words()
    return [
        PermissionLine(
            line, areas.get(line.area, line.area), at, {key: way_of(str(line.word), key, rows) for key in rows}
        )
        for at, line in enumerate(catalogue())
    ]


def way_of(word: str, key: str, rows: Mapping[str, Body]) -> str:
    """Return "own", the key of the role taken over by which a role allows something, or "" where it doesn't."""
    row = rows[key]
    if word in row["own"]:
        return "own"
    return next((one for one in row["inherits"] if one in rows and word in flattened(one, rows)), "")


def inherited(desk: Desk, key: str, inherits: Sequence[str]) -> dict[str, str]:
    """Return the words that a role would take over, each with the name of the role that it comes by."""
    rows = role_rows(desk.store, desk.actor.organisation_id)
    names = role_names(desk.store, desk.actor.organisation_id)
    found: dict[str, str] = {}
    for one in inherits:
        if one in rows and one != key:
            found |= {word: names[one] for word in flattened(one, rows) if word not in found}
    return found
