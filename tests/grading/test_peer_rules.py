"""Who reviews whom, what a review may be, and what a pending one shows on the screen."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.grading.peer_projections import PROJECTIONS, review_body
from shared.grading.peer_rules import allotted, has_reviews, review_fault, review_score, review_state
from shared.grading.vocabulary import ReviewState
from tests.grading.work_rows import ASSIGNMENT, COHORT, RUBRIC, command, work
from tests.grading.work_rows import given as level_given

WHOLE = [level_given("Light", "good", "12"), level_given("Idea", "strong", "20.5")]
CLASS = st.lists(st.uuids().map(str), min_size=0, max_size=30, unique=True)


@given(CLASS, st.integers(1, 5), st.text(max_size=8))
def test_everybody_writes_and_gets_equally_many(students, count, seed):
    pairs = allotted(students, count, (), seed)
    wanted = max(0, min(count, len(students) - 1))
    assert len(set(pairs)) == len(pairs)
    assert all(one != other for one, other in pairs)
    assert set(Counter(one for one, _ in pairs).values()) <= {wanted}
    assert set(Counter(other for _, other in pairs).values()) <= {wanted}
    assert len(pairs) == wanted * len(students)
    assert pairs == allotted(list(reversed(students)), count, (), seed)


@given(CLASS, st.integers(1, 5), st.randoms(use_true_random=False))
def test_what_there_is_stays_and_is_filled_up(students, count, chance):
    every = [(one, other) for one in students for other in students if one != other]
    present = chance.sample(every, min(len(every), chance.randrange(1, 8)))
    more = allotted(students, count, present, "seed")
    written = Counter(one for one, _ in present)
    assert set(more).isdisjoint(present)
    assert len(set(more)) == len(more)
    for one in students:
        own = sum(reviewer == one for reviewer, _ in more)
        assert written[one] + own >= min(count, len(students) - 1)
        assert own == 0 or written[one] + own <= count
    assert all(one != other for one, other in more)


def test_who_reviewed_somebody_who_has_gone_reviews_whoever_is_left():
    assert allotted(["a", "b"], 2, [("a", "gone")], "s") == [("b", "a")]
    assert allotted(["a", "b"], 1, [("a", "b")], "s") == [("b", "a")]
    assert allotted(["a", "b", "c"], 2, [("a", "b"), ("a", "c")], "s").count(("a", "b")) == 0


def test_a_reviewer_for_whom_nobody_is_left_gets_nobody():
    assert allotted(["a", "b"], 1, [("b", "a"), ("b", "a")], "s") == [("a", "b")]


@pytest.mark.parametrize(
    ("review", "criteria", "code"),
    [
        ({"levels": [], "text": "Good", "sent": True}, None, None),
        ({"levels": [], "text": "  ", "sent": True}, None, "review_empty"),
        ({"levels": [], "text": "", "sent": False}, None, None),
        ({"levels": WHOLE, "text": "", "sent": True}, RUBRIC, None),
        ({"levels": WHOLE[:1], "text": "", "sent": True}, RUBRIC, "rubric_not_whole"),
        ({"levels": WHOLE[:1], "text": "", "sent": False}, RUBRIC, None),
        ({"levels": WHOLE, "text": "", "sent": False}, None, "rubric_none"),
        ({"levels": [level_given("Light", "good", "99")], "text": "", "sent": False}, RUBRIC, "level_points_range"),
    ],
)
def test_what_a_review_may_be(review, criteria, code):
    fault = review_fault(review, criteria)
    assert (fault.code if fault else None) == code


def test_points_and_states_of_reviews():
    assert review_score(WHOLE) == "32.5"
    assert review_score([]) is None
    assert review_state({"sent": True}) is ReviewState.SENT
    assert review_state({"sent": False}) is ReviewState.OPEN
    assert has_reviews({"peer_reviews": 2})
    assert not has_reviews({})


REVIEW, TASK = command("x", ASSIGNMENT, {}).id, command("x", ASSIGNMENT, {}, 2).id
ESI, KOFI = ({"id": one, "person_id": f"person of {one}", "cohort_id": COHORT} for one in (COHORT, TASK))


def shown(kind, target, payload, **rows):
    return PROJECTIONS[kind](command(kind, target, payload), lambda what, _key: rows.get(what))


def test_a_pending_review_shows_on_the_reviewer_s_own_row():
    task = {"id": TASK, "revision": TASK, "assignment_id": ASSIGNMENT, "levels": [], "text": "", "state": "open"}
    payload = {"text": " Fine ", "levels": WHOLE, "sent": True}
    (draft,) = shown("SaveReview", TASK, payload, peer_task=task)
    assert (draft.kind, draft.parent) == ("peer_task", ASSIGNMENT)
    assert (draft.body["text"], draft.body["score"], draft.body["state"]) == ("Fine", "32.5", "sent")
    assert shown("SaveReview", TASK, payload) == []


def test_a_pending_pair_shows_and_goes_again():
    payload = {
        "assignment_id": ASSIGNMENT,
        "reviewer_enrolment_id": ESI["id"],
        "author_enrolment_id": KOFI["id"],
        "submission_id": TASK,
    }
    people = {ESI["id"]: ESI, KOFI["id"]: KOFI}
    found = PROJECTIONS["AssignReview"](
        command("AssignReview", REVIEW, payload),
        lambda what, key: work() if what == "assignment" else people.get(key),
    )
    assert found[0].body["reviewer_id"] == ESI["person_id"]
    assert shown("AssignReview", REVIEW, payload) == []
    review = review_body(REVIEW, REVIEW, work(), ESI, KOFI, TASK)
    (gone,) = shown("RemoveReview", REVIEW, {}, peer_review=review)
    assert gone.body["state"] == "removed"
    assert shown("RemoveReview", REVIEW, {}) == []
    assert shown("ShareOutReviews", ASSIGNMENT, {}) == []
