"""A simulated device: the real store, client and sync engine over simulated disk, clock, network and scheduler."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from desktop.core import outbox
from desktop.core.api_client import ApiClient
from desktop.core.area import StoreArea
from desktop.core.device_key import DeviceKey
from desktop.core.local_store import Identity, LocalStore
from desktop.core.outbox import Ask
from desktop.core.retry import Backoff
from desktop.core.sealed_outbox import Owner
from desktop.core.sync_engine import SyncEngine
from desktop.core.sync_runner import SyncRunner
from desktop.core.sync_state import Phase, SyncState
from desktop.core.tokens import Tokens
from shared.core.actor import Actor
from shared.core.command import Command
from shared.core.ids import IdMaker
from tests.simulator.disk import Image, SimulatedDisk, put_image
from tests.simulator.gateway_sides import PaystackSide, Side
from tests.simulator.money_desk import Turns
from tests.simulator.network import Link, Network, SimulatedTransport
from tests.simulator.timeline import SimulatedClock, SimulatedCrash, SimulatedScheduler, Timeline

STORE = "store.db"
KEY = bytes(32)
_TOKENS = "simulated tokens"


@dataclass(frozen=True)
class Install:
    """Who a device is: person, device id and key."""

    name: str
    actor: Actor
    device_id: str
    packed_key: str


@dataclass(frozen=True)
class Surroundings:
    """What all devices of a run share. `areas` are what the store knows of rows and commands.

    `wall` holds by class session the code that a projector showed last: whoever is in the room can read it.
    """

    timeline: Timeline
    network: Network
    folder: Path
    areas: Sequence[StoreArea]
    power_may_go: bool
    sign_in: Callable[["Device"], Mapping[str, Any] | None]
    acknowledged: Callable[["Device", Sequence[Command]], None]
    wall: dict[str, str] = field(default_factory=dict)
    gateway: Callable[[], Side] = PaystackSide
    """The gateway that the run's payers use."""


class Device:
    """A computer with the program on it, which runs, crashes, starts again and is used by a person."""

    def __init__(
        self, install: Install, around: Surroundings, chance: random.Random, image: Image | None, label: str
    ) -> None:
        self.install, self._around, self.chance, self.label = install, around, chance, label
        self.link = Link()
        self.skew = timedelta(0)
        self.running = False
        self.crash_at: tuple[str, int] | None = None
        self.power_goes = False
        self.crashes: list[str] = []
        self.lost_writes = 0
        self.image: Image = image or {}
        self.compares = True
        self._boots = 0
        self._asking_password = False
        self.store: LocalStore
        self.engine: SyncEngine
        self.runner: SyncRunner
        self.actor = install.actor

    # ------------------------------------------------------------------------------------------------ the program

    def start(self) -> None:
        """Start the program on what the disk holds."""
        if self.running:
            return
        self._boots += 1
        folder = self._around.folder / f"{self.label}-{self._boots}"
        put_image(folder, self.image)
        self._disk = SimulatedDisk(folder, watched=self._around.power_may_go)
        self._clock = SimulatedClock(self._around.timeline, self.skew)
        self._scheduler = SimulatedScheduler(self._around.timeline, lambda _crash: self._died())
        self.running = True
        try:
            self._open(folder)
        except SimulatedCrash:
            self._died()

    def _open(self, folder: Path) -> None:
        owner = Owner(self.actor.organisation_id, self.actor.person_id, self.install.device_id)
        ids = IdMaker(self._clock, self.chance.getrandbits)
        self.new_id = ids
        self.store = LocalStore(
            folder / STORE, KEY, Identity(owner), self._around.areas, self._clock, ids, self._disk.seams(), self._step
        )
        transport = SimulatedTransport(self._around.network, self.link, self._scheduler)
        backoff = Backoff(uniform=self.chance.uniform)
        self.client = ApiClient(transport, self._clock, self._scheduler.pause, backoff)
        renewing: Any = Turns(self._scheduler.pause)
        self.client._renewing = renewing  # pages and the sync ask side by side; here they do so in one thread
        packed = self.store.recall(_TOKENS)
        key = DeviceKey(self.install.packed_key)
        self.client.use(Tokens.model_validate(packed) if packed else None, self.install.device_id, key)
        self.client.on_tokens = self._keep_tokens
        self.engine = SyncEngine(self.store, self.client, self._clock, self.actor, self._step)
        if not self.compares:
            self.engine._check_is_due = lambda: False  # type: ignore[method-assign] # whatever it is told of itself
        backoff = Backoff(uniform=self.chance.uniform)
        self.runner = SyncRunner(self.engine, self._scheduler, backoff, self._on_state)
        self.runner.start()

    def _keep_tokens(self, tokens: Tokens) -> None:
        self.store.remember(_TOKENS, tokens.model_dump())

    def _step(self, name: str) -> None:
        if self.crash_at is None or name != self.crash_at[0]:
            return
        if self.crash_at[1] > 0:
            self.crash_at = (name, self.crash_at[1] - 1)
            return
        self.crashes.append(name)
        self.crash_at = None
        self.take_image()
        raise SimulatedCrash(name)

    def take_image(self) -> None:
        """Set what the next start finds."""
        lose = self.power_goes and self._around.power_may_go
        self.lost_writes += self._disk.unsynced() if lose else 0
        self.image = self._disk.image(self.chance if lose else None)
        self.power_goes = False

    def _died(self) -> None:
        self._end()
        self._around.timeline.after(self.chance.uniform(1.0, 15.0), self.start)

    def kill(self) -> None:
        """End the program at no particular step."""
        if self.running:
            self.crashes.append("at any moment")
            self.take_image()
            self._died()

    def _end(self) -> None:
        self.running = False
        self._scheduler.end()
        if hasattr(self, "store"):
            self.store.close()
        self._disk.forget()

    def close(self) -> None:
        """Close the program in good order."""
        if self.running:
            self.runner.stop()
            self._scheduler.end()
            self.running = False
            self.store.close()
            self.image = self._disk.image()
            self._disk.forget()

    def set_clock(self, skew: timedelta) -> None:
        """Set the device's wall clock."""
        self.skew = skew
        if self.running:
            self._clock.skew = skew

    # ------------------------------------------------------------------------------------------------- the person

    @property
    def wall(self) -> dict[str, str]:
        """The class codes on the walls of the rooms."""
        return self._around.wall

    @property
    def gateway(self) -> Side:
        """The gateway that the run's payers use."""
        return self._around.gateway()

    def now(self) -> datetime:
        """Return what the device's clock shows."""
        return self._clock.now()

    def commit(self, asks: Sequence[Ask]) -> tuple[Command, ...]:
        """Save what a person asked for, as the desk does; nothing is acknowledged where the program dies over it."""
        try:
            commands = self.store.commit(asks)
        except SimulatedCrash:
            self._died()
            return ()
        self._around.acknowledged(self, commands)
        self.runner.wake()
        return commands

    def _on_state(self, state: SyncState) -> None:
        if state.phase is Phase.SIGNED_OUT and not self._asking_password:
            self._asking_password = True
            self._around.timeline.after(self.chance.uniform(3.0, 12.0), self._type_password)

    def _type_password(self) -> None:
        self._asking_password = False
        if not self.running:
            return
        answer = self._around.sign_in(self) if self.link.online else None
        if answer is None:
            self._asking_password = True
            self._around.timeline.after(5.0, self._type_password)
            return
        tokens = Tokens.model_validate(answer)
        self._keep_tokens(tokens)
        self.client.use(tokens, self.install.device_id, DeviceKey(self.install.packed_key))
        self.runner.wake(urgent=True)

    def sign_in_if_needed(self) -> None:
        """Type the password where the program says that the sign-in has ended."""
        if not self.client.is_signed_in or self._asking_password:
            self._type_password()

    # --------------------------------------------------------------------------------------------- what is looked at

    def outbox_ids(self) -> set[str]:
        """Return the ids of all commands that are kept here."""
        with self.store._files.read() as db:
            return {row[0] for row in db.execute("SELECT id FROM outbox")}

    def verdicts(self) -> dict[str, tuple[str, str | None]]:
        """Return state and verdict of each command that is kept here."""
        with self.store._files.read() as db:
            return {row[0]: (row[1], row[2]) for row in db.execute("SELECT id, state, verdict FROM outbox")}

    def base_rows(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Return what the server said, as it is stored: (kind, id) to (revision, body)."""
        with self.store._files.read() as db:
            found = db.execute("SELECT kind, id, revision, body FROM base WHERE deleted = 0")
            return {(row[0], row[1]): (row[2], row[3]) for row in found}

    def is_settled(self) -> bool:
        """Tell whether nothing waits here, nothing is under way and nothing went wrong the last time."""
        return not self.runner._running and self.engine.problem is None and not self.waiting()

    def waiting(self) -> int:
        """Return how many commands have no answer."""
        with self.store._files.read() as db:
            return sum(outbox.open_count(db))
