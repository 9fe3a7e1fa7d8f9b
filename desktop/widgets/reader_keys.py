"""Tells a handheld reader, which types like a keyboard, from hands: letters that come faster than anyone types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

FASTEST_HAND = 0.035
"""Seconds between two letters below which a reader typed them."""
LEAST_LETTERS = 4
"""A scan has at least so many letters: two or three keys rolled quickly are hands."""
MOST_LETTERS = 200

PressT = TypeVar("PressT")


@dataclass
class ReaderKeys(Generic[PressT]):
    """Holds letters back until it is clear whose they are; what was typed by hand is given back, all and in order.

    Times are seconds of one clock. A press is whatever the caller needs to repeat it.
    """

    _held: list[tuple[str, PressT]] = field(default_factory=list)
    _last: float = 0.0

    @property
    def is_holding(self) -> bool:
        """Whether letters wait."""
        return bool(self._held)

    def letter(self, letter: str, at: float, press: PressT) -> list[PressT]:
        """Hold a letter; returns the presses before it that hands have made."""
        slow = not self.may_go_on(at) or len(self._held) >= MOST_LETTERS
        given = self.give_back() if slow else []
        self._held.append((letter, press))
        self._last = at
        return given

    def enter(self, at: float) -> str | None:
        """Return the scan that this Enter ends, or None: then `give_back` comes before the Enter."""
        if len(self._held) < LEAST_LETTERS or not self.may_go_on(at):
            return None
        scan = "".join(letter for letter, _ in self._held)
        self._held.clear()
        return scan

    def give_back(self) -> list[PressT]:
        """Return the presses that wait, the first one first: hands made them."""
        given = [press for _, press in self._held]
        self._held.clear()
        return given

    def may_go_on(self, at: float) -> bool:
        """Tell whether a letter at `at` would still belong to those that wait."""
        return bool(self._held) and at - self._last < FASTEST_HAND
