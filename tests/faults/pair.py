"""A client with an encrypted store and a server with SQLite, on real files, in processes that are killed."""

import json
import os
import random
import secrets
import select
import signal
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.key_file import KeyFile, read, write
from desktop.core.local_store import Identity, LocalStore
from desktop.core.outbox import Ask
from desktop.core.sealed_outbox import Owner
from desktop.core.sync_engine import SyncEngine
from desktop.core.tokens import Tokens
from desktop.core.transport import Reply, Request, Transport
from server.core.database import Database
from shared.core.actor import Actor
from shared.core.command import Command
from shared.core.ids import IdMaker
from tests.simulator import invariants, people
from tests.simulator.areas import STORE_AREAS
from tests.simulator.server import ANSWERED, ServerProgram
from tests.simulator.timeline import START
from tests.simulator.world import FILE, World, sign_in

KEY = bytes(range(32))
WHO = ("Ama's laptop", "Front desk")
Step = Callable[[str], None]


class RunningClock:
    """Real time, counted from the hour at which the small institute has its classes."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self) -> datetime:
        """Return the present, as the institute has it."""
        return START + timedelta(minutes=2, seconds=self.monotonic() - self._began)

    def monotonic(self) -> float:
        """Return seconds."""
        return time.monotonic()


class InProcess:
    """Carries requests as bytes to a server in the same process, which dies with the client."""

    def __init__(self, program: ServerProgram) -> None:
        self._program = program

    def send(self, request: Request) -> Reply:
        """Ask the application."""
        body = request.body if isinstance(request.body, bytes) else b""
        said = self._program.ask(request.method, request.path, request.headers, body)
        self._program.host.step(ANSWERED)
        return Reply(said.status, said.headers, said.body)


@dataclass
class Desk:
    """A store in use by a person; what `people` needs to act on it."""

    label: str
    store: LocalStore
    engine: SyncEngine
    actor: Actor
    new_id: IdMaker
    wall: dict[str, str] = field(default_factory=dict)

    def now(self) -> datetime:
        """Return what the clock shows."""
        return RunningClock().now()


@dataclass
class Pair:
    """The files of two devices and a server, and what was acknowledged so far."""

    world: World
    folder: Path
    acknowledged: dict[str, Command] = field(default_factory=dict)

    def prepare(self) -> None:
        """Lay the server's file down; the stores begin empty."""
        self.folder.mkdir()
        for name, data in self.world._image.items():
            (self.folder / name).write_bytes(data)

    def serve(self, step: Step, seed: int) -> Database:
        """Start the server's parts in this process on the real file."""
        database = Database(f"sqlite:///{(self.folder / FILE).as_posix()}")
        self.world.program.begin(database, RunningClock(), random.Random(seed))
        self.world.program.host.step = step
        return database

    def open(
        self, name: str, step: Step, chance: random.Random, transport: Transport, tokens: Mapping[str, Any]
    ) -> Desk:
        """Open a device's store, encrypted and on the real disk, signed in."""
        install = self.world.institute.installs[name]
        clock = RunningClock()
        ids = IdMaker(clock, chance.getrandbits)
        owner = Owner(install.actor.organisation_id, install.actor.person_id, install.device_id)
        home = self.folder / install.actor.name
        home.mkdir(exist_ok=True)
        store = LocalStore(home / "store.db", KEY, Identity(owner), STORE_AREAS, clock, ids, step=step)
        client = ApiClient(transport, clock, lambda _seconds: True)
        client.use(Tokens.model_validate(tokens), install.device_id, DeviceKey(install.packed_key))
        self._write_keys(home, step, chance)
        engine = SyncEngine(store, client, clock, install.actor, step)
        return Desk(name, store, engine, install.actor, ids)

    def _write_keys(self, home: Path, step: Step, chance: random.Random) -> None:
        known = read(home) or KeyFile(device_id="d", person_id="p", organisation_id="o")
        write(
            home, known.model_copy(update={"high_water": f"{chance.getrandbits(64):016x}" * chance.randint(1, 9)}), step
        )

    def take(self, said: bytes) -> None:
        """Note what a process acknowledged before it died."""
        whole, _, _half = said.rpartition(b"\n")
        for line in whole.splitlines():
            for packed in json.loads(line):
                command = Command.model_validate(packed)
                self.acknowledged[command.id] = command

    # ------------------------------------------------------------------------------------------------- in a child

    def work(self, say: Callable[[bytes], None], step: Step, seed: int, rounds: int) -> None:
        """Save and sync varied things at both desks; `say` is told what was acknowledged."""
        chance = random.Random(seed)
        self.serve(step, seed)
        transport = InProcess(self.world.program)
        desks = [
            self.open(
                name, step, chance, transport, sign_in(self.world.program, self.world.institute, self._install(name))
            )
            for name in WHO
        ]
        for desk in desks:
            desk.engine.run_once()
        for _ in range(rounds):
            desk = chance.choice(desks)
            act(desk, chance, say)
            if chance.random() < 0.6:
                desk.engine.run_once()

    def _install(self, name: str) -> Any:
        return self.world.institute.installs[name]

    def check(self) -> None:
        """Sync everything that is left and check every invariant; raises where one is broken."""
        self.serve(lambda _name: None, secrets.randbits(60))
        program, chance = self.world.program, random.Random(1)
        desks = [
            self.open(
                name,
                lambda _name: None,
                chance,
                InProcess(program),
                sign_in(program, self.world.institute, self._install(name)),
            )
            for name in WHO
        ]
        for desk in (*desks, *desks):
            desk.engine.want_check()
            state = desk.engine.run_once()
            invariants.require(state.waiting == 0, "An outbox isn't empty:", desk.label, desk.engine.problem)
        with program.host.read() as db:
            invariants.every_save_has_one_end(db, self.acknowledged)
            invariants.nothing_counts_twice(db)
            invariants.the_chain_holds(db, self.world.institute.organisation_id)
            for desk in desks:
                shown = _Shown(desk, self._install(desk.label))
                actor = invariants.actor_now(db, program.context.book, shown)
                invariants.device_converged(db, actor, shown)
                invariants.marks_are_equal(db, shown)


@dataclass
class _Shown:
    """A desk as the invariants look at it."""

    desk: Desk
    install: Any

    @property
    def label(self) -> str:
        return self.desk.label

    @property
    def store(self) -> LocalStore:
        return self.desk.store

    def base_rows(self) -> dict[tuple[str, str], tuple[str, str]]:
        with self.store._files.read() as db:
            found = db.execute("SELECT kind, id, revision, body FROM base WHERE deleted = 0")
            return {(row[0], row[1]): (row[2], row[3]) for row in found}


def act(
    desk: Desk,
    chance: random.Random,
    say: Callable[[bytes], None],
    something: Callable[[Desk, random.Random], list[Ask]] = people.apart_from_money,
) -> None:
    """Do something at a desk and tell what was acknowledged."""
    asks = something(desk, chance)
    if asks:
        commands = desk.store.commit(asks)
        say(json.dumps([one.model_dump(mode="json") for one in commands]).encode() + b"\n")


def in_child(work: Callable[[Callable[[bytes], None]], None], patience: float = 900.0) -> tuple[int, bytes]:
    """Run `work(say)` in a process of its own; returns how it ended (0, or minus the signal) and what it said."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        be_child(work, writing)
    os.close(writing)
    said = read_all(reading, child, patience)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), said


def be_child(work: Callable[[Callable[[bytes], None]], None], writing: int) -> NoReturn:
    """Do the work of a forked process and end it; what went wrong is said through the pipe."""
    code = 0
    try:
        work(lambda data: _write_all(writing, data))
    except BaseException:  # noqa: BLE001 - the parent is told whatever it was
        _write_all(writing, traceback.format_exc().encode())
        code = 1
    os.close(writing)
    os._exit(code)


def _write_all(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]


def read_all(reading: int, child: int, patience: float) -> bytes:
    """Return all that a child says until it ends; one that is silent for too long is killed (AssertionError)."""
    parts: list[bytes] = []
    end = time.monotonic() + patience
    while True:
        ready, _, _ = select.select([reading], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            os.kill(child, signal.SIGKILL)
            os.close(reading)
            message = f"A process neither ended nor said anything for {patience} seconds: {b''.join(parts)[-500:]!r}"
            raise AssertionError(message)
        part = os.read(reading, 1 << 16)
        if not part:
            os.close(reading)
            return b"".join(parts)
        parts.append(part)


def killer(step: str, times: int) -> Step:
    """Return what kills this process when `step` is reached for the time after `times` times."""
    left = [times]

    def reached(name: str) -> None:
        if name == step:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1

    return reached
