"""Pure decisions about roles: what they come to with all that they inherit, and what can't be saved."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.core.ids import derived_id
from shared.core.text import text
from shared.people.institute import hidden_letters
from shared.people.permissions import BUILT_IN_GRANTS
from shared.people.vocabulary import PLATFORM_ONLY, Permission, Role

Rows = Mapping[str, Mapping[str, Any]]
"""Role rows by key."""
FIELDS = ("name", "own", "inherits", "needs_factor")
LONGEST_NAME = 100
_LONGEST_KEY = 60
_LONGEST_STEM = _LONGEST_KEY - 4
"""Letters of a key; what is left takes a number where the key is taken."""
_DIGEST = 8
RULING = frozenset({str(Permission.ROLES_ASSIGN), str(Permission.ORGANISATION_EDIT)})
"""Whoever holds all of these keeps an institute going; the last such person can't be lost."""


def role_id(organisation_id: str, key: str) -> str:
    """Return the id of a role's row."""
    return derived_id("role", organisation_id, key)


def role_key(name: str, taken: Iterable[str] = ()) -> str:
    """Return a key for a role of this name that isn't `taken`: small letters, digits and single underscores.

    Where letters of the name don't fit into a key, or are too many, it ends with a digest of the whole name: names that
    differ somewhere have keys that differ, whoever makes them, on a device without a network too.
    """
    parts = unicodedata.normalize("NFKD", name)
    words = re.sub(r"[^a-z0-9]+", "_", parts.encode("ascii", "ignore").decode().lower()).strip("_")
    # A key begins with a letter, whatever the name does.
    stem = words if words[:1].isalpha() else f"role_{words}"
    whole = len(stem) <= _LONGEST_STEM and not any(one.isalnum() and not one.isascii() for one in parts)
    stem = stem.strip("_") if whole else f"{stem[: _LONGEST_STEM - _DIGEST - 1].strip('_')}_{_digest(name)}"
    known = {*taken, *map(str, Role)}
    tried = (stem, *(f"{stem}_{at}" for at in range(2, len(known) + 3)))
    return next(key for key in tried if key not in known)


def _digest(name: str) -> str:
    return hashlib.sha256(same_name(name).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]


def same_name(name: str) -> str:
    """Return a role's name as names are compared: without regard to capitals, spaces and how accents are written."""
    return unicodedata.normalize("NFC", " ".join(name.split()).casefold())


def is_role_key(key: object) -> bool:
    """Tell whether a word can be the key of a role of the institute's own."""
    return isinstance(key, str) and len(key) <= _LONGEST_KEY and bool(re.fullmatch(r"[a-z][a-z0-9_]*", key))


def grants_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """Return the permissions by role key, as they are stored; built-in roles without a row have the program's."""
    return {**BUILT_IN_GRANTS} | {row["key"]: frozenset(row["permissions"]) for row in rows if not row.get("retired")}


def flattened(key: str, rows: Rows) -> frozenset[str]:
    """Return everything that a role allows: its own and, ring or not, all that it inherits."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [key]
    while waiting:
        one = waiting.pop()
        row = rows.get(one)
        if one in seen or row is None:
            continue
        seen.add(one)
        found |= set(row["own"])
        waiting += row["inherits"]
    return frozenset(found)


def heirs(key: str, rows: Rows) -> list[str]:
    """Return the keys of all roles that inherit a role, directly or not, in the order of their names."""
    found: set[str] = set()
    grown = True
    while grown:
        more = {one for one, row in rows.items() if {key, *found} & set(row["inherits"]) and not row.get("retired")}
        grown = not more <= found
        found |= more
    return sorted(found - {key}, key=lambda one: (str(rows[one]["name"]), one))


def role_fault(row: Mapping[str, Any], rows: Rows) -> str | None:
    """Return the sentence for a role that can't be saved among the other `rows`, or None."""
    return _name_fault(row, rows) or _words_fault(row) or (None if row["built_in"] else _parents_fault(row, rows))


def _name_fault(row: Mapping[str, Any], rows: Rows) -> str | None:
    name = row["name"]
    if not isinstance(name, str) or not name.strip():
        return text("Enter a name for the role.")
    if len(name) > LONGEST_NAME or hidden_letters(name):
        return text("A role's name has at most {most} letters and no line breaks.", most=LONGEST_NAME)
    same = [key for key, one in rows.items() if key != row["key"] and not one.get("retired") and _same(one, name)]
    return text("There is a role called {name} already. Choose another name.", name=name) if same else None


def _same(row: Mapping[str, Any], name: str) -> bool:
    return same_name(str(row["name"])) == same_name(name)


def _is_words(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


def _words_fault(row: Mapping[str, Any]) -> str | None:
    if not _is_words(row["own"]) or not _is_words(row["inherits"]) or not isinstance(row["needs_factor"], bool):
        return text("A role has a list of permissions, a list of roles that it takes over, and yes or no.")
    unknown = sorted(set(row["own"]) - set(Permission))
    if unknown:
        return text("{word} isn't a permission. Choose from the list.", word=unknown[0])
    if set(row["own"]) & PLATFORM_ONLY and not row["built_in"]:
        return text("What reaches beyond one institute is for platform administrators only.")
    return None


def _parents_fault(row: Mapping[str, Any], rows: Rows) -> str | None:
    key = row["key"]
    for parent in row["inherits"]:
        known = rows.get(parent)
        if parent == key:
            return text("A role can't take itself over. Remove {name} from what it takes over.", name=row["name"])
        if known is None or known.get("retired"):
            return text("There is no role {name} to take over. Choose one from the list.", name=parent)
        if parent == Role.PLATFORM_ADMINISTRATOR:
            return text("What reaches beyond one institute is for platform administrators only.")
        ring = chain(parent, key, rows)
        if ring:
            names = ", ".join(str(rows[one]["name"]) for one in ring[:-1])
            return text(
                "{name} can't take over {parent}: that one takes over {name} already (by way of {names}).",
                name=row["name"],
                parent=known["name"],
                names=names,
            )
    return None


def chain(start: str, goal: str, rows: Rows) -> Sequence[str]:
    """Return the keys that lead from `start` up to `goal` by inheritance, both included; empty where none do."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == goal:
            return way
        row = rows.get(way[-1])
        for parent in row["inherits"] if row is not None else ():
            if parent not in seen:
                seen.add(parent)
                ways.append((*way, parent))
    return ()
