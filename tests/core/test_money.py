"""Amounts typed, shown, shared out and taken in part: always whole units, always the same sum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.errors import CampusError
from shared.core.money import (
    MOST_MINOR,
    money_text,
    parse_amount,
    part_of,
    plain_amount,
    short_amount,
    split_by,
    split_evenly,
)

amounts = st.integers(0, MOST_MINOR)


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("1500", "GHS", 150_000),
        ("1,500", "GHS", 150_000),
        (" 1 500.5 ", "GHS", 150_050),
        ("ghs 0.07", "GHS", 7),
        ("1.", "GHS", 100),
        ("1.500", "GHS", 150),
        ("1500", "XOF", 1500),
        ("1500.00", "XOF", 1500),
        ("1.505", "TND", 1505),
        ("0", "GHS", 0),
    ],
)
def test_what_people_type_becomes_minor_units(typed, currency, minor):
    assert parse_amount(typed, currency) == minor


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "bad_amount"),
        ("-5", "bad_amount"),
        ("1,50", "bad_amount"),
        ("1e5", "bad_amount"),
        ("twelve", "bad_amount"),
        ("twelve cedis", "bad_amount"),
        ("1.505", "too_many_decimals"),
        ("KES 5", "other_currency"),
        ("9" * 13, "amount_too_large"),
        ("9" * 5000, "amount_too_large"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(typed, code):
    with pytest.raises(CampusError) as refused:
        parse_amount(typed, "GHS")
    assert refused.value.code == code


@given(amounts, st.sampled_from(["GHS", "XOF", "TND"]))
def test_what_is_shown_is_read_back(minor, currency):
    assert parse_amount(plain_amount(minor, currency), currency) == minor
    assert parse_amount(money_text(minor, currency), currency) == minor
    assert parse_amount(short_amount(minor, currency), currency) == minor


def test_amounts_are_shown_with_marks_and_only_the_digits_that_say_something():
    assert (plain_amount(-2005, "GHS"), plain_amount(150_000_000, "GHS")) == ("-20.05", "1,500,000.00")
    assert (short_amount(150_000, "GHS"), short_amount(150_001, "GHS")) == ("1,500", "1,500.01")
    assert (short_amount(1500, "XOF"), plain_amount(-1500, "XOF")) == ("1,500", "-1,500")


@given(amounts, st.integers(1, 400))
def test_equal_parts_sum_up_and_differ_by_a_unit_at_most(total, parts):
    shares = split_evenly(total, parts)
    assert sum(shares) == total
    assert max(shares) - min(shares) <= 1
    assert list(shares) == sorted(shares, reverse=True)


@given(amounts, st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any))
def test_parts_by_weight_sum_up_and_stay_within_a_unit_of_their_due(total, weights):
    shares = split_by(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)
        assert weight or not share


@given(amounts, st.integers(0, 10_000))
def test_a_part_is_rounded_half_up(amount, rate):
    assert 2 * abs(part_of(amount, rate) * 10_000 - amount * rate) <= 10_000
    assert part_of(5, 1_000) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: split_evenly(-1, 2),
        lambda: split_evenly(1, 0),
        lambda: split_by(1, [0, 0]),
        lambda: split_by(-1, [1]),
        lambda: split_by(1, [-1, 5]),
        lambda: part_of(-1, 5),
        lambda: part_of(1, -5),
    ],
)
def test_a_debt_of_less_than_nothing_is_not_shared_out(wrong):
    with pytest.raises(ValueError, match=r"\d"):
        wrong()
