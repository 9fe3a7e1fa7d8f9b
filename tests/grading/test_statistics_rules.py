"""What a column of marks comes to."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.grading.rules import spread


def test_no_marks_have_no_figures():
    assert spread([], 100) is None
    assert spread([0, 0], 0).bars[0] == 2


@pytest.mark.parametrize(
    ("marks", "average", "median", "bars"),
    [
        ([5000], 5000, 5000, (0, 0, 0, 0, 0, 1, 0, 0, 0, 0)),
        ([0, 10_000], 5000, 5000, (1, 0, 0, 0, 0, 0, 0, 0, 0, 1)),
        ([1000, 2000, 3001], 2000, 2000, (0, 1, 1, 1, 0, 0, 0, 0, 0, 0)),
        ([1, 2], 2, 2, (2, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
        ([12_000, 999], 6500, 6500, (1, 0, 0, 0, 0, 0, 0, 0, 0, 1)),
    ],
)
def test_worked_by_hand(marks, average, median, bars):
    told = spread(marks, 10_000)
    assert (told.average, told.median, told.bars) == (average, median, bars)
    assert (told.lowest, told.highest, told.count) == (min(marks), max(marks), len(marks))


@given(st.lists(st.integers(0, 12_000), min_size=1, max_size=60))
def test_it_says_what_the_library_says(marks):
    told = spread(marks, 10_000)
    assert abs(told.average - statistics.fmean(marks)) <= 0.51
    assert abs(told.median - statistics.median(marks)) <= 0.5
    assert sum(told.bars) == len(marks)
