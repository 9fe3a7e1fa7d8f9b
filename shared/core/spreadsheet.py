"""Cells that spreadsheets must not run or lose: text that begins like a formula is written so that it stays text."""

import re

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")  # noqa: RUF001 - what programs take for the plain ones
_LINE_ENDS = re.compile(r"\r\n?")
_NO_LETTERS = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 has no place for: a workbook with one of them doesn't open."""


def as_text_cell(value: str) -> str:
    """Return a cell of a CSV file with an apostrophe before what a spreadsheet would take for a formula."""
    clean = value.replace("\0", "")
    return f"'{clean}" if value.startswith(_STARTS) or clean.lstrip(" ").startswith(_STARTS) else clean


def workbook_text(value: str) -> str:
    """Return a text as a cell of a workbook holds it: lines end in one way, tabs stay, and no letter is forbidden."""
    return _NO_LETTERS.sub("", _LINE_ENDS.sub("\n", value))
