"""What makes a payment one that can be taken, what it is called, and whether anybody vouches for its money."""

import re
from collections.abc import Sequence
from datetime import UTC

from shared.core.clock import parse_instant
from shared.core.ids import derived_id
from shared.core.text import text
from shared.finance.commands import PaidFor, TakePayment, Tender
from shared.finance.vocabulary import NEEDS_REFERENCE, Confirmation, Method, PaymentState
from shared.people.rules import field_error

Refusal = tuple[str, str]
"""A stable code and the sentence for whoever asked."""
_REFERENCE = re.compile(r"PAY-[0-9]{14}-[0-9A-F]{12}")


def payment_reference(payment_id: str, taken_at: str) -> str:
    """Return `PAY-20261121143005-9C41F2A07B3E`: when it was taken, and what chance put into its id."""
    moment = parse_instant(taken_at).astimezone(UTC)
    return f"PAY-{moment:%Y%m%d%H%M%S}-{payment_id.replace('-', '')[-12:].upper()}"


def is_payment_reference(reference: str) -> bool:
    """Tell whether a reference is one that `payment_reference` makes, of whatever institute."""
    return _REFERENCE.fullmatch(reference) is not None


def receipt_id(payment_id: str) -> str:
    """Return the id of the receipt of a payment: there is one."""
    return derived_id("receipt", payment_id)


def confirmation_of(tenders: Sequence[Tender]) -> Confirmation:
    """Cash is its own proof; all else waits until a statement or a gateway says that it came."""
    cash = all(one.method is Method.CASH for one in tenders)
    return Confirmation.CONFIRMED if cash else Confirmation.UNCONFIRMED


def state_of(confirmation: Confirmation) -> PaymentState:
    """Return where a payment of the desk stands."""
    return {
        Confirmation.CONFIRMED: PaymentState.COMPLETED,
        Confirmation.UNCONFIRMED: PaymentState.PROCESSING,
        Confirmation.REFUSED: PaymentState.FAILED,
    }[confirmation]


def methods_of(tenders: Sequence[Tender]) -> str:
    """Return the words of the methods, each once, as the entry of a payment keeps them: `cash,mobile_money`."""
    return ",".join(dict.fromkeys(str(one.method) for one in tenders))


def payment_fault(payment: TakePayment) -> Refusal | None:
    """Return why no till can have taken this, or None."""
    if sum(one.amount for one in payment.tenders) != payment.amount:
        return "tenders_differ", text("What was taken in parts doesn't add up to the payment. Check the amounts.")
    if sum(one.amount for one in payment.paid_for) != payment.amount:
        return "shares_differ", text("The students' shares don't add up to the payment. Check the amounts.")
    people = [one.person_id for one in payment.paid_for]
    if len(set(people)) != len(people):
        return "student_twice", text("A student stands in this payment twice. Put the amounts together.")
    return _tender_fault(payment.tenders) or _share_fault(payment.paid_for)


def _tender_fault(tenders: Sequence[Tender]) -> Refusal | None:
    for one in tenders:
        if one.given and (one.method is not Method.CASH or one.given < one.amount):
            return "too_little_given", text("Less cash was handed over than it pays. Check the amounts.")
        if one.method in NEEDS_REFERENCE and not one.reference.strip():
            words = text("Enter the transaction's id, the transfer's reference or the cheque's number.")
            return "reference_missing", words
    return None


def _share_fault(shares: Sequence[PaidFor]) -> Refusal | None:
    for one in shares:
        charges = [part.entry_id for part in one.goes_to]
        if len(set(charges)) != len(charges):
            return "charge_twice", text("A charge stands in this payment twice. Put the amounts together.")
        if sum(part.amount for part in one.goes_to) > one.amount:
            return "share_exceeded", text("More would be paid on charges than the student's share. Check the amounts.")
    return None


def send_to_fault(send_to: str, students: int) -> Refusal | None:
    """Return why a receipt for so many students can't be sent to whoever pays, or None.

    No reason to refuse a payment that a till took: its money is there, wherever the receipt goes.
    """
    if not send_to:
        return None
    if students < 2:
        return "send_to_single", text(
            "The receipt of one student goes to the student. Leave out where else to send it."
        )
    if field_error("email" if "@" in send_to else "phone", send_to) is None:
        return None
    return "send_to_faulty", text("Enter a mail address like ama@example.org, or a phone number.")


def change_of(tender: Tender) -> int:
    """Return what goes back to whoever paid in cash."""
    return max(0, tender.given - tender.amount)
