"""Figures of sync batches of 30 marks at 16 connections: one institute, several, and batches a second in all."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson

from benchmarks import load, processes
from benchmarks.figures import Figure
from benchmarks.ground import Ground, SignedIn, ground, marks
from server.areas import KINDS

CONNECTIONS = 16
FLOOR = 0.5
MEANT = 250
_CURSOR = b'"cursor":{'


@dataclass(frozen=True)
class Sizes:
    """How much is measured: runs of each side, and batches in a run."""

    runs: int = 5
    batches: int = 640

    @property
    def each(self) -> int:
        """Batches that one connection sends in a run."""
        return max(1, self.batches // CONNECTIONS)

    @property
    def sessions(self) -> int:
        """Sessions that one class needs for both sides' runs and their warming up."""
        return 2 * (self.runs + 1) * self.each


def figures(sizes: Sizes, workers: int = 1) -> list[Figure]:
    """Measure one institute, then several."""
    with ground() as made:
        one = made.add_school("one", CONNECTIONS, sizes.sessions)
        several = [made.add_school(f"of-four-{at}", CONNECTIONS // 4, sizes.sessions) for at in range(4)]
        told = []
        with processes.campusdesk(made.environment, workers) as ours, processes.raw(made.environment, workers) as raw:
            for name, schools in (("one institute", [one]), ("four institutes", several)):
                devices = [
                    made.sign_in(ours.port, school, taught.username, taught)
                    for school in schools
                    for taught in school.classes
                ]
                told.append(_measured(made, name, devices, ours.port, raw.port, sizes))
        return told


def _measured(made: Ground, name: str, devices: Sequence[SignedIn], ours: int, raw: int, sizes: Sizes) -> Figure:
    cursors: dict[str, bytes] = {device.device_id: b"null" for device in devices}
    sessions = {device.device_id: iter(device.taught.sessions if device.taught else ()) for device in devices}

    def run(port: int, path: str) -> float:
        callers = [_caller(made, device, sessions[device.device_id], cursors, path, sizes.each) for device in devices]
        return load.run(port, callers).rate

    rates: dict[str, list[float]] = {"ours": [], "raw": []}
    for at in range(sizes.runs + 1):  # the first of each warms connections, caches and plans up
        mine, theirs = run(ours, "/api/v1/sync"), run(raw, "/sync")
        if not at:
            made.count_tables()
        else:
            rates["ours"].append(mine)
            rates["raw"].append(theirs)
    return Figure(
        f"sync batch of 30 marks, 16 connections, {name}",
        statistics.median(rates["ours"]),
        statistics.median(rates["raw"]),
        "batches/s",
        FLOOR,
        note=f"{MEANT} batches/s are meant for one institute",
    )


def _caller(
    made: Ground, device: SignedIn, sessions: Iterator[str], cursors: dict[str, bytes], path: str, times: int
) -> load.Next:
    """Send batches one after another, each with the cursor that the last answer gave."""
    batches = iter([marks(made.context, device, next(sessions)) for _ in range(times)])
    before, after = framed(device, KINDS)

    def following(body: bytes | None) -> bytes | None:
        if body is not None:
            cursors[device.device_id] = cursor_of(body)
        commands = next(batches, None)
        if commands is None:
            return None
        whole = b"".join((before, cursors[device.device_id], b',"commands":', commands, after))
        return load.request("POST", path, whole, device.token)

    return following


def framed(device: SignedIn, kinds: frozenset[str]) -> tuple[bytes, bytes]:
    """What stands before the cursor and after the commands of a sync request."""
    told = {"protocol": 1, "device_id": device.device_id, "install_epoch": 1}
    before = orjson.dumps(told)[:-1] + b',"cursor":'
    after = b',"page_rows":500,"known_kinds":' + orjson.dumps(sorted(kinds)) + b"}"
    return before, after


def cursor_of(body: bytes) -> bytes:
    """The cursor of an answer, as it goes into the next request."""
    at = body.index(_CURSOR) + len(_CURSOR) - 1
    return body[at : body.index(b"}", at) + 1]
