"""The tables of the local store, and how bodies become text in them."""

from collections.abc import Mapping
from typing import Any

import orjson

from desktop.core.disk import Db

VERSION = 1

_STATEMENTS = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # What the server said. `shown` is 0 for tombstones and for rows that a pending command's draft covers; `stale` is
    # 1 while a row waits to be fetched again. The row number is also the number of its entry in `search`.
    """CREATE TABLE base (
        row INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, parent TEXT, seq INTEGER NOT NULL,
        revision TEXT NOT NULL, scope TEXT NOT NULL, also TEXT, deleted INTEGER NOT NULL, stale INTEGER NOT NULL,
        shown INTEGER NOT NULL, sort_text TEXT NOT NULL, key1, key2, key3, words TEXT, body TEXT)""",
    "CREATE UNIQUE INDEX base_id ON base (kind, id)",
    "CREATE INDEX base_list ON base (kind, sort_text, id) WHERE shown = 1",
    "CREATE INDEX base_children ON base (kind, parent, sort_text, id) WHERE shown = 1 AND parent IS NOT NULL",
    "CREATE INDEX base_key1 ON base (kind, key1, sort_text, id) WHERE shown = 1 AND key1 IS NOT NULL",
    "CREATE INDEX base_key2 ON base (kind, key2, sort_text, id) WHERE shown = 1 AND key2 IS NOT NULL",
    "CREATE INDEX base_key3 ON base (kind, key3, sort_text, id) WHERE shown = 1 AND key3 IS NOT NULL",
    "CREATE INDEX base_scope ON base (scope)",
    "CREATE INDEX base_also ON base (also) WHERE also IS NOT NULL",
    "CREATE INDEX base_stale ON base (stale) WHERE stale = 1",
    # What the person asked for. Positions are the order in which it was asked; `settled_seq` is the place in the feed
    # from which on the base rows include the answer; `overlaid` is 1 until the cursor is there.
    """CREATE TABLE outbox (
        position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, device_seq INTEGER NOT NULL,
        type TEXT NOT NULL, target_id TEXT NOT NULL, command TEXT NOT NULL, group_id TEXT NOT NULL,
        made_at TEXT NOT NULL, state TEXT NOT NULL, overlaid INTEGER NOT NULL, settled_seq INTEGER,
        verdict TEXT, outcomes TEXT, answered_at TEXT, dismissed INTEGER NOT NULL DEFAULT 0)""",
    "CREATE INDEX outbox_open ON outbox (position, state) WHERE state <> 'answered'",
    "CREATE INDEX outbox_overlaid ON outbox (settled_seq) WHERE overlaid = 1",
    "CREATE INDEX outbox_answered ON outbox (answered_at) WHERE state = 'answered' AND overlaid = 0",
    "CREATE INDEX outbox_verdict ON outbox (verdict, position)",
    "CREATE TABLE outbox_target (position INTEGER NOT NULL, target_id TEXT NOT NULL, base TEXT)",
    "CREATE INDEX outbox_target_id ON outbox_target (target_id, base)",
    "CREATE INDEX outbox_target_position ON outbox_target (position)",
    # What pending commands make of rows: one draft per command and row, `latest` is what the screen shows.
    """CREATE TABLE draft (
        row INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, parent TEXT,
        latest INTEGER NOT NULL, sort_text TEXT NOT NULL, key1, key2, key3, words TEXT, body TEXT)""",
    "CREATE UNIQUE INDEX draft_id ON draft (kind, id, position)",
    "CREATE INDEX draft_position ON draft (position)",
    "CREATE INDEX draft_list ON draft (kind, sort_text, id) WHERE latest = 1 AND body IS NOT NULL",
    "CREATE INDEX draft_children ON draft (kind, parent, sort_text, id) WHERE latest = 1 AND body IS NOT NULL",
    # Each entry has the number of its base row; drafts are few and read through. The index of first letters makes
    # "S-0451" among 100,000 numbers that all begin with S a matter of 2 ms instead of 160.
    """CREATE VIRTUAL TABLE search USING fts5(
        words, content = '', contentless_delete = 1, tokenize = 'unicode61', detail = none, prefix = '1')""",
)


def create(db: Db) -> None:
    """Create the tables in a fresh file; a file that has them is left alone."""
    if db.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            for statement in _STATEMENTS:
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def to_text(value: Any) -> str:
    """Return JSON text."""
    return orjson.dumps(value).decode()


def body_text(body: Mapping[str, Any] | None) -> str | None:
    """Return a body as it is stored; None (a row that is gone) stays None."""
    return None if body is None else to_text(dict(body))


def from_text(value: str) -> Any:
    """Return what JSON text says."""
    return orjson.loads(value)
