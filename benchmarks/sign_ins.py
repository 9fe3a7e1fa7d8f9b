"""`python -m benchmarks.sign_ins`: counts guesses and races refreshes over two server processes on PostgreSQL.

Prints what was counted and exits 1 where a guess wasn't counted, a token got two children, or someone was signed out
though nobody but its own device had used the token.
"""

import argparse
import asyncio
import base64
import random
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks import load, processes
from benchmarks.ground import PASSWORD, Ground, School, ground, post, sign_in_body
from shared.people.vocabulary import Role

SIGN_IN, REFRESH = "/api/v1/auth/sign-in", "/api/v1/auth/refresh"
_TIME = "2026-11-20T08:30:00.000Z"
_TRIES = "SELECT kind, sum(tries) FROM sign_in_failure WHERE organisation_id = :o GROUP BY kind"
_TOKENS = "SELECT count(*), count(DISTINCT parent_digest) FROM refresh_token WHERE organisation_id = :o"
_TWINS = """
SELECT count(*) FROM (SELECT parent_digest FROM refresh_token WHERE organisation_id = :o AND parent_digest IS NOT NULL
GROUP BY parent_digest HAVING count(*) > 1) twins
"""


@dataclass(frozen=True)
class Guesses:
    """What became of wrong sign-ins sent at once: statuses, and how many tries the database counted."""

    sent: int
    statuses: dict[int, int]
    account: int
    address: int

    @property
    def is_right(self) -> bool:
        """Tell whether each was counted, and no more than five passwords were looked at."""
        answered = sum(self.statuses.get(status, 0) for status in (401, 429))
        return answered == self.sent == self.account and self.statuses.get(401, 0) <= 5


@dataclass(frozen=True)
class Races:
    """What became of rounds of refreshes: lost answers, tokens with two children, sign-outs, tokens made."""

    rounds: int
    refreshes: int
    lost: int
    twins: int
    signed_out: int
    tokens: int

    @property
    def is_right(self) -> bool:
        """Tell whether each round made at most one child and nobody was signed out."""
        return not self.twins and not self.signed_out and self.tokens == self.rounds - self.lost + 1


class _Line:
    """A connection that is kept; whichever process took it answers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "_Line":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, message: bytes) -> tuple[int, bytes]:
        self._writer.write(message)
        head = await self._reader.readuntil(b"\r\n\r\n")
        size = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
        return int(head[9:12]), await self._reader.readexactly(int(size))

    def close(self) -> None:
        self._writer.close()


async def _at_once(port: int, messages: list[bytes]) -> list[tuple[int, bytes]]:
    lines = [await _Line.open(port) for _ in messages]
    answers = await asyncio.gather(*(line.ask(one) for line, one in zip(lines, messages, strict=True)))
    for line in lines:
        line.close()
    return answers


def guess(made: Ground, school: School, port: int, count: int) -> Guesses:
    """Send `count` wrong sign-ins at one account at once."""
    made.add_person(school, "guessed", Role.REGISTRAR)
    wrong = [sign_in_body(school, "guessed", made.context.new_id()) for _ in range(count)]
    messages = [load.request("POST", SIGN_IN, one.replace(PASSWORD.encode(), b"a wrong password")) for one in wrong]
    answers = asyncio.run(_at_once(port, messages))
    with made.context.database.read() as db:
        tries = {row[0]: int(row[1]) for row in db.rows(_TRIES, o=school.organisation_id)}
    return Guesses(
        count, dict(Counter(status for status, _ in answers)), tries.get("account", 0), tries.get("address", 0)
    )


def race(made: Ground, school: School, port: int, rounds: int, at_once: int = 20, seed: int = 5) -> Races:
    """Refresh one sign-in `at_once` times at once, again and again; of 5 % of the rounds every answer is lost."""
    made.add_person(school, "racer", Role.REGISTRAR)
    key, device_id = Ed25519PrivateKey.generate(), made.context.new_id()
    body = orjson.loads(sign_in_body(school, "racer", device_id))
    body["device"]["public_key"] = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    told = post(port, SIGN_IN, orjson.dumps(body))
    lost, signed_out = asyncio.run(_race(port, (device_id, key, told["refresh_token"]), rounds, at_once, seed))
    with made.context.database.read() as db:
        tokens = db.one(_TOKENS, o=school.organisation_id)
        twins = db.one(_TWINS, o=school.organisation_id)
    assert tokens is not None
    assert twins is not None
    return Races(rounds, rounds * at_once, lost, int(twins[0]), signed_out, int(tokens[0]))


async def _race(
    port: int, device: tuple[str, Ed25519PrivateKey, str], rounds: int, at_once: int, seed: int
) -> tuple[int, int]:
    """Return the rounds whose answers were lost, and the sign-outs."""
    chance, lines = random.Random(seed), [await _Line.open(port) for _ in range(at_once)]
    device_id, key, token = device
    lost = signed_out = 0
    last_lost = False
    for at in range(rounds):
        message = load.request("POST", REFRESH, orjson.dumps(_refresh_ask(device_id, key, token)))
        answers = await asyncio.gather(*(line.ask(message) for line in lines))
        signed_out += sum(status != 200 for status, _ in answers)
        children = {orjson.loads(body)["data"]["refresh_token"] for status, body in answers if status == 200}
        signed_out += len(children) != 1
        # Two losses in a row would be one pause of the network; each loss here is one of its own.
        if chance.random() < 0.05 and not last_lost and at < rounds - 1:
            lost, last_lost = lost + 1, True
            continue
        last_lost, token = False, children.pop()
    for line in lines:
        line.close()
    return lost, signed_out


def _refresh_ask(device_id: str, key: Ed25519PrivateKey, token: str) -> dict[str, Any]:
    signature = base64.b64encode(key.sign(f"refresh\n{token}\n{_TIME}".encode())).decode()
    return {"refresh_token": token, "device_id": device_id, "timestamp": _TIME, "signature": signature}


def run(guesses: int, rounds: int, workers: int = 2) -> tuple[Guesses, Races]:
    """Measure both against servers of `workers` processes."""
    with ground(password_cost=4) as made:
        school, other = (made.add_school(slug, 0, 0) for slug in ("one", "two"))
        with processes.campusdesk(made.environment, workers) as ours:
            return guess(made, school, ours.port, guesses), race(made, other, ours.port, rounds)


def main() -> int:
    """Run at the office's scale, or at the one that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sign_ins", description=__doc__)
    parser.add_argument("--guesses", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=1_000)
    options = parser.parse_args()
    guesses, races = run(options.guesses, options.rounds)
    for one in (guesses, races):
        print(f"{one}: {'right' if one.is_right else 'WRONG'}")
    return 0 if guesses.is_right and races.is_right else 1


if __name__ == "__main__":
    sys.exit(main())
