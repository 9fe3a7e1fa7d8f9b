"""Points as people type them, and every way to mistype them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.grading.points import half_up
from shared.grading.rules import points_text, read_points


@pytest.mark.parametrize(
    ("typed", "hundredths"),
    [
        ("84", 8400),
        ("84.5", 8450),
        ("84,5", 8450),
        (" 84.25 ", 8425),
        ("0", 0),
        ("-0", 0),
        ("7.500", 750),
        ("100", 10000),
    ],
)
def test_points_are_read(typed, hundredths):
    assert read_points(typed, 10_000).hundredths == hundredths


@pytest.mark.parametrize(
    ("typed", "code", "part"),
    [
        ("", "mark_not_a_number", "isn't a mark"),
        ("abc", "mark_not_a_number", "“abc” isn't a mark. Type a number such as 84.5."),
        ("1e9", "mark_not_a_number", "“1e9”"),
        ("1,000.5", "mark_not_a_number", "“1,000.5”"),
        ("8 4", "mark_not_a_number", "“8 4”"),
        ("-3", "mark_negative", "below 0"),
        ("−0.5", "mark_negative", "below 0"),
        ("84.125", "mark_too_fine", "two decimals"),
        ("100.01", "mark_too_high", "100.01 is above the maximum of 100."),
        ("1000000000", "mark_too_high", "above the maximum"),
    ],
)
def test_what_is_no_mark_is_named(typed, code, part):
    told = read_points(typed, 10_000)
    assert told.hundredths is None
    assert told.code == code
    assert part in told.sentence


@pytest.mark.parametrize(
    ("hundredths", "shown"), [(0, "0"), (5, "0.05"), (50, "0.5"), (8450, "84.5"), (8400, "84"), (-675, "-6.75")]
)
def test_points_are_shown(hundredths, shown):
    assert points_text(hundredths) == shown


@given(st.integers(0, 10_000_000))
def test_what_is_shown_is_read_again(hundredths):
    assert read_points(points_text(hundredths)).hundredths == hundredths


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_rounding_is_never_off_by_more_than_a_half(numerator, denominator):
    rounded = half_up(numerator, denominator)
    assert -denominator < 2 * (numerator - rounded * denominator) <= denominator or (
        2 * (numerator - rounded * denominator) == -denominator
    )


@pytest.mark.parametrize(("numerator", "wanted"), [(1, 1), (2, 1), (3, 2), (-1, 0), (-3, -1), (0, 0)])
def test_halves_go_upwards(numerator, wanted):
    assert half_up(numerator, 2) == wanted
