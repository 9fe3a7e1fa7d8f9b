"""Reads the cells of a bank statement: days and amounts as banks write them, in whole minor units."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from shared.core.currencies import CURRENCIES, minor_digits
from shared.core.money import MOST_MINOR
from shared.finance.statement_layouts import DATE_FORMATS

_EARLIEST = date(2000, 1, 1)
_CODE = re.compile(r"[A-Za-z]{3}")
_EXCEL_TEXT = re.compile(r'="([^"]*)"')
_MINUS = str.maketrans({"−": "-", "–": "-", "\u00a0": " ", "\u202f": " ", "’": "'"})


class CellError(Exception):
    """A cell that says nothing that can be used: `code` and `value`, cut."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(code)
        self.code, self.value = code, value.strip()[:40]


def plain(cell: str) -> str:
    """Return a cell as text: `="00123"`, as spreadsheets write it, is 00123."""
    stripped = " ".join(cell.split())
    found = _EXCEL_TEXT.fullmatch(stripped)
    return found[1] if found else stripped


def day_of_cell(cell: str, written: str, today: str) -> str:
    """Return a day as `2026-11-20`. Raises CellError `statement_formula`, `statement_date`, `statement_future`."""
    value = _checked(cell)
    first = value.split("T")[0] if written == "YYYY-MM-DD" else value
    try:
        found = datetime.strptime(first.split(" ")[0] if " " not in written else first, DATE_FORMATS[written]).date()  # noqa: DTZ007 - a day has no zone
    except ValueError as failure:
        raise CellError("statement_date", value) from failure
    if found < _EARLIEST:
        raise CellError("statement_date", value)
    if found.isoformat() > today:
        raise CellError("statement_future", value)
    return found.isoformat()


def _checked(cell: str) -> str:
    value = plain(cell)
    if value.startswith(("=", "@")):
        raise CellError("statement_formula", value)
    return value


def amount_of_cell(cell: str, rules: Mapping[str, Any], currency: str) -> int | None:
    """Return a signed amount in minor units; None for an empty cell.

    `(12.00)` and `12.00-` are less than nothing. Raises CellError `statement_formula`, `statement_currency`,
    `statement_amount`.
    """
    value = _checked(cell).translate(_MINUS).strip()
    if value in {"", "-"}:
        return None
    sign, digits = _unsigned(_without_code(value, currency), value)
    whole, point, part = digits.partition(str(rules["decimal"]))
    if rules["thousands"]:
        whole = _ungrouped(whole, str(rules["thousands"]), value)
    places = minor_digits(currency)
    kept = part.rstrip("0")
    if not (whole or kept) or not (whole + part).isascii() or not (whole + part).isdigit() or len(kept) > places:
        raise CellError("statement_amount", value)
    if point and not part:
        raise CellError("statement_amount", value)
    minor = int((whole or "0") + kept.ljust(places, "0"))
    if minor > MOST_MINOR:
        raise CellError("statement_amount", value)
    return sign * minor


def _without_code(value: str, currency: str) -> str:
    code = _CODE.match(value) or _CODE.search(value, max(0, len(value) - 3))
    if code is None:
        return value
    if code[0].upper() != currency:
        raise CellError("statement_currency" if code[0].upper() in CURRENCIES else "statement_amount", value)
    return (value[: code.start()] + value[code.end() :]).strip()


def _unsigned(value: str, whole: str) -> tuple[int, str]:
    if value.startswith("(") and value.endswith(")"):
        return -1, value[1:-1].strip()
    if value.endswith("-"):
        return -1, value[:-1].strip()
    if value[:1] in {"-", "+"}:
        return (-1 if value[0] == "-" else 1), value[1:].strip()
    if not value:
        raise CellError("statement_amount", whole)
    return 1, value


def _ungrouped(whole: str, mark: str, value: str) -> str:
    first, *more = whole.split(mark)
    if more and (not 1 <= len(first) <= len("999") or any(len(one) != len("999") for one in more)):
        # Groups of two after the first three are how lakhs are written: 1,20,000.
        lakhs = mark == "," and len(more[-1]) == len("999") and all(len(one) == len("99") for one in more[:-1])
        if not lakhs:
            raise CellError("statement_amount", value)
    return first + "".join(more)
