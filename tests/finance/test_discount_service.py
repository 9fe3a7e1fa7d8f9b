"""Discounts on both databases: kept, granted by id or coupon, refused with a sentence, taken back, and the books."""

from typing import Any

import pytest

from shared.core.outcome import Outcome
from tests.finance.books import Books, books

__all__ = ["books"]


def keep(books: Books, target: str = "", by: str = "bursar", base: str | None = None, **changes: Any) -> Outcome:
    """Keep a discount of a tenth, or change one."""
    wanted = changes if base else {"name": "Sibling", "rate": 1_000, "code": "SIB-10", "currency": "GHS", **changes}
    fields = {name: {"old": None, "new": value} for name, value in wanted.items()}
    return books.at(by).do("SaveDiscount", target or books.new_id(), {"changes": fields}, base)


def give(books: Books, charge: str, by: str = "bursar", code: str = "sib-10", **more: Any) -> Outcome:
    """Grant a discount."""
    target = more.pop("target", books.new_id())
    return books.at(by).do("GrantDiscount", target, {"charge_id": charge, "code": code, **more})


def test_a_discount_comes_off_the_charge(books: Books) -> None:
    kept = keep(books)
    charge = books.charged(10_050)
    told = give(books, charge)
    assert told.verdict == "applied", told
    row = books.row("ledger_entry", told.target_id)
    assert (row["kind"], row["amount"], row["what"]) == ("discount", -1_005, "Sibling")
    assert books.account().open == {charge: 9_045}
    assert books.trial_balance() == {"discounts": 1_005, "income": -10_050, "receivable": 9_045}
    assert give(books, charge, target=told.target_id).verdict == "agreed"
    assert give(books, charge).code == "discount_given"
    back = books.at("bursar").do("ReverseEntry", told.target_id, {"reason": "Not a sibling"})
    assert back.verdict == "applied"
    assert books.account().open == {charge: 10_050}
    assert give(books, charge, code="", discount_id=kept.target_id, amount=500).verdict == "applied"
    assert books.account().open == {charge: 9_550}


def test_a_scholarship_is_never_more_than_what_is_left(books: Books) -> None:
    keep(books, kind="scholarship", rate=0, amount=900)
    charge = books.charged(1_000)
    books.paid(600, goes_to=[(charge, 600)])
    assert give(books, charge).verdict == "applied"
    assert books.account().balance == 0
    assert books.trial_balance() == {"cash": 600, "income": -1_000, "receivable": 0, "scholarships": 400}
    assert give(books, charge).code == "discount_given"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"code": "OTHER"}, "coupon_unknown"),
        ({"valid_to": "2026-11-19"}, "discount_expired"),
        ({"valid_from": "2026-11-21"}, "discount_not_yet"),
        ({"course": True}, "discount_elsewhere"),
        ({"rate": 0, "amount": 5, "currency": "NGN"}, "other_currency"),
    ],
)
def test_why_it_isnt_given(books: Books, more: dict[str, Any], code: str) -> None:
    wanted = {"course_id": books.institute.course_id} if "course" in more else more
    assert keep(books, **wanted).verdict == "applied"
    told = give(books, books.charged(1_000))
    assert (told.verdict, told.code) == ("rejected", code)
    assert told.message
    assert len(books.bodies("ledger_entry")) == 1


def test_a_coupon_is_used_up(books: Books) -> None:
    keep(books, most=2, most_each=1)
    first, second = books.charged(1_000), books.charged(1_000)
    device = books.at("bursar")
    asked = [(first, "applied"), (second, "rejected"), (books.charged(1_000, at=1), "applied")]
    commands = [
        device.command("GrantDiscount", books.new_id(), {"charge_id": charge, "code": "SIB-10"}) for charge, _ in asked
    ]
    assert [one.verdict for one in device.send(*commands)] == [verdict for _, verdict in asked]
    assert give(books, books.charged(1_000, at=2)).code == "discount_used_up"


def test_who_may(books: Books) -> None:
    assert keep(books, by="cashier").code == "not_allowed"
    keep(books, needs_approval=True)
    charge = books.charged(1_000)
    assert give(books, charge, by="cashier").code == "not_allowed"
    assert give(books, charge).verdict == "applied"
    assert give(books, books.new_id()).verdict == "held"


def test_discounts_that_cant_be_kept_and_changes(books: Books) -> None:
    told = keep(books)
    assert keep(books).code == "code_taken"
    assert keep(books, code="X-2", rate=0).code == "field_invalid"
    assert keep(books, code="X-3", colour="red").code == "field_invalid"
    base = told.revision
    assert keep(books, told.target_id, base=base, rate=20_000).code == "field_invalid"
    changed = keep(books, told.target_id, base=base, state="retired")
    assert changed.verdict == "applied"
    assert keep(books).verdict == "applied"
    assert books.row("discount", told.target_id)["needs_approval"] is False
