"""The words of the finance area: kinds of rows, what entries mean, how money comes in and where it stands."""

from enum import StrEnum

LEDGER_ENTRY = "ledger_entry"
ALLOCATION = "allocation"
PAYMENT = "payment"
RECEIPT = "receipt"
RECEIPT_TEXT = "receipt_text"
"""The words of a receipt: who paid, and what was printed. They can be erased, the receipt can't."""
RECEIPT_KEY = "receipt_key"
TILL = "till"
SHIFT = "shift"
CASH_MOVEMENT = "cash_movement"
FEE_STRUCTURE = "fee_structure"
INSTALMENT_PLAN = "instalment_plan"
DISCOUNT = "discount"
DISCOUNT_USE = "discount_use"
"""That a discount was given: to whom, against which charge."""
SUBSCRIPTION = "subscription"
SPONSOR = "sponsor"
REQUEST = "finance_request"
"""A refund, a void or a transfer that waits for a second person."""
FINANCE_POLICY = "finance_policy"
PAYMENT_EXCEPTION = "payment_exception"
"""That someone is left in peace until a day: no hold, and no reminder that wasn't asked for."""
PAYMENT_REMINDER = "payment_reminder"
REFUND_RULE = "refund_rule"
CANCELLATION = "enrolment_cancellation"
"""What cancelling an enrolment did to its charges, so that it can be taken back."""
STATEMENT_LINE = "statement_line"
ACCOUNT_NOTE = "account_note"


class EntryKind(StrEnum):
    """What a ledger entry is. Amounts are positive where a student owes more, negative where less."""

    CHARGE = "charge"
    DISCOUNT = "discount"
    SCHOLARSHIP = "scholarship"
    PAYMENT = "payment"
    REFUND = "refund"
    REVERSAL = "reversal"


class ChargeKind(StrEnum):
    """What a charge or a payment is for."""

    APPLICATION_FEE = "application_fee"
    TUITION = "tuition"
    INSTALMENT = "instalment"
    SUBSCRIPTION = "subscription"
    OTHER = "other"


class Method(StrEnum):
    """How money comes in."""

    CASH = "cash"
    CARD = "card"
    MOBILE_MONEY = "mobile_money"
    BANK_TRANSFER = "bank_transfer"
    CHEQUE = "cheque"
    PAYSTACK = "paystack"
    RAZORPAY = "razorpay"


AT_THE_DESK = (Method.CASH, Method.CARD, Method.MOBILE_MONEY, Method.BANK_TRANSFER, Method.CHEQUE)
NEEDS_REFERENCE = frozenset({Method.CARD, Method.MOBILE_MONEY, Method.BANK_TRANSFER, Method.CHEQUE})
"""Taken with the transaction's id, the transfer's reference or the cheque's number, as it was told."""


class PaymentState(StrEnum):
    """Where a payment stands. `unknown` is a gateway that didn't answer: resolved by asking, never by sending again."""

    PENDING = "pending"
    PROCESSING = "processing"
    UNKNOWN = "unknown"
    COMPLETED = "completed"
    FAILED = "failed"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"


PAID = frozenset({PaymentState.COMPLETED, PaymentState.PARTLY_REFUNDED, PaymentState.REFUNDED})
"""The money came in; what went back stands beside it."""


class Confirmation(StrEnum):
    """Whether anybody but the payer vouches for the money: a gateway, a bank statement, or the note in the hand."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"


class TillState(StrEnum):
    """A till is asked for, certified, and closed for good."""

    WAITING = "waiting"
    ACTIVE = "active"
    CLOSED = "closed"


class ShiftState(StrEnum):
    """A shift is open until its money is counted."""

    OPEN = "open"
    CLOSED = "closed"


class Movement(StrEnum):
    """What moves cash in a drawer beside payments."""

    DROP = "drop"
    BANK = "bank"
    PAY_IN = "pay_in"
    PAY_OUT = "pay_out"
    NO_SALE = "no_sale"
    """The drawer was opened and nothing moved."""


class RequestKind(StrEnum):
    """What a second person decides."""

    VOID = "void"
    REFUND = "refund"
    TRANSFER_PROOF = "transfer_proof"


class RequestState(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class InstalmentState(StrEnum):
    """Where an instalment stands; derived, never stored."""

    PENDING = "pending"
    PAID = "paid"
    PARTLY_PAID = "partly_paid"
    OVERDUE = "overdue"


class Account(StrEnum):
    """The accounts between which money is posted; each ledger entry's postings sum up to zero."""

    RECEIVABLE = "receivable"
    INCOME = "income"
    TAX = "tax"
    DISCOUNTS = "discounts"
    SCHOLARSHIPS = "scholarships"
    CASH = "cash"
    CARD = "card"
    MOBILE_MONEY = "mobile_money"
    BANK = "bank"
    CHEQUES = "cheques"
    GATEWAY = "gateway"


ACCOUNT_OF: dict[Method, Account] = {
    Method.CASH: Account.CASH,
    Method.CARD: Account.CARD,
    Method.MOBILE_MONEY: Account.MOBILE_MONEY,
    Method.BANK_TRANSFER: Account.BANK,
    Method.CHEQUE: Account.CHEQUES,
    Method.PAYSTACK: Account.GATEWAY,
    Method.RAZORPAY: Account.GATEWAY,
}
