"""Reads what a person types from a printed register: line numbers with letters, such as `7A 12L15 20-22E`; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.attendance.vocabulary import AttendanceState
from shared.core.text import text

MOST_MINUTES = 600
MOST_TYPED = 4_000
"""Characters that are read; a sheet of 400 lines with every mark fits."""
LETTERS: Mapping[str, AttendanceState] = MappingProxyType(
    {
        "p": AttendanceState.PRESENT,
        "l": AttendanceState.LATE,
        "a": AttendanceState.ABSENT,
        "e": AttendanceState.EXCUSED,
        "le": AttendanceState.LEFT_EARLY,
    }
)
"""What stands behind a line number."""
_WITH_MINUTES = frozenset({AttendanceState.LATE, AttendanceState.LEFT_EARLY})
_SPACE = re.compile(r"[\s,;.]+")
# Digits behind the letter are minutes, unless a letter follows them: then they are the next line's number.
_ENTRY = re.compile(
    r"(?P<first>\d{1,4})(?:\s*-\s*(?P<last>\d{1,4}))?\s*(?P<letter>le|[plae])(?P<minutes>\d{1,4}(?!\d*(?:\s*-\s*\d+)?\s*[a-z]))?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,4}(\s*-\s*(\d{1,4})?)?\s*$")


@dataclass(frozen=True)
class SheetEntry:
    """What is typed for one line: its number from 1 on, the state, and minutes of late and left early."""

    line: int
    state: AttendanceState
    minutes: int | None = None


@dataclass(frozen=True)
class SheetFault:
    """What can't be read: a stable code and a sentence; an `unfinished` one may be right a key later."""

    code: str
    sentence: str
    unfinished: bool = False


@dataclass(frozen=True)
class SheetReading:
    """What was typed: entries by line, and what is wrong with the rest, in the order typed."""

    entries: Mapping[int, SheetEntry]
    faults: tuple[SheetFault, ...] = ()


def entry_text(line: int, state: AttendanceState, minutes: int | None = None) -> str:
    """Return how an entry is typed: `7A`, `12L15`."""
    letter = next(letter for letter, known in LETTERS.items() if known is state)
    return f"{line}{letter.upper()}{minutes or ''}"


def read_sheet(typed: str, lines: int) -> SheetReading:
    """Read what is typed for a sheet of `lines` lines.

    Faults: `sheet_unreadable`, `sheet_line_unfinished`, `sheet_line_unknown`, `sheet_line_twice`, `sheet_minutes`,
    `sheet_too_long`.
    """
    if len(typed) > MOST_TYPED:
        words = text("This is longer than a sheet can be. At most {most} characters are read.", most=MOST_TYPED)
        return SheetReading({}, (SheetFault("sheet_too_long", words),))
    entries: dict[int, SheetEntry] = {}
    faults: list[SheetFault] = []
    at = 0
    while at < len(typed):
        if space := _SPACE.match(typed, at):
            at = space.end()
        elif found := _ENTRY.match(typed, at):
            _take(found, lines, entries, faults)
            at = found.end()
        elif _NUMBER.match(typed, at):
            words = text("{number} has no letter yet. Type P, L, A or E behind it.", number=typed[at:].strip())
            faults.append(SheetFault("sheet_line_unfinished", words, unfinished=True))
            break
        else:
            part = typed[at:].split(maxsplit=1)[0]
            words = text("“{part}” isn't a line number and a letter. Type for example 7A or 12L15.", part=part[:20])
            faults.append(SheetFault("sheet_unreadable", words))
            at += len(part)
    return SheetReading(entries, tuple(faults))


def _take(found: re.Match[str], lines: int, entries: dict[int, SheetEntry], faults: list[SheetFault]) -> None:
    first, last = int(found["first"]), int(found["last"] or found["first"])
    state = LETTERS[found["letter"].lower()]
    minutes = int(found["minutes"]) if found["minutes"] else None
    if not 1 <= first <= last <= lines:
        wrong = first if not 1 <= first <= lines else last
        words = text("There is no line {line} on this sheet. Its last one is {lines}.", line=wrong, lines=lines)
        if first > last:
            words = text("{first} to {last} runs backwards. Type the smaller line first.", first=first, last=last)
        faults.append(SheetFault("sheet_line_unknown", words))
        return
    if minutes is not None and (state not in _WITH_MINUTES or minutes > MOST_MINUTES):
        words = text("{part}: only L and LE have minutes, at most {most}.", part=found[0], most=MOST_MINUTES)
        faults.append(SheetFault("sheet_minutes", words))
        return
    for line in range(first, last + 1):
        entry = SheetEntry(line, state, minutes or None)
        if entries.setdefault(line, entry) != entry:
            words = text("Line {line} is there twice with different marks. Keep one of them.", line=line)
            faults.append(SheetFault("sheet_line_twice", words))
