"""Razorpay's interface as its documents and its own library describe it (November 2026)."""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import orjson

from server.finance.gateway import (
    BadSignatureError,
    Event,
    GatewayError,
    GatewayKeys,
    PaymentTold,
    RefundTold,
    Stands,
    Start,
    Started,
    claim_in,
    part,
    whole,
    word,
)
from server.finance.gateway_http import GatewayLine, Reply
from shared.core.clock import parse_instant

NAME = "razorpay"
_PAGE = 100
_MOST_PAGES = 1_000
_UNAUTHORISED = 401
_EARLIER = timedelta(minutes=5)
_LONGEST_RECEIPT = 40
_PAYMENT_STANDS = {"captured": Stands.PAID, "refunded": Stands.PAID}
_REFUND_STANDS = {"processed": Stands.PAID, "failed": Stands.FAILED}


class Razorpay:
    """One account at Razorpay. `checkout` is the page of ours that opens its checkout for an order."""

    name = NAME
    mobile = None

    def __init__(self, keys: GatewayKeys, line: GatewayLine, checkout: str) -> None:
        self._keys, self._line, self._checkout = keys, line, checkout
        self.live = keys.key_id.startswith("rzp_live_")

    def start(self, wanted: Start) -> Started:
        """Make an order for a payment, or find the one that an earlier call made under the same receipt."""
        found = self._order_of(wanted.reference)
        if found is None:
            body = {
                "amount": wanted.amount,
                "currency": wanted.currency,
                "receipt": wanted.reference,
                "notes": wanted.kept(),
            }
            found = _data(self._line.post("/orders", body))
        if whole(found.get("amount")) != wanted.amount or word(found, "currency") != wanted.currency:
            raise GatewayError("answer_unreadable", "an order of another amount")
        order = word(found, "id")
        return Started(f"{self._checkout}?order={quote(order, safe='')}", order)

    def ask(self, reference: str, gateway_id: str) -> PaymentTold | None:
        """Return how the order of a payment stands: the payment that was captured, else the last one tried."""
        if gateway_id:
            reply = self._line.get(f"/orders/{quote(gateway_id, safe='')}")
            order = None if reply.status in {400, 404} and not _key_refused(reply) else _data(reply)
        else:
            order = self._order_of(reference)
        if order is None or word(order, "receipt") != reference:
            return None
        return self._told(order)

    def listed(self, since: str) -> Iterator[PaymentTold]:
        """Return every order made since an instant with what was paid on it."""
        begun = parse_instant(since)
        for page in range(_MOST_PAGES):
            start = int((begun - _EARLIER).timestamp())
            question = {"from": start, "count": _PAGE, "skip": page * _PAGE}
            rows = _items(self._line.get("/orders", **question))
            for row in rows:
                yield self._told(row)
            if len(rows) < _PAGE:
                return

    def refund(self, paid: PaymentTold, amount: int, currency: str, own_id: str, note: str) -> RefundTold:  # noqa: ARG002 - the payment tells
        """Send money back; the key makes a repeat of the same refund harmless."""
        body = {"amount": amount, "speed": "normal", "receipt": own_id[:_LONGEST_RECEIPT], "notes": {"why": note[:200]}}
        path = f"/payments/{quote(paid.payment_id, safe='')}/refund"
        return _refund(_data(self._line.post(path, body, {"X-Refund-Idempotency": own_id})))

    def refunds(self, paid: PaymentTold) -> list[RefundTold]:
        """Return what went back of a payment."""
        found: list[RefundTold] = []
        path = f"/payments/{quote(paid.payment_id, safe='')}/refunds"
        for page in range(_MOST_PAGES):
            rows = _items(self._line.get(path, count=_PAGE, skip=page * _PAGE))
            found += [_refund(row) for row in rows]
            if len(rows) < _PAGE:
                break
        return found

    def event(self, headers: Mapping[str, str], body: bytes) -> Event:
        """Check the signature over the bytes as they came; after a change the secret before still counts for a day."""
        told = headers.get("x-razorpay-signature", "").strip().lower().encode()
        secrets = [one for one in (self._keys.webhook_secret, self._keys.older_webhook_secret) if one]
        own = [hmac.new(one.encode(), body, hashlib.sha256).hexdigest().encode() for one in secrets]
        # All are compared, so that the time says nothing.
        if not any([hmac.compare_digest(told, one) for one in own]):  # noqa: C419 - same
            raise BadSignatureError
        try:
            content = orjson.loads(body)
            entities = _entities(content)
        except (orjson.JSONDecodeError, GatewayError) as failure:
            raise BadSignatureError from failure
        payment, order = entities.get("payment", {}), entities.get("order", {})
        refund = entities.get("refund", {})
        return Event(
            key=headers.get("x-razorpay-event-id", "")[:120] or hashlib.sha256(body).hexdigest(),
            name=word(content, "event"),
            reference=word(order, "receipt"),
            gateway_id=word(payment, "order_id") or word(order, "id"),
            payment_id=word(payment, "id") or word(refund, "payment_id"),
            live=self.live,
        )

    def is_checkout_signed(self, order_id: str, payment_id: str, signature: str) -> bool:
        """Tell whether what the checkout page brought back is genuine; `order_id` comes from our own payment."""
        said = f"{order_id}|{payment_id}".encode()
        own = hmac.new(self._keys.secret.encode(), said, hashlib.sha256).hexdigest().encode()
        return hmac.compare_digest(signature.strip().lower().encode(), own)

    def close(self) -> None:
        """Let the connection go."""
        self._line.close()

    def _order_of(self, receipt: str) -> Mapping[str, Any] | None:
        rows = _items(self._line.get("/orders", receipt=receipt, count=_PAGE))
        return next((row for row in rows if word(row, "receipt") == receipt), None)

    def _told(self, order: Mapping[str, Any]) -> PaymentTold:
        tried = whole(order.get("attempts", 0))
        path = f"/orders/{quote(word(order, 'id'), safe='')}/payments"
        payments = _items(self._line.get(path, count=_PAGE)) if tried or order.get("status") == "paid" else []
        best = next(
            (one for one in payments if word(one, "status") in _PAYMENT_STANDS), payments[0] if payments else None
        )
        if best is None:
            return self._payment(order, {}, Stands.PENDING)
        # A failed try isn't the end: the order can be paid by another one.
        return self._payment(order, best, _PAYMENT_STANDS.get(word(best, "status"), Stands.PENDING))

    def _payment(self, order: Mapping[str, Any], payment: Mapping[str, Any], stands: Stands) -> PaymentTold:
        return PaymentTold(
            reference=word(order, "receipt"),
            gateway_id=word(order, "id"),
            stands=stands,
            amount=whole(payment.get("amount", order.get("amount"))),
            currency=(word(payment, "currency", 3) or word(order, "currency", 3)).upper(),
            live=self.live,
            payment_id=word(payment, "id"),
            channel=word(payment, "method", 40),
            fees=whole(payment.get("fee") or 0),
            paid_at=_instant(payment.get("created_at")) if stands is Stands.PAID else "",
            word=(word(payment, "status") or word(order, "status"))[:40],
            claim=claim_in(order.get("notes")),
        )


def line_of(keys: GatewayKeys, base: str, **more: Any) -> GatewayLine:
    """Return a line to Razorpay that proves itself with the key and its secret."""
    proof = base64.b64encode(f"{keys.key_id}:{keys.secret}".encode()).decode()
    return GatewayLine(base, {"Authorization": f"Basic {proof}"}, **more)


def _key_refused(reply: Reply) -> bool:
    return reply.status == _UNAUTHORISED or "authentication" in _description(reply).lower()


def _description(reply: Reply) -> str:
    told = reply.told.get("error")
    return word(told, "description", 200) if isinstance(told, dict) else ""


def _data(reply: Reply) -> Mapping[str, Any]:
    if reply.good:
        return reply.told
    if _key_refused(reply):
        raise GatewayError("key_refused", known=True)
    # 409: the same refund is on its way already.
    raise GatewayError("refused", _description(reply), known=reply.status != 409)


def _items(reply: Reply) -> list[Mapping[str, Any]]:
    rows = _data(reply).get("items")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise GatewayError("answer_unreadable", "no list")
    return rows


def _entities(content: object) -> dict[str, Mapping[str, Any]]:
    """Return the rows that an event carries, by their kind."""
    payload = part(content, "payload")
    found: dict[str, Mapping[str, Any]] = {}
    for kind, holder in payload.items():
        entity = holder.get("entity") if isinstance(holder, dict) else None
        if isinstance(entity, dict):
            found[str(kind)] = entity
    return found


def _instant(seconds: object) -> str:
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds < 1 << 36:
        return ""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _refund(data: Mapping[str, Any]) -> RefundTold:
    said = word(data, "status").lower()
    stands = _REFUND_STANDS.get(said, Stands.PENDING)
    return RefundTold(word(data, "id"), stands, whole(data.get("amount")), word(data, "receipt"), said)
