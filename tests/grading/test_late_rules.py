"""Late work by worked examples: days begun, grace, the floor, and extensions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.grading.rules import LateRule, days_late, late_result
from shared.grading.vocabulary import LateKind

DUE = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
FIVE_A_DAY = LateRule(LateKind.PERCENT_PER_DAY, 500)


@pytest.mark.parametrize(
    ("after", "grace", "days"),
    [
        (timedelta(hours=-1), 0, 0),
        (timedelta(0), 0, 0),
        (timedelta(seconds=1), 0, 1),
        (timedelta(minutes=15), 15, 0),
        (timedelta(minutes=16), 15, 1),
        (timedelta(days=1), 0, 1),
        (timedelta(days=1, seconds=1), 0, 2),
        (timedelta(days=1, minutes=1), 15, 2),
        (timedelta(days=9, hours=23), 0, 10),
    ],
)
def test_days_begun_since_it_was_due(after, grace, days):
    assert days_late(DUE, DUE + after, timedelta(minutes=grace)) == days


def test_without_a_due_time_or_a_hand_in_nothing_is_late():
    assert days_late(None, DUE) == 0
    assert days_late(DUE, None) == 0


@pytest.mark.parametrize(
    ("earned", "rule", "days", "penalty", "floored"),
    [
        (6700, FIVE_A_DAY, 2, 670, False),  # 67 points, two days: 6.7 off, 60.3 count
        (6700, FIVE_A_DAY, 0, 0, False),
        (6700, LateRule(), 2, 0, False),
        (1, FIVE_A_DAY, 1, 0, False),
        (10, FIVE_A_DAY, 1, 1, False),  # half a hundredth goes upwards
        (6000, LateRule(LateKind.PERCENT_PER_DAY, 1000, floor=5000), 4, 2400, False),
        (6000, LateRule(LateKind.PERCENT_PER_DAY, 1000, floor=5000), 5, 3000, False),
        (6000, LateRule(LateKind.PERCENT_PER_DAY, 1000, floor=5000), 6, 3000, True),
        (6000, LateRule(LateKind.PERCENT_PER_DAY, 1000), 30, 6000, True),
        (6000, LateRule(LateKind.FIXED, 1000), 1, 1000, False),
        (6000, LateRule(LateKind.FIXED, 1000), 9, 1000, False),
        (600, LateRule(LateKind.FIXED, 1000), 1, 600, True),
        (600, LateRule(LateKind.FIXED, 1000, floor=10000), 1, 0, True),
    ],
)
def test_what_lateness_costs(earned, rule, days, penalty, floored):
    handed_in = DUE + timedelta(days=days) - timedelta(hours=1) if days else DUE
    told = late_result(earned, rule, DUE, handed_in)
    assert (told.days, told.penalty, told.floored) == (days, penalty, floored)
    assert told.result == earned - penalty


def test_an_extension_moves_the_due_time():
    handed_in = DUE + timedelta(days=2)
    assert late_result(6700, FIVE_A_DAY, DUE, handed_in).penalty == 670
    assert late_result(6700, FIVE_A_DAY, DUE + timedelta(days=3), handed_in).penalty == 0


_RULES = st.builds(
    LateRule,
    st.sampled_from(LateKind),
    st.integers(0, 20_000),
    st.timedeltas(timedelta(0), timedelta(days=2)),
    st.integers(0, 10_000),
)


@given(st.integers(0, 1_000_000), _RULES, st.integers(-100, 2000), st.integers(0, 500))
def test_later_is_never_better_and_nothing_goes_below_the_floor(earned, rule, hours, more):
    early = late_result(earned, rule, DUE, DUE + timedelta(hours=hours))
    late = late_result(earned, rule, DUE, DUE + timedelta(hours=hours + more))
    assert 0 <= late.result <= early.result <= earned
    assert late.result * 10_000 >= earned * rule.floor - 5_000
