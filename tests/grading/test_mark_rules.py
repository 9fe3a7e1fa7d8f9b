"""Judgements by worked examples: what is kept, what is the same, and what it counts for."""

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from shared.grading import mark_rules as rules
from shared.grading.points import points_text
from shared.grading.rules import GradeCell, GradeColumn
from shared.grading.vocabulary import MarkStatus
from tests.grading.work_rows import RUBRIC, given, judged, work

WHOLE = [given("Light", "good", "12"), given("Idea", "strong", "28")]


@pytest.mark.parametrize(
    ("judgement", "criteria", "code"),
    [
        (judged("50"), None, None),
        (judged("50.01"), None, "mark_too_high"),
        (judged("1e9"), None, "mark_not_a_number"),
        (judged("abc"), None, "mark_not_a_number"),
        (judged("-1"), None, "mark_negative"),
        (judged("1.255"), None, "mark_too_fine"),
        (judged("7,5"), None, None),
        (judged(None), None, "score_missing"),
        (judged(None, finished=False), None, None),
        (judged(None, status="missing"), None, None),
        (judged("3", status="excused"), None, "score_unneeded"),
        (judged(None, status="none", levels=WHOLE), RUBRIC, "score_unneeded"),
        (judged("40", levels=WHOLE), RUBRIC, None),
        (judged("40", levels=WHOLE), None, "rubric_none"),
        (judged("41", levels=WHOLE), RUBRIC, "rubric_total"),
        (judged("12", levels=WHOLE[:1]), RUBRIC, "rubric_not_whole"),
        (judged("12", levels=WHOLE[:1], finished=False), RUBRIC, None),
        (judged("40", levels=[given("Light", "good", "99")]), RUBRIC, "level_points_range"),
    ],
)
def test_what_a_judgement_may_be(judgement, criteria, code):
    fault = rules.judgement_fault(work(), judgement, criteria)
    assert (fault and fault.code) == code


def test_extra_credit_may_be_more_than_the_work_has():
    assert rules.judgement_fault(work(extra_credit=True), judged("60")) is None


def test_two_ways_to_write_a_judgement_are_one():
    one = judged("40.0", levels=list(reversed(WHOLE)), feedback=" Good. ")
    other = judged("40", levels=[*({**row, "points": f"{row['points']}.00"} for row in WHOLE)], feedback="Good.")
    assert rules.tidied(one) == rules.tidied(other)
    assert rules.tidied(judged(None))["score"] is None


def test_no_mark_is_not_graded():
    assert rules.judgement_of(None) == {**judged(None), "status": "none", "finished": False}
    assert rules.judgement_of(judged("4", levels=(1,)))["levels"] == [1]


def test_a_cell_keeps_feedback_always_and_levels_while_the_score_stays():
    mark = judged("40", levels=WHOLE, feedback="Good.")
    assert rules.cell_set(mark, "marked", "40.00")["levels"] == WHOLE
    assert rules.cell_set(mark, "marked", "41")["levels"] == []
    assert rules.cell_set(mark, "excused", None) == judged(None, status="excused", feedback="Good.")
    assert rules.cell_set(None, "none", None)["finished"] is False


LATE = {"kind": "percent_per_day", "amount": "10", "grace_minutes": 15, "floor_percent": "50"}


@pytest.mark.parametrize(
    ("score", "handed_in", "extension", "result"),
    [
        ("40", "2026-11-20T16:00:00Z", None, 4000),
        ("40", "2026-11-20T17:15:00Z", None, 4000),
        ("40", "2026-11-20T17:16:00Z", None, 3600),
        ("40", "2026-11-22T16:00:00Z", None, 3200),
        ("40", "2026-12-22T16:00:00Z", None, 2000),
        ("40", "2026-11-22T16:00:00Z", {"due_at": "2026-11-23T17:00:00Z"}, 4000),
        ("40", None, None, 4000),
    ],
)
def test_what_a_mark_counts_for(score, handed_in, extension, result):
    made = work(late=LATE)
    found = rules.counted(made, judged(score), handed_in, extension)
    assert found is not None
    assert found.result == result
    assert rules.cell(made, judged(score), handed_in, extension) == GradeCell(MarkStatus.MARKED, result)


def test_what_isnt_marked_has_no_points():
    made = work(late=LATE)
    for mark in (None, judged("40", finished=False), judged(None, status="none")):
        assert rules.counted(made, mark) is None
        assert rules.cell(made, mark) == GradeCell()
    assert rules.counted(made, judged(None, status="missing")) is None
    assert rules.cell(made, judged(None, status="missing")) == GradeCell(MarkStatus.MISSING)


def test_assignments_and_schemes_as_grades_take_them():
    assert rules.column(work(category_id="c")) == GradeColumn(work()["id"], 5000, "c")
    scheme = {"categories": [{"id": "c", "weight": "40", "drop_lowest": 1}, {"id": "d", "weight": "0.5"}]}
    found = [(one.id, one.weight, one.drop_lowest) for one in rules.categories(scheme)]
    assert found == [("c", 4000, 1), ("d", 50, 0)]
    assert rules.categories(None) == []


@pytest.mark.parametrize(
    ("released", "locked", "hold", "stale", "review"),
    [
        (False, False, True, True, False),
        (True, False, True, False, True),
        (True, False, False, False, False),
        (True, False, False, True, True),
        (False, True, True, False, True),
    ],
)
def test_what_must_be_looked_at(released, locked, hold, stale, review):
    mark = {"released_at": "2026-11-20T17:00:00.000Z" if released else None}
    assert rules.needs_review(mark, locked=locked, hold_marks=hold, stale=stale) is review
    assert rules.needs_review(None, locked=locked, hold_marks=hold, stale=stale) is locked


@for_all(st.integers(0, 5000), st.integers(0, 3000))
def test_what_is_kept_is_what_was_typed(score, minutes):
    typed = points_text(score)
    kept = rules.tidied(judged(typed))
    assert kept["score"] == typed
    assert rules.judgement_fault(work(), kept) is None
    late = {"kind": "percent_per_day", "amount": "10", "grace_minutes": minutes, "floor_percent": "0"}
    result = rules.counted(work(late=late), kept, "2026-11-21T17:00:00Z")
    assert result is not None
    assert 0 <= result.result <= score
