"""What a person may ask where two mark a piece of work, and about a mark that a student doubts."""

from typing import Literal

from pydantic import ConfigDict, Field

from shared.core.command import Id
from shared.core.strict import StrictModel
from shared.grading.models import LevelGiven
from shared.grading.moderation_vocabulary import MOST_WORDS


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class RecordMarkPart(_Payload):
    """Judge one student's work as one of two (target: the part, see `part_rules.part_id`).

    The other one sees it once both are finished. `status` `none` takes it back.
    """

    assignment_id: Id
    enrolment_id: Id
    marker_id: Id
    submission_id: Id | None = None
    status: Literal["marked", "none"] = "marked"
    score: str | None = Field(default=None, max_length=20)
    levels: tuple[LevelGiven, ...] = Field(default=(), max_length=30)
    feedback: str = Field(default="", max_length=20_000)
    finished: bool = True


class AskRegrade(_Payload):
    """Ask, as the student, for one's own mark to be looked at again (target: the new request's id)."""

    assignment_id: Id
    enrolment_id: Id
    reason: str = Field(min_length=1, max_length=MOST_WORDS)


class AnswerRegrade(_Payload):
    """Tell the student why the mark stays (target: the request); another mark answers by itself."""

    answer: str = Field(min_length=1, max_length=MOST_WORDS)


PAYLOADS: dict[str, type[StrictModel]] = {
    "RecordMarkPart": RecordMarkPart,
    "AskRegrade": AskRegrade,
    "AnswerRegrade": AnswerRegrade,
}
