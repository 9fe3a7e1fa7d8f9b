"""The words, tones and icons of attendance, the same in the grid, the list, the history and the receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.attendance.vocabulary import AttendanceState, Method
from shared.core.text import plural, text


@dataclass(frozen=True)
class Look:
    """How a state is shown: its tone and icon."""

    tone: str
    icon: str


LOOKS: dict[str, Look] = {
    AttendanceState.PRESENT: Look("ok", "check"),
    AttendanceState.LATE: Look("warn", "clock"),
    AttendanceState.ABSENT: Look("bad", "x"),
    AttendanceState.EXCUSED: Look("vio", "file-text"),
    AttendanceState.LEFT_EARLY: Look("warn", "log-out"),
    AttendanceState.NONE: Look("neu", "circle-dashed"),
}
COUNTED = (
    AttendanceState.PRESENT,
    AttendanceState.LATE,
    AttendanceState.ABSENT,
    AttendanceState.EXCUSED,
    AttendanceState.LEFT_EARLY,
    AttendanceState.NONE,
)


def state_word(state: str) -> str:
    """Return `Present`, `Late` and so on."""
    return {
        AttendanceState.PRESENT: text("Present"),
        AttendanceState.LATE: text("Late"),
        AttendanceState.ABSENT: text("Absent"),
        AttendanceState.EXCUSED: text("Excused"),
        AttendanceState.LEFT_EARLY: text("Left early"),
        AttendanceState.NONE: text("Not marked"),
    }[AttendanceState(state)]


def mark_words(state: str, minutes: int | None) -> str:
    """Return `Late · 8 min`, or the state alone."""
    word = state_word(state)
    return text("{state} · {minutes} min", state=word, minutes=minutes) if minutes else word


def spoken_words(state: str, minutes: int | None) -> str:
    """Return `late, 8 minutes`, for sentences and screen readers."""
    word = state_word(state)
    word = word[:1].lower() + word[1:]
    if not minutes:
        return word
    return plural("{state}, {n} minute", "{state}, {n} minutes", minutes, state=word)


def method_words(observation: Mapping[str, Any]) -> str:
    """Return how an observation was made: `by hand`, `card`."""
    return {
        Method.HAND: text("by hand"),
        Method.CARD: text("card"),
        Method.CAMERA: text("camera"),
        Method.KIOSK: text("kiosk"),
        Method.CODE: text("code in class"),
        Method.SHEET: text("printed sheet"),
        Method.CLOCK: text("time clock"),
        Method.EXCUSE: text("excuse"),
        Method.SETTLED: text("decision"),
    }[Method(observation.get("method") or Method.HAND)]
