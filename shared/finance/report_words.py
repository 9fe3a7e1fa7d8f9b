"""What reports of money call their columns, accounts and reasons."""

from shared.core.text import text
from shared.finance.report_rules import Report
from shared.finance.shift_rules import method_words
from shared.finance.vocabulary import Account, Method


def report_words(report: Report) -> str:
    """Return the title of a report."""
    return {
        Report.DAILY: text("Daily transactions"),
        Report.REVENUE: text("Revenue"),
        Report.DEBT: text("Aged debt"),
        Report.EXPECTED: text("Expected income"),
        Report.GAPS: text("Missing receipt numbers"),
        Report.BALANCE: text("Trial balance"),
    }[report]


def grouping_words(by: str) -> str:
    """Return what a grouping is called, and the column that names its lines."""
    return {
        "method": text("Method"),
        "till": text("Till"),
        "cashier": text("Cashier"),
        "day": text("Day"),
        "transaction": text("Transaction"),
        "course": text("Course"),
        "week": text("Week of"),
        "month": text("Month"),
        "term": text("Term"),
        "student": text("Student"),
        "account": text("Account"),
    }[by]


def column_words(key: str, by: str) -> str:
    """Return the head of a column of a report that is grouped by something."""
    if key == "name":
        return text("Student") if by == "transaction" else grouping_words(by)
    return {**_texts(), **_amounts()}[key]


def _texts() -> dict[str, str]:
    return {
        "currency": text("Currency"),
        "number": text("Number"),
        "day": text("Day"),
        "method": text("Method"),
        "till": text("Till"),
        "cashier": text("Cashier"),
        "what": text("What"),
        "payments": text("Payments"),
        "first": text("First number"),
        "last": text("Last number"),
        "count": text("Numbers"),
        "reason": text("Reason"),
        "words": text("Explanation"),
        "by": text("Explained by"),
    }


def _amounts() -> dict[str, str]:
    return {
        "amount": text("Amount"),
        "received": text("Received"),
        "voided": text("Voided"),
        "refunded": text("Paid back"),
        "net": text("Net"),
        "charged": text("Charged, without tax"),
        "tax": text("Tax"),
        "given": text("Discounts"),
        "revenue": text("Revenue"),
        "not_due": text("Not due"),
        "days_30": text("1 to 30 days"),
        "days_60": text("31 to 60 days"),
        "days_90": text("61 to 90 days"),
        "older": text("Over 90 days"),
        "owed": text("Owed"),
        "credit": text("Credit"),
        "debit": text("Debit"),
        "balance": text("Balance"),
        "due": text("Due"),
        "open": text("Open"),
    }


def money_words(account: str) -> str:
    """Return what people call an account that money lies on, or a gateway by its own name."""
    if account in set(Method):
        return method_words(Method(account))
    return account_words(Account(account))


def account_words(account: Account) -> str:
    """Return what an account of the books is called."""
    named = {
        Account.RECEIVABLE: text("Owed by students"),
        Account.INCOME: text("Income"),
        Account.TAX: text("Tax"),
        Account.DISCOUNTS: text("Discounts"),
        Account.SCHOLARSHIPS: text("Scholarships"),
        Account.CASH: text("Cash"),
        Account.CARD: text("Card"),
        Account.MOBILE_MONEY: text("Mobile money"),
        Account.BANK: text("Bank"),
        Account.CHEQUES: text("Cheques"),
        Account.GATEWAY: text("Online payments"),
    }
    return named.get(account) or str(account).replace("_", " ").capitalize()


def reason_words(reason: str) -> str:
    """Return why a number is missing, in a word or two."""
    return {
        "void": text("Voided"),
        "unused": text("Leased and unused"),
        "till_lost": text("Till lost"),
        "other": text("Explained"),
        "held": text("Kept for the office"),
        "rejected": text("Refused"),
        "not_arrived": text("Not here yet"),
    }[reason]
