"""What a person may ask about leave: requests, answers to them, and when attendance warns."""

from typing import Literal

from pydantic import ConfigDict, Field

from shared.attendance.vocabulary import LeaveKind, LeaveState
from shared.core.command import Id, InstantText
from shared.core.fields import FieldChange
from shared.core.lines import Lines
from shared.core.strict import StrictModel

POLICY_FIELDS = ("threshold", "streak")


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class RequestLeave(_Payload):
    """Ask for someone to be excused between two instants (target: the new request's id), by himself or by staff.

    With `cohort_id` it is about that class only.
    """

    person_id: Id
    kind: LeaveKind
    starts_at: InstantText
    ends_at: InstantText
    reason: Lines = Field(default="", max_length=1000)
    cohort_id: Id | None = None


class AnswerLeave(_Payload):
    """Approve or decline a request, or take the answer back (`asked`); `old_...` is what the author saw."""

    state: Literal[LeaveState.ASKED, LeaveState.APPROVED, LeaveState.DECLINED]
    old_state: LeaveState = LeaveState.ASKED
    answer: str = Field(default="", max_length=1000)
    old_answer: str = Field(default="", max_length=1000)


class WithdrawLeave(_Payload):
    """Withdraw a request, or (`asked`) ask again after that."""

    state: Literal[LeaveState.WITHDRAWN, LeaveState.ASKED] = LeaveState.WITHDRAWN
    old_state: LeaveState = LeaveState.ASKED


class SetAttendancePolicy(_Payload):
    """Set when attendance warns (target: the policy, see `absence_rules.policy_id`)."""

    changes: dict[str, FieldChange] = Field(min_length=1)


PAYLOADS: dict[str, type[StrictModel]] = {
    "RequestLeave": RequestLeave,
    "AnswerLeave": AnswerLeave,
    "WithdrawLeave": WithdrawLeave,
    "SetAttendancePolicy": SetAttendancePolicy,
}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)
