"""The attendance area's rows as both sides know them."""

from pydantic import Field

from shared.attendance.vocabulary import AttendanceState, LeaveKind, LeaveState, Method, RegisterState
from shared.core.entity import Entity


class Observation(Entity):
    """One statement about one enrolment in one class session (the row's parent); never changed, only superseded.

    Its id is the id of the command that made it. `mark_id` groups the observations of one mark, `ordinal` is the order
    in which the server accepted them (0: not yet). `minutes` late or left early. `office` marks a correction or an
    excuse by the office. `clock_flagged`: the device's clock was off by more than 5 minutes.
    """

    session_id: str
    enrolment_id: str
    person_id: str
    mark_id: str
    state: AttendanceState
    minutes: int | None = None
    note: str = ""
    method: Method = Method.HAND
    office: bool = False
    supersedes: tuple[str, ...] = Field(default=())
    author_id: str
    author_name: str = ""
    device_name: str = ""
    observed_at: str
    received_at: str | None = None
    clock_flagged: bool = False
    ordinal: int = 0


class Register(Entity):
    """Whether the register of a class session (the row's parent) was finished, by whom and when."""

    session_id: str
    state: RegisterState = RegisterState.OPEN
    finished_by: str | None = None
    finished_by_name: str = ""
    finished_at: str | None = None


class LeaveRequest(Entity):
    """Someone asks to be excused from every class between two instants, or (`cohort_id`) from one class's sessions.

    The row's parent is the person. `asked_by` differs from `person_id` where staff entered it. An approved one excuses
    by `rules.excuse`, never by observations of its own.
    """

    person_id: str
    kind: LeaveKind
    cohort_id: str | None = None
    starts_at: str
    ends_at: str
    reason: str = ""
    state: LeaveState = LeaveState.ASKED
    asked_by: str
    asked_by_name: str = ""
    asked_at: str
    decided_by: str | None = None
    decided_by_name: str = ""
    decided_at: str | None = None
    answer: str = ""


class AttendancePolicy(Entity):
    """When attendance warns: below `threshold` whole percent, or after `streak` absences in a row."""

    threshold: int = Field(default=80, ge=1, le=100)
    streak: int = Field(default=3, ge=2, le=20)
