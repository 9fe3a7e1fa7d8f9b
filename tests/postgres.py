"""A real PostgreSQL of our own: made in a temporary folder, thrown away afterwards.

`running_postgres()` gives it to tests, benchmarks and the simulator alike. There is a role that owns the tables and a
role that the server works as; the second owns nothing and is no superuser, so row-level security binds it as it
would in an office.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from server.core.row_security import EVERYTHING
from tests.loopback import free_port

OLDEST_VERSION = 15
SUPERUSER = "campusdesk_superuser"
OWNER = "campusdesk_owner"
APPLICATION = "campusdesk_application"
FOLDER_PREFIX = "campusdesk-postgres-"
LOOPBACK = "127.0.0.1"
START_TRIES = 5
# In seconds; where a machine is busy, a server takes longer than the minute that its own program waits for it.
PATIENT = ("--wait", "--timeout", "300")

HOW_TO_INSTALL = (
    f"The tests need a PostgreSQL {OLDEST_VERSION} or later of their own and found none on this machine. "
    "On Debian or Ubuntu run 'apt-get install postgresql'; elsewhere put the folder that holds 'initdb' "
    "and 'pg_ctl' on the PATH."
)

# Ordinary tests throw the data away, so nothing needs to reach the disk.
FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "max_connections": "200",
    "shared_buffers": "128MB",
    "log_min_messages": "warning",
    "timezone": "UTC",
}


class DatabaseUrls(NamedTuple):
    """Two ways into one database, as SQLAlchemy writes them; on SQLite both are the same file."""

    owner_url: str
    application_url: str


@dataclass(frozen=True)
class PostgresServer:
    """A running server that is ours alone; `password` opens all three roles."""

    port: int
    password: str
    folder: str

    def url(self, role: str, database: str) -> str:
        """The SQLAlchemy address of `database` for `role`."""
        return f"postgresql+psycopg://{role}:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def urls(self, database: str) -> DatabaseUrls:
        """Both addresses of `database`."""
        return DatabaseUrls(self.url(OWNER, database), self.url(APPLICATION, database))

    def connect(self, database: str = "postgres", role: str = SUPERUSER) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection that commits each statement by itself."""
        return psycopg.connect(
            host=LOOPBACK, port=self.port, user=role, password=self.password, dbname=database, autocommit=True
        )

    def dump(self, database: str) -> bytes:
        """Everything in `database`, as whoever takes a copy of it reads it."""
        whole = ["-h", LOOPBACK, "-p", str(self.port), "-U", SUPERUSER, "--inserts", database]
        words = {**os.environ, "PGPASSWORD": self.password}
        return subprocess.run([_program("pg_dump"), *whole], capture_output=True, check=True, env=words).stdout

    def create_database(self, template: str = "campusdesk_empty") -> str:
        """The name of a fresh database, a copy of `template`."""
        name = f"test_{secrets.token_hex(8)}"
        self._create(name, template)
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database along with whoever is still connected to it."""
        with self.connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def create_template(self, name: str, build: Callable[[DatabaseUrls], None]) -> None:
        """Build a database once, with `build`, for later copies; does nothing where it is there already.

        The callers of one server must not do this at the same time; the fixtures hold a lock.
        """
        with self.connect() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return
        raw = f"{name}_raw"
        self.drop_database(raw)
        self._create(raw, "campusdesk_empty")
        build(self.urls(raw))
        with self.connect() as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [raw])
            connection.execute(f'ALTER DATABASE "{raw}" RENAME TO "{name}"'.encode())

    def _create(self, name: str, template: str) -> None:
        with self.connect() as connection:
            # Files are copied as they are: sent through the log, a third of the time of many a test goes into it.
            copied = f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}" STRATEGY file_copy'
            connection.execute(copied.encode())
            # Row-level security and connection rights belong to the roles, not to everybody.
            connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC'.encode())
            connection.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO {APPLICATION}'.encode())


@contextlib.contextmanager
def running_postgres(*, durable: bool = False, settings: Mapping[str, str] | None = None) -> Iterator[PostgresServer]:
    """A server for the time of the `with` block.

    `durable` leaves every promise of PostgreSQL to the disk in force, as benchmarks need it.
    """
    remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-"))
    try:
        yield start_postgres(folder, durable=durable, settings=settings)
    finally:
        stop_postgres(folder)


@contextlib.contextmanager
def fresh_database(server: PostgresServer, template: str = "campusdesk_empty") -> Iterator[DatabaseUrls]:
    """A database for the time of the `with` block."""
    name = server.create_database(template)
    try:
        yield server.urls(name)
    finally:
        server.drop_database(name)


def start_postgres(folder: Path, *, durable: bool = False, settings: Mapping[str, str] | None = None) -> PostgresServer:
    """Make a cluster in `folder` and start it; `stop_postgres(folder)` ends and removes it."""
    password = secrets.token_hex(12)
    _give_to_unprivileged(folder)
    password_file = folder / "password"
    password_file.write_text(password)
    _give_to_unprivileged(password_file)
    locale = ["--locale=C.UTF-8"] if sys.platform == "linux" else []
    _run(
        "initdb", "--pgdata", str(folder / "data"), "--username", SUPERUSER, "--pwfile", str(password_file),
        "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync", *locale,
    )  # fmt: skip
    chosen = {**SETTINGS, **({} if durable else FAST_AND_FORGETFUL), **(settings or {})}
    server = PostgresServer(_start_on_free_port(folder, chosen), password, str(folder))
    _create_roles(server)
    (folder / "server.json").write_text(json.dumps(asdict(server)))
    return server


@contextlib.contextmanager
def running_replica(server: PostgresServer) -> Iterator[PostgresServer]:
    """A second server that follows `server` by streaming, for the time of the `with` block: it only answers reads."""
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-"))
    _give_to_unprivileged(folder)
    main = f"host={LOOPBACK} port={server.port} user={SUPERUSER} password={server.password}"
    try:
        _run(
            "pg_basebackup", "--dbname", main, "--pgdata", str(folder / "data"), "--write-recovery-conf",
            "--checkpoint", "fast", "--wal-method", "stream", "--no-sync",
        )  # fmt: skip
        yield PostgresServer(
            _start_on_free_port(folder, {**SETTINGS, **FAST_AND_FORGETFUL}), server.password, str(folder)
        )
    finally:
        stop_postgres(folder)


def known_postgres(folder: Path) -> PostgresServer | None:
    """The server that another process started in `folder`, if it is there."""
    told = folder / "server.json"
    return PostgresServer(**json.loads(told.read_text())) if told.exists() else None


def restart_postgres(server: PostgresServer, *, mode: str = "immediate") -> None:
    """Stop the server as a crash would (`immediate`) or in good order (`fast`), and start it on the same port."""
    data = str(Path(server.folder) / "data")
    log = str(Path(server.folder) / "log")
    _run("pg_ctl", "--pgdata", data, "--mode", mode, *PATIENT, "restart", "--log", log)


def stop_postgres(folder: Path) -> None:
    """End the server in `folder`, if one runs, and remove the folder."""
    if (folder / "data" / "postmaster.pid").exists():
        data = str(folder / "data")
        _run("pg_ctl", "--pgdata", data, "--mode", "immediate", *PATIENT, "stop", check=False)
    shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers() -> None:
    """End servers whose starting process was killed before it could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        starter = re.match(rf"{FOLDER_PREFIX}(\d+)-", folder.name)
        if starter and not _is_alive(int(starter[1])):
            stop_postgres(folder)


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _start_on_free_port(folder: Path, settings: Mapping[str, str]) -> int:
    for attempt in range(START_TRIES):
        port = free_port()
        options = [f"-c {name}={value}" for name, value in settings.items()]
        sockets = "" if sys.platform == "win32" else f"-k '{folder}'"
        words = f"-p {port} {sockets} {' '.join(options)}"
        done = _run(
            "pg_ctl", "--pgdata", str(folder / "data"), "--log", str(folder / "log"), *PATIENT, "--options", words,
            "start", check=attempt == START_TRIES - 1,
        )  # fmt: skip
        if done.returncode == 0:
            return port
    raise AssertionError  # the last try raises by itself


def _create_roles(server: PostgresServer) -> None:
    with server.connect() as connection:
        for role in (OWNER, APPLICATION):
            connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{server.password}'".encode())
        # Tests look into the tables as their owner, who is bound like everybody else unless this is said.
        connection.execute(f"ALTER ROLE {OWNER} SET {EVERYTHING} = 'yes'".encode())
    server._create("campusdesk_empty", "template0")
    with server.connect("campusdesk_empty", OWNER) as connection:
        connection.execute(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
            f" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APPLICATION}".encode()
        )
        connection.execute(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APPLICATION}".encode()
        )


def _program(name: str) -> str:
    """Where `initdb` or `pg_ctl` lies: the oldest version that will do, so that newer habits don't creep in."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("C:/Program Files/PostgreSQL").glob("*/bin")]
    by_version = sorted((int(folder.parent.name), folder) for folder in folders if folder.parent.name.isdigit())
    for version, folder in by_version:
        found = shutil.which(name, path=str(folder))
        if version >= OLDEST_VERSION and found:
            return found
    on_path = shutil.which(name)
    if on_path is None:
        raise RuntimeError(HOW_TO_INSTALL)
    return str(Path(on_path).resolve())


def _run(program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as somebody it accepts, without leaving it our terminal."""
    # Output goes to a file: the server inherits it, and a pipe would stay open as long as the server runs.
    with tempfile.TemporaryFile(mode="w+") as said:
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [_program(program), *arguments], check=False, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            text=True, cwd=tempfile.gettempdir(), env={**os.environ, "LC_ALL": "C"}, **_unprivileged(),
        )  # fmt: skip
        said.seek(0)
        if check and done.returncode:
            message = f"PostgreSQL's '{program}' ended with {done.returncode}:\n{said.read()}"
            raise RuntimeError(message)
    return done


def _unprivileged() -> dict[str, Any]:
    """Whom to run as: PostgreSQL refuses to run as root, which is who a build machine often is."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    import pwd  # not there on Windows

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError(
        "PostgreSQL refuses to run as root, and this machine has neither a user 'postgres' nor 'nobody'."
    )


def _give_to_unprivileged(path: Path) -> None:
    whom = _unprivileged()
    if whom:
        shutil.chown(path, whom["user"], whom["group"])
