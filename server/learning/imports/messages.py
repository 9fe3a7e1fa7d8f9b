"""What the import page and the server say to each other."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from server.learning.roster.mapping import RosterField
from server.learning.roster.records import FileMode, RosterRole


class ColumnShown(BaseModel):
    """A column of the file: `field` is what it seems to hold, `confidence` from 0 to 1 how surely."""

    name: str
    samples: list[str]
    field: RosterField | None
    confidence: float


class FieldShown(BaseModel):
    """Something that a column can hold."""

    name: RosterField
    label: str
    required: bool


class UploadShown(BaseModel):
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


class Options(BaseModel):
    """How to take the file. `deactivate_missing`: a table lists everybody; False: a zip deactivates nobody."""

    model_config = ConfigDict(extra="forbid")

    role: RosterRole | None = None
    cohort_id: str | None = None
    deactivate_missing: bool | None = None


class DryRunAsk(BaseModel):
    """Column names to fields (None: left out); without `mapping` the guess is taken."""

    model_config = ConfigDict(extra="forbid")

    mapping: dict[str, RosterField | None] | None = None
    encoding: str | None = Field(default=None, max_length=40)
    separator: Literal[",", ";", "\t", "|"] | None = None
    sheet: str | None = Field(default=None, max_length=100)
    options: Options = Options()


class RowErrorShown(BaseModel):
    """Something wrong in one row, which then changes nothing; line 1 is the header, 0 the file as a whole."""

    file: str
    line: int
    code: str
    sentence: str
    column: str | None = None
    value: str | None = None


class Difference(BaseModel):
    """What would change in one row: field to old and new value."""

    kind: str
    label: str
    change: str
    fields: dict[str, tuple[Any, Any]]


class AskShown(BaseModel):
    """A question that must be answered with yes before the import goes on."""

    code: str
    sentence: str
    count: int
    total: int


class DryRunShown(BaseModel):
    """What the import would do; the first 500 differences, and the counts of all by kind of row."""

    rows: int
    created: int
    updated: int
    unchanged: int
    deactivated: int
    errors: list[RowErrorShown]
    error_count: int
    notes: list[dict[str, Any]]
    kinds: dict[str, dict[str, int]]
    differences: list[Difference]
    asks: list[AskShown]
    token: str


class ApplyAsk(BaseModel):
    """Carry out exactly the dry run of `token`; `confirmed` are the codes of the asks answered with yes."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(max_length=100)
    confirmed: list[str] = Field(default_factory=list, max_length=20)


class AppliedShown(BaseModel):
    """What was done; `left` counts changes that didn't come about because someone changed the row meanwhile."""

    journal_entry_id: str
    counts: dict[str, Any]


class EntryShown(BaseModel):
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
        }
    ],
    "asks": [],
    "token": "9b74c9897bac770ffc029102a200c5de",
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
