"""The one writer of an SQLite database: a thread that commits waiting transactions together."""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

Job = Callable[[sqlite3.Connection], Any]


class Writer:
    """Runs jobs one after another, each in a savepoint, and commits those that wait together in one transaction.

    A job's answer is given only after the commit that holds it; a commit that fails fails all jobs in it. Memory: at
    most `largest_group` jobs between two commits.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection], largest_group: int = 64) -> None:
        self._connect = connect
        self._largest_group = largest_group
        self._jobs: queue.SimpleQueue[tuple[Job, Future[Any]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def run(self, job: Job) -> Any:
        """Run `job` in the writer's thread and return its answer once it is on disk; its exception is raised here."""
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="sqlite-writer", daemon=True)
                self._thread.start()
        answer: Future[Any] = Future()
        self._jobs.put((job, answer))
        return answer.result()

    def close(self) -> None:
        """Finish what waits, then stop."""
        with self._starting:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._jobs.put(None)
            thread.join()

    def _work(self) -> None:
        connection: sqlite3.Connection | None = None
        going = True
        while going:
            group, going = self._next_group()
            if not group:
                continue
            try:
                connection = connection or self._connect()
                self._commit_together(connection, group)
            except BaseException as failure:  # noqa: BLE001 - whatever it is, the callers wait for it
                if connection is not None and connection.in_transaction:
                    connection.execute("ROLLBACK")
                for _, answer in group:
                    if not answer.done():
                        answer.set_exception(failure)
        if connection is not None:
            connection.close()

    def _next_group(self) -> tuple[list[tuple[Job, Future[Any]]], bool]:
        first = self._jobs.get()
        if first is None:
            return [], False
        group = [first]
        while len(group) < self._largest_group:
            try:
                more = self._jobs.get_nowait()
            except queue.Empty:
                break
            if more is None:
                return group, False
            group.append(more)
        return group, True

    def _commit_together(self, connection: sqlite3.Connection, group: list[tuple[Job, Future[Any]]]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        answers: list[tuple[Future[Any], Any, BaseException | None]] = []
        for job, answer in group:
            connection.execute("SAVEPOINT job")
            try:
                result = job(connection)
            except Exception as problem:  # noqa: BLE001 - belongs to this job alone and is raised at its caller
                connection.execute("ROLLBACK TO job")
                answers.append((answer, None, problem))
            else:
                answers.append((answer, result, None))
            connection.execute("RELEASE job")
        connection.execute("COMMIT")
        for answer, result, error in answers:
            if error is None:
                answer.set_result(result)
            else:
                answer.set_exception(error)
