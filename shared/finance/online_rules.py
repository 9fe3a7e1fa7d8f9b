"""Payments through a gateway: how their states move, when money is what was asked for, and when to ask again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.core.text import text
from shared.finance.vocabulary import Method, PaymentState

GATEWAYS = (Method.PAYSTACK, Method.RAZORPAY)
LONGEST_KEY_ID, LONGEST_SECRET = 120, 300
"""Letters of an account's keys that are kept."""
CURRENCIES_OF: Mapping[Method, tuple[str, ...]] = {
    Method.PAYSTACK: ("GHS", "KES", "NGN", "USD", "ZAR"),
    Method.RAZORPAY: ("INR",),
}
"""In what each gateway takes money."""
LEAST_OF: Mapping[Method, int] = {Method.PAYSTACK: 1, Method.RAZORPAY: 100}
"""The least amount of a payment, in minor units."""
WAITING = frozenset({PaymentState.PENDING, PaymentState.UNKNOWN, PaymentState.PROCESSING})
"""Nothing is decided yet: the gateway is asked."""
_ORDER = (
    PaymentState.PENDING,
    PaymentState.UNKNOWN,
    PaymentState.PROCESSING,
    PaymentState.FAILED,
    PaymentState.COMPLETED,
)
# A payment that failed here can still be paid there; one that was paid is never anything less.
AT_ONCE, _SOON, _LATER = 15, 120, 1_800
_FRESH, _YOUNG, GIVEN_UP = 600, 3_600, 259_200
"""Seconds: how long the gateway is asked often, then less often, until a payment is given up."""
UNFINISHED = 3_600
"""Seconds for which a page that its payer left can still be on somebody's screen."""
UNKNOWN_THERE = 900
"""Seconds after which a payment that the gateway never heard of is none."""


class Problem(StrEnum):
    """Why a person has to look at a payment."""

    OTHER_AMOUNT = "other_amount"
    OTHER_CURRENCY = "other_currency"
    TEST_MONEY = "test_money"
    LIVE_MONEY = "live_money"
    REFUND_FAILED = "refund_failed"


@dataclass(frozen=True)
class Money:
    """An amount in minor units, its currency, and whether it is real."""

    amount: int
    currency: str
    live: bool


def moved(present: PaymentState, told: PaymentState) -> PaymentState:
    """Return where a payment stands after something was told of it: forward or nowhere, in whatever order it comes."""
    if present not in _ORDER or told not in _ORDER:
        return present
    return max(present, told, key=_ORDER.index)


def money_problem(asked: Money, told: Money) -> Problem | None:
    """Return why money that came isn't what was asked for, or None; what isn't is never credited."""
    if asked.live != told.live:
        return Problem.LIVE_MONEY if told.live else Problem.TEST_MONEY
    if asked.currency != told.currency:
        return Problem.OTHER_CURRENCY
    return Problem.OTHER_AMOUNT if asked.amount != told.amount else None


def pause(age: float) -> int:
    """Return after how many seconds a payment that began `age` seconds ago is asked for again."""
    if age < _FRESH:
        return AT_ONCE
    return _SOON if age < _YOUNG else _LATER


def given_up(age: float) -> bool:
    """Tell whether nobody can be expected to pay any more; money that comes all the same is found by the lists."""
    return age >= GIVEN_UP


def overlaps(one: Iterable[str], other: Iterable[str]) -> bool:
    """Tell whether two payments are for the same charge, or both for none."""
    mine, theirs = set(one), set(other)
    return bool(mine & theirs) or not (mine or theirs)


def charges_of(payment: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return the charges (id, amount) that a payment was begun for."""
    kept = (payment.get("metadata") or {}).get("charges") or []
    return [(str(one["entry_id"]), int(one["amount"])) for one in kept]


def refund_method_fault(method: str, payment: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return why money can't go back this way, or None: a gateway sends back only what came through it."""
    if method in GATEWAYS and payment["gateway"] != method:
        words = text("This payment didn't come through {gateway}. Choose another way.", gateway=method.title())
        return "refund_method", words
    return None


def problem_text(problem: str) -> str:
    """Return what people are told of a problem; empty where there is none."""
    words = {
        Problem.OTHER_AMOUNT: text("Another amount came than was asked for. Nothing was credited."),
        Problem.OTHER_CURRENCY: text("Money of another currency came. Nothing was credited."),
        Problem.TEST_MONEY: text("The gateway's test mode says that this was paid. No money came."),
        Problem.LIVE_MONEY: text("Real money came for a payment of the test mode. Nothing was credited."),
        Problem.REFUND_FAILED: text("The gateway didn't send the refund. Give the money back another way."),
    }
    return words[Problem(problem)] if problem in set(Problem) else ""
