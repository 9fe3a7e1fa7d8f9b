"""Razorpay on loopback: checks key and secret, amounts, receipts and idempotency keys, and signs webhooks."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.providers.loopback import Provider, Question

KEY_ID, SECRET, WEBHOOK_SECRET = "rzp_test_1DP5mmOlF5G5ag", "thiswillbesecret", "whsec_km"
_KEY = re.compile(r"[A-Za-z0-9_-]{10,}")
_LEAST = 100
_MOST_NOTES, _LONGEST_NOTE = 15, 256


def _bad(status: int, description: str, code: str = "BAD_REQUEST_ERROR") -> tuple[int, dict[str, Any]]:
    return status, {"error": {"code": code, "description": description, "source": "business", "metadata": {}}}


def _list(rows: list[dict[str, Any]], question: Question) -> tuple[int, dict[str, Any]]:
    skip, count = int(question.query.get("skip", "0")), int(question.query.get("count", "10"))
    if count > 100:
        return _bad(400, "The count may not be greater than 100.")
    page = rows[skip : skip + count]
    return 200, {"entity": "collection", "count": len(page), "items": page}


@dataclass
class RazorpayHere(Provider):
    """Orders and payments by id, refunds by payment."""

    key_id: str = KEY_ID
    secret: str = SECRET
    webhook_secret: str = WEBHOOK_SECRET
    refunds_wait: bool = False
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    sent_back: list[dict[str, Any]] = field(default_factory=list)
    idempotent: dict[str, tuple[bytes, dict[str, Any]]] = field(default_factory=dict)

    def pay(self, receipt: str, status: str = "captured", **changed: Any) -> dict[str, Any]:
        """A payer pays (or tries to pay) the order of a receipt; returns the payment."""
        order = next(one for one in self.orders.values() if one["receipt"] == receipt)
        payment = {
            "id": f"pay_{len(self.payments):014d}",
            "entity": "payment",
            "order_id": order["id"],
            "amount": order["amount"],
            "currency": order["currency"],
            "status": status,
            "captured": status == "captured",
            "method": "upi",
            "amount_refunded": 0,
            "refund_status": None,
            "fee": 1180,
            "created_at": int(self.now().timestamp()) + 60,
            **changed,
        }
        order["attempts"] += 1
        order["status"] = "paid" if payment["captured"] else "attempted"
        self.payments[payment["id"]] = payment
        return payment

    def signature(self, order_id: str, payment_id: str) -> str:
        """What the checkout page brings back."""
        return hmac.new(self.secret.encode(), f"{order_id}|{payment_id}".encode(), hashlib.sha256).hexdigest()

    def webhook(self, payment: dict[str, Any], event: str = "payment.captured") -> tuple[dict[str, str], bytes]:
        """The headers and the body of an event about a payment, signed."""
        content = {
            "entity": "event",
            "account_id": "acc_BFQ7uQEaa7j2z7",
            "event": event,
            "contains": ["payment"],
            "payload": {"payment": {"entity": payment}},
            "created_at": int(self.now().timestamp()) + 61,
        }
        return self.signed(content, f"evt_{event}_{payment['id']}")

    def refund_webhook(self, refund: dict[str, Any]) -> tuple[dict[str, str], bytes]:
        """The headers and the body of an event about a refund as it stands, signed."""
        name = f"refund.{refund['status']}"
        payload = {"refund": {"entity": refund}, "payment": {"entity": self.payments[refund["payment_id"]]}}
        content = {"entity": "event", "event": name, "contains": ["refund", "payment"], "payload": payload}
        return self.signed(content, f"evt_{name}_{refund['id']}")

    def signed(self, content: dict[str, Any], event_id: str) -> tuple[dict[str, str], bytes]:
        """The headers and the body of anything, signed with the webhook's secret."""
        body = orjson.dumps(content)
        signature = hmac.new(self.webhook_secret.encode(), body, hashlib.sha256).hexdigest()
        return {"x-razorpay-signature": signature, "x-razorpay-event-id": event_id}, body

    def answer(self, question: Question) -> tuple[int, dict[str, Any]]:
        """Answer as the documents say."""
        proof = base64.b64encode(f"{self.key_id}:{self.secret}".encode()).decode()
        if question.headers.get("authorization") != f"Basic {proof}":
            return _bad(401, "Authentication failed")
        match question.method, question.path.split("/")[1:]:
            case "POST", ["orders"]:
                return self._order(question.told)
            case "GET", ["orders"]:
                rows = list(self.orders.values())[::-1]
                wanted, since = question.query.get("receipt"), int(question.query.get("from", "0"))
                rows = [one for one in rows if wanted in {None, one["receipt"]} and one["created_at"] >= since]
                return _list(rows, question)
            case "GET", ["orders", order_id]:
                order = self.orders.get(order_id)
                return (200, order) if order else _bad(400, "The id provided does not exist")
            case "GET", ["orders", order_id, "payments"]:
                rows = [one for one in self.payments.values() if one["order_id"] == order_id]
                return _list(rows[::-1], question)
            case "POST", ["payments", payment_id, "refund"]:
                return self._refund(payment_id, question)
            case "GET", ["payments", payment_id, "refunds"]:
                return _list([one for one in self.sent_back if one["payment_id"] == payment_id], question)
        return _bad(404, "The requested URL was not found on the server.")

    def _order(self, told: Any) -> tuple[int, dict[str, Any]]:
        amount, receipt = told.get("amount"), str(told.get("receipt", ""))
        if isinstance(amount, bool) or not isinstance(amount, int) or amount < _LEAST:
            return _bad(400, "The amount must be at least INR 1.00")
        if told.get("currency") != "INR":
            return _bad(400, "Currency is not supported")
        if not 0 < len(receipt) <= 40:
            return _bad(400, "The receipt may not be greater than 40 characters.")
        if any(one["receipt"] == receipt for one in self.orders.values()):
            return _bad(400, "Receipt should be unique")
        notes = told.get("notes") or {}
        if len(notes) > _MOST_NOTES or any(len(str(one)) > _LONGEST_NOTE for one in notes.values()):
            return _bad(400, "notes: number of fields should be less than or equal to 15 of 256 characters each")
        order = {
            "id": f"order_{len(self.orders):014d}",
            "entity": "order",
            "amount": amount,
            "currency": "INR",
            "receipt": receipt,
            "status": "created",
            "attempts": 0,
            "notes": notes or [],
            "created_at": int(self.now().timestamp()),
        }
        self.orders[order["id"]] = order
        return 200, order

    def _refund(self, payment_id: str, question: Question) -> tuple[int, dict[str, Any]]:
        payment, told = self.payments.get(payment_id), question.told
        key = question.headers.get("x-refund-idempotency", "")
        if key and not _KEY.fullmatch(key):
            return _bad(400, "The idempotency key is not valid.")
        if key in self.idempotent:
            body, before = self.idempotent[key]
            if body != question.body:
                message = "Different request with the same idempotency key has already been processed."
                return _bad(400, message)
            return 200, before
        if payment is None or not payment["captured"]:
            return _bad(400, "The payment has not been captured")
        amount = told.get("amount")
        if not isinstance(amount, int) or amount < 1 or payment["amount_refunded"] + amount > payment["amount"]:
            return _bad(400, "The total refund amount is greater than the refund payment amount")
        payment["amount_refunded"] += amount
        is_whole = payment["amount_refunded"] == payment["amount"]
        payment |= {"refund_status": "full", "status": "refunded"} if is_whole else {"refund_status": "partial"}
        refund = {
            "id": f"rfnd_{len(self.sent_back):014d}",
            "entity": "refund",
            "amount": amount,
            "currency": payment["currency"],
            "payment_id": payment_id,
            "receipt": told.get("receipt"),
            "notes": told.get("notes") or [],
            "status": "pending" if self.refunds_wait else "processed",
            "created_at": int(self.now().timestamp()) + 120,
        }
        self.sent_back.append(refund)
        self.idempotent[key] = (question.body, refund)
        return 200, refund
