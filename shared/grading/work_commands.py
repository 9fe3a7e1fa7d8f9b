"""What a person may ask about handing work in: saving, handing in, giving back, more time."""

from pydantic import ConfigDict, Field

from shared.core.command import Id, InstantText
from shared.core.strict import StrictModel
from shared.grading.models import FileRef


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class _Work(_Payload):
    assignment_id: Id
    enrolment_id: Id
    files: tuple[FileRef, ...] = Field(default=(), max_length=20)
    text: str = Field(default="", max_length=200_000)
    message: str = Field(default="", max_length=2000)


class SaveWork(_Work):
    """Keep unfinished work (target: the attempt's id, new for a new attempt)."""


class HandIn(_Work):
    """Hand work in (target: the attempt, or a new one's id); the instant is the command's, set right by its offset.

    A second hand-in of one attempt with other content becomes an attempt of its own (`ids.further_attempt_id`).
    """


class ReturnWork(_Payload):
    """Give an attempt back to be done again (target: the attempt)."""

    note: str = Field(default="", max_length=2000)


class GrantExtension(_Payload):
    """Give one student more time (target: see `ids.extension_id`), or with `due_at` None take it back."""

    assignment_id: Id
    enrolment_id: Id
    due_at: InstantText | None
    reason: str = Field(default="", max_length=300)


PAYLOADS: dict[str, type[StrictModel]] = {
    "SaveWork": SaveWork,
    "HandIn": HandIn,
    "ReturnWork": ReturnWork,
    "GrantExtension": GrantExtension,
}
