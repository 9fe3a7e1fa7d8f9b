"""An office for walks: the server's commands as processes of their own, and desktops without a screen beside it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.areas import areas
from desktop.core.desk import Desk
from desktop.core.keychain import MemoryKeychain
from desktop.core.settings import Server, Settings
from desktop.core.signed_in import SignedIn
from desktop.core.sync_engine import SyncEngine
from desktop.core.sync_state import SyncState
from desktop.core.system_clock import SystemClock
from desktop.shell.gate import Gate
from shared.core.ids import IdMaker
from tests.architecture.house import ROOT
from tests.loopback import free_port
from tests.postgres import DatabaseUrls

PASSWORD = "a kettle, two birds"
SLUG = "km-media"
WAIT_SECONDS = 600


@dataclass
class Office:
    """A server's data folder, database and port; each command runs as a process of its own."""

    folder: Path
    urls: DatabaseUrls
    port: int = field(default_factory=free_port)
    more: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """What the commands are told."""
        told = {
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.urls.application_url,
            "DATABASE_OWNER_URL": self.urls.owner_url,
            "PASSWORD_COST": "4",
            "FIND_OWN_NAMES": "false",
            "PORT": str(self.port),
            **self.more,
        }
        return {**os.environ, **{f"CAMPUSDESK_{name}": value for name, value in told.items()}}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            _command(*words), cwd=ROOT, env=self.environment(), capture_output=True, text=True, timeout=WAIT_SECONDS,
            check=False,
        )  # fmt: skip

    def init(self) -> dict[str, Any]:
        """Set the server up with an administrator who has PASSWORD; gives what `init` printed."""
        self.folder.mkdir(exist_ok=True)
        file = self.folder / "password"
        file.write_text(PASSWORD, encoding="utf-8")
        words = ("--organisation", SLUG, "--name", "KM Media Training Institute", "--username", "efua")
        done = self.run("init", "--json", *words, "--password-file", str(file))
        file.unlink()
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    @contextlib.contextmanager
    def serving(self, *words: str, stop: signal.Signals = signal.SIGTERM) -> Iterator["Serving"]:
        """Serve for the time of the `with` block; `stop` ends it."""
        serving = Serving(self, *words)
        try:
            yield serving
        finally:
            serving.end(stop)


class Serving:
    """A serving process; `told` waits until it says that it is ready."""

    def __init__(self, office: Office, *words: str) -> None:
        self.process = subprocess.Popen(
            _command("serve", "--json", *words), cwd=ROOT, env=office.environment(), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.complaints: list[str] = []
        self.complained = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.complaints.append(line.rstrip("\n"))
            self.complained.set()

    @property
    def told(self) -> dict[str, Any]:
        """What the server says once it listens: address, port, fingerprint."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "\n".join(self.complaints)
        told: dict[str, Any] = json.loads(line)
        return told

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop the process and wait for it."""
        self.process.send_signal(how)
        self.process.wait(WAIT_SECONDS)
        self._reader.join(WAIT_SECONDS)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "server.command_line", *words]


@dataclass
class Computer:
    """A computer with the desktop's core on it, and what its settings know of servers."""

    gate: Gate
    places: list["Place"] = field(default_factory=list)

    def sign_in(self, server: Server, name: str, password: str = PASSWORD) -> "Place":
        """Sign in, online or offline as it comes."""
        place = Place(self, self.gate.sign_in(server, name, password, keep=True))
        self.places.append(place)
        return place

    def close(self) -> None:
        """Close what is open."""
        for place in self.places:
            place.close()


def computer(folder: Path, name: str, keychain: MemoryKeychain | None = None) -> Computer:
    """A computer called `name`; without a `keychain` it has none that lasts, and the password guards the store."""
    clock = SystemClock()
    secrets = keychain or MemoryKeychain()
    stores = tuple(area.store for area in areas())
    gate = Gate(
        folder, stores, clock, IdMaker(clock), lambda _seconds: True, device_name=name,
        open_secrets=lambda: secrets, scrypt_n=2**4,
    )  # fmt: skip
    return Computer(gate)


class Place:
    """Someone signed in at a computer: the desk that pages get, and sync by hand."""

    def __init__(self, at: Computer, signed_in: SignedIn) -> None:
        gate = at.gate
        self.signed_in, self.store, self.clock = signed_in, signed_in.store, gate.clock
        self.engine = SyncEngine(self.store, signed_in.client, self.clock, signed_in.actor)
        self.desk = Desk(
            store=self.store, actor=signed_in.actor, open=_nowhere, clock=self.clock, ids=gate.ids,
            settings=Settings(), client=signed_in.client, sync_state=self.engine.state,
        )  # fmt: skip
        self._open = True

    def sync(self) -> SyncState:
        """Sync once."""
        return self.engine.run_once()

    def rows(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """All rows of a kind as they are shown, by id."""
        return {row["id"]: row for row in self.store.page(kind, limit=-1)}

    def close(self) -> None:
        """Close the program."""
        if self._open:
            self._open = False
            self.signed_in.close()


def _nowhere(_page: str, _entity_id: str | None = None, /, **_details: Any) -> None:
    return
