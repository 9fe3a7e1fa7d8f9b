"""Moves files for as long as some wait: piece by piece on the scheduler of syncing, ever later while it fails."""

import threading

from desktop.core.api_errors import ApiError, Sort
from desktop.core.file_transfer import FileTransfer
from desktop.core.retry import Backoff
from desktop.core.scheduler import Job, Scheduler
from shared.core.errors import CampusError

_SELDOM = 300.0


class FileRunner:
    """Runs a transfer on a scheduler that others use, too. `problem` says what stands in the way, or is None."""

    def __init__(self, transfer: FileTransfer, scheduler: Scheduler, backoff: Backoff | None = None) -> None:
        self._transfer, self._scheduler = transfer, scheduler
        self._backoff = backoff or Backoff()
        self._lock = threading.Lock()
        self._call_off: Job | None = None
        self._failures = 0
        self._stopped = False
        self.problem: CampusError | None = None
        transfer.wake = self.wake

    def start(self) -> None:
        """Go on with what was left the last time."""
        self.wake(urgent=True)

    def wake(self, *, urgent: bool = False) -> None:
        """Move soon. While the network is away this doesn't shorten the pause; `urgent` (a click) does."""
        with self._lock:
            if not self._stopped and (urgent or not self._failures):
                self._plan(0.0)

    def stop(self) -> None:
        """Start no further piece, and end the one under way; nothing of it is lost."""
        with self._lock:
            self._stopped = True
            if self._call_off is not None:
                self._call_off()
        self._transfer.close()

    def _plan(self, seconds: float) -> None:
        if self._call_off is not None:
            self._call_off()
        self._call_off = self._scheduler.after(seconds, self._run)

    def _run(self) -> None:
        with self._lock:
            if self._stopped:
                return
            self._call_off = None
        wait = self._moved()
        if wait is not None:
            self._go_on(wait)

    def _go_on(self, wait: float) -> None:
        with self._lock:
            # Whoever woke it meanwhile has planned the next piece already.
            if not self._stopped and self._call_off is None:
                self._plan(wait)

    def _moved(self) -> float | None:
        """Move one piece; returns how long to wait before the next one, or None where nothing is left."""
        try:
            more = self._transfer.run_once()
        except CampusError as problem:
            self._failures += 1
            self.problem = problem
            return self._pause(problem)
        self._failures, self.problem = 0, None
        return 0.0 if more else None

    def _pause(self, problem: CampusError) -> float:
        if not isinstance(problem, ApiError) or problem.sort is Sort.AUTH:
            return _SELDOM
        return max(problem.retry_after or 0.0, self._backoff.pause(self._failures))
