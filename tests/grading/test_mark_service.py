"""Marks on both databases: recorded, set, disputed, kept for review, and refused with a sentence."""

import pytest

from tests.grading.classroom import Classroom, classroom
from tests.grading.work_rows import given

__all__ = ["classroom"]
WHOLE = [given("Light", "good", "12"), given("Idea", "strong", "28")]


def test_a_mark_is_recorded_with_its_rubric_and_its_history(classroom: Classroom) -> None:
    version = classroom.rubric()
    version_id = classroom.row("rubric", version.target_id)["version_id"]
    work = classroom.work(rubric_version_id=version_id)
    told = classroom.mark(work, "40.0", levels=WHOLE, feedback=" Well lit. ")
    assert told.verdict == "applied"
    mark = classroom.mark_of(work)
    assert (mark["score"], mark["feedback"], mark["marked_by_name"]) == ("40", "Well lit.", "Ama Owusu")
    assert [one["points"] for one in mark["levels"]] == ["28", "12"]
    assert classroom.mark(work, "41", by=classroom.kofi).verdict == "applied"
    steps = classroom.rows("SELECT ordinal, score, by_name FROM mark_entry ORDER BY ordinal")
    assert steps == [(1, "40", "Ama Owusu"), (2, "41", "Kofi Boateng")]


@pytest.mark.parametrize(
    ("score", "code"),
    [
        ("50.01", "mark_too_high"),
        ("-1", "mark_negative"),
        ("abc", "mark_not_a_number"),
        ("1e9", "mark_not_a_number"),
        ("12.345", "mark_too_fine"),
        (None, "score_missing"),
    ],
)
def test_points_that_cant_be_are_refused(classroom: Classroom, score: str | None, code: str) -> None:
    work = classroom.work()
    told = classroom.mark(work, score)
    assert (told.verdict, told.code) == ("rejected", code)
    assert classroom.entry("mark", told.target_id) is None


def test_a_comma_is_a_point(classroom: Classroom) -> None:
    work = classroom.work()
    assert classroom.mark(work, "7,50").verdict == "applied"
    assert classroom.mark_of(work)["score"] == "7.5"


def test_levels_keep_to_the_rubric(classroom: Classroom) -> None:
    version_id = classroom.row("rubric", classroom.rubric().target_id)["version_id"]
    work = classroom.work(rubric_version_id=version_id)
    assert classroom.mark(work, "41", levels=WHOLE).code == "rubric_total"
    assert classroom.mark(work, "12", levels=WHOLE[:1]).code == "rubric_not_whole"
    assert classroom.mark(work, "12", levels=WHOLE[:1], finished=False).verdict == "applied"
    wrong = [given("Light", "good", "21"), WHOLE[1]]
    assert classroom.mark(work, "49", levels=wrong).code == "level_points_range"


def test_two_who_agree_agree_and_two_who_differ_are_both_kept(classroom: Classroom) -> None:
    work = classroom.work()
    first = classroom.mark(work, "40", feedback="Good.")
    same = classroom.mark(work, "40.00", by=classroom.kofi, feedback="Good. ", base=None)
    assert (same.verdict, same.revision) == ("agreed", first.command_id)
    other = classroom.mark(work, "30", by=classroom.kofi, base=None)
    assert (other.verdict, other.details["fields"]) == ("conflict", ["judgement"])
    assert classroom.mark_of(work)["score"] == "40"
    conflict = classroom.row("conflict", other.conflict_id or "")
    sides = [(one["author_name"], one["values"]["score"], one["values"]["feedback"]) for one in conflict["sides"]]
    assert sides == [("Ama Owusu", "40", "Good."), ("Kofi Boateng", "30", "")]
    assert classroom.settle(other, other.command_id).verdict == "applied"
    mark = classroom.mark_of(work)
    assert (mark["score"], mark["marked_by_name"]) == ("30", "Kofi Boateng")
    assert classroom.rows("SELECT kind, score FROM mark_entry ORDER BY ordinal")[-1] == ("settled", "30")
    late = classroom.settle(other, first.command_id, by=classroom.kofi)
    assert (late.verdict, late.code) == ("rejected", "already_settled")


def test_only_feedback_that_differs_is_a_disagreement_too(classroom: Classroom) -> None:
    work = classroom.work()
    classroom.mark(work, "40", feedback="Good.")
    assert classroom.mark(work, "40", by=classroom.kofi, feedback="Dark.", base=None).verdict == "conflict"


def test_whoever_saw_both_and_marks_again_ends_the_disagreement(classroom: Classroom) -> None:
    work = classroom.work()
    classroom.mark(work, "40")
    other = classroom.mark(work, "30", by=classroom.kofi, base=None)
    again = classroom.mark(work, "35")
    assert again.verdict == "applied"
    conflict = classroom.row("conflict", other.conflict_id or "")
    assert (conflict["state"], conflict["choices"]) == ("settled", {"judgement": again.command_id})


def test_a_device_never_disagrees_with_itself(classroom: Classroom) -> None:
    work = classroom.work()
    first = classroom.mark(work, "40", base=None)
    assert classroom.mark(work, "41", base=first.command_id).verdict == "applied"
    other = classroom.mark(work, "30", by=classroom.kofi, base=first.command_id)
    assert other.verdict == "conflict"
    more = classroom.mark(work, "31", by=classroom.kofi, base=other.command_id)
    assert (more.verdict, more.conflict_id) == ("conflict", other.conflict_id)
    assert len(classroom.row("conflict", other.conflict_id or "")["sides"]) == 3


def test_a_column_is_set_and_taken_back(classroom: Classroom) -> None:
    work = classroom.work()
    told = classroom.set_marks(work, {0: "40", 1: "missing", 2: "excused", 3: "12,5"})
    assert [one.verdict for one in told] == ["applied"] * 4
    found = [(classroom.mark_of(work, at)["status"], classroom.mark_of(work, at)["score"]) for at in range(4)]
    assert found == [("marked", "40"), ("missing", None), ("excused", None), ("marked", "12.5")]
    told = classroom.set_marks(work, {0: "none", 1: "none", 4: "none"})
    assert [one.verdict for one in told] == ["applied", "applied", "agreed"]
    assert classroom.mark_of(work)["finished"] is False


def test_one_wrong_cell_blocks_no_other(classroom: Classroom) -> None:
    work = classroom.work()
    told = classroom.set_marks(work, {0: "40", 1: "51", 2: "abc"})
    assert [(one.verdict, one.code) for one in told] == [
        ("applied", None),
        ("rejected", "mark_too_high"),
        ("rejected", "mark_not_a_number"),
    ]


def test_a_cell_keeps_levels_while_the_score_stays(classroom: Classroom) -> None:
    version_id = classroom.row("rubric", classroom.rubric().target_id)["version_id"]
    work = classroom.work(rubric_version_id=version_id)
    classroom.mark(work, "40", levels=WHOLE, feedback="Good.")
    assert classroom.set_marks(work, {0: "40"})[0].verdict == "agreed"
    classroom.set_marks(work, {0: "45"})
    mark = classroom.mark_of(work)
    assert (mark["score"], mark["levels"], mark["feedback"]) == ("45", [], "Good.")


def test_a_released_mark_goes_to_review(classroom: Classroom) -> None:
    work = classroom.work()
    classroom.mark(work, "40")
    classroom.release(work, 0)
    told = classroom.mark(work, "41")
    assert (told.verdict, told.code) == ("held", "mark_released")
    told = classroom.mark(work, "42", reason="Counted twice")
    assert told.verdict == "held"
    assert classroom.mark_of(work)["score"] == "40"
    assert classroom.settle(told, "accept", by=classroom.office, name="held").verdict == "applied"
    mark = classroom.mark_of(work)
    assert (mark["score"], mark["released_at"] is None) == ("42", False)


def test_the_office_corrects_a_released_mark_with_a_reason(classroom: Classroom) -> None:
    work = classroom.work()
    classroom.mark(work, "40")
    classroom.release(work, 0)
    told = classroom.mark(work, "42", by=classroom.office, reason="Counted twice")
    assert told.verdict == "applied"
    steps = classroom.rows("SELECT kind, score, reason, by_name FROM mark_entry ORDER BY ordinal")
    assert steps[-1] == ("corrected", "42", "Counted twice", "Grace Kimani")


def test_a_mark_that_was_seen_is_no_draft_again(classroom: Classroom) -> None:
    work = classroom.work()
    classroom.mark(work, "40")
    classroom.release(work, 0)
    told = classroom.mark(work, "42", by=classroom.office, reason="Counted twice", finished=False)
    assert (told.verdict, told.code) == ("rejected", "mark_seen")
    assert classroom.set_marks(work, {0: "none"}, by=classroom.office)[0].verdict == "applied"


def test_a_correction_says_why(classroom: Classroom) -> None:
    work = classroom.work()
    classroom.mark(work, "40")
    assert classroom.mark(work, "42", by=classroom.office, reason="").code == "invalid_payload"


def test_marks_that_arent_held_show_at_once_and_stay_the_instructors(classroom: Classroom) -> None:
    work = classroom.work(hold_marks=False)
    assert classroom.mark(work, "40").verdict == "applied"
    assert classroom.mark_of(work)["released_at"] is not None
    assert classroom.mark(work, "41").verdict == "applied"
    assert classroom.mark(work, "30", by=classroom.kofi, base=None).code == "mark_released"


def test_locked_marks_go_to_review(classroom: Classroom) -> None:
    work = classroom.work()
    assert classroom.lock().verdict == "applied"
    told = classroom.mark(work, "40")
    assert (told.verdict, told.code) == ("held", "marks_locked")
    assert classroom.mark(work, "40", by=classroom.office).verdict == "applied"
    assert classroom.lock(locked=False).verdict == "applied"
    assert classroom.mark(work, "41").verdict == "applied"


def test_marking_a_replaced_attempt(classroom: Classroom) -> None:
    work = classroom.work()
    first = classroom.hand_in(work).target_id
    classroom.hand_in(work, text="Better")
    told = classroom.mark(work, "40", submission_id=first)
    assert (told.verdict, told.code) == ("held", "attempt_replaced")
    told = classroom.mark(work, "40", by=classroom.rest(classroom.ama), submission_id=first)
    assert (told.verdict, told.code) == ("rejected", "attempt_replaced")
    assert "has handed in again" in (told.message or "")
    assert classroom.mark(work, "40", submission_id=classroom.new()).code == "attempt_unknown"


def test_who_may_not_mark(classroom: Classroom) -> None:
    work = classroom.work()
    told = classroom.mark(work, "40", by=classroom.yaw)
    assert (told.verdict, told.code) == ("held", "not_teaching")
    told = classroom.mark(work, "40", by=classroom.student)
    assert (told.verdict, told.code) == ("rejected", "not_allowed")
    classroom.unassign(classroom.ama)
    told = classroom.mark(work, "40")
    assert (told.verdict, told.code) == ("held", "not_teaching")
    assert classroom.settle(told, "accept", by=classroom.office, name="held").verdict == "applied"
    assert classroom.mark_of(work)["marked_by_name"] == "Ama Owusu"


def test_an_archived_class_and_a_student_who_left(classroom: Classroom) -> None:
    work = classroom.work()
    classroom.leave()
    assert classroom.mark(work, "40").code == "not_enrolled"
    classroom.archive()
    told = classroom.mark(work, "40", at=1)
    assert (told.verdict, told.code) == ("held", "course_archived")
    told = classroom.mark(work, "40", by=classroom.rest(classroom.ama), at=1)
    assert (told.verdict, told.code) == ("rejected", "course_archived")


def test_a_mark_on_work_that_isnt_known_waits(classroom: Classroom) -> None:
    told = classroom.mark(classroom.new(), "40")
    assert (told.verdict, told.code) == ("held", "waits_for_creation")
    work = classroom.work()
    payload = {"assignment_id": work, "enrolment_id": classroom.institute.enrolments[0], "score": "1"}
    assert classroom.ama.do("RecordMark", classroom.new(), payload).code == "field_invalid"


def test_work_that_was_taken_away_isnt_marked(classroom: Classroom) -> None:
    work = classroom.work()
    assert classroom.ama.do("RemoveAssignment", work, {}, classroom.revision("assignment", work)).verdict == "applied"
    assert classroom.mark(work, "40").code == "assignment_removed"
