"""When work was set and when a student began with it, on both databases and as devices derive it."""

from typing import Any

import pytest

from shared.grading.projections import PROJECTIONS
from shared.grading.vocabulary import ASSIGNMENT as ASSIGNMENT_KIND
from tests.grading.classroom import Classroom, classroom
from tests.grading.work_rows import ASSIGNMENT, COHORT, ENROLMENT, PERSON, command, work

__all__ = ["classroom"]


def test_work_is_set_when_students_see_it_first(classroom: Classroom) -> None:
    draft = classroom.work(state="draft")
    assert classroom.row("assignment", draft)["assigned_at"] is None
    classroom.change(draft, state="open")
    first = classroom.row("assignment", draft)["assigned_at"]
    assert first is not None
    classroom.change(draft, state="closed")
    assert classroom.row("assignment", draft)["assigned_at"] == first
    assert classroom.row("assignment", classroom.work())["assigned_at"] is not None


def test_an_attempt_keeps_when_it_was_begun(classroom: Classroom) -> None:
    work_id = classroom.work()
    kept = classroom.save(work_id, text="Half")
    begun = classroom.row("submission", kept.target_id)["started_at"]
    assert begun is not None
    classroom.institute.clock.advance(3600)
    told = classroom.hand_in(work_id, target=kept.target_id, base=kept.command_id, text="Whole")
    found = classroom.row("submission", told.details["submission_id"])
    assert found["started_at"] == begun
    assert found["handed_in_at"] > begun
    again = classroom.hand_in(work_id, text="Anew")
    assert classroom.row("submission", again.details["submission_id"])["started_at"] > begun


@pytest.mark.parametrize(
    ("present", "state", "assigned"),
    [
        (None, "open", []),
        ({"shown": False, "state": "draft", "assigned_at": None}, "open", ["2026-11-20T09:00:05.000Z"]),
        ({"shown": False, "state": "draft", "assigned_at": None}, "draft", [None]),
        (
            {"shown": True, "state": "open", "assigned_at": "2026-11-01T09:00:00.000Z"},
            "closed",
            ["2026-11-01T09:00:00.000Z"],
        ),
        ({"shown": True, "state": "open", "assigned_at": None}, "nonsense", []),
    ],
)
def test_devices_derive_the_same_by_their_clock_set_right(
    present: dict[str, Any] | None, state: str, assigned: list[str | None]
) -> None:
    rows = {} if present is None else {(ASSIGNMENT_KIND, ASSIGNMENT): work(**present)}
    asked = command(
        "EditAssignment",
        ASSIGNMENT,
        {"changes": {"state": {"old": present and present["state"], "new": state}}},
        clock_offset=5000,
    )
    drafts = PROJECTIONS["EditAssignment"](asked, lambda kind, key: rows.get((kind, key)))
    assert [one.body["assigned_at"] for one in drafts] == assigned


def test_a_device_keeps_when_an_attempt_was_begun() -> None:
    enrolment = {"cohort_id": COHORT, "person_id": PERSON}
    rows: dict[tuple[str, str], Any] = {("enrolment", ENROLMENT): enrolment}
    payload = {"assignment_id": ASSIGNMENT, "enrolment_id": ENROLMENT, "text": "Half"}
    target = "0" * 8 + "-0000-7000-8000-" + "0" * 12
    (begun,) = PROJECTIONS["SaveWork"](command("SaveWork", target, payload), lambda *key: rows.get(key))
    assert begun.body["started_at"] == "2026-11-20T09:00:00.000Z"
    rows["submission", target] = {**begun.body, "started_at": "2026-11-19T09:00:00.000Z"}
    (later,) = PROJECTIONS["HandIn"](command("HandIn", target, payload, 2), lambda *key: rows.get(key))
    assert later.body["started_at"] == "2026-11-19T09:00:00.000Z"
