"""What may belong together: lines with payments by reference, amount, name, number and day, and lines with students."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.people.rules import fold

Body = Mapping[str, Any]
_PIECE = re.compile(r"[0-9a-z]+")
_LEAST_REFERENCE, _LEAST_NAME, _LEAST_NUMBER = 4, 3, 3
_BY_REFERENCE, _BY_AMOUNT, _BY_NAME, _BY_NUMBER = 60, 30, 20, 25
_NEAR, _FAR = 3, 10
ENOUGH = 40
"""The least that two things must have in common to be offered."""


@dataclass(frozen=True)
class Wanted:
    """Something that should show on a statement: a payment, cash that was banked, a refund."""

    key: str
    amount: int
    currency: str
    day: str
    references: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hint:
    """What may belong to a line, how much speaks for it, and why."""

    key: str
    score: int
    reasons: tuple[str, ...]


def pieces(words: str) -> frozenset[str]:
    """Return the letters and digits of a text, folded, in pieces."""
    return frozenset(_PIECE.findall(fold(words)))


def squeezed(words: str) -> str:
    """Return the letters and digits of a text alone: `MM-44 12` is `mm4412`."""
    return "".join(_PIECE.findall(fold(words)))


class Hints:
    """Finds what may belong to lines among many; what is wanted comes and goes one by one."""

    def __init__(self, wanted: Iterable[Wanted] = ()) -> None:
        self._all: dict[str, Wanted] = {}
        self._by_amount: dict[tuple[str, int], dict[str, None]] = defaultdict(dict)
        self._by_piece: dict[str, dict[str, None]] = defaultdict(dict)
        for one in wanted:
            self.put(one)

    def put(self, wanted: Wanted) -> None:
        """Look for this from now on, instead of what had its key."""
        self.drop(wanted.key)
        self._all[wanted.key] = wanted
        self._by_amount[wanted.currency, wanted.amount][wanted.key] = None
        for piece in _reference_pieces(wanted):
            self._by_piece[piece][wanted.key] = None

    def drop(self, key: str) -> None:
        """Look for this no longer; a key that isn't there is as good."""
        known = self._all.pop(key, None)
        if known is None:
            return
        del self._by_amount[known.currency, known.amount][key]
        for piece in _reference_pieces(known):
            del self._by_piece[piece][key]

    def of(self, line: Body, left: int, most: int = 5) -> list[Hint]:
        """Return what may belong to a line of which `left` is open, the likeliest first.

        What a gateway has that nobody asked it for is no payment of the bank or the desk that happens to be as large:
        to such a line only what its reference names is offered.
        """
        written = f"{line['words']} {line['reference']}"
        found = pieces(written)
        keys = dict.fromkeys(self._by_amount.get((line["currency"], left), ()))
        for piece in found:
            keys.update(dict.fromkeys(self._by_piece.get(piece, ())))
        facts = (found, squeezed(written), str(line["day"]), left, str(line["currency"]))
        hints = [_hint(self._all[key], *facts) for key in keys]
        if line.get("problem"):
            hints = [one for one in hints if "reference" in one.reasons]
        return sorted((one for one in hints if one.score >= ENOUGH), key=lambda one: (-one.score, one.key))[:most]


def _reference_pieces(wanted: Wanted) -> set[str]:
    found = {piece for one in wanted.references for piece in pieces(one) | {squeezed(one)}}
    return {piece for piece in found if len(piece) >= _LEAST_REFERENCE}


def _hint(wanted: Wanted, found: frozenset[str], whole: str, day: str, left: int, currency: str) -> Hint:
    if wanted.currency != currency or (wanted.amount > 0) != (left > 0):
        return Hint(wanted.key, 0, ())
    score, reasons = 0, list[str]()
    if any(len(one) >= _LEAST_REFERENCE and one in whole for one in map(squeezed, wanted.references)):
        score, reasons = score + _BY_REFERENCE, [*reasons, "reference"]
    if wanted.amount == left:
        score, reasons = score + _BY_AMOUNT, [*reasons, "amount"]
    if any(len(one) >= _LEAST_NUMBER and one in whole for one in map(squeezed, wanted.numbers)):
        score, reasons = score + _BY_NUMBER, [*reasons, "number"]
    if any(_is_named(one, found) for one in wanted.names):
        score, reasons = score + _BY_NAME, [*reasons, "name"]
    apart = abs((date.fromisoformat(day) - date.fromisoformat(wanted.day)).days)
    if apart <= _FAR:
        score, reasons = score + (_FAR if apart <= _NEAR else _FAR // 2), [*reasons, "day"]
    return Hint(wanted.key, score, tuple(reasons))


def _is_named(name: str, found: frozenset[str]) -> bool:
    parts = [one for one in pieces(name) if len(one) >= _LEAST_NAME]
    return len(parts) > 1 and set(parts) <= found


class Students:
    """Finds students whom a line names; built once."""

    def __init__(self, people: Sequence[Body]) -> None:
        self._by_number: dict[str, str] = {}
        self._by_part: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        for one in people:
            number = squeezed(str(one.get("number") or ""))
            if len(number) >= _LEAST_NUMBER:
                self._by_number[number] = str(one["id"])
            parts = frozenset(
                part for part in pieces(f"{one.get('given_name')} {one.get('family_name')}") if len(part) >= _LEAST_NAME
            )
            if len(parts) > 1:
                self._by_part[max(parts)].append((str(one["id"]), parts))

    def named(self, line: Body) -> list[str]:
        """Return the ids of students whose number, or whole name, stands in a line."""
        written = f"{line['words']} {line['reference']}"
        found = pieces(written)
        ids = [self._by_number[one] for one in sorted(found) if one in self._by_number]
        tokens = written.split()
        ids += [self._by_number[one] for one in map(squeezed, tokens) if one in self._by_number]
        for piece in sorted(found):
            ids += [key for key, parts in self._by_part.get(piece, ()) if parts <= found]
        return list(dict.fromkeys(ids))
