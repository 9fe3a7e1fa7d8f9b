"""Phones at Paystack's simulator: what each network's customers do, checked as exactly as the specification says."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.providers.loopback import Question
from tests.providers.paystack_words import bad, good

APPROVES = "0551234987"
"""The published number of the test mode: MTN approves at once."""
ASKS = "0244000111"
"""A customer of MTN who looks at the prompt and says nothing until the test lets her."""
CODE_PHONE = "0201234567"
"""A customer of Telecel, who dials for a voucher first."""
POOR = "0270000000"
"""Has too little on the phone."""
PIN_PHONE = "0260000000"
"""The network wants a PIN in the browser, which no one gives here."""
OTP = "481516"
_LOCAL = {"GHS": re.compile(r"0[2-9]\d{8}"), "KES": re.compile(r"\+254\d{9}")}
_BANKS = {
    "GHS": (("MTN", "MTN"), ("ATL", "AirtelTigo"), ("VOD", "Telecel"), ("OLD", "Gone")),
    "KES": (("MPESA", "M-PESA"),),
}


@dataclass
class Phones:
    """Prompts by reference, the words that they were asked with, and codes that came."""

    prompts: dict[str, dict[str, Any]] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)

    def answer(self, here: Any, question: Question) -> tuple[int, dict[str, Any]]:
        """Answer what is asked about phones."""
        match question.method, question.path.split("/")[1:]:
            case "GET", ["bank"]:
                return self.banks(question.query)
            case "POST", ["charge"]:
                return self.charge(here, question.told)
            case "POST", ["charge", "submit_otp"]:
                return self.take_code(here, question.told)
            case "GET", ["charge", reference]:
                return self.stands(here, reference)
        return bad(404, "Not found")

    def banks(self, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The networks; one of them is switched off."""
        if query.get("type") != "mobile_money" or query.get("currency") not in _BANKS:
            return good("Banks retrieved", [])
        rows = [
            {"name": name, "code": code, "type": "mobile_money", "active": code != "OLD", "is_deleted": False}
            for code, name in _BANKS[query["currency"]]
        ]
        return good("Banks retrieved", rows)

    def charge(self, here: Any, told: Any) -> tuple[int, dict[str, Any]]:
        """A prompt begins."""
        refused = here.refusal(told)
        if refused is not None:
            return refused  # type: ignore[no-any-return] # the simulator's
        asked = told.get("mobile_money")
        if not isinstance(asked, dict) or set(asked) != {"phone", "provider"}:
            return bad(400, "Mobile money details are invalid", "invalid_params")
        codes = {code.lower() for code, _ in _BANKS.get(told["currency"], ()) if code != "OLD"}
        pattern = _LOCAL.get(told["currency"])
        if asked["provider"] not in codes:
            return bad(400, "Invalid provider", "invalid_params")
        if pattern is None or not pattern.fullmatch(str(asked["phone"])):
            return bad(400, "Invalid phone number", "invalid_params")
        here.made(told, status="ongoing", channel="mobile_money")
        self.prompts[told["reference"]] = {"phone": asked["phone"], "status": self._first(asked)}
        if asked["phone"] == APPROVES:
            here.pay(told["reference"])
        if asked["phone"] == POOR:
            here.pay(told["reference"], "failed", paid_at=None, gateway_response="LOW_BALANCE_OR_PAYEE_LIMIT_REACHED")
        return self.stands(here, told["reference"])

    @staticmethod
    def _first(asked: dict[str, str]) -> str:
        if asked["provider"] == "vod" or asked["phone"] == CODE_PHONE:
            return "send_otp"
        return "send_pin" if asked["phone"] == PIN_PHONE else "pay_offline"

    def take_code(self, here: Any, told: Any) -> tuple[int, dict[str, Any]]:
        """A network's code comes; a right one sends the prompt, a wrong one is asked for again."""
        if not isinstance(told, dict) or set(told) != {"otp", "reference"} or not isinstance(told["otp"], str):
            return bad(400, "OTP and reference are required", "missing_params")
        prompt = self.prompts.get(str(told["reference"]))
        if prompt is None or prompt["status"] != "send_otp":
            return bad(400, "Transaction is not waiting for an OTP", "invalid_params")
        self.codes.append(told["otp"])
        if not told["otp"].isdigit():
            return bad(400, "Invalid OTP", "invalid_params")
        if told["otp"] == OTP:
            prompt["status"] = "pay_offline"
        else:
            prompt["again"] = True
        return self.stands(here, str(told["reference"]))

    def stands(self, here: Any, reference: str) -> tuple[int, dict[str, Any]]:
        """How a prompt stands."""
        prompt, row = self.prompts.get(reference), here.transactions.get(reference)
        if prompt is None or row is None:
            return bad(404, "Transaction reference not found")
        if row["status"] in {"success", "failed"}:
            return good("Charge attempted", {**row, "message": row.get("gateway_response", "")})
        words = {
            "pay_offline": "Please complete authorization process on your mobile phone",
            "send_otp": "Wrong voucher. Try again" if prompt.get("again") else "Dial *110# for a voucher code",
        }
        data = {"reference": reference, "status": prompt["status"], "display_text": words.get(prompt["status"], "")}
        return good("Charge attempted", data)
