"""Mobile money at Paystack: the networks, a prompt on a phone, the code that some networks give, and how it stands."""

from typing import Any
from urllib.parse import quote

from server.finance.gateway import GatewayError, Network, Phone, Prompted, Stands, Start, word
from server.finance.gateway_http import GatewayLine, Reply
from server.finance.paystack_replies import data_of, refused, rows_of, worked
from shared.finance.mobile_rules import CALLING_CODES, MOBILE, Step

_STANDS = {"success": Stands.PAID, "failed": Stands.FAILED, "timeout": Stands.FAILED}
_STEPS = {
    "pay_offline": Step.PHONE,
    "pending": Step.PHONE,
    "send_otp": Step.CODE,
    **dict.fromkeys(("send_pin", "send_phone", "send_birthday", "send_address", "open_url"), Step.ELSEWHERE),
}
_LONGEST_WORDS = 280
_LOCAL = frozenset({"GHS"})
"""Where numbers are written as people dial them at home; elsewhere as from abroad."""


class PaystackMobile:
    """Prompts through one account at Paystack."""

    def __init__(self, line: GatewayLine) -> None:
        self._line = line

    def networks(self, currency: str) -> list[Network]:
        """Return the networks; their codes are Paystack's to change, so they are never kept in the code."""
        if currency not in CALLING_CODES:
            return []
        rows = rows_of(self._line.get("/bank", currency=currency, type=MOBILE))
        active = (one for one in rows if one.get("active") is not False and one.get("is_deleted") is not True)
        found = [Network(word(one, "code", 20).lower(), word(one, "name", 60)) for one in active]
        return [one for one in found if one.code and one.name]

    def prompt(self, wanted: Start, phone: Phone) -> Prompted:
        """Ask for money on a phone, once; whatever happens after that is found by asking."""
        body = {
            "email": wanted.email,
            "amount": wanted.amount,
            "currency": wanted.currency,
            "reference": wanted.reference,
            "mobile_money": {"phone": _dialled(phone.number, wanted.currency), "provider": phone.network.lower()},
            "metadata": wanted.kept(),
        }
        return self._prompted(self._line.post("/charge", body), wanted.reference)

    def give_code(self, reference: str, code: str) -> Prompted:
        """Hand a code on; a wrong one is refused, or asked for again."""
        return self._prompted(self._line.post("/charge/submit_otp", {"otp": code, "reference": reference}), reference)

    def stands(self, reference: str) -> Prompted | None:
        """Return how a prompt stands."""
        reply = self._line.get(f"/charge/{quote(reference, safe='')}")
        if not worked(reply) and refused(reply).code != "key_refused":
            return None
        return self._prompted(reply, reference)

    @staticmethod
    def _prompted(reply: Reply, reference: str) -> Prompted:
        if not worked(reply) and str(reply.told.get("code")) == "duplicate_reference":
            raise GatewayError("already_begun", "the reference is known there")
        data: Any = data_of(reply)
        if word(data, "reference") not in {"", reference}:
            raise GatewayError("answer_unreadable", "another payment")
        said = word(data, "status").lower()
        stands = _STANDS.get(said, Stands.PENDING)
        told = word(data, "display_text", _LONGEST_WORDS)
        if stands is Stands.FAILED:
            told = word(data, "gateway_response", _LONGEST_WORDS) or word(data, "message", _LONGEST_WORDS) or told
        return Prompted(stands, _STEPS.get(said, Step.NONE), told)


def _dialled(number: str, currency: str) -> str:
    prefix = f"+{CALLING_CODES[currency]}"
    return f"0{number[len(prefix) :]}" if currency in _LOCAL and number.startswith(prefix) else number
