"""Backup and restore: one portable file for both databases, written from a single moment and checked before use.

The file is a zip: `manifest.json`, one `tables/<name>.jsonl` for each table, the files that people brought in under
their hashes, and the server's keys where a passphrase was given to seal them with. What was written from SQLite can be
restored into PostgreSQL and the other way round.
"""

import base64
import hashlib
import os
import secrets
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from sqlalchemy import (
    URL,
    Connection,
    LargeBinary,
    NullPool,
    RowMapping,
    Select,
    Table,
    create_engine,
    event,
    func,
    insert,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from server.core.backup_files import StoredName, damaged_in, names_in, parts, put_files, write_files
from server.core.file_store import FileStore
from server.core.isolation import EVERY_ORGANISATION
from server.core.row_security import be_in
from server.core.tables import METADATA, ORGANISATION, STORED_FILE
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text

FORMAT = 2
_FORMATS = (1, FORMAT)
"""Those that can be read; the first had no files in it."""
_MANIFEST, _KEYS = "manifest.json", "keys.sealed"
BATCH = 1_000
ROWS_AT_ONCE = {"yield_per": BATCH}
"""How rows are read from a large table: never all of them at once."""
_SALT_BYTES, _NONCE_BYTES = 16, 12
_KEYS_LABEL = b"campusdesk backup keys"


@dataclass(frozen=True)
class BackupReport:
    """What a backup holds: rows by table, the tables' revision, when it was made, and whether keys are in it.

    `files` is how many it holds, None where they were left out; `missing` the hashes of those that the store had lost.
    """

    made_at: str
    revision: str
    rows: dict[str, int]
    has_keys: bool
    files: int | None = None
    missing: tuple[str, ...] = ()


def write_backup(
    path: Path,
    database: URL,
    revision: str,
    now: datetime,
    keys: bytes | None = None,
    passphrase: str | None = None,
    store: FileStore | None = None,
    step: Callable[[int], object] = lambda _done: None,
) -> BackupReport:
    """Write a backup of one moment while the server goes on; the file appears whole or not at all.

    `step` is told of how many tables are written.

    `keys` are sealed with `passphrase` (scrypt, AES-GCM); the files that the rows name come from `store`, and are left
    out without one. Raises CampusError `database_away`.
    """
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    sealed = _seal(keys, passphrase) if keys is not None and passphrase else None
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(handle, "wb") as stream,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as box,
        ):
            tables, names = _write_tables(box, database, step)
            written, missing = write_files(box, names, store) if store is not None else (None, [])
            files = None if written is None else {"count": written, "missing": missing}
            digest = hashlib.sha256(sealed).hexdigest() if sealed else None
            content = {"format": FORMAT, "made_at": instant_text(now), "revision": revision, "tables": tables}
            content |= {"files": files, "keys": digest}
            if sealed:
                box.writestr(_KEYS, sealed)
            box.writestr(_MANIFEST, orjson.dumps(content, option=orjson.OPT_INDENT_2))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    rows = {name: one["rows"] for name, one in tables.items()}
    return BackupReport(instant_text(now), revision, rows, bool(sealed), written, tuple(missing))


def _write_tables(
    box: zipfile.ZipFile, database: URL, step: Callable[[int], object]
) -> tuple[dict[str, dict[str, Any]], list[StoredName]]:
    """Write all tables; returns what is in each, and the files that they name."""
    tables: dict[str, dict[str, Any]] = {}
    with _Moment(database) as connection:
        for table in METADATA.sorted_tables:
            digest, rows = hashlib.sha256(), 0
            with box.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as stream:
                for line in _lines(connection, table):
                    stream.write(line)
                    digest.update(line)
                    rows += 1
            tables[str(table.name)] = {"rows": rows, "sha256": digest.hexdigest()}
            step(len(tables))
        columns = (STORED_FILE.c.organisation_id, STORED_FILE.c.sha256)
        named = _of_each(connection, STORED_FILE, select(*columns).order_by(*columns))
        return tables, [StoredName(str(row[columns[0]]), str(row[columns[1]])) for row in named]


class _Moment:
    """A connection whose statements all see the same moment."""

    def __init__(self, database: URL) -> None:
        self._engine = create_engine(database, poolclass=NullPool)
        if database.get_backend_name() == "sqlite":
            # Python's driver would begin only before a write; reading several tables needs one transaction, too.
            event.listen(self._engine, "connect", _leave_transactions_to_us)
            event.listen(self._engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        self._connection: Connection | None = None

    def __enter__(self) -> Connection:
        try:
            connection = self._engine.connect()
        except DBAPIError as failure:
            message = text("The database can't be reached: {reason}", reason=str(failure.orig).strip())
            raise CampusError("database_away", message) from failure
        if self._engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._connection = connection
        return connection

    def __exit__(self, *_failure: object) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()


def _leave_transactions_to_us(raw: Any, _record: Any) -> None:
    raw.isolation_level = None


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    for row in _of_each(connection, table, select(table).order_by(*table.primary_key.columns)):
        yield row_bytes(row) + b"\n"


def _of_each(connection: Connection, table: Table, wanted: Select[Any]) -> Iterator[RowMapping]:
    """Yield rows of all institutes, one institute after another: the server's role sees no two of them at once."""
    institutes: list[str | None] = [None]
    if connection.dialect.name == "postgresql" and (table is ORGANISATION or "organisation_id" in table.c):
        institutes = [str(row[0]) for row in connection.execute(sql(EVERY_ORGANISATION.text("postgresql")))]
    for organisation_id in institutes:
        if organisation_id is not None:
            be_in(connection, organisation_id)
        with connection.execute(wanted.execution_options(**ROWS_AT_ONCE)) as rows:
            yield from rows.mappings()


def row_bytes(row: Mapping[Any, Any]) -> bytes:
    """Return a row as JSON, the same whichever database it was read from."""
    return orjson.dumps({str(name): _plain(value) for name, value in row.items()})


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


class BackupFile:
    """An opened backup whose every byte was checked against its manifest."""

    def __init__(self, path: Path) -> None:
        """Open and check; raises CampusError `backup_unreadable` with what is wrong."""
        try:
            self._box = zipfile.ZipFile(path)
            manifest = orjson.loads(self._box.read(_MANIFEST))
            self._tables: dict[str, dict[str, Any]] = manifest["tables"]
            keys = manifest["keys"]
            self.report = BackupReport(
                manifest["made_at"],
                manifest["revision"],
                {name: one["rows"] for name, one in self._tables.items()},
                keys is not None,
                *_files(manifest),
            )
            known = manifest["format"] in _FORMATS
            damaged = [
                name for name, one in self._tables.items() if self._digest(f"tables/{name}.jsonl") != one["sha256"]
            ]
            if keys is not None and self._digest(_KEYS) != keys:
                damaged.append(_KEYS)
            damaged += damaged_in(self._box)
            if len(names_in(self._box)) != (self.report.files or 0):
                damaged.append("files")
        except (OSError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError) as failure:
            raise _unreadable(text("it is not a whole backup file")) from failure
        if not known:
            raise _unreadable(text("it was written by a newer Campusdesk"))
        if damaged:
            raise _unreadable(text("these parts are damaged: {names}", names=", ".join(damaged)))

    def keys(self, passphrase: str) -> bytes:
        """Return the server's keys; raises CampusError `passphrase_wrong`."""
        return _open_sealed(self._box.read(_KEYS), passphrase)

    def fill(self, connection: Connection) -> None:
        """Write all rows into the tables behind `connection`; raises CampusError `database_not_empty` before that."""
        tables = [table for table in METADATA.sorted_tables if table.name in self._tables]
        full = [
            table.name for table in tables if connection.execute(select(func.count()).select_from(table)).scalar_one()
        ]
        if full:
            message = text("This database has data in it. Restore into an empty one, or say --replace.")
            raise CampusError("database_not_empty", message, {"tables": full})
        for table in tables:
            for rows in self._rows(table):
                connection.execute(insert(table), rows)

    def put_files(self, store: FileStore, drafts: Path) -> int:
        """Put its files into a store, by way of `drafts`; returns how many. Raises CampusError `server_disk_full`."""
        return put_files(self._box, store, drafts)

    def _rows(self, table: Table) -> Iterator[Sequence[dict[str, Any]]]:
        binary = [column.name for column in table.columns if isinstance(column.type, LargeBinary)]
        batch: list[dict[str, Any]] = []
        with self._box.open(f"tables/{table.name}.jsonl") as stream:
            for line in stream:
                values = orjson.loads(line)
                for name in binary:
                    if values[name] is not None:
                        values[name] = base64.b64decode(values[name])
                batch.append(values)
                if len(batch) == BATCH:
                    yield batch
                    batch = []
        if batch:
            yield batch

    def _digest(self, name: str) -> str:
        digest = hashlib.sha256()
        with self._box.open(name) as stream:
            for part in parts(stream):
                digest.update(part)
        return digest.hexdigest()

    def close(self) -> None:
        """Close the file."""
        self._box.close()


def _files(manifest: dict[str, Any]) -> tuple[int | None, tuple[str, ...]]:
    files = manifest.get("files")
    return (None, ()) if files is None else (files["count"], tuple(files["missing"]))


def _unreadable(reason: str) -> CampusError:
    return CampusError("backup_unreadable", text("This backup can't be used: {reason}.", reason=reason))


def _sealing_key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=1 << 15, r=8, p=1).derive(passphrase.encode())


def _seal(keys: bytes, passphrase: str) -> bytes:
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    return salt + nonce + AESGCM(_sealing_key(passphrase, salt)).encrypt(nonce, keys, _KEYS_LABEL)


def _open_sealed(sealed: bytes, passphrase: str) -> bytes:
    salt, nonce, box = sealed[:_SALT_BYTES], sealed[_SALT_BYTES : _SALT_BYTES + _NONCE_BYTES], sealed[28:]
    try:
        return AESGCM(_sealing_key(passphrase, salt)).decrypt(nonce, box, _KEYS_LABEL)
    except InvalidTag:
        raise CampusError("passphrase_wrong", text("The passphrase doesn't open the keys in this backup.")) from None
