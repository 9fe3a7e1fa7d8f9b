"""Reads the sheets of an XLSX workbook as the texts that its cells show, without calculating anything."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from server.learning.roster.archive import RosterArchive
from server.learning.roster.limits import ReadLimits
from server.learning.roster.number_formats import number_text
from server.learning.roster.rows import BadRow, Cell, CellTrouble, Row, clean, kept_text
from server.learning.roster.sentences import unreadable
from shared.core.errors import CampusError

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

DAMAGE = (BadZipFile, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError)
LAST_LINE = 1_048_576
# What openpyxl calls the type of a cell that holds no plain value.
CELL_TROUBLES = {"f": "formula_in_cell", "e": "cell_with_error"}
MIDNIGHT = dt.time()


class RosterWorkbook:
    """An opened workbook; `sheets` are its visible sheets. Close it, or use it in a `with`.

    Raises CampusError `roster_workbook_damaged`, `roster_zip_too_large` and the like.
    """

    def __init__(self, path: Path, label: str, limits: ReadLimits) -> None:
        from openpyxl import load_workbook

        self.label = label
        self._limits = limits
        try:
            with RosterArchive(path, label, limits) as archive:
                for name in archive.names:
                    archive.verify(name, is_xml=name.lower().endswith((".xml", ".rels", ".vml")))
        except CampusError as error:
            if error.code == "roster_zip_damaged":
                raise unreadable("roster_workbook_damaged", file=label) from error
            raise
        # As a stream: of a path openpyxl asks that it end in .xlsx, and an upload's does not.
        self._stream = path.open("rb")
        try:
            self._book: Workbook = load_workbook(self._stream, read_only=True, data_only=False, keep_links=False)
        except DAMAGE as reason:
            self._stream.close()
            raise unreadable("roster_workbook_damaged", file=label) from reason

    @property
    def sheets(self) -> list[str]:
        """The names of the visible sheets that hold cells, in the workbook's order."""
        return [sheet.title for sheet in self._book.worksheets if sheet.sheet_state == "visible"]

    def table(self, sheet: str | None = None) -> "SheetTable":
        """Return one sheet, the first visible one by default. Raises CampusError `roster_sheet_unknown`."""
        names = self.sheets
        chosen = sheet if sheet is not None else next(iter(names), "")
        if chosen not in names:
            raise unreadable("roster_sheet_unknown", file=self.label, sheet=chosen, choices=", ".join(names))
        label = self.label if len(names) == 1 else f"{self.label}, {chosen}"
        return SheetTable(label, self._book[chosen], self._limits)

    def close(self) -> None:
        """Give the file back."""
        self._book.close()
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class SheetTable:
    """One sheet as rows of texts."""

    label: str
    sheet: Any
    limits: ReadLimits

    def rows(self, after_line: int = 0, width: int | None = None) -> Iterator[Row | BadRow]:
        """Return the rows below `after_line` that are not empty, each filled up or cut to `width`.

        Raises CampusError `roster_too_many_rows`; a sheet that breaks off ends in a `BadRow`.
        """
        self.sheet.reset_dimensions()  # programs write wrong ones, and wide ones cost memory
        lines = self.sheet.iter_rows(min_row=1, max_row=LAST_LINE, max_col=self.limits.max_columns)
        line = count = 0
        while True:
            try:
                cells = next(lines, None)
                texts = None if cells is None else [_cell_text(cell) for cell in cells]
            except DAMAGE:
                yield BadRow(line + 1, "table_unreadable")
                return
            line += 1
            if texts is None or line > LAST_LINE:
                return
            while texts and not texts[-1]:
                texts.pop()
            if not texts or line <= after_line:
                continue
            count += 1
            if count > self.limits.max_rows:
                raise unreadable("roster_too_many_rows", file=self.label, limit=self.limits.max_rows)
            yield Row(line, texts if width is None else _fit(texts, width))


def _fit(cells: list[Cell], width: int) -> list[Cell]:
    # Cells beyond the header are remarks beside the table; a sheet, unlike a CSV line, cannot slip sideways.
    return cells[:width] + [""] * (width - len(cells))


def _cell_text(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        trouble = CELL_TROUBLES.get(cell.data_type)
        return CellTrouble(trouble, value) if trouble and kept_text(value) is None else clean(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == MIDNIGHT else value.isoformat(" ", "minutes")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    # A duration, or the object that an array formula is given as.
    return str(value) if isinstance(value, dt.timedelta) else CellTrouble("formula_in_cell", _formula(value))


def _formula(value: Any) -> str:
    return str(getattr(value, "text", None) or "=")


def _number(value: float, number_format: str) -> Cell:
    try:
        return number_text(value, number_format)
    except (ValueError, OverflowError, ArithmeticError):
        return CellTrouble("number_changed_by_spreadsheet", f"{value:.0f}" if abs(value) < 1e30 else str(value))
