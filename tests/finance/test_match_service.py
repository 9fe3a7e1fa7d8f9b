"""Matching on both databases: what a line is, what it confirms, differences, taking apart, placing and giving back."""

from typing import Any

import pytest

from shared.core.outcome import Outcome
from shared.people.vocabulary import Role
from tests.finance.books import Books, books
from tests.finance.test_statement_import import brought

__all__ = ["books"]


def momo(books: Books, amount: int, at: int = 0, **more: Any) -> str:
    """Take mobile money that nobody vouches for yet; returns the payment's id."""
    tender = {"method": "mobile_money", "amount": amount, "reference": "MM-4412"}
    told = books.pay(amount, at, tenders=[tender], **more)
    assert told.verdict == "applied", told
    return told.target_id


def match(books: Books, line: str, *payments: str, by: str = "bursar", **more: Any) -> Outcome:
    """Match a line with payments."""
    goals = [{"goal": "payment", "id": one} for one in payments]
    return books.at(by).do("MatchMoney", line, {"goals": goals, **more})


def end(books: Books, match_id: str, by: str = "bursar", reason: str = "Another one") -> Outcome:
    """End a match."""
    return books.at(by).do("UndoMatch", match_id, {"reason": reason})


def place(books: Books, line: str, *shares: tuple[int, int, list[tuple[str, int]]], by: str = "bursar") -> Outcome:
    """Put money of a line on students: (student, amount, what it pays) each."""
    paid_for = [
        {
            "person_id": books.person(at),
            "amount": amount,
            "goes_to": [{"entry_id": one, "amount": part} for one, part in goes_to],
        }
        for at, amount, goes_to in shares
    ]
    wanted = {"line_id": line, "amount": sum(one[1] for one in shares), "paid_for": paid_for, "payer_name": "City fund"}
    return books.at(by).do("PlaceMoney", books.new_id(), wanted)


def test_a_match_confirms_and_its_end_takes_that_back(books: Books) -> None:
    line, other = brought(books)
    payment = momo(books, 1_500)
    assert books.row("payment", payment)["confirmation"] == "unconfirmed"
    told = match(books, line["id"], payment)
    assert (told.verdict, told.details) == ("applied", {"difference": 0, "left": 0})
    assert books.row("payment", payment)["confirmation"] == "confirmed"
    assert books.row("payment", payment)["state"] == "completed"
    assert match(books, line["id"], payment).verdict == "agreed"
    assert match(books, other["id"], payment).code == "goal_settled"
    made = books.bodies("money_match")[0]
    assert (made["effect"], made["amount"], made["state"]) == ("confirmed", 1_500, "made")
    assert end(books, made["id"]).verdict == "applied"
    assert end(books, made["id"]).verdict == "agreed"
    assert books.row("payment", payment)["confirmation"] == "unconfirmed"
    assert books.row("money_match", made["id"])["ended_reason"] == "Another one"
    assert match(books, line["id"], payment).verdict == "applied"


def test_a_line_of_several_payments_with_a_difference_that_is_named(books: Books) -> None:
    line, _ = brought(books)
    first, second = momo(books, 1_000), momo(books, 600, at=1)
    told = match(books, line["id"], first, second)
    assert (told.code, "GHS 1.00" in str(told.message)) == ("difference_unnamed", True)
    told = match(books, line["id"], first, second, reason="Fees of the provider")
    assert told.details == {"difference": -100, "left": 0}
    assert {books.row("payment", one)["confirmation"] for one in (first, second)} == {"confirmed"}
    rows = books.bodies("money_match")
    assert sum(one["amount"] + one["difference"] for one in rows) == 1_500
    assert {one["reason"] for one in rows} == {"Fees of the provider"}


def test_the_rest_of_a_line_stays_open(books: Books) -> None:
    line, _ = brought(books)
    told = match(books, line["id"], momo(books, 1_000))
    assert told.details == {"difference": 0, "left": 500}
    assert match(books, line["id"], momo(books, 500, at=1)).details["left"] == 0
    assert match(books, line["id"], momo(books, 500, at=2)).code == "line_settled"


def test_cash_taken_to_the_bank(books: Books) -> None:
    line, _ = brought(books)
    moved = books.new_id()
    opened = {"till_id": books.till.id, "currency": "GHS", "opening_float": 0, "opened_at": "2026-11-20T08:00:00Z"}
    shift = books.new_id()
    assert books.at("cashier").do("OpenShift", shift, opened).verdict == "applied"
    cash = {
        "shift_id": shift,
        "movement": "bank",
        "amount": 1_500,
        "moved_at": "2026-11-20T08:10:00Z",
        "reason": "Bag 4",
    }
    assert books.at("cashier").do("MoveCash", moved, cash).verdict == "applied"
    goal = {"goal": "cash_movement", "id": moved}
    assert books.at("bursar").do("MatchMoney", line["id"], {"goals": [goal]}).verdict == "applied"
    wrong = {"goal": "payment", "id": moved}
    assert books.at("bursar").do("MatchMoney", line["id"], {"goals": [wrong]}).verdict in ("agreed", "rejected")


@pytest.mark.parametrize("paid", ["cash", "refused", "money_out"])
def test_what_cant_be_matched(books: Books, paid: str) -> None:
    amount = "-15.00" if paid == "money_out" else "15.00"
    line, _ = brought(books, f"19/11/2026,A,FT1,{amount}\n20/11/2026,B,FT2,9.00\n")
    payment = books.pay(1_500).target_id if paid == "cash" else momo(books, 1_500)
    if paid == "refused":
        books.at("bursar").do("ConfirmPayment", payment, {"came": False, "reason": "Never came"})
    told = match(books, line["id"], payment)
    assert told.code == ("match_direction" if paid == "money_out" else "goal_settled")
    assert books.bodies("money_match") == []


def test_who_may_and_what_isnt_there(books: Books) -> None:
    line, _ = brought(books)
    payment = momo(books, 1_500)
    assert match(books, line["id"], payment, by="cashier").code == "not_allowed"
    assert match(books, line["id"], books.new_id()).code == "goal_settled"
    assert match(books, books.new_id(), payment).verdict == "held"
    assert place(books, line["id"], (0, 1_500, []), by="cashier").code == "not_allowed"
    aside = {"aside": True, "reason": "Interest"}
    assert books.at("cashier").do("SetLineAside", line["id"], aside).code == "not_allowed"
    assert end(books, books.new_id()).verdict == "held"


def test_a_line_that_is_no_students_money_is_set_aside(books: Books) -> None:
    line, _ = brought(books)
    bursar = books.at("bursar")
    assert bursar.do("SetLineAside", line["id"], {"reason": ""}).code == "reason_missing"
    assert bursar.do("SetLineAside", line["id"], {"reason": "Interest"}).verdict == "applied"
    assert bursar.do("SetLineAside", line["id"], {"reason": "Interest"}).verdict == "agreed"
    payment = momo(books, 1_500)
    assert match(books, line["id"], payment).code == "line_settled"
    assert bursar.do("SetLineAside", line["id"], {"aside": False}).verdict == "applied"
    assert match(books, line["id"], payment).verdict == "applied"
    assert bursar.do("SetLineAside", line["id"], {"reason": "Interest"}).code == "line_settled"


def test_money_is_placed_on_several_students(books: Books) -> None:
    line, _ = brought(books)
    charge = books.charged(800)
    told = place(books, line["id"], (0, 1_000, [(charge, 1_000)]), (1, 300, []))
    assert (told.verdict, told.details["left"], told.details["credit"]) == ("applied", 200, 500)
    payment = books.row("payment", told.target_id)
    assert (payment["confirmation"], payment["payer_name"], payment["person_id"]) == ("confirmed", "City fund", None)
    assert (books.account().balance, books.account(at=1).balance) == (-200, -300)
    assert books.trial_balance() == {"bank": 1_300, "income": -800, "receivable": -500}
    assert place(books, line["id"], (2, 201, [])).code == "line_exceeded"
    assert place(books, line["id"], (2, 200, [])).details["left"] == 0
    assert place(books, line["id"], (2, 1, [])).code == "line_settled"


def test_what_was_placed_is_taken_back_with_its_match(books: Books) -> None:
    line, _ = brought(books)
    charge = books.charged(800)
    told = place(books, line["id"], (0, 1_500, [(charge, 800)]))
    made = books.bodies("money_match")[0]
    assert end(books, made["id"]).verdict == "applied"
    assert books.row("payment", told.target_id)["state"] == "voided"
    assert (books.account().balance, books.account().open) == (800, {charge: 800})
    assert set(books.trial_balance().values()) == {0, 800, -800}
    assert place(books, line["id"], (1, 1_500, [])).verdict == "applied"


@pytest.mark.parametrize(
    ("paid_for", "amount", "code"),
    [
        ([(0, 700), (0, 800)], 1_500, "student_twice"),
        ([(0, 700)], 1_500, "shares_differ"),
    ],
)
def test_shares_that_dont_agree(books: Books, paid_for: list[tuple[int, int]], amount: int, code: str) -> None:
    line, _ = brought(books)
    shares = [{"person_id": books.person(at), "amount": part} for at, part in paid_for]
    wanted = {"line_id": line["id"], "amount": amount, "paid_for": shares}
    assert books.at("bursar").do("PlaceMoney", books.new_id(), wanted).code == code
    assert books.bodies("payment") == []


def test_money_goes_back_when_a_second_person_approves(books: Books) -> None:
    books.institute.device("second", Role.BURSAR, "Second Bursar")
    line, _ = brought(books)
    asked = books.new_id()
    wanted = {"line_id": line["id"], "amount": 1_500, "reason": "Wrong school"}
    assert books.at("bursar").do("AskReturn", asked, {**wanted, "amount": 1_501}).code == "line_exceeded"
    assert books.at("bursar").do("AskReturn", asked, wanted).verdict == "applied"
    assert place(books, line["id"], (0, 1, [])).code == "line_settled"
    decide = {"approved": True, "reason": ""}
    assert books.at("bursar").do("DecideReturn", asked, decide).code == "second_person"
    assert books.at("cashier").do("DecideReturn", asked, decide).code == "not_allowed"
    assert books.at("second").do("DecideReturn", asked, decide).verdict == "applied"
    assert books.at("second").do("DecideReturn", asked, decide).verdict == "agreed"
    assert books.at("second").do("DecideReturn", asked, {"approved": False}).code == "request_settled"
    assert books.bodies("ledger_entry") == []


def test_a_return_that_is_refused_leaves_the_money_to_be_placed(books: Books) -> None:
    books.institute.device("second", Role.BURSAR, "Second Bursar")
    line, _ = brought(books)
    asked = books.new_id()
    books.at("bursar").do("AskReturn", asked, {"line_id": line["id"], "amount": 1_500, "reason": "Wrong school"})
    books.at("second").do("DecideReturn", asked, {"approved": False, "reason": "It is Ama's"})
    assert place(books, line["id"], (0, 1_500, [])).verdict == "applied"
