"""Paystack on loopback: checks the key, amounts, currencies and references, and signs the webhooks that tests send."""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.providers.loopback import Provider, Question

SECRET = "sk_test_4f0a1b"
_REFERENCE = re.compile(r"[A-Za-z0-9.=-]{1,100}")
_CURRENCIES = {"GHS", "KES", "NGN", "ZAR", "USD"}


def _good(message: str, data: Any, **more: Any) -> tuple[int, dict[str, Any]]:
    return 200, {"status": True, "message": message, "data": data, **more}


def _bad(status: int, message: str, code: str = "") -> tuple[int, dict[str, Any]]:
    told = {
        "status": False,
        "message": message,
        "meta": {"nextStep": "Check"},
        "type": "validation_error",
        "code": code,
    }
    return status, told


@dataclass
class PaystackHere(Provider):
    """Transactions by reference, refunds in order, and what a merchant sees of them."""

    secret: str = SECRET
    domain: str = "test"
    transactions: dict[str, dict[str, Any]] = field(default_factory=dict)
    sent_back: list[dict[str, Any]] = field(default_factory=list)

    def pay(self, reference: str, status: str = "success", **changed: Any) -> dict[str, Any]:
        """A payer finishes (or fails) a payment; `changed` are fields as Paystack has them, amount and fees too."""
        row = self.transactions[reference]
        row |= {"status": status, "channel": "mobile_money", "paid_at": "2026-11-20T14:05:00.000Z", "fees": 195}
        row |= changed
        return row

    def webhook(self, reference: str, event: str = "charge.success", **changed: Any) -> tuple[dict[str, str], bytes]:
        """The headers and the body of an event, signed."""
        data = {**self.transactions[reference], **changed}
        return self.signed({"event": event, "data": data})

    def signed(self, content: dict[str, Any]) -> tuple[dict[str, str], bytes]:
        """The headers and the body of anything, signed with the account's key."""
        body = orjson.dumps(content)
        return {"x-paystack-signature": hmac.new(self.secret.encode(), body, hashlib.sha512).hexdigest()}, body

    def answer(self, question: Question) -> tuple[int, dict[str, Any]]:
        """Answer as the published specification says."""
        if question.headers.get("authorization") != f"Bearer {self.secret}":
            return _bad(401, "Invalid key", "invalid_Key")
        match question.method, question.path.split("/")[1:]:
            case "POST", ["transaction", "initialize"]:
                return self._begin(question.told)
            case "GET", ["transaction", "verify", reference]:
                row = self.transactions.get(reference)
                return _good("Verification successful", row) if row else _bad(404, "Entity not found")
            case "GET", ["transaction"]:
                return self._page(question, list(self.transactions.values())[::-1])
            case "POST", ["refund"]:
                return self._refund(question.told)
            case "GET", ["refund"]:
                wanted = question.query.get("transaction")
                return self._page(question, [one for one in self.sent_back if str(one["transaction"]) == wanted])
        return _bad(404, "Not found")

    def _page(self, question: Question, rows: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
        size, page = int(question.query.get("perPage", "50")), int(question.query.get("page", "1"))
        since = question.query.get("from", "")
        rows = [one for one in rows if one["created_at"] >= since[:19]]
        return _good("Retrieved", rows[(page - 1) * size : page * size], meta={"total": len(rows), "page": page})

    def _begin(self, told: Any) -> tuple[int, dict[str, Any]]:
        if not isinstance(told, dict) or "@" not in str(told.get("email", "")):
            return _bad(400, "Email Address is required", "missing_params")
        amount, reference = told.get("amount"), str(told.get("reference"))
        if isinstance(amount, bool) or not isinstance(amount, int) or amount < 1:
            return _bad(400, "Invalid Amount Sent", "invalid_params")
        if told.get("currency") not in _CURRENCIES:
            return _bad(400, "Currency not supported by merchant", "unsupported_currency")
        if not _REFERENCE.fullmatch(reference):
            return _bad(400, "Invalid reference", "invalid_params")
        if reference in self.transactions:
            return _bad(400, "Duplicate Transaction Reference", "duplicate_reference")
        number = 4_099_260_516 + len(self.transactions)
        self.transactions[reference] = {
            "id": number,
            "domain": self.domain,
            "status": "abandoned" if told.get("abandoned") else "ongoing",
            "reference": reference,
            "amount": amount,
            "requested_amount": amount,
            "currency": told["currency"],
            "fees": None,
            "channel": "card",
            "paid_at": None,
            "created_at": self.now().strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "metadata": told.get("metadata") or "",
            "plan": None,
        }
        code = f"ac{number}"
        data = {"authorization_url": f"{self.base}/pay/{code}", "access_code": code, "reference": reference}
        return _good("Authorization URL created", data)

    def _refund(self, told: Any) -> tuple[int, dict[str, Any]]:
        row = self.transactions.get(str(told.get("transaction")))
        if row is None or row["status"] not in {"success", "reversal pending"}:
            return _bad(400, "Transaction not found or not successful", "transaction_not_found")
        back = sum(
            one["amount"] for one in self.sent_back if one["transaction"] == row["id"] and one["status"] != "failed"
        )
        amount = told.get("amount", row["amount"])
        if not isinstance(amount, int) or amount < 1 or back + amount > row["amount"]:
            return _bad(400, "Refund amount cannot be more than transaction amount", "invalid_params")
        refund = {
            "id": 90_000 + len(self.sent_back),
            "transaction": row["id"],
            "amount": amount,
            "currency": row["currency"],
            "status": "pending",
            "merchant_note": told.get("merchant_note", ""),
            "created_at": row["created_at"],
        }
        self.sent_back.append(refund)
        return _good("Refund has been queued for processing", {**refund, "transaction": dict(row)})
