"""A row of any table before anyone knows what its cells mean."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

# Marks of direction and width that come along with copied text and make equal names differ.
INVISIBLE = (
    "\N{ZERO WIDTH NO-BREAK SPACE}\N{ZERO WIDTH SPACE}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}\N{WORD JOINER}"
)


# Our own lists, and others, put an apostrophe before these, so that no spreadsheet calculates the cell.
_GUARDED = ("'+", "'-", "'@", "'=")
_KEPT_TEXT = re.compile(r'="((?:[^"]|"")*)"')


@dataclass(frozen=True, slots=True)
class CellTrouble:
    """A cell whose value cannot be taken: a formula or a spreadsheet's error; `shown` is what stands there."""

    code: str
    shown: str


Cell = str | CellTrouble


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one line, cleaned; `line` counts from 1 as the file's own program does."""

    line: int
    cells: list[Any]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that could not be cut into cells at all."""

    line: int
    code: str
    places: dict[str, Any] = field(default_factory=dict)


class Table(Protocol):
    """What a CSV file and a sheet of a workbook have in common."""

    @property
    def label(self) -> str:
        """The name that errors give the table."""

    def rows(self, after_line: int = 0, width: int | None = None) -> Iterator[Row | BadRow]:
        """Return the rows below `after_line`, told apart from those of another `width`."""


def clean(cell: str) -> str:
    """Return the cell without space around it, composed (NFC), its line breaks turned into spaces."""
    cell = cell.strip()
    if not cell.isascii():
        cell = unicodedata.normalize("NFC", cell).strip(INVISIBLE).strip()
    if "\n" in cell or "\t" in cell:
        cell = " ".join(cell.split())
    if cell.startswith(_GUARDED):
        return cell[1:]
    if cell[:2] == '="':
        kept = kept_text(cell)
        return cell if kept is None else clean(kept)
    return cell


def kept_text(cell: str) -> str | None:
    """Return 007 of `="007"`, which is how spreadsheets keep leading zeros in a file; None for any other cell."""
    found = _KEPT_TEXT.fullmatch(cell)
    return None if found is None else found[1].replace('""', '"')
