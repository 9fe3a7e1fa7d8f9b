"""The database behind the server: SQLite with one writer, or PostgreSQL with a pool; the same statements on both."""

import hashlib
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from server.core.isolation import IsolationError, present
from server.core.moved_mark import check_not_moved
from server.core.row_security import SETTING
from server.core.sql import SetSql, for_driver
from server.core.writer import Writer
from shared.core.errors import CampusError
from shared.core.text import text

T = TypeVar("T")
Row = Sequence[Any]
TRIES = 8
COUNT_TABLES = "campusdesk_count_tables"
"""A function of the owner's on PostgreSQL that counts the tables anew, so that plans fit their size."""
EVERY = "*"
"""In the place of an organisation: the tables' owner, who moves, restores and migrates the rows of all of them."""
_ENTER = for_driver("postgresql", f"SELECT set_config('{SETTING}', :here, true)")
_REPEATABLE_STATES = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03", "08000", "08003", "08006"})


class RepeatTransactionError(Exception):
    """Raised inside a transaction that met another one's work: the whole transaction runs again."""


class Db:
    """One transaction. SQL has `:name` places and runs on both databases; rows come back as plain sequences."""

    def __init__(
        self,
        dialect: str,
        execute: Callable[[str, dict[str, Any]], Any],
        together: Callable[[], AbstractContextManager[Any]] = nullcontext,
        organisation: str | None = None,
    ) -> None:
        self.dialect = dialect
        self.organisation = organisation
        """The one whose rows this transaction is about; EVERY for the tables' owner."""
        self._execute = execute
        self.together = together
        """A `with` block whose statements go to the database in one go; only `send` belongs in it."""
        self.statements = 0

    def _go(self, statement: str | SetSql, places: dict[str, Any]) -> Any:
        named = places.get("organisation_id") or places.get("o")
        if named is not None and named != self.organisation:
            self.enter(named)
        sql = statement if isinstance(statement, str) else statement.text(self.dialect)
        self.statements += 1
        return self._execute(for_driver(self.dialect, sql), places)

    def enter(self, organisation_id: str) -> None:
        """Turn a transaction that is in no organisation yet to one, until it ends.

        Raises IsolationError in a transaction of another one: a statement may not name whatever a request came with.
        """
        if self.organisation in {organisation_id, EVERY}:
            return
        if self.organisation is not None:
            message = f"a statement about {organisation_id} in a transaction of {self.organisation}"
            raise IsolationError(message)
        self.organisation = organisation_id
        if self.dialect == "postgresql":
            self._execute(_ENTER, {"here": organisation_id})

    def rows(self, statement: str | SetSql, /, **places: Any) -> list[Row]:
        """Return all rows."""
        return list(self._go(statement, places).fetchall())

    def one(self, statement: str | SetSql, /, **places: Any) -> Row | None:
        """Return the first row or None."""
        found: Row | None = self._go(statement, places).fetchone()
        return found

    def run(self, statement: str | SetSql, /, **places: Any) -> int:
        """Run a statement that returns no rows; the answer is the number of rows it touched."""
        return int(self._go(statement, places).rowcount)

    def send(self, statement: str | SetSql, /, **places: Any) -> None:
        """Run a statement whose answer nobody waits for; where it fails, the block or the commit says so."""
        self._go(statement, places)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what happens inside when it raises, and go on."""
        self._execute("SAVEPOINT part", {})
        try:
            yield
        except BaseException:
            self._execute("ROLLBACK TO SAVEPOINT part", {})
            self._execute("RELEASE SAVEPOINT part", {})
            raise
        self._execute("RELEASE SAVEPOINT part", {})


class _Connection(sqlite3.Connection):
    """A connection that can be remembered without being kept open by that."""


Counted = Callable[[str], AbstractContextManager[object]]
"""A `with` block around each transaction, by its kind: "read" or "write"."""


def _uncounted(_kind: str) -> AbstractContextManager[object]:
    return nullcontext()


class Database:
    """Reads run side by side; writes are whole functions, so that a deadlock or a lost connection can repeat them."""

    _counted: Counted = staticmethod(_uncounted)

    def __init__(
        self, url: str, pool_size: int = 20, counted: Counted = _uncounted, connect_seconds: int | None = None
    ) -> None:
        self.url = make_url(url)
        self._counted = counted
        self._connect_seconds = connect_seconds
        self.dialect = self.url.get_backend_name()
        self._writer: Writer | None = None
        self._local = threading.local()
        self._open_for_reading: weakref.WeakSet[_Connection] = weakref.WeakSet()
        if self.dialect == "sqlite":
            self._path = self.url.database or ":memory:"
            self._writer = Writer(self._connect_sqlite)
        elif self.dialect != "postgresql":
            raise CampusError(
                "database_unknown",
                text("{kind} is not a database that Campusdesk knows. Use SQLite or PostgreSQL.", kind=self.dialect),
            )
        self.engine = self._make_engine(pool_size)

    def _make_engine(self, pool_size: int) -> Engine:
        # random_page_cost: on today's disks a batch's thirty look-ups by key beat a scan long before PostgreSQL's
        # default of 4 believes it (measured: 6.5 against 1.5 ms on 9,000 observations).
        if self.dialect == "sqlite":
            engine = create_engine(self.url)
            event.listen(engine, "connect", lambda raw, _record: prepare_sqlite(raw))
            return engine
        words: dict[str, Any] = {"options": "-c random_page_cost=1.1"}
        if self._connect_seconds is not None:
            words["connect_timeout"] = self._connect_seconds
        return create_engine(self.url, pool_size=pool_size, max_overflow=0, connect_args=words)

    def _connect_sqlite(self) -> "_Connection":
        connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, timeout=30, factory=_Connection
        )
        prepare_sqlite(connection)
        try:
            check_not_moved(connection)
        except CampusError:
            connection.close()
            raise
        return connection

    @contextmanager
    def read(self) -> Iterator[Db]:
        """Yield a connection for reading; on PostgreSQL each statement sees the moment in which it runs."""
        with self._counted("read"), self._read() as db:
            yield db

    @contextmanager
    def _read(self) -> Iterator[Db]:
        if self.dialect == "sqlite":
            connection = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = self._connect_sqlite()
                self._open_for_reading.add(connection)
            connection.execute("BEGIN")
            try:
                yield Db("sqlite", connection.execute, organisation=present())
            finally:
                connection.execute("ROLLBACK")
            return
        with self.engine.connect() as connection, self._raw(connection) as db:
            yield db
            _end(connection.connection.driver_connection)

    def write(self, work: Callable[[Db], T]) -> T:
        """Run `work` in one transaction and return its answer once it is on disk.

        Deadlock, serialisation failure and a lost connection repeat the whole of it, up to 8 times.
        """
        with self._counted("write"):
            return self._write(work)

    def _write(self, work: Callable[[Db], T]) -> T:
        for left in reversed(range(TRIES)):
            try:
                return self._write_once(work)
            except (RepeatTransactionError, DBAPIError, psycopg.Error, sqlite3.OperationalError) as failure:
                if left == 0 or not is_repeatable(failure):
                    raise
        raise AssertionError  # the loop returns or raises

    def _write_once(self, work: Callable[[Db], T]) -> T:
        if self._writer is not None:
            here = present()
            answer: T = self._writer.run(lambda raw: work(Db("sqlite", raw.execute, organisation=here)))
            return answer
        with self.engine.connect() as connection, self._raw(connection) as db:
            answer = work(db)
            connection.commit()
            return answer

    @contextmanager
    def _raw(self, connection: Any) -> Iterator[Db]:
        """Yield the driver itself within SQLAlchemy's pool and transaction: hot paths need no compiler.

        The transaction is begun in its organisation, and the setting ends with it: in one round trip.
        """
        connection.begin()
        driver, here = connection.connection.driver_connection, present()
        cursor = driver.cursor()

        def execute(sql: str, places: dict[str, Any]) -> Any:
            return cursor.execute(sql, places or None)

        try:
            _begin(driver, here)
            yield Db(self.dialect, execute, driver.pipeline, here)
        except Exception as failure:
            if driver.closed:
                # The server went away: every pooled connection is as dead as this one.
                connection.invalidate()
                self.engine.dispose(close=False)
                raise RepeatTransactionError from failure
            raise
        finally:
            cursor.close()

    def refresh_statistics(self) -> None:
        """Let PostgreSQL count its tables, after so many new rows that its plans may be those of small tables.

        Where the function isn't there, the role either owns the tables or leaves it to autovacuum, which is a minute
        behind.
        """
        if self.dialect != "postgresql":
            return
        known = f"SELECT to_regprocedure('public.{COUNT_TABLES}()')"
        with self.read() as db:
            found = db.one(known)
            there = found is not None and found[0] is not None
        self.write(lambda db: db.send(f"SELECT public.{COUNT_TABLES}()" if there else "ANALYZE"))

    def close(self) -> None:
        """Finish waiting writes and let all connections go."""
        if self._writer is not None:
            self._writer.close()
        self._local = threading.local()
        for connection in list(self._open_for_reading):
            connection.close()
        self.engine.dispose()


def _begin(driver: Any, organisation_id: str | None) -> None:
    """Begin a transaction that shows one organisation's rows; without one it shows none."""
    setting = f"; SET LOCAL {SETTING} = '{organisation_id}'" if organisation_id else ""
    _at_once(driver, f"BEGIN{setting}")


def _end(driver: Any) -> None:
    """End a transaction that only read; one that broke is left to the pool, which takes it back."""
    if driver.pgconn.transaction_status == psycopg.pq.TransactionStatus.INTRANS:
        _at_once(driver, "COMMIT")


def _at_once(driver: Any, statement: str) -> None:
    """Hand a statement without places to the driver's own library: a third of the time of the way round a cursor."""
    answer = driver.pgconn.exec_(statement.encode())
    if driver.closed:
        message = "the connection was lost"
        raise psycopg.OperationalError(message)
    if answer.status != psycopg.pq.ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(answer)


def raw_db(connection: Any) -> Db:
    """Return the owner's own statements over an SQLAlchemy connection, within its transaction."""
    cursor = connection.connection.cursor()

    def execute(statement: str, places: dict[str, Any]) -> Any:
        cursor.execute(statement, places)
        return cursor

    return Db(connection.dialect.name, execute, organisation=EVERY)


def prepare_sqlite(connection: Any) -> None:
    """Give a raw SQLite connection the settings and functions that the statements count on."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("chain_link", 2, _chain_link, deterministic=True)


def _chain_link(chain: bytes, digest: bytes) -> bytes:
    return hashlib.sha256(chain + digest).digest()


def is_repeatable(failure: BaseException) -> bool:
    """Tell whether running the whole transaction again may succeed: deadlock, serialisation, lost connection."""
    if isinstance(failure, RepeatTransactionError):
        return True
    original = getattr(failure, "orig", failure)
    state = getattr(original, "sqlstate", None)
    if state is not None:
        return state in _REPEATABLE_STATES
    if isinstance(failure, (OperationalError, InterfaceError)):
        return bool(getattr(failure, "connection_invalidated", False))
    return isinstance(original, sqlite3.OperationalError) and "locked" in str(original)


def is_database_gone(failure: BaseException) -> bool:
    """Tell whether the database can't be reached or can't write now: nothing about the data is at fault."""
    if isinstance(failure, RepeatTransactionError) and failure.__cause__ is not None:
        failure = failure.__cause__  # a read that lost its connection isn't repeated by anybody
    original = getattr(failure, "orig", failure)
    if isinstance(original, (OSError, psycopg.OperationalError, psycopg.InterfaceError)):
        return not isinstance(original, psycopg.errors.DataError)
    return isinstance(original, sqlite3.OperationalError)
