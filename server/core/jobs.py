"""Work of the server's own: done in a thread of its life, or at once from the command line."""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

from server.core.area import Job

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 15.0


class Jobs:
    """Runs each job at its pace by `monotonic`; one that breaks is written to the log and tried again in its turn.

    The first turn comes one look after the start: a server that starts has people waiting.
    """

    def __init__(self, jobs: Iterable[Job], context: Any, monotonic: Callable[[], float]) -> None:
        self._jobs = tuple(jobs)
        self._context = context
        self._monotonic = monotonic
        self._next = {job.name: monotonic() for job in self._jobs}
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def run_due(self) -> dict[str, int]:
        """Run the jobs whose turn it is; returns how much each had to do, those that broke left out."""
        done = {}
        for job in self._jobs:
            now = self._monotonic()
            if now < self._next[job.name]:
                continue
            self._next[job.name] = now + job.every_seconds
            try:
                done[job.name] = job.run(self._context)
            except Exception:  # noqa: BLE001 - one job's fault must not end the others
                _log.exception("The job %s broke and is tried again", job.name)
        return done

    def run_all(self) -> dict[str, int]:
        """Run every job now; what breaks one is raised."""
        return {job.name: job.run(self._context) for job in self._jobs}

    def start(self) -> None:
        """Begin to run the jobs at their pace."""
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let the job under way finish, then stop."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while not self._stopped.wait(_LOOK_SECONDS):
            self.run_due()
