"""The figure of health while eight people sign in at once: a sign-in's arithmetic must not stand in anybody's way."""

import asyncio

from benchmarks import load, processes
from benchmarks.figures import Figure
from benchmarks.ground import Ground, School, ground, sign_in_body
from shared.people.vocabulary import Role

SIGN_INS = 8
FLOOR = 10.0
_HEALTH = load.request("GET", "/api/health")


def figures(asks: int = 2_000, workers: int = 1) -> list[Figure]:
    """Measure idle and busy, at the cost that passwords have in an office."""
    with ground(password_cost=12) as made:
        school = made.add_school("one", 1, 1)
        for at in range(SIGN_INS):
            made.add_person(school, f"person{at}", Role.REGISTRAR)
        with processes.campusdesk(made.environment, workers) as ours, processes.raw(made.environment, workers) as raw:
            load.run(ours.port, [load.repeated(_HEALTH, asks // 4)])
            load.run(raw.port, [load.repeated(_HEALTH, asks // 4)])
            idle = load.run(ours.port, [load.repeated(_HEALTH, asks)]).percentile(0.99)
            raw_idle = load.run(raw.port, [load.repeated(_HEALTH, asks)]).percentile(0.99)
            busy = asyncio.run(_while_signing_in(made, school, ours.port, ours.port, asks))
            raw_busy = asyncio.run(_while_signing_in(made, school, ours.port, raw.port, asks))
    return [
        Figure("health p99, idle", idle, raw_idle, "ms"),
        Figure(f"health p99, {SIGN_INS} signing in", busy, raw_busy, "ms"),
        Figure(
            f"health p99, {SIGN_INS} signing in, times idle", busy / idle, raw_busy / raw_idle, "times", FLOOR,
            "ours", most=True,
        ),
    ]  # fmt: skip


async def _while_signing_in(made: Ground, school: School, sign_in_at: int, asked: int, asks: int) -> float:
    """The p99 of health at port `asked` while sign-ins keep port `sign_in_at` busy."""
    ended = asyncio.Event()
    device_ids = [made.context.new_id() for _ in range(SIGN_INS)]

    def signing_in(at: int) -> load.Next:
        body = sign_in_body(school, f"person{at}", device_ids[at])
        message = load.request("POST", "/api/v1/auth/sign-in", body)
        return lambda _answer: None if ended.is_set() else message

    busy = asyncio.ensure_future(load.drive(sign_in_at, [signing_in(at) for at in range(SIGN_INS)]))
    await asyncio.sleep(0.3)
    told = await load.drive(asked, [_paced(asks)])
    ended.set()
    await busy
    return told.percentile(0.99)


def _paced(asks: int) -> load.Next:
    return load.repeated(_HEALTH, asks)
