"""What days make of subscriptions: month ends, leap years, clocks that go back, jobs that never ran, and each state."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.errors import CampusError
from shared.finance.subscription_prices import FIRST, period_charge, price_fault
from shared.finance.subscription_rules import _MOST_STEPS, MOST_CAUGHT_UP, Turn, acted, begun, next_start, plus, turned
from shared.finance.subscription_vocabulary import Period, SubscriptionAct, SubscriptionState, Told

TERMS = ("2026-01-12", "2026-05-04", "2026-09-07", "2027-01-11")
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31)).map(str)


def price(**more: Any) -> dict[str, Any]:
    """A price of GHS 250.00 a month."""
    return {**FIRST, "name": "Monthly", "course_id": "c", "amount": 25_000, **more}


PRICES = st.builds(
    price,
    period=st.sampled_from(["month", "quarter", "year", "days"]),
    days=st.integers(1, 60),
    trial_days=st.integers(0, 30),
    warn_days=st.integers(0, 10),
    grace_days=st.integers(0, 20),
    charge_missed=st.booleans(),
)


def begin(of: dict[str, Any], day: str, *, waits: bool = False) -> Turn:
    return begun(of, day, TERMS, waits=waits)


@pytest.mark.parametrize(
    ("period", "days", "anchor", "firsts"),
    [
        ("month", 0, "2026-01-31", ["2026-02-28", "2026-03-31", "2026-04-30"]),
        ("month", 0, "2024-01-31", ["2024-02-29", "2024-03-31", "2024-04-30"]),
        ("year", 0, "2024-02-29", ["2025-02-28", "2026-02-28", "2027-02-28"]),
        ("quarter", 0, "2025-11-30", ["2026-02-28", "2026-05-30", "2026-08-30"]),
        ("days", 10, "2026-12-25", ["2027-01-04", "2027-01-14", "2027-01-24"]),
    ],
)
def test_months_end_where_they_end(period: str, days: int, anchor: str, firsts: list[str]) -> None:
    of = price(period=period, days=days)
    assert [next_start(of, anchor, times, "", ()) for times in (1, 2, 3)] == firsts


def test_a_term_lasts_until_the_next_one_and_waits_for_it() -> None:
    of = price(period="term")
    body = begin(of, "2026-05-10").body
    assert body["period_to"] == "2026-09-07"
    body = turned(body, of, "2027-02-01", TERMS, None).body
    assert (body["period_from"], body["period_to"], body["number"]) == ("2027-01-11", None, 2)
    assert body["look_on"] == "2027-02-02"
    assert turned(body, of, "2027-03-01", TERMS, None).charges == ()
    known = turned(body, of, "2027-05-20", (*TERMS, "2027-05-03"), None)
    assert [one.first_day for one in known.charges] == ["2027-05-03"]


@given(PRICES, DAYS, st.integers(0, 1_500))
def test_periods_follow_on_each_other_and_the_day_lies_in_the_last(of: dict[str, Any], day: str, later: int) -> None:
    first = begin(of, day)
    today = plus(day, later)
    after = turned(first.body, of, today, TERMS, None)
    assert after.body["period_from"] <= today < after.body["period_to"] or after.body["number"] < 0
    charged = [*first.charges, *after.charges]
    assert len({one.number for one in charged}) == len(charged)
    follow = list(after.charges)
    if after.body["number"] - first.body["number"] > _MOST_STEPS:
        assert follow.pop().first_day == today, "after so long a time it begins anew"
    for one, other in pairwise(follow):
        assert (one.until, one.number + 1) == (other.first_day, other.number)
    assert len(after.charges) <= (MOST_CAUGHT_UP if of["charge_missed"] else 1)
    assert all(one.due_on == today for one in after.charges)
    again = turned(after.body, of, today, TERMS, None)
    assert (again.charges, again.told) == ((), ())


@given(PRICES, DAYS, st.integers(0, 300))
def test_looking_each_day_and_looking_once_charge_the_same(of: dict[str, Any], day: str, later: int) -> None:
    of = {**of, "charge_missed": True, "days": max(of["days"], 30)}
    daily = begin(of, day).body
    numbers = []
    for at in range(later + 1):
        turn = turned(daily, of, plus(day, at), TERMS, None)
        numbers += [one.number for one in turn.charges]
        daily = turn.body
    once = turned(begin(of, day).body, of, plus(day, later), TERMS, None)
    assert [one.number for one in once.charges] == numbers
    assert (once.body["period_from"], once.body["period_to"]) == (daily["period_from"], daily["period_to"])


@given(PRICES, DAYS, st.integers(0, 400), st.integers(1, 400), st.booleans())
def test_a_clock_that_goes_back_undoes_and_charges_nothing(
    of: dict[str, Any], day: str, later: int, back: int, owes: bool
) -> None:
    today = plus(day, later)
    body = turned(begin(of, day).body, of, today, TERMS, None).body
    earlier = turned(body, of, plus(today, -back), TERMS, plus(today, 0) if owes else None)
    assert earlier.charges == ()
    places = ("number", "period_from", "period_to", "anchor")
    assert [earlier.body[name] for name in places] == [body[name] for name in places]
    assert Told.LAPSED not in earlier.told


@given(PRICES, DAYS, st.lists(st.tuples(st.integers(0, 60), st.sampled_from([*SubscriptionAct, "day", "owes"]))))
def test_whatever_happens_a_period_is_charged_once(of: dict[str, Any], day: str, doings: list[Any]) -> None:
    turn = begin(of, day)
    body, numbers, today = turn.body, [one.number for one in turn.charges], day
    for days, doing in doings:
        today = plus(today, days)
        try:
            owed = plus(today, -30) if doing == "owes" else None
            act = doing in set(SubscriptionAct)
            turn = acted(body, of, SubscriptionAct(doing), today, None) if act else turned(body, of, today, TERMS, owed)
        except CampusError:
            continue
        if body["state"] == SubscriptionState.CANCELLED:
            assert turn.body == body
        body = turn.body
        numbers += [one.number for one in turn.charges]
    assert len(numbers) == len(set(numbers))
    assert numbers == sorted(numbers)
    assert (body["ended_on"] is not None) == (body["state"] == SubscriptionState.CANCELLED)


def test_unpaid_money_lapses_after_the_days_of_grace_and_the_course_comes_back_with_it() -> None:
    of = price(grace_days=7)
    body = begin(of, "2026-01-31").body
    late = turned(body, of, "2026-02-01", TERMS, "2026-01-31")
    assert (late.body["state"], late.body["look_on"]) == ("overdue", "2026-02-08")
    assert turned(late.body, of, "2026-02-07", TERMS, "2026-01-31").body["state"] == "overdue"
    gone = turned(late.body, of, "2026-02-08", TERMS, "2026-01-31")
    assert (gone.body["state"], gone.told) == ("lapsed", (Told.LAPSED,))
    assert turned(gone.body, of, "2026-06-01", TERMS, "2026-01-31").charges == ()
    back = turned(gone.body, of, "2026-02-20", TERMS, None)
    assert (back.body["state"], back.body["period_to"], back.charges) == ("active", "2026-02-28", ())
    later = turned(gone.body, of, "2026-05-15", TERMS, None)
    assert later.told == (Told.CAME_BACK, Told.RENEWED)
    assert [(one.number, one.first_day, one.until) for one in later.charges] == [(1, "2026-05-15", "2026-06-15")]


def test_three_missed_periods_are_caught_up_as_the_price_says() -> None:
    body = begin(price(), "2026-01-31").body
    each = turned(body, price(), "2026-05-01", TERMS, None)
    assert [one.first_day for one in each.charges] == ["2026-02-28", "2026-03-31", "2026-04-30"]
    last = turned(body, price(charge_missed=False), "2026-05-01", TERMS, None)
    assert [(one.number, one.first_day) for one in last.charges] == [(3, "2026-04-30")]
    assert turned(body, price(), "2026-05-01", TERMS, "2026-01-31").told == (Told.LAPSED,)


def test_a_clock_that_jumps_far_ahead_is_followed_at_once() -> None:
    of = price(period="days", days=1)
    far = turned(begin(of, "2026-01-01").body, of, "2051-01-01", TERMS, None)
    assert (len(far.charges), far.body["period_from"]) == (MOST_CAUGHT_UP, "2051-01-01")


def test_a_trial_charges_nothing_until_it_ends() -> None:
    of = price(trial_days=14)
    first = begin(of, "2026-01-31")
    assert (first.body["state"], first.charges, first.body["period_to"]) == ("trial", (), "2026-02-14")
    warned = turned(first.body, of, "2026-02-09", TERMS, None)
    assert (warned.body["state"], warned.told) == ("trial", (Told.WARNED,))
    assert turned(warned.body, of, "2026-02-10", TERMS, None).told == ()
    paid = turned(warned.body, of, "2026-02-14", TERMS, None)
    assert [(one.number, one.first_day, one.until) for one in paid.charges] == [(0, "2026-02-14", "2026-03-14")]


def test_what_waits_for_money_begins_with_it_or_never() -> None:
    of = price(grace_days=3)
    body = begin(of, "2026-01-31", waits=True).body
    assert body["state"] == "pending"
    began = turned(body, of, "2026-02-02", TERMS, None)
    assert (began.body["state"], began.body["period_from"], began.body["period_to"]) == (
        "active", "2026-02-02", "2026-03-02",
    )  # fmt: skip
    assert turned(body, of, "2026-02-03", TERMS, "2026-01-31").body["state"] == "pending"
    never = turned(body, of, "2026-02-04", TERMS, "2026-01-31")
    assert (never.body["state"], never.take_back) == ("cancelled", True)


def test_cancelling_pausing_and_resuming() -> None:
    of, act = price(), SubscriptionAct
    body = begin(of, "2026-01-31").body
    ending = acted(body, of, act.CANCEL_AT_END, "2026-02-01", None).body
    assert turned(ending, of, "2026-02-27", TERMS, None).told == ()
    over = turned(ending, of, "2026-03-15", TERMS, None)
    assert (over.body["state"], over.body["ended_on"], over.charges) == ("cancelled", "2026-02-28", ())
    kept = acted(ending, of, act.KEEP, "2026-02-02", None).body
    assert turned(kept, of, "2026-02-28", TERMS, None).told == (Told.RENEWED,)
    paused = acted(body, of, act.PAUSE, "2026-02-08", None).body
    assert (paused["state"], paused["days_left"]) == ("paused", 20)
    assert turned(paused, of, "2026-12-01", TERMS, None).body == paused
    resumed = acted(paused, of, act.RESUME, "2026-06-01", None)
    assert (resumed.body["state"], resumed.body["period_to"]) == ("active", "2026-06-21")
    renewed = turned(resumed.body, of, "2026-06-21", TERMS, None)
    assert [(one.number, one.until) for one in renewed.charges] == [(1, "2026-07-21")]
    assert acted(body, of, act.CANCEL_NOW, "2026-02-08", None).body["ended_on"] == "2026-02-08"


def test_a_paused_term_isnt_charged() -> None:
    of = price(period="term")
    paused = acted(begin(of, "2026-01-12").body, of, SubscriptionAct.PAUSE, "2026-02-08", None).body
    resumed = acted(paused, of, SubscriptionAct.RESUME, "2026-10-01", None).body
    assert [one.first_day for one in turned(resumed, of, "2026-10-01", TERMS, None).charges] == ["2026-10-01"]


@pytest.mark.parametrize(
    ("state", "act", "code"),
    [
        ("active", "resume", "subscription_state"),
        ("lapsed", "pause", "subscription_state"),
        ("cancelled", "keep", "subscription_state"),
        ("cancelled", "cancel_now", "subscription_state"),
        ("cancelled", "resume", "subscription_state"),
        ("pending", "pause", "subscription_state"),
    ],
)
def test_what_cant_be_done(state: str, act: str, code: str) -> None:
    body = {**begin(price(), "2026-01-31").body, "state": state}
    with pytest.raises(CampusError) as refused:
        acted(body, price(), SubscriptionAct(act), "2026-02-01", None)
    assert refused.value.code == code


def test_who_owes_doesnt_pause() -> None:
    body = begin(price(), "2026-01-31").body
    with pytest.raises(CampusError, match="still owed"):
        acted(body, price(), SubscriptionAct.PAUSE, "2026-02-01", "2026-01-31")


def test_what_a_period_comes_to() -> None:
    taxes = [{"name": "VAT", "rate": 1_500}, {"name": "None", "rate": 0}]
    of = price(amount=333, first_amount=101, taxes=taxes)
    assert [period_charge(of, first=first)[0] for first in (True, False)] == [116, 383]
    assert [one.amount for one in period_charge(of, first=False)[1]] == [50]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "}, {"currency": "ABC"}, {"period": "week"}, {"amount": 0}, {"amount": True}, {"amount": 10**14},
        {"first_amount": 0}, {"taxes": [{"name": "VAT", "rate": 10_001}]}, {"taxes": None}, {"days": 3},
        {"period": "days"}, {"period": "days", "days": 367}, {"trial_days": -1}, {"grace_days": 1.5}, {"state": "on"},
        {"charge_missed": 1}, {"course_id": None}, {"cohort_id": "k"}, {"course_id": 7}, {"extra": 1},
        {"taxes": [{"name": "A", "rate": 6_000}, {"name": "B", "rate": 6_000}]},
    ],
)  # fmt: skip
def test_prices_that_cant_be_kept(wrong: dict[str, Any]) -> None:
    assert price_fault(price()) is None
    assert price_fault({**price(), **wrong})


def test_every_period_has_its_length() -> None:
    for period in Period:
        assert next_start(price(period=str(period), days=9), "2026-01-12", 1, "2026-01-12", TERMS)
    assert next_start(price(), "2026-01-12", 1, "2026-01-12", ()) == str(date(2026, 1, 12) + timedelta(days=31))
