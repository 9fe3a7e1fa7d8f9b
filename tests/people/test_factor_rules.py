"""How codes are written and typed, and what of an address is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.people.factors import (
    CROCKFORD,
    STAFF_ROLES,
    FactorKind,
    grouped,
    hidden_address,
    is_code,
    is_recovery_code,
    plain_digits,
    plain_recovery_code,
)


@pytest.mark.parametrize("typed", ["287082", " 287 082 ", "287-082", "287\t082"])
def test_codes_may_be_typed_in_groups(typed):
    assert is_code(typed)
    assert plain_digits(typed) == "287082"


@pytest.mark.parametrize("typed", ["", "28708", "2870823", "28708a", "२८७०८२", "²⁸⁷⁰⁸²", "=28708"])
def test_what_is_no_code(typed):
    assert not is_code(typed)


@pytest.mark.parametrize("typed", ["7k3pm-q9x4t", "7K3PMQ9X4T", " 7k3pm q9x4t "])
def test_recovery_codes_are_read_as_people_type_them(typed):
    assert is_recovery_code(typed)
    assert plain_recovery_code(typed) == "7K3PMQ9X4T"


def test_letters_that_are_taken_for_others_are_read_as_those():
    assert plain_recovery_code("oOiIlL-0011") == "0011110011"


@pytest.mark.parametrize("typed", ["", "7K3PM", "7K3PM-Q9X4U", "7K3PM-Q9X4T-0", "७K3PM-Q9X4T"])
def test_what_is_no_recovery_code(typed):
    assert not is_recovery_code(typed)


@given(st.text(CROCKFORD, min_size=10, max_size=10))
def test_a_code_in_groups_is_the_same_code(code):
    assert plain_recovery_code(grouped(code, 5)) == code
    assert plain_recovery_code(grouped(code, 4)) == code


def test_groups():
    assert grouped("7K3PMQ9X4T", 5) == "7K3PM-Q9X4T"
    assert grouped("GEZDGNBV", 4) == "GEZD GNBV"


def test_of_an_address_little_is_shown():
    assert hidden_address(FactorKind.MAIL, "ama@example.org") == "a…@example.org"
    assert hidden_address(FactorKind.SMS, "+233241234567") == "…567"


def test_all_staff_is_proposed_and_students_are_not():
    assert "student" not in STAFF_ROLES
    assert {"administrator", "registrar", "cashier", "instructor"} <= set(STAFF_ROLES)
