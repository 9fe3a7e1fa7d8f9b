"""Tables as files: CSV and XLSX with the rows, the order and the words of the screen, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from desktop.core.disk import not_written
from shared.core.spreadsheet import as_text_cell, workbook_text
from shared.core.text import text

Value = str | int | float | Decimal | None
_BLOCK = 500
Step = Callable[[int, int], object]


@dataclass(frozen=True)
class Head:
    """One column of a sheet; `share` is how wide it is on paper compared with the others."""

    title: str
    number: bool = False
    share: float = 1.0


@dataclass(frozen=True)
class Sheet:
    """What is on the screen: title, a line that says what it is about, heads and rows in the order shown."""

    title: str
    about: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def name(self) -> str:
        """A name for a file, without what file systems refuse."""
        kept = "".join(letter if letter.isalnum() or letter in " -" else " " for letter in f"{self.title} {self.about}")
        return " ".join(kept.split())[:120]


def guarded(value: Value) -> Value:
    """Return a value that no spreadsheet takes for a formula: a text that begins like one gets an apostrophe."""
    return as_text_cell(value) if isinstance(value, str) else value


def write_csv(sheet: Sheet, path: Path, step: Step = lambda _done, _total: None) -> None:
    """Write CSV with a byte order mark, so that spreadsheets read every script. Raises CampusError `file_not_written`.

    Numbers of students are quoted texts with their leading zeros.
    """

    def write(part: Path) -> None:
        with part.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
            writer.writerow([guarded(head.title) for head in sheet.heads])
            for at, row in enumerate(sheet.rows):
                if at % _BLOCK == 0:
                    step(at, len(sheet.rows))
                writer.writerow(["" if value is None else guarded(value) for value in row])

    _written(path, write)


def write_xlsx(sheet: Sheet, path: Path, step: Step = lambda _done, _total: None) -> None:
    """Write a workbook of one sheet; texts stay texts, whatever they begin with. Raises CampusError."""

    def write(part: Path) -> None:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font

        book = Workbook(write_only=True)
        page = book.create_sheet(title=_sheet_name(sheet.title))
        page.freeze_panes = "A2"

        def cell(value: Value, *, bold: bool = False) -> Any:
            shown: Any = workbook_text(value) if isinstance(value, str) else value
            made = WriteOnlyCell(page, value=shown)
            if isinstance(value, str):
                made.data_type = "s"  # a text that begins like a formula is a text
                made.number_format = "@"
            if bold:
                made.font = Font(bold=True)
            return made

        page.append([cell(head.title, bold=True) for head in sheet.heads])
        try:
            for at, row in enumerate(sheet.rows):
                if at % _BLOCK == 0:
                    step(at, len(sheet.rows))
                page.append([cell(value) for value in row])
        finally:
            page.close()  # it writes to a file of its own, which would stay open when it is stopped or can't be saved
        book.save(part)

    _written(path, write)


def _sheet_name(title: str) -> str:
    return "".join(" " if letter in "[]:*?/\\" else letter for letter in title)[:31] or "Sheet"


def _written(path: Path, write: Callable[[Path], object]) -> None:
    """Write beside the file and put it in its place whole; a stopped or failed one leaves nothing behind."""
    part = path.with_name(f".{path.name}.part")
    try:
        write(part)
        part.replace(path)
    except OSError as problem:
        raise not_written(path) from problem
    finally:
        part.unlink(missing_ok=True)


def write_bytes(content: bytes, path: Path) -> None:
    """Write a finished document. Raises CampusError `file_not_written`."""
    _written(path, lambda part: part.write_bytes(content))


def minutes_words(minutes: int) -> str:
    """Return `12 h 05 min`."""
    return text("{hours} h {minutes} min", hours=f"{minutes // 60:,}", minutes=f"{minutes % 60:02}")
