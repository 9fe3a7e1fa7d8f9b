"""What a table's columns show: a column turns a row object into a cell that the delegate paints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtGui import QPixmap


class CellKind(StrEnum):
    """How a column paints its cells."""

    TEXT = "text"
    MUTED = "muted"
    NUMBER = "number"
    PERSON = "person"
    BADGE = "badge"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows.

    ``text`` is shown, copied and read aloud; ``tone`` colours a badge or the text; ``icon`` stands in the badge or
    before the text; ``number`` chooses the colour of a person's initials; ``detail`` is muted text behind ``text``;
    ``person`` is whose photo replaces the initials where the column has ``photo``.
    """

    text: str
    tone: str = ""
    icon: str = ""
    number: str = ""
    detail: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``key`` is its order in the source, ``title`` its head, ``cell`` makes the cell of a row.

    ``width`` is in px at 100 %; one column may ``stretch``. Numbers stand right, everything else left. ``photo`` gives
    the circle of a person by id, size and sharpness.
    """

    key: str
    title: str
    cell: Callable[[Any], Cell | str]
    kind: CellKind = CellKind.TEXT
    width: int = 140
    stretch: bool = False
    sortable: bool = True
    photo: Callable[[str, int, float], QPixmap | None] | None = None

    def cell_of(self, row: object) -> Cell:
        """Return the cell of a row."""
        made = self.cell(row)
        return made if isinstance(made, Cell) else Cell(made)
