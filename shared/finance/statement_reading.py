"""Reads a bank's statement by its layout: lines of money, balances, and a sentence for each line that can't be used."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.finance.statement_amounts import CellError, amount_of_cell, day_of_cell, plain
from shared.finance.statement_layouts import folded

MOST_LINES = 20_000
MOST_LETTERS = 4_000_000
"""What one file may hold, so that it travels as one command."""
_MOST_FAULTS = 20
_HEAD_WITHIN = 50
_PREVIEW = 12
_LONGEST_WORDS, _LONGEST_REFERENCE = 500, 120


@dataclass(frozen=True)
class StatementRow:
    """One movement of money: `line` is where it begins in the file, `amount` is above zero where money came in."""

    line: int
    day: str
    words: str
    reference: str
    amount: int
    balance: int | None = None


@dataclass(frozen=True)
class Fault:
    """Why a line of the file can't be used."""

    line: int
    code: str
    sentence: str


@dataclass
class Statement:
    """What a file says; `opening` and `closing` are None where it doesn't. Rows are in the file's order."""

    rows: list[StatementRow] = field(default_factory=list)
    opening: int | None = None
    closing: int | None = None
    without_amount: int = 0

    @property
    def total(self) -> int:
        """What all rows come to."""
        return sum(row.amount for row in self.rows)


def decoded(content: bytes, encoding: str) -> str:
    """Return a file's text. Raises CampusError `statement_not_csv` for a workbook, a PDF or a picture."""
    if content[:4] in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}:
        raise CampusError("statement_not_csv", text("This is a workbook. Save it as CSV, then import that file."))
    if content[:4] == b"%PDF":
        raise CampusError("statement_not_csv", text("This is a PDF. Ask the bank for the statement as CSV."))
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = "utf-16"
    for name in dict.fromkeys((encoding, "utf-8", "cp1252")):
        try:
            found = content.decode("utf-8-sig" if name == "utf-8" else name)
        except UnicodeDecodeError:
            continue
        if "\0" not in found:
            return found
    raise CampusError("statement_not_csv", text("This file isn't text. Ask the bank for the statement as CSV."))


def preview(content: str, rules: Mapping[str, Any]) -> list[list[str]]:
    """Return the cells of the first lines. Raises CampusError `statement_not_csv`."""
    found: list[list[str]] = []
    for _, cells in _records(content, rules):
        found.append(cells)
        if len(found) == _PREVIEW:
            break
    return found


def fitting(content: str, layouts: Sequence[tuple[str, Mapping[str, Any]]]) -> str | None:
    """Return the word of the layout of whose columns the file has the most, or None where it fits none."""
    best: tuple[int, str | None] = (0, None)
    for word, rules in layouts:
        try:
            _, columns = _head(list(_first(content, rules)), rules)
        except CampusError:
            continue
        if not _missing(columns, rules) and len(columns) > best[0]:
            best = (len(columns), word)
    return best[1]


def _first(content: str, rules: Mapping[str, Any]) -> Iterator[tuple[int, list[str]]]:
    for number, record in enumerate(_records(content, rules)):
        if number >= _HEAD_WITHIN:
            return
        yield record


def _records(content: str, rules: Mapping[str, Any]) -> Iterator[tuple[int, list[str]]]:
    """Return the lines that aren't empty, each with the number of the line on which it begins."""
    reader = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""), delimiter=str(rules["delimiter"]))
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as failure:
        words = text("Line {line}: this isn't CSV. Ask the bank for the statement as CSV.", line=line)
        raise CampusError("statement_not_csv", words, {"line": line}) from failure


Columns = Mapping[str, int]


def _head(records: Sequence[tuple[int, list[str]]], rules: Mapping[str, Any]) -> tuple[int, Columns]:
    """Return at which record the heads stand (-1: nowhere), and the place of each column."""
    wanted = {name: rules[name] for name in _COLUMN_NAMES if rules[name]}
    best: tuple[int, dict[str, int]] = (-1, {})
    for at, (line, cells) in enumerate(records):
        if rules["header_row"] and line != rules["header_row"]:
            continue
        heads = [folded(cell) for cell in cells]
        found = {name: place for name, names in wanted.items() if (place := _place(names, heads)) is not None}
        if len(found) > len(best[1]):
            best = (at, found)
    numbered = {name: place for name, names in wanted.items() if (place := _numbered(names)) is not None}
    return best[0], {**best[1], **numbered}


_COLUMN_NAMES = ("date", "text", "reference", "amount", "debit", "credit", "mark", "balance", "currency")


def _place(names: Sequence[str], heads: Sequence[str]) -> int | None:
    return next((heads.index(folded(one)) for one in names if folded(one) in heads), None)


def _numbered(names: Sequence[str]) -> int | None:
    for one in names:
        number = one.strip().removeprefix("#")
        if one.strip().startswith("#") and number.isascii() and number.isdigit() and int(number) > 0:
            return int(number) - 1
    return None


def _missing(columns: Columns, rules: Mapping[str, Any]) -> list[str]:
    needed = ["date", *(("amount",) if rules["amount"] else ("debit", "credit")), *(("mark",) if rules["mark"] else ())]
    gone = [name for name in needed if name not in columns]
    return gone if gone or "text" in columns or "reference" in columns else ["text"]


def read_statement(content: str, rules: Mapping[str, Any], currency: str, today: str) -> Statement:
    """Return what a file says. `rules` are a layout without fault, `today` is the institute's day.

    Raises CampusError with the code and sentence of the first fault and all of them, up to twenty, in its details:
    `statement_empty`, `statement_not_csv`, `statement_too_long`, `statement_column`, `statement_date`,
    `statement_future`, `statement_amount`, `statement_formula`, `statement_currency`.
    """
    if len(content) > MOST_LETTERS:
        raise _too_long()
    records = list(_records(content, rules))
    if not records:
        raise CampusError("statement_empty", text("The file is empty. Ask the bank for the statement again."))
    if len(records) > 1 and all(len(cells) == 1 for _, cells in records):
        words = text("The file has one column only. Choose a layout with the mark between columns that it uses.")
        raise CampusError("statement_not_csv", words)
    at, columns = _head(records[:_HEAD_WITHIN], rules)
    gone = _missing(columns, rules)
    if gone:
        words = text("The file has no column for {names}. Choose another layout, or change this one.",
                     names=", ".join(gone))  # fmt: skip
        raise CampusError("statement_column", words, {"columns": gone})
    body = records[at + 1 :]
    if len(body) > MOST_LINES:
        raise _too_long()
    reader = _Reader(rules, columns, currency, today)
    for line, cells in body:
        reader.take(line, cells)
    return reader.finished()


def _too_long() -> CampusError:
    words = text("The file has more than {n} lines. Import it month by month.", n=f"{MOST_LINES:,}")
    return CampusError("statement_too_long", words)


class _Reader:
    """Takes one record after the other."""

    def __init__(self, rules: Mapping[str, Any], columns: Columns, currency: str, today: str) -> None:
        self._rules, self._columns, self._currency, self._today = rules, columns, currency, today
        self._opens = tuple(folded(one) for one in rules["opening_words"])
        self._closes = tuple(folded(one) for one in rules["closing_words"])
        self._marks = {folded(one): 1 for one in rules["credit_marks"]} | {
            folded(one): -1 for one in rules["debit_marks"]
        }
        self.found = Statement()
        self.faults: list[Fault] = []

    def _cell(self, cells: Sequence[str], name: str) -> str:
        place = self._columns.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    def take(self, line: int, cells: Sequence[str]) -> None:
        """Take a record in, or keep why it can't be."""
        try:
            row = self._row(line, cells)
        except CellError as failure:
            self.faults.append(Fault(line, failure.code, _sentence(failure, line, self._rules, self._currency)))
            return
        if row is not None:
            self.found.rows.append(row)

    def _row(self, line: int, cells: Sequence[str]) -> StatementRow | None:
        words = plain(self._cell(cells, "text"))
        balance = amount_of_cell(self._cell(cells, "balance"), self._rules, self._currency)
        if self._is_balance(folded(words) or folded(next(filter(str.strip, cells))), cells, balance):
            return None
        currency = plain(self._cell(cells, "currency")).upper()
        if currency and currency != self._currency:
            raise CellError("statement_currency", currency)
        amount = self._amount(cells)
        if not amount:
            self.found.without_amount += 1
            return None
        day = day_of_cell(self._cell(cells, "date"), str(self._rules["date_format"]), self._today)
        reference = plain(self._cell(cells, "reference"))
        return StatementRow(line, day, words[:_LONGEST_WORDS], reference[:_LONGEST_REFERENCE], amount, balance)

    def _is_balance(self, words: str, cells: Sequence[str], balance: int | None) -> bool:
        is_opening, is_closing = words.startswith(self._opens), words.startswith(self._closes)
        if not words or not (is_opening or is_closing):
            return False
        value = balance if balance is not None else self._amount(cells)
        if is_opening:
            self.found.opening = value
        else:
            self.found.closing = value
        return True

    def _amount(self, cells: Sequence[str]) -> int | None:
        if self._rules["amount"]:
            amount = amount_of_cell(self._cell(cells, "amount"), self._rules, self._currency)
            if amount is None or not self._rules["mark"]:
                return amount
            mark = folded(self._cell(cells, "mark"))
            if mark not in self._marks:
                raise CellError("statement_mark", mark)
            return abs(amount) * self._marks[mark]
        debit = amount_of_cell(self._cell(cells, "debit"), self._rules, self._currency)
        credit = amount_of_cell(self._cell(cells, "credit"), self._rules, self._currency)
        if debit and credit:
            raise CellError("statement_both", self._cell(cells, "debit"))
        return abs(credit) if credit else -abs(debit) if debit else None

    def finished(self) -> Statement:
        """Return the statement, with the balances that its rows tell where no line names them."""
        if self.faults:
            raise _refused(self.faults)
        if not self.found.rows:
            words = text("The file has no line with an amount. Ask the bank for the statement again.")
            raise CampusError("statement_empty", words)
        self._imply_balances()
        return self.found

    def _imply_balances(self) -> None:
        rows = self.found.rows
        if any(row.balance is None for row in rows):
            return
        first, last = (rows[-1], rows[0]) if rows[0].day > rows[-1].day or _is_backwards(rows) else (rows[0], rows[-1])
        if self.found.opening is None:
            self.found.opening = (first.balance or 0) - first.amount
        if self.found.closing is None:
            self.found.closing = last.balance


def _is_backwards(rows: Sequence[StatementRow]) -> bool:
    """Tell whether lines of one day stand with the newest first, by their balances."""
    if len(rows) == 1 or rows[0].day != rows[-1].day:
        return False
    return (rows[0].balance or 0) - rows[0].amount == rows[1].balance


def _sentence(failure: CellError, line: int, rules: Mapping[str, Any], currency: str) -> str:
    value = failure.value
    words = {
        "statement_date": text(
            "Line {line}: “{value}” is no date like {like}. Correct it, or choose another layout.",
            line=line, value=value, like=rules["date_format"],
        ),
        "statement_future": text(
            "Line {line}: {value} lies in the future. Check whether day and month are swapped.", line=line, value=value
        ),
        "statement_formula": text(
            "Line {line}: “{value}” is a formula. Save the file with values only.", line=line, value=value
        ),
        "statement_currency": text(
            "Line {line}: {value} isn't {currency}. Import statements of {currency} accounts only.",
            line=line, value=value, currency=currency,
        ),
        "statement_mark": text(
            "Line {line}: “{value}” marks neither money in nor money out. Add it to the layout.", line=line, value=value
        ),
        "statement_both": text("Line {line}: debit and credit are both filled in. Leave one of them.", line=line),
    }  # fmt: skip
    other = text("Line {line}: “{value}” is no amount. Check the decimal and thousands marks.", line=line, value=value)
    return words.get(failure.code, other)


def _refused(faults: Sequence[Fault]) -> CampusError:
    first, more = faults[0], len(faults) - 1
    words = first.sentence
    if more:
        words += " " + plural("{n} more line has a fault.", "{n} more lines have faults.", more)
    told = [{"line": one.line, "code": one.code, "sentence": one.sentence} for one in faults[:_MOST_FAULTS]]
    return CampusError(first.code, words, {"faults": told, "count": len(faults)})


def fingerprints(rows: Sequence[StatementRow]) -> list[str]:
    """Return by what each row is known: day, amount, words, reference and, where the bank tells it, the balance.

    The same statement imported twice, or two that overlap, have the same ones.
    """
    return [_hash(row.day, row.amount, row.words, row.reference, row.balance) for row in rows]


def _hash(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def totals_fault(statement: Statement, opening: int | None, closing: int | None) -> int | None:
    """Return by how much opening balance and lines miss the closing balance; None where that can't be told.

    `opening` and `closing` are what a person typed; they go before the file's own.
    """
    first = statement.opening if opening is None else opening
    last = statement.closing if closing is None else closing
    return None if first is None or last is None else last - first - statement.total
