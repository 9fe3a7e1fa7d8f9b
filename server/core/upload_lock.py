"""One writer to an upload: a lock of the operating system, and a word to an earlier writer that still waits."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from server.core.file_store import make_private
from shared.core.errors import CampusError
from shared.core.text import text

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class PartLock:
    """The lock at `path`; the system drops it when the process ends, however it ends. A `with` block.

    Raises CampusError `upload_busy` while another one holds it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def __enter__(self) -> None:
        """Take it."""
        make_private(self._path.parent)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            raise busy() from None
        self._handle = handle

    def __exit__(self, *_problem: object) -> None:
        """Give it back."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def busy() -> CampusError:
    """Return what a caller is told whose upload is being written to by another request."""
    message = text("This upload is being written to from elsewhere. It goes on in a moment.")
    return CampusError("upload_busy", message, {"retry_after": 2})


class Turn:
    """One request's time at an upload; it ends when nothing comes for too long, or when a newer request asks."""

    def __init__(self, idle_seconds: float) -> None:
        self._idle = idle_seconds
        self._asked = False
        self._limit: asyncio.Timeout | None = None
        self.over = asyncio.Event()

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """Limit the waiting inside; raises TimeoutError when it is over."""
        if self._asked:
            raise TimeoutError
        async with asyncio.timeout(self._idle) as limit:
            self._limit = limit
            try:
                yield
            finally:
                self._limit = None

    def end(self) -> None:
        """Ask the request to make way."""
        self._asked = True
        if self._limit is not None:
            self._limit.reschedule(asyncio.get_running_loop().time())


class Turns:
    """The requests of this process that write to uploads. Asked from the event loop alone, so it needs no lock."""

    def __init__(self, idle_seconds: float, patience: float = 5.0) -> None:
        self._idle, self._patience = idle_seconds, patience
        self._now: dict[str, Turn] = {}

    async def begin(self, upload_id: str) -> Turn:
        """Wait until an earlier request has made way, and take its place. Raises CampusError `upload_busy`."""
        earlier = self._now.get(upload_id)
        turn = self._now[upload_id] = Turn(self._idle)
        if earlier is not None:
            earlier.end()
            try:
                async with asyncio.timeout(self._patience):
                    await earlier.over.wait()
            except TimeoutError:
                self.end(upload_id, turn)
                raise busy() from None
        return turn

    def end(self, upload_id: str, turn: Turn) -> None:
        """Give the place back."""
        turn.over.set()
        if self._now.get(upload_id) is turn:
            del self._now[upload_id]
