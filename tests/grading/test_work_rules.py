"""Handing in by worked examples: what is taken and until when, which attempt counts, and where a student stands."""

from datetime import timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from shared.core.clock import instant_text, parse_instant
from shared.grading import work_rules as rules
from tests.grading.work_rows import CUTOFF, DUE, attempt, file, work

LATER = {"due_at": "2026-11-24T17:00:00.000Z"}
RELEASED = {"released_at": DUE, "status": "marked"}


@pytest.mark.parametrize(
    ("more", "instant", "extension", "code"),
    [
        ({}, DUE, None, None),
        ({}, "2026-12-20T17:00:00Z", None, None),
        ({"cutoff_at": CUTOFF}, CUTOFF, None, None),
        ({"cutoff_at": CUTOFF}, "2026-11-22T17:00:00.001Z", None, "after_cutoff"),
        ({"cutoff_at": CUTOFF}, "2026-11-23T17:00:00Z", LATER, None),
        ({"cutoff_at": CUTOFF}, "2026-11-25T17:00:00Z", LATER, "after_cutoff"),
        ({"cutoff_at": CUTOFF}, "2026-11-23T17:00:00Z", {"due_at": None}, "after_cutoff"),
        ({"opens_at": DUE}, "2026-11-20T16:59:59Z", None, "not_open_yet"),
        ({"opens_at": DUE}, DUE, None, None),
        ({"state": "closed"}, DUE, None, "assignment_not_open"),
        ({"state": "draft"}, DUE, None, "assignment_not_open"),
        ({"work_kind": "paper"}, DUE, None, "not_handed_in_here"),
    ],
)
def test_when_work_is_taken(more, instant, extension, code):
    fault = rules.why_not_taken(work(**more), instant, extension)
    assert (fault and fault.code) == code


@pytest.mark.parametrize(
    ("more", "content", "code"),
    [
        ({}, {"files": [file()]}, None),
        ({}, {"text": "My answer"}, None),
        ({}, {}, "work_empty"),
        ({}, {"text": "  "}, "work_empty"),
        ({"takes": ["file"]}, {"text": "My answer"}, "text_not_taken"),
        ({"takes": ["text"]}, {"files": [file()]}, "files_not_taken"),
        ({"takes": ["recording"]}, {"files": [file("a.mp3")]}, None),
        ({"most_files": 1}, {"files": [file(), file("b.pdf")]}, "too_many_files"),
        ({}, {"files": [file(), file()]}, "file_name_twice"),
        ({}, {"files": [file(size=0)]}, "file_empty"),
        ({}, {"files": [file(size=52_428_800)]}, None),
        ({}, {"files": [file(size=52_428_801)]}, "file_too_large"),
        ({"allowed_types": ["PDF", ".docx"]}, {"files": [file("A.DOCX")]}, None),
        ({"allowed_types": ["pdf"]}, {"files": [file("a.exe")]}, "file_type_refused"),
        ({"allowed_types": ["pdf"]}, {"files": [file("a.pdf", kind="exe")]}, "file_type_refused"),
    ],
)
def test_what_a_hand_in_may_hold(more, content, code):
    fault = rules.content_fault(work(**more), content)
    assert (fault and fault.code) == code


def test_unfinished_work_may_be_empty():
    assert rules.content_fault(work(), {}, finished=False) is None


@pytest.mark.parametrize(
    ("observed", "offset", "at"),
    [
        ("2026-11-20T16:00:00Z", 0, "2026-11-20T16:00:00.000Z"),
        ("2026-11-20T16:00:00Z", 90_000, "2026-11-20T16:01:30.000Z"),
        ("2026-11-20T16:00:00Z", -3_600_000, "2026-11-20T15:00:00.000Z"),
        ("2031-01-01T00:00:00Z", 0, DUE),
    ],
)
def test_the_time_of_handing_in_is_the_devices_set_right_and_never_in_the_future(observed, offset, at):
    assert rules.handed_in_at(observed, offset, DUE) == at


@pytest.mark.parametrize(
    ("grace", "extension", "at", "late"),
    [
        (0, None, DUE, False),
        (0, None, "2026-11-20T17:00:00.001Z", True),
        (15, None, "2026-11-20T17:15:00.000Z", False),
        (15, None, "2026-11-20T17:16:00.000Z", True),
        (0, LATER, "2026-11-24T16:00:00.000Z", False),
        (0, LATER, "2026-11-24T18:00:00.000Z", True),
    ],
)
def test_what_is_late(grace, extension, at, late):
    made = work(late={"grace_minutes": grace})
    assert rules.is_late(made, attempt(at=at), extension) is late


def test_nothing_is_late_without_a_due_time_or_a_hand_in():
    assert not rules.is_late(work(due_at=None), attempt(at=CUTOFF))
    assert not rules.is_late(work(), attempt(at=None))
    assert rules.due_at(work(due_at=None), LATER) is None


def test_attempts_are_counted_but_those_given_back():
    made = work(most_attempts=2)
    assert rules.attempts_fault(made, [attempt()]) is None
    assert rules.attempts_fault(made, [attempt(1, "replaced"), attempt(2, "returned")]) is None
    fault = rules.attempts_fault(made, [attempt(1, "replaced"), attempt(2)])
    assert fault is not None
    assert fault.code == "attempts_used"
    assert rules.attempts_fault(work(), [attempt(one) for one in range(9)]) is None


def test_the_attempt_handed_in_last_counts_however_late_it_arrives():
    early, late = attempt(2, "replaced", "2026-11-20T09:00:00.000Z"), attempt(1, at="2026-11-20T11:00:00.000Z")
    assert rules.counting([early, late]) == late
    assert rules.counting([attempt(1), attempt(2)])["attempt"] == 2
    assert rules.counting([attempt(1, "in_progress", None)]) is None


@pytest.mark.parametrize(
    ("attempts", "mark", "state"),
    [
        ([], None, "not_started"),
        ([attempt(state="in_progress", at=None)], None, "in_progress"),
        ([attempt()], None, "submitted"),
        ([attempt(at=CUTOFF)], None, "late"),
        ([attempt(state="returned")], None, "returned"),
        ([attempt(state="returned"), attempt(2, "in_progress", None)], None, "in_progress"),
        ([attempt()], {"released_at": None, "status": "marked"}, "submitted"),
        ([attempt()], RELEASED, "graded"),
        ([], {"released_at": DUE, "status": "missing"}, "graded"),
        ([attempt()], {"released_at": DUE, "status": "none"}, "submitted"),
    ],
)
def test_where_a_student_stands(attempts, mark, state):
    assert rules.work_state(work(), attempts, mark) == state


def test_what_is_overdue():
    assert rules.is_overdue(work(), [], CUTOFF)
    assert not rules.is_overdue(work(), [], DUE)
    assert not rules.is_overdue(work(), [attempt()], CUTOFF)
    assert not rules.is_overdue(work(), [], CUTOFF, LATER)
    assert not rules.is_overdue(work(due_at=None), [], CUTOFF)
    assert rules.is_overdue(work(), [attempt(state="replaced")], CUTOFF)


@for_all(st.lists(st.tuples(st.integers(0, 500), st.sampled_from(["submitted", "replaced", "in_progress"]))))
def test_no_order_of_arrival_changes_which_hand_in_counts(given):
    start = parse_instant(DUE)
    attempts = [
        attempt(number, state, None if state == "in_progress" else instant_text(start + timedelta(minutes=minutes)))
        for number, (minutes, state) in enumerate(given)
    ]
    assert rules.counting(attempts) == rules.counting(reversed(attempts))
    found = rules.counting(attempts)
    handed_in = [one["handed_in_at"] for one in attempts if one["handed_in_at"]]
    assert (found and found["handed_in_at"]) == max(handed_in, default=None)
