"""Mobile money through a gateway: what a payer does next, in which currencies, how long one waits, and its words."""

from collections.abc import Mapping
from enum import StrEnum

from shared.core.text import text

MOBILE = "mobile_money"
CALLING_CODES: Mapping[str, str] = {"GHS": "233", "KES": "254"}
"""The currencies of mobile money, and the country whose numbers are meant where a number names none."""
ASK_AGAIN = 10
"""Seconds at least between two questions about the same prompt."""
UNANSWERED = 180
"""Seconds after which a prompt that nobody answered is unknown; the gateway's lists and events finish it."""
OWN_PROMPTS, OFFICE_PROMPTS, PROMPTS_WITHIN = 5, 60, 600
"""How many prompts someone, or whoever takes payments, may send within so many seconds: each rings a phone."""


class Step(StrEnum):
    """What the payer does next."""

    NONE = ""
    PHONE = "phone"
    """Approve the prompt on the phone."""
    CODE = "code"
    """Enter the code that the network gave."""
    ELSEWHERE = "elsewhere"
    """Something that can't be done here."""


def step_words(step: str, phone_end: str, said: str) -> str:
    """Return what the payer is told to do; `said` are the network's own words, `phone_end` the number's last digits."""
    words = {
        Step.PHONE: text("Approve the payment on the phone that ends in {digits}.", digits=phone_end),
        Step.CODE: text("The network asks for a code of the phone that ends in {digits}.", digits=phone_end),
        Step.ELSEWHERE: text("The network asks for what can't be entered here. Pay in the browser instead."),
    }
    first = words.get(Step(step), "")
    return " ".join(part for part in (first, said) if part)
