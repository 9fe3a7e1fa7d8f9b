"""The few facts about the store itself: how far it has read, who it is to the server, what is still to fetch."""

from typing import Any

from desktop.core.disk import Db
from desktop.core.schema import from_text, to_text
from shared.core.sync import Cursor, SnapshotTask

CURSOR = "cursor"
SCOPES = "scopes"
TASKS = "snapshot_tasks"
PURGE = "purge_pending"
MORE = "more"
UNKNOWN_KIND = "unknown_kind"
DEVICE = "device_id"
EPOCH = "install_epoch"
NEXT_SEQ = "next_seq"
OFFSET = "clock_offset"
LEASE = "lease"
HIGH_WATER = "high_water"
LAST_SYNC = "last_sync"
LAST_CHECK = "last_check"
PROFILE = "profile"
TOKENS = "tokens"
ACTOR = "actor"
LEASE_KEY = "lease_key"
LOG_CUT = "log_cut"
DEVICE_KEY = "device_key"
ORGANISATION = "organisation"


def read(db: Db, name: str, default: Any = None) -> Any:
    """Return the value stored under `name`, or `default`."""
    row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return default if row is None else from_text(row[0])


def write(db: Db, name: str, value: Any) -> None:
    """Store a JSON-ready value under `name`."""
    db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, to_text(value)))


def read_all(db: Db, prefix: str) -> dict[str, Any]:
    """Return all values stored under names that begin with `prefix`."""
    found = db.execute("SELECT name, value FROM meta WHERE name >= ? AND name < ?", (prefix, prefix + "\U0010ffff"))
    return {name: from_text(value) for name, value in found}


def drop(db: Db, name: str) -> None:
    """Forget what is stored under `name`."""
    db.execute("DELETE FROM meta WHERE name = ?", (name,))


def cursor(db: Db) -> Cursor | None:
    """Return how far the device has read; None before the first exchange."""
    value = read(db, CURSOR)
    return None if value is None else Cursor.model_validate(value)


def write_cursor(db: Db, value: Cursor | None) -> None:
    """Store how far the device has read."""
    write(db, CURSOR, None if value is None else value.model_dump())


def tasks(db: Db) -> list[SnapshotTask]:
    """Return what is still to be fetched beside the feed, first one first."""
    return [SnapshotTask.model_validate(task) for task in read(db, TASKS, [])]


def write_tasks(db: Db, value: list[SnapshotTask]) -> None:
    """Store what is still to be fetched."""
    write(db, TASKS, [task.model_dump() for task in value])
