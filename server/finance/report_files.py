"""Reports and journals as CSV and XLSX: amounts as plain decimals, texts that stay texts, the same bytes each time."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from shared.core.money import decimal_amount
from shared.core.spreadsheet import as_text_cell, workbook_text
from shared.core.text import text
from shared.finance.report_rules import Field, Shape, totals
from shared.finance.report_words import column_words

Cell = str | int | Decimal
_STAMP = (1980, 1, 1, 0, 0, 0)
_MADE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_WHEN = rb"\g<1>1980-01-01T00:00:00Z"
MEDIA = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def cells_of(fields: Sequence[Field], row: Mapping[str, Any]) -> list[Cell]:
    """Return one row as it stands in a file."""
    currency = str(row.get("currency", ""))
    found: list[Cell] = []
    for field in fields:
        value = row.get(field.key)
        if value is None:
            found.append("")
        elif field.shape is Shape.AMOUNT:
            found.append(decimal_amount(int(value), currency))
        else:
            found.append(int(value) if field.shape is Shape.COUNT else str(value))
    return found


def report_file(kind: str, fields: Sequence[Field], by: str, rows: Sequence[Mapping[str, Any]], title: str) -> bytes:
    """Return a report as `csv` or `xlsx`: heads, rows, and one line of totals for each currency."""
    heads = [column_words(field.key, by) for field in fields]
    sums = [{**line, fields[0].key: text("Total")} for line in totals(fields, rows)]
    lines = [cells_of(fields, row) for row in (*rows, *sums)]
    return table_file(kind, title, heads, lines)


def table_file(kind: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as `csv` (UTF-8 with a byte order mark) or `xlsx`."""
    return _xlsx(title, heads, rows) if kind == "xlsx" else _csv(heads, rows)


def _csv(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([as_text_cell(head) for head in heads])
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str:
    if isinstance(cell, str):
        return as_text_cell(cell)
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def _xlsx(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("".join(" " if letter in "[]:*?/\\" else letter for letter in title)[:31] or "Sheet")
    sheet.freeze_panes = "A2"

    def cell(value: Cell) -> Any:
        shown: Any = workbook_text(value) if isinstance(value, str) else value
        made = WriteOnlyCell(sheet, value=shown)
        if isinstance(value, str):
            made.data_type = "s"  # a text that begins like a formula is a text
            made.number_format = "@"
        elif isinstance(value, Decimal):
            digits = -int(value.as_tuple().exponent)
            made.number_format = "#,##0" + ("." + "0" * digits if digits > 0 else "")
        return made

    sheet.append([cell(head) for head in heads])
    for row in rows:
        sheet.append([cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _timeless(book: bytes) -> bytes:
    """Return a workbook without the time at which it was made: the same content is the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in made.namelist():
            content = made.read(name)
            if name == "docProps/core.xml":
                content = _MADE.sub(_WHEN, content)
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            kept.writestr(entry, content)
    return out.getvalue()
