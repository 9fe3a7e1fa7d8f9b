"""Sends each event of a gateway a hundred times at once over real connections, and forged ones, and counts what came.

`python -m tests.finance.replays --times 1000 --forged 1000` gives the figures; the suite runs a few of them.
"""

import argparse
import http.client
import logging
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from server.core.isolation import acting_for
from server.core.settings import LimitRule
from server.finance.gateway_account import WEBHOOKS
from server.finance.inbox_job import work_off_for
from server.finance.online_begin import ask_for
from tests.finance.forging import forgeries
from tests.finance.online import Online, online
from tests.postgres import fresh_database, running_postgres
from tests.serving import TestServer, running_server, server_settings

AT_ONCE, ASKING = 100, 4
AMOUNT = 25_050
_PATIENCE = 200.0
DATABASES = ("sqlite", "postgresql")
GATEWAYS = ("paystack", "razorpay")


@dataclass
class Told:
    """What came of it: rounds, events sent, events kept, entries made, forged ones refused."""

    rounds: int = 0
    sent: int = 0
    taken: int = 0
    entries: int = 0
    forged: int = 0
    refused: int = 0

    def __str__(self) -> str:
        return (
            f"{self.rounds} payments, {self.sent} events sent, {self.taken} kept, {self.entries} entries;"
            f" {self.forged} forged or altered, {self.refused} refused"
        )


class Crowd:
    """Threads with a connection each, which send the same thing in the same moment."""

    def __init__(self, address: str, path: str, size: int = AT_ONCE) -> None:
        self._place, self._path, self.size = urlsplit(address), path, size
        self._pool = ThreadPoolExecutor(size)
        self._barrier = threading.Barrier(size)
        self._own = threading.local()

    def send(self, headers: dict[str, str], body: bytes) -> list[tuple[int, bytes]]:
        """Let everyone send; returns (status, body) of all answers."""
        return [one.result() for one in [self._pool.submit(self._one, headers, body) for _ in range(self.size)]]

    def _one(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        line = self._line()
        self._barrier.wait(_PATIENCE)
        try:
            return self._sent(line, headers, body)
        except (ConnectionError, http.client.HTTPException):
            # The server lets connections go that were idle for a while.
            line.close()
            return self._sent(line, headers, body)

    def _line(self) -> http.client.HTTPConnection:
        if not hasattr(self._own, "line"):
            self._own.line = http.client.HTTPConnection(str(self._place.hostname), self._place.port, timeout=_PATIENCE)
        line: http.client.HTTPConnection = self._own.line
        return line

    def _sent(self, line: http.client.HTTPConnection, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        line.request("POST", self._path, body, {"content-type": "application/json", **headers})
        answer = line.getresponse()
        return answer.status, answer.read()

    def close(self) -> None:
        """Let everyone go."""

        def leave() -> None:
            self._barrier.wait(_PATIENCE)
            if line := getattr(self._own, "line", None):
                line.close()

        for one in [self._pool.submit(leave) for _ in range(self.size)]:
            one.result()
        self._pool.shutdown()


def replay(at: Online, crowd: Crowd, times: int) -> Told:
    """Pay `times` payments, each told of a hundred times at once and asked about by several at once."""
    told = Told()
    for _ in range(times):
        payment = at.begun(AMOUNT)
        at.here.pay(payment["reference"])
        headers, body = at.event(payment)
        answers = crowd.send(headers, body)
        assert {status for status, _ in answers} == {200}, answers[:3]
        told.rounds += 1
        told.sent += len(answers)
        told.taken += sum(b'"taken":true' in content for _, content in answers)
        _settled_by_many(at, payment["id"])
        sql = "SELECT count(*) FROM ledger_entry WHERE organisation_id = :o AND payment_id = :id"
        told.entries += int(at.rows(sql, id=payment["id"])[0][0])
    return told


def _settled_by_many(at: Online, payment_id: str) -> None:
    """Let several work at the event and ask in the same moment."""
    context, organisation_id = at.server.context, at.server.organisation_id
    barrier = threading.Barrier(ASKING)

    def work(number: int) -> None:
        with acting_for(organisation_id):
            barrier.wait(_PATIENCE)
            if number % 2:
                work_off_for(context, organisation_id)
            else:
                ask_for(context, organisation_id, payment_id)

    with ThreadPoolExecutor(ASKING) as pool:
        for one in [pool.submit(work, number) for number in range(ASKING)]:
            one.result()


def forge(at: Online, number: int) -> Told:
    """Send forged and altered events made from a genuine one."""
    payment = at.begun(AMOUNT)
    at.here.pay(payment["reference"])
    tries = list(forgeries(*at.event(payment), number=number))
    statuses = [at.tell(headers, body).status for headers, body in tries]
    assert at.state(payment) == "pending"
    return Told(forged=len(statuses), refused=statuses.count(400))


@contextmanager
def _server(database: str, folder: Path) -> Iterator[TestServer]:
    with ExitStack() as stack:
        urls: Any = None
        if database == "postgresql":
            urls = stack.enter_context(fresh_database(stack.enter_context(running_postgres())))
        limits = (LimitRule(path=f"{WEBHOOKS}/"), LimitRule(path="/api/v1/online-payments", methods=("POST",)))
        made = TestServer(server_settings(folder, urls, pool_size=20, limits=limits))
        stack.callback(made.close)
        yield made


def main() -> int:
    """Return 0 where every payment has one entry and every forged event was refused."""
    parser = argparse.ArgumentParser(prog="python -m tests.finance.replays", description=__doc__)
    parser.add_argument("--times", type=int, default=10, help="payments for each gateway and database")
    parser.add_argument("--forged", type=int, default=100, help="forged events for each gateway and database")
    parser.add_argument("--database", choices=DATABASES, help="one of the databases alone")
    parser.add_argument("--gateway", choices=GATEWAYS, help="one of the gateways alone")
    wanted = parser.parse_args()
    logging.disable(logging.WARNING)
    faults = 0
    for database in (wanted.database,) if wanted.database else DATABASES:
        for gateway in (wanted.gateway,) if wanted.gateway else GATEWAYS:
            began = time.monotonic()
            with tempfile.TemporaryDirectory() as folder, _server(database, Path(folder)) as server:
                told = measured(server, gateway, wanted.times, wanted.forged)
            faults += told.entries != told.rounds or told.taken != told.rounds or told.refused != told.forged
            sys.stdout.write(f"{database}, {gateway}: {told}, {time.monotonic() - began:.0f} s\n")
            sys.stdout.flush()
    return int(faults > 0)


def measured(server: TestServer, gateway: str, times: int, forged: int) -> Told:
    """Do both on one server."""
    with online(server, gateway) as at, running_server(server.settings, server.app) as address:
        crowd = Crowd(address, at.path)
        try:
            told = replay(at, crowd, times)
        finally:
            crowd.close()
        other = forge(at, forged)
    told.forged, told.refused = other.forged, other.refused
    return told


if __name__ == "__main__":
    sys.exit(main())
