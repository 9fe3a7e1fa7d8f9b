"""Fees by the period on both databases: begun with the enrolment, charged by the line, ended with it, never doubled."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.money import part_of
from shared.core.outcome import Outcome
from shared.finance.discount_rules import FIRST as DISCOUNT
from shared.finance.fee_commands import fee_structure_id
from shared.finance.fee_periods import FIRST, cost_words, period_fault, price_of
from shared.finance.models import Following
from shared.finance.subscription_prices import period_charge, price_fault
from shared.finance.subscription_projections import charges_of
from shared.finance.subscription_rules import PeriodCharge, begun, turned
from tests.finance.books import CURRENCY, Books, books
from tests.finance.test_subscription_service import act, go_to, run

__all__ = ["books"]
MONTHLY = {**FIRST, "charge_missed": True}
PATIENT = {**MONTHLY, "grace_days": 300}
LINES: list[dict[str, Any]] = [
    {"name": "Tuition", "kind": "tuition", "amount": 1_000, "taxes": [{"name": "VAT", "rate": 1_500}], "due_days": 0},
    {"name": "Studio", "kind": "other", "amount": 333, "taxes": [], "due_days": 10},
]
WHOLE = 1_150 + 333


def fees(books: Books, by: str = "bursar", **more: Any) -> Outcome:
    """Let the course cost two fees a month."""
    target = fee_structure_id(books.institute.course_id)
    present = next((one for one in books.bodies("fee_structure") if one["id"] == target), {})
    wanted = {"name": "Sound", "lines": LINES, "by_period": MONTHLY} if not present else {}
    changes = {name: {"old": present.get(name), "new": value} for name, value in {**wanted, **more}.items()}
    payload = {"course_id": books.institute.course_id, "changes": changes}
    return books.at(by).do("SaveFeeStructure", target, payload, present.get("revision"))


def enrol(books: Books, state: str = "active") -> tuple[str, str]:
    """Enrol a new student in the class; returns the person and the enrolment."""
    system, person, enrolment = books.at("system"), books.new_id(), books.new_id()
    added = system.command("AddPerson", person, {"given_name": "Esi", "family_name": "Appiah"})
    payload = {"cohort_id": books.institute.cohort_id, "person_id": person, "state": state}
    told = system.send(added, system.command("EnrolPerson", enrolment, payload))
    assert {one.verdict for one in told} == {"applied"}
    return person, enrolment


def move(books: Books, enrolment: str, state: str) -> None:
    row = books.row("enrolment", enrolment)
    payload = {"state": state, "old_state": row["state"]}
    assert books.at("system").do("SetEnrolmentState", enrolment, payload, row["revision"]).verdict == "applied"


def charged(books: Books, person: str) -> list[tuple[str, int, str]]:
    """Return (what, amount, due) of what stands charged."""
    own = [one for one in books.bodies("ledger_entry") if one["person_id"] == person]
    gone = {one["reverses_id"] for one in own}
    found = [one for one in own if one["kind"] == "charge" and one["id"] not in gone]
    return sorted((one["what"], one["amount"], one["due_on"]) for one in found)


def subscription(books: Books, enrolment: str) -> list[dict[str, Any]]:
    return [one for one in books.bodies("subscription") if one["enrolment_id"] == enrolment]


def test_enrolling_begins_it_and_each_period_is_charged_line_by_line(books: Books) -> None:
    assert fees(books, by_period=PATIENT).verdict == "applied"
    go_to(books, "2026-11-20")
    person, enrolment = enrol(books)
    first = [("Studio from 2026-11-20 on", 333, "2026-11-30"), ("Tuition from 2026-11-20 on", 1_150, "2026-11-20")]
    assert charged(books, person) == first
    (body,) = subscription(books, enrolment)
    assert (body["state"], body["period_to"]) == ("active", "2026-12-20")
    own = [one for one in books.bodies("ledger_entry") if one["person_id"] == person]
    assert len({one["number"] for one in own}) == 1, "a period is one invoice"
    assert [tax["amount"] for one in own for tax in one["taxes"]] == [150]
    run(books, "2026-12-20")
    run(books, "2026-12-20")
    assert len(charged(books, person)) == 4
    books.trial_balance()


def test_cancelling_ends_it_and_undoing_goes_on_without_charging_again(books: Books) -> None:
    fees(books)
    go_to(books, "2026-11-20")
    person, enrolment = enrol(books)
    before = charged(books, person)
    move(books, enrolment, "cancelled")
    assert [one["state"] for one in subscription(books, enrolment)] == ["cancelled"]
    go_to(books, "2026-11-22")
    move(books, enrolment, "active")
    (body,) = subscription(books, enrolment)
    assert (body["state"], body["ended_on"], charged(books, person)) == ("active", None, before)
    move(books, enrolment, "dropped")
    assert subscription(books, enrolment)[0]["state"] == "cancelled"
    run(books, "2026-12-25")
    assert charged(books, person) == before, "nobody who left is charged"
    move(books, enrolment, "active")
    assert sorted(one["state"] for one in subscription(books, enrolment)) == ["active", "cancelled"]
    assert len(charged(books, person)) == 4


def test_what_isnt_paid_lapses_and_comes_back(books: Books) -> None:
    fees(books)
    go_to(books, "2026-11-20")
    person, enrolment = enrol(books)
    run(books, "2026-11-28")
    (body,) = subscription(books, enrolment)
    assert (body["state"], books.row("enrolment", enrolment)["state"]) == ("lapsed", "dropped")
    told = books.at("cashier").do("TakePayment", books.new_id(), paying(books, person, WHOLE))
    assert told.verdict == "applied", told
    (body,) = subscription(books, enrolment)
    assert (body["state"], books.row("enrolment", enrolment)["state"]) == ("active", "active")
    assert len(charged(books, person)) == 2


def paying(books: Books, person: str, amount: int) -> dict[str, Any]:
    own = [one for one in books.bodies("ledger_entry") if one["person_id"] == person and one["kind"] == "charge"]
    parts = [{"entry_id": one["id"], "amount": one["amount"]} for one in own]
    asked = {
        "amount": amount,
        "currency": CURRENCY,
        "paid_for": [{"person_id": person, "amount": amount, "goes_to": parts}],
        "tenders": [{"method": "cash", "amount": amount}],
        "shift_id": books.shift_id,
    }
    return {"receipt": books.till.receipt(asked), **asked}


def test_new_fees_count_from_the_next_period_on_and_other_periods_for_new_students(books: Books) -> None:
    fees(books, by_period=PATIENT)
    go_to(books, "2026-11-20")
    person, enrolment = enrol(books)
    assert fees(books, lines=[{**LINES[0], "amount": 2_000}]).verdict == "applied"
    run(books, "2026-12-20")
    assert [one[1] for one in charged(books, person)] == [333, 1_150, 2_300]
    assert fees(books, by_period={**PATIENT, "period": "quarter"}).verdict == "applied"
    run(books, "2027-01-20")
    assert len(charged(books, person)) == 4, "who pays by the month goes on"
    other = enrol(books)[1]
    assert subscription(books, other)[0]["period_to"] == "2027-04-20"
    assert sorted(one["state"] for one in books.bodies("subscription_price")) == ["active", "retired"]
    assert fees(books, by_period={}).verdict == "applied"
    person = enrol(books)[0]
    assert [one[0] for one in charged(books, person)] == ["Tuition"], "charged once from now on"
    assert {one["state"] for one in books.bodies("subscription_price")} == {"retired"}
    assert subscription(books, enrolment)[0]["state"] != "cancelled"


def test_who_pays_for_the_class_already_isnt_charged_twice(books: Books) -> None:
    fees(books)
    (price,) = books.bodies("subscription_price")
    go_to(books, "2026-11-20")
    asked = {"price_id": price["id"], "cohort_id": books.institute.cohort_id, "on": "2026-11-20"}
    person, enrolment = enrol(books, "pending")
    told = books.at("bursar").do("Subscribe", books.new_id(), {**asked, "person_id": person})
    assert told.verdict == "applied", told
    assert len(subscription(books, enrolment)) == 1
    assert len(charged(books, person)) == 2
    key = subscription(books, enrolment)[0]["id"]
    assert act(books, key, "pause").code == "subscription_owes"
    assert act(books, key, "cancel_now").verdict == "applied"
    assert books.row("enrolment", enrolment)["state"] == "cancelled"


def discount(books: Books, **more: Any) -> Outcome:
    """Keep a scholarship of half."""
    wanted = {**DISCOUNT, "name": "Half", "kind": "scholarship", "rate": 5_000, "currency": CURRENCY, **more}
    changes = {name: {"old": None, "new": value} for name, value in wanted.items()}
    return books.at("bursar").do("SaveDiscount", books.new_id(), {"changes": changes})


def grant(books: Books, person: str, amount: int = 1_150, day: str = "2026-11-20", **more: Any) -> Outcome:
    """Give it against a fee of a period."""
    own = [one for one in books.bodies("ledger_entry") if one["person_id"] == person and one["kind"] == "charge"]
    charge = next(one for one in own if one["amount"] == amount and day in one["what"])
    return books.at("bursar").do("GrantDiscount", books.new_id(), {"charge_id": charge["id"], **more})


def balance(books: Books, person: str) -> int:
    return sum(one["amount"] for one in books.bodies("ledger_entry") if one["person_id"] == person)


@pytest.mark.parametrize(("periods", "given"), [(1, 1), (2, 2), (0, 4)], ids=["one", "two", "all"])
def test_a_discount_of_a_fee_lasts_for_its_periods(books: Books, periods: int, given: int) -> None:
    fees(books, by_period=PATIENT)
    go_to(books, "2026-11-20")
    person, _ = enrol(books)
    half = discount(books, periods=periods, most=1, most_each=1, valid_to="2026-11-30").target_id
    assert grant(books, person, discount_id=half).verdict == "applied"
    for day in ("2026-12-20", "2027-01-20", "2027-01-20", "2027-02-20"):
        run(books, day)
    assert balance(books, person) == 4 * WHOLE - given * 575
    uses = books.bodies("discount_use")
    assert (len(uses), sum(one["goes_on"] for one in uses)) == (given, given - 1)
    books.trial_balance()


def test_a_discount_that_goes_on_is_given_once_and_ends_with_what_was_granted(books: Books) -> None:
    fees(books, by_period=PATIENT)
    go_to(books, "2026-11-20")
    person, _ = enrol(books)
    other, _ = enrol(books)
    half = discount(books, periods=0, most=2).target_id
    granted = grant(books, person, discount_id=half, amount=1_150)
    run(books, "2026-12-20")
    assert balance(books, person) == 2 * (WHOLE - 575)
    again = grant(books, person, day="2026-12-20", discount_id=half)
    assert again.code == "discount_given", "it was given against this charge by itself"
    assert grant(books, other, discount_id=half).verdict == "applied", "periods are no further givings"
    back = books.at("bursar").do("ReverseEntry", granted.target_id, {"reason": "Left the programme"})
    assert back.verdict == "applied", back
    run(books, "2027-01-20")
    assert balance(books, person) == 3 * WHOLE - 575
    assert balance(books, other) == 3 * WHOLE - 2 * 575
    books.trial_balance()


def test_what_was_paid_ahead_pays_what_a_discount_leaves(books: Books) -> None:
    fees(books, lines=LINES[:1], by_period=PATIENT)
    go_to(books, "2026-11-20")
    person, _ = enrol(books)
    assert grant(books, person, discount_id=discount(books, periods=0).target_id).verdict == "applied"
    asked = {
        "amount": 2_000,
        "currency": CURRENCY,
        "paid_for": [{"person_id": person, "amount": 2_000, "goes_to": []}],
        "tenders": [{"method": "cash", "amount": 2_000}],
        "shift_id": books.shift_id,
    }
    paid = books.at("cashier").do("TakePayment", books.new_id(), {"receipt": books.till.receipt(asked), **asked})
    assert paid.verdict == "applied", paid
    run(books, "2026-12-20")
    own = [one for one in books.bodies("ledger_entry") if one["person_id"] == person]
    last = next(one for one in own if "2026-12-20" in one["what"])
    taken = sum(one["amount"] for one in books.bodies("allocation") if one["charge_id"] == last["id"])
    assert taken == last["amount"] == 1_150
    assert balance(books, person) == 2 * 575 - 2_000
    books.trial_balance()


@pytest.mark.parametrize(
    "said",
    [{**MONTHLY, "period": "hour"}, {**MONTHLY, "days": 3}, {**MONTHLY, "grace_days": -1}, {"period": "month"}, [1],
     {**MONTHLY, "period": "days", "days": 0}, {**MONTHLY, "more": 1}, {**MONTHLY, "days": "x"}],
)  # fmt: skip
def test_periods_that_cant_be_are_refused(books: Books, said: Any) -> None:
    assert fees(books, by_period=said).code in ("field_invalid", "invalid")
    assert books.bodies("fee_structure") == []


def test_who_sets_them_and_their_price(books: Books) -> None:
    assert fees(books, by="cashier").code == "not_allowed"
    assert fees(books, lines=[]).code == "field_invalid"
    fees(books)
    (price,) = books.bodies("subscription_price")
    changes = {"amount": {"old": price["amount"], "new": 1}}
    told = books.at("bursar").do("SaveSubscriptionPrice", price["id"], {"changes": changes}, price["revision"])
    assert told.code == "field_invalid", "the price follows the fees"


TAX = st.fixed_dictionaries({"name": st.just("VAT"), "rate": st.integers(0, 2_500)})
LINE = st.fixed_dictionaries(
    {
        "name": st.just("Fee"),
        "kind": st.just("tuition"),
        "amount": st.integers(1, 10**9),
        "taxes": st.lists(TAX, max_size=3),
        "due_days": st.integers(0, 60),
    }
)
PERIODS = st.sampled_from([("month", 0), ("quarter", 0), ("year", 0), ("days", 1), ("days", 30)])


@given(st.lists(LINE, min_size=1, max_size=6), PERIODS, st.integers(0, 400), st.integers(0, 30))
def test_the_charges_of_a_period_are_what_its_fees_come_to(
    lines: list[dict[str, Any]], period: tuple[str, int], later: int, trial: int
) -> None:
    said = {**MONTHLY, "period": period[0], "days": period[1], "trial_days": trial}
    place = {"id": fee_structure_id("c"), "course_id": "c", "cohort_id": None, "state": "active"}
    structure = {**place, "name": "Fees", "currency": "GHS", "lines": lines, "by_period": said}
    assert period_fault(structure) is None
    price = price_of(structure)
    assert price_fault({**price, "revision": ""}) is None
    whole = sum(one["amount"] + sum(part_of(one["amount"], tax["rate"]) for tax in one["taxes"]) for one in lines)
    amount, taxes = period_charge(price, first=True)
    assert amount == period_charge(price, first=False)[0] == whole
    row = {"id": "s", "person_id": "p", "enrolment_id": "e", "cohort_id": "k", "course_id": "c"}
    day = date(2026, 11, 20)
    turns = [begun(price, day.isoformat(), (), waits=False)]
    turns.append(turned(turns[0].body, price, (day + timedelta(days=later)).isoformat(), (), None))
    periods: list[PeriodCharge] = [one for turn in turns for one in turn.charges]
    made = [charges_of(Following("r", "2026-11-20T08:00:00.000Z"), row, price, one) for one in periods]
    for entries in made:
        assert sum(one["amount"] for one in entries) == whole
        assert sum(tax["amount"] for one in entries for tax in one["taxes"]) == sum(tax.amount for tax in taxes)
        assert all(sum(tax["amount"] for tax in one["taxes"]) <= one["amount"] for one in entries)
    ids = [one["id"] for entries in made for one in entries]
    assert len(set(ids)) == len(ids) == len(periods) * len(lines)
    assert cost_words(structure, day.isoformat())
