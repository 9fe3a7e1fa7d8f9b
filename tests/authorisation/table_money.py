"""What the routes of ledgers and fees ask for: one line for each."""

from typing import Any

from shared.people.vocabulary import Permission
from tests.authorisation import table_bank, table_till
from tests.authorisation.rules import HERE, NOBODY, OWN_ROW, SIGNED_IN, Body, Entry, given, has, holds, naming
from tests.authorisation.world import Rows, Who, World

P = Permission
SEES_MONEY = OWN_ROW | has(P.FINANCE_SEE, P.FINANCE_CHARGE, P.FINANCE_TAKE_PAYMENT, P.FINANCE_APPROVE, P.FINANCE_MANAGE)
_KEEPS_BOOKS = has(P.FINANCE_SEE, P.FINANCE_CHARGE, P.FINANCE_TAKE_PAYMENT, P.FINANCE_APPROVE, P.FINANCE_MANAGE)
_ALL = "?limit=500"
_NO_TILL = "money comes in by a till, whose receipts are signed"
_UNSIGNED = {
    "paid_for": [{"person_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb70", "amount": 500}],
    "tenders": [{"method": "cash", "amount": 500}],
}
_CHARGE = {"what": "Fine", "amount": 500, "currency": "GHS"}


def _paying(_world: World, _who: Who, rows: Rows) -> dict[str, Any]:
    return {"goes_to": [{"entry_id": rows["charge"], "amount": 1}]}


def _planning(_world: World, _who: Who, rows: Rows) -> dict[str, Any]:
    parts = [{"due_on": "2027-01-01", "amount": 500}]
    return {"person_id": rows["person"], "currency": "GHS", "charge_ids": [rows["owed"]], "parts": parts}


def _granting(_world: World, _who: Who, rows: Rows) -> dict[str, Any]:
    return {"charge_id": rows["owed"], "discount_id": rows["discount"], "amount": 1}


_EXPLAINING: Body = given(
    till_id="01a1f7f8-3000-7672-874a-d4a8ff8edb70", first=1, last=1, reason="other", words="Paper jam"
)
_TAKING: Body = naming({"amount": 500, "currency": "GHS", **_UNSIGNED}, shift_id="person")
_DISCOUNT: Body = given(name="Sibling", currency="GHS", rate=100)
_FEES: Body = naming({"name": "Fees", "currency": "GHS", "lines": [{"name": "Fee", "amount": 1}]}, course_id="course")
ENTRIES = (
    *table_bank.ENTRIES,
    Entry("GET /api/v1/ledger-entries", SEES_MONEY, shows="charge", query=_ALL),
    Entry("GET /api/v1/ledger-entries/{row_id}", SEES_MONEY, row="charge"),
    Entry("POST /api/v1/ledger-entries", has(P.FINANCE_CHARGE), naming(_CHARGE, person_id="person")),
    Entry(
        "POST /api/v1/ledger-entries/{row_id}/reversal", has(P.FINANCE_CHARGE), given(reason="Mistake"), row="charge"
    ),
    Entry(
        "POST /api/v1/ledger-entries/{row_id}/allocations",
        has(P.FINANCE_TAKE_PAYMENT, P.FINANCE_CHARGE),
        _paying,
        row="charge",
    ),
    Entry(
        "POST /api/v1/ledger-entries/{row_id}/move",
        has(P.FINANCE_APPROVE),
        naming({"reason": "Wrong name"}, to_person_id="person"),
        row="charge",
    ),
    Entry("GET /api/v1/allocations", SIGNED_IN),
    Entry("GET /api/v1/allocations/{row_id}", NOBODY, row="random", no_proof=_NO_TILL),
    Entry("GET /api/v1/payments", SIGNED_IN),
    Entry("POST /api/v1/payments", holds(P.FINANCE_TAKE_PAYMENT), _TAKING, no_proof=_NO_TILL),
    Entry("GET /api/v1/payments/{row_id}", NOBODY, row="random", no_proof=_NO_TILL),
    Entry("POST /api/v1/payments/{row_id}/confirmation", NOBODY, given(came=True), row="random", no_proof=_NO_TILL),
    Entry("GET /api/v1/accounts/trial-balance", holds(P.FINANCE_MANAGE)),
    *(
        Entry(f"GET /api/v1/money-reports/{report}", holds(P.FINANCE_MANAGE))
        for report in ("daily", "revenue", "debt", "expected", "gaps", "balance")
    ),
    Entry("POST /api/v1/invoices", OWN_ROW | _KEEPS_BOOKS, naming(entry_id="charge"), row="charge"),
    Entry("GET /api/v1/journal", holds(P.FINANCE_MANAGE), query="?first=2026-11-01&last=2026-11-30"),
    Entry("POST /api/v1/journal/exports", holds(P.FINANCE_MANAGE), given(first="2026-11-01", last="2026-11-30")),
    Entry("GET /api/v1/journal/accounts", holds(P.FINANCE_MANAGE)),
    Entry("PUT /api/v1/journal/accounts", holds(P.FINANCE_MANAGE), given(what="tax", code="2210")),
    Entry("POST /api/v1/money-reports/gaps/explanations", NOBODY, _EXPLAINING, no_proof=_NO_TILL),
    Entry("GET /api/v1/accounts/{person_id}", SEES_MONEY, row="person"),
    Entry("GET /api/v1/fee-structures", HERE, shows="fees", query=_ALL),
    Entry("GET /api/v1/fee-structures/{row_id}", HERE, row="fees"),
    Entry("PUT /api/v1/fee-structures", has(P.FINANCE_MANAGE), _FEES),
    Entry("GET /api/v1/instalment-plans", SEES_MONEY, shows="plan", query=_ALL),
    Entry("GET /api/v1/instalment-plans/{row_id}", SEES_MONEY, row="plan"),
    Entry("POST /api/v1/instalment-plans", has(P.FINANCE_CHARGE, P.FINANCE_MANAGE), _planning),
    Entry("PUT /api/v1/instalment-plans/{row_id}", has(P.FINANCE_CHARGE, P.FINANCE_MANAGE), _planning, row="plan"),
    Entry("GET /api/v1/discounts", _KEEPS_BOOKS, shows="discount", query=_ALL),
    Entry("GET /api/v1/discounts/{row_id}", _KEEPS_BOOKS, row="discount"),
    Entry("POST /api/v1/discounts", holds(P.FINANCE_MANAGE), _DISCOUNT),
    Entry("PUT /api/v1/discounts/{row_id}", has(P.FINANCE_MANAGE), _DISCOUNT, row="discount"),
    Entry("POST /api/v1/discounts/grants", has(P.FINANCE_CHARGE), _granting),
)
BY_ROUTE = {
    **table_bank.BY_ROUTE,
    "ChargeStudent": "POST /api/v1/ledger-entries",
    "ReverseEntry": "POST /api/v1/ledger-entries/{row_id}/reversal",
    "AllocateCredit": "POST /api/v1/ledger-entries/{row_id}/allocations",
    "MovePayment": "POST /api/v1/ledger-entries/{row_id}/move",
    "SaveFeeStructure": "PUT /api/v1/fee-structures",
    "SavePlan": "POST /api/v1/instalment-plans",
    "SaveDiscount": "POST /api/v1/discounts",
    "GrantDiscount": "POST /api/v1/discounts/grants",
    "SetBookAccount": "PUT /api/v1/journal/accounts",
    "IssueInvoice": "POST /api/v1/invoices",
    "NoteJournal": "POST /api/v1/journal/exports",
    "ExplainGap": "POST /api/v1/money-reports/gaps/explanations",
}
ELSEWHERE = {
    "PrintInvoice": "tests/finance/test_invoices.py",
    "TakePayment": "tests/finance/test_ledger_service.py",
    "ConfirmPayment": "tests/finance/test_credit_service.py",
    **table_till.ELSEWHERE,
}
