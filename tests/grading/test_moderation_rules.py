"""Rules of second marking and of asking again, and what their pending commands show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.ids import derived_id
from shared.grading.assignment_rules import assignment_fault
from shared.grading.ids import mark_id
from shared.grading.moderation_models import MarkPart, Regrade
from shared.grading.moderation_vocabulary import MARK_PART, REGRADE
from shared.grading.part_rules import agreed_fault, are_done, is_by_two, numbered, part_fault, part_id
from shared.grading.projections import PROJECTIONS
from shared.grading.regrade_rules import answering_fault, asking_fault
from tests.grading.work_rows import ASSIGNMENT, COHORT, ENROLMENT, PERSON, command, judged, work

TWO = work(markers=2)
AMA, KOFI = derived_id("person", "ama"), derived_id("person", "kofi")
ROW = derived_id("row")


def part(name: str = "a", number: str = "", *, finished: bool = True, known: bool = False) -> dict:
    return {"id": name, "part": number, "finished": finished, "open": known, "status": "marked"}


def test_one_marks_unless_the_work_says_two():
    assert [is_by_two(one) for one in (work(), work(markers=1), TWO)] == [False, False, True]


def test_work_of_groups_isnt_marked_by_two():
    values = work(markers=2, group_mode="groups")
    assert assignment_fault(values).code == "groups_by_two"
    assert assignment_fault({**values, "markers": 1}) is None
    assert assignment_fault({**values, "group_mode": "none"}) is None


@pytest.mark.parametrize(
    ("assignment", "wanted", "present", "moderates", "code"),
    [
        (work(), judged(), None, False, None),
        (TWO, judged(), None, True, None),
        (TWO, judged(), None, False, "needs_moderator"),
        (TWO, judged(None, status="missing"), None, False, None),
        (TWO, judged(None, status="none", finished=False), judged(None, status="excused"), False, None),
        (TWO, judged(None, status="missing"), judged(), False, "needs_moderator"),
    ],
)
def test_who_sets_the_agreed_mark(assignment, wanted, present, moderates, code):
    fault = agreed_fault(assignment, wanted, present, moderates=moderates)
    assert (fault.code if fault else None) == code


@pytest.mark.parametrize(
    ("assignment", "mark", "own", "others", "moderates", "code"),
    [
        (TWO, None, None, [], False, None),
        (TWO, None, part(), [part("b")], False, None),
        (work(), None, None, [], False, "marked_by_one"),
        (TWO, None, None, [], True, "moderates"),
        (TWO, judged(), None, [], False, "mark_agreed"),
        (TWO, judged(finished=False), None, [], False, None),
        (TWO, None, part(known=True), [], False, "parts_known"),
        (TWO, None, None, [part("b"), part("c")], False, "two_have_marked"),
        (TWO, None, part(number="first"), [part("b"), part("c")], False, None),
        (TWO, None, None, [part("b"), part("c", finished=False)], False, None),
    ],
)
def test_who_judges_as_one_of_two(assignment, mark, own, others, moderates, code):
    fault = part_fault(assignment, mark, own, others, moderates=moderates)
    assert (fault.code if fault else None) == code


def test_parts_are_numbered_in_the_order_in_which_they_are_finished():
    assert numbered([part("a", finished=False), part("b")]) == {"b": "first"}
    assert numbered([part("a"), part("b", "first")]) == {"a": "second"}
    assert numbered([part("a", "first"), part("b", "second"), part("c")]) == {}


@given(st.lists(st.booleans(), max_size=5))
def test_nobody_gets_the_number_of_another(finished):
    parts = [part(str(at), finished=one) for at, one in enumerate(finished)]
    found = numbered(parts)
    assert len(set(found.values())) == len(found) == min(2, sum(finished))
    assert are_done(parts) is (sum(finished) > 1)


def mark(**more):
    return {**judged(), "released_at": "2026-11-25T09:00:00.000Z", **more}


@pytest.mark.parametrize(
    ("seen", "state", "reason", "code"),
    [
        (mark(), None, "Page 3 wasn't counted", None),
        (mark(), "answered", "Page 3 wasn't counted", None),
        (None, None, "x", "not_released"),
        (mark(released_at=None), None, "x", "not_released"),
        (mark(finished=False), None, "x", "not_released"),
        (mark(), "open", "x", "regrade_waits"),
        (mark(), None, "  ", "reason_missing"),
    ],
)
def test_when_a_student_may_ask_again(seen, state, reason, code):
    fault = asking_fault(seen, [{"state": state}] if state else [], reason)
    assert (fault.code if fault else None) == code


def test_a_request_is_answered_once_and_with_a_reason():
    request = {"state": "open", "answered_by_name": ""}
    assert answering_fault(request, "It was counted") is None
    assert answering_fault(request, " ").code == "answer_missing"
    done = answering_fault({"state": "answered", "answered_by_name": "Ama Owusu"}, "x")
    assert (done.code, done.sentence) == ("regrade_answered", "Ama Owusu has answered this already.")
    assert "Someone" in answering_fault({"state": "answered", "answered_by_name": ""}, "x").sentence


def projected(made, rows):
    drafts = PROJECTIONS[made.type](made, lambda kind, row_id: rows.get((kind, row_id)))
    for draft in drafts:
        rows[draft.kind, draft.id] = dict(draft.body)
    return drafts


def test_a_pending_part_shows_to_its_marker():
    rows, target = {("assignment", ASSIGNMENT): TWO}, part_id(ASSIGNMENT, ENROLMENT, AMA)
    payload = {
        "assignment_id": ASSIGNMENT,
        "enrolment_id": ENROLMENT,
        "marker_id": AMA,
        "score": "40",
        "author_name": "Ama",
    }
    (draft,) = projected(command("RecordMarkPart", target, payload, 1), rows)
    assert draft.parent == mark_id(ASSIGNMENT, ENROLMENT)
    first = MarkPart.model_validate(draft.body)
    assert (first.score, first.finished, first.part, first.open, first.by_name) == ("40", True, "", False, "Ama")
    rows[MARK_PART, target] |= {"part": "first", "submission_id": ROW}
    (draft,) = projected(command("RecordMarkPart", target, payload | {"status": "none", "score": None}, 2), rows)
    again = MarkPart.model_validate(draft.body)
    assert (again.part, again.finished, again.submission_id) == ("first", False, ROW)
    assert part_id(ASSIGNMENT, ENROLMENT, KOFI) != target
    assert projected(command("RecordMarkPart", target, payload, 3), {}) == []


def test_a_pending_request_and_its_answer_show():
    enrolment = {"id": ENROLMENT, "cohort_id": COHORT, "person_id": PERSON}
    rows = {("enrolment", ENROLMENT): enrolment}
    payload = {"assignment_id": ASSIGNMENT, "enrolment_id": ENROLMENT, "reason": " Page 3 wasn't counted "}
    asked = command("AskRegrade", ROW, payload, 1)
    (draft,) = projected(asked, rows)
    request = Regrade.model_validate(draft.body)
    assert (request.reason, request.state, request.person_id) == ("Page 3 wasn't counted", "open", PERSON)
    (draft,) = projected(command("AnswerRegrade", ROW, {"answer": " It was ", "author_name": "Ama"}, 2), rows)
    done = Regrade.model_validate(draft.body)
    assert (done.state, done.outcome, done.answer, done.answered_by_name) == ("answered", "kept", "It was", "Ama")
    assert projected(asked, {}) == []
    assert projected(command("AnswerRegrade", ROW, {"answer": "x"}, 3), {}) == []
    assert set(rows) == {("enrolment", ENROLMENT), (REGRADE, ROW)}
