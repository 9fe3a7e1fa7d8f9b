"""A connection that is cut after every byte of an exchange, in both directions, on real sockets."""

import os
import random
import secrets
import signal
import socket
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

from desktop.core.http_transport import HttpTransport
from shared.core.errors import CampusError
from shared.core.sync import ALL_SCOPE, SnapshotTask, SyncRequest, SyncResponse
from tests.faults.kills import check, end, serve, sign_in_for, start
from tests.faults.pair import WHO, Desk, Pair
from tests.simulator import people
from tests.simulator.world import World

EXCHANGE_BYTES = 8_000
_LOOPBACK = "127.0.0.1"


class CuttingProxy:
    """Carries one connection after another to the server, and cuts it after so many bytes of one direction."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.up: int | None = None
        self.down: int | None = None
        self._listener = socket.create_server((_LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection((_LOOPBACK, self._to))
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._both_ways, args=(client, server), daemon=True).start()

    def _both_ways(self, client: socket.socket, server: socket.socket) -> None:
        both = (client, server)
        with client, server:
            up = threading.Thread(target=self._carry, args=(client, server, self.up, both), daemon=True)
            up.start()
            self._carry(server, client, self.down, both)
            up.join()

    def _carry(
        self, from_: socket.socket, to: socket.socket, left: int | None, both: tuple[socket.socket, ...]
    ) -> None:
        try:
            while left is None or left > 0:
                data = from_.recv(65_536 if left is None else min(65_536, left))
                if not data:
                    break
                to.sendall(data)
                left = None if left is None else left - len(data)
        except OSError:
            pass
        for one in both:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()


def cut_everywhere(world: World, folder: Path, every: int) -> Counter[str]:
    """Cut after each `every`th byte of request and answer; then send once more and check that all is there once."""
    pair = Pair(world, folder / "cuts")
    pair.prepare()
    tokens = sign_in_for(pair, WHO[1])
    with socket.create_server((_LOOPBACK, 0)) as listener:
        server = start(lambda _say: serve(pair, listener, secrets.randbits(60)))
        try:
            counted = _cut(pair, listener.getsockname()[1], tokens, every)
        finally:
            os.kill(server[0], signal.SIGKILL)
            end(server)
    check(pair)
    return counted


def _cut(pair: Pair, port: int, tokens: dict[str, object], every: int) -> Counter[str]:
    proxy = CuttingProxy(port)
    transport = HttpTransport(f"http://{_LOOPBACK}:{proxy.port}")
    desk = pair.open(WHO[1], lambda _name: None, random.Random(1), transport, tokens)
    desk.engine.run_once()
    request = _filled(pair, desk)
    counted: Counter[str] = Counter()
    first = len(request.model_dump_json())
    response: SyncResponse | None = None
    for way in ("up", "down"):
        at, ended = 0, False
        while not ended:
            transport.close()
            setattr(proxy, way, at)
            response = _try(desk, request)
            ended = response is not None
            counted[f"cuts of the {'request' if way == 'up' else 'answer'}"] += not ended
            at += every
        setattr(proxy, way, None)
    transport.close()
    assert response is not None
    desk.store.settle(request, response)
    assert first >= EXCHANGE_BYTES, first
    counted["bytes of the request's body"] = first
    desk.engine.run_once()
    assert desk.engine.problem is None
    desk.store.close()
    proxy.close()
    return counted


def _filled(pair: Pair, desk: Desk) -> SyncRequest:
    """Save until an exchange is as large as wanted."""
    chance = random.Random(2)
    while True:
        request = desk.store.next_request()
        if len(request.model_dump_json()) >= 2 * EXCHANGE_BYTES:
            cursor = desk.store.cursor()
            assert cursor is not None
            # Rows that are here already make the answer large enough, too.
            again = SnapshotTask(scopes=(ALL_SCOPE,), after=0, until=cursor.seq)
            return request.model_copy(update={"snapshot": again})
        asks = people.mark_one(desk, chance)
        # A note that compression can't make small.
        noted = [replace(one, payload={**one.payload, "note": f"{chance.getrandbits(2400):0600x}"}) for one in asks]
        pair.acknowledged |= {one.id: one for one in desk.store.commit(noted)}


def _try(desk: Desk, request: SyncRequest) -> SyncResponse | None:
    """Send; None where the cut was noticed, as it must be: half an answer is none."""
    try:
        response = desk.engine._exchange.sync(request)
    except CampusError as problem:
        if problem.code != "server_unreachable":
            raise
        return None
    assert {outcome.command_id for outcome in response.outcomes} == {one.id for one in request.commands}
    return response
