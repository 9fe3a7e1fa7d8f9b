"""A payment gateway beside the simulated server: the provider of the other tests behind the server's real adapter.

Payers pay, fail or pay too little; events come late, several times, out of order, or never.
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
from shared.core.clock import Clock, parse_instant
from tests.providers.loopback import Question
from tests.providers.paystack import PaystackHere
from tests.simulator.money_world import TOKEN
from tests.simulator.timeline import Timeline

BASE = "https://gateway.simulated"
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
        self.here = PaystackHere(base=BASE)
        self._chance = random.Random(0)
        self.rate = 0.0
        self._faults: Counter[str] = Counter()
        self._due: list[tuple[str, str]] = []

    def begin(self, clock: Clock, chance: random.Random, faults: Counter[str]) -> None:
        """Start anew: nothing was ever paid here."""
        self.here = PaystackHere(base=BASE, now=clock.now)
        self._chance, self._faults, self.rate = chance, faults, 0.2

    @property
    def is_used(self) -> bool:
        """Tell whether anything was begun."""
        return bool(self.here.transactions)

    def exchange(self, method: str, path: str, headers: Mapping[str, str], more: Mapping[str, Any]) -> Reply:
        """Answer a request; now and then it doesn't arrive, or its answer doesn't. Raises GatewayError."""
        fate = self._chance.random()
        if fate < self.rate / 2:
            self._faults["gateway away"] += 1
            raise GatewayError("unreachable", "ConnectTimeout", known=True)
        query = {name: str(value) for name, value in (more.get("params") or {}).items()}
        lower = {name.lower(): value for name, value in headers.items()}
        question = Question(method, urlsplit(f"{BASE}{path}").path, query, lower, orjson.dumps(more.get("json")))
        status, told = self.here.answer(question)
        if fate < self.rate:
            self._faults["gateway's answer lost"] += 1
            raise GatewayError("unreachable", "ReadTimeout", known=False)
        return _read(status, orjson.dumps(told))

    # -------------------------------------------------------------------------------------------------- the payers

    def let_pay(self, timeline: Timeline, organisation_id: str, deliver: Deliver) -> None:
        """Let some of those who have a page open finish, and send events of it."""
        for reference, row in self.here.transactions.items():
            if row["status"] != "ongoing" or self._chance.random() > 0.4:
                continue
            if self.here.now() - parse_instant(row["created_at"]) > _PAGE_LASTS:
                continue
            fate = self._chance.random()
            if fate < 0.8:
                self.here.pay(reference)
            elif fate < 0.9:
                self.here.pay(reference, "failed")
            else:
                self.here.pay(reference, amount=max(1, row["amount"] // 2), requested_amount=None)
            path = f"{WEBHOOKS}/{organisation_id}/{TOKEN}/paystack"
            for _ in range(self._chance.choice(_COPIES)):
                event = partial(deliver, path, *self.here.webhook(reference))
                self._send(timeline, self._chance.uniform(0.0, _LATEST), 3, event)

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


_LINES: dict[str, SimulatedGateway] = {}
_real = GatewayLine._exchange


def stand_in(gateway: SimulatedGateway) -> None:
    """Answer what is sent to the simulated address within this process; other lines stay as they are."""
    _LINES[BASE] = gateway
    GatewayLine._exchange = _answered  # type: ignore[method-assign]  # the wire alone, and for that address alone


def _answered(
    self: GatewayLine, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any
) -> Reply:
    gateway = _LINES.get(self._base)
    if gateway is None:
        return _real(self, method, path, headers, **more)
    return gateway.exchange(method, path, {**self._headers, **(headers or {})}, more)
