"""Time as an argument: a protocol for clocks, and instants as fixed-width text that sorts by time."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far a device's clock may be off before its commands are flagged."""


class Clock(Protocol):
    """What tells the time; passed in everywhere, so that tests and the simulator own it."""

    def now(self) -> datetime:
        """Return the present as an aware datetime in UTC."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards, for measuring waits."""


class ManualClock:
    """A clock that stands still until told to move."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
        self._monotonic = 0.0

    def now(self) -> datetime:
        """Return the instant it was set to."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds it was moved by; setting the wall clock does not change them."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move both readings forward."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def set(self, instant: datetime) -> None:
        """Set the wall clock, also backwards, as a person or a flat battery does."""
        self._now = instant


def instant_text(instant: datetime) -> str:
    """Return an aware datetime as `2026-11-20T08:30:00.000Z`: fixed width, so text order is time order."""
    utc = instant.astimezone(UTC)
    return f"{utc.isoformat(timespec='milliseconds')[:-6]}Z"


def parse_instant(value: str) -> datetime:
    """Return the aware datetime of an ISO 8601 text; a text without zone is taken as UTC.

    Raises ValueError when it is no instant.
    """
    parsed = datetime.fromisoformat(value)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def is_clock_off(observed_at: str, clock_offset: int, received_at: datetime) -> bool:
    """Tell whether a device's clock was off: its own offset says so, or it lies ahead of the server."""
    tolerance = CLOCK_TOLERANCE / timedelta(milliseconds=1)
    return abs(clock_offset) > tolerance or parse_instant(observed_at) - received_at > CLOCK_TOLERANCE
