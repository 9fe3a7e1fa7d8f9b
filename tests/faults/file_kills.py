"""Kills the program that sends files, the server that takes them, or both, at any moment, and looks at what is left."""

import json
import os
import random
import signal
import socket
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from desktop.core.api_client import ApiClient
from desktop.core.api_errors import ApiError
from desktop.core.device_key import DeviceKey
from desktop.core.file_store import FileStore
from desktop.core.file_transfer import Chosen, FileTransfer
from desktop.core.http_transport import HttpTransport
from desktop.core.local_store import Identity, LocalStore
from desktop.core.sealed_outbox import Owner
from desktop.core.system_clock import SystemClock
from desktop.core.tokens import Tokens
from server.app import create_app
from server.core.settings import LimitRule, Settings
from server.core.upload_writing import look_at
from shared.core.ids import IdMaker
from tests.core.file_kinds import PDF
from tests.faults.kills import end, start
from tests.faults.pair import in_child
from tests.serving import TestServer, server_settings

KEY = bytes(range(32))
_LOOPBACK = "127.0.0.1"
_SIZES = (2_000, 70_000, 400_000, 1_500_000)
_CHECK_EVERY = 20


def serve(settings: Settings, listener: socket.socket) -> None:
    """Be the server until killed."""
    app = create_app(settings)
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")).run(sockets=[listener])


@dataclass
class Sending:
    """A student's computer and a server, on real files; what was promised so far is kept by the test."""

    folder: Path
    settings: Settings
    tokens: dict[str, object]
    device_id: str
    promised: dict[str, int] = field(default_factory=dict)

    def open(self, port: int) -> FileTransfer:
        """Open the store and its files as at any start."""
        clock = SystemClock()
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        identity = Identity(Owner("o", "p", self.device_id))
        store = LocalStore(home / "store.db", KEY, identity, (), clock, IdMaker(clock))
        client = ApiClient(HttpTransport(f"http://{_LOOPBACK}:{port}"), clock, lambda _seconds: True)
        client.use(Tokens.model_validate(self.tokens), self.device_id, DeviceKey())
        files = FileStore(home / "store.files", KEY, keep_free=0)
        return FileTransfer(store, client, clock, files)

    def send(self, port: int, seed: int, say: Callable[[bytes], None]) -> None:
        """Choose files and send them, until killed; `say` is told what was promised to be sent."""
        chance = random.Random(seed)
        transfer = self.open(port)
        while True:
            if chance.random() < 0.3 and len(transfer.waiting()) < 3:
                chosen = self._chosen(transfer, chance)
                transfer.send([chosen])
                say(json.dumps([chosen.sha256, chosen.bytes]).encode() + b"\n")
            try:
                transfer.run_once()
            except ApiError:
                threading.Event().wait(0.02)

    def _chosen(self, transfer: FileTransfer, chance: random.Random) -> Chosen:
        path = self.folder / "essay.pdf"
        path.write_bytes(PDF + chance.randbytes(chance.choice(_SIZES)))
        return transfer.choose(path)

    def take(self, said: bytes) -> None:
        """Note what was promised before the end."""
        whole, _, _half = said.rpartition(b"\n")
        for line in whole.splitlines():
            sha256, size = json.loads(line)
            self.promised[sha256] = size

    def check(self, port: int) -> None:
        """Let everything arrive; AssertionError where something promised is lost, or half there under its name."""
        self.look()
        transfer = self.open(port)
        for _ in range(5_000):
            try:
                if not transfer.run_once():
                    break
            except ApiError:
                threading.Event().wait(0.05)
        waiting = transfer.waiting()
        assert waiting == [], waiting
        stored = self.look()
        lost = set(self.promised) - set(stored)
        assert not lost, f"promised and not at the server: {sorted(lost)}"
        for sha256, size in self.promised.items():
            assert stored[sha256] == size
            with transfer.files.open(sha256) as file:
                assert len(file.readall() or b"") == size
        left = [path.name for path in (self.settings.files_path / "quarantine").rglob("*")]
        assert left == [], left

    def look(self) -> dict[str, int]:
        """Return the sizes of what the server holds; what has its final name is whole, whoever was killed when."""
        found = {}
        for path in (self.settings.files_path / "stored").rglob("*"):
            if path.is_file():
                sha256, sample = look_at(path)
                assert path.name == sha256, f"half there under its final name: {path.name}"
                found[sha256] = sample.size
        return found


def prepare(folder: Path) -> Sending:
    """Make a server with one student, signed in for as long as the test takes; in a process of its own."""
    settings = server_settings(
        folder / "server",
        limits=(LimitRule(path="/"), LimitRule(path="/api/v1/uploads")),
        access_token_minutes=10_000,
        files_keep_free_bytes=0,
        upload_idle_seconds=2,
    )

    def work(say: Callable[[bytes], None]) -> None:
        server = TestServer(settings, SystemClock())
        server.add_person("ama", roles=("student",))
        device = server.device()
        answer = server.sign_in("ama", device).data
        say(json.dumps({"tokens": answer, "device_id": device.id}).encode())
        server.close()

    code, said = in_child(work)
    assert code == 0, said.decode(errors="replace")
    return Sending(folder, settings, **json.loads(said))


def kill_while_sending(folder: Path, kills: int, seed: int) -> Counter[str]:
    """Kill sender and server `kills` times in all, at random moments and in either order, and check now and then."""
    chance = random.Random(seed)
    sending = prepare(folder)
    counted: Counter[str] = Counter()
    with socket.create_server((_LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
        days = 0
        # On a busy machine a sender may be killed before it has promised anything; that proves nothing.
        while counted["sender killed"] + counted["server killed"] < kills or not sending.promised:
            _one_day(sending, listener, port, chance, counted)
            days += 1
            if days % _CHECK_EVERY == 0:
                _check(sending, listener, port)
        _check(sending, listener, port)
    counted["files promised"] = len(sending.promised)
    counted["files whole at the server"] = len(sending.look())
    return counted


def _one_day(
    sending: Sending, listener: socket.socket, port: int, chance: random.Random, counted: Counter[str]
) -> None:
    """A server and a sender start; one is killed, and the other soon after."""
    server = start(lambda _say: serve(sending.settings, listener))
    sender = start(lambda say: sending.send(port, chance.getrandbits(40), say))
    threading.Event().wait(chance.uniform(0.3, 2.5))
    for victim in chance.choice((("server", "sender"), ("sender", "server"))):
        os.kill((server if victim == "server" else sender)[0], signal.SIGKILL)
        counted[f"{victim} killed"] += 1
        threading.Event().wait(chance.choice((0.0, 0.05, 0.3)))
    code, said = end(sender)
    assert code == -signal.SIGKILL, said[-3000:].decode(errors="replace")
    sending.take(said)
    end(server)
    sending.look()


def _check(sending: Sending, listener: socket.socket, port: int) -> None:
    server = start(lambda _say: serve(sending.settings, listener))
    try:
        code, said = in_child(lambda _say: sending.check(port))
    finally:
        os.kill(server[0], signal.SIGKILL)
        end(server)
    assert code == 0, said[-3000:].decode(errors="replace")
