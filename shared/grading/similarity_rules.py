"""Which passages two people's work shares: a flag to look at, never a verdict; bounded in time and memory."""

from __future__ import annotations

import re
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from unicodedata import normalize

SHINGLE = 5
"""So many words in a row are looked at as one piece."""
WINDOW = 4
"""Of so many neighbouring pieces one is kept to find pairs by."""
LEAST_RUN = SHINGLE + WINDOW - 1
"""Every run of so many words that two works share is found; shorter ones are how people write."""
MOST_WORDS = 20_000
MOST_TOGETHER = 1_000_000
"""More words than that, in one work or in all of them, aren't compared."""
MOST_PAIRS = 300
USUAL_THRESHOLD = 25
"""A pair is flagged where so many percent of one of the two works stand in the other."""
_MOST_HOLDERS = 24
"""A passage in more works than a third of the class, or than this, is the task's own wording or a template."""
_FEW = 4
_MOST_REPEATS = 8
_FACTOR, _BITS = 0x9E3779B97F4A7C15, (1 << 64) - 1
_LAST = pow(_FACTOR, SHINGLE - 1, 1 << 64)
# Scripts that write without spaces: each sign counts as a word.
_SIGNS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f"
# Accents that stand behind their letter, and scripts whose vowels do.
_MARKS = "\u0300-\u036f\u0900-\u0dff"
_WORD = re.compile(rf"[{_SIGNS}]|(?:[^\W_{_SIGNS}]|[{_MARKS}])+")

Step = Callable[[int, int], object]


@dataclass(frozen=True)
class Words:
    """A text's words as numbers, where each begins and ends in it, and whether its end was left out."""

    codes: array[int]
    starts: array[int]
    ends: array[int]
    cut: bool = False

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True)
class Passage:
    """The same words in two texts: letters `start` up to `end` of the first, `other_start` up to `other_end`."""

    start: int
    end: int
    other_start: int
    other_end: int
    words: int


@dataclass(frozen=True)
class Pair:
    """Two works by their places in the list, and how many percent of each stand in the other."""

    first: int
    second: int
    percent: int
    other_percent: int
    passages: tuple[Passage, ...]

    @property
    def most(self) -> int:
        """The higher of the two shares, in percent."""
        return max(self.percent, self.other_percent)


@dataclass(frozen=True)
class Comparison:
    """The pairs with anything in common, the most alike first. `cut`: so many works weren't read to their end."""

    pairs: tuple[Pair, ...]
    compared: int
    cut: int = 0

    def flagged(self, threshold: int = USUAL_THRESHOLD) -> tuple[Pair, ...]:
        """Return the pairs of which at least `threshold` percent of one work stand in the other."""
        return tuple(one for one in self.pairs if one.most >= threshold)


def read_words(text: str, most: int = MOST_WORDS) -> Words:
    """Return the first `most` words of a text; capitals and ways of writing the same letter make no difference."""
    spans = [found.span() for found in islice(_WORD.finditer(text), most + 1)]
    cut = len(spans) > most
    del spans[most:]
    words = [text[start:end] for start, end in spans]
    known = {word: _code(word) for word in set(words)}
    codes = array("Q", map(known.__getitem__, words))
    return Words(codes, array("Q", (start for start, _ in spans)), array("Q", (end for _, end in spans)), cut)


def _code(word: str) -> int:
    return zlib.crc32(normalize("NFKC", word).casefold().encode("utf-8", "replace"))


def shingles(words: Words) -> array[int]:
    """Return a number for every `SHINGLE` words in a row, in their order."""
    codes = words.codes
    found = array("Q")
    rolled = 0
    for at, code in enumerate(codes):
        if at >= SHINGLE:
            rolled -= codes[at - SHINGLE] * _LAST
        rolled = (rolled * _FACTOR + code) & _BITS
        if at >= SHINGLE - 1:
            found.append(rolled)
    return found


def picks(pieces: Sequence[int]) -> list[tuple[int, int]]:
    """Return (number, place) of the pieces kept to find pairs by: the least of every window, of equals the last."""
    kept: list[tuple[int, int]] = []
    least, at = 0, -1
    for end in range(min(WINDOW, len(pieces)), len(pieces) + 1 if pieces else 0):
        begin, newest = max(0, end - WINDOW), pieces[end - 1]
        if at >= begin and newest > least:
            continue
        if at < begin:
            least, at = min((pieces[place], -place) for place in range(begin, end))
            at = -at
        else:
            least, at = newest, end - 1
        kept.append((least, at))
    return kept


def compare(
    texts: Sequence[str], given: Iterable[str] = (), together: Iterable[tuple[int, int]] = (), step: Step | None = None
) -> Comparison:
    """Compare every text with every other one.

    What the class was `given` (the task, files handed out) doesn't count, nor does what most of the class has; the
    pairs in `together` (places of the texts) aren't looked at. `step(done, all)` may raise to stop it.
    """
    total = 2 * len(texts)
    tell = step or (lambda _done, _all: None)
    most = min(MOST_WORDS, MOST_TOGETHER // max(1, len(texts)))
    works: list[_Work] = []
    for at, one in enumerate(texts):
        tell(at, total)
        works.append(_Work(read_words(one, most)))
    usual = {number for one in given for number, _ in picks(shingles(read_words(one)))}
    apart = {tuple(sorted(one)) for one in together}
    wanted = [one for one in _candidates(works, usual) if one not in apart][:MOST_PAIRS]
    pairs: list[Pair] = []
    indexed, index = -1, dict[bytes, list[int]]()
    for at, (first, second) in enumerate(sorted(wanted, key=lambda one: one[::-1])):
        tell(len(texts) + at * len(texts) // len(wanted), total)
        if second != indexed:  # one at a time: all of them would fill the memory
            indexed, index = second, _index(works[second].words.codes)
        found = _pair(first, second, works, _runs(works[first], works[second].words.codes, index, usual))
        if found is not None:
            pairs.append(found)
    pairs.sort(key=lambda one: (-one.most, one.first, one.second))
    return Comparison(tuple(pairs), len(texts), sum(one.words.cut for one in works))


class _Work:
    def __init__(self, words: Words) -> None:
        self.words = words
        kept = picks(shingles(words))
        # as plain numbers: the pairs of a whole class would fill the memory
        self.numbers = array("Q", (number for number, _ in kept))
        self.places = array("Q", (place for _, place in kept))


def _candidates(works: Sequence[_Work], usual: set[int]) -> list[tuple[int, int]]:
    """Return the pairs that share pieces, those with the most first; what too many have goes to `usual`."""
    first: dict[int, int] = {}
    holders: dict[int, list[int]] = {}
    for place, work in enumerate(works):
        for number in set(work.numbers) - usual:
            before = first.setdefault(number, place)
            if before != place:
                holders.setdefault(number, [before]).append(place)
    most = min(_MOST_HOLDERS, max(_FEW, len(works) // 3))
    shared: Counter[tuple[int, int]] = Counter()
    for number, places in holders.items():
        if len(places) > most:
            usual.add(number)
        else:
            shared.update(combinations(places, 2))

    def order(pair: tuple[int, int]) -> tuple[float, tuple[int, int]]:
        least = min(len(works[place].numbers) for place in pair)
        return -shared[pair] / least, pair

    return sorted(shared, key=order)


def _pair(first: int, second: int, works: Sequence[_Work], runs: Sequence[tuple[int, int, int]]) -> Pair | None:
    if not runs:
        return None
    one, other = works[first], works[second]
    mine: set[int] = set()
    theirs: set[int] = set()
    for at, place, length in runs:
        mine.update(range(at, at + length))
        theirs.update(range(place, place + length))
    passages = tuple(
        Passage(
            one.words.starts[at],
            one.words.ends[at + length - 1],
            other.words.starts[place],
            other.words.ends[place + length - 1],
            length,
        )
        for at, place, length in runs
    )
    return Pair(first, second, _percent(len(mine), one), _percent(len(theirs), other), passages)


def _percent(shared: int, work: _Work) -> int:
    return max(1, shared * 100 // len(work.words))


def _index(codes: array[int]) -> dict[bytes, list[int]]:
    """Return where each piece stands, the first places of one that is repeated."""
    where: dict[bytes, list[int]] = {}
    for place in range(len(codes) - SHINGLE + 1):
        places = where.setdefault(codes[place : place + SHINGLE].tobytes(), [])
        if len(places) < _MOST_REPEATS:
            places.append(place)
    return where


def _runs(work: _Work, other: array[int], where: dict[bytes, list[int]], usual: set[int]) -> list[tuple[int, int, int]]:
    """Return (place, place in the other, words) of the longest common runs, in order, without what is usual."""
    codes = work.words.codes
    found: list[tuple[int, int, int]] = []
    at = 0
    while at <= len(codes) - SHINGLE:
        places = where.get(codes[at : at + SHINGLE].tobytes())
        if places is None:
            at += 1
            continue
        length, place = max((_length(codes, at, other, one), one) for one in places)
        if length >= LEAST_RUN:
            before, kept = _unusual(work, at, length, usual)
            if kept >= SHINGLE:
                found.append((at + before, place + before, kept))
        at += length if length >= LEAST_RUN else length - SHINGLE + 1
    return found


def _length(codes: array[int], at: int, other: array[int], place: int) -> int:
    """Return how many words agree from two places on."""
    length, most = SHINGLE, min(len(codes) - at, len(other) - place)
    while length < most and codes[at + length] == other[place + length]:
        length += 1
    return length


def _unusual(work: _Work, at: int, length: int, usual: set[int]) -> tuple[int, int]:
    """Return how many words before, and how many then, aren't what everybody has; (0, 0) where all of it is."""
    reach = slice(bisect_left(work.places, at), bisect_right(work.places, at + length - SHINGLE))
    inside = [
        (number in usual, place - at) for number, place in zip(work.numbers[reach], work.places[reach], strict=True)
    ]
    own = [place for common, place in inside if not common]
    if not own:
        return 0, 0
    before = max((place + SHINGLE for common, place in inside if common and place < own[0]), default=0)
    after = min((place for common, place in inside if common and place > own[-1]), default=length)
    begin = min(before, own[0])
    return begin, max(after, own[-1] + SHINGLE) - begin
