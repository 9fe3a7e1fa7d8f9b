"""The drawer: expected money, counting, and the reports, whatever the clock does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.errors import CampusError
from shared.core.money import MOST_MINOR
from shared.finance import shift_rules as rules
from shared.finance.shift_rules import Taken
from shared.finance.vocabulary import Method, Movement

SHIFT = {"state": "open", "currency": "GHS", "cashier_name": "Samuel Njoroge", "expected": 10_000}
CLOSED = {**SHIFT, "state": "closed"}
taken = st.builds(
    Taken,
    st.integers(1, 999),
    st.just("R-A1-000001"),
    st.lists(st.tuples(st.sampled_from(Method), st.integers(1, 10**6)), min_size=1, max_size=3).map(tuple),
    st.booleans(),
)
moved = st.tuples(st.sampled_from([one for one in Movement if one is not Movement.NO_SALE]), st.integers(1, 10**6))


@given(st.integers(0, 10**6), st.lists(taken, max_size=12), st.lists(moved, max_size=8), st.integers(0, 100))
def test_expected_is_the_float_and_what_came_and_went(opening, payments, movements, refunded):
    found = rules.drawer(opening, payments, movements, refunded)
    cash = sum(amount for one in payments if not one.voided for method, amount in one.tenders if method is Method.CASH)
    assert found.expected == opening + cash + sum(rules.SIGNS[kind] * amount for kind, amount in movements) - refunded
    assert found.total == sum(one.amount for one in payments if not one.voided)
    assert found.voided_amount == sum(one.amount for one in payments if one.voided)
    assert rules.drawer(opening, payments[::-1], movements[::-1], refunded).expected == found.expected


def test_cash_that_went_back_out_of_another_drawer_is_still_in_this_one():
    tenders = ((Method.CASH, 700), (Method.CARD, 300))
    here = rules.drawer(0, [Taken(1, "R-A1-000001", tenders, voided=True, given_elsewhere=True)], [])
    there = rules.drawer(1_000, [], [], refunded=700)
    assert (here.expected, here.total, here.voided, here.voided_amount) == (700, 700, 1, 1_000)
    assert here.expected + there.expected == 1_000


def test_numbers_give_the_order_and_no_clock():
    payments = [Taken(3, "R-A1-000003", ((Method.CASH, 1),)), Taken(2, "R-A1-000002", ((Method.CARD, 1),))]
    found = rules.drawer(0, payments, [])
    assert (found.first_number, found.last_number) == ("R-A1-000002", "R-A1-000003")


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda: rules.check_opening(1, SHIFT), "shift_open"),
        (lambda: rules.check_opening(-1, None), "bad_amount"),
        (lambda: rules.check_opening(MOST_MINOR + 1, None), "bad_amount"),
        (lambda: rules.check_movement(None, Movement.DROP, 1, 9), "no_shift"),
        (lambda: rules.check_movement(CLOSED, Movement.DROP, 1, 9), "shift_closed"),
        (lambda: rules.check_movement(SHIFT, Movement.DROP, 0, 9), "bad_amount"),
        (lambda: rules.check_movement(SHIFT, Movement.NO_SALE, 1, 9), "bad_amount"),
        (lambda: rules.check_movement(SHIFT, Movement.BANK, 10, 9), "drawer_too_small"),
        (lambda: rules.check_close(None, 0, (), ""), "no_shift"),
        (lambda: rules.check_close(CLOSED, 0, (), ""), "shift_closed"),
        (lambda: rules.check_close(SHIFT, -1, (), "x"), "bad_amount"),
        (lambda: rules.check_close(SHIFT, 10_000, [(100, 99)], ""), "count_differs"),
        (lambda: rules.check_close(SHIFT, 9_999, (), " x "), "difference_unexplained"),
        (lambda: rules.check_close(SHIFT, 10_001, (), ""), "difference_unexplained"),
    ],
)
def test_what_cant_be_says_why(act, code):
    with pytest.raises(CampusError) as told:
        act()
    assert told.value.code == code
    assert told.value.message


def test_what_can_be():
    rules.check_opening(0, None)
    rules.check_movement(SHIFT, Movement.NO_SALE, 0, 0)
    rules.check_movement(SHIFT, Movement.PAY_IN, 50, 0)
    rules.check_movement(SHIFT, Movement.PAY_OUT, 9, 9)
    rules.check_close(SHIFT, 10_000, [(5_000, 2)], "")
    rules.check_close(SHIFT, 9_000, (), "Change given wrong")


def test_a_report_says_everything_that_happened():
    payments = [
        Taken(1, "R-A1-000001", ((Method.CASH, 5_000), (Method.CARD, 2_000)), unconfirmed=True),
        Taken(2, "R-A1-000002", ((Method.CASH, 1_000),), voided=True),
    ]
    movements = [(Movement.DROP, 3_000), (Movement.NO_SALE, 0), (Movement.PAY_IN, 200)]
    found = rules.drawer(10_000, payments, movements, 100)
    lines = dict(rules.report_lines(found, "GHS", counted=12_000))
    assert lines["Cash expected"] == "GHS 121.00"
    assert (lines["Difference"], lines["Cash counted"]) == ("GHS -1.00", "GHS 120.00")
    assert (lines["Voided, 1"], lines["Put into the safe"]) == ("GHS 10.00", "GHS -30.00")
    assert (lines["Drawer opened without a sale"], lines["Given back in cash"]) == ("1", "GHS -1.00")
    assert (lines["Receipts not confirmed yet"], lines["From and to"]) == ("1", "R-A1-000001 – R-A1-000002")
    assert "Difference" not in dict(rules.report_lines(rules.drawer(0, [], []), "GHS"))
    assert "USD 1.00 is missing" in rules.difference_words(-100, "USD")


def test_every_method_and_movement_has_a_name():
    assert len({rules.method_words(one) for one in Method}) == len(Method)
    assert len({rules.movement_words(one) for one in Movement}) == len(Movement)


def test_denominations_fall_and_add_up():
    for digits in (0, 2, 3):
        worths = rules.denominations_of(digits)
        assert list(worths) == sorted(set(worths), reverse=True)
        assert min(worths) > 0
    assert rules.counted_sum([(5_000, 2), (10, 3)]) == 10_030
