"""`python -m tests.worlds --pairs N`: what one institute sees doesn't depend on what another one has or does.

The same random requests of institute A go to two servers that differ in institute B alone: in the second world B has
rows, the same codes and usernames as A among them, and goes on working in between. Every answer must be equal to the
byte: status, headers (the request's own number left out), body, ids, counts, order, and the words of refusals.
"""

import argparse
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from server.app import create_app
from server.areas import KINDS
from server.core.database import Database
from shared.core.clock import ManualClock
from shared.core.sync import PROTOCOL
from tests.postgres import DatabaseUrls, fresh_database, running_postgres
from tests.serving import Answer, BytesTransport, TestServer, prepare, server_settings

LISTS = ("courses", "users", "cohorts", "academic-terms", "enrolments", "class-sessions", "roles", "computers")
CODES = [f"C{at}" for at in range(12)]
NAMES = ["Ama", "Kofi", "Esi", "Yaw", "Abena", "Kwame"]
SECONDS_BETWEEN = 3


class World(TestServer):
    """A server with institute A, seeded so that it makes the same ids every time; B's side has chances of its own."""

    def __init__(self, folder: Path, keys: Path, urls: DatabaseUrls) -> None:
        self.settings = server_settings(folder, urls, keys_file=keys, limits=({"path": "/"},))
        prepare(self.settings)
        self.clock = ManualClock()
        self.app = create_app(self.settings, clock=self.clock, random_bits=random.Random(1).getrandbits)
        self.context = self.app.state.context
        self.new_id = self.context.new_id
        self.slug = "accra"
        self.wire = BytesTransport(self.app)
        self.organisation_id = self.add_organisation(self.slug)
        self.add_person("ama")
        self.device_used = self.device()
        self.token = self.sign_in("ama", self.device_used).data["access_token"]
        self.cursor: Any = None

    def sign_in_again(self) -> None:
        """Get a fresh token before the old one runs out."""
        self.token = self.sign_in("ama", self.device_used).data["access_token"]

    def exchange(self) -> Answer:
        """Ask for what is new."""
        body = {"protocol": PROTOCOL, "device_id": self.device_used.id, "install_epoch": 1, "cursor": self.cursor}
        told = self.post("/api/v1/sync", body | {"known_kinds": sorted(KINDS)}, self.token)
        self.cursor = told.data["cursor"] if told.status == 200 else self.cursor
        return told


class Neighbour:
    """Institute B in the second world, worked on through an application of its own."""

    def __init__(self, world: World, seed: int) -> None:
        self._chance = random.Random(seed)
        bits = random.Random(seed + 1).getrandbits
        self._app = create_app(
            world.settings, clock=world.clock, random_bits=bits, database=Database(world_url(world), 2)
        )
        self._server = TestServer.__new__(TestServer)
        self._server.settings, self._server.clock, self._server.app = world.settings, world.clock, self._app
        self._server.context = self._app.state.context
        self._server.new_id = self._server.context.new_id
        self._id = self._server.add_organisation("bolga", "Bolga College")

    def work(self) -> None:
        """Do one thing."""
        server, chance = self._server, self._chance
        kind, payload = chance.choice(
            [
                ("AddCourse", {"code": chance.choice(CODES), "title": "Bolga's"}),
                ("AddPerson", {"given_name": chance.choice(NAMES), "username": chance.choice(NAMES).lower()}),
                ("AddAcademicTerm", {"name": chance.choice(CODES), "starts_on": "2026-09-01", "ends_on": "2026-12-18"}),
            ]
        )
        server.do(server.command(kind, server.new_id(), payload), self._id)

    def close(self) -> None:
        """End its application."""
        self._server.context.close()


def world_url(world: World) -> str:
    """The address with its password."""
    return world.settings.database.render_as_string(hide_password=False)


def visible(answer: Answer) -> tuple[int, list[tuple[str, str]], bytes]:
    """Everything that the asker sees, without the number of the request."""
    number = answer.headers.get("x-request-id", "")
    headers = sorted((name, value) for name, value in answer.headers.items() if name != "x-request-id")
    return answer.status, headers, answer.body.replace(number.encode(), b"-") if number else answer.body


def step(world: World, chance: random.Random) -> Answer:
    """One random request of institute A."""
    what = chance.randrange(6)
    if what == 0:
        return world.get(f"/api/v1/{chance.choice(LISTS)}?limit={chance.randint(1, 30)}", world.token)
    if what == 1:
        return world.get(f"/api/v1/users?search={chance.choice(NAMES)}", world.token)
    if what == 2:
        body = {"code": chance.choice(CODES), "title": chance.choice(NAMES)}
        return world.post("/api/v1/courses", body, world.token)
    if what == 3:
        name = chance.choice(NAMES)
        return world.post("/api/v1/users", {"given_name": name, "username": name.lower()}, world.token)
    if what == 4:
        return world.get(f"/api/v1/courses/{chance.getrandbits(128):032x}", world.token)
    return world.exchange()


def differing(urls: tuple[DatabaseUrls, DatabaseUrls], folder: Path, pairs: int, seed: int) -> list[str]:
    """Return how answers differed in `pairs` requests; nothing where B doesn't show."""
    keys = folder / "keys.json"
    alone = World(folder / "alone", keys, urls[0])
    beside = World(folder / "beside", keys, urls[1])
    neighbour = Neighbour(beside, seed)
    chances = random.Random(seed), random.Random(seed)
    between = random.Random(seed + 2)
    found = []
    try:
        for at in range(pairs):
            for _ in range(between.randrange(3)):
                neighbour.work()
            for world in (alone, beside):
                world.clock.advance(SECONDS_BETWEEN)
                if at % 200 == 199:
                    world.sign_in_again()
            one, other = (visible(step(world, chance)) for world, chance in zip((alone, beside), chances, strict=True))
            if one != other:
                found.append(f"{at}: {one} differs from {other}")
    finally:
        neighbour.close()
        alone.close()
        beside.close()
    return found


def main(arguments: list[str] | None = None) -> int:
    """Try it on both databases; the exit code is 1 where anything differed."""
    parser = argparse.ArgumentParser(prog="python -m tests.worlds", description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp())
    try:
        sqlite = tuple(DatabaseUrls(url, url) for url in (f"sqlite:///{folder}/{name}.sqlite3" for name in ("a", "b")))
        found = differing((sqlite[0], sqlite[1]), folder / "sqlite", options.pairs, options.seed)
        with running_postgres() as server, fresh_database(server) as one, fresh_database(server) as other:
            found += differing((one, other), folder / "postgresql", options.pairs, options.seed)
    finally:
        shutil.rmtree(folder)
    sys.stdout.writelines(f"{line[:2_000]}\n" for line in found[:5])
    sys.stdout.write(f"{2 * options.pairs} pairs of answers, seed {options.seed}: {len(found)} differ\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
