"""The words beside reports of money: kinds of rows, why numbers are missing, and what has an account's code."""

from enum import StrEnum

from shared.finance.vocabulary import ChargeKind, Method

GAP_EXPLANATION = "gap_explanation"
BOOK_ACCOUNT = "book_account"
JOURNAL_EXPORT = "journal_export"
INVOICE = "invoice"


class GapReason(StrEnum):
    """Why people say that numbers of a till are missing."""

    VOID = "void"
    UNUSED = "unused"
    TILL_LOST = "till_lost"
    OTHER = "other"


DEFAULT_CODES: dict[str, str] = {
    f"method:{Method.CASH}": "1000",
    f"method:{Method.BANK_TRANSFER}": "1010",
    f"method:{Method.CARD}": "1020",
    f"method:{Method.MOBILE_MONEY}": "1030",
    f"method:{Method.CHEQUE}": "1040",
    f"method:{Method.PAYSTACK}": "1050",
    f"method:{Method.RAZORPAY}": "1060",
    "receivable": "1200",
    "tax": "2200",
    f"income:{ChargeKind.TUITION}": "4000",
    f"income:{ChargeKind.APPLICATION_FEE}": "4010",
    f"income:{ChargeKind.INSTALMENT}": "4020",
    f"income:{ChargeKind.SUBSCRIPTION}": "4030",
    f"income:{ChargeKind.OTHER}": "4090",
    "discounts": "4900",
    "scholarships": "4910",
}
"""The code of each account of the journal until an institute sets its own; liquid funds, claims, duties, income."""
OTHER_CODE = "9999"
"""What has no place in the chart yet: a later version's kinds."""
