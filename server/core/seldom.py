"""Says yes to the same thing once in a while, so that what comes with every request is done now and then."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

_REMEMBERED = 10_000


class Seldom:
    """Remembers when each key was last let through, by `monotonic`; the ten thousand latest keys."""

    def __init__(self, monotonic: Callable[[], float], seconds: float) -> None:
        self._monotonic, self._seconds = monotonic, seconds
        self._let: OrderedDict[Hashable, float] = OrderedDict()
        self._lock = threading.Lock()

    def is_due(self, key: Hashable) -> bool:
        """Tell whether `key` wasn't let through for so many seconds; then it counts as let through now."""
        now = self._monotonic()
        with self._lock:
            before = self._let.get(key)
            if before is not None and now - before < self._seconds:
                return False
            self._let[key] = now
            self._let.move_to_end(key)
            while len(self._let) > _REMEMBERED:
                self._let.popitem(last=False)
        return True
