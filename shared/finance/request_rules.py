"""What stands against a void or a refund: nothing goes back twice, nor more than was paid, nor by one person alone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.core.money import money_text
from shared.core.text import text
from shared.finance.vocabulary import EntryKind, PaymentState, RequestKind, RequestState

Body = Mapping[str, Any]
Refusal = tuple[str, str]
_OPEN = frozenset({RequestState.WAITING, RequestState.APPROVED})
_GONE = frozenset({PaymentState.VOIDED, PaymentState.FAILED, PaymentState.REFUNDED})


def left_to_refund(entries: Sequence[Body], requests: Iterable[Body], person_id: str | None = None) -> int:
    """Return what of a payment can still go back, to one person or (None) in all.

    `entries` are those of the payment, `requests` what was asked about it; what waits counts as given back.
    """
    gone = {one["reverses_id"] for one in entries if one["reverses_id"]}
    paid = sum(
        -one["amount"]
        for one in entries
        if one["kind"] == EntryKind.PAYMENT and one["id"] not in gone and person_id in (None, one["person_id"])
    )
    back = sum(
        one["amount"]
        for one in requests
        if one["kind"] == RequestKind.REFUND and one["state"] in _OPEN and person_id in (None, one["person_id"])
    )
    return max(0, int(paid - back))


def ask_fault(kind: RequestKind, payment: Body, requests: Iterable[Body], left: int, amount: int) -> Refusal | None:
    """Return why this can't be asked for, or None. `left` is what can still go back."""
    others = [one for one in requests if one["state"] in _OPEN]
    if payment["state"] in _GONE:
        return "payment_gone", text("Receipt {number} was voided or given back already.", number=_number(payment))
    if any(one["kind"] == RequestKind.VOID for one in others):
        return "void_asked", text("A void of receipt {number} waits already.", number=_number(payment))
    if kind is RequestKind.VOID:
        if any(one["kind"] == RequestKind.REFUND for one in others):
            words = text("Some of receipt {number} goes back already. Refund the rest.", number=_number(payment))
            return "refund_asked", words
        return None
    if amount < 1:
        return "bad_amount", text("Enter an amount above zero.")
    if amount > left:
        shown = money_text(left, payment["currency"])
        return "refund_too_large", text("Only {amount} of this payment can go back.", amount=shown)
    return None


def decide_fault(request: Body, person_id: str) -> Refusal | None:
    """Return why this person can't decide a request, or None."""
    if request["state"] != RequestState.WAITING:
        return "request_settled", text("This was decided already.")
    if request["asked_by"] == person_id:
        return "second_person", text("You asked for this yourself. Somebody else decides.")
    return None


def state_after_refund(payment: Body, entries: Sequence[Body], amount: int) -> PaymentState:
    """Return where a payment stands once `amount` more went back; `entries` are those from before."""
    gone = {one["reverses_id"] for one in entries if one["reverses_id"]}
    living = [one for one in entries if one["kind"] == EntryKind.REFUND and one["id"] not in gone]
    back = sum(one["amount"] for one in living) + amount
    return PaymentState.REFUNDED if back >= payment["amount"] else PaymentState.PARTLY_REFUNDED


def _number(payment: Body) -> str:
    return str(payment["receipt_number"] or payment["reference"])
