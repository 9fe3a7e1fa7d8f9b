"""Long work that tells how far it is and can be stopped between two steps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event


class StoppedError(Exception):
    """The person stopped the work."""


@dataclass
class Work:
    """Long work: `tell(done, total)` is called as it goes on, `stop` ends it at the next step."""

    tell: Callable[[int, int], object] = lambda _done, _total: None
    stop: Event = field(default_factory=Event)

    def step(self, done: int, total: int) -> None:
        """Tell how far it is. Raises StoppedError."""
        if self.stop.is_set():
            raise StoppedError
        self.tell(done, total)
