"""Tells the server now and then how this computer is, sends the work of people who have gone home, and obeys orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.lab_machine import Here, LabMachine
from desktop.core.lost_device import LostDevices, Wiped
from desktop.core.sealed_delivery import GONE_FOR
from desktop.core.settings import Server
from desktop.core.signed_in import DEVICE_KEY, SignedIn
from desktop.shell.gate import Gate
from desktop.shell.settings_page import own_version
from desktop.widgets.background import run_in_background
from shared.core.errors import CampusError

FIRST_MS, EVERY_MS = 60_000, 300_000
IDLE_FOR = timedelta(minutes=10)
"""How long nobody has signed in before the sign-in page sends what those before left."""


def machine_of(gate: Gate, server: Server) -> LabMachine:
    """Return this computer as a server's."""
    return LabMachine(gate.desk(), server, own_version())


def here_of(signed_in: SignedIn) -> Here:
    """Return who is signed in, with what waits."""
    pending = signed_in.store.pending()
    packed = signed_in.store.recall(DEVICE_KEY)
    return Here(signed_in.profile.person_id, pending.waiting + pending.sending, DeviceKey(packed) if packed else None)


class LabRounds(QObject):
    """One round every five minutes while the program runs; a round that fails is made up for by the next.

    While someone is signed in, others' work is sent 12 hours after they left; at the idle sign-in page 10 minutes
    after. Stores that the office marked as lost are destroyed in the round: ``wiped`` tells of them, ``lost_here``
    gives the order for the one that is in use, once it can be closed.
    """

    wiped = Signal(list)
    lost_here = Signal(list)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._machine: Callable[[], LabMachine | None] = lambda: None
        self._client: Callable[[LabMachine], ApiClient] = lambda machine: machine.computer.make_client(machine.server)
        self._signed_in: SignedIn | None = None
        self._running = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.run)

    def at_sign_in(self, machine: Callable[[], LabMachine | None]) -> None:
        """Nobody is signed in; `machine` gives this computer once a server is chosen."""
        self._machine, self._signed_in = machine, None
        self._timer.start(FIRST_MS)

    def with_person(self, machine: LabMachine, signed_in: SignedIn) -> None:
        """Someone is signed in."""
        self._machine, self._signed_in = lambda: machine, signed_in
        self._timer.start(FIRST_MS)

    def stop(self) -> None:
        """Make no more rounds."""
        self._timer.stop()

    def run(self) -> None:
        """Make a round now, unless one is under way."""
        self._timer.setInterval(EVERY_MS)
        machine, signed_in = self._machine(), self._signed_in
        if machine is None or self._running:
            return
        here = here_of(signed_in) if signed_in is not None else None
        client = signed_in.client if signed_in is not None else self._client(machine)
        gone_for = GONE_FOR if signed_in is not None else IDLE_FOR
        self._running = True
        run_in_background(lambda: _round(machine, client, here, gone_for), self._done, self._failed, self)

    def _done(self, done: _Round) -> None:
        self._running = False
        if done.wiped:
            self.wiped.emit(done.wiped)
        if done.here and self._signed_in is not None:
            self.lost_here.emit(done.here)

    def _failed(self, problem: Exception) -> None:
        self._running = False
        if not isinstance(problem, CampusError | OSError):
            raise problem


@dataclass(frozen=True)
class _Round:
    """What a round brought: stores that were destroyed, and the order for the one in use."""

    wiped: list[Wiped]
    here: list[Mapping[str, str]]


def _round(machine: LabMachine, client: ApiClient, here: Here | None, gone_for: timedelta) -> _Round:
    lost = LostDevices(machine.computer)
    lost.tell(client, machine.server.url)
    orders = machine.meet(client, here) or []
    devices = {one.device_id for one in machine.people() if here is not None and one.person_id == here.person_id}
    wiped = lost.obey(client, [order for order in orders if order.get("device_id") not in devices])
    if wiped:
        lost.tell(client, machine.server.url)
    machine.send(client, gone_for)
    return _Round(wiped, [order for order in orders if order.get("device_id") in devices])


def wipe_here(machine: LabMachine, orders: Sequence[Mapping[str, str]], keys: Mapping[str, DeviceKey]) -> list[Wiped]:
    """Destroy the store that was in use and is closed by now; call it in a worker."""
    lost, client = LostDevices(machine.computer), machine.computer.make_client(machine.server)
    wiped = lost.obey(client, orders, keys)
    lost.tell(client, machine.server.url)
    return wiped
