"""One process per store: an operating-system lock, and a way to ask the first window to come to the front."""

import os
import sys
from pathlib import Path

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


class StoreBusyError(CampusError):
    """Another process has this store open; it was asked to show its window."""

    def __init__(self) -> None:
        super().__init__(
            "store_busy",
            text("Campusdesk is already open with your work on this computer. Its window comes to the front."),
        )


class StoreLock:
    """The lock of the store in `folder`; the operating system drops it when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "store.lock"
        self._raise = folder / "raise-window"
        self._handle: int | None = None

    def acquire(self, *, call_first: bool = True) -> None:
        """Take the lock, or leave a note for the process that has it (`call_first`) and raise StoreBusyError."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            if call_first:
                self._raise.touch()
            raise StoreBusyError from None
        self._handle = handle
        self._raise.unlink(missing_ok=True)

    def release(self) -> None:
        """Give the lock back; the file stays, since removing it would race with the next process."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def is_called(self) -> bool:
        """Tell whether a second start asked for this window since the last call; the shell asks once a second."""
        try:
            self._raise.unlink()
        except FileNotFoundError:
            return False
        return True
