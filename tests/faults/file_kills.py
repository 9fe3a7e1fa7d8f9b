"""Kills the program that sends files, the server that takes them, or both, at any moment, and looks at what is left."""

import random
import socket
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.core.api_errors import ApiError
from desktop.core.file_transfer import Chosen, FileTransfer
from server.core.upload_writing import look_at
from tests.core.file_kinds import PDF
from tests.faults import file_computer
from tests.faults.file_computer import CHECK_EVERY, LOOPBACK, FileComputer, Say, finish, tell
from tests.serving import TestServer

_SIZES = (2_000, 70_000, 400_000, 1_500_000)


@dataclass
class Sending(FileComputer):
    """A student's computer that sends files."""

    promised: dict[str, int] = field(default_factory=dict)
    called = "sender"
    alone = (0.3, 2.5)

    def work(self, port: int, seed: int, say: Say) -> None:
        """Choose files and send them, until killed; `say` is told what was promised to be sent."""
        chance = random.Random(seed)
        transfer = self.open(port)
        while True:
            if chance.random() < 0.3 and len(transfer.waiting()) < 3:
                chosen = self._chosen(transfer, chance)
                transfer.send([chosen])
                tell(say, [chosen.sha256, chosen.bytes])
            try:
                transfer.run_once()
            except ApiError:
                threading.Event().wait(0.02)

    def _chosen(self, transfer: FileTransfer, chance: random.Random) -> Chosen:
        path = self.folder / "essay.pdf"
        path.write_bytes(PDF + chance.randbytes(chance.choice(_SIZES)))
        return transfer.choose(path)

    def take(self, told: Any) -> None:
        """Note what was promised before the end."""
        self.promised[told[0]] = told[1]

    def check(self, port: int) -> None:
        """Let everything arrive; AssertionError where something promised is lost, or half there under its name."""
        self.look()
        transfer = self.open(port)
        finish(transfer)
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


def _with_student(server: TestServer) -> dict[str, Any]:
    server.add_person("ama", roles=("student",))
    return {}


def kill_while_sending(folder: Path, kills: int, seed: int) -> Counter[str]:
    """Kill sender and server `kills` times in all, at random moments and in either order, and check now and then."""
    chance = random.Random(seed)
    sending = Sending(**file_computer.prepare(folder, _with_student))
    counted: Counter[str] = Counter()
    with socket.create_server((LOOPBACK, 0)) as listener:
        days = 0
        # On a busy machine a sender may be killed before it has promised anything; that proves nothing.
        while counted["sender killed"] + counted["server killed"] < kills or not sending.promised:
            file_computer.one_day(sending, listener, chance, counted)
            sending.look()
            days += 1
            if days % CHECK_EVERY == 0:
                file_computer.check(sending, listener)
        file_computer.check(sending, listener)
    counted["files promised"] = len(sending.promised)
    counted["files whole at the server"] = len(sending.look())
    return counted
