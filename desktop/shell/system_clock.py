"""The computer's own clock: the one place of the desktop that reads it."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Tells the time as the computer knows it."""

    def now(self) -> datetime:
        """Return the present in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - this is the Clock that everything else asks

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()
