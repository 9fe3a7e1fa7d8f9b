"""What a person may ask about groups: who works with whom, and one mark for all of a group."""

from typing import Self

from pydantic import ConfigDict, Field, model_validator

from shared.core.command import MAX_TARGETS, Id
from shared.core.strict import StrictModel
from shared.grading.models import LevelGiven
from shared.grading.vocabulary import MarkStatus

_MOST_GROUPS = 200


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class GroupGiven(_Payload):
    """A group: its name, and its members by their enrolments."""

    id: Id
    name: str = Field(min_length=1, max_length=100)
    members: tuple[Id, ...] = Field(default=(), max_length=MAX_TARGETS)


class SetGroups(_Payload):
    """Say who works with whom (target: see `ids.work_groups_id`): all groups of a piece of work at once.

    `removed` names the groups that there were before and aren't any more.
    """

    assignment_id: Id
    groups: tuple[GroupGiven, ...] = Field(default=(), max_length=_MOST_GROUPS)
    removed: tuple[Id, ...] = Field(default=(), max_length=5000)


class MemberMarked(_Payload):
    """A member of a group, and the attempt of his or hers that was looked at."""

    enrolment_id: Id
    submission_id: Id | None = None


class RecordGroupMark(_Payload):
    """Judge the work of a group for these of its members (targets: their marks, each with its base).

    With a `reason` it changes marks that are released or locked.
    """

    assignment_id: Id
    members: tuple[MemberMarked, ...] = Field(min_length=1, max_length=MAX_TARGETS)
    status: MarkStatus = MarkStatus.MARKED
    score: str | None = Field(default=None, max_length=20)
    levels: tuple[LevelGiven, ...] = Field(default=(), max_length=30)
    feedback: str = Field(default="", max_length=20_000)
    finished: bool = True
    reason: str = Field(default="", max_length=300)

    @model_validator(mode="after")
    def _has_each_member_once(self) -> Self:
        if len({one.enrolment_id for one in self.members}) < len(self.members):
            message = "each member once"
            raise ValueError(message)
        return self


PAYLOADS: dict[str, type[StrictModel]] = {"SetGroups": SetGroups, "RecordGroupMark": RecordGroupMark}
