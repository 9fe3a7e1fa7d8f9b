"""Rubrics by worked examples: ranges that fit, what they add up to, and judgements that keep to them."""

from itertools import pairwise

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from shared.grading.points import points_text
from shared.grading.rubric_rules import is_whole, levels_fault, most_points, rubric_fault, total_of
from tests.grading.work_rows import IDEA, LIGHT, RUBRIC, criterion, given, level


def test_a_rubric_without_faults():
    assert rubric_fault(RUBRIC) is None
    assert most_points(RUBRIC) == 5000


@pytest.mark.parametrize(
    ("criteria", "code", "words"),
    [
        ([], "rubric_empty", "a criterion"),
        ([criterion("Light")], "rubric_empty", "each criterion a level"),
        ([LIGHT, LIGHT], "rubric_name_twice", "mixed up"),
        ([criterion("Light", level("a", "abc", "5"))], "rubric_points_invalid", "a: “abc” isn't a mark"),
        ([criterion("Light", level("a", "0", "-5"))], "rubric_points_invalid", "below 0"),
        ([criterion("Light", level("a", "6", "5"))], "rubric_level_range", "a goes from 6 to 5."),
        (
            [criterion("Light", level("a", "0", "5"), level("b", "4.5", "9"))],
            "rubric_levels_overlap",
            "Light: a and b overlap.",
        ),
        ([criterion("Light", level("a", "5", "5"), level("b", "5", "5"))], "rubric_levels_overlap", "overlap"),
    ],
)
def test_what_isnt_a_rubric(criteria, code, words):
    fault = rubric_fault(criteria)
    assert fault is not None
    assert fault.code == code
    assert words in fault.sentence


def test_levels_may_touch_and_stand_in_any_order():
    assert rubric_fault([criterion("Light", level("b", "5", "10"), level("a", "0", "5"))]) is None


def test_levels_given_add_up():
    levels = [given("Light", "good", "12.25"), given("Idea", "strong", "20.5")]
    assert levels_fault(RUBRIC, levels) is None
    assert total_of(levels) == 3275
    assert is_whole(RUBRIC, levels)
    assert not is_whole(RUBRIC, levels[:1])


@pytest.mark.parametrize(
    ("levels", "code", "words"),
    [
        ([given("Light", "good", "20.5")], "level_points_range", "Light: good gives 10 to 20 points."),
        ([given("Light", "good", "9.99")], "level_points_range", "gives 10 to 20"),
        ([given("Light", "good", "x")], "level_points_invalid", "isn't a mark"),
        ([given("Light", "strong", "20")], "rubric_changed", "another version"),
        ([given("Sound", "good", "20")], "rubric_changed", "another version"),
        ([given("Light", "good", "20"), given("Light", "weak", "2")], "criterion_twice", "two levels"),
    ],
)
def test_levels_that_dont_fit(levels, code, words):
    fault = levels_fault(RUBRIC, levels)
    assert fault is not None
    assert fault.code == code
    assert words in fault.sentence


@for_all(st.lists(st.integers(0, 3000), min_size=1, max_size=8))
def test_a_ladder_of_levels_is_a_rubric_and_takes_every_point_in_its_ranges(steps):
    edges = [sum(steps[:at]) for at in range(len(steps) + 1)]
    pairs = sorted(set(pairwise(edges)))
    ladder = [level(f"l{at}", points_text(low), points_text(high)) for at, (low, high) in enumerate(pairs)]
    made = [criterion("Light", *ladder)]
    assert rubric_fault(made) is None
    assert most_points(made) == edges[-1]
    for at, (low, high) in enumerate(pairs):
        for points in (low, (low + high) // 2, high):
            assert levels_fault(made, [given("Light", f"l{at}", points_text(points))]) is None
        assert levels_fault(made, [given("Light", f"l{at}", points_text(high + 1))]) is not None


def test_the_parts_stand_for_themselves():
    assert most_points([IDEA]) == 3000
    assert total_of([given("Idea", "thin", "abc")]) == 0
