"""Paystack on loopback: checks the key, amounts, currencies and references, and signs the webhooks that tests send."""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.providers.loopback import Provider, Question
from tests.providers.paystack_phones import Phones
from tests.providers.paystack_words import bad, good

SECRET = "sk_test_4f0a1b"
_REFERENCE = re.compile(r"[A-Za-z0-9.=-]{1,100}")
_CURRENCIES = {"GHS", "KES", "NGN", "ZAR", "USD"}


@dataclass
class PaystackHere(Provider):
    """Transactions by reference, where a paid one leads the browser, refunds in order, and what a merchant sees."""

    secret: str = SECRET
    domain: str = "test"
    transactions: dict[str, dict[str, Any]] = field(default_factory=dict)
    callbacks: dict[str, str] = field(default_factory=dict)
    sent_back: list[dict[str, Any]] = field(default_factory=list)
    mobile: Phones = field(default_factory=Phones)

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
            return bad(401, "Invalid key", "invalid_Key")
        match question.method, question.path.split("/")[1:]:
            case "POST", ["transaction", "initialize"]:
                return self._begin(question.told)
            case "GET", ["transaction", "verify", reference]:
                row = self.transactions.get(reference)
                return good("Verification successful", row) if row else bad(404, "Entity not found")
            case "GET", ["transaction"]:
                return self._page(question, list(self.transactions.values())[::-1])
            case "POST", ["refund"]:
                return self._refund(question.told)
            case "GET", ["refund"]:
                wanted = question.query.get("transaction")
                return self._page(question, [one for one in self.sent_back if str(one["transaction"]) == wanted])
        return self.mobile.answer(self, question)

    def _page(self, question: Question, rows: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
        size, page = int(question.query.get("perPage", "50")), int(question.query.get("page", "1"))
        since = question.query.get("from", "")
        rows = [one for one in rows if one["created_at"] >= since[:19]]
        return good("Retrieved", rows[(page - 1) * size : page * size], meta={"total": len(rows), "page": page})

    def _begin(self, told: Any) -> tuple[int, dict[str, Any]]:
        refused = self.refusal(told)
        if refused is not None:
            return refused
        row = self.made(told)
        code, reference = f"ac{row['id']}", row["reference"]
        self.callbacks[reference] = str(told.get("callback_url", ""))
        data = {"authorization_url": f"{self.base}/pay/{code}", "access_code": code, "reference": reference}
        return good("Authorization URL created", data)

    def refusal(self, told: Any) -> tuple[int, dict[str, Any]] | None:
        """Why no payment can be begun by this, or None."""
        if not isinstance(told, dict) or "@" not in str(told.get("email", "")):
            return bad(400, "Email Address is required", "missing_params")
        amount, reference = told.get("amount"), str(told.get("reference"))
        if isinstance(amount, bool) or not isinstance(amount, int) or amount < 1:
            return bad(400, "Invalid Amount Sent", "invalid_params")
        if told.get("currency") not in _CURRENCIES:
            return bad(400, "Currency not supported by merchant", "unsupported_currency")
        if not _REFERENCE.fullmatch(reference):
            return bad(400, "Invalid reference", "invalid_params")
        if reference in self.transactions:
            return bad(400, "Duplicate Transaction Reference", "duplicate_reference")
        return None

    def made(self, told: dict[str, Any], **more: Any) -> dict[str, Any]:
        """The transaction of a payment that begins."""
        number, reference = 4_099_260_516 + len(self.transactions), str(told["reference"])
        self.transactions[reference] = {
            "id": number,
            "domain": self.domain,
            "status": "abandoned" if told.get("abandoned") else "ongoing",
            "reference": reference,
            "amount": told["amount"],
            "requested_amount": told["amount"],
            "currency": told["currency"],
            "fees": None,
            "channel": "card",
            "paid_at": None,
            "created_at": self.now().strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "metadata": told.get("metadata") or "",
            "plan": None,
            **more,
        }
        return self.transactions[reference]

    def _refund(self, told: Any) -> tuple[int, dict[str, Any]]:
        row = self.transactions.get(str(told.get("transaction")))
        if row is None or row["status"] not in {"success", "reversal pending"}:
            return bad(400, "Transaction not found or not successful", "transaction_not_found")
        back = sum(
            one["amount"] for one in self.sent_back if one["transaction"] == row["id"] and one["status"] != "failed"
        )
        amount = told.get("amount", row["amount"])
        if not isinstance(amount, int) or amount < 1 or back + amount > row["amount"]:
            return bad(400, "Refund amount cannot be more than transaction amount", "invalid_params")
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
        return good("Refund has been queued for processing", {**refund, "transaction": dict(row)})
