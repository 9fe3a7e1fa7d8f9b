"""Kills whoever takes a class's files along, the server, or both, at any moment, and looks at what is on the disk."""

import hashlib
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
from typing import Any

from desktop.core.api_client import ApiClient
from desktop.core.api_errors import ApiError
from desktop.core.device_key import DeviceKey
from desktop.core.file_store import FileStore
from desktop.core.file_transfer import FileTransfer, Wanted
from desktop.core.http_transport import HttpTransport
from desktop.core.local_store import Identity, LocalStore
from desktop.core.sealed_outbox import Owner
from desktop.core.system_clock import SystemClock
from desktop.core.tokens import Tokens
from server.core.batch import Origin
from server.core.settings import LimitRule, Settings
from shared.core.actor import Actor
from shared.core.ids import IdMaker
from shared.people.vocabulary import BUILT_IN_ROLES, Role
from tests.core.file_kinds import PDF
from tests.core.uploads import Caller, sha
from tests.faults.file_kills import KEY, serve
from tests.faults.kills import end, start
from tests.faults.pair import in_child
from tests.serving import TestServer, server_settings

_LOOPBACK = "127.0.0.1"
_FILES, _LEAST, _MOST = 30, 200_000, 2_500_000
_CHECK_EVERY = 20


@dataclass
class Packing:
    """An instructor's computer and a server that holds a class's files; what was promised is kept by the test."""

    folder: Path
    settings: Settings
    tokens: dict[str, object]
    device_id: str
    files: list[list[Any]]
    round: int = 0
    promised: dict[str, int] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)

    def open(self, port: int) -> FileTransfer:
        """Open the store and its files as at any start."""
        clock = SystemClock()
        home = self.folder / f"home{self.round}"
        home.mkdir(exist_ok=True)
        identity = Identity(Owner("o", "p", self.device_id))
        store = LocalStore(home / "store.db", KEY, identity, (), clock, IdMaker(clock))
        client = ApiClient(HttpTransport(f"http://{_LOOPBACK}:{port}"), clock, lambda _seconds: True)
        client.use(Tokens.model_validate(self.tokens), self.device_id, DeviceKey())
        return FileTransfer(store, client, clock, FileStore(home / "store.files", KEY, keep_free=0))

    def take_along(self, port: int, seed: int, say: Callable[[bytes], None]) -> None:
        """Ask for files and fetch them until killed; `say` is told what was promised, and what has arrived."""
        chance = random.Random(seed)
        transfer = self.open(port)
        told = {sha256 for sha256, _, _ in self.files if transfer.files.exists(sha256)}
        while True:
            if chance.random() < 0.3 or not transfer.waiting():
                some = chance.sample(self.files, chance.randint(1, 6))
                transfer.fetch([Wanted(*one) for one in some])
                _tell(say, "promised", [one[:2] for one in some])
            try:
                transfer.run_once()
            except ApiError:
                threading.Event().wait(0.02)
            here = {sha256 for sha256, _, _ in self.files if transfer.files.exists(sha256)}
            if here - told:
                _tell(say, "whole", sorted(here - told))
                told = here
            if len(here) == len(self.files):
                threading.Event().wait(0.05)

    def take(self, said: bytes) -> None:
        """Note what was told before the end."""
        complete, _, _half = said.rpartition(b"\n")
        for line in complete.splitlines():
            what, told = json.loads(line)
            if what == "promised":
                self.promised |= dict(told)
            else:
                self.whole |= set(told)

    def look(self, transfer: FileTransfer) -> int:
        """Read every file that has its final name: it is whole; what was said to be here still is. Returns how many."""
        found = set()
        for sha256, size, name in self.files:
            if transfer.files.exists(sha256):
                with transfer.files.open(sha256) as file:
                    content = file.readall() or b""
                assert (len(content), hashlib.sha256(content).hexdigest()) == (size, sha256), f"half there: {name}"
                found.add(sha256)
        assert self.whole <= found, f"here before and gone: {sorted(self.whole - found)}"
        return len(found)

    def check(self, port: int) -> None:
        """Let everything arrive that was promised; AssertionError where some of it doesn't, or isn't whole."""
        transfer = self.open(port)
        self.look(transfer)
        for _ in range(5_000):
            try:
                if not transfer.run_once():
                    break
            except ApiError:
                threading.Event().wait(0.05)
        assert transfer.waiting() == [], transfer.waiting()
        self.look(transfer)
        lost = [sha256 for sha256 in self.promised if not transfer.files.exists(sha256)]
        assert not lost, f"promised and not here: {lost}"

    def begin_anew(self) -> int:
        """Go on with an empty computer; returns how many files were promised on the last one."""
        count = len(self.promised)
        self.round += 1
        self.promised, self.whole = {}, set()
        return count


def _tell(say: Callable[[bytes], None], what: str, told: object) -> None:
    say(json.dumps([what, told]).encode() + b"\n")


def prepare(folder: Path, seed: int) -> Packing:
    """Make a server with a class whose student handed thirty files in, and sign its instructor in."""
    settings = server_settings(
        folder / "server",
        limits=(LimitRule(path="/"), LimitRule(path="/api/v1/uploads")),
        access_token_minutes=10_000,
        files_keep_free_bytes=0,
        upload_idle_seconds=2,
    )

    def work(say: Callable[[bytes], None]) -> None:
        server = TestServer(settings, SystemClock())
        files = _hand_in(server, random.Random(seed))
        device = server.device()
        tokens = server.sign_in("ama", device).data
        say(json.dumps({"tokens": tokens, "device_id": device.id, "files": files}).encode())
        server.close()

    code, said = in_child(work)
    assert code == 0, said[-3000:].decode(errors="replace")
    return Packing(folder, settings, **json.loads(said))


def _hand_in(server: TestServer, chance: random.Random) -> list[tuple[str, int, str]]:
    """Hand in the most files that hand-ins take, five at a time, for a class that `ama` teaches."""

    def do(kind: str, payload: dict[str, Any]) -> str:
        made = server.new_id()
        outcome = server.do(server.command(kind, made, payload))
        assert outcome.verdict == "applied", outcome
        return str(made)

    teacher, student = server.add_person("ama", ("instructor",)), Caller.of(server, "esi", roles=("student",))
    course = do("AddCourse", {"code": "PHOTO", "title": "Photography"})
    cohort = do("AddCohort", {"course_id": course, "code": "P1", "name": "Photography 1", "instructors": [teacher]})
    enrolment = do("EnrolPerson", {"cohort_id": cohort, "person_id": student.person_id})
    permissions = frozenset(map(str, BUILT_IN_ROLES[Role.STUDENT]))
    actor = Actor(
        person_id=student.person_id,
        organisation_id=server.organisation_id,
        name="Esi",
        roles=("student",),
        permissions=permissions,
    )
    found = []
    for number in range(_FILES):
        content = PDF + chance.randbytes(chance.randint(_LEAST, _MOST))
        answer = student.bring(f"essay {number}.pdf", content)
        assert answer.status == 204, answer.body
        found.append((sha(content), len(content), f"essay {number}.pdf"))
    for at in range(0, _FILES, 5):
        title = {"cohort_id": cohort, "title": f"Work {at}", "takes": ["file"], "state": "open"}
        names = [{"sha256": one[0], "bytes": one[1], "name": one[2], "type": "pdf"} for one in found[at : at + 5]]
        payload = {"assignment_id": do("AddAssignment", title), "enrolment_id": enrolment, "files": names}
        handed = server.command("HandIn", server.new_id(), payload)
        told = server.context.door.accept(actor, Origin(""), [handed]).outcomes[0]
        assert told.verdict == "applied", told
    return found


def kill_while_taking_along(folder: Path, kills: int, seed: int) -> Counter[str]:
    """Kill taker and server `kills` times in all, at random moments and in either order, and check now and then."""
    chance = random.Random(seed)
    packing = prepare(folder, seed)
    counted: Counter[str] = Counter()
    with socket.create_server((_LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
        days = 0
        # On a busy machine a taker may be killed before anything was promised; that proves nothing.
        while counted["taker killed"] + counted["server killed"] < kills or not (
            packing.promised or counted["files promised"]
        ):
            _one_day(packing, listener, port, chance, counted)
            days += 1
            if days % _CHECK_EVERY == 0:
                _check(packing, listener, port)
                counted["files promised"] += packing.begin_anew()
        _check(packing, listener, port)
    counted["files promised"] += len(packing.promised)
    return counted


def _one_day(
    packing: Packing, listener: socket.socket, port: int, chance: random.Random, counted: Counter[str]
) -> None:
    """A server and someone who takes files along start; one is killed, and the other soon after."""
    server = start(lambda _say: serve(packing.settings, listener))
    taker = start(lambda say: packing.take_along(port, chance.getrandbits(40), say))
    threading.Event().wait(chance.uniform(0.4, 3.0))
    for victim in chance.choice((("server", "taker"), ("taker", "server"))):
        os.kill((server if victim == "server" else taker)[0], signal.SIGKILL)
        counted[f"{victim} killed"] += 1
        threading.Event().wait(chance.choice((0.0, 0.05, 0.3)))
    code, said = end(taker)
    assert code == -signal.SIGKILL, said[-3000:].decode(errors="replace")
    packing.take(said)
    end(server)


def _check(packing: Packing, listener: socket.socket, port: int) -> None:
    server = start(lambda _say: serve(packing.settings, listener))
    try:
        code, said = in_child(lambda _say: packing.check(port))
    finally:
        os.kill(server[0], signal.SIGKILL)
        end(server)
    assert code == 0, said[-3000:].decode(errors="replace")
