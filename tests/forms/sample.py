"""The sample institute with people at their desks: real stores, real windows, and a server that answers."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.areas import OPENS, QUICK, areas
from desktop.core.http_transport import HttpTransport
from desktop.core.keychain import MemoryKeychain
from desktop.core.scheduler import ThreadScheduler
from desktop.core.settings import Server, Settings
from desktop.core.sync_engine import SyncEngine
from desktop.core.transport import Reply, Request
from desktop.shell.assembly import make_window
from desktop.shell.embedded_server import EmbeddedServer
from desktop.shell.gate import Gate
from desktop.shell.history import Place
from desktop.shell.main_window import MainWindow, PersonShown
from desktop.shell.page_book import HELP
from desktop.shell.preferences import Preferences
from desktop.shell.role_words import main_role
from desktop.shell.server_contact import SamplePerson
from desktop.shell.system_clock import SystemClock
from desktop.shell.workplace import Workplace, make_workplace
from desktop.widgets.background import anything_on_its_way, wait_for_background
from desktop.widgets.dialog import Dialog
from shared.core.command import Command
from shared.core.ids import IdMaker
from shared.core.outcome import Outcome, Verdict
from shared.core.sync import SyncResponse

_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_BY_ITSELF = ("/sync", "/auth/", "/uploads")
"""What a desk sends of its own accord at any moment, such as a file that was chosen before: no form saved it."""
_MOST_WAIT_MS = 60_000
"""Only an answer that doesn't come at all outlasts it, however busy the machine is."""
_LEAST_ROUNDS = 3
_REST = Place(HELP)
"""Where a window waits between two tries."""


def settle() -> None:
    """Let everything that was started come to its end; what answers may ask for more."""
    until = time.monotonic() + _MOST_WAIT_MS / 1000
    rounds = 0
    while rounds < _LEAST_ROUNDS or (anything_on_its_way() and time.monotonic() < until):
        wait_for_background(_MOST_WAIT_MS)
        QCoreApplication.processEvents()
        rounds += 1


@dataclass(frozen=True)
class Sent:
    """One write that went to the server, with how it was answered."""

    method: str
    path: str
    body: Any
    status: int
    said: str


class NotingTransport(HttpTransport):
    """The real network, with a note of each write that went over it."""

    def __init__(self, url: str, notes: list[Sent]) -> None:
        super().__init__(url)
        self._notes = notes

    def send(self, request: Request) -> Reply:
        """Send, and note what was written."""
        reply = super().send(request)
        if request.method in _WRITES and not any(part in request.path for part in _BY_ITSELF):
            body = request.body.decode("utf-8", "replace") if isinstance(request.body, bytes) else ""
            said = reply.body[:600].decode("utf-8", "replace") if reply.status >= 400 else ""
            self._notes.append(Sent(request.method, request.path, _read(body), reply.status, said))
        return reply


def _read(body: str) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body


@dataclass
class Room:
    """One person at a desk, with the main window open."""

    role: str
    place: Workplace
    window: MainWindow
    sent: list[Sent]
    other: Callable[[str], Room]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def desk(self) -> Any:
        """The desk."""
        return self.window.desk

    def page(self, name: str, entity_id: str | None = None, /, **details: Any) -> QWidget:
        """Open a page and return it."""
        self.window.show_place(Place(name, entity_id, details))
        shown = self.window.page
        assert shown is not None
        return shown

    def through(
        self, page: str, method: str, *given: Any, entity_id: str | None = None, **details: Any
    ) -> QWidget | None:
        """Open a page, let it do what one of its buttons does, and return the dialog that it opens."""
        shown: Any = self.page(page, entity_id, **details)
        settle()
        *path, last = method.split(".")
        for part in path:
            shown = getattr(shown, part)
        getattr(shown, last)(*given)
        settle()
        return Dialog.opened_in(self.window)

    def rows(self, kind: str, /, **wanted: Any) -> list[dict[str, Any]]:
        """The rows of a kind that carry these values."""
        found = self.desk.store.page(kind, limit=-1)
        return [one for one in found if all(one.get(name) == value for name, value in wanted.items())]

    def row(self, kind: str, /, **wanted: Any) -> dict[str, Any]:
        """The first of them."""
        return self.rows(kind, **wanted)[0]

    def rest(self) -> None:
        """Leave the page on show, with whatever was typed there."""
        shown = self.window.page
        if shown is not None and shown.property("place") != _REST:
            self.window.show_place(_REST)
            self.window.drop_page(shown)

    def exchange(self) -> None:
        """Send what is saved here for good, and fetch what is new."""
        signed_in = self.place.signed_in
        SyncEngine(signed_in.store, signed_in.client, self.desk.clock, signed_in.actor).run_once()

    def take_back(self) -> tuple[Command, ...]:
        """What was saved here since the last call; the store is then as if the server had refused it."""
        taken: list[Command] = []
        while commands := (request := self.desk.store.next_request()).commands:
            outcomes = tuple(
                Outcome(
                    command_id=one.id, target_id=target.id, verdict=Verdict.REJECTED, code="taken_back", message="-"
                )
                for one in commands
                for target in one.targets
            )
            self.desk.store.settle(request, SyncResponse(outcomes=outcomes, changes=(), cursor=request.cursor))
            for one in commands:
                self.desk.store.dismiss(one.id)
            taken += commands
        return tuple(taken)


class Sample:
    """Whoever of the sample institute was asked for, at a server that runs; `close` closes all desks."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="campusdesk-forms-", ignore_cleanup_errors=True)
        own = Path(self._temporary.name)
        self._clock = SystemClock()
        self._ids = IdMaker(self._clock)
        self._waits = ThreadScheduler(self._clock, "forms")
        self._rooms: dict[str, Room] = {}
        self._sent: list[Sent] = []
        address = server.start()
        self.gate = Gate(
            own / "stores", tuple(one.store for one in areas()), self._clock, self._ids, self._waits.pause,
            open_secrets=MemoryKeychain, make_transport=self._transport, scrypt_n=2**4,
        )  # fmt: skip
        self._reached = self.gate.reach(address)

    def _transport(self, server: Server) -> NotingTransport:
        return NotingTransport(server.url, self._sent)

    @property
    def people(self) -> tuple[SamplePerson, ...]:
        """Who is offered."""
        return tuple(self._reached.people)

    def room(self, role: str) -> Room:
        """The desk of the first person with a role, or of the second of `cashier 2`; opened once."""
        if role not in self._rooms:
            name, _space, place = role.partition(" ")
            found = [one for one in self.people if one.role == name]
            self._rooms[role] = self._enter(found[int(place or 1) - 1])
        return self._rooms[role]

    def _enter(self, person: SamplePerson) -> Room:
        signed_in = self.gate.sign_in(self._reached.server, person.username, person.password, keep=False)
        place = make_workplace(signed_in, self._clock, self._ids, Settings())
        place.runner.stop()  # what is saved is looked at here and taken back; nothing of it goes to the server
        preferences = Preferences(Settings(theme="light", reduced_motion=True))
        preferences.apply_look()
        profile = signed_in.profile
        shown = PersonShown(profile.name, profile.number or "", main_role(profile.roles))
        window = make_window(place.desk, areas(), OPENS, preferences, shown, place.link, signed_in, QUICK)
        window.resize(1366, 768)
        room = Room(person.role, place, window, self._sent, self.room)
        room.exchange()
        window.show()
        return room

    def close(self) -> None:
        """Close every window, once nothing that it asked for is on its way any more, and then its store."""
        for room in self._rooms.values():
            room.window.close()
            settle()
            room.window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            assert not isValid(room.window), "The window outlives its store."
            room.place.close()
        self._waits.stop()
        self._temporary.cleanup()


Opener = Callable[[Room], QWidget | None]
