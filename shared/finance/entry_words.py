"""The words of a ledger's lines: how money came, what an entry is called, its document and its day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.core.days import short_day
from shared.core.text import text
from shared.finance.vocabulary import EntryKind, Method

Body = Mapping[str, Any]


def method_word(method: str) -> str:
    """Return how money came."""
    words: dict[str, str] = {
        Method.CASH: text("Cash"),
        Method.CARD: text("Card"),
        Method.MOBILE_MONEY: text("Mobile money"),
        Method.BANK_TRANSFER: text("Bank transfer"),
        Method.CHEQUE: text("Cheque"),
        Method.PAYSTACK: text("Paystack"),
        Method.RAZORPAY: text("Razorpay"),
    }
    return words.get(method, method)


def methods_words(packed: str) -> str:
    """Return the methods of an entry, `cash,card` as it keeps them, for people: `Cash, card`."""
    found = [method_word(one) for one in packed.split(",") if one]
    return ", ".join([*found[:1], *(one[:1].lower() + one[1:] for one in found[1:])])


def entry_title(entry: Body) -> str:
    """Return what a line of the ledger says."""
    kind, what = entry["kind"], str(entry["what"])
    if kind == EntryKind.PAYMENT:
        return text("Paid: {methods}", methods=methods_words(what))
    if kind == EntryKind.REFUND:
        return text("Paid back: {methods}", methods=methods_words(what))
    if kind == EntryKind.REVERSAL:
        return text("Reversed: {what}", what=methods_words(what) if entry["payment_id"] else what)
    return what


def entry_document(entry: Body, receipt: str = "") -> str:
    """Return the paper that an entry stands on; `receipt` is the number of one that was given afterwards."""
    number = receipt or str(entry["number"])
    if not number:
        return ""
    if entry["payment_id"]:
        return text("Receipt {number}", number=number)
    return text("Invoice {number}", number=number)


def entry_day(day: str, today: str) -> str:
    """Return `20 Nov`, with the year where it isn't this one."""
    shown = date.fromisoformat(day)
    if day[:4] == today[:4]:
        return short_day(shown)
    return text("{day} {year}", day=short_day(shown), year=shown.year)
