"""Takes a row apart by column name and collects all that is wrong with it."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from server.learning.roster.findings import Findings
from server.learning.roster.rows import Cell, CellTrouble, Row
from server.learning.roster.values import (
    DateError,
    DateOrder,
    is_email,
    is_phone,
    language_tag,
    looks_like_formula,
    lost_digits,
    parse_date,
)

MAX_TEXT = 255
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
BOOLEANS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}

Choice = TypeVar("Choice")


class RowCheck:
    """Reads the cells of one row after another; `failed` tells whether the present row must be left out.

    `columns` maps a column's name to its place. A column that is not there reads as None, an empty cell as "".
    """

    def __init__(self, findings: Findings, file: str, columns: Mapping[str, int], shown: Mapping[str, str]) -> None:
        self.failed = False
        self.line = 0
        self._findings = findings
        self._file = file
        self._columns = columns
        self._shown = shown
        self._cells: list[Cell] = []

    def start(self, row: Row) -> None:
        """Turn to the next row."""
        self.failed = False
        self.line = row.line
        self._cells = row.cells

    def error(self, code: str, column: str | None, value: str | None, **places: object) -> None:
        """Note an error in the present row, which fails it."""
        self.failed = True
        shown = self._shown.get(column, column) if column is not None else None
        self._findings.error(code, self._file, self.line, column=shown, value=value, **places)

    def text(self, column: str, most: int = MAX_TEXT) -> str | None:
        """Return the cell as written, None when the column isn't there; `most` is how many signs it may have."""
        place = self._columns.get(column)
        if place is None:
            return None
        cell = self._cells[place]
        if not cell:
            return ""
        if isinstance(cell, CellTrouble):
            self.error(cell.code, column, cell.shown)
            return ""
        if cell[0] == "=" and looks_like_formula(cell):
            self.error("formula_in_cell", column, cell)
            return ""
        if len(cell) > most:
            self.error("value_too_long", column, cell, found=len(cell), expected=most)
            return ""
        return cell

    def required(self, column: str) -> str:
        """Return the cell; an empty one fails the row."""
        before = self.failed
        value = self.text(column)
        if not value and self.failed == before:
            self.error("value_missing", column, None)
        return value or ""

    def number(self, column: str) -> str | None:
        """Return a number that is a name (index, staff number) exactly as written."""
        value = self.text(column)
        if value and lost_digits(value):
            self.error("number_changed_by_spreadsheet", column, value)
        return value

    def email(self, column: str) -> str | None:
        """Return an email address as written."""
        value = self.text(column)
        if value and not is_email(value):
            self.error("bad_email", column, value)
        return value

    def phone(self, column: str) -> str | None:
        """Return a phone number as written."""
        value = self.text(column)
        if value and lost_digits(value):
            self.error("number_changed_by_spreadsheet", column, value)
        elif value and not is_phone(value):
            self.error("bad_phone", column, value)
        return value

    def day(self, column: str, order: DateOrder = DateOrder.DAY_FIRST, *, required: bool = False) -> date | None:
        """Return a date, None when there is none."""
        value = self.required(column) if required else self.text(column)
        if not value:
            return None
        try:
            found = parse_date(value, order)
        except DateError as trouble:
            self.error(trouble.code, column, value)
            return None
        if not EARLIEST <= found < LATEST:
            self.error("date_far_off", column, value)
        return found

    def span(
        self, begins: str, ends: str, order: DateOrder = DateOrder.DAY_FIRST, *, required: bool = False
    ) -> tuple[date | None, date | None]:
        """Return two dates of which the second must not be before the first."""
        first, last = self.day(begins, order, required=required), self.day(ends, order, required=required)
        if first is not None and last is not None and last < first:
            self.error("bad_date_order", ends, last.isoformat(), begins=first.isoformat())
        return first, last

    def boolean(self, column: str) -> bool | None:
        """Return true or false, None when nothing is said."""
        value = self.text(column)
        if not value:
            return None
        found = BOOLEANS.get(value.casefold())
        if found is None:
            self.error("bad_boolean", column, value)
        return found

    def language(self, column: str) -> str | None:
        """Return a language tag."""
        value = self.text(column)
        if not value:
            return value
        tag = language_tag(value)
        if tag is None:
            self.error("language_unknown", column, value)
        return tag

    def choice(
        self, column: str, choices: Mapping[str, Choice], code: str = "value_unknown", default: Choice | None = None
    ) -> Choice | None:
        """Return what the cell's word (in any case) stands for among `choices`; `default` for an empty cell."""
        value = self.text(column)
        if not value:
            return default
        found = choices.get(value.casefold())
        if found is None:
            self.error(code, column, value, choices=", ".join(choices))
        return found
