"""The pages' desk at a simulated device: what a person does with money goes through the program's own actions."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.settings import Settings
from shared.core.command import Command
from shared.core.errors import CampusError

if TYPE_CHECKING:
    from tests.simulator.device import Device

_SETTINGS = Settings()


class NothingError(Exception):
    """The page offers nothing to do it with."""


class DiedError(Exception):
    """The program died over a save: nothing was acknowledged, so nothing is printed either."""


@dataclass(frozen=True)
class DeskOf(Desk):
    """A desk whose saves are the device's: acknowledged, or not at all."""

    save: Callable[[Sequence[Ask]], tuple[Command, ...]] = lambda _asks: ()

    def commit(self, asks: Sequence[Ask]) -> tuple[Command, ...]:
        """Save what a person asked for. Raises DiedError where the program died over it."""
        commands = self.save(asks)
        if not commands:
            raise DiedError
        return commands


def desk_of(device: "Device") -> DeskOf:
    """Return the desk of the person at a device."""
    return DeskOf(
        device.store, device.actor, _nowhere, device._clock, device.new_id, _SETTINGS, device.client,
        sync_now=lambda: device.runner.wake(urgent=True), save=device.commit,
    )  # fmt: skip


def _nowhere(*_page: Any, **_details: Any) -> None:
    """No page is opened here."""


def tried(act: Callable[[], Any]) -> None:
    """Do what a page offers; a refusal on the screen, nothing to do, or the end of the program is how it ends then."""
    with suppress(CampusError, NothingError, DiedError):
        act()


def at_server(device: "Device", act: Callable[[DeskOf], Any]) -> None:
    """Do in the background what asks the server: it takes simulated time, and may never be answered."""
    desk = desk_of(device)
    device._scheduler.after(0.0, lambda: tried(lambda: act(desk)))


class Turns:
    """A lock for jobs that take turns in one thread: whoever waits lets the others go on."""

    def __init__(self, pause: Callable[[float], Any]) -> None:
        self._pause, self._taken = pause, False

    def __enter__(self) -> None:
        while self._taken:
            self._pause(0.05)
        self._taken = True

    def __exit__(self, *_problem: object) -> None:
        self._taken = False
