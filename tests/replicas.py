"""A PostgreSQL with one that follows it, for tests of what is read from the second."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import DatabaseUrls, PostgresServer, fresh_database, running_postgres, running_replica
from tests.serving import TestServer, prepare, server_settings

ON = "SELECT pg_wal_replay_resume()"
Pair = tuple[PostgresServer, DatabaseUrls, PostgresServer]
_IS_COPY = "SELECT pg_is_in_recovery()"
_LOOKS = 24_000
"""So many looks, five thousandths of a second apart, at what comes at once on a quiet machine."""


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """The main server, the addresses of a prepared database on it, and the server that follows."""
    with running_postgres() as main, fresh_database(main) as urls:
        prepare(server_settings(Path(main.folder) / "away", urls))
        with running_replica(main) as replica:
            yield main, urls, replica


def database_of(pair: Pair) -> str:
    """The name of the database."""
    return pair[1].application_url.rsplit("/", 1)[1]


def came_from_replica(server: TestServer, work: Callable[[Any], Any] | None = None) -> Any:
    """Whether the replica answers reports; with `work` what that returns."""
    return server.context.reports.read(server.organisation_id, work or (lambda db: db.one(_IS_COPY)[0]))


def pause(replica: Any) -> None:
    """Stop the replica from following; it stands still when this returns, and goes on with `ON`."""
    replica.execute("SELECT pg_wal_replay_pause()")
    for _ in range(_LOOKS):
        if one(replica, "SELECT pg_get_wal_replay_pause_state() = 'paused', pg_sleep(0.005)"):
            return
    raise AssertionError("the replica goes on")


def wait_until_even(pair: Pair) -> None:
    """Wait for the replica to have all that the main server has written: the server itself waits, no clock does."""
    main, _, replica = pair
    name = database_of(pair)
    with main.connect(name) as there, replica.connect(name) as here:
        # What was written may still wait for its turn on the disk; a commit that waits for the disk takes all along.
        there.execute("SET synchronous_commit TO local")
        there.execute("SELECT pg_logical_emit_message(true, 'tests', 'as far as here')")
        place = one(there, "SELECT pg_current_wal_lsn()")
        for _ in range(_LOOKS):
            if one(here, f"SELECT pg_last_wal_replay_lsn() >= '{place}', pg_sleep(0.005)"):
                return
        raise AssertionError("the replica doesn't follow")


def one(connection: Any, sql: str) -> Any:
    """The first value of the first row."""
    return connection.execute(sql).fetchone()[0]
