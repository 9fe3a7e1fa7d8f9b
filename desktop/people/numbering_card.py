"""The rule for student numbers: what stands before them, the year, the digits, and what comes out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.photo_actions import numbering_rule, set_numbering
from desktop.widgets.buttons import secondary
from desktop.widgets.card import Card
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.people.numbering import DEFAULT_RULE, YearStyle, numbered, rule_error
from shared.people.permissions import may_set_numbering


class NumberingCard(Card):
    """``done`` gives what was saved; everyone reads the rule, administrators change it."""

    done = Signal(object)
    refused = Signal(object)

    def __init__(self, desk: Desk, year: Callable[[], int], parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Student numbers"), parent=parent)
        self._desk, self._year = desk, year
        self.prefix = TextField()
        self.year = Combo(self._years(), name=self.tr("Year"))
        self.digits = NumberField(4, least=1, most=8)
        self.start = NumberField(1, least=1, most=99_999_999)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        parts = ((self.tr("Begins with"), self.prefix), (self.tr("Year"), self.year), (self.tr("Digits"), self.digits),
                 (self.tr("First number"), self.start))  # fmt: skip
        for at, (label, control) in enumerate(parts):
            grid.addWidget(Field(label, control), at // 2, at % 2)
        self.add(grid)
        self.example = Label("", "small", "text2", wrap=True)
        self.add(self.example)
        self.save_button = secondary(self.tr("Save the rule"), "check", self.save)
        self.add(self.save_button)
        self.prefix.textChanged.connect(self._show_example)
        self.year.currentIndexChanged.connect(self._show_example)
        self.digits.textChanged.connect(self._show_example)
        self.start.textChanged.connect(self._show_example)
        self.refresh()

    def _years(self) -> list[tuple[str, str]]:
        year = self._year()
        return [
            (str(YearStyle.LONG), str(year)),
            (str(YearStyle.SHORT), f"{year % 100:02d}"),
            (str(YearStyle.NONE), self.tr("No year")),
        ]

    def refresh(self) -> None:
        """Show the rule as it is."""
        rule = numbering_rule(self._desk)
        shown = rule or DEFAULT_RULE
        self.prefix.setText(str(shown["prefix"]))
        self.year.choose(str(shown["year"]))
        self.digits.set_value(int(shown["digits"]))
        self.start.set_value(int(shown["start"]))
        allowed = may_set_numbering(self._desk.actor)
        for control in (self.prefix, self.year, self.digits, self.start):
            control.setEnabled(allowed)
        self.save_button.setVisible(allowed)
        self._show_example()

    def wanted(self) -> dict[str, object]:
        """Return the rule as it is in the fields."""
        return {
            "prefix": self.prefix.text().strip(),
            "year": self.year.chosen,
            "digits": self.digits.value,
            "start": self.start.value,
        }

    def _show_example(self) -> None:
        wanted = self.wanted()
        fault = rule_error(wanted)
        if fault is not None:
            self.example.setText(fault)
            self.example.set_tone("bad")
            return
        example = numbered(wanted, self._year(), int(str(wanted["start"])))
        is_set = numbering_rule(self._desk) is not None
        words = self.tr("The server gives new students the next number, such as {number}") if is_set else self.tr(
            "No rule yet: numbers are typed. With this one new students get {number} and so on"
        )  # fmt: skip
        self.example.setText(words.format(number=example))
        self.example.set_tone("text2")

    def save(self) -> None:
        """Save the rule."""
        try:
            done = set_numbering(self._desk, self.wanted())
        except CampusError as problem:
            self.refused.emit(problem)
            return
        self.refresh()
        if done is not None:
            self.done.emit(done)
