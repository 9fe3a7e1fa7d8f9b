"""The words of the attendance area."""

from enum import StrEnum

OBSERVATION = "observation"
REGISTER = "register"
LEAVE_REQUEST = "leave_request"
ATTENDANCE_POLICY = "attendance_policy"


class AttendanceState(StrEnum):
    """What an observation says. `none` withdraws what its author said before: not recorded, never absent."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    EXCUSED = "excused"
    LEFT_EARLY = "left_early"
    NONE = "none"


class Method(StrEnum):
    """How an observation was made."""

    HAND = "hand"
    CARD = "card"
    CAMERA = "camera"
    KIOSK = "kiosk"
    CODE = "code"
    SHEET = "sheet"
    CLOCK = "clock"
    EXCUSE = "excuse"
    SETTLED = "settled"


HAND_MADE = frozenset({Method.HAND, Method.SHEET, Method.SETTLED})


class RegisterState(StrEnum):
    """Whether the register is still being taken."""

    OPEN = "open"
    FINISHED = "finished"


class LeaveKind(StrEnum):
    """What someone asks: to be excused from a class in advance, or leave for some days."""

    APOLOGY = "apology"
    LEAVE = "leave"


class LeaveState(StrEnum):
    """Where a leave request stands; only an approved one excuses."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


LIVING_LEAVE = frozenset({LeaveState.ASKED, LeaveState.APPROVED})
"""The states in which a request says something about who will be there."""
