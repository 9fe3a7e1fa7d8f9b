"""The later steps of setting an institute up: terms, branches and rooms; numbers and the second factor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from desktop.shell.institute_lines import branch_lines, room_lines, term_of
from desktop.shell.institute_steps import Step, Values
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.label import Label
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import NoteField, TextField
from shared.people.numbering import DEFAULT_RULE, YearStyle, numbered, rule_error

TERMS = 3


class TermsStep(Step):
    """Terms, branches and rooms: all may be left empty and added later."""

    def __init__(self, words: str, today: Callable[[], date]) -> None:
        self._today = today
        super().__init__(words)

    def make(self) -> None:
        """Put in three rows of a term, and the two lists."""
        self.terms: list[tuple[TextField, DateField, DateField]] = []
        for at in range(TERMS):
            row = (TextField(), DateField(today=self._today), DateField(today=self._today))
            labels = (self.tr("Term {n}"), self.tr("First day of term {n}"), self.tr("Last day of term {n}"))
            fields = [self.put(f"term_{at}_{part}", label.format(n=at + 1), control, optional=True)
                      for part, (label, control) in enumerate(zip(labels, row, strict=True))]  # fmt: skip
            self.terms.append(row)
            self.row(*fields)
        self.branches = NoteField(lines=3, placeholder=self.tr("One in each line: Kumasi"))
        self.rooms = NoteField(lines=3, placeholder=self.tr("One in each line: Studio A, Kumasi, 24"))
        self.row(self.put("branches", self.tr("Branches"), self.branches, optional=True),
                 self.put("rooms", self.tr("Rooms, with branch and places"), self.rooms, optional=True))  # fmt: skip

    def values(self) -> Values:
        """Return terms as days, and the lists as they were typed."""
        lists = {"branches": self.branches.toPlainText(), "rooms": self.rooms.toPlainText()}
        return {**lists, "terms": [[name.text(), _day(first), _day(last)] for name, first, last in self.terms]}

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show what the draft kept."""
        self.branches.setPlainText(str(values.get("branches") or ""))
        self.rooms.setPlainText(str(values.get("rooms") or ""))
        for row, kept in zip(self.terms, values.get("terms") or (), strict=False):
            row[0].setText(str(kept[0]))
            for field, day in zip(row[1:], kept[1:], strict=False):
                field.set_value(date.fromisoformat(day) if day else None)

    def faults(self) -> dict[str, str]:
        """Name the line or the term that can't be read."""
        found = {}
        for name, read, control in (("branches", branch_lines, self.branches), ("rooms", room_lines, self.rooms)):
            try:
                read(control.toPlainText())
            except ValueError as fault:
                found[name] = str(fault)
        for at, (name_field, first, last) in enumerate(self.terms):
            try:
                term_of(name_field.text(), first.value, last.value)
            except ValueError as fault:
                found[f"term_{at}_0"] = str(fault)
        return found

    def part(self) -> Values:
        """Return the lists."""
        terms = [term_of(name.text(), first.value, last.value) for name, first, last in self.terms]
        return {
            "terms": [term for term in terms if term is not None],
            "branches": branch_lines(self.branches.toPlainText()),
            "rooms": room_lines(self.rooms.toPlainText()),
        }


class RulesStep(Step):
    """The rule for numbers, and who needs a second factor."""

    def __init__(self, words: str, staff: tuple[str, ...], year: int) -> None:
        self._staff, self._year = staff, year
        super().__init__(words)

    def make(self) -> None:
        """Put the fields in."""
        self.use_numbers = Check(self.tr("The server gives new students their numbers"), checked=True)
        self.column.addWidget(self.use_numbers)
        year = self._year
        self.prefix = TextField(str(DEFAULT_RULE["prefix"]))
        self.year = Combo([(str(YearStyle.LONG), str(year)), (str(YearStyle.SHORT), f"{year % 100:02d}"),
                           (str(YearStyle.NONE), self.tr("No year"))])  # fmt: skip
        self.digits = NumberField(int(DEFAULT_RULE["digits"]), least=1, most=8)
        self.row(self.put("prefix", self.tr("Begins with"), self.prefix), self.put("year", self.tr("Year"), self.year),
                 self.put("digits", self.tr("Digits"), self.digits))  # fmt: skip
        self.example = Label("", "small", "text2", wrap=True)
        self.column.addWidget(self.example)
        self.factor = Check(self.tr("Everybody who works here signs in with a second factor"), checked=True)
        self.column.addWidget(self.factor)
        words = self.tr("A code from a phone beside the password. Each person adds it at the first sign-in; it can be"
                        " changed for each role later.")  # fmt: skip
        self.column.addWidget(Label(words, "small", "muted", wrap=True))
        for signal in (self.prefix.textChanged, self.year.currentIndexChanged, self.digits.textChanged):
            signal.connect(lambda _value: self._follow(year))
        self.use_numbers.toggled.connect(lambda _on: self._follow(year))
        self._follow(year)

    def rule(self) -> Values:
        """Return the rule."""
        return {"prefix": self.prefix.text().strip(), "year": self.year.chosen, "digits": self.digits.value, "start": 1}

    def _follow(self, year: int) -> None:
        on, rule = self.use_numbers.isChecked(), self.rule()
        for control in (self.prefix, self.year, self.digits):
            control.setEnabled(on)
        fault = rule_error(rule)
        words = self.tr("The first student gets {number}")
        self.example.setVisible(on and fault is None)
        self.example.setText("" if fault else words.format(number=numbered(rule, year, 1)))

    def values(self) -> Values:
        """Return the rule and what is ticked."""
        return {**self.rule(), "use_numbers": self.use_numbers.isChecked(), "factor": self.factor.isChecked()}

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show what the draft kept."""
        if "use_numbers" in values:
            self.use_numbers.setChecked(bool(values["use_numbers"]))
            self.factor.setChecked(bool(values["factor"]))
            self.prefix.setText(str(values.get("prefix") or ""))
            self.year.choose(str(values.get("year")))
            self.digits.set_value(values.get("digits"))

    def faults(self) -> dict[str, str]:
        """Check the rule."""
        fault = rule_error(self.rule()) if self.use_numbers.isChecked() else None
        return {"prefix": fault} if fault else {}

    def part(self) -> Values:
        """Return the rule, and the roles that need a second factor."""
        return {
            "numbering": self.rule() if self.use_numbers.isChecked() else None,
            "factor_roles": list(self._staff) if self.factor.isChecked() else [],
        }


def _day(field: DateField) -> str:
    return field.value.isoformat() if field.value else ""
