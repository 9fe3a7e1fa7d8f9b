"""How wide a table's columns stand: as the person left them, wider where a number would be cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QHeaderView

from desktop.widgets.columns import CellKind, Column
from desktop.widgets.theme import theme

AROUND = 24
"""Room beside the text of a number, in px."""
_LEAST = 72
"""What a column that gives way keeps at least, in px at 100 %."""
_GIVES_WAY = frozenset({CellKind.MUTED, CellKind.TEXT})


class ColumnFit:
    """Widths of the columns: a cut number reads as another one, so columns of words give way to it.

    `own` is what the program or the person chose, in px; what stands on the screen follows from it and the numbers.
    """

    def __init__(self, columns: Sequence[Column], header: QHeaderView) -> None:
        self._columns, self._header = columns, header
        self._own = {place: header.sectionSize(place) for place, one in enumerate(columns) if not one.stretch}
        self._needed: dict[int, int] = {}
        self._characters: dict[int, int] = {}
        self._scale = 0
        self.is_working = False

    def set_scale(self, scale: int) -> None:
        """Follow the size of text, in percent."""
        for place, column in enumerate(self._columns):
            if not column.stretch:
                before = self._own[place] * scale / self._scale if self._scale else theme().px(column.width)
                self._own[place] = round(before)
        self._scale = scale
        self.forget()

    def choose(self, place: int, width: int) -> None:
        """Take a width in px that a person or a kept layout chose."""
        if place in self._own:
            self._own[place] = width

    def widths(self) -> Mapping[str, int]:
        """Return what was chosen, by the columns' keys, in px at 100 %."""
        return {self._columns[place].key: round(width * 100 / theme().scale) for place, width in self._own.items()}

    def forget(self) -> None:
        """Measure anew: the rows are others."""
        self._needed.clear()
        self._characters.clear()

    def measure(self, place: int, words: str) -> bool:
        """Tell whether a number needs more room than any before in its column.

        Figures are all of one width, so one that has no more characters than the longest isn't measured.
        """
        if len(words) <= self._characters.get(place, 0):
            return False
        self._characters[place] = len(words)
        needed = int(theme().metrics("body-medium").horizontalAdvance(words)) + theme().px(AROUND)
        if needed <= max(self._needed.get(place, 0), self._own.get(place, needed)):
            return False
        self._needed[place] = needed
        return True

    def fit(self, room: int) -> None:
        """Lay the columns out in so many px: numbers whole, words that give way, the stretching ones what is left."""
        hidden = self._header.isSectionHidden
        shown = {
            place: max(width, self._needed.get(place, 0)) for place, width in self._own.items() if not hidden(place)
        }
        wide = [place for place, column in enumerate(self._columns) if column.stretch]
        least = {place: theme().px(self._columns[place].width) for place in wide}
        if self._needed:
            self._give_way(shown, sum(shown.values()) + sum(least.values()) - room)
        self.is_working = True
        for place, width in shown.items():
            self._header.resizeSection(place, width)
        for place in wide:
            self._header.resizeSection(place, max((room - sum(shown.values())) // len(wide), least[place]))
        self.is_working = False

    def _give_way(self, shown: dict[int, int], missing: int) -> None:
        """Take what is missing from columns of words, the widest first."""
        giving = [place for place in shown if self._columns[place].kind in _GIVES_WAY]
        for place in sorted(giving, key=lambda one: -shown[one]):
            head = theme().metrics("small-medium").horizontalAdvance(self._columns[place].title)
            least = max(theme().px(_LEAST), int(head) + theme().px(AROUND))
            given = min(max(0, missing), max(0, shown[place] - least))
            shown[place] -= given
            missing -= given
