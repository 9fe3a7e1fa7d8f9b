"""Assignments and grade schemes by worked examples: what fits together, and which word a grade gets."""

from fractions import Fraction

import pytest

from shared.grading.assignment_rules import (
    DEFAULT_SCHEME,
    assignment_fault,
    assignment_from,
    scheme_fault,
    scheme_from,
    word_of,
)
from shared.grading.commands import PAYLOADS, TYPE_VERSIONS
from shared.grading.models import Assignment
from shared.grading.projections import PROJECTIONS
from tests.grading.work_rows import COHORT, CUTOFF, DUE, RUBRIC, work

BOUNDS = [{"least": "80", "word": "A"}, {"least": "50", "word": "B"}, {"least": "0", "word": "C"}]


def made(**more):
    return assignment_from({**work(), **more})


def test_an_assignment_is_kept_in_one_form():
    found = made(title=" Portraits ", points="50.00", allowed_types=["PDF", ".docx", " "], takes=["text", "file"])
    assert (found["title"], found["points"], found["takes"]) == ("Portraits", "50", ["file", "text"])
    assert found["allowed_types"] == ["docx", "pdf"]
    assert assignment_fault(found) is None
    assert Assignment.model_validate({**found, "id": COHORT, "revision": COHORT}).late.kind == "none"


@pytest.mark.parametrize("wrong", [{"title": ""}, {"most_files": 6}, {"most_bytes": 52_428_801}, {"late": 3}])
def test_what_cant_be_kept_at_all(wrong):
    assert made(**wrong) is None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"title": "  "}, "title_missing"),
        ({"points": "abc"}, "mark_not_a_number"),
        ({"points": "100000.01"}, "mark_too_high"),
        ({"points": "100000"}, None),
        ({"points": "0"}, None),
        ({"takes": []}, "takes_nothing"),
        ({"work_kind": "paper"}, "takes_unneeded"),
        ({"work_kind": "paper", "takes": []}, None),
        ({"opens_at": DUE}, "due_before_open"),
        ({"opens_at": DUE, "due_at": None}, None),
        ({"opens_at": CUTOFF, "due_at": None, "cutoff_at": DUE}, "cutoff_before_due"),
        ({"cutoff_at": "2026-11-20T16:59:00Z"}, "cutoff_before_due"),
        ({"cutoff_at": DUE}, None),
        ({"due_at": None, "cutoff_at": DUE}, None),
        ({"late": {"kind": "percent_per_day", "amount": "100.5"}}, "late_invalid"),
        ({"late": {"kind": "fixed", "amount": "100.5"}}, None),
        ({"late": {"kind": "fixed", "amount": "x"}}, "late_invalid"),
        ({"late": {"kind": "fixed", "amount": "5", "floor_percent": "101"}}, "late_invalid"),
        ({"late": {"kind": "percent_per_day", "amount": "100"}}, None),
        ({"state": "removed"}, "state_invalid"),
    ],
)
def test_what_fits_together(more, code):
    fault = assignment_fault(made(**more))
    assert (fault and fault.code) == code


def test_a_rubric_gives_what_the_work_has():
    assert assignment_fault(made(), RUBRIC) is None
    fault = assignment_fault(made(points="40"), RUBRIC)
    assert fault is not None
    assert fault.code == "rubric_points_differ"
    assert "at most 50 points, the work has 40" in fault.sentence


def category(name, weight="1", **more):
    return {"id": f"{name}-id", "name": name, "weight": weight, **more}


def scheme(**more):
    return scheme_from({**DEFAULT_SCHEME, **more})


def test_a_scheme_is_kept_in_one_form():
    found = scheme(categories=[category("Tests", "40.0")], bounds=BOUNDS, scale="letters", places=0)
    assert found["categories"] == [{**category("Tests", "40"), "drop_lowest": 0}]
    assert scheme_fault(found) is None
    assert scheme_fault(scheme()) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"places": 3},
        {"places": True},
        {"scale": "stars"},
        {"categories": 4},
        {"categories": [{}]},
        {"bounds": [{"least": "4"}]},
    ],
)
def test_what_isnt_a_scheme_at_all(wrong):
    assert scheme(**wrong) is None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"categories": [category(str(one)) for one in range(21)]}, "too_many_categories"),
        ({"categories": [category("Tests"), {**category("tests "), "id": "x"}]}, "category_twice"),
        ({"categories": [category("Tests"), {**category("Tests"), "name": "x"}]}, "category_twice"),
        ({"categories": [category("Tests", "x")]}, "weight_invalid"),
        ({"categories": [category("Tests", "0")]}, "weights_zero"),
        ({"categories": [category("Tests", "0"), category("Work", "1")]}, None),
        ({"bounds": [{"least": "101", "word": "A"}]}, "bounds_invalid"),
        ({"bounds": [{"least": "x", "word": "A"}]}, "bounds_invalid"),
        ({"bounds": [*BOUNDS, {"least": "80.0", "word": "D"}], "scale": "letters"}, "bounds_invalid"),
        ({"scale": "letters"}, "bounds_missing"),
        ({"scale": "letters", "bounds": BOUNDS[:2]}, "bounds_missing"),
        ({"scale": "points"}, None),
    ],
)
def test_what_a_scheme_may_be(more, code):
    fault = scheme_fault(scheme(**more))
    assert (fault and fault.code) == code


@pytest.mark.parametrize(
    ("percent", "word"),
    [(10_000, "A"), (8000, "A"), (Fraction(799999, 100), "B"), (5000, "B"), (0, "C"), (None, "")],
)
def test_which_word_a_grade_gets(percent, word):
    assert word_of({"bounds": BOUNDS}, percent) == word


def test_a_scheme_without_words_gives_none():
    assert word_of(DEFAULT_SCHEME, 5000) == ""


def test_every_command_has_a_projection_and_a_version():
    assert set(PROJECTIONS) == set(PAYLOADS) == set(TYPE_VERSIONS)
