"""Remembers, in little memory, which ids stood on which line and what was said there."""

import struct
from collections.abc import Hashable, Iterable, Sequence
from zlib import crc32

PRINT = struct.Struct("<I")


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

    def add(self, ref: str, line: int, fields: Sequence[object]) -> None:
        """Remember a person's row."""
        self.lines[ref] = line
        self._prints[ref] = _fingerprint(fields)

    def differing(self, ref: str, fields: Sequence[object]) -> list[int]:
        """Return the places in `fields` that differ from the row known under `ref`."""
        known, new = self._prints[ref], _fingerprint(fields)
        size = PRINT.size
        return [place for place in range(len(fields)) if known[place * size :][:size] != new[place * size :][:size]]

    def claim(self, what: str, value: Hashable, line: int) -> int | None:
        """Give `value` (an email, a number) to the person on `line`; return the line of an earlier owner instead."""
        owners = self._owners.setdefault(what, {})
        # The hash alone is kept: 200,000 of them fit where the texts would not.
        owner = owners.setdefault(hash(value), line)
        return None if owner == line else owner


def _fingerprint(fields: Iterable[object]) -> bytes:
    return b"".join(PRINT.pack(crc32(repr(value).encode("utf-8", "replace"))) for value in fields)
