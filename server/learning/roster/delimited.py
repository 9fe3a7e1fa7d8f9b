"""Reads CSV and its relatives row by row, so that one broken line costs one line and memory stays flat."""

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from server.learning.roster.encoding import decoding_errors, find_encoding
from server.learning.roster.limits import ReadLimits
from server.learning.roster.rows import BadRow, Row, clean
from server.learning.roster.sentences import unreadable

SEPARATORS = (",", ";", "\t", "|")
SAMPLE_ROWS = 60
CHUNK = 1024 * 1024
UNFINISHED = "unexpected end of data"
DAMAGED = re.compile("[\0\udc80-\udcff\ufffd]")


def is_damaged(line: str) -> bool:
    """Tell whether decoding met bytes that mean nothing: lone surrogates, replacement characters, NULs."""
    return "\0" in line if line.isascii() else DAMAGED.search(line) is not None


class RecordReader:
    """Splits a text stream into rows of cells.

    Quoted cells may span lines. Once `width` is known, a quoted cell that swallows whole rows is told from one that
    was never closed: then only the line where it opens is lost, as a `BadRow`.
    """

    def __init__(self, stream: IO[str], separator: str, limits: ReadLimits, width: int | None = None) -> None:
        self._stream = stream
        self._separator = separator
        self._limits = limits
        self.width = width
        self._line = 0
        self._waiting: deque[tuple[int, str]] = deque()

    def __iter__(self) -> Iterator[Row | BadRow]:
        limit = self._limits.max_line_chars
        while (item := self._next_line()) is not None:
            number, line = item
            if not line or line.isspace():
                continue
            if len(line) > limit:
                yield BadRow(number, "line_too_long")
            elif is_damaged(line):
                yield BadRow(number, "unreadable_character")
            elif '"' not in line:
                plain = line.isascii() and (self._separator == "\t" or "\t" not in line)
                cells = line.split(self._separator)
                yield Row(number, [cell.strip() for cell in cells] if plain else [clean(cell) for cell in cells])
            else:
                yield self._quoted(number, line)

    def _next_line(self) -> tuple[int, str] | None:
        if self._waiting:
            return self._waiting.popleft()
        limit = self._limits.max_line_chars
        line = self._stream.readline(limit + 1)
        if not line:
            return None
        self._line += 1
        if len(line) > limit and not line.endswith("\n"):
            while (more := self._stream.readline(limit)) and not more.endswith("\n"):
                pass
        return self._line, line.rstrip("\n") if len(line) <= limit else line

    def _quoted(self, number: int, line: str) -> Row | BadRow:
        lines = [line + "\n"]
        cells = self._parse(lines)
        while cells is None and len(lines) < self._limits.max_quoted_lines:
            following = self._next_line()
            if following is None:
                break
            lines.append(following[1] + "\n")
            if '"' in following[1]:
                cells = self._parse(lines)
        joined = len(lines) > 1
        if not cells or (joined and self.width is not None and len(cells) != self.width):
            for offset in range(len(lines) - 1, 0, -1):
                self._waiting.appendleft((number + offset, lines[offset].rstrip("\n")))
            return BadRow(number, "broken_quotes")
        return Row(number, [clean(cell) for cell in cells])

    def _parse(self, lines: list[str]) -> list[str] | None:
        """Return the cells, None while a quoted cell is still open, and an empty list when the quotes are wrong."""
        reader = csv.reader(lines, delimiter=self._separator, strict=True, skipinitialspace=True)
        try:
            cells = next(reader)
            return cells if next(reader, None) is None else []
        except csv.Error as reason:
            return None if str(reason) == UNFINISHED else []


@dataclass(frozen=True, slots=True)
class DelimitedTable:
    """A CSV file, in a zip or on its own, with the encoding and separator that were found in it."""

    label: str
    open_bytes: Callable[[], IO[bytes]]
    encoding: str
    separator: str
    limits: ReadLimits

    def rows(self, after_line: int = 0, width: int | None = None) -> Iterator[Row | BadRow]:
        """Return the rows below `after_line`; given a `width`, rows of another number of cells are `BadRow`s.

        Raises CampusError `roster_too_many_rows`.
        """
        with self._text() as stream:
            reader = RecordReader(stream, self.separator, self.limits, None if after_line else width)
            for count, row in enumerate(reader):
                if count > self.limits.max_rows:
                    raise unreadable("roster_too_many_rows", file=self.label, limit=self.limits.max_rows)
                if row.line <= after_line:
                    reader.width = width
                elif isinstance(row, Row) and width is not None:
                    fitted = _fit(row, width)
                    if fitted is not None:
                        yield fitted
                else:
                    yield row

    def _text(self) -> IO[str]:
        errors = decoding_errors(self.encoding)
        stream = io.TextIOWrapper(self.open_bytes(), encoding=self.encoding, errors=errors)
        first = stream.readline(16)
        if first.strip().lower() == f"sep={self.separator}":
            # A hint that Excel writes for itself; it counts as a line, so it is read as an empty one.
            return _WithEmptyFirstLine(stream)
        stream.seek(0)
        return stream


class _WithEmptyFirstLine(io.StringIO):
    """A stream whose first line, read already, is given back empty so that line numbers stay true."""

    def __init__(self, rest: IO[str]) -> None:
        super().__init__()
        self._rest = rest
        self._first = True

    def readline(self, size: int | None = -1) -> str:  # type: ignore[override]  # the csv module gives no size
        if self._first:
            self._first = False
            return "\n"
        return self._rest.readline(-1 if size is None else size)

    def close(self) -> None:
        self._rest.close()
        super().close()


def _fit(row: Row, width: int) -> Row | BadRow | None:
    """Return the row if its cells match the header; None for a row of nothing but separators."""
    found = len(row.cells)
    if not any(row.cells):
        return None
    if found == width:
        return row
    if found > width:
        if any(row.cells[width:]):
            return BadRow(row.line, "too_many_cells", {"found": found, "expected": width})
        return Row(row.line, row.cells[:width])
    return BadRow(row.line, "too_few_cells", {"found": found, "expected": width})


def open_delimited(
    label: str,
    open_bytes: Callable[[], IO[bytes]],
    limits: ReadLimits,
    *,
    encoding: str | None = None,
    separator: str | None = None,
) -> DelimitedTable:
    """Return the table with encoding and separator found in its bytes, unless they are given."""
    if encoding is None:
        with open_bytes() as stream:
            encoding = find_encoding(iter(lambda: stream.read(CHUNK), b""))
    if separator is None:
        with open_bytes() as stream:
            lines = io.TextIOWrapper(stream, encoding=encoding, errors=decoding_errors(encoding))
            sample = [lines.readline(limits.max_line_chars) for _ in range(SAMPLE_ROWS)]
        separator = find_separator([line for line in sample if line])
    return DelimitedTable(label, open_bytes, encoding, separator, limits)


def find_separator(lines: list[str]) -> str:
    """Return the separator that cuts the sample lines into the most even rows of more than one cell; else a comma."""
    if lines and lines[0].lower().startswith("sep=") and lines[0][4:5] in SEPARATORS:
        return lines[0][4]
    scores = {separator: _evenness(lines, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: scores[separator])
    return best if scores[best] > (0, 0) else ","


def _evenness(lines: Iterable[str], separator: str) -> tuple[int, int]:
    """Return how many rows share the commonest width above one, and that width."""
    reader = RecordReader(io.StringIO("".join(lines)), separator, ReadLimits())
    widths: dict[int, int] = {}
    for row in reader:
        if isinstance(row, Row) and len(row.cells) > 1:
            widths[len(row.cells)] = widths.get(len(row.cells), 0) + 1
    if not widths:
        return (0, 0)
    width = max(widths, key=lambda found: (widths[found], found))
    return (widths[width], width)
