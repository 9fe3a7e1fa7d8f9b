"""Reading for reports from a copy of the database that PostgreSQL keeps up to date, where an institute has one."""

import logging
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

import psycopg
from sqlalchemy.exc import DBAPIError

from server.core.database import Database, Db, RepeatTransactionError
from shared.core.errors import CampusError
from shared.core.text import text

T = TypeVar("T")
AWAY_SECONDS = 30.0
"""How long a replica that failed isn't asked again."""
CONNECT_SECONDS = 3
_HEAD = "SELECT server_epoch, seq FROM feed_head WHERE organisation_id = :o"
_LOG = logging.getLogger(__name__)


class Reports:
    """Reads of an institute as it is now, off the main database whenever the replica has come as far.

    A replica is behind by moments, and by hours where its line is cut. What an institute changed last has a number in
    the feed, which both are asked for: a replica that hasn't that number yet isn't used for this answer, so whoever
    saved something and opens a report finds it there.
    """

    def __init__(self, main: Database, replica: Database | None, monotonic: Callable[[], float]) -> None:
        self._main, self._replica, self._monotonic = main, replica, monotonic
        self._away_until = 0.0
        self._guard = Lock()

    def read(self, organisation_id: str, work: Callable[[Db], T]) -> T:
        """Return what `work` returns with a connection for reading; it may run twice, so it only reads.

        A replica that is away, behind, or ends the statement because it has to catch up leaves it to the main
        database.
        """
        replica = self._replica
        if replica is not None and self._monotonic() >= self._away_until:
            try:
                with replica.read() as copy:
                    if self._is_up_to_date(copy, organisation_id):
                        return work(copy)
            except (DBAPIError, psycopg.Error, RepeatTransactionError) as failure:
                self._note(failure)
        with self._main.read() as db:
            return work(db)

    def _is_up_to_date(self, copy: Db, organisation_id: str) -> bool:
        with self._main.read() as db:
            wanted = db.one(_HEAD, o=organisation_id)
        there = copy.one(_HEAD, o=organisation_id)
        if wanted is None or there is None:
            return False
        return bool(there[0] == wanted[0] and there[1] >= wanted[1])

    def _note(self, failure: Exception) -> None:
        state = getattr(getattr(failure, "orig", failure), "sqlstate", None)
        if state == "40001":  # it had to catch up in the middle of the statement: it is well, and busy
            return
        with self._guard:
            self._away_until = self._monotonic() + AWAY_SECONDS
        _LOG.warning("The replica for reports can't be read; the main database answers. %s", type(failure).__name__)

    def close(self) -> None:
        """Let the replica's connections go."""
        if self._replica is not None:
            self._replica.close()


def open_replica(url: str, pool_size: int) -> Database:
    """Return the replica at `url`; nothing is connected yet.

    Raises CampusError `replica_unusable` for anything but PostgreSQL: SQLite has no copy that follows.
    """
    if not url.startswith("postgresql"):
        raise CampusError(
            "replica_unusable",
            text("Only PostgreSQL keeps a replica. Leave the setting 'replica_url' out, or name a PostgreSQL in it."),
        )
    return Database(url, pool_size, connect_seconds=CONNECT_SECONDS)
