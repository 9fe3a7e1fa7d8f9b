"""A gradebook as a file: what the screen shows as a sheet, and the texts of a CSV or XLSX that marks come from."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from desktop.grading.book_model import BookModel
from desktop.shell.table_files import Head, Sheet, Value
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.points import points_text

MOST_BYTES = 5_000_000
_MOST_UNPACKED = 60_000_000
_MOST_ROWS, _MOST_COLUMNS = 5_000, 200
_SEPARATORS = ",;\t"


def book_sheet(model: BookModel) -> Sheet:
    """Return what the screen shows: number, name, every mark as it counts, the grade and its word."""
    works = [Head(f"{one.title} ({points_text(one.points)})", number=True) for one in model.columns]
    heads = (Head(text("Number")), Head(text("Student"), share=2), *works, Head(text("Grade"), number=True), Head(""))
    grade = len(model.columns)
    rows = tuple(
        (
            student.number,
            student.name,
            *(_value(model.words(row, column)) for column in range(grade)),
            _value(model.words(row, grade)),
            model.grade_word(row),
        )
        for row, student in enumerate(model.students)
    )
    return Sheet(text("Gradebook"), str(model.book.cohort.get("name") or ""), heads, rows)


def _value(words: str) -> Value:
    """Figures are numbers in a spreadsheet; words stay words, nothing stays empty."""
    if not words or words == "–":
        return None
    try:
        number = float(words)
    except ValueError:
        return words
    return int(number) if number.is_integer() and "." not in words else number


def read_texts(path: Path) -> list[list[str]]:
    """Return the cells of a CSV or the first sheet of an XLSX as texts.

    Raises CampusError `file_unreadable`, `marks_file_too_large`, `marks_file_damaged`, `marks_file_empty`.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            size = MOST_BYTES // 1_000_000
            raise CampusError("marks_file_too_large", text("The file is larger than {size} MB.", size=size))
        data = path.read_bytes()
    except OSError as problem:
        message = text("{file} can't be read. Is it still there, and closed in other programs?", file=path.name)
        raise CampusError("file_unreadable", message) from problem
    rows = _workbook(data) if data.startswith(b"PK") else _lines(data)
    if not any(any(row) for row in rows):
        raise CampusError("marks_file_empty", text("The file has no rows. Choose another one."))
    return rows


def _lines(data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        try:
            content = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise _damaged()
    first = content.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        return _limited(csv.reader(io.StringIO(content, newline=""), delimiter=separator))
    except csv.Error as problem:
        raise _damaged() from problem


def _workbook(data: bytes) -> list[list[str]]:
    from openpyxl import load_workbook

    try:
        _check_size(data)
        book = load_workbook(io.BytesIO(data), read_only=True)
        try:
            return _limited([_shown(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True))
        finally:
            book.close()
    except CampusError:
        raise
    except Exception as problem:  # whatever a damaged workbook makes its reader raise
        raise _damaged() from problem


def _check_size(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(one.file_size for one in packed.infolist()) > _MOST_UNPACKED:
            raise _damaged()


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".")
    return str(value)


def _limited(rows: Iterable[list[str]]) -> list[list[str]]:
    found: list[list[str]] = []
    for row in rows:
        if len(found) >= _MOST_ROWS:
            raise CampusError("marks_file_too_large", text("The file has more than {n} rows.", n=f"{_MOST_ROWS:,}"))
        found.append([cell.strip() for cell in row[:_MOST_COLUMNS]])
    return found


def _damaged() -> CampusError:
    return CampusError("marks_file_damaged", text("The file can't be read as CSV or XLSX. Save it anew and try again."))
