"""Lets what was emptied leave the database's files, too: SQLite keeps old bytes in free pages and in its log."""

import sqlite3

from server.core.database import Database

_PATIENT_SECONDS = 60


def compact(database: Database) -> bool:
    """Write a SQLite file anew without its free pages, and empty its log; True where both came to their end.

    PostgreSQL gives old rows up by itself (autovacuum), and its backups never hold them. Readers may go on meanwhile;
    while one of them holds the log open it can't be emptied, and the next turn does it.
    """
    path = database.url.database
    if database.dialect != "sqlite" or not path or path == ":memory:":
        return True
    connection = sqlite3.connect(path, isolation_level=None, timeout=_PATIENT_SECONDS)
    try:
        connection.execute("VACUUM")
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.close()
    return not busy
