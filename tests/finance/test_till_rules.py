"""Series, numbers and gaps, and which install may print numbers of a series."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.errors import CampusError
from shared.finance import till_rules as rules
from shared.finance.till_rules import Gap, Install

OWN = Install("d1", 2)
TILL = {
    "name": "Front desk 2",
    "state": "active",
    "device_id": "d1",
    "install_epoch": 2,
    "valid_from": "2026-11-01",
    "valid_to": "2028-11-01",
}


def test_every_series_has_its_own_code():
    codes = [rules.series_code(number) for number in range(1, rules.MOST_SERIES + 1)]
    assert len(set(codes)) == rules.MOST_SERIES
    assert [codes[at] for at in (0, 8, 9, 215, 216)] == ["A1", "A9", "B1", "Z9", "AA1"]
    assert max(len(one) for one in codes) == rules.LONGEST_CODE
    for wrong in (0, rules.MOST_SERIES + 1):
        with pytest.raises(ValueError, match=str(wrong)):
            rules.series_code(wrong)


@given(st.integers(1, rules.MOST_SERIES), st.integers(1, 10**9))
def test_a_printed_number_is_read_back(series, sequence):
    code = rules.series_code(series)
    number = rules.receipt_number(code, sequence)
    assert rules.read_number(f" {number.lower()} ") == (code, sequence)
    assert rules.series_of(code) == series


@pytest.mark.parametrize("code", ["A", "1", "I1", "A0", "a1", "A11"])
def test_what_is_no_code(code):
    with pytest.raises(ValueError, match=code):
        rules.series_of(code)


def test_what_is_no_number():
    for typed in ("", "R-K3", "R-K0-000001", "R-I3-000001", "K3-000001", "R-K3-1"):
        assert rules.read_number(typed) is None
    assert rules.receipt_number("K3", 123) == "R-K3-000123"


@given(st.sets(st.integers(1, 60)), st.integers(0, 70))
def test_gaps_are_exactly_what_is_missing(given_, reached):
    found = {number for gap in rules.gaps(given_, reached) for number in range(gap.first, gap.last + 1)}
    assert found == set(range(1, max([reached, *given_]) + 1)) - given_
    assert rules.gaps([1, 2, 5, 5, 9], 10) == [Gap(3, 4), Gap(6, 8), Gap(10, 10)]


@pytest.mark.parametrize(
    ("till", "install", "today", "code"),
    [
        (None, OWN, "2026-11-20", "no_till"),
        ({**TILL, "state": "waiting"}, OWN, "2026-11-20", "till_waiting"),
        ({**TILL, "state": "closed"}, OWN, "2026-11-20", "till_closed"),
        (TILL, Install("d1", 3), "2026-11-20", "till_of_another_install"),
        (TILL, Install("d2", 2), "2026-11-20", "till_of_another_install"),
        (TILL, OWN, "2026-10-31", "till_expired"),
        (TILL, OWN, "2028-11-02", "till_expired"),
    ],
)
def test_who_may_not_print_numbers(till, install, today, code):
    with pytest.raises(CampusError) as told:
        rules.check_till(till, install, today)
    assert told.value.code == code
    assert told.value.message.endswith(".")


def test_the_install_of_a_till_prints_numbers():
    assert rules.check_till(TILL, OWN, "2026-11-20") is TILL
    assert rules.is_till_of(TILL, OWN)
    assert not rules.is_till_of(TILL, Install("d1", 3))
    assert not rules.is_till_of({**TILL, "state": "closed"}, OWN)
