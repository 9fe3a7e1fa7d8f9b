"""Answers of the server that are still fresh, by address; the oldest go when there are too many bytes."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from shared.core.clock import Clock

FRESH_FOR = 30.0
MAX_BYTES = 20_000_000


@dataclass(frozen=True)
class Cached:
    """A decoded answer with its ETag; `at` is the monotonic second when it was known to be right."""

    value: Any
    etag: str | None
    size: int
    at: float


class ReadCache:
    """Keeps decoded answers for `fresh_for` seconds, and behind that for asking "has it changed?"."""

    def __init__(self, clock: Clock, fresh_for: float = FRESH_FOR, max_bytes: int = MAX_BYTES) -> None:
        self._clock, self._fresh_for, self._max_bytes = clock, fresh_for, max_bytes
        self._entries: OrderedDict[str, Cached] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def fresh(self, address: str) -> Cached | None:
        """Return an answer that needs no asking, or None."""
        entry = self.known(address)
        return entry if entry and self._clock.monotonic() - entry.at < self._fresh_for else None

    def known(self, address: str) -> Cached | None:
        """Return an answer however old, or None."""
        with self._lock:
            entry = self._entries.get(address)
            if entry is not None:
                self._entries.move_to_end(address)
            return entry

    def put(self, address: str, value: Any, etag: str | None, size: int) -> None:
        """Keep an answer; one bigger than the whole cache isn't kept."""
        with self._lock:
            self._drop(address)
            if size > self._max_bytes:
                return
            self._entries[address] = Cached(value, etag, size, self._clock.monotonic())
            self._size += size
            while self._size > self._max_bytes:
                self._drop(next(iter(self._entries)))

    def confirm(self, address: str) -> None:
        """Count an answer as fresh again, after the server said that it hasn't changed."""
        with self._lock:
            entry = self._entries.get(address)
            if entry is not None:
                self._entries[address] = replace(entry, at=self._clock.monotonic())

    def stale(self, matches: Callable[[str], bool]) -> None:
        """Let answers be asked for again: after an event, a write, or when the window gets the focus."""
        with self._lock:
            for address, entry in self._entries.items():
                if matches(address):
                    self._entries[address] = replace(entry, at=entry.at - self._fresh_for)

    def clear(self) -> None:
        """Forget everything, as at a sign-out."""
        with self._lock:
            self._entries.clear()
            self._size = 0

    def _drop(self, address: str) -> None:
        entry = self._entries.pop(address, None)
        self._size -= entry.size if entry else 0
