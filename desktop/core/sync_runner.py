"""Runs the sync engine again and again: soon after a save, now and then when idle, ever later when it fails."""

import threading
from collections.abc import Callable

from desktop.core.api_errors import ApiError
from desktop.core.retry import Backoff
from desktop.core.scheduler import Job, Scheduler
from desktop.core.sync_engine import SyncEngine
from desktop.core.sync_state import Phase, SyncState

EVERY = 30.0
_NEEDS_PERSON = frozenset({Phase.SIGNED_OUT, Phase.UPDATE_NEEDED, Phase.CERTIFICATE_CHANGED})
_SELDOM = 300.0


class SyncRunner:
    """Keeps one store in sync. `on_state` is told every state on the syncing thread; `retry_in` says when it tries."""

    def __init__(
        self,
        engine: SyncEngine,
        scheduler: Scheduler,
        backoff: Backoff | None = None,
        on_state: Callable[[SyncState], None] | None = None,
        every: float = EVERY,
    ) -> None:
        self._engine, self._scheduler, self._every = engine, scheduler, every
        self._backoff = backoff or Backoff()
        self._lock = threading.Lock()
        self._call_off: Job | None = None
        self._failures = 0
        self._running = self._again = self._at_once = self._stopped = False
        if on_state is not None:
            engine.subscribe(on_state)

    def start(self) -> None:
        """Sync for the first time."""
        self.wake(urgent=True)

    def wake(self, urgent: bool = False) -> None:
        """Sync soon. While the network is away a save doesn't shorten the pause; `urgent` (a click, focus) does."""
        with self._lock:
            if self._stopped or (self._failures and not urgent):
                return
            if self._running:
                self._again = True
                self._at_once = self._at_once or urgent
                return
            self._plan(0.0)

    def check(self) -> None:
        """Compare everything with the server, now."""
        self._engine.want_check()
        self.wake(urgent=True)

    def stop(self) -> None:
        """Start nothing more; an exchange under way ends by itself and harms nothing."""
        with self._lock:
            self._stopped = True
            if self._call_off is not None:
                self._call_off()

    def _plan(self, seconds: float) -> None:
        if self._call_off is not None:
            self._call_off()
        self._call_off = self._scheduler.after(seconds, self._run)

    def _run(self) -> None:
        with self._lock:
            if self._stopped or self._running:
                return
            self._running, self._again, self._at_once = True, False, False
        wait = self._every
        try:
            state = self._engine.run_once()
            wait = self._wait_after(state)
        finally:
            with self._lock:
                self._running = False
                if not self._stopped:
                    # What a person asked for meanwhile (signed in again, say) isn't answered by the run that failed.
                    self._plan(0.0 if self._at_once or (self._again and not self._failures) else wait)

    def _wait_after(self, state: SyncState) -> float:
        problem = self._engine.problem
        if problem is None:
            self._failures = 0
            return self._every
        self._failures += 1
        if state.phase in _NEEDS_PERSON:
            return _SELDOM
        asked = problem.retry_after if isinstance(problem, ApiError) else None
        return max(asked or 0.0, self._backoff.pause(self._failures))
