"""What a person may ask of the attendance area."""

from pydantic import ConfigDict, Field

from shared.attendance.vocabulary import AttendanceState, Method
from shared.core.command import Id
from shared.core.strict import StrictModel


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class RecordObservation(_Payload):
    """Say how one enrolment attends one class session (target: the mark, see `rules.mark_id`).

    The new observation's id is the command's. `supersedes` are the unsuperseded observations that the author saw;
    `minutes` go with late and left early.
    """

    session_id: Id
    enrolment_id: Id
    state: AttendanceState
    minutes: int | None = Field(default=None, ge=0, le=600)
    note: str = Field(default="", max_length=1000)
    method: Method = Method.HAND
    supersedes: tuple[Id, ...] = Field(default=(), max_length=50)


class FinishRegister(_Payload):
    """Close the register of a class session (target: the register, see `rules.register_id`)."""

    session_id: Id


class ReopenRegister(_Payload):
    """Open a finished register again."""

    session_id: Id


class AddWalkIn(_Payload):
    """Add someone who walked in (target: the new enrolment), provisionally, for the office to confirm.

    `person_id` is a new provisional person's id made here, or with `known` someone already in the institute.
    """

    session_id: Id
    cohort_id: Id
    person_id: Id
    known: bool = False
    given_name: str = Field(default="", max_length=100)
    family_name: str = Field(default="", max_length=100)
    number: str | None = Field(default=None, max_length=40)


PAYLOADS: dict[str, type[StrictModel]] = {
    "RecordObservation": RecordObservation,
    "FinishRegister": FinishRegister,
    "ReopenRegister": ReopenRegister,
    "AddWalkIn": AddWalkIn,
}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)
