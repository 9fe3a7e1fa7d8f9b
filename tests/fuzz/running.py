"""Sends made-up requests to a server with the sample institute, and counts what it answers."""

import random
import shutil
import socket
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import orjson

from server.app import create_app
from server.command_line.demo_command import make_sample
from server.core.batch import Origin
from server.core.isolation import acting_for, each_organisation
from server.core.passwords import hash_here
from server.core.settings import LimitRule
from server.people.credentials import set_password
from server.people.organisations import system_actor
from server.people.platform_service import Platform
from shared.core.clock import ManualClock, instant_text
from shared.core.command import Command
from tests.fuzz.known_rows import Known
from tests.fuzz.requests_made import Asked, Maker, load
from tests.serving import Answer, BytesTransport, TestDevice, prepare, server_settings

PASSWORD = "two boats, one river"
SLOW_SECONDS = 5.0
FRESH_AFTER = 600
"""After so many requests the institute is as it was at first: some of them sign people out or suspend them."""
CASES = 24
"""So many cases of each operation are drawn from its description; requests are made of their parts."""
OPERATOR = "operator"
_WHO = (("administrator", 0.74), ("instructor", 0.09), ("student", 0.07), (OPERATOR, 0.05), ("", 0.05))
_OK, _SERVER_FAULT, _SIGNED_OUT = 200, 500, 401
_MOST = 0.85


@dataclass
class Report:
    """What came of it."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    good_of: Counter[str] = field(default_factory=Counter)
    asked_of: Counter[str] = field(default_factory=Counter)

    @property
    def good_share(self) -> float:
        """The share of requests that were answered 2xx."""
        good = sum(count for status, count in self.statuses.items() if 200 <= status < 300)
        return good / self.requests if self.requests else 0.0

    def words(self) -> str:
        """The report in a few lines."""
        never = sorted(name for name in self.asked_of if not self.good_of[name])
        first = (
            f"{self.requests} requests of {len(self.asked_of)} operations, {self.good_share:.0%} answered 2xx, "
            f"{len(self.faults)} faults, {len(self.slow)} slower than {SLOW_SECONDS:g} s"
        )
        lines = [
            first,
            "statuses: " + ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items())),
            f"never 2xx ({len(never)}): " + ", ".join(never),
        ]
        return "\n".join([*lines, *self.faults[:20], *self.slow[:20]])


class World:
    """The sample institute in a folder of its own, which is copied back now and then."""

    def __init__(self, folder: Path) -> None:
        self._first, self._now = folder / "first", folder / "now"
        settings = self._settings(self._first)
        prepare(settings)
        app = create_app(settings, clock=ManualClock())
        make_sample(app.state.context)
        self.known = Known()
        self._make_operator(app.state.context)
        app.state.context.close()
        self._app: Any = None
        self.tokens: dict[str, str] = {}
        self.own: dict[str, dict[str, Any]] = {"": {}}

    def _make_operator(self, context: Any) -> None:
        """Add someone who runs the server, and note what the institute has."""
        database = context.database
        (institute,) = each_organisation(database)
        platform, person_id = Platform(context).make_own(), context.new_id()
        fields = {"given_name": "Yaw", "username": OPERATOR, "roles": ["platform_administrator"]}
        sent = Command(
            id=context.new_id(), device_id=context.new_id(), install_epoch=1, device_seq=1, type="AddPerson",
            type_version=1, target_id=person_id, payload=fields, observed_at=instant_text(context.clock.now()),
        )  # fmt: skip
        context.door.accept(system_actor(platform, context.new_id()), Origin(""), [sent])
        hashed = hash_here(PASSWORD, context.keys.pepper, context.settings.password_cost)
        database.write(lambda db: set_password(db, platform, person_id, hashed, context.clock.now()))
        self.known.organisation_id = institute
        with acting_for(institute), database.read() as db:
            self.known.read(db)

    def _settings(self, folder: Path) -> Any:
        rule = LimitRule(path="/", anonymous=None, person=None)
        rules = tuple(
            LimitRule(path=path) for path in ("/api/v1/uploads", "/api/v1/files/", "/api/v1/organisations/public")
        )
        return server_settings(folder, limits=(rule, *rules), files_keep_free_bytes=0, max_body_bytes=200_000)

    def renew(self) -> BytesTransport:
        """Put everything back to what it was; returns the wire to the fresh server."""
        self.close()
        shutil.rmtree(self._now, ignore_errors=True)
        shutil.copytree(self._first, self._now)
        self._app = create_app(self._settings(self._now), clock=ManualClock())
        self._wire = BytesTransport(self._app)
        people = self._wire.ask("GET", "/api/v1/demo/people").data
        self._people = {person["role"]: person for person in reversed(people)}
        self.known.slug = str(self._people["administrator"]["organisation"])
        self._people[OPERATOR] = {"organisation": "platform", "username": OPERATOR, "password": PASSWORD}
        self.tokens = {"": ""}
        for who, _ in _WHO[:-1]:
            self.enter(who)
        return self._wire

    def enter(self, who: str) -> bool:
        """Sign someone in again; False where that can't be done any more."""
        person = self._people[who]
        device = TestDevice(self._app.state.context.new_id())
        body = {
            "organisation": person["organisation"],
            "name": person["username"],
            "password": person["password"],
            "device": device.shown,
        }
        told = self._wire.ask("POST", "/api/v1/auth/sign-in", orjson.dumps(body))
        self.tokens[who] = str(told.data["access_token"]) if told.status == _OK else ""
        self.own[who] = {"organisation": self.known.slug, "slug": self.known.slug, "device_id": device.id}
        return told.status == _OK

    @property
    def app(self) -> Any:
        """The application of now."""
        return self._app

    def close(self) -> None:
        """Let the server go."""
        if self._app is not None:
            self._wire.close()
            self._app.state.context.close()
            self._app = None


def _no_such_name(host: str, *_more: Any, **_options: Any) -> Any:
    raise socket.gaierror(socket.EAI_NONAME, host)


def run(requests: int, number: int) -> Report:
    """Send so many requests, the same ones for the same number, and report; no name is known but this machine's."""
    with patch("socket.getaddrinfo", _no_such_name):
        return _run(requests, number)


def _run(requests: int, number: int) -> Report:
    chance, report = random.Random(number), Report()
    with tempfile.TemporaryDirectory() as name:
        world = World(Path(name))
        wire = world.renew()
        operations = load(world.app, wire.ask("GET", "/api/v1/openapi.json").json)
        _look_around(wire, world.tokens["administrator"], operations, world.known)
        each = -(-requests // len(operations))
        makers = [Maker(one, min(CASES, each), number, world.known) for one in operations]
        turn = [maker for maker in makers for _ in range(each)]
        chance.shuffle(turn)
        try:
            for maker in turn:
                if report.requests and report.requests % FRESH_AFTER == 0:
                    wire = world.renew()
                who = chance.choices([name for name, _ in _WHO], [weight for _, weight in _WHO])[0]
                who = OPERATOR if "/platform/" in maker.name and chance.random() < _MOST else who
                asked = maker.asked(chance, world.tokens.get(who, ""), world.own.get(who, {}))
                if maker.wants_base and chance.random() < _MOST:
                    asked = _with_base(wire, asked)
                if (
                    _send(wire, asked, maker.operation.path, world.known, report) == _SIGNED_OUT
                    and who
                    and not world.enter(who)
                ):
                    # Somebody was suspended, erased or given another password: it all begins as it was at first.
                    wire = world.renew()
        finally:
            world.close()
    return report


def _with_base(wire: BytesTransport, asked: Asked) -> Asked:
    """The request with the version that its maker saw."""
    seen = wire.ask("GET", asked.path.partition("?")[0], b"", asked.headers)
    found = seen.headers.get("etag") if seen.status == _OK else None
    return replace(asked, headers={**asked.headers, "if-match": found}) if found else asked


def _look_around(wire: BytesTransport, token: str, operations: list[Any], known: Known) -> None:
    for operation in operations:
        if operation.method == "get" and "{" not in operation.path:
            answer = wire.ask("GET", operation.path, b"", {"authorization": f"Bearer {token}"})
            known.learn(operation.path, answer.body)


def _send(wire: BytesTransport, asked: Asked, shown: str, known: Known, report: Report) -> int:
    began = time.process_time()
    answer: Answer | None = None
    problem = ""
    try:
        answer = wire.ask(asked.method, asked.path, asked.body, asked.headers)
    except Exception as failure:  # noqa: BLE001 - whatever comes out is a fault of the server's
        problem = repr(failure)
    took = time.process_time() - began
    report.requests += 1
    report.asked_of[asked.operation] += 1
    told = f"{asked.method} {asked.path[:200]} {asked.body[:300]!r}"
    if took > SLOW_SECONDS:
        report.slow.append(f"{took:.1f} s: {told}")
    if answer is None:
        report.faults.append(f"{problem}: {told}")
        return _SERVER_FAULT
    report.statuses[answer.status] += 1
    if answer.status >= _SERVER_FAULT and answer.status != 503:
        report.faults.append(f"{answer.status}: {told} -> {answer.body[:200]!r}")
    elif answer.status >= 400 and b'"code"' not in answer.body and asked.method != "HEAD":
        report.faults.append(f"{answer.status} without a code: {told} -> {answer.body[:200]!r}")
    elif 200 <= answer.status < 300:
        report.good_of[asked.operation] += 1
        if asked.method == "GET":
            known.learn(shown, answer.body)
    return answer.status
