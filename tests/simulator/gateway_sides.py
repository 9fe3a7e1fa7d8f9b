"""Either payment gateway as a run has it: what payers do on its pages, the events of it, and what its books say."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Protocol

from shared.core.clock import Clock, parse_instant
from tests.providers.loopback import Provider
from tests.providers.paystack import PaystackHere
from tests.providers.razorpay import RazorpayHere

Event = tuple[dict[str, str], bytes]
Page = tuple[str, datetime]
_REFUND_WORKS = 0.8


class Side(Protocol):
    """One gateway of a run; amounts are minor units."""

    name: str
    currency: str
    base: str

    @property
    def here(self) -> Provider:
        """Who answers what the server asks."""

    def references(self) -> list[str]:
        """Return our references of everything that was begun, in order."""

    def pages(self) -> list[Page]:
        """Return the pages that can be paid at: (reference, when it was begun)."""

    def finish(self, reference: str, chance: random.Random) -> list[Event]:
        """Let the payer of a page pay, fail or pay too little; returns the events of it."""

    def pay(self, reference: str) -> None:
        """Let a payer pay what was asked for."""

    def event(self, reference: str) -> Event:
        """Return the event of a payment as it stands now."""

    def settle_refunds(self, chance: random.Random | None = None) -> list[Event]:
        """Carry out some of the refunds that wait, or fail them; without `chance` all are carried out."""

    def came(self) -> Iterator[tuple[str, int]]:
        """Yield (reference, amount) of everything begun; zero where nothing was paid."""

    def went_back(self) -> Iterator[tuple[str, int]]:
        """Yield (reference, amount) of refunds that didn't fail."""

    def refunds(self) -> Iterator[tuple[str, str]]:
        """Yield (our request's id, status) of refunds."""


class PaystackSide:
    """Paystack: one transaction by reference, paid or failed once."""

    name, currency, base = "paystack", "GHS", "https://gateway.simulated"

    def __init__(self, clock: Clock | None = None) -> None:
        self.here = PaystackHere(base=self.base)
        self.here.now = clock.now if clock else self.here.now

    def references(self) -> list[str]:
        """Return the transactions' references."""
        return list(self.here.transactions)

    def pages(self) -> list[Page]:
        """Return the transactions that nobody finished."""
        rows = self.here.transactions.items()
        return [(key, parse_instant(row["created_at"])) for key, row in rows if row["status"] == "ongoing"]

    def finish(self, reference: str, chance: random.Random) -> list[Event]:
        """Finish a transaction."""
        fate = chance.random()
        if fate < 0.8:
            self.here.pay(reference)
        elif fate < 0.9:
            self.here.pay(reference, "failed")
        else:
            amount = self.here.transactions[reference]["amount"]
            self.here.pay(reference, amount=max(1, amount // 2), requested_amount=None)
        return [self.event(reference)]

    def pay(self, reference: str) -> None:
        """Pay a transaction."""
        self.here.pay(reference)

    def event(self, reference: str) -> Event:
        """Return what Paystack sends of a transaction, whatever became of it."""
        return self.here.webhook(reference)

    def settle_refunds(self, chance: random.Random | None = None) -> list[Event]:
        """Settle refunds; Paystack's own event of each names the transaction."""
        references, events = {row["id"]: key for key, row in self.here.transactions.items()}, []
        for one in _settled(self.here.sent_back, chance):
            about = {"transaction_reference": references[one["transaction"]], "domain": "test", "amount": one["amount"]}
            events.append(self.here.signed({"event": f"refund.{one['status']}", "data": about}))
        return events

    def came(self) -> Iterator[tuple[str, int]]:
        """Yield what was paid."""
        for reference, row in self.here.transactions.items():
            yield reference, row["amount"] if row["status"] == "success" else 0

    def went_back(self) -> Iterator[tuple[str, int]]:
        """Yield what went back, or is about to."""
        references = {row["id"]: key for key, row in self.here.transactions.items()}
        for one in self.here.sent_back:
            if one["status"] != "failed":
                yield references[one["transaction"]], one["amount"]

    def refunds(self) -> Iterator[tuple[str, str]]:
        """Yield how refunds stand; our id is the first word of the note."""
        for one in self.here.sent_back:
            yield one["merchant_note"].partition(" ")[0], one["status"]


class RazorpaySide:
    """Razorpay: an order by reference and as many tries to pay it as it takes; money may be authorised at first."""

    name, currency, base = "razorpay", "INR", "https://orders.simulated"

    def __init__(self, clock: Clock | None = None) -> None:
        self.here = RazorpayHere(base=self.base, refunds_wait=True)
        self.here.now = clock.now if clock else self.here.now

    def references(self) -> list[str]:
        """Return the orders' receipts."""
        return [one["receipt"] for one in self.here.orders.values()]

    def pages(self) -> list[Page]:
        """Return the orders on which nothing was captured."""
        rows = [one for one in self.here.orders.values() if one["status"] != "paid"]
        return [(one["receipt"], datetime.fromtimestamp(one["created_at"], UTC)) for one in rows]

    def finish(self, reference: str, chance: random.Random) -> list[Event]:
        """Let a payer try; what was authorised or failed before may still be captured instead."""
        before = self._payments(reference)
        if before and chance.random() < 0.5:
            return self._captured(before[-1], chance)
        fate = chance.random()
        if fate < 0.5:
            return self._captured(self.here.pay(reference, "authorized"), chance)
        if fate < 0.7:
            return [self.here.webhook(dict(self.here.pay(reference, "failed")), "payment.failed")]
        if fate < 0.9:
            return [self.here.webhook(dict(self.here.pay(reference, "authorized")), "payment.authorized")]
        amount = max(1, self._order(reference)["amount"] // 2)
        return self._captured(self.here.pay(reference, "authorized", amount=amount), chance)

    def _captured(self, payment: dict[str, Any], chance: random.Random) -> list[Event]:
        """Capture a payment; the events of it may be two, and each may be overtaken by an older one."""
        payment |= {"status": "captured", "captured": True}
        order = self.here.orders[payment["order_id"]]
        order["status"] = "paid"
        names = chance.choice((["payment.captured"], ["order.paid"], ["order.paid", "payment.captured"]))
        return [self.here.webhook(dict(payment), name) for name in names]

    def pay(self, reference: str) -> None:
        """Pay an order."""
        self.here.pay(reference)

    def event(self, reference: str) -> Event:
        """Return the event of the latest try, or of an order that nobody tried to pay."""
        tries = self._payments(reference)
        if tries:
            return self.here.webhook(dict(tries[-1]), f"payment.{tries[-1]['status']}")
        order = self._order(reference)
        return self.here.signed({"event": "order.paid", "payload": {"order": {"entity": order}}}, f"evt_{order['id']}")

    def settle_refunds(self, chance: random.Random | None = None) -> list[Event]:
        """Settle refunds; what failed can be asked for again."""
        events = []
        for one in _settled(self.here.sent_back, chance):
            payment = self.here.payments[one["payment_id"]]
            if one["status"] == "failed":
                payment["amount_refunded"] -= one["amount"]
                payment |= {"status": "captured", "refund_status": "partial" if payment["amount_refunded"] else None}
            events.append(self.here.refund_webhook(dict(one)))
        return events

    def came(self) -> Iterator[tuple[str, int]]:
        """Yield what was captured."""
        for order in self.here.orders.values():
            yield order["receipt"], sum(one["amount"] for one in self._payments(order["receipt"]) if one["captured"])

    def went_back(self) -> Iterator[tuple[str, int]]:
        """Yield what went back, or is about to."""
        for one in self.here.sent_back:
            if one["status"] != "failed":
                order = self.here.orders[self.here.payments[one["payment_id"]]["order_id"]]
                yield order["receipt"], one["amount"]

    def refunds(self) -> Iterator[tuple[str, str]]:
        """Yield how refunds stand."""
        for one in self.here.sent_back:
            yield one["receipt"], one["status"]

    def _order(self, reference: str) -> dict[str, Any]:
        return next(one for one in self.here.orders.values() if one["receipt"] == reference)

    def _payments(self, reference: str) -> list[dict[str, Any]]:
        order_id = self._order(reference)["id"]
        return [one for one in self.here.payments.values() if one["order_id"] == order_id]


SIDES: tuple[type[PaystackSide] | type[RazorpaySide], ...] = (PaystackSide, RazorpaySide)


def _settled(refunds: list[dict[str, Any]], chance: random.Random | None) -> Iterator[dict[str, Any]]:
    """Settle those that wait, or half of them, and yield them."""
    for one in refunds:
        if one["status"] != "pending" or (chance is not None and chance.random() < 0.5):
            continue
        works = chance is None or chance.random() < _REFUND_WORKS
        one["status"] = "processed" if works else "failed"
        yield one
