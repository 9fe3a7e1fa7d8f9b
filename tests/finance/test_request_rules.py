"""What can go back: never more than was paid, never twice, and never by one person alone."""

from hypothesis import given
from hypothesis import strategies as st

from shared.finance.request_rules import ask_fault, decide_fault, left_to_refund, state_after_refund
from shared.finance.vocabulary import RequestKind

PAYMENT = {"state": "completed", "amount": 1_000, "currency": "GHS", "receipt_number": "", "reference": "PAY-1"}


def _entry(amount, kind="payment", person="p", reverses=None, entry="e"):
    return {"id": entry, "kind": kind, "amount": amount, "person_id": person, "reverses_id": reverses}


def _request(amount, state="approved", kind="refund", person="p"):
    return {"kind": kind, "state": state, "amount": amount, "person_id": person, "asked_by": "a"}


@given(
    st.integers(1, 10**6),
    st.lists(st.tuples(st.integers(1, 10**6), st.sampled_from(["waiting", "approved", "refused"]))),
)
def test_what_is_asked_in_turn_never_exceeds_what_was_paid(paid, wishes):
    entries, requests = [_entry(-paid)], []
    for amount, state in wishes:
        left = left_to_refund(entries, requests, "p")
        if ask_fault(RequestKind.REFUND, PAYMENT, requests, left, amount) is None:
            requests.append(_request(amount, state))
    assert sum(one["amount"] for one in requests if one["state"] != "refused") <= paid


def test_what_stands_against_it():
    left = left_to_refund([_entry(-1_000), _entry(1_000, "reversal", reverses="e", entry="r")], [], None)
    assert left == 0
    fault = ask_fault(RequestKind.REFUND, PAYMENT, [], 1_000, 1_001)
    assert fault == ("refund_too_large", "Only GHS 10.00 of this payment can go back.")
    assert ask_fault(RequestKind.REFUND, PAYMENT, [], 10, 0)[0] == "bad_amount"
    gone = ask_fault(RequestKind.VOID, {**PAYMENT, "state": "voided"}, [], 0, 1)
    assert gone == ("payment_gone", "Receipt PAY-1 was voided or given back already.")
    assert ask_fault(RequestKind.VOID, PAYMENT, [_request(5)], 9, 1)[0] == "refund_asked"
    assert ask_fault(RequestKind.REFUND, PAYMENT, [_request(5, "waiting", "void")], 9, 1)[0] == "void_asked"
    assert ask_fault(RequestKind.VOID, PAYMENT, [_request(5, "refused")], 9, 1) is None
    assert decide_fault(_request(5, "waiting"), "a")[0] == "second_person"
    assert decide_fault(_request(5, "approved"), "b")[0] == "request_settled"
    assert decide_fault(_request(5, "waiting"), "b") is None


def test_where_a_payment_stands_after_money_went_back():
    assert state_after_refund(PAYMENT, [], 999) == "partly_refunded"
    assert state_after_refund(PAYMENT, [_entry(1, "refund")], 999) == "refunded"
