"""Finds the files of a OneRoster zip, reads its manifest, and opens each table with its header understood."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from server.learning.roster.archive import RosterArchive
from server.learning.roster.delimited import DelimitedTable, open_delimited
from server.learning.roster.encoding import shown_encoding
from server.learning.roster.findings import Findings
from server.learning.roster.limits import ReadLimits
from server.learning.roster.oneroster_tables import MANIFEST, TABLES_1_1, TABLES_1_2, UNMISSED, TableSpec
from server.learning.roster.plan_input import RosterFile
from server.learning.roster.records import FileMode, RosterFormat
from server.learning.roster.row_check import RowCheck
from server.learning.roster.rows import BadRow, CellTrouble, Row
from server.learning.roster.sentences import unreadable

PLAIN_ENCODINGS = ("utf-8", "utf-8-sig")
KNOWN_FILES = {spec.file.lower(): spec.file for spec in (MANIFEST, *TABLES_1_1, *TABLES_1_2)}
# Files of the format about resources and results, which belong to later areas.
UNUSED_FILES = frozenset(
    f"{name}.csv".lower()
    for name in (
        *("categories", "classResources", "courseResources", "lineItems", "resources", "results"),
        *("lineItemLearningObjectiveIds", "lineItemScoreScales", "resultLearningObjectiveIds"),
        *("resultScoreScales", "scoreScales", "userResources"),
    )
)
VERSIONS = {"1.1": RosterFormat.ONEROSTER_1_1, "1.2": RosterFormat.ONEROSTER_1_2}


class OneRosterTable:
    """One file of the zip with its header matched to the format's columns."""

    def __init__(self, spec: TableSpec, table: DelimitedTable, mode: FileMode, findings: Findings) -> None:
        self.spec = spec
        self.file = RosterFile(spec.file, mode)
        self.columns: dict[str, int] = {}
        self._table = table
        self._findings = findings
        self._header_line = 0
        self._width = 0
        self.file.intact = self._read_header()

    def rows(self) -> Iterator[RowCheck]:
        """Yield a check standing on each readable row in turn (always the same object)."""
        if self.columns:
            check = RowCheck(self._findings, self.spec.file, self.columns, {})
            for row in self._table.rows(self._header_line, self._width):
                self.file.rows += 1
                if isinstance(row, BadRow):
                    self.file.intact = False
                    self._findings.error(row.code, self.spec.file, row.line, **row.places)
                else:
                    check.start(row)
                    yield check
            self._judge_emptiness()
        self.file.finished = True

    def _judge_emptiness(self) -> None:
        if self.file.rows:
            return
        if self.file.mode is FileMode.BULK:
            self.file.intact = False
            self._findings.error("file_without_rows", self.spec.file, 1)
        else:
            self._findings.note("no_rows", self.spec.file)

    def _read_header(self) -> bool:
        name = self.spec.file
        self._note_form()
        header = next(self._table.rows(), None)
        if header is None:
            self._findings.error("file_without_rows", name, 0)
            return False
        if isinstance(header, BadRow):
            self._findings.error(header.code, name, header.line, **header.places)
            return False
        self._header_line, self._width = header.line, len(header.cells)
        columns = self._match(header)
        missing = [column for column in self.spec.needed if column not in columns]
        for column in missing:
            self._findings.error("column_missing", name, header.line, column=column)
        if missing:
            return False
        for column in self.spec.columns:
            if column not in columns and column not in UNMISSED:
                self._findings.note("column_not_there", name, line=header.line, about=column)
        self.columns = columns
        return True

    def _match(self, header: Row) -> dict[str, int]:
        known = {column.lower(): column for column in (*self.spec.columns, *self.spec.needed)}
        columns: dict[str, int] = {}
        for place, cell in enumerate(header.cells):
            written = cell.shown if isinstance(cell, CellTrouble) else cell
            column = known.get(written.lower())
            if column is None:
                if written and not written.lower().startswith("metadata."):
                    self._findings.note("column_left_out", self.spec.file, line=header.line, about=written)
            elif column in columns:
                self._findings.error("column_twice", self.spec.file, header.line, column=column)
            else:
                columns[column] = place
                if written != column:
                    self._findings.note(
                        "column_case_differs", self.spec.file, line=header.line, about=written, expected=column
                    )
        return columns

    def _note_form(self) -> None:
        if self._table.encoding not in PLAIN_ENCODINGS:
            self._findings.note("encoding_found", self.spec.file, about=shown_encoding(self._table.encoding))
        if self._table.separator != ",":
            self._findings.note("separator_found", self.spec.file, about=shown_separator(self._table.separator))


def shown_separator(separator: str) -> str:
    """Return a separator so that a person sees it."""
    return "→|" if separator == "\t" else f"“{separator}”"


@dataclass(slots=True)
class OneRosterFiles:
    """The zip's version and its tables by name (users, classes, ...)."""

    version: RosterFormat
    tables: dict[str, OneRosterTable] = field(default_factory=dict)


def open_files(archive: RosterArchive, findings: Findings, limits: ReadLimits) -> OneRosterFiles:
    """Return the roster files of the zip.

    Raises CampusError `roster_zip_no_tables`, `roster_zip_names_clash`, `roster_version_unknown` and those of reading.
    """
    found = _find_files(archive, findings)
    if set(found) <= {MANIFEST.file}:
        names = ", ".join(sorted(archive.names)[:10]) or "–"
        raise unreadable("roster_zip_no_tables", file=archive.label, found=names)
    for path in found.values():
        archive.verify(path)
    version_text, modes = _read_manifest(archive, found, findings, limits)
    version = _version(archive.label, version_text, found)
    files = OneRosterFiles(version)
    for spec in TABLES_1_2 if version is RosterFormat.ONEROSTER_1_2 else TABLES_1_1:
        mode = _mode(spec, found, modes, findings)
        if mode is not FileMode.ABSENT:
            table = _open(archive, found[spec.file], spec, limits)
            files.tables[spec.name] = OneRosterTable(_with_role_column(spec, table), table, mode, findings)
    return files


def _with_role_column(spec: TableSpec, table: DelimitedTable) -> TableSpec:
    """Let users.csv of 1.2 have the role column of 1.1: exports in between the versions are common."""
    if spec.name != "users" or "role" in spec.columns:
        return spec
    header = next(table.rows(), None)
    named = isinstance(header, Row) and "role" in [str(cell).lower() for cell in header.cells]
    return TableSpec(spec.name, spec.needed, (*spec.columns, "role")) if named else spec


def _open(archive: RosterArchive, path: str, spec: TableSpec, limits: ReadLimits) -> DelimitedTable:
    return open_delimited(spec.file, lambda: archive.open(path), limits)


def _find_files(archive: RosterArchive, findings: Findings) -> dict[str, str]:
    """Return the zip's path of each known file; names in another case and in a common folder are accepted."""
    folders = {name.rpartition("/")[0] for name in archive.names if _base(name).lower() in KNOWN_FILES}
    folder = "" if "" in folders or not folders else min(folders, key=lambda name: (name.count("/"), name))
    if folder:
        findings.note("files_in_folder", archive.label, about=folder)
    found: dict[str, str] = {}
    for path in archive.names:
        base = _base(path)
        known = KNOWN_FILES.get(base.lower()) if path.rpartition("/")[0] == folder else None
        if known is None:
            _note_left_out(path, base, findings)
            continue
        if known in found:
            raise unreadable("roster_zip_names_clash", file=archive.label, name=known)
        found[known] = path
        if base != known:
            findings.note("file_case_differs", known, about=base)
    return found


def _note_left_out(path: str, base: str, findings: Findings) -> None:
    near = difflib.get_close_matches(base.lower(), KNOWN_FILES, n=1, cutoff=0.85)
    if near and base.lower() not in UNUSED_FILES and base.lower() not in KNOWN_FILES:
        findings.note("file_name_near", path, about=path, expected=KNOWN_FILES[near[0]])
    else:
        findings.note("file_left_out", path, about=path)


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _read_manifest(
    archive: RosterArchive, found: Mapping[str, str], findings: Findings, limits: ReadLimits
) -> tuple[str | None, dict[str, FileMode] | None]:
    """Return the version and the mode of each file, by the name in lower case; no modes without a manifest."""
    if MANIFEST.file not in found:
        findings.note("manifest_missing", archive.label)
        return None, None
    opened = _open(archive, found[MANIFEST.file], MANIFEST, limits)
    table = OneRosterTable(MANIFEST, opened, FileMode.DELTA, findings)
    version: str | None = None
    modes: dict[str, FileMode] = {}
    for check in table.rows():
        name, value = (check.text("propertyName") or "").lower(), (check.text("value") or "").lower()
        if name == "oneroster.version":
            version = value
        elif name.startswith("file."):
            try:
                modes[name.removeprefix("file.")] = FileMode(value)
            except ValueError:
                modes[name.removeprefix("file.")] = FileMode.DELTA
                findings.error("manifest_value_unknown", MANIFEST.file, check.line, column=name, value=value)
    return version, modes


def _version(label: str, written: str | None, found: Mapping[str, str]) -> RosterFormat:
    if written is None:
        return RosterFormat.ONEROSTER_1_2 if "roles.csv" in found else RosterFormat.ONEROSTER_1_1
    version = VERSIONS.get(".".join(written.removeprefix("v").split(".")[:2]))
    if version is None:
        raise unreadable("roster_version_unknown", file=label, version=written or "–")
    return version


def _mode(
    spec: TableSpec, found: Mapping[str, str], modes: Mapping[str, FileMode] | None, findings: Findings
) -> FileMode:
    declared = FileMode.DELTA if modes is None else modes.get(spec.name.lower(), FileMode.ABSENT)
    there = spec.file in found
    if there and declared is FileMode.ABSENT:
        findings.error("file_declared_absent", spec.file, 0)
    elif not there and modes is not None and declared is not FileMode.ABSENT:
        findings.error("file_declared_missing", spec.file, 0, mode=declared.value)
    return declared if there else FileMode.ABSENT
