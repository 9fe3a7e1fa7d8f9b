"""How banks write their statements: layouts as data, those that come ready, and what makes one that can be used."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.text import text

Rules = Mapping[str, Any]
DELIMITERS: Mapping[str, str] = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
ENCODINGS = ("utf-8", "cp1252", "utf-16")
DATE_FORMATS: Mapping[str, str] = {
    "YYYY-MM-DD": "%Y-%m-%d",
    "DD/MM/YYYY": "%d/%m/%Y",
    "MM/DD/YYYY": "%m/%d/%Y",
    "DD.MM.YYYY": "%d.%m.%Y",
    "DD-MM-YYYY": "%d-%m-%Y",
    "DD-MMM-YYYY": "%d-%b-%Y",
    "DD MMM YYYY": "%d %b %Y",
    "DD/MM/YY": "%d/%m/%y",
}
"""How days are written, and the same for `strptime`."""
DECIMALS = (".", ",")
THOUSANDS = ("", ",", ".", " ", "'")
COLUMNS = ("date", "text", "reference", "amount", "debit", "credit", "mark", "balance", "currency")
"""What a column can hold. Each is told by names of its head, or by its number as `#3`; the first that is there counts.

Money stands in `amount` with its sign, in `amount` beside a `mark`, or in `debit` and `credit`.
"""
LISTS = (*COLUMNS, "credit_marks", "debit_marks", "opening_words", "closing_words")
_MOST_NAMES, _LONGEST = 12, 80
_FURTHEST_HEAD = 50
FIRST: Rules = {
    "delimiter": ",",
    "encoding": "utf-8",
    "header_row": 0,
    "date_format": "DD/MM/YYYY",
    "decimal": ".",
    "thousands": ",",
    **{name: [] for name in COLUMNS},
    "credit_marks": ["CR", "C", "Credit"],
    "debit_marks": ["DR", "D", "Debit"],
    "opening_words": ["Opening balance", "Balance brought forward", "Balance b/f", "Anfangssaldo", "Solde initial"],
    "closing_words": ["Closing balance", "Balance carried forward", "Balance c/f", "Endsaldo", "Solde final"],
}
"""A layout from which others begin. A `header_row` of 0 is found by the names of the columns."""
_DATES = ["Date", "Transaction date", "Trans date", "Value date", "Booking date", "Posting date"]
_TEXTS = ["Description", "Narration", "Details", "Transaction details", "Particulars", "Remarks", "Text"]
_REFERENCES = ["Reference", "Ref", "Ref no", "Reference number", "Transaction id", "Cheque no", "Document no"]
_COMMON: Rules = {
    "date": _DATES,
    "text": _TEXTS,
    "reference": _REFERENCES,
    "balance": ["Balance", "Running balance", "Account balance", "Closing balance"],
    "currency": ["Currency", "Ccy"],
}
READY: Sequence[tuple[str, str, Rules]] = (
    ("signed", "One amount with its sign", {**FIRST, **_COMMON, "amount": ["Amount", "Transaction amount"]}),
    (
        "debit_credit",
        "Debit and credit columns",
        {
            **FIRST,
            **_COMMON,
            "debit": ["Debit", "Debits", "Withdrawal", "Withdrawals", "Money out", "Paid out"],
            "credit": ["Credit", "Credits", "Deposit", "Deposits", "Money in", "Paid in"],
        },
    ),
    (
        "marked",
        "Amount marked CR or DR",
        {
            **FIRST,
            **_COMMON,
            "amount": ["Amount", "Transaction amount"],
            "mark": ["CR/DR", "DR/CR", "Dr / Cr", "Type", "Sign", "Indicator"],
            "date_format": "DD-MMM-YYYY",
        },
    ),
    (
        "semicolon",
        "Semicolons and decimal commas",
        {
            **FIRST,
            "delimiter": ";",
            "decimal": ",",
            "thousands": ".",
            "date_format": "DD.MM.YYYY",
            "date": ["Date", "Buchungstag", "Date de comptabilisation", "Data", "Booking date"],
            "text": ["Text", "Verwendungszweck", "Libelle", "Description", "Details"],
            "reference": ["Reference", "Referenz", "Kundenreferenz"],
            "amount": ["Amount", "Betrag", "Montant"],
            "balance": ["Balance", "Saldo", "Solde"],
            "currency": ["Currency", "Währung", "Waehrung", "Devise"],
        },
    ),
)
"""Layouts that come with Campusdesk: a word, a name, and the rules."""


def folded(name: str) -> str:
    """Return a column's head as it is compared."""
    return " ".join(name.replace("﻿", "").split()).casefold()


def layout_fault(rules: Rules) -> str | None:
    """Return why a statement can't be read by these rules, or None."""
    unknown = sorted(set(rules) - set(FIRST))
    if unknown:
        return text("A layout has no “{name}”.", name=unknown[0][:40])
    for name, allowed in (
        ("delimiter", DELIMITERS),
        ("encoding", ENCODINGS),
        ("date_format", DATE_FORMATS),
        ("decimal", DECIMALS),
        ("thousands", THOUSANDS),
    ):
        if rules.get(name) not in tuple(allowed):
            return text("“{value}” can't be used for {name}. Choose one of the list.", value=rules.get(name), name=name)
    if rules["decimal"] == rules["thousands"]:
        return text("The decimal mark and the thousands mark are the same. Choose two.")
    row = rules.get("header_row")
    if not isinstance(row, int) or isinstance(row, bool) or not 0 <= row <= _FURTHEST_HEAD:
        return text("The row of the heads is a number from 0 to {most}.", most=_FURTHEST_HEAD)
    return _list_fault(rules) or _money_fault(rules)


def column_words(name: str) -> str:
    """Return what people call one of `LISTS`."""
    words = {
        "date": text("Date"),
        "text": text("Text"),
        "reference": text("Reference"),
        "amount": text("Amount"),
        "debit": text("Money out (debit)"),
        "credit": text("Money in (credit)"),
        "mark": text("CR or DR mark"),
        "balance": text("Balance"),
        "currency": text("Currency"),
        "credit_marks": text("Marks of money in"),
        "debit_marks": text("Marks of money out"),
        "opening_words": text("Words of the opening balance"),
        "closing_words": text("Words of the closing balance"),
    }
    return words[name]


def _list_fault(rules: Rules) -> str | None:
    for name in LISTS:
        names = rules.get(name)
        if not isinstance(names, (list, tuple)) or len(names) > _MOST_NAMES:
            return text("Give up to {most} names under {column}.", most=_MOST_NAMES, column=column_words(name))
        if any(not isinstance(one, str) or not one.strip() or len(one) > _LONGEST for one in names):
            return text(
                "A name under {column} is empty or has more than {most} letters. Shorten it.",
                column=column_words(name),
                most=_LONGEST,
            )
    return None


def _money_fault(rules: Rules) -> str | None:
    if not rules["date"]:
        return text("Say which column holds the date.")
    if not rules["text"] and not rules["reference"]:
        return text("Say which column holds the text or the reference.")
    if not rules["amount"] and not (rules["debit"] and rules["credit"]):
        return text("Say which column holds the amount, or which two hold debit and credit.")
    if rules["amount"] and (rules["debit"] or rules["credit"]):
        return text("Choose either one column for the amount, or two for debit and credit.")
    if rules["mark"] and not (rules["credit_marks"] and rules["debit_marks"]):
        return text("Say how money in and money out are marked.")
    return None
