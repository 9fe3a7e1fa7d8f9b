"""The words of what affiliates and instructors earn: kinds of rows, who is paid, and where a payout stands."""

from enum import StrEnum

AFFILIATE = "affiliate"
REFERRAL = "referral"
REVENUE_SHARE = "revenue_share"
EARNING = "earning"
PAYOUT = "payout"


class Payee(StrEnum):
    """Who earns: somebody who brings students, or an instructor who shares in a course."""

    AFFILIATE = "affiliate"
    INSTRUCTOR = "instructor"


class EarningKind(StrEnum):
    """What moves what is owed: money that came or went back, a payout, and a payout that was taken back."""

    EARNED = "earned"
    PAID_OUT = "paid_out"
    TAKEN_BACK = "taken_back"


class PayoutState(StrEnum):
    """Where a payout stands: asked for by one person, paid or refused by another, and maybe reversed."""

    WAITING = "waiting"
    PAID = "paid"
    REFUSED = "refused"
    REVERSED = "reversed"
