"""Reads the CSV file of a time clock: who was seen when, whatever it calls its columns and however it writes times."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from enum import StrEnum

from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.rules import fold

MOST_ROWS = 200_000
MOST_BYTES = 20_000_000
_SEPARATORS = (",", ";", "\t", "|")
_SAMPLE = 20


class ClockColumn(StrEnum):
    """What a column of the file can hold."""

    NUMBER = "number"
    STAMP = "stamp"
    """Date and time in one cell."""
    DATE = "date"
    TIME = "time"


class DateOrder(StrEnum):
    """What 03/04/2026 means."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


# What clocks sold in shops write over their columns; compared without case, blanks and points.
_NAMES: Mapping[str, ClockColumn] = {
    **dict.fromkeys(
        (
            *("number", "studentnumber", "studentid", "studentno", "id", "idno", "idnumber", "userid", "usercode"),
            *("card", "cardno", "cardnumber", "badge", "badgeno", "badgenumber", "acno", "enno", "employeeid"),
            *("employeeno", "employeenumber", "personid", "pin", "no", "personnelid", "staffnumber"),
        ),
        ClockColumn.NUMBER,
    ),
    **dict.fromkeys(
        (
            *("datetime", "dateandtime", "timestamp", "punchtime", "checktime", "clocktime", "logtime", "eventtime"),
            *("recordtime", "attendancetime", "datetimestamp", "scantime"),
        ),
        ClockColumn.STAMP,
    ),
    **dict.fromkeys(("date", "day", "punchdate", "logdate", "attendancedate", "eventdate"), ClockColumn.DATE),
    **dict.fromkeys(("time", "hour", "clockin", "timein", "in", "checkin", "punch"), ClockColumn.TIME),
}
_DATE = re.compile(r"^(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})$")
_TIME = re.compile(r"^(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?\s*([ap])?\.?\s?(?:m\.?)?$", re.IGNORECASE)
_STAMP = re.compile(r"^(\S+?(?: \d{1,2} \d{2,4})?)(?:[T ,]+)(\d{1,2}[:.h].+)$")
_KEPT_AS_TEXT = re.compile(r'^="([^"=]*)"$')
_LOST_DIGITS = re.compile(r"^\d+(?:[.,]\d+)?[eE]\+?\d+$")
_FORMULA = re.compile(r"^[=@]|^[+-](?!\d)")


@dataclass(frozen=True)
class Punch:
    """Someone was seen: the line of the file (the first is 1), the number as it is written, and when."""

    line: int
    number: str
    at: datetime


@dataclass(frozen=True)
class RowFault:
    """A row that says nothing usable: its line, a stable code and the sentence for the person."""

    line: int
    code: str
    sentence: str


@dataclass
class ClockFile:
    """What a file holds. `repeated` counts rows that say the same again; `unsure` that dates could mean two days."""

    columns: Mapping[ClockColumn, str]
    punches: list[Punch] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    rows: int = 0
    repeated: int = 0
    order: DateOrder = DateOrder.DAY_FIRST
    unsure: bool = False


@dataclass(frozen=True)
class ClockOptions:
    """How to take the file: the zone of its times, and what a person says about it.

    `day` is the day of times without a date, `order` what 03/04 means; None finds it in the file. `columns` names
    columns by their heads.
    """

    zone: tzinfo
    day: date | None = None
    order: DateOrder | None = None
    columns: Mapping[ClockColumn, str] = field(default_factory=dict)


def read_clock(data: bytes, options: ClockOptions) -> ClockFile:
    """Return the punches of a file, and what is wrong with its other rows.

    Raises CampusError `clock_file_empty`, `clock_file_unreadable`, `clock_file_too_large` or `clock_columns_unknown`.
    """
    if len(data) > MOST_BYTES:
        raise CampusError(
            "clock_file_too_large",
            text("The file is larger than {size} MB. Ask the clock for fewer days.", size=MOST_BYTES // 1_000_000),
        )
    rows = _rows(_decoded(data))
    heads = next(rows, None)
    if heads is None:
        raise CampusError("clock_file_empty", text("The file is empty. Ask the clock for its records again."))
    found = _columns(heads[1], options)
    read = ClockFile({name: heads[1][at].strip() for name, at in found.items()})
    kept = [(line, {name: _cell(cells, at) for name, at in found.items()}) for line, cells in _limited(rows)]
    read.rows = len(kept)
    read.order, read.unsure = _order((_written_date(named) for _, named in kept), options.order)
    seen: set[tuple[str, datetime]] = set()
    for line, named in kept:
        told = _punch(line, named, read.order, options)
        if isinstance(told, RowFault):
            read.faults.append(told)
        elif (key := (fold(told.number), told.at.replace(second=0))) in seen:
            read.repeated += 1
        else:
            seen.add(key)
            read.punches.append(told)
    return read


# ---------------------------------------------------------------------------------------------------------- the table


def _decoded(data: bytes) -> str:
    """Read text by its mark, else as UTF-8, else as Windows wrote it in Western Europe."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if b"\0" in data:
        raise CampusError(
            "clock_file_unreadable",
            text("This isn't a CSV file. Ask the clock for its records as CSV, or save the sheet as CSV."),
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _rows(content: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of rows that hold anything."""
    lines = content.splitlines()
    separator = max(_SEPARATORS, key=lambda one: _evenness(lines[:_SAMPLE], one))
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator, skipinitialspace=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as reason:
            raise CampusError(
                "clock_file_unreadable",
                text("Line {line} of the file can't be read as CSV.", line=reader.line_num),
            ) from reason
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _limited(rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise CampusError(
                "clock_file_too_large",
                text("The file has more than {count} rows. Ask the clock for fewer days.", count=f"{MOST_ROWS:,}"),
            )
        yield row


def _evenness(lines: Sequence[str], separator: str) -> tuple[int, int]:
    """Tell how many lines share the commonest number of separators above none, and that number."""
    counts = [line.count(separator) for line in lines if line.strip()]
    above = [count for count in counts if count]
    if not above:
        return (0, 0)
    commonest = max(set(above), key=lambda one: (above.count(one), one))
    return (above.count(commonest), commonest)


def _columns(heads: Sequence[str], options: ClockOptions) -> dict[ClockColumn, int]:
    """Find the columns by what a person said, else by their names. Raises CampusError `clock_columns_unknown`."""
    written = [head.strip() for head in heads]
    found: dict[ClockColumn, int] = {}
    for name, head in options.columns.items():
        if head in written:
            found[name] = written.index(head)
    for at, head in enumerate(written):
        known = _NAMES.get(re.sub(r"[^a-z]", "", head.lower()))
        if known is not None and at not in found.values():
            found.setdefault(known, at)
    missing = _missing(found)
    if missing:
        raise CampusError(
            "clock_columns_unknown",
            text(
                "The file has no column for {what}. It has: {heads}. Say which column holds what.",
                what=missing,
                heads=", ".join(head for head in written if head) or "-",
            ),
            {"heads": written},
        )
    return found


def _missing(found: Mapping[ClockColumn, int]) -> str:
    if ClockColumn.NUMBER not in found:
        return text("the student number")
    if ClockColumn.STAMP not in found and ClockColumn.TIME not in found:
        return text("the time")
    return ""


def _cell(cells: Sequence[str], at: int) -> str:
    cell = cells[at].strip() if at < len(cells) else ""
    kept = _KEPT_AS_TEXT.match(cell)
    return kept.group(1).strip() if kept else cell


# -------------------------------------------------------------------------------------------------------------- a row


def _written_date(cells: Mapping[ClockColumn, str]) -> str:
    """Return the date as it is written, from a column of its own or the front of the stamp; "" without one."""
    if cells.get(ClockColumn.STAMP):
        return (_split(cells[ClockColumn.STAMP]) or ("", ""))[0]
    return cells.get(ClockColumn.DATE, "")


def _split(stamp: str) -> tuple[str, str] | None:
    """Cut a stamp into date and time; a time alone has no date."""
    if _TIME.match(stamp):
        return "", stamp
    parts = _STAMP.match(stamp)
    return (parts.group(1), parts.group(2)) if parts else None


def _order(written: Iterable[str], said: DateOrder | None) -> tuple[DateOrder, bool]:
    """Return what dates mean, and whether that was guessed: a day above 12 anywhere tells."""
    if said is not None:
        return said, False
    short = False
    for one in written:
        parts = _DATE.match(one)
        if parts is None or len(parts.group(1)) == 4:
            continue
        short = True
        if int(parts.group(1)) > 12:
            return DateOrder.DAY_FIRST, False
        if int(parts.group(2)) > 12:
            return DateOrder.MONTH_FIRST, False
    return DateOrder.DAY_FIRST, short


def _punch(line: int, cells: Mapping[ClockColumn, str], order: DateOrder, options: ClockOptions) -> Punch | RowFault:
    number = cells[ClockColumn.NUMBER]
    if not number:
        return RowFault(line, "clock_number_missing", text("Line {line} has no number.", line=line))
    if _FORMULA.match(number):
        return RowFault(line, "clock_formula", text("Line {line} has a formula where the number belongs.", line=line))
    if _LOST_DIGITS.match(number):
        return RowFault(
            line,
            "clock_digits_lost",
            text("Line {line}: a spreadsheet shortened the number to {cell}.", line=line, cell=number),
        )
    if ClockColumn.STAMP in cells:
        parts = _split(cells[ClockColumn.STAMP])
    else:
        parts = cells.get(ClockColumn.DATE, ""), cells.get(ClockColumn.TIME, "")
    moment = _time(parts[1]) if parts else None
    if parts is None or moment is None:
        shown = cells.get(ClockColumn.STAMP) or cells.get(ClockColumn.TIME, "")
        return RowFault(
            line, "clock_time_invalid", text("Line {line}: {cell} isn't a time.", line=line, cell=shown or "–")
        )
    day = _day(parts[0], order) if parts[0] else options.day
    if day is None and parts[0]:
        return RowFault(line, "clock_date_invalid", text("Line {line}: {cell} isn't a date.", line=line, cell=parts[0]))
    if day is None:
        return RowFault(
            line, "clock_date_missing", text("Line {line} has a time without a date. Choose the day.", line=line)
        )
    return Punch(line, number, datetime.combine(day, moment, options.zone))


def _time(cell: str) -> time | None:
    """Read 08:31, 8.31, 08:31:05, 8:31 PM and their like; 12 AM is midnight."""
    parts = _TIME.match(cell.strip())
    if parts is None:
        return None
    hour, minute, second = int(parts.group(1)), int(parts.group(2)), int(parts.group(3) or 0)
    if half := parts.group(4):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _day(cell: str, order: DateOrder) -> date | None:
    """Read 2026-11-20, 20/11/2026, 11/20/26 and their like."""
    parts = _DATE.match(cell.strip())
    if parts is None:
        return None
    first, second, third = (int(part) for part in parts.groups())
    if len(parts.group(1)) == 4:
        year, month, day = first, second, third
    else:
        year = third if third > 99 else 2000 + third
        day, month = (first, second) if order is DateOrder.DAY_FIRST else (second, first)
    try:
        return date(year, month, day)
    except ValueError:
        return None
