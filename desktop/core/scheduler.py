"""When things happen: a scheduler handed in, so that the simulator owns time; and the real one with a thread."""

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from typing import Protocol

from shared.core.clock import Clock

Job = Callable[[], None]


class Scheduler(Protocol):
    """Runs jobs later, one at a time."""

    def after(self, seconds: float, job: Job) -> Job:
        """Run `job` once after `seconds`; returns what calls that off."""


class ThreadScheduler:
    """One thread that runs jobs in the order they are due; the next one starts when the last one has ended.

    A job that crashes is logged and doesn't stop the others.
    """

    def __init__(self, clock: Clock, name: str = "sync") -> None:
        self._clock = clock
        self._due: list[tuple[float, int, Job]] = []
        self._called_off: set[int] = set()
        self._number = itertools.count()
        self._changed = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def after(self, seconds: float, job: Job) -> Job:
        """Run `job` once after `seconds`; returns what calls that off."""
        number = next(self._number)
        with self._changed:
            heapq.heappush(self._due, (self._clock.monotonic() + max(0.0, seconds), number, job))
            self._changed.notify()

        def call_off() -> None:
            with self._changed:
                self._called_off.add(number)

        return call_off

    def stop(self, timeout: float = 10.0) -> None:
        """Start no further job, and wait for the one that runs."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout)

    def pause(self, seconds: float) -> bool:
        """Wait inside a job; True when the scheduler is stopping and the job should give up."""
        with self._changed:
            return self._changed.wait_for(lambda: self._stopped, seconds)

    def _next(self) -> Job | None:
        with self._changed:
            while not self._stopped:
                wait = self._due[0][0] - self._clock.monotonic() if self._due else None
                if wait is None or wait > 0:
                    self._changed.wait(wait)
                    continue
                _, number, job = heapq.heappop(self._due)
                if number not in self._called_off:
                    return job
                self._called_off.discard(number)
            return None

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                job()
            except Exception:
                logging.getLogger(__name__).exception("A background job crashed")
