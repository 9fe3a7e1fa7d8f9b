"""The words of the attendance area."""

from enum import StrEnum

OBSERVATION = "observation"
REGISTER = "register"


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
