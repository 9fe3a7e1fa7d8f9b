"""The choices on the page of ID cards: whose, paper, first free label, offset, colour, barcode."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.people.card_layouts import LAYOUTS
from desktop.people.card_store import PrintChoices
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.number_field import NumberField
from shared.core.text import plural

CHOSEN = "chosen"
_MOST_OFFSET = 200


class CardsForm(QWidget):
    """``changed`` tells that a choice was changed."""

    changed = Signal()

    def __init__(
        self,
        shown: PrintChoices,
        chosen: int,
        cohorts: Sequence[tuple[str, str]],
        cohort: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.who = Combo(self._people(chosen, cohorts))
        self.who.choose(cohort or (CHOSEN if chosen else ""))
        self.paper = Combo(self._papers())
        self.paper.choose(shown.paper)
        self.first_field = NumberField(1, least=1, most=99)
        self.across = NumberField(shown.offset_x, least=-_MOST_OFFSET, most=_MOST_OFFSET)
        self.down = NumberField(shown.offset_y, least=-_MOST_OFFSET, most=_MOST_OFFSET)
        self.colour = Combo(self._colours(shown.colour))
        self.colour.choose(shown.colour)
        self.barcode = Check(self.tr("Barcode beside the QR code"), checked=shown.barcode)
        column.addWidget(Field(self.tr("Whose cards"), self.who))
        column.addWidget(Field(self.tr("Paper"), self.paper))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(Field(self.tr("First free label"), self.first_field), 1)
        row.addWidget(Field(self.tr("Colour"), self.colour), 1)
        column.addLayout(row)
        offsets = QHBoxLayout()
        offsets.setSpacing(10)
        hint = self.tr("Tenths of a mm")
        offsets.addWidget(Field(self.tr("Move right"), self.across, hint=hint), 1)
        offsets.addWidget(Field(self.tr("Move down"), self.down, hint=hint), 1)
        column.addLayout(offsets)
        column.addWidget(self.barcode)
        self._connect()

    def _connect(self) -> None:
        for combo in (self.who, self.paper, self.colour):
            combo.currentIndexChanged.connect(lambda _index: self.changed.emit())
        for field in (self.first_field, self.across, self.down):
            field.changed.connect(lambda _value: self.changed.emit())
        self.barcode.toggled.connect(lambda _on: self.changed.emit())

    def _people(self, chosen: int, cohorts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        own = [(CHOSEN, plural("{n} person selected", "{n} people selected", chosen))] if chosen else []
        return [*own, *([] if chosen else [("", self.tr("Choose a class"))]), *cohorts]

    def _papers(self) -> list[tuple[str, str]]:
        words = {
            "cr80-sheet": self.tr("A4 to cut, 8 cards of 86 x 54 mm"),
            "cr80": self.tr("Card printer, 86 x 54 mm"),
            "L7418": self.tr("Avery L7418, 8 inserts of 86.5 x 55.5 mm"),
            "L4785": self.tr("Avery L4785, 10 badges of 80 x 50 mm"),
            "L7160": self.tr("Avery L7160, 21 labels of 63.5 x 38.1 mm"),
        }
        return [(key, words[key]) for key in LAYOUTS]

    def _colours(self, shown: str) -> list[tuple[str, str]]:
        known = [
            ("#3350c4", self.tr("Blue")),
            ("#146c3f", self.tr("Green")),
            ("#b0261f", self.tr("Red")),
            ("#6a3d9e", self.tr("Violet")),
            ("#c27a0a", self.tr("Orange")),
            ("#1b2333", self.tr("Black")),
        ]
        return known if shown in dict(known) else [*known, (shown, shown)]

    @property
    def cohort(self) -> str:
        """The class that was chosen, empty for people selected elsewhere."""
        chosen = self.who.chosen or ""
        return "" if chosen == CHOSEN else chosen

    @property
    def first(self) -> int:
        """The first free label of the first sheet."""
        return self.first_field.value or 1

    def choices(self) -> PrintChoices:
        """Return how cards are to be printed."""
        return PrintChoices(
            paper=self.paper.chosen or PrintChoices().paper,
            offset_x=self.across.value or 0,
            offset_y=self.down.value or 0,
            colour=self.colour.chosen or PrintChoices().colour,
            barcode=self.barcode.isChecked(),
        )
