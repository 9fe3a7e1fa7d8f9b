"""Instalment plans on both databases: made, changed, ended, refused, and what is overdue by them."""

from typing import Any

import pytest

from server.finance.account_queries import account_of
from shared.core.outcome import Outcome
from tests.finance.books import CURRENCY, Books, books

__all__ = ["books"]
FIRST = [("2026-11-01", 400), ("2026-12-01", 300), ("2027-01-01", 300)]


def plan(books: Books, charges: list[str], parts: Any = FIRST, at: int = 0, **more: Any) -> dict[str, Any]:
    """What saving a plan asks for."""
    rows = [{"due_on": day, "amount": amount} for day, amount in parts]
    return {
        "person_id": books.person(at), "currency": CURRENCY, "charge_ids": charges, "parts": rows, **more,
    }  # fmt: skip


def save(
    books: Books, target: str, charges: list[str], parts: Any = FIRST, base: str | None = None, **more: Any
) -> Outcome:
    """Save a plan."""
    by = more.pop("by", "bursar")
    return books.at(by).do("SavePlan", target, plan(books, charges, parts, **more), base)


def overdue(books: Books, now: str = "2026-11-20T08:00:00.000Z") -> int:
    """Return what the first student's account says is overdue."""
    with books.institute.parts.database.read() as db:
        found = account_of(db, books.institute.organisation_id, books.person(), now)
    return int(found["accounts"][0]["overdue"])


def test_a_plan_says_what_is_due_and_keeps_what_is_paid(books: Books) -> None:
    charge, key = books.charged(1_000, due_on="2026-10-01"), books.new_id()
    assert overdue(books) == 1_000
    told = save(books, key, [charge])
    assert told.verdict == "applied", told
    assert overdue(books) == 400
    books.paid(550, goes_to=[(charge, 550)])
    assert overdue(books) == 0
    assert overdue(books, "2026-12-02T08:00:00.000Z") == 150
    assert save(books, key, [charge], [("2027-01-01", 1_000)], told.revision).code == "plan_paid"
    after = [("2026-11-01", 400), ("2026-12-01", 150), ("2027-02-01", 450)]
    changed = save(books, key, [charge], after, told.revision)
    assert changed.verdict == "applied", changed
    assert overdue(books, "2027-01-02T08:00:00.000Z") == 0
    assert save(books, key, [charge], FIRST, told.revision).code == "plan_changed"
    assert save(books, key, [charge], after, changed.revision).verdict == "agreed"
    assert books.row("instalment_plan", key)["parts"][2] == {"due_on": "2027-02-01", "amount": 450}
    assert save(books, key, [charge], after, changed.revision, ended=True).verdict == "applied"
    assert overdue(books) == 450


def test_one_plan_for_several_charges(books: Books) -> None:
    charges = [books.charged(600), books.charged(400)]
    key = books.new_id()
    assert save(books, key, charges).verdict == "applied"
    again = save(books, books.new_id(), charges[:1], [("2026-12-01", 600)])
    assert (again.verdict, again.code) == ("rejected", "charge_planned")
    assert "Tuition" in (again.message or "")


@pytest.mark.parametrize(
    ("parts", "code"),
    [([("2026-12-01", 500), ("2026-11-01", 500)], "plan_days"), ([("2026-12-01", 999)], "plan_sum"),
     ([("2026-12-01", 1_001)], "plan_sum"), ([("2026-13-01", 1_000)], "plan_days"),
     ([("2026-12-01", 0)], "invalid_payload"), ([], "invalid_payload")],
)  # fmt: skip
def test_plans_that_cant_be(books: Books, parts: Any, code: str) -> None:
    told = save(books, books.new_id(), [books.charged(1_000)], parts)
    assert (told.verdict, told.code) == ("rejected", code)
    assert books.bodies("instalment_plan") == []


def test_a_plan_is_of_ones_own_charges(books: Books) -> None:
    charge, other = books.charged(1_000), books.charged(1_000, at=1)
    assert save(books, books.new_id(), [other]).code == "not_a_charge"
    assert save(books, books.new_id(), [books.paid(1_000)]).code == "not_a_charge"
    assert save(books, books.new_id(), [books.new_id()]).verdict == "held"
    assert save(books, books.new_id(), [charge], person_id=books.new_id()).verdict == "held"
    assert save(books, books.new_id(), [charge], by="cashier").code == "not_allowed"
    key = books.new_id()
    assert save(books, key, [charge]).verdict == "applied"
    base = books.row("instalment_plan", key)["revision"]
    assert save(books, key, [other], base=base, at=1).code == "plan_of_another"
