"""The server's epoch: a word that changes when a backup is restored, remembered so that health needs no database."""

from collections.abc import Callable

from server.core.database import Database, Db

_NAME = "server_epoch"
_READ = "SELECT value FROM server_state WHERE name = :name"
_WRITE = """
INSERT INTO server_state (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""
_HEADS = "UPDATE feed_head SET server_epoch = :value"
_KEPT_SECONDS = 30.0


class ServerEpoch:
    """Reads the epoch at most every 30 seconds; the last one known stays while the database is away."""

    def __init__(self, database: Database, monotonic: Callable[[], float]) -> None:
        self._database = database
        self._monotonic = monotonic
        self._value: str | None = None
        self._read_at: float | None = None

    @property
    def known(self) -> str | None:
        """The epoch as last read; None before the first reading."""
        return self._value

    @property
    def is_old(self) -> bool:
        """Whether it is time to read again."""
        return self._read_at is None or self._monotonic() - self._read_at >= _KEPT_SECONDS

    def read(self) -> str | None:
        """Ask the database; its failures are raised."""
        self._read_at = self._monotonic()
        with self._database.read() as db:
            self._value = stored_epoch(db)
        return self._value


def stored_epoch(db: Db) -> str | None:
    """Return the epoch; None before `init`."""
    row = db.one(_READ, name=_NAME)
    return row[0] if row else None


def present_epoch(db: Db, fresh: str) -> str:
    """Return the epoch, which becomes `fresh` where there is none yet."""
    known = stored_epoch(db)
    if known is None:
        db.run(_WRITE, name=_NAME, value=fresh)
    return known or fresh


def begin_epoch(db: Db, epoch: str) -> None:
    """Begin an epoch for the server and all its feeds: devices then offer again what they kept."""
    db.run(_WRITE, name=_NAME, value=epoch)
    db.run(_HEADS, value=epoch)
