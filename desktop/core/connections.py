"""The connections to one store file: one for each thread, one writer at a time, failures turned into sentences."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlcipher3

from desktop.core.disk import Db, Disk
from desktop.core.store_file import damaged
from shared.core.errors import CampusError
from shared.core.text import text

DATABASE_ERRORS = (sqlcipher3.DatabaseError, sqlite3.DatabaseError)
_NO_SPACE = {28, 122}
_PATIENCE = 30.0


class Connections:
    """Long-lived connections to the file at `path`; `writing` is held for the whole of a write."""

    def __init__(self, path: Path, key: bytes, disk: Disk) -> None:
        self.writing = threading.RLock()
        self._path, self._key, self._disk = path, key, disk
        self._local = threading.local()
        self._open: list[Db] = []
        self._readers = 0
        self._nobody_reads = threading.Condition()

    def db(self) -> Db:
        """Return this thread's connection."""
        db: Db | None = getattr(self._local, "db", None)
        if db is None:
            db = self._disk.connect(self._path, self._key)
            self._local.db = db
            self._open.append(db)
        return db

    def _told(self, problem: BaseException) -> CampusError | None:
        told = told_of(problem)
        if told is not None and told.code == "store_damaged":
            with suppress(OSError):
                damage_mark(self._path).touch()
        return told

    @contextmanager
    def write(self, *, waits_for_disk: bool = True) -> Iterator[Db]:
        """One transaction; CampusError `disk_full` or `store_damaged` where that is what went wrong.

        What the server can send again need not wait for the disk: after power loss it is missing whole, cursor and
        all, and the next write that waits brings everything before it to disk as well.
        """
        with self.writing:
            db = self.db()
            if not waits_for_disk:
                db.execute("PRAGMA synchronous = NORMAL")
            try:
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
            except BaseException as problem:
                _roll_back(db)
                told = self._told(problem)
                if told is not None:
                    raise told from problem
                raise
            finally:
                if not waits_for_disk:
                    db.execute("PRAGMA synchronous = FULL")

    @contextmanager
    def read(self) -> Iterator[Db]:
        """Statements that change nothing, each seeing what is committed when it starts."""
        with self._nobody_reads:
            self._readers += 1
        try:
            yield self.db()
        except DATABASE_ERRORS as problem:
            raise self._told(problem) or problem from problem
        finally:
            with self._nobody_reads:
                self._readers -= 1
                self._nobody_reads.notify_all()

    def close(self) -> None:
        """Close every connection, whichever thread opened it, once nobody reads or writes any more.

        SQLite brings the program down where a connection goes while another thread is at work on it. A thread that
        reads for longer than half a minute keeps its connection.
        """
        with self.writing, self._nobody_reads:
            if not self._nobody_reads.wait_for(lambda: not self._readers, _PATIENCE):
                return
            for db in self._open:
                db.close()
            self._open.clear()
            self._local = threading.local()


def _roll_back(db: Db) -> None:
    try:
        db.execute("ROLLBACK")
    except DATABASE_ERRORS:
        return  # SQLite has rolled back by itself, as it does on a full disk


def damage_mark(store_path: Path) -> Path:
    """Return the file that says that a store was found damaged while in use, so that the next start rescues it."""
    return store_path.with_suffix(".damaged")


def disk_full() -> CampusError:
    """The error when there is no room left."""
    return CampusError(
        "disk_full",
        text("This computer's disk is full, so this was not saved. Make room, then save again."),
    )


def told_of(problem: BaseException) -> CampusError | None:
    """Return the error that a person is told for a failed read or write, or None where it is a crash."""
    if isinstance(problem, OSError):
        return disk_full() if problem.errno in _NO_SPACE else None
    if not isinstance(problem, DATABASE_ERRORS):
        return None
    words = str(problem).lower()
    if "full" in words:
        return disk_full()
    if any(word in words for word in ("malformed", "not a database", "corrupt")):
        return damaged(problem)
    return None
