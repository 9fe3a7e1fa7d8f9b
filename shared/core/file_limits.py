"""How large a file may be for what it is meant: one table that both sides refuse by before anything is sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.file_types import MOST_BYTES, TYPES, Group, check_claim
from shared.core.text import text

_MIB = 1 << 20


class FilePurpose(StrEnum):
    """What a file is brought in for."""

    HAND_IN = "hand_in"
    COURSE_MATERIAL = "course_material"
    APPLICATION = "application"
    PHOTO = "photo"


@dataclass(frozen=True)
class FileLimit:
    """What holds for one purpose: the largest size in bytes, the words of types (none: all), and who may.

    `asks` are permissions of which one is needed; none lets everybody who is signed in.
    """

    largest: int
    kinds: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()


_PICTURES = frozenset(word for word, one in TYPES.items() if one.group is Group.IMAGE)
LIMITS: Mapping[FilePurpose, FileLimit] = {
    # An assignment may say less; what it says holds where work is handed in.
    FilePurpose.HAND_IN: FileLimit(MOST_BYTES),
    FilePurpose.COURSE_MATERIAL: FileLimit(500 * _MIB, asks=frozenset({"courses.edit", "assignments.edit"})),
    FilePurpose.APPLICATION: FileLimit(10 * _MIB),
    FilePurpose.PHOTO: FileLimit(5 * _MIB, _PICTURES),
}
"""The sizes that the settings begin with."""


def limits_with(own: Mapping[str, int]) -> dict[FilePurpose, FileLimit]:
    """Return the table with the sizes that an office has set, by purpose in bytes."""
    return {
        purpose: FileLimit(int(own.get(purpose, limit.largest)), limit.kinds, limit.asks)
        for purpose, limit in LIMITS.items()
    }


def purpose_of(word: str) -> FilePurpose:
    """Return the purpose that a word names, a hand-in for none. Raises CampusError `file_purpose_unknown`."""
    try:
        return FilePurpose(word or FilePurpose.HAND_IN)
    except ValueError as problem:
        message = text("“{word}” isn't what a file can be for. Use one of: {words}.", word=word[:40],
                       words=", ".join(FilePurpose))  # fmt: skip
        raise CampusError("file_purpose_unknown", message) from problem


def check_purpose(actor: Actor, name: str, size: int, limit: FileLimit, allowed: Collection[str] = ()) -> str:
    """Return the word of the type of a file that may be brought in, by what is known before it is sent.

    Raises what `check_claim` does, and CampusError `not_allowed` where the actor brings in no such files.
    """
    if limit.asks and not any(actor.may(one) for one in limit.asks):
        raise CampusError("not_allowed", text("Your role doesn't bring in course materials. Ask the instructor."))
    return check_claim(name, size, allowed or limit.kinds, limit.largest)
