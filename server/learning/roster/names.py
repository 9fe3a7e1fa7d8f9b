"""Splits a full name into its parts."""

from typing import NamedTuple

from server.learning.roster.mapping import NameOrder

# Small words that begin a family name of more than one word.
PARTICLES = frozenset(
    {"al", "ben", "bin", "da", "de", "del", "den", "der", "di", "dos", "du", "el", "la", "le", "van", "von"}
)


class NameParts(NamedTuple):
    """Given name, family name and what stands between."""

    given: str
    family: str
    others: str


def split_name(full: str, order: NameOrder) -> NameParts | None:
    """Return the parts of a full name; a comma puts the family name first, whatever the order. None for one word."""
    before, comma, after = full.partition(",")
    if comma:
        words = after.split()
        if not words or not before.strip():
            return None
        return NameParts(words[0], " ".join(before.split()), " ".join(words[1:]))
    words = full.split()
    if len(words) < 2:
        return None
    if order is NameOrder.FAMILY_FIRST:
        return NameParts(words[1], words[0], " ".join(words[2:]))
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in PARTICLES:
        start -= 1
    return NameParts(words[0], " ".join(words[start:]), " ".join(words[1:start]))
