"""Figures of a desktop that comes back after long: 10,000 waiting commands sent, and 50,000 rows pulled."""

import http.client
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from benchmarks import processes
from benchmarks.figures import Figure
from benchmarks.ground import CLASS_SIZE, Ground, School, SchoolClass, SignedIn, ground, marks
from benchmarks.sync_batches import cursor_of, framed
from desktop.areas import areas
from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.http_transport import HttpTransport
from desktop.core.local_store import Identity, LocalStore
from desktop.core.outbox import Ask
from desktop.core.sealed_outbox import Owner
from desktop.core.sync_engine import SyncEngine
from desktop.core.tokens import Tokens
from server.areas import KINDS
from server.core import feeds
from server.core.batch import Batch, Origin
from server.people import organisations
from shared.attendance.rules import mark_id
from shared.core.clock import instant_text
from shared.people.vocabulary import Role

FLOOR = 2_000
KEY = b"k" * 32
BATCH = 500
_FAR = "2099-01-01T00:00:00.000Z"


@dataclass(frozen=True)
class Sizes:
    """How much is measured: runs, commands that wait, rows that are pulled."""

    runs: int = 3
    commands: int = 10_000
    rows: int = 50_000


def figures(sizes: Sizes) -> list[Figure]:
    """Measure sending, then pulling, each into a fresh encrypted store."""
    registers = -(-sizes.commands // CLASS_SIZE)
    with ground() as made:
        sending = made.add_school("sends", 1, 2 * sizes.runs * (registers + BATCH))
        pulling = made.add_school("pulls", 1, 1)
        made.add_person(pulling, "registrar", Role.REGISTRAR)
        _fill_feed(made, pulling, sizes.rows)
        made.count_tables()
        with processes.campusdesk(made.environment) as ours, processes.raw(made.environment) as raw:
            taught = sending.classes[0]
            sessions = iter(taught.sessions)
            sent = [
                (
                    _send(made, sending, taught, ours.port, sessions, registers),
                    _send_raw(made, made.sign_in(ours.port, sending, taught.username, taught), raw.port, sessions,
                              sizes.commands),
                )
                for _ in range(sizes.runs)
            ]  # fmt: skip
            pulled = [
                (
                    _pull(made, made.sign_in(ours.port, pulling, "registrar"), ours, sizes.rows),
                    _pull_raw(made, made.sign_in(ours.port, pulling, "registrar"), raw.port, sizes.rows),
                )
                for _ in range(sizes.runs)
            ]
    return [
        _figure(f"{sizes.commands:,} waiting commands sent and answered", "commands/s", sent),
        _figure(f"{sizes.rows:,} rows pulled into an empty store", "rows/s", pulled),
    ]


def _figure(name: str, unit: str, rates: list[tuple[float, float]]) -> Figure:
    mine, theirs = (statistics.median(side) for side in zip(*rates, strict=True))
    return Figure(name, mine, theirs, unit, FLOOR, "ours")


def _fill_feed(made: Ground, school: School, rows: int) -> None:
    """Put rows into the feed alone, in the shares that an institute has: two of ten people, two enrolments."""
    context, new_id = made.context, made.context.new_id
    actor = organisations.system_actor(school.organisation_id, new_id())
    people = [new_id() for _ in range(rows // 5)]
    made_rows = iter(_rows(made, school, people, rows))
    for first in range(0, rows, BATCH):

        def write(db: Any, first: int = first) -> None:
            batch = Batch(db, actor, Origin(""), instant_text(context.clock.now()), new_id)
            for _ in range(min(BATCH, rows - first)):
                kind, body, parent = next(made_rows)
                batch.changed(kind, body, f"cohort:{school.classes[0].cohort_id}", None, parent)
            feeds.write(batch, [], "benchmark")

        context.database.write(write)


def _rows(made: Ground, school: School, people: list[str], rows: int) -> Iterator[tuple[str, dict[str, Any], Any]]:
    new_id, taught = made.context.new_id, school.classes[0]
    for at, person_id in enumerate(people):
        given, family = f"Akosua{at % 97}", f"Mensah{at % 1013}"
        yield "person", {
            "id": person_id, "revision": person_id, "given_name": given, "family_name": family, "number": f"S-{at:06}",
            "email": f"s{at}@students.example.org", "phone": f"+23324{at:07}", "state": "active",
            "roles": ["student"], "provisional": False,
        }, None  # fmt: skip
    for person_id in people:
        one = new_id()
        yield "enrolment", {
            "id": one, "revision": one, "cohort_id": taught.cohort_id, "person_id": person_id, "state": "active",
            "enrolled_on": "2026-09-07", "testing": False,
        }, taught.cohort_id  # fmt: skip
    for at in range(rows - 2 * len(people)):
        one, session_id = new_id(), taught.sessions[0]
        yield "observation", {
            "id": one, "revision": one, "session_id": session_id, "enrolment_id": one, "person_id": people[at % 100],
            "mark_id": one, "ordinal": 1, "state": "present", "minutes": None, "note": "", "method": "hand",
            "office": False, "supersedes": [], "author_id": taught.instructor_id, "author_name": "Ama Owusu",
            "device_name": "laptop", "observed_at": _FAR, "received_at": _FAR, "clock_flagged": False,
        }, session_id  # fmt: skip


class _Desktop:
    """A desktop's store and line, as the program puts them together, without its windows."""

    def __init__(self, made: Ground, device: SignedIn, address: str, folder: str) -> None:
        clock = made.context.clock
        owner = Owner(device.school.organisation_id, made.context.new_id(), device.device_id)
        stores = [area.store for area in areas()]
        self.store = LocalStore(Path(folder) / "a.store", KEY, Identity(owner), stores, clock, made.context.new_id)
        self._transport = HttpTransport(address)
        self.client = ApiClient(self._transport, clock, lambda _seconds: True)
        tokens = Tokens(access_token=device.token, access_expires_at=_FAR, refresh_token="", refresh_expires_at=_FAR)
        self.client.use(tokens, device.device_id, DeviceKey())
        self.engine = SyncEngine(self.store, self.client, clock)

    def synced(self) -> float:
        """Sync until both sides know the same; returns the seconds."""
        began = time.perf_counter()
        state = self.engine.run_once()
        seconds = time.perf_counter() - began
        assert self.engine.problem is None, state
        return seconds

    def close(self) -> None:
        """Give file and line back."""
        self.store.close()
        self._transport.close()


def _send(
    made: Ground, school: School, taught: SchoolClass, port: int, sessions: Iterator[str], registers: int
) -> float:
    device = made.sign_in(port, school, taught.username, taught)
    with tempfile.TemporaryDirectory() as folder:
        desktop = _Desktop(made, device, f"http://127.0.0.1:{port}", folder)
        desktop.synced()
        for _ in range(registers):
            session_id = next(sessions)
            desktop.store.commit([_mark(session_id, enrolment_id) for enrolment_id in taught.enrolments])
        seconds = desktop.synced()
        pending = desktop.store.pending()
        desktop.close()
    assert (pending.waiting, pending.sending, pending.refused) == (0, 0, 0), pending
    return registers * CLASS_SIZE / seconds


def _mark(session_id: str, enrolment_id: str) -> Ask:
    payload = {"session_id": session_id, "enrolment_id": enrolment_id, "state": "present", "supersedes": []}
    return Ask("RecordObservation", mark_id(session_id, enrolment_id), payload)


def _send_raw(made: Ground, device: SignedIn, port: int, sessions: Iterator[str], commands: int) -> float:
    """The same commands as bytes that lie ready, 500 at a time, answered by the bare callable; nothing is stored."""
    before, after = framed(device, KINDS)
    lists = []
    for _ in range(-(-commands // BATCH)):
        some = [marks(made.context, device, next(sessions))[1:-1] for _ in range(BATCH // CLASS_SIZE)]
        lists.append(b"[" + b",".join(some) + b"]")
    sent = len(lists) * (BATCH // CLASS_SIZE) * CLASS_SIZE
    cursor = b"null"
    connection = http.client.HTTPConnection("127.0.0.1", port)
    began = time.perf_counter()
    for one in lists:
        cursor = cursor_of(_asked(connection, device, b"".join((before, cursor, b',"commands":', one, after))))
    seconds = time.perf_counter() - began
    connection.close()
    return sent / seconds


def _asked(connection: http.client.HTTPConnection, device: SignedIn, body: bytes) -> bytes:
    headers = {"Authorization": f"Bearer {device.token}", "Content-Type": "application/json"}
    connection.request("POST", "/sync", body, headers)
    answer = connection.getresponse()
    content = answer.read()
    assert answer.status == http.client.OK, content
    return content


def _pull(made: Ground, device: SignedIn, server: processes.Running, rows: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        desktop = _Desktop(made, device, server.address, folder)
        seconds = desktop.synced()
        there = sum(digest.count for digest in desktop.store.digests())
        desktop.close()
    assert there >= rows, there
    return there / seconds


def _pull_raw(made: Ground, device: SignedIn, port: int, rows: int) -> float:
    """The same pages from the bare callable into a bare table."""
    before, after = framed(device, KINDS)
    with made.context.database.read() as db:
        epoch = db.one("SELECT server_epoch FROM feed_head WHERE organisation_id = :o", o=device.school.organisation_id)
    assert epoch is not None
    cursor = orjson.dumps({"server_epoch": epoch[0], "scope_revision": "", "seq": 0, "chain": ""})
    with tempfile.TemporaryDirectory() as folder:
        store = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        for word in ("journal_mode=WAL", "synchronous=FULL"):
            store.execute(f"PRAGMA {word}")
        store.execute("CREATE TABLE base (kind TEXT, id TEXT, seq INTEGER, body TEXT, PRIMARY KEY (kind, id))")
        connection = http.client.HTTPConnection("127.0.0.1", port)
        pulled, began = 0, time.perf_counter()
        while pulled < rows:
            body = _asked(connection, device, b"".join((before, cursor, b',"commands":[]', after)))
            changes = orjson.loads(body)["data"]["changes"]
            cursor = cursor_of(body)
            store.execute("BEGIN")
            store.executemany(
                "INSERT OR REPLACE INTO base VALUES (?, ?, ?, ?)",
                [(one["kind"], one["id"], one["seq"], orjson.dumps(one["body"])) for one in changes],
            )
            store.execute("COMMIT")
            pulled += len(changes)
        seconds = time.perf_counter() - began
        connection.close()
        store.close()
    return pulled / seconds
