"""Pure decisions about scans: what one says at a time, what it meets, and why it is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from shared.attendance.rules import ATTENDED, Effective, rank
from shared.attendance.vocabulary import AttendanceState
from shared.core.clock import parse_instant
from shared.core.text import text

LATE_AFTER = timedelta(minutes=10)
"""A scan more than this after the start is late."""

_SCAN = 1
Body = Mapping[str, Any]


def late_from(session: Body) -> datetime:
    """Return the instant after which a scan is late."""
    return parse_instant(session["starts_at"]) + LATE_AFTER


def state_when(session: Body, at: datetime) -> tuple[AttendanceState, int | None]:
    """Return what a scan at `at` says: present, or late with whole minutes since the start."""
    if at <= late_from(session):
        return AttendanceState.PRESENT, None
    minutes = (at - parse_instant(session["starts_at"])) // timedelta(minutes=1)
    return AttendanceState.LATE, min(minutes, 600)


def why_not_scanned(session: Body, at: datetime) -> tuple[str, str] | None:
    """Return (code, sentence) where a scan comes after the class, else None; in the zone of `at`."""
    ends = parse_instant(session["ends_at"])
    if at <= ends:
        return None
    return "class_session_over", text(
        "This class ended at {end}. Mark by hand who was there.", end=ends.astimezone(at.tzinfo).strftime("%H:%M")
    )


class Meeting(StrEnum):
    """What a scan finds where it comes."""

    FRESH = "fresh"
    """No mark: the scan counts."""
    ALREADY = "already"
    """Marked as attending: no second entry."""
    BESIDE = "beside"
    """A mark by hand or an excuse says otherwise: the scan is kept beside it, once, and changes nothing."""


@dataclass(frozen=True)
class Met:
    """What a scan meets, the observation that stands, and whether an entry is to be made."""

    meeting: Meeting
    standing: Body | None = None
    makes_entry: bool = True


def meet(mark: Effective, standing: tuple[Body, ...]) -> Met:
    """Tell what a scan meets: the effective mark, and the observations of it that nothing supersedes.

    A scan never supersedes anything: it stands by its rank, below marks made by hand and excuses.
    """
    if mark.observation is None:
        return Met(Meeting.FRESH)
    if mark.state in ATTENDED:
        return Met(Meeting.ALREADY, mark.observation, makes_entry=False)
    scanned = any(rank(one) == _SCAN and one["state"] in ATTENDED for one in standing)
    return Met(Meeting.BESIDE, mark.observation, makes_entry=not scanned)
