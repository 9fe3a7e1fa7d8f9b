"""Kills whoever takes a class's files along, the server, or both, at any moment, and looks at what is on the disk."""

import hashlib
import random
import socket
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.core.api_errors import ApiError
from desktop.core.file_transfer import FileTransfer, Wanted
from server.core.batch import Origin
from shared.core.actor import Actor
from shared.people.vocabulary import BUILT_IN_ROLES, Role
from tests.core.file_kinds import PDF
from tests.core.uploads import Caller, sha
from tests.faults import file_computer
from tests.faults.file_computer import CHECK_EVERY, LOOPBACK, FileComputer, Say, finish, tell
from tests.serving import TestServer

_FILES, _LEAST, _MOST = 30, 200_000, 2_500_000


@dataclass
class Packing(FileComputer):
    """An instructor's computer that fetches the files of a class from the server."""

    files: list[list[Any]]
    round: int = 0
    promised: dict[str, int] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)

    called = "taker"
    alone = (0.4, 3.0)

    @property
    def home(self) -> Path:
        """Where its store lies; each round begins with an empty one."""
        return self.folder / f"home{self.round}"

    def work(self, port: int, seed: int, say: Say) -> None:
        """Ask for files and fetch them until killed; `say` is told what was promised, and what has arrived."""
        chance = random.Random(seed)
        transfer = self.open(port)
        told = {sha256 for sha256, _, _ in self.files if transfer.files.exists(sha256)}
        while True:
            if chance.random() < 0.3 or not transfer.waiting():
                some = chance.sample(self.files, chance.randint(1, 6))
                transfer.fetch([Wanted(*one) for one in some])
                tell(say, ["promised", [one[:2] for one in some]])
            try:
                transfer.run_once()
            except ApiError:
                threading.Event().wait(0.02)
            here = {sha256 for sha256, _, _ in self.files if transfer.files.exists(sha256)}
            if here - told:
                tell(say, ["whole", sorted(here - told)])
                told = here
            if len(here) == len(self.files):
                threading.Event().wait(0.05)

    def take(self, told: Any) -> None:
        """Note one thing that was told before the end."""
        what, files = told
        if what == "promised":
            self.promised |= dict(files)
        else:
            self.whole |= set(files)

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
        finish(transfer)
        self.look(transfer)
        lost = [sha256 for sha256 in self.promised if not transfer.files.exists(sha256)]
        assert not lost, f"promised and not here: {lost}"

    def begin_anew(self) -> int:
        """Go on with an empty computer; returns how many files were promised on the last one."""
        count = len(self.promised)
        self.round += 1
        self.promised, self.whole = {}, set()
        return count


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
    packing = Packing(**file_computer.prepare(folder, lambda server: {"files": _hand_in(server, random.Random(seed))}))
    counted: Counter[str] = Counter()
    with socket.create_server((LOOPBACK, 0)) as listener:
        days = 0
        # On a busy machine a taker may be killed before anything was promised; that proves nothing.
        while counted["taker killed"] + counted["server killed"] < kills or not (
            packing.promised or counted["files promised"]
        ):
            file_computer.one_day(packing, listener, chance, counted)
            days += 1
            if days % CHECK_EVERY == 0:
                file_computer.check(packing, listener)
                counted["files promised"] += packing.begin_anew()
        file_computer.check(packing, listener)
    counted["files promised"] += len(packing.promised)
    return counted
