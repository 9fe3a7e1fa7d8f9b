"""Remembers, in little memory, which ids stood on which line and what was said there."""

import struct
from collections.abc import Hashable, Sequence

# Bits of each field's hash that are kept: enough to tell two values of one person apart.
PRINT_MASK = 0xFFFF_FFFF
PRINT_SIZE = 4


class KnownRows:
    """The ids of one kind read so far, and those whose rows were refused."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self.refused: set[str] = set()

    def __contains__(self, ref: object) -> bool:
        return ref in self.lines


class KnownPeople(KnownRows):
    """Also remembers a fingerprint of each person's fields, to name what differs in a second row."""

    def __init__(self) -> None:
        super().__init__()
        self._prints: dict[str, bytes] = {}
        self._owners: dict[str, dict[int, int]] = {}

    def add(self, ref: str, line: int, fields: Sequence[Hashable]) -> None:
        """Remember a person's row."""
        self.lines[ref] = line
        self._prints[ref] = _fingerprint(fields)

    def differing(self, ref: str, fields: Sequence[Hashable]) -> list[int]:
        """Return the places in `fields` that differ from the row known under `ref`."""
        known, new = self._prints[ref], _fingerprint(fields)
        size = PRINT_SIZE
        return [place for place in range(len(fields)) if known[place * size :][:size] != new[place * size :][:size]]

    def claim(self, what: str, value: Hashable, line: int) -> int | None:
        """Give `value` (an email, a number) to the person on `line`; return the line of an earlier owner instead."""
        owners = self._owners.setdefault(what, {})
        # The hash alone is kept: 200,000 of them fit where the texts would not.
        owner = owners.setdefault(hash(value), line)
        return None if owner == line else owner


def _fingerprint(fields: Sequence[Hashable]) -> bytes:
    return struct.pack(f"<{len(fields)}I", *[hash(value) & PRINT_MASK for value in fields])
