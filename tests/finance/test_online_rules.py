"""The rules of payments through gateways: states only go forward, and money is what was asked for or nothing."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.finance import online_rules as rules
from shared.finance.online_commands import BeginOnlinePayment, begin_fault, server_till_id
from shared.finance.vocabulary import PAID, Method, PaymentState

ID, OTHER = "01a1f7f8-3000-7672-874a-d4a8ff8edb70", "01a1f7f8-3000-7672-874a-d4a8ff8edb71"
_TOLD = (PaymentState.PENDING, PaymentState.UNKNOWN, PaymentState.PROCESSING, PaymentState.FAILED)
TOLD = st.sampled_from((*_TOLD, PaymentState.COMPLETED))


@given(st.lists(TOLD, max_size=8), st.randoms())
def test_whatever_order_it_is_told_in_the_end_is_the_same(told: list[PaymentState], random: Any) -> None:
    ends = set()
    for _ in range(3):
        random.shuffle(told)
        ends.add(_end(told * 2))
    assert len(ends) == 1
    assert ends == {_end(told)}


def _end(told: list[PaymentState]) -> PaymentState:
    state = PaymentState.PENDING
    for one in told:
        after = rules.moved(state, one)
        assert not (state in PAID and after not in PAID)
        state = after
    return state


@given(st.sampled_from(list(PaymentState)), st.sampled_from(list(PaymentState)))
def test_what_was_given_back_or_voided_never_moves(present: PaymentState, told: PaymentState) -> None:
    after = rules.moved(present, told)
    if present in {PaymentState.VOIDED, PaymentState.REFUNDED, PaymentState.PARTLY_REFUNDED, PaymentState.COMPLETED}:
        assert after is present
    assert rules.moved(after, told) is after


MONEY = st.builds(rules.Money, st.integers(1, 3), st.sampled_from(("GHS", "NGN")), st.booleans())


@given(MONEY, MONEY)
def test_only_the_same_money_has_no_problem(asked: rules.Money, told: rules.Money) -> None:
    problem = rules.money_problem(asked, told)
    assert (problem is None) == (asked == told)
    assert problem is None or rules.problem_text(problem)


def test_every_problem_has_its_words_and_nothing_has_none() -> None:
    assert all(rules.problem_text(one) for one in rules.Problem)
    assert (rules.problem_text(""), rules.problem_text("other")) == ("", "")


def test_a_gateway_is_asked_ever_less_often_until_nobody_pays_any_more() -> None:
    pauses = [rules.pause(age) for age in (0, 700, 5_000, 200_000)]
    assert pauses == sorted(pauses)
    assert [rules.given_up(age) for age in (0, rules.GIVEN_UP - 1, rules.GIVEN_UP)] == [False, False, True]
    assert rules.UNKNOWN_THERE < rules.GIVEN_UP


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("a", "a", True), ("ab", "bc", True), ("a", "b", False), ("", "", True), ("a", "", False)],
)
def test_two_payments_are_for_the_same(one: str, other: str, same: bool) -> None:
    assert rules.overlaps(one, other) is same


def test_what_a_payment_is_for_is_read_from_its_metadata() -> None:
    assert rules.charges_of({"metadata": {"charges": [{"entry_id": ID, "amount": 5}]}}) == [(ID, 5)]
    assert rules.charges_of({"metadata": {}}) == rules.charges_of({"metadata": None}) == []


def test_money_goes_back_the_way_it_came() -> None:
    ways = itertools.product((*rules.GATEWAYS, Method.CASH), ("", "paystack", "razorpay"))
    refused = {(str(way), came) for way, came in ways if rules.refund_method_fault(way, {"gateway": came})}
    assert refused == {("paystack", ""), ("paystack", "razorpay"), ("razorpay", ""), ("razorpay", "paystack")}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, None),
        ({"gateway": "razorpay"}, "gateway_currency"),
        ({"gateway": "razorpay", "currency": "INR", "amount": 99, "goes_to": ()}, "amount_too_small"),
        ({"goes_to": ({"entry_id": ID, "amount": 5}, {"entry_id": ID, "amount": 5})}, "charge_twice"),
        ({"goes_to": ({"entry_id": ID, "amount": 501},)}, "shares_differ"),
    ],
)
def test_what_can_be_begun(more: dict[str, Any], code: str | None) -> None:
    shares = ({"entry_id": ID, "amount": 200}, {"entry_id": OTHER, "amount": 300})
    wanted = {"person_id": ID, "gateway": "paystack", "amount": 500, "currency": "GHS", "goes_to": shares, **more}
    fault = begin_fault(BeginOnlinePayment.model_validate(wanted))
    assert (fault[0] if fault else None) == code


def test_the_servers_own_series_have_one_id_each_for_each_institute() -> None:
    ids = [server_till_id(word, one) for word in ("online_till", "office_till") for one in (ID, ID, OTHER)]
    assert (ids[0], len(set(ids))) == (ids[1], 4)
