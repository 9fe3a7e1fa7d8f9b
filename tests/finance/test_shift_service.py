"""Drawers, voids and refunds on both databases: counted by the server too, and never by one person alone."""

from typing import Any

import pytest

from shared.core.outcome import Outcome
from shared.finance.payment_rules import receipt_id
from tests.finance.books import Books, books

__all__ = ["books"]

AT = "2026-11-20T08:00:00.000Z"


def _open(books: Books, by: str = "cashier", **more: Any) -> Outcome:
    asked = {"till_id": books.till.id, "currency": "GHS", "opening_float": 20_000, "opened_at": AT, **more}
    told = books.at(by).do("OpenShift", books.new_id(), asked)
    if told.verdict == "applied":
        books.shift_id = told.target_id
    return told


def _move(books: Books, movement: str, amount: int, by: str = "cashier", **more: Any) -> Outcome:
    asked = {"shift_id": books.shift_id, "movement": movement, "amount": amount, "moved_at": AT, **more}
    return books.at(by).do("MoveCash", books.new_id(), asked)


def _close(books: Books, counted: int, by: str = "cashier", **more: Any) -> Outcome:
    asked = {"counted": counted, "closed_at": AT, **more}
    return books.at(by).do("CloseShift", books.shift_id, asked, books.row("shift", books.shift_id)["revision"])


def test_a_drawer_from_its_float_to_its_z_report(books: Books) -> None:
    opened = _open(books)
    assert opened.verdict == "applied"
    again = _open(books)
    assert (again.verdict, again.code) == ("held", "shift_open")
    assert again.message == "Kwesi Appiah has this till's drawer open. Count and close it first."
    books.pay(50_000)
    books.pay(30_000, tenders=[{"method": "card", "amount": 30_000, "reference": "TX-1"}])
    assert _move(books, "drop", 40_000).verdict == "applied"
    assert _move(books, "no_sale", 0).verdict == "applied"
    assert _move(books, "no_sale", 5).code == "bad_amount"
    missing = _close(books, 29_900)
    assert (missing.code, missing.message) == (
        "difference_unexplained",
        "GHS 1.00 is missing. Say in a few words why.",
    )
    closed = _close(books, 29_900, explanation="Gave a cedi too much", z_number=1, expected=30_000)
    assert (closed.verdict, closed.details["expected"]) == ("applied", 30_000)
    row = books.row("shift", books.shift_id)
    assert (row["state"], row["expected"], row["expected_told"], row["z_number"]) == ("closed", 30_000, 30_000, 1)
    assert _close(books, 29_900).verdict == "agreed"
    assert _close(books, 1).code == "shift_closed"
    assert _move(books, "drop", 1).code == "shift_closed"
    assert _open(books).verdict == "applied"
    assert _close(books, 20_000).verdict == "applied"
    assert books.row("shift", books.shift_id)["z_number"] == 2


def test_what_the_till_told_stands_beside_what_the_server_knows(books: Books) -> None:
    _open(books)
    books.pay(500)
    told = _close(books, 21_000, expected=21_000)
    assert (told.verdict, told.details["expected"]) == ("applied", 20_500)
    row = books.row("shift", books.shift_id)
    assert (row["expected"], row["expected_told"]) == (20_500, 21_000)


def test_whose_drawer_it_is(books: Books) -> None:
    assert _open(books, "kofi").code == "not_allowed"
    assert _open(books, "bursar").code == "till_of_another_install"
    assert _open(books, till_id=books.new_id()).code == "waits_for_creation"
    _open(books)
    assert _move(books, "drop", 1, "kofi").code == "not_allowed"
    assert _move(books, "drop", 1, shift_id=books.new_id()).verdict == "held"
    assert _close(books, 20_000, "kofi").code == "not_allowed"
    assert _close(books, 20_000, denominations=[{"worth": 100, "count": 1}]).code == "count_differs"
    assert _close(books, 20_000, "bursar", denominations=[{"worth": 20_000, "count": 1}]).verdict == "applied"


def _ask(books: Books, kind: str, by: str = "cashier", **asked: Any) -> Outcome:
    return books.at(by).do(kind, books.new_id(), {"reason": "Wrong student", **asked})


def _decide(books: Books, request: str, by: str = "bursar", *, approved: bool = True) -> Outcome:
    revision = books.row("finance_request", request)["revision"]
    return books.at(by).do("DecideRequest", request, {"approved": approved}, revision)


def test_a_void_takes_everything_back_and_the_receipt_stays(books: Books) -> None:
    charge = books.charged(1_000)
    _open(books)
    paid = books.pay(1_000, goes_to=[(charge, 1_000)])
    receipt = receipt_id(paid.target_id)
    asked = _ask(books, "AskVoid", receipt_id=receipt)
    assert asked.verdict == "applied"
    assert _ask(books, "AskVoid", receipt_id=receipt).code == "void_asked"
    assert _decide(books, asked.target_id, "cashier").code == "not_allowed"
    assert _decide(books, asked.target_id).verdict == "applied"
    assert books.account().open == {charge: 1_000}
    assert books.row("payment", paid.target_id)["state"] == "voided"
    assert books.row("receipt", receipt)["number"] == "R-A1-000001"
    assert books.trial_balance()["cash"] == 0
    assert _decide(books, asked.target_id).verdict == "agreed"
    assert _decide(books, asked.target_id, approved=False).code == "request_settled"
    assert _ask(books, "AskVoid", receipt_id=receipt).code == "payment_gone"
    assert _close(books, 20_000).verdict == "applied"


def test_nobody_decides_about_an_own_request(books: Books) -> None:
    paid = books.pay(1_000)
    asked = _ask(books, "AskVoid", "bursar", receipt_id=receipt_id(paid.target_id))
    told = _decide(books, asked.target_id)
    assert (told.code, told.message) == ("second_person", "You asked for this yourself. Somebody else decides.")
    back = books.at("cashier").do("WithdrawRequest", asked.target_id, {})
    assert back.code == "not_allowed"
    for verdict in ("applied", "agreed"):
        assert books.at("bursar").do("WithdrawRequest", asked.target_id, {}).verdict == verdict


def test_a_refused_request_changes_nothing(books: Books) -> None:
    paid = books.pay(1_000)
    asked = _ask(books, "AskVoid", receipt_id=receipt_id(paid.target_id))
    assert _decide(books, asked.target_id, approved=False).verdict == "applied"
    assert books.row("payment", paid.target_id)["state"] == "completed"
    assert books.at("cashier").do("WithdrawRequest", asked.target_id, {}).code == "request_settled"


@pytest.mark.parametrize("free", [0, 400])
def test_a_refund_gives_back_and_charges_are_owed_again(books: Books, free: int) -> None:
    charge = books.charged(1_000 - free)
    _open(books)
    paid = books.pay(1_000, goes_to=[(charge, 1_000 - free)])
    about = {"payment_id": paid.target_id, "person_id": books.person(), "method": "cash", "shift_id": books.shift_id}
    assert _ask(books, "AskRefund", amount=1_001, **about).code == "refund_too_large"
    first = _ask(books, "AskRefund", amount=600, **about)
    assert _ask(books, "AskRefund", amount=401, **about).code == "refund_too_large"
    assert _decide(books, first.target_id).verdict == "applied"
    assert books.account().open == {charge: 600 - free}
    assert books.account().balance == 600 - free
    assert books.row("payment", paid.target_id)["state"] == "partly_refunded"
    assert books.trial_balance()["cash"] == 400
    assert _ask(books, "AskVoid", receipt_id=receipt_id(paid.target_id)).code == "refund_asked"
    second = _ask(books, "AskRefund", amount=400, **about)
    assert _decide(books, second.target_id).verdict == "applied"
    assert books.row("payment", paid.target_id)["state"] == "refunded"
    assert _ask(books, "AskRefund", amount=1, **about).code == "payment_gone"
    assert _close(books, 20_000).verdict == "applied"


def test_who_asks_and_about_what(books: Books) -> None:
    paid = books.pay(1_000)
    assert _ask(books, "AskVoid", "kofi", receipt_id=receipt_id(paid.target_id)).code == "not_allowed"
    assert _ask(books, "AskVoid", receipt_id=books.new_id()).verdict == "held"
    stranger = {"payment_id": paid.target_id, "person_id": books.person(1), "amount": 5, "method": "cash"}
    assert _ask(books, "AskRefund", **stranger).code == "refund_too_large"
