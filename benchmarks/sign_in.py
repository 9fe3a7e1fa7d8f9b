"""The figures of signing in: how near to bare bcrypt it comes, and whether its time tells who is known."""

import http.client
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

import orjson

from benchmarks import load, processes
from benchmarks.figures import Figure
from benchmarks.ground import Ground, School, ground, sign_in_body
from server.core.passwords import hash_here
from server.people.credentials import set_password
from shared.people.vocabulary import Role

COST = 12
AT_ONCE = 4
THROUGHPUT_FLOOR = 0.9
TOLD_APART = 0.6
_TURNS = 5
_ASKS = 25
"""Pairs of asks from one address, which may ask sixty times an hour."""
_NOBODY_LOCKED = {
    "CAMPUSDESK_FAILURES_PER_ADDRESS": "1000000",
    "CAMPUSDESK_FAILURES_PER_ORGANISATION": "1000000",
}


@dataclass(frozen=True)
class Sizes:
    """How often each side runs, with how many sign-ins, and of how many pairs the times are compared."""

    runs: int
    sign_ins: int
    pairs: int


def figures(sizes: Sizes) -> list[Figure]:
    """Measure with one server process on PostgreSQL, at the cost that passwords have in an office."""
    with ground(password_cost=COST) as made:
        school = made.add_school("one", 1, 1)
        names = _people(made, school, max(sizes.pairs, AT_ONCE))
        made.count_tables()
        with processes.campusdesk({**made.environment, **_NOBODY_LOCKED}) as server:
            ours, raw = _throughput(made, school, names, server.port, sizes)
            apart = _told_apart(made, school, names[: sizes.pairs], server.port)
            forgotten = _forgotten_apart(school, names[: sizes.pairs], server.port)
    return [
        Figure(f"sign-in, {AT_ONCE} at once, against bare bcrypt", ours, raw, "sign-ins/s", THROUGHPUT_FLOOR),
        Figure(
            f"known and unknown told apart by time, {sizes.pairs} pairs", apart, None, "AUC", TOLD_APART, "ours",
            most=True, note="0.5 is by chance",
        ),
        Figure(
            f"who forgot a password told apart by time, {sizes.pairs} pairs", forgotten, None, "AUC", TOLD_APART,
            "ours", most=True, note="0.5 is by chance",
        ),
    ]  # fmt: skip


def auc(ones: list[float], others: list[float]) -> float:
    """Return the chance that one of `ones` is above one of `others`, or below it, whichever is likelier."""
    above = sum((one > other) + 0.5 * (one == other) for one in ones for other in others)
    share = above / (len(ones) * len(others))
    return max(share, 1 - share)


def _people(made: Ground, school: School, count: int) -> list[str]:
    names = [f"person{at}" for at in range(count)]
    ids = {name: made.context.new_id() for name in names}
    role = [str(Role.STUDENT)]
    made.put(
        school,
        [
            (
                "AddPerson",
                ids[name],
                {"given_name": "Ama", "username": name, "roles": role, "email": f"{name}@example.org"},
            )
            for name in names
        ],
    )
    # One hash for all: what is measured is checking it.
    hashed = hash_here("a kettle, two birds", made.context.keys.pepper, COST)
    now = made.context.clock.now()
    for name in names:
        made.context.database.write(
            lambda db, person=ids[name]: set_password(db, school.organisation_id, person, hashed, now)
        )
    return names


def _throughput(made: Ground, school: School, names: list[str], port: int, sizes: Sizes) -> tuple[float, float]:
    """Return sign-ins a second and bare checks a second, measured in short turns: other work disturbs both alike."""
    bodies = [sign_in_body(school, name, made.context.new_id()) for name in names[:AT_ONCE]]
    messages = [load.request("POST", "/api/v1/auth/sign-in", body) for body in bodies]
    each = max(1, sizes.sign_ins // (AT_ONCE * _TURNS))
    load.run(port, [load.repeated(message, 1) for message in messages])
    ours, raw = [], []
    for _ in range(sizes.runs * _TURNS):
        ours.append(load.run(port, [load.repeated(message, each) for message in messages]).rate)
        raw.append(_bare(each * AT_ONCE))
    return statistics.harmonic_mean(ours), statistics.harmonic_mean(raw)


def _bare(checks: int) -> float:
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.bare_bcrypt", "--cost", str(COST), "--checks", str(checks)],
        cwd=processes.ROOT,
        check=True,
        capture_output=True,
        text=True,
        start_new_session=True,  # as the server's own process is: a system shares its time by sessions
    )
    return float(told.stdout)


def _told_apart(made: Ground, school: School, names: list[str], port: int) -> float:
    """Try wrong passwords for known and unknown names in turn, on one connection, and compare their times."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for at, name in enumerate(names):
        pair = [("known", name), ("unknown", f"nobody{at}")]
        for kind, typed in pair if at % 2 else reversed(pair):
            body = orjson.loads(sign_in_body(school, typed, made.context.new_id())) | {"password": "wrong"}
            began = time.perf_counter()
            connection.request("POST", "/api/v1/auth/sign-in", orjson.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            times[kind].append(time.perf_counter() - began)
            assert answer.status == http.client.UNAUTHORIZED, answer.status
    connection.close()
    return auc(times["known"], times["unknown"])


def _forgotten_apart(school: School, names: list[str], port: int) -> float:
    """Ask for codes for known and unknown names in turn and compare the times of the answers.

    From several addresses of loopback, since asks are counted by address. What a known name's ask makes the server do
    afterwards falls into the time of the next one, as it would for somebody who listens.
    """
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for at, name in enumerate(names):
        if at % _ASKS == 0:
            source = (f"127.0.1.{at // _ASKS + 1}", 0)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=source)
        pair = [("known", name), ("unknown", f"forgotten{at}")]
        for kind, typed in pair if at % 2 else reversed(pair):
            body = orjson.dumps({"organisation": school.slug, "name": typed})
            began = time.perf_counter()
            connection.request("POST", "/api/v1/auth/forgot-password", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            times[kind].append(time.perf_counter() - began)
            assert answer.status == http.client.OK, answer.status
    connection.close()
    return auc(times["known"], times["unknown"])
