"""Cancelling an enrolment on both databases: charges back by the rule, a part kept, a fee, refunds; all undone."""

from typing import Any

import pytest

from server.finance.cancel_service import preview
from shared.core.outcome import Outcome
from shared.finance.refund_rules import FIRST, refund_rule_id
from tests.finance.books import CURRENCY, Books, books

__all__ = ["books"]
HALF = [{"until": -7, "percent": 100}, {"until": 14, "percent": 50}]


def rule(books: Books, by: str = "bursar", target: str = "", **values: Any) -> Outcome:
    """Set the institute's rule, or that of a course."""
    changes = {name: {"old": FIRST[name], "new": value} for name, value in values.items() if name in FIRST}
    key = target or refund_rule_id(values.get("course_id") or books.institute.organisation_id)
    return books.at(by).do("SaveRefundRule", key, {"changes": changes})


def starts(books: Books, day: str) -> None:
    """Say when the class begins."""
    edit = {"changes": {"starts_on": {"old": None, "new": day}}}
    assert books.at("registrar").do("EditCohort", books.institute.cohort_id, edit).verdict == "applied"


def charged(books: Books, amount: int = 1_000, **more: Any) -> str:
    """Charge the first student for the enrolment."""
    place = {"enrolment_id": books.institute.enrolments[0], "cohort_id": books.institute.cohort_id}
    made = books.charged(amount, **place, **more)
    books.institute.clock.advance(86_400)
    return made


def state(books: Books, wanted: str, old: str = "active", at: int = 0) -> Outcome:
    """Set the state of the enrolment."""
    target = books.institute.enrolments[at]
    base = books.row("enrolment", target)["revision"]
    told = books.at("registrar").do("SetEnrolmentState", target, {"state": wanted, "old_state": old}, base)
    assert told.verdict == "applied", told
    return told


def living(books: Books) -> list[tuple[str, int]]:
    """The charges that stand: what and how much."""
    entries = books.bodies("ledger_entry")
    gone = {one["reverses_id"] for one in entries}
    return sorted((one["what"], one["amount"]) for one in entries if one["kind"] == "charge" and one["id"] not in gone)


def looked(books: Books) -> dict[str, Any]:
    """Return what cancelling would do."""
    with books.institute.parts.database.read() as db:
        return preview(db, books.institute.organisation_id, books.institute.enrolments[0], "2026-11-20")


def test_without_a_rule_nothing_moves(books: Books) -> None:
    charged(books)
    assert looked(books)["rule"] is False
    state(books, "cancelled")
    assert (living(books), books.bodies("enrolment_cancellation")) == ([("Tuition", 1_000)], [])


def test_a_part_is_kept_and_the_rest_is_credit(books: Books) -> None:
    assert rule(books, steps=HALF, fee=50).verdict == "applied"
    starts(books, "2026-11-18")
    charge = charged(books, due_on="2026-12-01")
    books.paid(800, goes_to=[(charge, 800)])
    told = looked(books)
    assert {name: told[name] for name in ("percent", "reversed", "kept", "fee", "credited")} == {
        "percent": 50, "reversed": 500, "kept": 500, "fee": 50, "credited": 250,
    }  # fmt: skip
    state(books, "cancelled")
    assert living(books) == [("Fee for cancelling", 50), ("Tuition, kept after cancelling", 500)]
    account = books.account()
    assert (account.balance, account.owed, account.free) == (-250, 0, 250)
    (kept,) = books.bodies("enrolment_cancellation")
    assert (kept["percent"], kept["reversed"], kept["kept"], kept["credited"]) == (50, 500, 550, 250)
    assert books.bodies("finance_request") == []
    books.trial_balance()
    state(books, "active", "cancelled")
    assert living(books) == [("Tuition", 1_000)]
    account = books.account()
    assert (account.balance, account.owed, account.free) == (200, 200, 0)
    assert books.bodies("enrolment_cancellation")[0]["state"] == "undone"
    books.trial_balance()
    state(books, "cancelled")
    assert living(books) == [("Fee for cancelling", 50), ("Tuition, kept after cancelling", 500)]


def test_everything_goes_back_and_somebody_else_decides(books: Books) -> None:
    rule(books, steps=HALF, pays_back=True)
    starts(books, "2026-12-01")
    charge = charged(books)
    books.paid(700, goes_to=[(charge, 700)])
    state(books, "cancelled")
    assert living(books) == []
    (request,) = books.bodies("finance_request")
    assert (request["kind"], request["state"], request["amount"], request["method"]) == (
        "refund",
        "waiting",
        700,
        "cash",
    )
    told = books.at("bursar").do("DecideRequest", request["id"], {"approved": True})
    assert told.verdict == "applied", told
    assert (books.account().balance, books.account().free) == (0, 0)
    state(books, "active", "cancelled")
    assert (books.account().balance, living(books)) == (1_000, [("Tuition", 1_000)])
    books.trial_balance()


def test_a_request_that_waits_is_withdrawn_by_undoing(books: Books) -> None:
    rule(books, steps=HALF, pays_back=True)
    starts(books, "2026-12-01")
    charge = charged(books)
    books.paid(1_000, goes_to=[(charge, 1_000)])
    state(books, "cancelled")
    state(books, "active", "cancelled")
    assert books.bodies("finance_request")[0]["state"] == "withdrawn"
    assert (books.account().balance, books.account().owed, books.account().free) == (0, 0, 0)


def test_plans_and_discounts_change_with_it_and_come_back(books: Books) -> None:
    rule(books, steps=HALF)
    starts(books, "2026-11-18")
    charge = charged(books)
    bursar = books.at("bursar")
    changes = {name: {"new": value} for name, value in {"name": "Sibling", "amount": 200, "currency": CURRENCY}.items()}
    discount = bursar.do("SaveDiscount", books.new_id(), {"changes": changes}).target_id
    given = bursar.do("GrantDiscount", books.new_id(), {"charge_id": charge, "discount_id": discount})
    assert given.verdict == "applied", given
    parts = [{"due_on": "2026-12-01", "amount": 400}, {"due_on": "2027-01-01", "amount": 400}]
    plan = {"person_id": books.person(), "currency": CURRENCY, "charge_ids": [charge], "parts": parts}
    key = books.new_id()
    assert bursar.do("SavePlan", key, plan).verdict == "applied"
    state(books, "cancelled")
    assert living(books) == [("Tuition, kept after cancelling", 400)]
    assert books.account().balance == 400
    planned = books.row("instalment_plan", key)
    assert (planned["state"], planned["charge_ids"] == [charge]) == ("active", False)
    state(books, "active", "cancelled")
    assert (living(books), books.account().balance) == ([("Tuition", 1_000)], 800)
    again = books.row("instalment_plan", key)
    assert again["state"] == "active"
    assert books.row("ledger_entry", again["charge_ids"][0])["what"] == "Tuition"
    assert len(books.bodies("discount_use")) == 2


def test_late_there_is_only_the_fee_and_dropping_out_takes_nothing_back(books: Books) -> None:
    rule(books, steps=HALF, fee=50)
    starts(books, "2026-10-01")
    charged(books)
    state(books, "dropped")
    assert living(books) == [("Tuition", 1_000)]
    state(books, "active", "dropped")
    state(books, "cancelled")
    assert living(books) == [("Fee for cancelling", 50), ("Tuition", 1_000)]


def test_an_enrolment_of_today_that_nobody_paid_is_taken_back_whole(books: Books) -> None:
    rule(books, steps=HALF, fee=50)
    starts(books, "2026-10-01")
    charge = books.charged(1_000, enrolment_id=books.institute.enrolments[0])
    books.paid(1, goes_to=[(charge, 1)])
    assert looked(books)["percent"] == 0
    other = books.charged(70, enrolment_id=books.institute.enrolments[1], at=1)
    state(books, "cancelled", at=1)
    assert books.row("ledger_entry", other)["what"] == "Tuition"
    assert living(books) == [("Tuition", 1_000)]


def test_rules_are_the_bursars_and_of_courses_that_are_there(books: Books) -> None:
    assert rule(books, by="cashier", steps=HALF).code == "not_allowed"
    assert rule(books, steps=[{"until": 0, "percent": 101}]).code == "field_invalid"
    assert rule(books, target=books.new_id(), steps=HALF).code == "rule_of_nothing"
    assert rule(books, course_id=books.new_id(), steps=HALF).code == "course_unknown"
    assert rule(books, course_id=books.institute.course_id, steps=HALF).verdict == "applied"
    with pytest.raises(Exception, match="isn't there"), books.institute.parts.database.read() as db:
        preview(db, books.institute.organisation_id, books.new_id(), "2026-11-20")
