"""The network between devices and server: it drops, doubles, delays, reorders and cuts what it carries."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from desktop.core import api_errors
from desktop.core.transport import Reply, Request
from tests.simulator.server import SimulatedServer
from tests.simulator.timeline import SimulatedScheduler, Timeline

FAULTS = ("request dropped", "request doubled", "message delayed", "request cut", "answer dropped", "answer cut")
Answer = Callable[[Reply | None], None]


@dataclass
class Link:
    """One device's way to the server."""

    online: bool = True


class Network:
    """Carries messages; `rate` of them meet a fault, which is counted in `faults`."""

    def __init__(
        self, timeline: Timeline, server: SimulatedServer, chance: random.Random, faults: Counter[str]
    ) -> None:
        self._timeline, self._server, self._chance, self._faults = timeline, server, chance, faults
        self.rate = 0.0
        self.down_for = (2.0, 12.0)
        self.messages = 0

    def carry(self, link: Link, request: Request, answer: Answer) -> None:
        """Take a request on its way; `answer` gets the reply, or None where none comes."""
        self.messages += 1
        if not link.online:
            self._timeline.after(0.02, lambda: answer(None))
            return
        fault = self._chance.choice(FAULTS) if self._chance.random() < self.rate else ""
        self._faults.update([fault] if fault else [])
        self._timeline.after(request.timeout, lambda: answer(None))
        if fault == "request dropped":
            return
        body = request.body if isinstance(request.body, bytes) else b""
        if fault == "request cut" and body:
            body = body[: self._chance.randrange(len(body))]
        wait = self._latency(2.0, 25.0) if fault == "message delayed" else self._latency()
        self._timeline.after(wait, lambda: self._deliver(link, request, body, fault, answer))
        if fault == "request doubled":
            # The copy comes late, after requests that were sent behind it.
            again = self._latency(0.5, 45.0)
            self._timeline.after(again, lambda: self._deliver(link, request, body, "", lambda _reply: None))

    def _latency(self, low: float = 0.02, high: float = 0.4) -> float:
        return self._chance.uniform(low, high)

    def _deliver(self, link: Link, request: Request, body: bytes, fault: str, answer: Answer) -> None:
        if not self._server.up:
            self._timeline.after(0.05, lambda: answer(None))
            return
        said = self._server.ask(request.method, request.path, request.headers, body)
        if said is None:
            self._timeline.after(self._chance.uniform(*self.down_for), self.start_server)
        if said is None or fault in {"request cut", "answer dropped", "answer cut"}:
            # The client sees a connection that ended too early.
            self._timeline.after(self._latency(), lambda: answer(None))
            return
        reply = Reply(said.status, said.headers, said.body)
        self._timeline.after(self._latency(), lambda: answer(reply if link.online else None))

    def start_server(self) -> None:
        """Start the server where nobody has done so."""
        if not self._server.up:
            self._server.start()


class SimulatedTransport:
    """What a client's requests go through."""

    def __init__(self, network: Network, link: Link, scheduler: SimulatedScheduler) -> None:
        self._network, self._link, self._scheduler = network, link, scheduler

    def send(self, request: Request) -> Reply:
        """Send a request and wait, in simulated time, for the whole reply."""
        reply: Reply | None = self._scheduler.wait(lambda answer: self._network.carry(self._link, request, answer))
        if reply is None:
            raise api_errors.no_network("the simulated network")
        return reply
