"""What is earned by whose money: first or each payment, refunds and voids, shares whose sum is the money, refusals."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.ids import derived_id
from shared.finance.earning_rules import (
    FIRST,
    affiliate_fault,
    differences,
    figures_of,
    net_payments,
    owed_to,
    referral_fault,
    referred,
    share_fault,
    shared_out,
    shares_on,
    untaxed,
    with_referral_code,
)

NOBODY: frozenset[str] = frozenset()


def entry(key: str, kind: str, amount: int, **more: Any) -> dict[str, Any]:
    """A line of a student's ledger."""
    return {
        "id": key, "kind": kind, "amount": amount, "currency": "GHS", "day": "2026-11-20", "made_at": key,
        "payment_id": None, "reverses_id": None, "taxes": [], "course_id": None, **more,
    }  # fmt: skip


def paid(key: str, amount: int, **more: Any) -> dict[str, Any]:
    return entry(key, "payment", -amount, payment_id=f"of {key}", **more)


def refund(key: str, of: str, amount: int) -> dict[str, Any]:
    return entry(key, "refund", amount, payment_id=f"of {of}")


def void(of: dict[str, Any]) -> dict[str, Any]:
    return entry(f"{of['id']} back", "reversal", -of["amount"], reverses_id=of["id"], payment_id=of["payment_id"])


def referral(**more: Any) -> dict[str, Any]:
    return {"affiliate_id": "radio", "given_on": "2026-11-01", **FIRST, "rate": 1_000, **more}


def earned(of: dict[str, Any], *entries: dict[str, Any], unconfirmed: frozenset[str] = NOBODY) -> list[int]:
    return list(referred(of, net_payments(entries, unconfirmed)).values())


def test_the_first_payment_or_each() -> None:
    both = (paid("1", 1_005), paid("2", 500))
    assert earned(referral(), *both) == [101]
    assert earned(referral(every_payment=True), *both) == [101, 50]
    assert earned(referral(rate=0, amount=300), *both) == [300]
    assert earned(referral(rate=0, amount=2_000), *both) == [1_005]
    assert earned(referral(rate=0, amount=300, currency="NGN"), *both) == [0]
    assert earned(referral(within_days=18), *both) == []
    assert earned(referral(within_days=19), *both) == [101]


def test_money_that_went_back_earned_nothing() -> None:
    one, two = paid("1", 1_000), paid("2", 500)
    assert earned(referral(), one, refund("3", "1", 400)) == [60]
    assert earned(referral(), one, two, refund("3", "1", 1_000)) == [0]
    assert earned(referral(), one, void(one)) == []
    assert earned(referral(), one, void(one), two) == [50]
    assert earned(referral(every_payment=True), one, two, unconfirmed=frozenset({"of 1"})) == [50]


@given(st.lists(st.integers(1, 10**9), max_size=6), st.integers(0, 10**9), st.integers(1, 10_000))
def test_refunds_never_make_it_more_and_all_back_is_nothing(amounts: list[int], back: int, rate: int) -> None:
    entries = [paid(str(at), amount) for at, amount in enumerate(amounts)]
    of = referral(rate=rate, every_payment=True)
    before = sum(earned(of, *entries))
    assert 0 <= before <= sum(amounts)
    some = [refund("x", "0", min(back, amounts[0]))] if amounts else []
    assert sum(earned(of, *entries, *some)) <= before
    assert sum(earned(of, *entries, *(void(one) for one in entries))) == 0


RATES = st.lists(st.integers(1, 10_000), max_size=4).filter(lambda rates: sum(rates) <= 10_000)


@given(RATES, st.lists(st.integers(1, 10**9), min_size=1, max_size=5), st.integers(0, 5_000), st.data())
def test_all_parts_together_are_the_money_without_its_taxes(
    rates: list[int], parts: list[int], tax: int, data: st.DataObject
) -> None:
    total = sum(parts)
    taxes = [{"name": "VAT", "rate": tax, "amount": total * tax // 10_000}]
    charge = entry("charge", "charge", total, course_id="photo", taxes=taxes)
    payments = [paid(str(at), amount) for at, amount in enumerate(parts)]
    shares = [
        {"id": str(at), "course_id": "photo", "person_id": f"p{at}", "rate": rate, "from_on": "2026-01-01"}
        for at, rate in enumerate(rates)
    ]
    come = data.draw(st.integers(0, len(parts)))
    allocations = [{"entry_id": one["id"], "charge_id": "charge", "amount": -one["amount"]} for one in payments[:come]]
    found = shared_out(shares, [charge, *payments], allocations, NOBODY)
    money = untaxed(charge, sum(parts[:come]))
    assert 0 <= money <= sum(parts[:come])
    assert sum(found.values()) <= money
    if sum(rates) == 10_000:
        assert sum(found.values()) == money
    for (_, person_id, *_), amount in found.items():
        rate = next(one["rate"] for one in shares if one["person_id"] == person_id)
        assert abs(amount * 10_000 - money * rate) < 10_000
    undone = [{**one, "amount": -one["amount"]} for one in allocations]
    assert sum(shared_out(shares, [charge, *payments], [*allocations, *undone], NOBODY).values()) == 0


def test_the_share_of_the_day_of_the_charge_counts() -> None:
    shares = [
        {"id": "1", "course_id": "photo", "person_id": "ama", "rate": 3_000, "from_on": "2026-01-01"},
        {"id": "2", "course_id": "photo", "person_id": "ama", "rate": 0, "from_on": "2026-11-15"},
        {"id": "3", "course_id": "photo", "person_id": "kofi", "rate": 5_000, "from_on": "2026-11-15"},
        {"id": "4", "course_id": "other", "person_id": "esi", "rate": 5_000, "from_on": "2026-01-01"},
    ]
    assert shares_on(shares, "photo", "2026-11-14") == {"ama": 3_000}
    assert shares_on(shares, "photo", "2026-11-15") == {"kofi": 5_000}
    old = entry("old", "charge", 1_000, course_id="photo", day="2026-11-01")
    new = entry("new", "charge", 1_000, course_id="photo")
    allocations = [{"entry_id": "1", "charge_id": key, "amount": 500} for key in ("old", "new")]
    found = shared_out(shares, [old, new, paid("1", 1_000)], allocations, NOBODY)
    assert {key[1]: amount for key, amount in found.items()} == {"ama": 150, "kofi": 250}
    assert shared_out(shares, [old, new, paid("1", 1_000)], allocations, frozenset({"of 1"})) == {}


LINES = st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(-500, 500)), max_size=20)


@given(LINES, st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 500)))
def test_one_more_line_brings_what_is_written_to_what_is_earned(lines: Any, wanted: dict[str, int]) -> None:
    def key(who: str) -> tuple[str, str, str, str, None]:
        return ("affiliate", who, "x", "GHS", None)

    def line(who: str, amount: int) -> dict[str, Any]:
        place = {"payee_kind": "affiliate", "payee_id": who, "source_id": "x", "currency": "GHS", "course_id": None}
        return {**place, "amount": amount}

    written = [line(*one) for one in lines]
    more = differences({key(who): amount for who, amount in wanted.items()}, written)
    after = owed_to([*written, *(line(one[1], amount) for one, amount in more.items())])
    for who in "abc":
        assert after.get(("affiliate", who, "GHS"), 0) == wanted.get(who, 0)
    assert differences({key(who): n for who, n in wanted.items()}, [
        *written, *(line(one[1], amount) for one, amount in more.items()),
    ]) == {}  # fmt: skip


def test_figures_of_a_payee() -> None:
    lines = [("earned", 500, "2026-10-01"), ("earned", -100, "2026-11-02"), ("paid_out", -300, "2026-11-03"),
             ("taken_back", 300, "2026-11-04"), ("paid_out", -200, "2026-12-01")]  # fmt: skip
    rows = [{"kind": kind, "amount": amount, "day": day} for kind, amount, day in lines]
    assert figures_of(rows, "2026-11-01", "2026-11-30") == {"earned": 0, "taken_back": 100, "paid_out": 0, "owed": 200}
    assert figures_of(rows)["earned"] == 500


def affiliate(**more: Any) -> dict[str, Any]:
    wanted = {"name": "Radio", "code": "RADIO", "rate": 500, "mail": "ads@radio.example", "person_id": "esi"}
    return {**FIRST, "id": "radio", **wanted, **more}


@pytest.mark.parametrize(
    ("person", "given_before", "paid_before", "code"),
    [
        ({"id": "ama", "email": ""}, False, False, None),
        ({"id": "esi", "email": ""}, False, False, "self_referral"),
        ({"id": "ama", "email": "Ads@Radio.example"}, False, False, "self_referral"),
        ({"id": "ama", "email": None}, True, False, "referral_given"),
        ({"id": "ama", "email": ""}, False, True, "referral_late"),
    ],
)
def test_whose_code_is_taken(person: Any, given_before: bool, paid_before: bool, code: str | None) -> None:
    fault = referral_fault(affiliate(), person, given_before, paid_before)
    assert (fault.code if fault else None) == code


def test_codes_that_nobody_has() -> None:
    rows = [affiliate(), affiliate(code="OLD", state="retired")]
    assert with_referral_code(rows, " ra dio ") == rows[0]
    assert with_referral_code(rows, "old") is None
    assert with_referral_code(rows, "") is None
    fault = referral_fault(None, {"id": "ama", "email": ""}, False, False)
    assert fault is not None
    assert fault.code == "referral_unknown"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": 5}, {"code": "X"}, {"code": "ra dio"}, {"mail": "nobody"}, {"mail": None}, {"rate": 0},
        {"amount": 5}, {"rate": 10_001}, {"rate": True}, {"within_days": -1}, {"state": "on"}, {"currency": "ABC"},
        {"every_payment": 1}, {"person_id": 5}, {"extra": 1},
    ],
)  # fmt: skip
def test_affiliates_that_cant_be_kept(wrong: dict[str, Any]) -> None:
    assert affiliate_fault(affiliate()) is None
    assert affiliate_fault({**affiliate(), **wrong})


@pytest.mark.parametrize(
    ("rate", "from_on", "code"),
    [
        (4_000, "2026-11-20", None),
        (4_001, "2026-11-20", "share_sum"),
        (10_000, "2026-12-01", None),
        (1, "2026-11-19", "share_past"),
        (10_001, "2026-12-01", "field_invalid"),
        (5_000, "2026-13-01", "field_invalid"),
    ],
)
def test_shares_are_a_hundred_percent_at_most_on_every_day(rate: int, from_on: str, code: str | None) -> None:
    shares = [
        {"id": "1", "course_id": "photo", "person_id": "ama", "rate": 6_000, "from_on": "2026-01-01"},
        {"id": "2", "course_id": "photo", "person_id": "ama", "rate": 0, "from_on": "2026-12-01"},
    ]
    wanted = {"id": derived_id("share"), "course_id": "photo", "person_id": "kofi", "rate": rate, "from_on": from_on}
    fault = share_fault(shares, wanted, "2026-11-20")
    assert (fault.code if fault else None) == code
