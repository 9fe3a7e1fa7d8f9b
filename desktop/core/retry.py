"""Growing pauses with jitter between tries, and a wait that can be ended."""

import random
from collections.abc import Callable
from dataclasses import dataclass

Pause = Callable[[float], bool]
"""Waits for seconds; True when it was ended early and the work should be given up."""


@dataclass(frozen=True)
class Backoff:
    """Pauses of `first` seconds, growing by `factor` up to `most`, each between half and the whole of that.

    `uniform(low, high)` draws; the simulator hands in a seeded one.
    """

    first: float = 1.0
    factor: float = 2.0
    most: float = 60.0
    uniform: Callable[[float, float], float] = random.SystemRandom().uniform

    def pause(self, failures: int) -> float:
        """Return the seconds to wait after so many failures in a row (at least one)."""
        whole = min(self.most, self.first * self.factor ** min(failures - 1, 30))
        return self.uniform(whole / 2, whole)
