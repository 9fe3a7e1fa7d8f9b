"""Paystack's interface as its published specification and samples describe it (November 2026)."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
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
from server.finance.gateway_http import GatewayLine
from server.finance.paystack_mobile import PaystackMobile
from server.finance.paystack_replies import UNAUTHORISED, data_of, message, rows_of, worked

NAME = "paystack"
_PAGE = 100
_MOST_PAGES = 1_000
_STANDS = {
    "success": Stands.PAID,
    "reversed": Stands.PAID,
    "reversal pending": Stands.PAID,
    "failed": Stands.FAILED,
    "abandoned": Stands.FAILED,
}
"""A payment that was sent back was paid before; the refunds say what went back."""
_REFUND_STANDS = {"processed": Stands.PAID, "failed": Stands.FAILED}


class Paystack:
    """One account at Paystack; the secret key proves requests and signs webhooks."""

    name = NAME

    def __init__(self, keys: GatewayKeys, line: GatewayLine) -> None:
        self._secret, self._line = keys.secret, line
        self.live = keys.secret.startswith("sk_live_")
        self.mobile = PaystackMobile(line)

    def start(self, wanted: Start) -> Started:
        """Begin a payment; a reference that is known already was begun by a call whose answer got lost."""
        body = {
            "email": wanted.email,
            "amount": wanted.amount,
            "currency": wanted.currency,
            "reference": wanted.reference,
            "metadata": wanted.kept(),
            **({"callback_url": wanted.return_url} if wanted.return_url else {}),
        }
        reply = self._line.post("/transaction/initialize", body)
        if not worked(reply) and str(reply.told.get("code")) == "duplicate_reference":
            raise GatewayError("already_begun", "the reference is known there")
        data = data_of(reply)
        url, code = word(data, "authorization_url", 500), word(data, "access_code")
        if not url.startswith(("https://", "http://127.0.0.1")) or word(data, "reference") != wanted.reference:
            raise GatewayError("answer_unreadable", "no address to pay at")
        return Started(url, code)

    def ask(self, reference: str, gateway_id: str) -> PaymentTold | None:  # noqa: ARG002 - known by our reference
        """Return how a payment stands; only this decides, never what a browser or a webhook says."""
        reply = self._line.get(f"/transaction/verify/{quote(reference, safe='')}")
        if not worked(reply) and reply.status != UNAUTHORISED and "key" not in message(reply):
            return None
        return _payment(data_of(reply))

    def listed(self, since: str) -> Iterator[PaymentTold]:
        """Return every payment begun since an instant, whatever became of it."""
        for page in range(1, _MOST_PAGES):
            question: dict[str, str | int] = {"perPage": _PAGE, "page": page, "from": since}
            reply = self._line.get("/transaction", **question)
            rows = rows_of(reply)
            for row in rows:
                yield _payment(row)
            if len(rows) < _PAGE:
                return

    def refund(self, paid: PaymentTold, amount: int, currency: str, own_id: str, note: str) -> RefundTold:
        """Queue a refund. There is no key against doubles: whoever calls this looked at `refunds` before."""
        body = {
            "transaction": paid.reference,
            "amount": amount,
            "currency": currency,
            "merchant_note": f"{own_id} {note}"[:200],
        }
        return _refund(data_of(self._line.post("/refund", body)))

    def refunds(self, paid: PaymentTold) -> list[RefundTold]:
        """Return what went back of a payment."""
        found: list[RefundTold] = []
        for page in range(1, _MOST_PAGES):
            rows = rows_of(self._line.get("/refund", transaction=paid.payment_id, perPage=_PAGE, page=page))
            found += [_refund(row) for row in rows]
            if len(rows) < _PAGE:
                break
        return found

    def event(self, headers: Mapping[str, str], body: bytes) -> Event:
        """Check the signature over the bytes as they came, then read what the webhook is about."""
        told = headers.get("x-paystack-signature", "").strip().lower().encode()
        own = hmac.new(self._secret.encode(), body, hashlib.sha512).hexdigest().encode()
        if not self._secret or not hmac.compare_digest(told, own):
            raise BadSignatureError
        try:
            content = orjson.loads(body)
            data = part(content, "data")
        except (orjson.JSONDecodeError, GatewayError) as failure:
            raise BadSignatureError from failure
        name = word(content, "event")
        reference = word(data, "reference") or word(data, "transaction_reference")
        # Events have neither id nor time: the same words are the same event.
        return Event(
            key=hashlib.sha256(body).hexdigest(),
            name=name,
            reference=reference,
            payment_id=word(data, "id"),
            live=data.get("domain", "live" if self.live else "test") != "test",
        )

    def close(self) -> None:
        """Let the connection go."""
        self._line.close()


def line_of(keys: GatewayKeys, base: str, **more: Any) -> GatewayLine:
    """Return a line to Paystack that proves itself with the secret key."""
    return GatewayLine(base, {"Authorization": f"Bearer {keys.secret}"}, **more)


def _payment(data: Mapping[str, Any]) -> PaymentTold:
    said = word(data, "status").lower()
    asked = data.get("requested_amount")
    paid = whole(data.get("amount"))
    # Where the payer carried the fees, `amount` has them in it and `requested_amount` is what was asked for.
    amount = min(paid, whole(asked)) if asked not in {None, 0, "0", ""} else paid
    fees = data.get("fees")
    return PaymentTold(
        reference=word(data, "reference"),
        gateway_id="",
        stands=_STANDS.get(said, Stands.PENDING),
        amount=amount,
        currency=word(data, "currency", 3).upper(),
        live=data.get("domain") == "live",
        payment_id=word(data, "id"),
        channel=word(data, "channel", 40),
        fees=whole(fees) if fees is not None else 0,
        paid_at=word(data, "paid_at", 40),
        word=said[:40],
        reason=word(data, "gateway_response", 200),
        claim=_claim(data.get("metadata")),
    )


def _claim(metadata: object) -> str:
    """Return our words out of what Paystack keeps with a payment, which comes as an object or as its text."""
    if isinstance(metadata, str):
        try:
            metadata = orjson.loads(metadata or "null")
        except orjson.JSONDecodeError:
            return ""
    return claim_in(metadata)


def _refund(data: Mapping[str, Any]) -> RefundTold:
    said = word(data, "status").lower()
    note = word(data, "merchant_note", 200)
    return RefundTold(
        word(data, "id"),
        _REFUND_STANDS.get(said, Stands.PENDING),
        whole(data.get("amount")),
        note.partition(" ")[0],
        said,
    )
