"""A computer with files and the server that it speaks to, each a process of its own, killed day after day."""

import json
import os
import random
import signal
import socket
import threading
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import uvicorn

from desktop.core.api_client import ApiClient
from desktop.core.api_errors import ApiError
from desktop.core.device_key import DeviceKey
from desktop.core.file_store import FileStore
from desktop.core.file_transfer import FileTransfer
from desktop.core.http_transport import HttpTransport
from desktop.core.local_store import Identity, LocalStore
from desktop.core.sealed_outbox import Owner
from desktop.core.system_clock import SystemClock
from desktop.core.tokens import Tokens
from server.app import create_app
from server.core.settings import LimitRule, Settings
from shared.core.ids import IdMaker
from tests.faults.kills import end, start
from tests.faults.pair import in_child
from tests.serving import TestServer, server_settings

LOOPBACK = "127.0.0.1"
CHECK_EVERY = 20
"""Days between two looks at everything."""
_KEY = bytes(range(32))
Say = Callable[[bytes], None]


@dataclass
class FileComputer:
    """Somebody's computer on real files; what it promised so far is kept by the test."""

    folder: Path
    settings: Settings
    tokens: dict[str, object]
    device_id: str
    called: ClassVar[str]
    """What whoever works on it is called where kills are counted."""
    alone: ClassVar[tuple[float, float]]
    """For how many seconds it is left alone, at the least and at the most."""

    @property
    def home(self) -> Path:
        """Where its store lies."""
        return self.folder / "home"

    def open(self, port: int) -> FileTransfer:
        """Open the store and its files as at any start."""
        clock = SystemClock()
        self.home.mkdir(exist_ok=True)
        identity = Identity(Owner("o", "p", self.device_id))
        store = LocalStore(self.home / "store.db", _KEY, identity, (), clock, IdMaker(clock))
        client = ApiClient(HttpTransport(f"http://{LOOPBACK}:{port}"), clock, lambda _seconds: True)
        client.use(Tokens.model_validate(self.tokens), self.device_id, DeviceKey())
        return FileTransfer(store, client, clock, FileStore(self.home / "store.files", _KEY, keep_free=0))

    @abstractmethod
    def work(self, port: int, seed: int, say: Say) -> None:
        """Work until killed; `say` is told what was promised."""

    @abstractmethod
    def take(self, told: Any) -> None:
        """Note one thing that was told before the end."""

    @abstractmethod
    def check(self, port: int) -> None:
        """Let everything arrive; AssertionError where something promised is lost, or half there under its name."""


def finish(transfer: FileTransfer) -> None:
    """Go on until nothing waits any more. AssertionError where something does for ever."""
    for _ in range(5_000):
        try:
            if not transfer.run_once():
                break
        except ApiError:
            threading.Event().wait(0.05)
    assert transfer.waiting() == [], transfer.waiting()


def prepare(folder: Path, fill: Callable[[TestServer], dict[str, Any]]) -> dict[str, Any]:
    """Make a server, let `fill` add what is on it, `ama` with it, and sign her in for as long as the test takes.

    That is done in a process of its own. Returns what a computer is made of, with what `fill` returned.
    """
    settings = server_settings(
        folder / "server",
        limits=(LimitRule(path="/"), LimitRule(path="/api/v1/uploads")),
        access_token_minutes=10_000,
        files_keep_free_bytes=0,
        upload_idle_seconds=2,
    )

    def work(say: Say) -> None:
        server = TestServer(settings, SystemClock())
        more = fill(server)
        device = server.device()
        say(json.dumps({"tokens": server.sign_in("ama", device).data, "device_id": device.id, **more}).encode())
        server.close()

    code, said = in_child(work)
    assert code == 0, said[-3000:].decode(errors="replace")
    return {"folder": folder, "settings": settings, **json.loads(said)}


def tell(say: Say, told: object) -> None:
    """Say one thing."""
    say(json.dumps(told).encode() + b"\n")


def one_day(computer: FileComputer, listener: socket.socket, chance: random.Random, counted: Counter[str]) -> None:
    """A server and somebody at the computer start; one is killed, and the other soon after."""
    port, who = listener.getsockname()[1], computer.called
    server = _start_server(computer, listener)
    worker = start(lambda say: computer.work(port, chance.getrandbits(40), say))
    threading.Event().wait(chance.uniform(*computer.alone))
    for victim in chance.choice((("server", who), (who, "server"))):
        os.kill((server if victim == "server" else worker)[0], signal.SIGKILL)
        counted[f"{victim} killed"] += 1
        threading.Event().wait(chance.choice((0.0, 0.05, 0.3)))
    code, said = end(worker)
    assert code == -signal.SIGKILL, said[-3000:].decode(errors="replace")
    whole, _, _half = said.rpartition(b"\n")
    for line in whole.splitlines():
        computer.take(json.loads(line))
    end(server)


def check(computer: FileComputer, listener: socket.socket) -> None:
    """Look at everything, with a server that isn't killed meanwhile."""
    server = _start_server(computer, listener)
    try:
        code, said = in_child(lambda _say: computer.check(listener.getsockname()[1]))
    finally:
        os.kill(server[0], signal.SIGKILL)
        end(server)
    assert code == 0, said[-3000:].decode(errors="replace")


def _start_server(computer: FileComputer, listener: socket.socket) -> Any:
    def serve(_say: Say) -> None:
        config = uvicorn.Config(create_app(computer.settings), log_config=None, access_log=False, lifespan="off")
        uvicorn.Server(config).run(sockets=[listener])

    return start(serve)
