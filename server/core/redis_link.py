"""The way to Redis, which several servers share; without it, or while it is away, each process counts on itself."""

import logging
import threading
from collections.abc import Callable
from typing import Any, Protocol

PREFIX = "campusdesk"
_PATIENCE_SECONDS = 0.5
_PAUSE_SECONDS = 5.0
_log = logging.getLogger(__name__)


class Shared(Protocol):
    """What the server uses of a Redis client."""

    def get(self, key: str) -> Any:
        """Return the bytes under `key`, or None."""

    def set(self, key: str, value: bytes, *, ex: int) -> Any:
        """Keep bytes for `ex` seconds."""

    def close(self) -> None:
        """Let the connections go."""


class RedisLink:
    """Two clients of one Redis: `keeping` for the threads of requests, `counting` for the event loop.

    A Redis that doesn't answer two tries of half a second is left alone for five, and the log says so once until it is
    back: no request fails for its sake. The library is loaded here and nowhere else.
    """

    def __init__(self, url: str, monotonic: Callable[[], float]) -> None:
        import redis
        from redis.asyncio import Redis as CountingRedis
        from redis.asyncio.retry import Retry as CountingRetry
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._away_until = 0.0
        self._told = False
        # One more try: a connection that was kept open may have ended with a Redis that has been started anew.
        usual: dict[str, Any] = {"socket_timeout": _PATIENCE_SECONDS, "socket_connect_timeout": _PATIENCE_SECONDS}
        self.failures: tuple[type[Exception], ...] = (redis.RedisError, OSError, TimeoutError)
        self.keeping: Shared = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 1), **usual)
        self.counting: Any = CountingRedis.from_url(url, retry=CountingRetry(NoBackoff(), 1), **usual)

    @property
    def is_up(self) -> bool:
        """Whether it is worth asking now."""
        return not self._told or self._monotonic() >= self._away_until

    def failed(self, failure: Exception) -> None:
        """Leave it alone for a while."""
        with self._lock:
            self._away_until = self._monotonic() + _PAUSE_SECONDS
            if self._told:
                return
            self._told = True
        _log.warning("Redis can't be reached (%s); each process counts for itself meanwhile", type(failure).__name__)

    def worked(self) -> None:
        """Note that it answered."""
        if not self._told:
            return
        with self._lock:
            self._told = False
        _log.info("Redis answers again")

    async def close(self) -> None:
        """Let all connections go; called in the event loop that counted."""
        self.keeping.close()
        await self.counting.aclose()
