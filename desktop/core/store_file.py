"""Opens the encrypted store file, and refuses to go on when it would not be encrypted."""

from pathlib import Path

import sqlcipher3

from desktop.core.disk import Db, Disk
from shared.core.errors import CampusError
from shared.core.text import text

KEY_BYTES = 32
_PLAIN_HEADER = b"SQLite format 3\x00"
_CACHE_KIB = 64_000
_WAL_PAGES = 8_000
"""A first pull writes the same index pages again and again; the longer the log, the fewer of them reach the file."""


class NotEncryptedError(Exception):
    """The SQLite library at hand ignores keys; nothing may be written."""


def damaged(cause: object = None) -> CampusError:
    """The error for a store file that can't be read any more."""
    return CampusError(
        "store_damaged",
        text(
            "The file with your work on this computer is damaged. Restart the program: it brings back what you had"
            " not sent and fetches the rest from the server."
        ),
        {"cause": str(cause)} if cause else None,
    )


def open_encrypted(path: Path, key: bytes) -> Db:
    """Open or create the SQLCipher file at `path` with the raw 32-byte `key`.

    Raises CampusError `store_damaged` when the key does not open it, NotEncryptedError where SQLite ignores keys.
    """
    if len(key) != KEY_BYTES:
        message = f"A store key has {KEY_BYTES} bytes."
        raise ValueError(message)
    db: Db = sqlcipher3.connect(
        str(path), isolation_level=None, check_same_thread=False, cached_statements=256, timeout=10
    )
    try:
        db.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        _check_cipher(db)
        prepare(db)
        if is_plain(path):
            message = "The store file is not encrypted."
            raise NotEncryptedError(message)  # noqa: TRY301 - the connection is closed below either way
    except sqlcipher3.DatabaseError as problem:
        db.close()
        raise damaged(problem) from problem
    except BaseException:
        db.close()
        raise
    return db


def _check_cipher(db: Db) -> None:
    if db.execute("PRAGMA cipher_version").fetchone() is None:
        message = "This SQLite does not encrypt."
        raise NotEncryptedError(message)


def prepare(db: Db) -> None:
    """Set what every connection needs: WAL, a commit that survives power loss, nothing in temporary files."""
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA temp_store = MEMORY")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    db.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
    db.execute("SELECT count(*) FROM sqlite_master").fetchone()


def is_plain(path: Path) -> bool:
    """Tell whether the file carries the header of ordinary SQLite."""
    with path.open("rb") as file:
        return file.read(len(_PLAIN_HEADER)) == _PLAIN_HEADER


REAL_DISK = Disk(connect=open_encrypted)
