"""Moves all rows into an empty database of either kind, unchanged: ids, feed, chain and epoch stay what they are.

The old database is held while its rows are copied and is marked as moved once the new one has them for good. Whatever
ends the work before that leaves the old database as it was and the new one empty.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    Table,
    create_engine,
    event,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError, OperationalError

from server.core.audit import check_chain
from server.core.backup import BATCH, ROWS_AT_ONCE, row_bytes
from server.core.database import prepare_sqlite, raw_db
from server.core.moved_mark import MARK
from server.core.row_security import see_everything
from server.core.server_epoch import stored_epoch
from server.core.tables import METADATA
from server.migrations.running import configuration, fault_of, grant, newest, present
from shared.core.errors import CampusError
from shared.core.text import text

KINDS = ("sqlite", "postgresql")
_HEADS = """
SELECT o.slug, h.organisation_id, h.seq, h.audit_seq, h.chain FROM feed_head h
JOIN organisation o ON o.id = h.organisation_id ORDER BY o.slug
"""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND usesysid IS NOT NULL AND pid <> pg_backend_pid()
"""
_DIGEST_SPACE = 1 << 256


@dataclass(frozen=True)
class MoveReport:
    """What was moved, or would be: rows by table, the epoch, and where each institute's feed and chain stand."""

    rows: dict[str, int]
    server_epoch: str | None
    institutes: list[dict[str, Any]]


Counted = tuple[int, int]
"""How many rows a table has, and a sum over their content that doesn't depend on their order."""


def move(source: URL, target: URL, role: str | None, *, dry_run: bool) -> MoveReport:
    """Move everything, or with `dry_run` look whether it could be moved and change nothing.

    `role` is the one that the server will work as on PostgreSQL. Raises CampusError `database_away`,
    `database_in_use`, `database_moved`, `database_newer`, `database_not_empty`, `database_not_ready`, `same_database`.
    """
    _check_addresses(source, target)
    try:
        if dry_run:
            return _looked_at(source, target)
        return _moved(source, target, role)
    except DBAPIError as failure:
        message = text("The database can't be moved: {reason}", reason=str(failure.orig).strip())
        raise CampusError("database_away", message) from failure


def _check_addresses(source: URL, target: URL) -> None:
    if target.get_backend_name() not in KINDS:
        message = text(
            "{kind} is not a database that Campusdesk knows. Use SQLite or PostgreSQL.", kind=target.get_backend_name()
        )
        raise CampusError("database_unknown", message)
    if _place(source) == _place(target):
        raise CampusError("same_database", text("The data is in this database already. Name another one."))


def _place(url: URL) -> tuple[Any, ...]:
    if url.get_backend_name() == "sqlite":
        return "sqlite", Path(url.database or "").resolve()
    return "postgresql", url.host or "localhost", url.port or 5432, url.database


def _looked_at(source: URL, target: URL) -> MoveReport:
    with _opened(source) as old:
        _check_ready(old)
        see_everything(old)
        report = _report(old, {str(table.name): _count(old, table) for table in METADATA.sorted_tables})
    if target.get_backend_name() != "sqlite" or Path(target.database or "").exists():
        with _opened(target) as new:
            see_everything(new)
            _check_empty(new)
    return report


def _moved(source: URL, target: URL, role: str | None) -> MoveReport:
    with _held(source) as old:
        _check_ready(old)
        see_everything(old)
        with _opened(target, "BEGIN IMMEDIATE") as new:
            see_everything(new)
            counted = _already_there(old, new)
            if counted is None:
                counted = _filled(old, new, role)
            report = _report(new, {name: rows for name, (rows, _) in counted.items()})
            new.commit()
        _mark(old, target)
    if target.get_backend_name() == "sqlite":
        Path(target.database or "").chmod(0o600)
    return report


def _filled(old: Connection, new: Connection, role: str | None) -> dict[str, Counted]:
    _check_empty(new)
    command.upgrade(configuration(new), "head")
    counted = {str(table.name): _copied(old, new, table) for table in METADATA.sorted_tables}
    _check_same(counted, new)
    if new.dialect.name == "postgresql" and role is not None:
        grant(new, role)
    return counted


def _already_there(old: Connection, new: Connection) -> dict[str, Counted] | None:
    """Return what is there where an earlier move copied all and was ended before it could mark the old database."""
    if present(new) != newest() or not any(_count(new, table) for table in METADATA.sorted_tables):
        return None
    there = _all_counted(new)
    return there if there == _all_counted(old) else None


def _check_ready(old: Connection) -> None:
    fault = fault_of(old)
    if fault is not None:
        raise fault


def _check_empty(new: Connection) -> None:
    fault = fault_of(new)
    if fault is not None and fault.code == "database_newer":
        raise fault
    known = {str(table.name): table for table in METADATA.sorted_tables}
    there = set(inspect(new).get_table_names()) - {"alembic_version"}
    full = sorted(name for name in there if name not in known or _count(new, known[name]))
    if full:
        message = text("The database to move to has data in it. Name an empty one.")
        raise CampusError("database_not_empty", message, {"tables": full})


def _copied(old: Connection, new: Connection, table: Table) -> Counted:
    rows, digest = 0, 0
    for batch in _batches(old, table):
        new.execute(insert(table), [dict(row) for row in batch])
        rows += len(batch)
        digest = (digest + sum(map(_digest, batch))) % _DIGEST_SPACE
    return rows, digest


def _batches(connection: Connection, table: Table) -> Iterator[list[Any]]:
    wanted = select(table).execution_options(**ROWS_AT_ONCE)
    with connection.execute(wanted) as rows:
        for batch in rows.mappings().partitions(BATCH):
            yield list(batch)


def _digest(row: Any) -> int:
    return int.from_bytes(hashlib.sha256(row_bytes(dict(row))).digest())


def _counted(connection: Connection, table: Table) -> Counted:
    rows, digest = 0, 0
    for batch in _batches(connection, table):
        rows += len(batch)
        digest = (digest + sum(map(_digest, batch))) % _DIGEST_SPACE
    return rows, digest


def _all_counted(connection: Connection) -> dict[str, Counted]:
    return {str(table.name): _counted(connection, table) for table in METADATA.sorted_tables}


def _check_same(counted: dict[str, Counted], new: Connection) -> None:
    """Read everything back: each row as it was, and each institute's chain whole."""
    there = _all_counted(new)
    other = sorted(name for name, one in counted.items() if there[name] != one)
    db = raw_db(new)
    other += [str(row[0]) for row in db.rows(_HEADS) if check_chain(db, row[1]) is not None]
    if other:
        message = text("What arrived isn't what was sent: {names}. Nothing was moved.", names=", ".join(other))
        raise CampusError("move_failed", message, {"names": other})


def _report(connection: Connection, rows: dict[str, int]) -> MoveReport:
    db = raw_db(connection)
    institutes = [
        {"slug": slug, "seq": int(seq), "audit_seq": int(audit_seq), "chain": bytes(chain).hex()}
        for slug, _, seq, audit_seq, chain in db.rows(_HEADS)
    ]
    return MoveReport(dict(Counter(rows)), stored_epoch(db), institutes)


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _mark(old: Connection, target: URL) -> None:
    old.execute(sql(MARK), {"value": target.render_as_string(hide_password=True)})
    old.commit()


# ------------------------------------------------------------------------------------------------------- connections


@contextmanager
def _opened(url: URL, begin: str = "BEGIN") -> Iterator[Connection]:
    """Yield a connection whose statements, those that make tables among them, belong to one transaction."""
    engine = create_engine(url, poolclass=NullPool)
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _held(url: URL) -> Iterator[Connection]:
    """Yield a connection to the old database that keeps everybody else from writing."""
    engine = create_engine(url, poolclass=NullPool)
    try:
        if url.get_backend_name() == "sqlite":
            yield from _held_sqlite(engine)
        else:
            yield from _held_postgresql(engine)
    finally:
        engine.dispose()


def _held_sqlite(engine: Engine) -> Iterator[Connection]:
    event.listen(engine, "connect", _take_alone)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN EXCLUSIVE"))
    try:
        connection = engine.connect()
        connection.begin()
    except OperationalError as failure:
        if "locked" not in str(failure.orig):
            raise
        raise _in_use() from failure
    with connection:
        yield connection


def _held_postgresql(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        if connection.execute(sql(_OTHERS)).scalar_one():
            raise _in_use()
        if present(connection) is not None:
            names = ", ".join(f'"{name}"' for name in inspect(connection).get_table_names())
            connection.execute(sql(f"LOCK TABLE {names} IN SHARE MODE"))
        yield connection


def _in_use() -> CampusError:
    message = text("A server works with this database still. Stop it, and move then.")
    return CampusError("database_in_use", message)


def _take_alone(raw: Any, _record: Any) -> None:
    raw.isolation_level = None
    raw.execute("PRAGMA busy_timeout=1000")
    # Only the last connection may leave the write-ahead log; the next one goes back to it by itself.
    raw.execute("PRAGMA journal_mode=DELETE").fetchone()


def _leave_transactions_to_us(raw: Any, _record: Any) -> None:
    raw.isolation_level = None
    prepare_sqlite(raw)
