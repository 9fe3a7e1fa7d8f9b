"""The words of reconciliation: kinds of rows, where lines come from, what they are matched with, and their states."""

from enum import StrEnum

BANK_LAYOUT = "bank_layout"
BANK_STATEMENT = "bank_statement"
STATEMENT_LINE = "statement_line"
MONEY_MATCH = "money_match"
TRANSFER_PROOF = "transfer_proof"


class Origin(StrEnum):
    """Who tells of a line of money."""

    BANK = "bank"
    PAYSTACK = "paystack"
    RAZORPAY = "razorpay"


class LineState(StrEnum):
    """Whether a line still has to be explained; whether it is matched is derived from its matches."""

    OPEN = "open"
    ASIDE = "aside"
    """It is none of the students' money: bank charges, interest, a test."""


class LinePart(StrEnum):
    """Where a line stands in the list: whether it wants an explanation, has one, or needs none."""

    OPEN = "open"
    MATCHED = "matched"
    ASIDE = "aside"


class Goal(StrEnum):
    """What a line's money is."""

    PAYMENT = "payment"
    CASH_MOVEMENT = "cash_movement"
    REQUEST = "finance_request"
    RETURN = "return"
    """Money that nobody could be found for, on its way back."""


class Effect(StrEnum):
    """What a match did beside saying what belongs together, and what ending it takes back."""

    NONE = ""
    CONFIRMED = "confirmed"
    PLACED = "placed"


class MatchState(StrEnum):
    """Where a match stands; only a return waits, for a second person."""

    WAITING = "waiting"
    MADE = "made"
    ENDED = "ended"
    REFUSED = "refused"


COUNTING = frozenset({MatchState.WAITING, MatchState.MADE})
"""The states in which a match takes its part of a line."""


class ProofState(StrEnum):
    """Where a proof of a transfer stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class LineProblem(StrEnum):
    """Why money that a gateway lists isn't what was asked for."""

    OTHER_AMOUNT = "other_amount"
    OTHER_CURRENCY = "other_currency"
    TEST_MONEY = "test_money"
    LIVE_MONEY = "live_money"
    UNKNOWN_REFERENCE = "unknown_reference"
