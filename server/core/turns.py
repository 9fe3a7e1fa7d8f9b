"""Lets those who want the same thing at once take turns, without holding a thread while they wait."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class Turns:
    """One turn at a time for each key; a key that nobody waits for takes no memory."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, asyncio.Lock] = {}
        self._wanting: dict[Hashable, int] = {}

    @asynccontextmanager
    async def of(self, key: Hashable) -> AsyncIterator[None]:
        """Wait for the turn of `key` and hold it inside."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._wanting[key] = self._wanting.get(key, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._wanting[key] -= 1
            if not self._wanting[key]:
                del self._wanting[key], self._locks[key]
