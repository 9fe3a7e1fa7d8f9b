"""A server for tests: prepared on any database, run in-process as bytes or behind a real socket on loopback."""

import asyncio
import base64
import contextlib
import contextvars
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import anyio.to_thread
import httptools  # noqa: F401 - fails here, with its name, where the server's parser is missing
import orjson
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from server.app import create_app
from server.core import jobs
from server.core.keys import load_keys, make_keys
from server.core.passwords import hash_here
from server.core.settings import Settings
from server.migrations.running import migrate
from server.people import organisations
from server.people.credentials import make_institute_key, set_password
from shared.core.clock import Clock, ManualClock, instant_text
from shared.core.command import Command
from shared.core.ids import IdMaker
from tests.loopback import LOOPBACK, free_port

PASSWORD = "a kettle, two birds"
LOW_COST = 4
_LOOK_SECONDS = 0.05
# What comes comes at once on a quiet machine; only what doesn't come at all may outlast this.
_PATIENCE = 60
_HASHES: dict[bytes, str] = {}
# A test says itself when the server's own work is done: on a busy machine it outlasts the quiet after a start.
jobs._FIRST_LOOK_SECONDS = 3_600.0
_IN_ONE_THREAD = contextvars.ContextVar("_IN_ONE_THREAD", default=False)
_in_a_worker = anyio.to_thread.run_sync


async def _run_sync(function: Any, *given: Any, **options: Any) -> Any:
    """Run what is for a worker thread at once where nobody else waits: a thread for each request costs more than it."""
    if not _IN_ONE_THREAD.get():
        return await _in_a_worker(function, *given, **options)
    # A worker has a context of its own, too.
    return contextvars.copy_context().run(function, *given)


anyio.to_thread.run_sync = _run_sync


def server_settings(data_dir: Path, database_url: Any = None, **more: Any) -> Settings:
    """Settings for a test's server; `database_url` is what the fixture gives."""
    urls = {}
    if database_url is not None:
        urls = {"database_url": database_url.application_url, "database_owner_url": database_url.owner_url}
    usual = {
        "data_dir": data_dir,
        "password_cost": LOW_COST,
        "find_own_names": False,
        "plain_http": True,
        "host": "127.0.0.1",
        "port": 0,
        "pool_size": 5,
        "test_payments": True,
    }
    return Settings(**{**usual, **urls, **more})


def prepare(settings: Settings) -> None:
    """Make keys and tables."""
    make_keys(settings.keys_path)
    migrate(settings.owner_database, settings.database)


@dataclass
class Answer:
    """An answer as bytes on the wire would give it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def data(self) -> Any:
        """What was asked for; fails with the error where there is one."""
        content = self.json
        assert "data" in content, (self.status, content)
        return content["data"]

    @property
    def code(self) -> str:
        """The error's word, with its status checked to be none of success."""
        assert self.status >= 400, (self.status, self.body)
        return str(self.json["code"])


class BytesTransport:
    """Carries requests to an application as bytes, in one thread and without sockets: the simulator's wire."""

    def __init__(self, app: Any, address: str = "127.0.0.1") -> None:
        self._app = app
        self.address = address
        self._loop = asyncio.new_event_loop()

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """Send one request and wait for the whole answer."""
        return self._loop.run_until_complete(self._exchange(method, path, body, headers or {}))

    async def _exchange(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        path, _, query = path.partition("?")
        given = {"host": "localhost", "content-length": str(len(body)), **{k.lower(): v for k, v in headers.items()}}
        if body:
            given.setdefault("content-type", "application/json")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "client": (self.address, 50_000),
            "server": ("localhost", 80),
        }
        said: list[Any] = []
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Any:
            if waiting:
                return waiting.pop(0)
            await asyncio.Event().wait()
            return None

        async def send(message: Any) -> None:
            said.append(message)

        _IN_ONE_THREAD.set(True)
        await self._app(scope, receive, send)
        start = next(one for one in said if one["type"] == "http.response.start")
        told = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        content = b"".join(one.get("body", b"") for one in said if one["type"] == "http.response.body")
        return Answer(start["status"], told, content)

    def close(self) -> None:
        """Let the loop and its threads go."""
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


@dataclass
class TestDevice:
    """A desktop's install as the server sees it: an id and a key."""

    __test__ = False
    id: str
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    name: str = "Front desk"

    @property
    def shown(self) -> dict[str, Any]:
        public = base64.b64encode(self.key.public_key().public_bytes_raw()).decode()
        return {"id": self.id, "name": self.name, "public_key": public, "install_epoch": 1}

    def refresh_ask(self, token: str, timestamp: str = "2026-11-20T08:30:00.000Z") -> dict[str, Any]:
        signature = self.key.sign(f"refresh\n{token}\n{timestamp}".encode())
        return {
            "refresh_token": token,
            "device_id": self.id,
            "timestamp": timestamp,
            "signature": base64.b64encode(signature).decode(),
        }


class TestServer:
    """A prepared server with one institute, asked in-process; `clock` moves its time."""

    __test__ = False

    def __init__(self, settings: Settings, clock: Clock | None = None, slug: str = "km-media") -> None:
        prepare(settings)
        self.settings = settings
        self.clock = clock or ManualClock()
        self.app: FastAPI = create_app(settings, clock=self.clock)
        self.context = self.app.state.context
        self.new_id: IdMaker = self.context.new_id
        self.wire = BytesTransport(self.app)
        self.slug = slug
        self.organisation_id = self.add_organisation(slug)

    def add_organisation(self, slug: str, name: str = "KM Media Training Institute") -> str:
        """Make an institute with its key pair."""
        context = self.context
        wanted = organisations.NewOrganisation(slug, name)
        organisation_id = organisations.create(context.database, self.clock, self.new_id, wanted)
        now = self.clock.now()
        context.database.write(lambda db: make_institute_key(db, context.keys, organisation_id, now))
        return organisation_id

    def add_person(
        self, username: str, roles: tuple[str, ...] = ("administrator",), organisation_id: str = "", **fields: Any
    ) -> str:
        """Add someone who signs in with PASSWORD."""
        person_id, organisation_id = self.new_id(), organisation_id or self.organisation_id
        payload = {"given_name": username.title(), "username": username, "roles": list(roles), **fields}
        outcome = self.do(self.command("AddPerson", person_id, payload), organisation_id)
        assert outcome.verdict == "applied", outcome
        self.set_password(person_id, organisation_id)
        return person_id

    def set_password(self, person_id: str, organisation_id: str = "", **more: Any) -> None:
        """Let someone sign in with PASSWORD."""
        pepper = load_keys(self.settings.keys_path).pepper
        hashed = _HASHES.setdefault(pepper, hash_here(PASSWORD, pepper, LOW_COST))
        place = organisation_id or self.organisation_id
        now = self.clock.now()
        self.context.database.write(lambda db: set_password(db, place, person_id, hashed, now, **more))

    def command(self, kind: str, target_id: str, payload: dict[str, Any], base: str | None = None) -> Command:
        """A command as a device without a number would make it."""
        return Command(
            id=self.new_id(),
            device_id=self.new_id(),
            install_epoch=1,
            device_seq=1,
            type=kind,
            type_version=1,
            target_id=target_id,
            base=base,
            payload=payload,
            observed_at=instant_text(self.clock.now()),
        )

    def do(self, command: Command, organisation_id: str = "") -> Any:
        """Put a command through the door as the system; the answer is its outcome."""
        actor = organisations.system_actor(organisation_id or self.organisation_id, self.new_id())
        origin = organisations.Origin("")
        return self.context.door.accept(actor, origin, [command]).outcomes[0]

    def ask(self, method: str, path: str, body: Any = None, token: str = "", **headers: str) -> Answer:
        """Send one request with JSON."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            given["authorization"] = f"Bearer {token}"
        return self.wire.ask(method, path, b"" if body is None else orjson.dumps(body), given)

    def get(self, path: str, token: str = "", **headers: str) -> Answer:
        return self.ask("GET", path, None, token, **headers)

    def post(self, path: str, body: Any, token: str = "", **headers: str) -> Answer:
        return self.ask("POST", path, body, token, **headers)

    def device(self) -> TestDevice:
        """A fresh install."""
        return TestDevice(self.new_id())

    def sign_in(self, name: str, device: TestDevice | None = None, password: str = PASSWORD, **more: Any) -> Answer:
        """Sign in over the wire."""
        device = device or self.device()
        body = {"organisation": self.slug, "name": name, "password": password, "device": device.shown, **more}
        return self.post("/api/v1/auth/sign-in", body)

    def close(self) -> None:
        """End the password process and let the database go."""
        self.wire.close()
        self.context.passwords.close()
        self.context.database.close()


async def _end_with_late_ones(
    server: uvicorn.Server, end: Callable[..., Awaitable[None]], sockets: list[socket.socket] | None = None
) -> None:
    """End the server, and with it a connection that was taken on in the very moment of its end.

    The server tells each connection once; a later one would be kept, and its requests answered, till the time is up.
    """
    ending = asyncio.ensure_future(end(sockets))
    while not ending.done():
        for connection in list(server.server_state.connections):
            connection.shutdown()
        await asyncio.wait([ending], timeout=_LOOK_SECONDS)
    await ending


@contextlib.contextmanager
def running_server(settings: Settings, app: FastAPI | None = None, clock: Clock | None = None) -> Iterator[str]:
    """A real server on loopback in a thread, for the time of the `with` block; gives its address.

    The database must be prepared (`prepare(settings)`) where no `app` is given.
    """
    app = app or create_app(settings, clock=clock)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, settings.port or free_port()))
    port = listener.getsockname()[1]
    config = uvicorn.Config(
        app, log_config=None, access_log=False, http="httptools", timeout_graceful_shutdown=_PATIENCE
    )
    server = uvicorn.Server(config)
    ready = threading.Event()
    began = server.startup

    async def startup(sockets: list[socket.socket] | None = None) -> None:
        await began(sockets)
        ready.set()

    server.startup = startup
    server.shutdown = partial(_end_with_late_ones, server, server.shutdown)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    assert ready.wait(_PATIENCE), "the server didn't start"
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(2 * _PATIENCE)
        listener.close()
