"""The way in: tells by its content what kind of file a roster is, previews it, and opens it for reading."""

import mmap
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from server.learning.roster.archive import RosterArchive
from server.learning.roster.delimited import open_delimited
from server.learning.roster.encoding import find_encoding, shown_encoding
from server.learning.roster.findings import RosterNote
from server.learning.roster.guess import ColumnGuess, find_header, guess_columns, propose_mapping
from server.learning.roster.limits import MIB, ReadLimits
from server.learning.roster.mapped import MappedInput
from server.learning.roster.mapping import RosterMapping
from server.learning.roster.oneroster import OneRosterInput
from server.learning.roster.plan_input import RosterPlanInput
from server.learning.roster.records import FileMode, RosterFormat
from server.learning.roster.rows import Row, Table
from server.learning.roster.sentences import unreadable
from server.learning.roster.workbook import RosterWorkbook
from shared.core.errors import CampusError

SAMPLE_ROWS = 200
SHOWN_ROWS = 20
HEAD_BYTES = 4_096
BLANK = b" \t\r\n\xef\xbb\xbf\xff\xfe\0"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OTHER_KINDS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"{\\rtf",
    b"SQLite format",
)
PROTECTED_STREAM = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class RosterPreview:
    """What a file seems to be, before anything is read in earnest.

    For a OneRoster zip `files` gives the mode of each file and the rest is empty. For CSV and XLSX `rows` are the
    first rows below the header as texts, `columns` the guesses, and `mapping` what they make together.
    """

    label: str
    format: RosterFormat
    files: dict[str, FileMode]
    notes: tuple[RosterNote, ...] = ()
    encoding: str | None = None
    separator: str | None = None
    sheets: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    columns: tuple[ColumnGuess, ...] = ()
    mapping: RosterMapping | None = None


def inspect_roster(
    path: Path,
    *,
    label: str | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    limits: ReadLimits | None = None,
) -> RosterPreview:
    """Return a preview of the file at `path`, called `label` to the person (default: its name).

    `encoding` and `separator` are found in the file where a person doesn't say them.

    Raises CampusError (`roster_...`) when the file can't be read at all.
    """
    limits, label = limits or ReadLimits(), label or path.name
    found = kind_of_file(path, label, limits)
    if found is RosterFormat.XLSX:
        with RosterWorkbook(path, label, limits) as book:
            preview = _preview(book.table(sheet), RosterFormat.XLSX, label, sheet)
            return replace(preview, sheets=tuple(book.sheets))
    if found is RosterFormat.CSV:
        table = open_delimited(label, lambda: path.open("rb"), limits, encoding=encoding, separator=separator)
        preview = _preview(table, RosterFormat.CSV, label, None)
        return replace(preview, encoding=shown_encoding(table.encoding), separator=table.separator)
    with OneRosterInput(path, label, limits) as roster:
        files = {file.name: file.mode for file in roster.files.values()}
        return RosterPreview(label, roster.format, files, tuple(roster.findings.notes))


def open_roster(
    path: Path, *, label: str | None = None, mapping: RosterMapping | None = None, limits: ReadLimits | None = None
) -> RosterPlanInput:
    """Return the roster at `path`, ready to be read; CSV or XLSX without a `mapping` is read by the proposed one.

    Raises CampusError (`roster_...`) when nothing of the file can be read.
    """
    limits, label = limits or ReadLimits(), label or path.name
    found = kind_of_file(path, label, limits)
    if found is RosterFormat.XLSX:
        book = RosterWorkbook(path, label, limits)
        try:
            table = book.table(mapping.sheet if mapping else None)
            roster = MappedInput(label, found, table, mapping or _proposed(table), limits)
        except BaseException:
            book.close()
            raise
        roster.close_later(book.close)
        if mapping is None and len(book.sheets) > 1:
            roster.findings.note("sheets_left_out", label, about=book.sheets[0])
        return roster
    if found is RosterFormat.CSV:
        given = (mapping.encoding, mapping.separator) if mapping else (None, None)
        text_table = open_delimited(label, lambda: path.open("rb"), limits, encoding=given[0], separator=given[1])
        return MappedInput(label, found, text_table, mapping or _proposed(text_table), limits)
    return OneRosterInput(path, label, limits)


def kind_of_file(path: Path, label: str, limits: ReadLimits) -> RosterFormat:
    """Return what kind of file it is by its content; ONEROSTER_1_1 stands for any zip that is no workbook.

    Raises CampusError for what is empty, missing, too large, or of a kind that isn't read.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
            protected = head.startswith(OLE) and _holds(stream.fileno(), PROTECTED_STREAM)
    except FileNotFoundError as reason:
        raise unreadable("roster_file_not_found", file=label) from reason
    except OSError as reason:
        raise unreadable("roster_file_not_readable", file=label) from reason
    if size > limits.max_file_bytes:
        raise unreadable("roster_file_too_large", file=label, limit_mib=limits.max_file_bytes // MIB)
    if not head.strip(BLANK):
        raise unreadable("roster_file_empty", file=label)
    if head.startswith(OLE):
        raise unreadable("roster_workbook_protected" if protected else "roster_workbook_old", file=label)
    if head.startswith(ZIP):
        return _kind_of_zip(path, label, limits)
    if path.suffix.lower() == ".zip":
        raise unreadable("roster_zip_damaged", file=label)
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        raise unreadable("roster_workbook_damaged", file=label)
    if head.startswith(OTHER_KINDS) or _is_binary(head):
        raise unreadable("roster_not_recognised", file=label)
    return RosterFormat.CSV


def _kind_of_zip(path: Path, label: str, limits: ReadLimits) -> RosterFormat:
    try:
        with RosterArchive(path, label, limits) as archive:
            names = set(archive.names)
    except CampusError as error:
        if error.code == "roster_zip_damaged" and path.suffix.lower() in {".xlsx", ".xlsm"}:
            raise unreadable("roster_workbook_damaged", file=label) from error
        raise
    if "xl/workbook.xml" in names:
        return RosterFormat.XLSX
    if "xl/workbook.bin" in names or "mimetype" in names or "Index/Document.iwa" in names:
        raise unreadable("roster_workbook_other", file=label)
    if "[Content_Types].xml" in names or path.suffix.lower() in {".xlsx", ".xlsm"}:
        raise unreadable("roster_workbook_damaged", file=label)
    return RosterFormat.ONEROSTER_1_1


def _is_binary(head: bytes) -> bool:
    """Tell whether the first bytes are no text in any encoding: many control characters that no table has."""
    if find_encoding([head]).startswith(("utf-16", "utf-32", "utf-8-sig")):
        return False
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1a" for byte in head)
    return controls > len(head) // 50


def _holds(descriptor: int, wanted: bytes) -> bool:
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as content:
        return content.find(wanted) >= 0


def _sample(table: Table) -> list[Row]:
    return [row for row in islice(table.rows(), SAMPLE_ROWS) if isinstance(row, Row)]


def _proposed(table: Table) -> RosterMapping:
    mapping = _preview(table, RosterFormat.CSV, table.label, None).mapping
    if mapping is None:
        raise unreadable("roster_file_empty", file=table.label)
    return mapping


def _preview(table: Table, roster_format: RosterFormat, label: str, sheet: str | None) -> RosterPreview:
    rows = _sample(table)
    if not rows:
        raise unreadable("roster_file_empty", file=label)
    header = find_header(rows)
    below = [row for row in rows if header is None or row.line > header.line]
    cells = header.cells if header else [""] * max(len(row.cells) for row in rows)
    guesses = guess_columns(cells, below)
    mapping = propose_mapping(guesses, below, header.line if header else 0)
    shown = tuple(tuple(cell if isinstance(cell, str) else cell.shown for cell in row.cells) for row in below)
    return RosterPreview(
        *(label, roster_format, {}),
        rows=shown[:SHOWN_ROWS],
        columns=tuple(guesses),
        mapping=mapping.model_copy(update={"sheet": sheet}) if sheet else mapping,
    )
