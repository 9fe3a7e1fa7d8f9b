"""The raw limit: a bare ASGI callable that runs the server's statements by hand, with orjson and psycopg.

Nothing is validated, hashed, decided or routed here. It answers what the product answers, so that both sides send the
same bytes to the database and to the caller.
"""

import argparse
import asyncio
import gc
import json
import os
import queue
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import orjson
import psycopg
import uvicorn
from uvicorn.supervisors import Multiprocess

from benchmarks import raw_statements as statements

Message = MutableMapping[str, Any]
CONNECTIONS = int(os.environ.get("CAMPUSDESK_POOL_SIZE", "16"))
_NOW = "2026-11-20T08:30:00.000Z"


class RawServer:
    """`POST /sync`, `POST /feed`, and anything else answers `ok`."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._idle: queue.SimpleQueue[psycopg.Connection[Any]] = queue.SimpleQueue()
        self._pool = ThreadPoolExecutor(CONNECTIONS, initializer=self._connect)
        self._actors: dict[str, statements.RawActor] = {}

    def _connect(self) -> None:
        options = "-c random_page_cost=1.1"
        self._idle.put(psycopg.connect(self._address, options=options))

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await _lifespan(receive, send)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        path = scope["path"]
        if path in {"/sync", "/feed"}:
            token = dict(scope["headers"])[b"authorization"][7:].decode()
            answer = await asyncio.get_running_loop().run_in_executor(self._pool, self._exchange, token, body)
        else:
            answer = b'{"data":{"status":"ok"}}'
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _exchange(self, token: str, body: bytes) -> bytes:
        connection = self._idle.get()
        try:
            asked = orjson.loads(body)
            actor = self._actors.get(token)
            if actor is None:
                connection.autocommit = True
                actor = self._actors[token] = statements.actor_of(connection, token)
            connection.autocommit = True
            connection.execute(statements.LOOK_UP, actor.places).fetchone()
            if asked["commands"]:
                connection.autocommit = False
                outcomes = self._accept(connection, actor, asked)
                connection.commit()
                connection.autocommit = True
            else:
                outcomes = b"[]"
            return self._page(connection, actor, asked, outcomes)
        finally:
            self._idle.put(connection)

    def _accept(self, connection: psycopg.Connection[Any], actor: statements.RawActor, asked: Any) -> bytes:
        commands = asked["commands"]
        cursor = connection.cursor()
        places = {**actor.places, "device_id": asked["device_id"], "now": _NOW, "install_epoch": 1}
        claims = [statements.claim(one) for one in commands]
        cursor.execute(statements.CLAIM, {**places, "rows": orjson.dumps(claims).decode()}).fetchall()
        wanted = [
            {
                "session_id": one["payload"]["session_id"],
                "enrolment_id": one["payload"]["enrolment_id"],
                "mark_id": one["target_id"],
            }
            for one in commands
        ]
        met = cursor.execute(statements.CONTEXT, {**places, "rows": orjson.dumps(wanted).decode()}).fetchall()
        people = {(row[0], row[1]): (row[2], row[8]) for row in met}
        bodies = [statements.observation(one, actor, people, _NOW) for one in commands]
        cursor.execute(statements.ADD, {**places, "rows": orjson.dumps([row for row, _, _ in bodies]).decode()})
        digest = sha256(orjson.dumps(claims)).digest()
        head = cursor.execute(
            statements.ADVANCE, {**places, "rows": len(bodies), "digest": digest, "access": 0}
        ).fetchone()
        assert head is not None
        seq, audit_seq, chain = head[:3]
        rows = [statements.feed_row(body, seq - len(bodies) + at) for at, body in enumerate(bodies, 1)]
        cursor.execute(statements.PUT, {**places, "rows": orjson.dumps(rows).decode()})
        link = {"audit_seq": audit_seq, "seq_to": seq, "digest": digest, "chain": chain}
        cursor.execute(statements.LINK, {**places, **link})
        answers = [
            {"command_id": one["id"], "target_id": one["target_id"], "seq": seq, **statements.APPLIED}
            for one in commands
        ]
        stored = [
            {"id": one["command_id"], "verdict": "applied", "outcomes": orjson.dumps([one]).decode()} for one in answers
        ]
        cursor.execute(statements.STORE, {**places, "audit_seq": audit_seq, "rows": orjson.dumps(stored).decode()})
        return orjson.dumps(answers)

    def _page(
        self, connection: psycopg.Connection[Any], actor: statements.RawActor, asked: Any, outcomes: bytes
    ) -> bytes:
        after = asked["cursor"]["seq"] if asked["cursor"] else 1 << 60
        rows = asked["page_rows"] if asked["cursor"] else 0
        places = {**actor.places, "after": after, "rows": rows, "scan": actor.scan}
        found = connection.execute(actor.page, places).fetchone()
        assert found is not None
        head, epoch, head_chain, _, entries, last, count, chain = found
        reached = head if not rows else min(last if count == rows else after + actor.scan, head)
        cursor = {
            "server_epoch": epoch,
            "scope_revision": actor.scope_revision,
            "seq": reached,
            "chain": bytes(head_chain if reached >= head else chain or b"").hex(),
        }
        rest = orjson.dumps({"cursor": cursor, "more": reached < head, "server_time": _NOW, "lease": actor.lease})
        changes = b"[" + (entries or "").encode() + b"]"
        return b"".join((b'{"data":{"outcomes":', outcomes, b',"changes":', changes, b",", rest[1:], b"}"))


async def _lifespan(receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def raw_app() -> RawServer:
    """The callable of one process, with the product's settings of the garbage collector."""
    app = RawServer(os.environ["CAMPUSDESK_BENCH_DATABASE"])
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    return app


def main() -> None:
    """Serve on any free port, with the product's settings of uvicorn."""
    options = argparse.ArgumentParser()
    options.add_argument("--workers", type=int, default=1)
    workers = options.parse_args().workers
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(2_048)
    listener.set_inheritable(True)
    config = uvicorn.Config(
        "benchmarks.raw_server:raw_app",
        factory=True,
        workers=workers,
        http="httptools",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=65,
    )
    print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
    if workers > 1:
        Multiprocess(config, sockets=[listener]).run()
    else:
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
