"""A payment gateway beside the simulated server: a provider of the other tests behind the server's real adapter.

Each run's seed chooses Paystack or Razorpay. Payers pay, fail or pay too little, refunds work or fail; events come
late, several times, out of order, or never.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import orjson

from server.finance import gateway_refunds, inbox_job, poll_job
from server.finance.gateway import GatewayError
from server.finance.gateway_account import WEBHOOKS
from server.finance.gateway_http import GatewayLine, Reply, _read
from shared.core.clock import Clock
from tests.providers.loopback import Question
from tests.simulator.gateway_sides import SIDES, Event, Side
from tests.simulator.money_world import TOKEN
from tests.simulator.timeline import Timeline

Deliver = Callable[[str, Mapping[str, str], bytes], bool]
"""Brings an event to the server; False where it wasn't there."""
_COPIES = (0, 1, 1, 2, 3)
_AGAIN = 25.0
_LATEST = 90.0
_PAGE_LASTS = timedelta(days=1)
"""A page that was left alone longer isn't paid at any more; the server looks three days back by itself."""


class SimulatedGateway:
    """The gateway of whichever run is on."""

    def __init__(self) -> None:
        self.sides: dict[str, Side] = {}
        self._chance = random.Random(0)
        self.rate = 0.0
        self._faults: Counter[str] = Counter()
        self._set_up(None)

    def begin(self, clock: Clock, chance: random.Random, faults: Counter[str]) -> None:
        """Start anew: nothing was ever paid here."""
        self._chance, self._faults, self.rate = chance, faults, 0.2
        self._set_up(clock)
        self.side = chance.choice([*self.sides.values()])

    def _set_up(self, clock: Clock | None) -> None:
        self.sides = {one.base: one(clock) for one in SIDES}
        self.side = next(iter(self.sides.values()))

    def use(self, name: str) -> None:
        """Let payers use the gateway of this name."""
        self.side = next(one for one in self.sides.values() if one.name == name)

    @property
    def is_used(self) -> bool:
        """Tell whether anything was begun."""
        return bool(self.side.references())

    def exchange(
        self, side: Side, method: str, path: str, headers: Mapping[str, str], more: Mapping[str, Any]
    ) -> Reply:
        """Answer a request; now and then it doesn't arrive, or its answer doesn't. Raises GatewayError."""
        fate = self._chance.random()
        if fate < self.rate / 2:
            self._faults["gateway away"] += 1
            raise GatewayError("unreachable", "ConnectTimeout", known=True)
        query = {name: str(value) for name, value in (more.get("params") or {}).items()}
        lower = {name.lower(): value for name, value in headers.items()}
        question = Question(method, urlsplit(f"{side.base}{path}").path, query, lower, orjson.dumps(more.get("json")))
        status, told = side.here.answer(question)
        if fate < self.rate:
            self._faults["gateway's answer lost"] += 1
            raise GatewayError("unreachable", "ReadTimeout", known=False)
        return _read(status, orjson.dumps(told))

    # -------------------------------------------------------------------------------------------------- the payers

    def let_pay(self, timeline: Timeline, organisation_id: str, deliver: Deliver) -> None:
        """Let some of those who have a page open finish, and some refunds; events are sent of it."""
        now, events = self.side.here.now(), self.side.settle_refunds(self._chance)
        for reference, begun in self.side.pages():
            if self._chance.random() <= 0.4 and now - begun <= _PAGE_LASTS:
                events += self.side.finish(reference, self._chance)
        for event in events:
            for _ in range(self._chance.choice(_COPIES)):
                self.tell(timeline, organisation_id, deliver, event, self._chance.uniform(0.0, _LATEST))

    def tell(self, timeline: Timeline, organisation_id: str, deliver: Deliver, event: Event, seconds: float) -> None:
        """Send an event some time later, and again where the server wasn't there."""
        path = f"{WEBHOOKS}/{organisation_id}/{TOKEN}/{self.side.name}"
        self._send(timeline, seconds, 3, partial(deliver, path, *event))

    def _send(self, timeline: Timeline, seconds: float, tries: int, tell: Callable[[], bool]) -> None:
        def arrive() -> None:
            if not tell() and tries > 1:
                self._send(timeline, _AGAIN, tries - 1, tell)

        timeline.after(seconds, arrive)


def work(context: Any) -> None:
    """Let the server's jobs have a turn each."""
    inbox_job.work_off(context)
    poll_job.poll(context)
    gateway_refunds.send_back(context)


_GATEWAYS: list[SimulatedGateway] = []
_real = GatewayLine._exchange


def stand_in(gateway: SimulatedGateway) -> None:
    """Answer what is sent to the simulated addresses within this process; other lines stay as they are."""
    _GATEWAYS[:] = [gateway]
    GatewayLine._exchange = _answered  # type: ignore[method-assign]  # the wire alone, and for those addresses alone


def _answered(
    self: GatewayLine, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any
) -> Reply:
    gateway = _GATEWAYS[0]
    side = gateway.sides.get(self._base)
    if side is None:
        return _real(self, method, path, headers, **more)
    return gateway.exchange(side, method, path, {**self._headers, **(headers or {})}, more)
