"""Money in conflicting versions as people read it: fields, kinds and values of fees, discounts, plans and payments."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.core.local_store import LocalStore
from shared.core.currencies import DEFAULT_CURRENCY
from shared.core.money import money_text
from shared.core.text import plural, text
from shared.people.vocabulary import ORGANISATION

AMOUNTS = frozenset({"amount", "fee"})
_HUNDREDTHS = 100


def money_fields() -> dict[str, str]:
    """Return the labels of fields that only money has."""
    return {
        "lines": text("Fees"),
        "currency": text("Currency"),
        "amount": text("Amount"),
        "rate": text("Percentage"),
        "kind": text("Kind"),
        "valid_from": text("Valid from"),
        "valid_to": text("Valid to"),
        "most": text("Given at most"),
        "most_each": text("At most for one student"),
        "needs_approval": text("Needs somebody's approval"),
        "periods": text("For how many periods"),
        "by_period": text("Charged by the period"),
        "course_id": text("Course"),
        "cohort_id": text("Class"),
        "parts": text("Instalments"),
        "charge_ids": text("Charges paid in parts"),
        "fee": text("Application fee"),
        "charges": text("Charged with the place"),
        "rules": text("How statements are read"),
    }


def money_kinds() -> dict[str, str]:
    """Return what kinds of rows of money are called."""
    return {
        "fee_structure": text("Fees of a course or class"),
        "discount": text("Discount"),
        "instalment_plan": text("Instalment plan"),
        "payment": text("Payment"),
        "ledger_entry": text("Entry of an account"),
        "finance_request": text("Request about a receipt"),
        "till": text("Till"),
        "shift": text("Drawer"),
        "bank_layout": text("Layout of bank statements"),
        "statement_line": text("Line of a statement"),
        "money_match": text("Match of money"),
        "transfer_proof": text("Transfer shown"),
    }


def money_held() -> dict[str, str]:
    """Return what held commands about money asked for."""
    return {
        "TakePayment": text("Take a payment"),
        "ChargeStudent": text("Charge a student"),
        "ReverseEntry": text("Reverse an entry"),
        "SavePlan": text("Set an instalment plan"),
        "SaveFeeStructure": text("Set fees"),
        "SaveDiscount": text("Keep a discount"),
        "GrantDiscount": text("Give a discount"),
        "SaveBankLayout": text("Keep a layout of bank statements"),
        "MatchMoney": text("Match a line of a statement"),
        "UndoMatch": text("End a match of money"),
        "PlaceMoney": text("Place money on students"),
        "AskReturn": text("Give money back"),
        "SendProof": text("Show a transfer"),
        "DecideProof": text("Decide about a transfer"),
    }


def money_reasons() -> dict[str, str]:
    """Return why money waits for the office."""
    return {
        "receipt_number_taken": text("Another payment has this receipt's number already."),
        "till_unknown": text("The receipt is of a till that the institute doesn't have."),
        "not_allowed": text("The author's role didn't allow it when it arrived."),
    }


def money_value(store: LocalStore, name: str, value: Any) -> str | None:
    """Return a value of money as a tile prints it; None where it is none."""
    if name in AMOUNTS and isinstance(value, int):
        return money_text(value, _currency(store))
    if name == "rate" and isinstance(value, int):
        return _percent(value)
    if name in {"lines", "charges"} and _is_rows(value):
        return "; ".join(_line(one, _currency(store)) for one in value)
    if name == "parts" and _is_rows(value):
        return "; ".join(f"{one.get('due_on', '')} {money_text(one['amount'], _currency(store))}" for one in value)
    if name == "charge_ids" and isinstance(value, list | tuple):
        return plural("{n} charge", "{n} charges", len(value))
    if name == "rules" and isinstance(value, Mapping):
        heads = "; ".join(f"{key}: {', '.join(one)}" for key, one in value.items() if isinstance(one, list) and one)
        return text("Days like {days}; {heads}", days=value.get("date_format", ""), heads=heads)
    if name in {"course_id", "cohort_id"}:
        body = store.get(name.removesuffix("_id"), str(value)) or {}
        return str(body.get("title") or body.get("name") or body.get("code") or value)
    return None


def _percent(rate: int) -> str:
    """Return a rate in hundredths of a percent as people write it."""
    whole, rest = divmod(rate, _HUNDREDTHS)
    return text("{percent} %", percent=f"{whole}.{rest:02}".rstrip("0") if rest else str(whole))


def _is_rows(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all("amount" in one for one in value)


def _line(line: Mapping[str, Any], currency: str) -> str:
    what = line.get("name") or line.get("title") or text("Fee")
    taxes = line.get("taxes") or ()
    more = ", ".join(f"{one['name']} {_percent(one['rate'])}" for one in taxes if "rate" in one)
    words = f"{what} {money_text(line['amount'], currency)}"
    return f"{words} (+ {more})" if more else words


def _currency(store: LocalStore) -> str:
    rows = store.page(ORGANISATION, limit=1)
    return str((rows[0].get("currency") if rows else "") or DEFAULT_CURRENCY)
