"""How strong a password seems while it is typed: a hint that never asks for certain kinds of letters."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from shared.core.text import plural, text

STEPS = 4
_BITS = (20, 32, 52, 68)
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "0123456789")
_NEAR = {pair for row in _ROWS for pair in [*pairwise(row), *pairwise(row[::-1])]}
_LETTER_BITS = 3.6
"""What a further letter adds at most: people write words, and words repeat themselves."""


@dataclass(frozen=True)
class Strength:
    """`step` from 0 (nothing typed) to 4, what it is called, and what would help most."""

    step: int
    words: str
    advice: str


def strength_of(password: str, names: Iterable[str] = (), shortest: int = 12) -> Strength:
    """Return how strong a password seems; `names` are words that others would try first."""
    if not password:
        return Strength(0, "", text("A few words in a row are strong and easy to keep in mind."))
    missing = shortest - len(password)
    if missing > 0:
        return Strength(1, text("Too short"), plural("Add {n} character.", "Add {n} characters.", missing))
    bits = _bits(password.casefold(), names)
    step = max(1, sum(bits >= least for least in _BITS))
    named = {1: text("Weak"), 2: text("Fair"), 3: text("Good"), STEPS: text("Strong")}
    advice = "" if step == STEPS else text("Another word makes it stronger.")
    return Strength(step, named[step], advice)


def _bits(folded: str, names: Iterable[str]) -> float:
    for name in names:
        word = name.casefold().strip()
        if len(word) >= STEPS:
            folded = folded.replace(word, word[0])
    new = sum(not _follows(one, other) for one, other in pairwise(folded)) + bool(folded)
    variety = math.log2(max(2, len(set(folded))))
    return new * min(_LETTER_BITS, variety)


def _follows(one: str, other: str) -> bool:
    return one == other or (one, other) in _NEAR
