"""What a person may ask about marks, and about the comments on work."""

from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from shared.core.command import MAX_TARGETS, Id
from shared.core.fields import FieldChange
from shared.core.strict import StrictModel
from shared.grading.models import LevelGiven, Place
from shared.grading.vocabulary import MarkStatus

COMMENT_FIELDS = ("text", "place", "time_code_ms")
MOST_FEEDBACK = 20_000
"""Letters of what a student reads with a mark."""


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class RecordMark(_Payload):
    """Judge one student's work (target: the mark, see `ids.mark_id`): score, levels and feedback are one judgement.

    `submission_id` is the attempt that was looked at, None where nothing is handed in. A judgement that isn't
    `finished` is a draft.
    """

    assignment_id: Id
    enrolment_id: Id
    submission_id: Id | None = None
    status: MarkStatus = MarkStatus.MARKED
    score: str | None = Field(default=None, max_length=20)
    levels: tuple[LevelGiven, ...] = Field(default=(), max_length=30)
    feedback: str = Field(default="", max_length=MOST_FEEDBACK)
    finished: bool = True


class CorrectMark(RecordMark):
    """Change a mark that is released or locked; the reason goes into its history."""

    reason: str = Field(min_length=1, max_length=300)


class MarkSet(_Payload):
    """What one cell of the gradebook gets."""

    enrolment_id: Id
    status: MarkStatus = MarkStatus.MARKED
    score: str | None = Field(default=None, max_length=20)


class SetMarks(_Payload):
    """Set cells of one column of the gradebook (targets: their marks, each with its base).

    Levels stay where the score stays; feedback always does.
    """

    assignment_id: Id
    marks: tuple[MarkSet, ...] = Field(min_length=1, max_length=MAX_TARGETS)
    reason: str = Field(default="", max_length=300)

    @model_validator(mode="after")
    def _has_each_student_once(self) -> Self:
        if len({one.enrolment_id for one in self.marks}) < len(self.marks):
            message = "each student once"
            raise ValueError(message)
        return self


class ReleaseMarks(_Payload):
    """Let students see their marks of one assignment (targets: the marks)."""

    assignment_id: Id


class AddMarkNote(_Payload):
    """Add a private note to a mark (target: the new note's id); students never see it."""

    assignment_id: Id
    enrolment_id: Id
    text: str = Field(min_length=1, max_length=5000)


class AddWorkComment(_Payload):
    """Comment on a place of a page, on a time of a recording, or on a whole file (target: the new comment's id)."""

    submission_id: Id
    sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    place: Place | None = None
    time_code_ms: int | None = Field(default=None, ge=0, le=360_000_000)
    text: str = Field(min_length=1, max_length=5000)

    @model_validator(mode="after")
    def _is_in_one_place(self) -> Self:
        if self.place is not None and self.time_code_ms is not None:
            message = "a place on a page or a time of a recording, not both"
            raise ValueError(message)
        return self


class EditWorkComment(_Payload):
    """Change a comment's words or move it (see `COMMENT_FIELDS`)."""

    changes: dict[str, FieldChange] = Field(min_length=1)


class RemoveWorkComment(_Payload):
    """Take a comment off, or with `state` `kept` put it back."""

    state: Literal["removed", "kept"] = "removed"


class SaveComment(_Payload):
    """Keep a sentence to use again (target: its id), change it, or take it out of the list."""

    text: str = Field(min_length=1, max_length=2000)
    removed: bool = False


PAYLOADS: dict[str, type[StrictModel]] = {
    "RecordMark": RecordMark,
    "CorrectMark": CorrectMark,
    "SetMarks": SetMarks,
    "ReleaseMarks": ReleaseMarks,
    "AddMarkNote": AddMarkNote,
    "AddWorkComment": AddWorkComment,
    "EditWorkComment": EditWorkComment,
    "RemoveWorkComment": RemoveWorkComment,
    "SaveComment": SaveComment,
}
