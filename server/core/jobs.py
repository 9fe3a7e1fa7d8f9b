"""Work of the server's own, done by one process at a time: in a thread of its life, or from the command line."""

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from server.core import job_claims
from server.core.area import Job
from server.core.context import Context
from server.core.database import Db, is_database_gone
from server.core.job_claims import Run
from shared.core.text import text

_log = logging.getLogger(__name__)
_FIRST_LOOK_SECONDS = 15.0
_LOOK_SECONDS = 2.0


class Jobs:
    """Runs each job in its turn, whichever process gets to it first; the database says whose it is.

    A job that breaks is written to the log and tried again in its turn. One whose process died is taken up by another
    when its lease runs out. The first look is a while after the start: a server that starts has people waiting.
    """

    def __init__(self, jobs: Iterable[Job], context: Context) -> None:
        self._jobs = tuple(jobs)
        self._context = context
        self._prepared = False
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def run_due(self) -> dict[str, int]:
        """Run the jobs whose turn it is; returns how much each had to do, those that broke left out."""
        self._prepare()
        with self._context.database.read() as db:
            due = job_claims.due(db, self._context.clock.now())
        done: dict[str, int] = {}
        for job in self._jobs:
            waiting = job.name not in due and job.waiting is not None and job.waiting(self._context)
            if job.name not in due and not waiting:
                continue
            try:
                told = self._run(job, early=waiting)
            except Exception:  # noqa: BLE001 - one job's fault must not end the others
                _log.exception("The job %s broke and is tried again", job.name)
            else:
                done |= told
        return done

    def run_all(self) -> dict[str, int]:
        """Run every job now, but for those that another process has in hand; what breaks one is raised."""
        self._prepare()
        done: dict[str, int] = {}
        for job in self._jobs:
            done |= self._run(job, early=True)
        return done

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
        pause = _FIRST_LOOK_SECONDS
        while not self._stopped.wait(pause):
            pause = _LOOK_SECONDS
            try:
                self.run_due()
            except Exception as failure:  # noqa: BLE001 - this thread lives as long as the server
                # Everybody who asks for something is told that the database is away; the jobs just wait for it.
                if not is_database_gone(failure):
                    _log.exception("The jobs couldn't be looked at")
                pause = _FIRST_LOOK_SECONDS

    def _prepare(self) -> None:
        if self._prepared:
            return
        jobs = [(job.name, job.every_seconds) for job in self._jobs]
        self._context.database.write(lambda db: job_claims.prepare(db, jobs, self._context.clock.now()))
        self._prepared = True

    def _run(self, job: Job, *, early: bool) -> dict[str, int]:
        """Run a job if it can be had; returns its name with how much there was to do, or nothing."""
        context = self._context
        run = Run(context.new_id(), job.name)
        if not context.database.write(lambda db: job_claims.claim(db, run, context.clock.now(), early=early)):
            return {}
        done, problem = 0, text("It broke. The server's log says where and why.")
        try:
            with self._kept(run):
                done = job.run(context)
            problem = ""
        finally:
            context.database.write(lambda db: self._finish(db, job, run, done, problem))
        return {job.name: done}

    def _finish(self, db: Db, job: Job, run: Run, done: int, problem: str) -> None:
        now = self._context.clock.now()
        job_claims.finish(db, run, now, now + timedelta(seconds=job.every_seconds), done, problem)

    @contextmanager
    def _kept(self, run: Run) -> Iterator[None]:
        """Renew the lease for as long as the block runs."""
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(job_claims.LEASE.total_seconds() / 4):
                try:
                    self._context.database.write(lambda db: job_claims.renew(db, run, self._context.clock.now()))
                except Exception as failure:  # noqa: BLE001 - the run itself meets the same fault and tells it
                    _log.info("The lease of %s couldn't be renewed: %s", run.name, type(failure).__name__)

        thread = threading.Thread(target=renew, name=f"lease of {run.name}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
