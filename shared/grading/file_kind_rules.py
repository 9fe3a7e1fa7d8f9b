"""Which kinds of files a piece of work takes: as somebody types them, as they are kept, and whether a file fits."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from shared.core.file_types import TYPES, Group, type_of_name
from shared.grading.vocabulary import Takes

RECORDED = frozenset(one.word for one in TYPES.values() if one.group in {Group.VIDEO, Group.AUDIO})
"""What a recording may be: whichever sound or video a computer's recorder makes."""
_BETWEEN = re.compile(r"[\s,;]+")


def read_kinds(typed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what was typed, `PDF, .jpg`, as it is kept (`pdf`, `jpeg`), and what no file can be.

    Endings of text and code stay as they are: work that takes `py` takes no other text.
    """
    kept, unknown = [], []
    for one in (part.lower().lstrip(".") for part in _BETWEEN.split(typed)):
        word = one if one in TYPES else type_of_name(f"file.{one}")
        if word is not None:
            kept.append(one if TYPES[word].group is Group.TEXT else word)
        elif one:
            unknown.append(one)
    return tuple(dict.fromkeys(kept)), tuple(dict.fromkeys(unknown))


def unknown_kinds(kinds: Collection[str]) -> tuple[str, ...]:
    """Return those of an assignment's kinds that no file can be."""
    return tuple(sorted(one for one in kinds if _word(one) is None))


def _word(kind: str) -> str | None:
    """Return the word of the type that a kind is or belongs to, None of one that isn't known."""
    return kind if kind in TYPES else type_of_name(f"file.{kind}")


def kinds_taken(assignment: Mapping[str, Any]) -> frozenset[str]:
    """Return which kinds an assignment takes, as words of types or endings; empty where it takes every kind.

    Recordings are taken in whatever kind a computer makes them, also where other files are limited.
    """
    takes = set(assignment.get("takes") or ())
    allowed = frozenset(str(one).lower().lstrip(".") for one in assignment.get("allowed_types") or ())
    if Takes.RECORDING not in takes or (Takes.FILE in takes and not allowed):
        return allowed
    return allowed | RECORDED


def fits(kind: str, taken: Collection[str]) -> bool:
    """Tell whether a file of a kind (a type's word or an ending) is among those that are taken; empty: all are.

    `jpg` and `jpeg` are the same; of text and code only the endings that are named are taken, all with `text`.
    """
    word = _word(kind.lower())
    if not taken or kind.lower() in taken or word in taken:
        return True
    return word is not None and TYPES[word].group is not Group.TEXT and word in {_word(one) for one in taken}
