"""What the import page and the server say to each other."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from server.learning.roster.mapping import RosterField
from server.learning.roster.records import FileMode, RosterRole
from shared.core.strict import StrictModel


class ColumnShown(StrictModel):
    """A column of the file: `field` is what it seems to hold, `confidence` from 0 to 1 how surely."""

    name: str
    samples: list[str]
    field: RosterField | None
    confidence: float


class FieldShown(StrictModel):
    """Something that a column can hold."""

    name: RosterField
    label: str
    required: bool


class UploadShown(StrictModel):
    """A file that waits for its import; the columns are those of a table, `files` those of a OneRoster zip."""

    id: str
    kind: Literal["oneroster", "table"]
    file_name: str
    files: dict[str, FileMode]
    encoding: str | None
    separator: str | None
    sheets: list[str]
    columns: list[ColumnShown]
    fields: list[FieldShown]
    notes: list[dict[str, Any]]


class Options(StrictModel):
    """How to take the file. `deactivate_missing`: a table lists everybody; False: a zip deactivates nobody.

    `doubles` answers by line what becomes of a new line that is likely someone known: `make`, `leave`, or the id of the
    person that it is. `other_doubles` holds for those without an answer.
    """

    model_config = ConfigDict(extra="forbid")

    role: RosterRole | None = None
    cohort_id: str | None = None
    deactivate_missing: bool | None = None
    doubles: dict[str, Annotated[str, Field(max_length=36)]] = Field(default_factory=dict, max_length=100_000)
    other_doubles: Literal["make", "leave"] = "leave"


class DryRunAsk(StrictModel):
    """Column names to fields (None: left out); without `mapping` the guess is taken."""

    model_config = ConfigDict(extra="forbid")

    mapping: dict[str, RosterField | None] | None = None
    encoding: str | None = Field(default=None, max_length=40)
    separator: Literal[",", ";", "\t", "|"] | None = None
    sheet: str | None = Field(default=None, max_length=100)
    options: Options = Options()


class RowErrorShown(StrictModel):
    """Something wrong in one row, which then changes nothing; line 1 is the header, 0 the file as a whole."""

    file: str
    line: int
    code: str
    sentence: str
    column: str | None = None
    value: str | None = None


class CandidateShown(StrictModel):
    """Who a new line is likely the same as: a person here by `id`, or the new person of an earlier `line`.

    `score` goes to 100; `reasons` are the fields that agree.
    """

    id: str | None
    line: int | None
    label: str
    score: int
    reasons: list[str]
    state: str


class DoubleShown(StrictModel):
    """A new line that is likely someone known; an empty `answer` says that nobody has decided yet."""

    file: str
    line: int
    label: str
    values: dict[str, Any]
    candidates: list[CandidateShown]
    answer: str


class LineShown(StrictModel):
    """What becomes of one line: `new`, `changed`, `unchanged`, `gone`, `double` or `error`."""

    file: str
    line: int
    state: Literal["new", "changed", "unchanged", "gone", "double", "error"]
    label: str
    fields: dict[str, tuple[Any, Any]]
    sentences: list[str]
    column: str | None = None
    value: str | None = None


class LinesShown(StrictModel):
    """A part of the lines in the file's order; `total` are those of the state that was asked for, `counts` all."""

    items: list[LineShown]
    total: int
    counts: dict[str, int]


class Difference(StrictModel):
    """What would change in one row: field to old and new value; `line` is the row's in the file."""

    kind: str
    label: str
    change: str
    fields: dict[str, tuple[Any, Any]]
    line: int | None = None


class AskShown(StrictModel):
    """A question that must be answered with yes before the import goes on."""

    code: str
    sentence: str
    count: int
    total: int


class DryRunShown(StrictModel):
    """What the import would do; the first 500 differences, and the counts of all by kind of row.

    `doubles` are the first 2,000 new lines that are likely someone known; `left_out` of all of them are left out.
    """

    rows: int
    created: int
    updated: int
    unchanged: int
    deactivated: int
    left_out: int
    errors: list[RowErrorShown]
    error_count: int
    notes: list[dict[str, Any]]
    kinds: dict[str, dict[str, int]]
    differences: list[Difference]
    asks: list[AskShown]
    doubles: list[DoubleShown]
    token: str


class ApplyAsk(StrictModel):
    """Carry out exactly the dry run of `token`; `confirmed` are the codes of the asks answered with yes."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(max_length=100)
    confirmed: list[str] = Field(default_factory=list, max_length=20)


class AppliedShown(StrictModel):
    """What was done; `left` counts changes that didn't come about because someone changed the row meanwhile."""

    journal_entry_id: str
    counts: dict[str, Any]


class EntryShown(StrictModel):
    """One entry of the journal; `done` of `total` changes are made."""

    id: str
    action: str
    state: str
    undoes: str | None
    made_at: str
    finished_at: str | None
    author_id: str
    author_name: str
    file_name: str
    total: int
    done: int
    counts: dict[str, Any]


UPLOAD_EXAMPLE = {
    "id": "3f1c6f0e9d0b4f2f8f3f1a5d7c9e0b21",
    "kind": "table",
    "file_name": "students.csv",
    "files": {},
    "encoding": "UTF-8",
    "separator": ",",
    "sheets": [],
    "columns": [{"name": "Index number", "samples": ["000123"], "field": "number", "confidence": 1.0}],
    "fields": [{"name": "number", "label": "Index number", "required": True}],
    "notes": [],
}
DRY_RUN_ASK_EXAMPLE = {
    "mapping": {"Index number": "number", "Surname": "family_name", "First name": "given_name", "Remarks": None},
    "options": {"role": "student", "deactivate_missing": False},
}
DRY_RUN_EXAMPLE = {
    "rows": 640,
    "created": 12,
    "updated": 3,
    "unchanged": 624,
    "deactivated": 0,
    "left_out": 0,
    "errors": [
        {
            "file": "students.csv",
            "line": 17,
            "code": "bad_email",
            "sentence": "Line 17 of students.csv: “ama@” in the column E-mail is not a whole email address.",
            "column": "E-mail",
            "value": "ama@",
        }
    ],
    "error_count": 1,
    "notes": [],
    "kinds": {"person": {"created": 12, "updated": 3, "unchanged": 624}},
    "differences": [
        {
            "kind": "person",
            "label": "Kofi Mensah (000123)",
            "change": "updated",
            "fields": {"phone": ["0244000001", "0244000002"]},
            "line": 3,
        }
    ],
    "asks": [],
    "doubles": [],
    "token": "9b74c9897bac770ffc029102a200c5de",
}
LINES_EXAMPLE = {
    "items": [
        {
            "file": "students.csv",
            "line": 3,
            "state": "changed",
            "label": "Kofi Mensah (000123)",
            "fields": {"phone": ["0244000001", "0244000002"]},
            "sentences": [],
        }
    ],
    "total": 1,
    "counts": {"unchanged": 638, "changed": 1, "new": 0, "gone": 0, "double": 0, "error": 1},
}
ENTRY_EXAMPLE = {
    "id": "0193f5a0-0000-7000-8000-00000000000a",
    "action": "import",
    "state": "done",
    "undoes": None,
    "made_at": "2026-11-20T08:30:00.000Z",
    "finished_at": "2026-11-20T08:30:04.000Z",
    "author_id": "0193f5a0-0000-7000-8000-000000000001",
    "author_name": "Grace Kimani",
    "file_name": "students.csv",
    "total": 15,
    "done": 15,
    "counts": {"rows": 640, "created": 12, "updated": 3, "unchanged": 624, "deactivated": 0, "errors": 1},
}
APPLIED_EXAMPLE = {"journal_entry_id": ENTRY_EXAMPLE["id"], "counts": ENTRY_EXAMPLE["counts"]}
