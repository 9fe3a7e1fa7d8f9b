"""The real server inside the simulator: its application asked in bytes, its database on a disk that can fail."""

import random
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import anyio.to_thread
from fastapi import FastAPI

from server.app import create_app
from server.core.context import Context
from server.core.database import EVERY, Database, Db, _chain_link
from server.core.isolation import EVERY_ORGANISATION, acting_for, each_organisation
from server.core.keys import make_keys
from server.core.server_epoch import begin_epoch
from server.core.settings import LimitRule, Settings
from server.core.writer import Job, Writer
from shared.core.clock import Clock
from tests.simulator.disk import Image, SimulatedConnection, SimulatedDisk, put_image
from tests.simulator.gateway import SimulatedGateway, stand_in
from tests.simulator.gateway_sides import PaystackSide, RazorpaySide
from tests.simulator.timeline import SimulatedClock, SimulatedCrash, Timeline

T = TypeVar("T")
BEGUN = "server: transaction begun"
CLAIMED = "server: commands claimed"
DECIDED = "server: commands carried out"
HEAD_MOVED = "server: head moved"
ROWS_WRITTEN = "server: feed rows written"
LINKED = "server: audit link written"
STORED = "server: outcomes stored"
BEFORE_COMMIT = "server: before the commit"
COMMITTED = "server: committed"
ANSWERED = "server: answer made"
STEPS = (
    BEGUN, CLAIMED, DECIDED, HEAD_MOVED, ROWS_WRITTEN, LINKED, STORED, BEFORE_COMMIT, COMMITTED, ANSWERED,
)  # fmt: skip
_BEFORE = {"UPDATE feed_head": DECIDED}
_AFTER = {
    "INSERT INTO command_log": CLAIMED,
    "UPDATE feed_head": HEAD_MOVED,
    "INSERT INTO feed_row": ROWS_WRITTEN,
    "INSERT INTO audit_link": LINKED,
}
_OUTCOMES = "DO UPDATE SET verdict"
"""What tells the statement that stores outcomes from the one that claims."""
_NAMED = max(len(words) for words in _AFTER)
Step = Callable[[str], None]


def stepped(db: Db, step: Step) -> Db:
    """Return `db` telling `step` before and after the statements that have a name."""
    execute = db._execute
    # DECIDED has no statement of its own: it is what comes before the head moves.

    def told(sql: str, places: dict[str, Any]) -> Any:
        start = sql.lstrip()[:_NAMED]
        words = next((words for words in _AFTER if start.startswith(words)), "")
        if words in _BEFORE:
            step(_BEFORE[words])
        answer = execute(sql, places)
        if words:
            step(STORED if _OUTCOMES in sql else _AFTER[words])
        return answer

    step(BEGUN)
    return Db(db.dialect, told, organisation=db.organisation)


class _InlineWriter(Writer):
    """The one writer without its thread: the simulator does one thing at a time."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        super().__init__(connect)
        self._connection: Any = None

    def run(self, job: Job) -> Any:
        self._connection = self._connection or self._connect()
        answer: Future[Any] = Future()
        try:
            self._commit_together(self._connection, [(job, answer)])
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        return answer.result()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _SqliteOnDisk(Database):
    """The product's SQLite database on the simulated disk."""

    def __init__(self, path: Path, *, watched: bool) -> None:
        super().__init__(f"sqlite:///{path.as_posix()}")
        self._watched = watched
        self._writer = _InlineWriter(self._connect_sqlite)

    def _connect_sqlite(self) -> Any:
        connection = SimulatedConnection(Path(self._path), watched=self._watched)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.create_function("chain_link", 2, _chain_link, deterministic=True)
        return connection

    def close(self) -> None:
        reading = getattr(self._local, "connection", None)
        if reading is not None:
            reading.close()
            self._local.connection = None
        super().close()


class Stage(Protocol):
    """Where a run's database lies: it opens it, and knows what a crash, a backup and a restore make of it."""

    dialect: str

    def open(self) -> Database:
        """Return the database as the application's role."""

    def crash(self, lose: random.Random | None) -> None:
        """Leave what a restart finds; with `lose` the power went."""

    def back_up(self) -> Any:
        """Return a backup."""

    def restore(self, backup: Any) -> None:
        """Put a backup in the place of what is there."""

    def close(self) -> None:
        """Give everything back."""


class SqliteStage:
    """A SQLite file in a folder, each incarnation in a folder of its own."""

    dialect = "sqlite"

    def __init__(self, folder: Path, image: Image, *, watched: bool) -> None:
        self._folder, self._watched = folder, watched
        self._number = 0
        self._image = image
        self._database: _SqliteOnDisk | None = None
        self._disk: SimulatedDisk

    def open(self) -> Database:
        self.close()
        self._number += 1
        folder = self._folder / f"server-{self._number}"
        put_image(folder, self._image)
        self._disk = SimulatedDisk(folder, watched=self._watched)
        self._database = _SqliteOnDisk(folder / "campusdesk.sqlite3", watched=self._watched)
        return self._database

    def crash(self, lose: random.Random | None) -> None:
        # What the process still does while it unwinds reaches only files that nobody opens again.
        self._image = self._disk.image(lose)

    def back_up(self) -> Image:
        return self._disk.image()

    def restore(self, backup: Image) -> None:
        self._image = backup

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._disk.forget()
            self._database = None


class ServerHost(Database):
    """What the application takes for its database; behind it is that of the run, which comes and goes."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.inner: Database
        self.step: Step = lambda _name: None
        self.ended: SimulatedCrash | None = None

    @property
    def engine(self) -> Any:
        return self.inner.engine

    @contextmanager
    def read(self) -> Iterator[Db]:
        with self.inner.read() as db:
            yield db

    @contextmanager
    def look(self) -> Iterator[Db]:
        """Read what there is of the one institute, as nobody but a test does."""
        with acting_for(None), self.inner.read() as db:
            found = str(db.rows(EVERY_ORGANISATION)[0][0])
        with acting_for(found), self.inner.read() as db:
            yield db

    def _write_once(self, work: Callable[[Db], T]) -> T:
        def told(db: Db) -> T:
            answer = work(stepped(db, self.step))
            self.step(BEFORE_COMMIT)
            return answer

        if self.ended is not None:
            raise self.ended  # whatever still unwinds, a process that ended writes nothing any more
        try:
            answer = self.inner._write_once(told)
            self.step(COMMITTED)
        except SimulatedCrash as crash:
            self.ended = crash
            raise
        return answer

    def close(self) -> None:
        self.inner.close()


class _RunClock:
    """The clock of whichever run is on."""

    current: Clock

    def now(self) -> Any:
        return self.current.now()

    def monotonic(self) -> float:
        return self.current.monotonic()


@dataclass(frozen=True)
class Reply:
    """What the server said."""

    status: int
    headers: dict[str, str]
    body: bytes


async def _inline(function: Callable[..., T], *given: Any, **_options: Any) -> T:
    return function(*given)


class ServerProgram:
    """The application, built once for a process; each run hands it its own database, clock and chance."""

    def __init__(self, folder: Path, dialect: str) -> None:
        # One thread does everything, in the order that the timeline says.
        anyio.to_thread.run_sync = _inline
        self.host = ServerHost(dialect)
        self._clock = _RunClock()
        self._clock.current = SimulatedClock(Timeline())
        self._random = random.Random(0)
        self.gateway = SimulatedGateway()
        stand_in(self.gateway)
        settings = Settings(
            test_payments=True,
            data_dir=folder, plain_http=True, find_own_names=False, password_cost=4,
            paystack_base_url=PaystackSide.base, razorpay_base_url=RazorpaySide.base,
            paystack_email="money@example.org",
        )  # fmt: skip
        # Without limits, whose counts would live on from one run to the next.
        free = tuple(LimitRule(path=rule.path) for rule in settings.limit_rules)
        settings = settings.model_copy(update={"limits": free})
        make_keys(settings.keys_path)
        self.app: FastAPI = create_app(settings, clock=self._clock, random_bits=self._bits, database=self.host)
        self.context: Context = self.app.state.context

    def _bits(self, count: int) -> int:
        return self._random.getrandbits(count)

    def begin(self, database: Database, clock: Clock, chance: random.Random) -> None:
        """Start as a process does, on `database`: nothing is remembered."""
        self.host.inner, self.host.ended = database, None
        self._clock.current = clock
        self._random = chance
        self.context.book._known.clear()
        self.context.new_id._last = 0
        self.context.epoch._value = self.context.epoch._read_at = None

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Answer a request that came as bytes; whatever ends the process is raised."""
        given = {"host": "localhost", "content-length": str(len(body)), **{k.lower(): v for k, v in headers.items()}}
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "client": ("127.0.0.1", 50_000), "server": ("localhost", 80),
        }  # fmt: skip
        said: list[Any] = []
        _run(self._exchange(scope, body, said))
        start = next(one for one in said if one["type"] == "http.response.start")
        told = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return Reply(start["status"], told, b"".join(one.get("body", b"") for one in said[1:]))

    async def _exchange(self, scope: Any, body: bytes, said: list[Any]) -> None:
        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            said.append(message)

        await self.app(scope, receive, send)


def _run(work: Any) -> None:
    """Run a coroutine that waits for nothing."""
    steps: Generator[Any, None, None] = work.__await__()
    for waited in steps:
        message = f"The server waited for {waited!r}; the simulator has nothing to wait with."
        raise AssertionError(message)


class SimulatedServer:
    """A server that can be asked, killed, backed up and set back."""

    def __init__(self, program: ServerProgram, stage: Stage, timeline: Timeline, chance: random.Random) -> None:
        self.program = program
        self.stage = stage
        self.up = False
        self._clock = SimulatedClock(timeline)
        self._chance = chance
        self.crash_at: tuple[str, int] | None = None
        self.power_goes = False
        self.crashes: list[str] = []
        self.start()

    def start(self) -> None:
        """Start the program on what is there."""
        self.program.host.step = lambda _name: None
        self.program.begin(self.stage.open(), self._clock, self._chance)
        self.program.host.step = self._step
        self.up = True

    def _step(self, name: str) -> None:
        if self.crash_at is None or name != self.crash_at[0]:
            return
        if self.crash_at[1] > 0:
            self.crash_at = (name, self.crash_at[1] - 1)
            return
        self.kill()
        raise SimulatedCrash(name)

    def kill(self) -> None:
        """End the process where it is."""
        if self.crash_at is not None:
            self.crashes.append(self.crash_at[0])
        self.crash_at = None
        self.up = False
        self._crashing()

    def _crashing(self) -> None:
        self.stage.crash(self._chance if self.power_goes else None)

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply | None:
        """Return the answer, or None when the server died over it."""
        try:
            reply = self.program.ask(method, path, headers, body)
            self._step(ANSWERED)
        except SimulatedCrash:
            return None
        return reply

    def set_back(self, backup: Any) -> None:
        """Restore a backup, which begins a new epoch."""
        self.stage.restore(backup)
        self.start()
        self.crash_at = None  # restoring is done by hand, and again where it fails
        epoch = self.program.context.new_id()

        def restored(db: Db) -> None:
            db.organisation = EVERY  # the command does this as the tables' owner
            begin_epoch(db, epoch)

        for _ in each_organisation(self.program.host):
            self.program.host.write(restored)

    def close(self) -> None:
        """End the program in good order."""
        self.stage.close()
        self.up = False
