"""Instalment plans: sums, days, where each part stands, what is kept of a changed one, and what is due when."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.errors import CampusError
from shared.finance.ledger_rules import totals
from shared.finance.plan_rules import (
    ACTIVE,
    ENDED,
    Interval,
    by_plan,
    day_after,
    due_until,
    dues,
    fitted,
    keeps_paid,
    kept_parts,
    made_parts,
    plan_fault,
    plan_steps,
    standing,
    steps,
)
from shared.finance.vocabulary import InstalmentState

TODAY = "2026-11-20"
PARTS = (("2026-09-01", 100), ("2026-10-01", 100), ("2026-12-01", 100))
AMOUNTS = st.lists(st.integers(1, 10**9), min_size=1, max_size=20)


def entry(key: str, amount: int, kind: str = "charge", **more: Any) -> dict[str, Any]:
    """A line of a ledger."""
    return {
        "id": key, "kind": kind, "amount": amount, "currency": "GHS", "day": "2026-09-01", "made_at": key,
        "due_on": None, "reverses_id": None, "payment_id": None, **more,
    }  # fmt: skip


def pays(entry_id: str, charge_id: str, amount: int) -> dict[str, Any]:
    """An allocation."""
    return {"entry_id": entry_id, "charge_id": charge_id, "amount": amount}


def plan(*charge_ids: str, parts: Any = PARTS, **more: Any) -> dict[str, Any]:
    """A plan of some charges."""
    rows = [{"due_on": day, "amount": amount} for day, amount in parts]
    return {"charge_ids": list(charge_ids), "parts": rows, "currency": "GHS", "state": ACTIVE, **more}


@given(
    st.integers(100, 10**12), st.integers(1, 59), st.sampled_from(Interval), st.dates().filter(lambda d: d.year < 9000)
)
def test_the_sum_is_always_the_total(total: int, count: int, interval: Interval, first: Any) -> None:
    down = total // 7
    for parts in (
        made_parts(total, count, interval, first.isoformat()),
        made_parts(total, count, interval, first.isoformat(), down),
    ):
        assert plan_fault(parts, total) is None
        amounts = [amount for _, amount in parts[-count:]]
        assert max(amounts) - min(amounts) <= 1
        assert amounts == sorted(amounts, reverse=True)


def test_the_end_of_a_month_stays_the_end() -> None:
    days = [day_after("2027-12-31", Interval.MONTHLY, at) for at in range(4)]
    assert days == ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"]
    assert day_after("2026-12-24", Interval.WEEKLY, 2) == day_after("2026-12-24", Interval.FORTNIGHTLY, 1)


@pytest.mark.parametrize(
    ("total", "count", "first", "down", "code"),
    [(100, 0, TODAY, 0, "plan_count"), (100, 61, TODAY, 0, "plan_count"), (100, 60, TODAY, 1, "plan_count"),
     (3, 4, TODAY, 0, "plan_count"), (100, 2, TODAY, 100, "plan_down_payment"), (0, 1, TODAY, 0, "plan_down_payment"),
     (100, 2, TODAY, -1, "plan_down_payment"), (100, 2, "9999-12-31", 0, "plan_days")],
)  # fmt: skip
def test_plans_that_cant_be_made(total: int, count: int, first: str, down: int, code: str) -> None:
    with pytest.raises(CampusError) as refused:
        made_parts(total, count, Interval.MONTHLY, first, down)
    assert refused.value.code == code


def test_a_down_payment_comes_first() -> None:
    parts = made_parts(100, 3, Interval.WEEKLY, "2026-12-01", 30, TODAY)
    assert parts == ((TODAY, 30), ("2026-12-01", 24), ("2026-12-08", 23), ("2026-12-15", 23))


@pytest.mark.parametrize(
    ("parts", "code"),
    [([("2026-12-02", 50), ("2026-12-01", 50)], "plan_days"), ([("2026-02-30", 100)], "plan_days"),
     ([("2026-12-01", 99)], "plan_sum"), ([("2026-12-01", 101)], "plan_sum")],
)  # fmt: skip
def test_parts_of_ones_own_that_cant_be(parts: list[tuple[str, int]], code: str) -> None:
    fault = plan_fault(parts, 100)
    assert fault is not None
    assert fault.code == code


@given(AMOUNTS, st.integers(0, 10**10))
def test_parts_fit_another_total(amounts: list[int], total: int) -> None:
    parts = [(f"2026-01-{at + 1:02}", amount) for at, amount in enumerate(amounts)]
    found = fitted(parts, total)
    assert sum(amount for _, amount in found) == total
    assert all(amount > 0 for _, amount in found)
    assert [day for day, _ in found] == [day for day, _ in parts][: len(found)]
    assert found[:-1] == tuple(parts[: len(found) - 1]) if found else total == 0


@given(AMOUNTS, st.integers(0, 10**10))
def test_what_is_paid_pays_the_first_parts(amounts: list[int], paid: int) -> None:
    parts = [(f"2026-01-{at + 1:02}", amount) for at, amount in enumerate(amounts)]
    found = steps(parts, paid, "2026-01-10")
    assert sum(step.paid for step in found) == min(paid, sum(amounts))
    assert [step.left == 0 for step in found] == sorted((step.left == 0 for step in found), reverse=True)
    assert all((step.state is InstalmentState.PAID) == (step.left == 0) for step in found)
    kept = kept_parts(found)
    rest = sum(amounts) - sum(amount for _, amount in kept)
    again = (*kept, *((("2026-02-01", rest),) if rest else ()))
    assert keeps_paid(found, again)
    assert keeps_paid(found, parts)


def test_where_parts_stand() -> None:
    found = steps((*PARTS, ("2027-01-01", 50)), 220, "2026-12-01")
    assert [step.state for step in found] == ["paid", "paid", "partly_paid", "pending"]
    assert [step.state for step in steps(PARTS, 150, TODAY)] == ["paid", "overdue", "pending"]


def test_what_is_paid_isnt_changed() -> None:
    before = steps(PARTS, 150, TODAY)
    assert kept_parts(before) == (("2026-09-01", 100), ("2026-10-01", 50))
    assert keeps_paid(before, (("2026-09-01", 100), ("2026-10-01", 60), ("2027-01-01", 140)))
    assert not keeps_paid(before, (("2026-09-01", 100), ("2026-10-01", 49), ("2027-01-01", 151)))
    assert not keeps_paid(before, (("2026-09-01", 90), ("2026-10-01", 210)))
    assert not keeps_paid(before, (("2026-09-02", 100), ("2026-10-01", 200)))
    assert not keeps_paid(before, (("2026-12-01", 300),))


def test_a_plan_of_two_charges_says_what_is_due_when() -> None:
    entries = [
        entry("a", 200, due_on="2026-09-15"), entry("b", 120), entry("c", 40, due_on="2026-11-01"),
        entry("less", -20, "discount"), entry("paid", -130, "payment"),
    ]  # fmt: skip
    allocations = [pays("less", "b", 20), pays("paid", "a", 130)]
    here = plan("a", "b", "unknown")
    assert standing(here["charge_ids"], "GHS", entries, allocations).total == 300
    assert [step.state for step in plan_steps(here, entries, allocations, TODAY)] == ["paid", "overdue", "pending"]
    due = dues([here, plan("c", state=ENDED)], entries, allocations)
    assert due == {"a": [("2026-10-01", 70)], "b": [("2026-12-01", 100)]}
    assert [one["due_on"] for one in by_plan(entries[:3], due)] == ["2026-10-01", "2026-12-01", "2026-11-01"]
    assert totals(entries, allocations, "GHS", TODAY, due=due).overdue == 70 + 40
    assert totals(entries, allocations, "GHS", TODAY).overdue == 70 + 40
    assert totals(entries, allocations, "GHS", "2026-10-01", due=due).overdue == 0
    assert due_until("a", 70, None, due, "2026-10-01") == 70
    assert due_until("b", 100, "2026-01-01", due, TODAY) == 0
    assert (due_until("c", 40, "2026-11-21", due, TODAY), due_until("d", 5, None, due, TODAY)) == (0, 5)


def test_a_part_is_shared_by_charges() -> None:
    entries = [entry("a", 150), entry("b", 150)]
    due = dues([plan("a", "b"), plan("a", parts=[(TODAY, 300)])], entries, [])
    assert due["a"] == [("2026-09-01", 100), ("2026-10-01", 50)]
    assert due["b"] == [("2026-10-01", 50), ("2026-12-01", 100)]


def test_what_was_reversed_is_no_longer_planned() -> None:
    entries = [entry("a", 150), entry("b", 150), entry("back", -150, "reversal", reverses_id="b")]
    here = plan("a", "b")
    assert [step.amount for step in plan_steps(here, entries, [], TODAY)] == [100, 50]
    assert standing(["b"], "GHS", entries, []).total == 0
    assert standing(["a"], "NGN", entries, []).open == {}
    assert dues([plan("b")], entries, []) == {}
    assert fitted((), 5) == ()
