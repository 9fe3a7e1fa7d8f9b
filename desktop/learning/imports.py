"""Bringing a roster in through the server: upload, look at the columns, dry run, apply, journal and undo."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import orjson
from pydantic import ConfigDict, Field, ValidationError

from desktop.core import api_errors
from desktop.core.api_client import API, ApiClient
from desktop.core.server_asking import read_anew
from desktop.core.transport import Cancel, Progress
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text

IMPORTS = f"{API}/imports"
MOST_BYTES = 60_000_000
MOST_LINES = 50_000
_PART = 2_000
_PIECE = 64 * 1024
_SLOW = 900.0
Shape = TypeVar("Shape", bound=StrictModel)


class _Message(StrictModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class FileColumn(_Message):
    """A column of the file: `field` is what it seems to hold, `confidence` (0 to 1) how surely."""

    name: str
    samples: tuple[str, ...] = ()
    field: str | None = None
    confidence: float = 0.0


class RosterField(_Message):
    """Something that a column can hold."""

    name: str
    label: str
    required: bool = False


class Note(_Message):
    """Something that was accepted all the same, and that the person should know."""

    sentence: str = ""


class Upload(_Message):
    """A file that waits on the server for its import; columns are those of a table, `files` those of a zip."""

    id: str
    kind: Literal["oneroster", "table"]
    file_name: str = ""
    files: dict[str, str] = Field(default_factory=dict)
    encoding: str | None = None
    separator: str | None = None
    sheets: tuple[str, ...] = ()
    columns: tuple[FileColumn, ...] = ()
    fields: tuple[RosterField, ...] = ()
    notes: tuple[Note, ...] = ()


class RowError(_Message):
    """Something wrong in one row, which then changes nothing; line 0 is the file as a whole."""

    file: str = ""
    line: int = 0
    code: str = ""
    sentence: str
    column: str | None = None
    value: str | None = None


class Difference(_Message):
    """What would change in one row: field to old and new value."""

    kind: str
    label: str
    change: str
    fields: dict[str, tuple[Any, Any]] = Field(default_factory=dict)


class Candidate(_Message):
    """Who a new line is likely the same as: a person here by `id`, or the new person of an earlier `line`."""

    id: str | None = None
    line: int | None = None
    label: str = ""
    reasons: tuple[str, ...] = ()


class Double(_Message):
    """A new line that is likely someone known; an empty `answer` says that nobody has decided."""

    line: int
    label: str = ""
    candidates: tuple[Candidate, ...] = ()
    answer: str = ""


class Line(_Message):
    """What becomes of one line: `new`, `changed`, `unchanged`, `gone`, `double` or `error`."""

    line: int
    state: str
    label: str = ""
    fields: dict[str, tuple[Any, Any]] = Field(default_factory=dict)
    sentences: tuple[str, ...] = ()


class Lines(_Message):
    """A part of the lines, and how many there are in all."""

    items: tuple[Line, ...] = ()
    total: int = 0


class Question(_Message):
    """What must be answered with yes before the import goes on."""

    code: str
    sentence: str


class DryRun(_Message):
    """What the import would do; `differences` are the first 500, `error_count` counts more than `errors` lists."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deactivated: int = 0
    errors: tuple[RowError, ...] = ()
    error_count: int = 0
    notes: tuple[Note, ...] = ()
    kinds: dict[str, dict[str, int]] = Field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    asks: tuple[Question, ...] = ()
    doubles: tuple[Double, ...] = ()
    left_out: int = 0
    token: str

    @property
    def changes(self) -> int:
        """How many rows would change."""
        return self.created + self.updated + self.deactivated


class Applied(_Message):
    """What an import or its undoing did."""

    journal_entry_id: str
    counts: dict[str, Any] = Field(default_factory=dict)


class JournalEntry(_Message):
    """An import, or the undoing of one (`undoes` names it); `done` of `total` changes are made."""

    id: str
    action: str = "import"
    state: str = "done"
    undoes: str | None = None
    made_at: str = ""
    author_name: str = ""
    file_name: str = ""
    total: int = 0
    done: int = 0
    counts: dict[str, Any] = Field(default_factory=dict)

    @property
    def can_be_undone(self) -> bool:
        """Whether it is a finished import that nobody took back."""
        return self.action == "import" and self.state == "done"


@dataclass(frozen=True)
class Choices:
    """How to take the file. `mapping`: column name to field name, None leaves a column out."""

    mapping: Mapping[str, str | None] = field(default_factory=dict)
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    role: str | None = None
    cohort_id: str | None = None
    deactivate_missing: bool | None = None
    doubles: Mapping[int, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return the request."""
        options = {
            "role": self.role, "cohort_id": self.cohort_id, "deactivate_missing": self.deactivate_missing
        }  # fmt: skip
        wanted: dict[str, Any] = {"options": {name: value for name, value in options.items() if value is not None}}
        if self.doubles:
            wanted["options"]["doubles"] = {str(line): answer for line, answer in self.doubles.items()}
        if self.mapping:
            wanted["mapping"] = dict(self.mapping)
        given = {"encoding": self.encoding, "separator": self.separator, "sheet": self.sheet}
        return wanted | {name: value for name, value in given.items() if value}


class RosterImports:
    """Speaks to the server about imports. Calls block: use a worker. Raises CampusError with the server's sentence."""

    def __init__(self, client: ApiClient, ids: Callable[[], str]) -> None:
        self._client, self._ids = client, ids

    def upload(self, path: Path, on_progress: Progress | None = None, cancel: Cancel | None = None) -> Upload:
        """Send a file. Raises CampusError `file_unreadable`, `file_too_large`, `file_empty`, `cancelled`."""
        size = file_size(path)
        head, tail, boundary = _frame(path.name, self._ids())
        reply = self._client.upload(
            IMPORTS,
            _pieces(path, head, tail),
            len(head) + size + len(tail),
            {"Content-Type": f"multipart/form-data; boundary={boundary}"},
            on_progress,
            cancel,
            method="POST",
        )
        return _read(Upload, orjson.loads(reply.body))

    def look_again(
        self, upload_id: str, encoding: str | None, separator: str | None, sheet: str | None = None
    ) -> Upload:
        """Return the columns as another encoding, separator or sheet shows them."""
        wanted = {"encoding": encoding, "separator": separator, "sheet": sheet}
        given = {name: value for name, value in wanted.items() if value}
        return _read(Upload, self._client.get(f"{IMPORTS}/{upload_id}", given))

    def dry_run(self, upload_id: str, choices: Choices, cancel: Cancel | None = None) -> DryRun:
        """Return what the import would change; nothing is changed."""
        path = f"{IMPORTS}/{upload_id}/dry-run"
        return _read(
            DryRun,
            self._client.write("POST", path, choices.body(), self._ids(), timeout=_SLOW, cancel=cancel),
        )

    def lines(self, upload_id: str) -> tuple[Line, ...]:
        """Return what becomes of each line of the latest check, in the file's order; 50,000 at most."""
        found: list[Line] = []
        while len(found) < MOST_LINES:
            path = f"{IMPORTS}/{upload_id}/lines"
            part = _read(Lines, read_anew(self._client, path, {"after": str(len(found)), "limit": str(_PART)}))
            found += part.items
            if not part.items or len(found) >= part.total:
                break
        return tuple(found)

    def apply(self, upload_id: str, token: str, confirmed: list[str]) -> Applied:
        """Carry out exactly the dry run of `token`; asking twice does it once."""
        path = f"{IMPORTS}/{upload_id}/apply"
        body = {"token": token, "confirmed": confirmed}
        return _read(Applied, self._client.write("POST", path, body, self._ids(), timeout=_SLOW))

    def journal(self) -> list[JournalEntry]:
        """Return the latest imports as they are now, the newest first."""
        answer = read_anew(self._client, f"{IMPORTS}/journal")
        return [_read(JournalEntry, {"data": one}) for one in answer["data"]]

    def undo(self, entry_id: str) -> Applied:
        """Take an import back; rows that someone changed since are left alone."""
        path = f"{IMPORTS}/journal/{entry_id}/undo"
        return _read(Applied, self._client.write("POST", path, {}, self._ids(), timeout=_SLOW))


def file_size(path: Path) -> int:
    """Return a file's size in bytes. Raises CampusError `file_unreadable`, `file_empty`, `file_too_large`."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
    except OSError as problem:
        words = text("{name} can't be opened. Close it in other programs and choose it again.", name=path.name)
        raise CampusError("file_unreadable", words, {"reason": str(problem)}) from problem
    if size == 0:
        raise CampusError("file_empty", text("{name} is empty. Choose another file.", name=path.name))
    if size > MOST_BYTES:
        words = text("{name} is larger than {most} MB. Split it, or leave columns out.", name=path.name,
                     most=MOST_BYTES // 1_000_000)  # fmt: skip
        raise CampusError("file_too_large", words)
    return size


def _frame(name: str, boundary: str) -> tuple[bytes, bytes, str]:
    quoted = name.replace("\\", "_").replace('"', "_").replace("\r", "_").replace("\n", "_")
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return head.encode(), f"\r\n--{boundary}--\r\n".encode(), boundary


def _pieces(path: Path, head: bytes, tail: bytes) -> Iterator[bytes]:
    yield head
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
    yield tail


def _read(shape: type[Shape], answer: Any) -> Shape:
    try:
        return shape.model_validate(answer["data"])
    except (ValidationError, KeyError, TypeError) as problem:
        raise api_errors.unexpected(problem) from problem
