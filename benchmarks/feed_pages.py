"""Figures of pages of 500 feed rows: for the office, which sees every row, and for an instructor's scopes."""

import statistics
from dataclasses import dataclass

import orjson

from benchmarks import load, processes
from benchmarks.figures import Figure
from benchmarks.ground import CLASS_SIZE, Ground, School, SignedIn, ground
from benchmarks.sync_batches import CONNECTIONS, framed
from server.areas import KINDS
from shared.attendance.rules import mark_id
from shared.core.sync import PAGE_ROWS
from shared.people.vocabulary import Role

FLOOR = 0.5
START_AFTER = 200
"""Rows of the feed before the pages: what making the institute left."""


@dataclass(frozen=True)
class Sizes:
    """How much is measured: runs of each side, pages in a run, sessions marked beforehand."""

    runs: int = 5
    pages: int = 1_600
    sessions: int = 400


def figures(sizes: Sizes, workers: int = 1) -> list[Figure]:
    """Measure both readers."""
    with ground() as made:
        school = made.add_school("one", 1, sizes.sessions)
        made.add_person(school, "registrar", Role.REGISTRAR)
        _fill(made, school)
        made.count_tables()
        taught = school.classes[0]
        with processes.campusdesk(made.environment, workers) as ours, processes.raw(made.environment, workers) as raw:
            office = made.sign_in(ours.port, school, "registrar")
            teacher = made.sign_in(ours.port, school, taught.username, taught)
            return [
                _measured(made, name, device, ours.port, raw.port, sizes)
                for name, device in (("everything", office), ("an instructor's scopes", teacher))
            ]


def _fill(made: Ground, school: School) -> None:
    taught = school.classes[0]
    for session_id in taught.sessions:
        payload = {"session_id": session_id, "state": "present"}
        marks = [
            ("RecordObservation", mark_id(session_id, enrolment), {**payload, "enrolment_id": enrolment})
            for enrolment in taught.enrolments
        ]
        assert len(marks) == CLASS_SIZE
        made.put(school, marks)


def _measured(made: Ground, name: str, device: SignedIn, ours: int, raw: int, sizes: Sizes) -> Figure:
    messages = [_ask(made, device, START_AFTER + 37 * at) for at in range(CONNECTIONS)]

    def run(port: int, path: str) -> float:
        callers = [
            load.repeated(load.request("POST", path, message, device.token), max(1, sizes.pages // CONNECTIONS))
            for message in messages
        ]
        return load.run(port, callers).rate

    rates: tuple[list[float], list[float]] = ([], [])
    for at in range(sizes.runs + 1):
        both = run(ours, "/api/v1/sync"), run(raw, "/feed")
        if at:
            rates[0].append(both[0])
            rates[1].append(both[1])
    title = f"feed page of {PAGE_ROWS}, {CONNECTIONS} connections, {name}"
    return Figure(title, statistics.median(rates[0]), statistics.median(rates[1]), "pages/s", FLOOR)


def _ask(made: Ground, device: SignedIn, after: int) -> bytes:
    """A sync request without commands whose cursor stands at the end of the transaction before `after`."""
    with made.context.database.read() as db:
        row = db.one(
            "SELECT l.seq_to, l.chain, h.server_epoch FROM audit_link l JOIN feed_head h"
            " ON h.organisation_id = l.organisation_id WHERE l.organisation_id = :o AND l.seq_to >= :after"
            " ORDER BY l.seq_to LIMIT 1",
            o=device.school.organisation_id,
            after=after,
        )
    assert row is not None
    cursor = {"server_epoch": row[2], "scope_revision": "", "seq": row[0], "chain": bytes(row[1]).hex()}
    before, after_commands = framed(device, KINDS)
    return b"".join((before, orjson.dumps(cursor), b',"commands":[]', after_commands))
