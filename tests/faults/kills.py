"""Kills real processes: at each named step of client and server, and at any moment."""

import json
import os
import random
import signal
import socket
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from desktop.core import steps as client_steps
from desktop.core.http_transport import HttpTransport
from desktop.core.outbox import Ask
from tests.faults.pair import WHO, Desk, Pair, act, be_child, in_child, killer, read_all
from tests.simulator import people
from tests.simulator.server import STEPS as SERVER_STEPS
from tests.simulator.world import World, sign_in

STEPS = (*client_steps.STEPS, *SERVER_STEPS)
_ROUNDS = 25
_CHECK_EVERY = 10
_LOOPBACK = "127.0.0.1"
Something = Callable[[Desk, random.Random], list[Ask]]


@dataclass(frozen=True)
class Use:
    """What people do until someone is killed: the next thing, and for how many seconds at most."""

    something: Something = people.apart_from_money
    seconds: float = 0.7


def kill_at_steps(world: World, folder: Path, kills: int, seed: int, steps: tuple[str, ...] = STEPS) -> Counter[str]:
    """Kill `kills` times at each step, with other data each time, checking every tenth time and at the end."""
    counted: Counter[str] = Counter()
    for step in steps:
        pair = Pair(world, folder / f"{steps.index(step)}")
        pair.prepare()
        counted[step] = kill_at_step(pair, step, kills, seed)
    return counted


def kill_at_step(pair: Pair, step: str, kills: int, seed: int, rounds: int = _ROUNDS) -> int:
    """Kill `kills` times at one step, checking every tenth time and at the end; returns how often it was."""
    chance = random.Random(f"{seed} {step}")
    killed = tries = 0
    while killed < kills:
        tries += 1
        if tries > 4 * kills + 20:
            message = f"The step is hardly ever reached: {step}"
            raise AssertionError(message)
        times, data = chance.randrange(3), chance.getrandbits(40)
        code, said = in_child(lambda say: pair.work(say, killer(step, times), data, rounds))  # noqa: B023 - runs now
        _note(pair, code, said)
        killed += code == -signal.SIGKILL
        if killed % _CHECK_EVERY == 0:
            check(pair)
    check(pair)
    return killed


def _note(pair: Pair, code: int, said: bytes) -> None:
    if code not in (0, -signal.SIGKILL):
        raise AssertionError(said[-3000:].decode(errors="replace"))
    pair.take(said)


def check(pair: Pair) -> None:
    """Check every invariant in a process of its own."""
    code, said = in_child(lambda _say: pair.check())
    if code:
        raise AssertionError(said[-3000:].decode(errors="replace"))


# --------------------------------------------------------------------------------------------------- at any moment


def kill_at_random(world: World, folder: Path, kills: int, seed: int, use: Use | None = None) -> Counter[str]:
    """Kill the server, the client or both, separate processes over a real socket, `kills` times at random moments.

    `use` says what people do meanwhile, and how long they are left alone at most.
    """
    chance = random.Random(seed)
    pair = Pair(world, folder / "random")
    pair.prepare()
    counted: Counter[str] = Counter()
    # The clock of each process begins at the same hour, so a sign-in is good for all of them.
    tokens = [sign_in_for(pair, name) for name in WHO]
    with socket.create_server((_LOOPBACK, 0)) as listener:
        days = 0
        while sum(counted.values()) < kills:
            _one_day(pair, listener, tokens, chance, counted, use or Use())
            days += 1
            if days % (2 * _CHECK_EVERY) == 0:
                check(pair)
    check(pair)
    return counted


def _one_day(
    pair: Pair,
    listener: socket.socket,
    tokens: list[dict[str, object]],
    chance: random.Random,
    counted: Counter[str],
    use: Use,
) -> None:
    """A server and a client start; after a while one of them is killed, or both, or one soon after the other."""
    port = listener.getsockname()[1]
    server = start(lambda _say: serve(pair, listener, chance.getrandbits(40)))
    client = start(lambda say: _use(pair, port, tokens, chance.getrandbits(40), say, use.something))
    threading.Event().wait(chance.uniform(0.02, use.seconds))
    for victim in chance.choice((("server", "client"), ("client", "server"))):
        process = server if victim == "server" else client
        os.kill(process[0], signal.SIGKILL)
        counted[victim] += 1
        # The one that is left goes on for a while without the other, or is hit by the same blow.
        threading.Event().wait(chance.choice((0.0, 0.0, 0.05, 0.2)))
    _note(pair, *end(client))
    end(server)


def sign_in_for(pair: Pair, name: str) -> dict[str, object]:
    """Sign in on the server's file, in a process of its own."""

    def work(say: Callable[[bytes], None]) -> None:
        pair.serve(lambda _name: None, random.getrandbits(40))
        answer = sign_in(pair.world.program, pair.world.institute, pair.world.institute.installs[name])
        say(json.dumps(dict(answer)).encode())

    code, said = in_child(work)
    assert code == 0, said.decode()
    answer: dict[str, object] = json.loads(said)
    return answer


def start(work: Callable[[Callable[[bytes], None]], None]) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        be_child(work, writing)
    os.close(writing)
    return child, reading


def end(process: tuple[int, int]) -> tuple[int, bytes]:
    child, reading = process
    said = read_all(reading, child, 600.0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), said


def serve(pair: Pair, listener: socket.socket, seed: int) -> None:
    pair.serve(lambda _name: None, seed)
    config = uvicorn.Config(pair.world.program.app, log_config=None, access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])


def _use(
    pair: Pair,
    port: int,
    tokens: list[dict[str, object]],
    seed: int,
    say: Callable[[bytes], None],
    something: Something,
) -> None:
    """Save and sync at both desks until killed."""
    chance = random.Random(seed)
    desks = [
        pair.open(name, lambda _name: None, chance, HttpTransport(f"http://{_LOOPBACK}:{port}"), given)
        for name, given in zip(WHO, tokens, strict=True)
    ]
    for desk in desks:
        desk.engine.run_once()
    while True:
        desk = chance.choice(desks)
        act(desk, chance, say, something)
        desk.engine.run_once(most_exchanges=3)
