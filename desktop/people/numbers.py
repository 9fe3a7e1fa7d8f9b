"""Finds whose number it is: of everyone, and of an entry that was merged, whose card is still in somebody's pocket."""

from typing import Any

from desktop.core.local_store import LocalStore
from desktop.core.queries import Where
from shared.people.merge_commands import MERGED_PERSON
from shared.people.rules import fold
from shared.people.vocabulary import PERSON


def person_of_number(store: LocalStore, number: str) -> dict[str, Any] | None:
    """Return the person with a number, or whom the entry with that number was merged into; None for nobody."""
    found = _with_number(store, PERSON, number)
    if found is not None:
        return found
    merged, seen = _with_number(store, MERGED_PERSON, number), set[str]()
    while merged is not None and merged["id"] not in seen:
        seen.add(merged["id"])
        person = store.get(PERSON, merged["merged_into"])
        if person is not None:
            return person
        merged = store.get(MERGED_PERSON, merged["merged_into"])
    return None


def _with_number(store: LocalStore, kind: str, number: str) -> dict[str, Any] | None:
    spec = store.area.kinds.get(kind)
    if spec is None:
        return None
    keyed = "number_key" in spec.keys  # the lists of tests may be plainer
    where = Where("number_key", "=", fold(number)) if keyed else Where("number", "=", number)
    rows = store.page(kind, [where], limit=1)
    return dict(rows[0]) if rows else None
