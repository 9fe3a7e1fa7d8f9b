"""Assignments, rubrics, schemes and comments on both databases."""

import pytest

from shared.grading.ids import grade_scheme_id, mark_id
from tests.grading.classroom import DUE, RUBRIC, Classroom, classroom
from tests.grading.work_rows import criterion, given, level

__all__ = ["classroom"]


def test_work_is_set_changed_and_disputed_field_by_field(classroom: Classroom) -> None:
    work = classroom.work(due_at="2026-11-20T18:00:00+01:00", points="50.0")
    body = classroom.row("assignment", work)
    assert (body["due_at"], body["points"], body["late"]["kind"]) == (DUE, "50", "none")
    first = body["revision"]
    assert classroom.change(work, title="Film", due_at=None).verdict == "applied"
    told = classroom.change(work, classroom.kofi, first, instructions="In colour")
    assert told.verdict == "applied"
    fields = {"changes": {"title": {"old": "Portraits", "new": "Radio"}}}
    told = classroom.kofi.do("EditAssignment", work, fields, first)
    assert (told.verdict, told.details["fields"]) == ("conflict", ["title"])
    assert classroom.settle(told, told.command_id, classroom.kofi, "title").verdict == "applied"
    assert classroom.row("assignment", work)["title"] == "Radio"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"title": " "}, "title_missing"),
        ({"title": ""}, "invalid_payload"),
        ({"points": "abc"}, "mark_not_a_number"),
        ({"takes": []}, "takes_nothing"),
        ({"cutoff_at": "2026-11-20T16:00:00Z"}, "cutoff_before_due"),
        ({"late": {"kind": "percent_per_day", "amount": "101"}}, "late_invalid"),
    ],
)
def test_work_that_cant_be_set(classroom: Classroom, more: dict[str, object], code: str) -> None:
    payload = {"cohort_id": classroom.cohort_id, "title": "x", "takes": ["file"], "due_at": DUE, **more}
    told = classroom.ama.do("AddAssignment", classroom.new(), payload)
    assert (told.verdict, told.code) == ("rejected", code)


def test_changes_that_cant_be(classroom: Classroom) -> None:
    work = classroom.work()
    assert classroom.change(work, points="x").code == "mark_not_a_number"
    assert classroom.change(work, most_files=7).code == "field_invalid"
    assert classroom.change(work, cohort_id="x").code == "field_unknown"
    assert classroom.change(work, shown=False).code == "field_unknown"
    assert classroom.change(work, state="removed").code == "state_invalid"
    assert classroom.change(work, rubric_version_id=classroom.new()).code == "waits_for_creation"
    assert classroom.ama.do("EditAssignment", classroom.new(), {"changes": {"title": {"new": "x"}}}).code == (
        "waits_for_creation"
    )


def test_who_sets_work(classroom: Classroom) -> None:
    payload = {"cohort_id": classroom.cohort_id, "title": "x", "takes": ["file"]}
    work = classroom.work()
    for who, code in ((classroom.yaw, "not_teaching"), (classroom.student, "not_allowed")):
        assert who.do("AddAssignment", classroom.new(), payload).code == code
        assert classroom.change(work, who, title="y").code == code
        assert who.do("RemoveAssignment", work, {}).code == code
    unknown = classroom.ama.do("AddAssignment", classroom.new(), {**payload, "cohort_id": classroom.new()})
    assert unknown.code == "waits_for_creation"
    assert classroom.ama.do("AddAssignment", work, payload).verdict == "agreed"
    classroom.archive()
    assert classroom.ama.do("AddAssignment", classroom.new(), payload).code == "course_archived"
    assert classroom.change(work, title="y").code == "course_archived"
    assert classroom.ama.do("RemoveAssignment", work, {}).code == "course_archived"


def test_marks_keep_their_meaning_when_work_changes(classroom: Classroom) -> None:
    version_id = classroom.row("rubric", classroom.rubric().target_id)["version_id"]
    work = classroom.work(rubric_version_id=version_id)
    assert classroom.change(work, points="40").code == "rubric_points_differ"
    classroom.mark(work, "40", levels=[given("Light", "good", "12"), given("Idea", "strong", "28")])
    assert classroom.change(work, rubric_version_id=None).code == "rubric_in_use"
    plain = classroom.work()
    classroom.mark(plain, "40")
    assert classroom.change(plain, points="39").code == "points_below_marks"
    assert classroom.change(plain, points="40").verdict == "applied"


def test_work_is_taken_away_until_students_have_seen_a_mark(classroom: Classroom) -> None:
    work = classroom.work()
    assert classroom.ama.do("RemoveAssignment", work, {}).verdict == "applied"
    assert classroom.ama.do("RemoveAssignment", work, {}).verdict == "agreed"
    assert classroom.ama.do("RemoveAssignment", work, {"back": True}).verdict == "applied"
    assert classroom.row("assignment", work)["state"] == "closed"
    classroom.mark(work, "40")
    classroom.release(work, 0)
    assert classroom.ama.do("RemoveAssignment", work, {}).code == "marks_released"
    assert classroom.ama.do("RemoveAssignment", classroom.new(), {}).code == "waits_for_creation"


def test_a_rubric_that_is_used_gets_a_next_version(classroom: Classroom) -> None:
    first = classroom.rubric()
    rubric = classroom.row("rubric", first.target_id)
    work = classroom.work(rubric_version_id=rubric["version_id"])
    assert classroom.rubric(target=first.target_id, by=classroom.kofi).verdict == "agreed"
    changed = [RUBRIC[0], criterion("Idea", level("thin", "0", "15"), level("strong", "15.5", "30"))]
    assert classroom.rubric(target=first.target_id, criteria=changed).verdict == "applied"
    after = classroom.row("rubric", first.target_id)
    assert (after["version"], after["version_id"] != rubric["version_id"]) == (2, True)
    assert classroom.row("rubric_version", rubric["version_id"])["criteria"][1]["levels"][1]["low"] == "16"
    assert classroom.row("assignment", work)["rubric_version_id"] == rubric["version_id"]


def test_rubrics_that_cant_be(classroom: Classroom) -> None:
    wrong = [criterion("Light", level("a", "0", "5"), level("b", "4", "9"))]
    assert classroom.rubric(criteria=wrong).code == "rubric_levels_overlap"
    assert classroom.rubric(criteria=[criterion("Light", level("a", "6", "5"))]).code == "rubric_level_range"
    assert classroom.rubric(name=" ").code == "field_invalid"
    assert classroom.rubric(by=classroom.student).code == "not_allowed"
    assert classroom.rubric(course_id=classroom.new()).code == "waits_for_creation"
    other = classroom.new()
    system = classroom.institute.devices["system"]
    assert system.do("AddCourse", other, {"code": "FILM", "title": "Film"}).verdict == "applied"
    assert classroom.rubric(target=classroom.rubric().target_id, course_id=other).code == "field_invalid"


def test_a_scheme_is_set_disputed_and_locked(classroom: Classroom) -> None:
    tests = [{"id": "t", "name": "Tests", "weight": "40", "drop_lowest": 1}]
    told = classroom.set_scheme(categories=tests)
    assert told.verdict == "applied"
    fields = {"categories": {"old": [], "new": [{**tests[0], "weight": "60"}]}}
    payload = {"cohort_id": classroom.cohort_id, "changes": fields}
    other = classroom.kofi.do("SetGradeScheme", told.target_id, payload)
    assert other.verdict == "conflict"
    assert classroom.settle(other, other.command_id, name="categories").verdict == "applied"
    assert classroom.row("grade_scheme", told.target_id)["categories"][0]["weight"] == "60"
    assert classroom.lock().verdict == "applied"
    assert classroom.lock().verdict == "agreed"
    body = classroom.row("grade_scheme", told.target_id)
    assert (body["state"], body["locked_by_name"]) == ("locked", "Grace Kimani")
    assert classroom.set_scheme(places=0).code == "marks_locked"
    assert classroom.set_scheme(by=classroom.office, places=0).verdict == "applied"


def test_schemes_that_cant_be(classroom: Classroom) -> None:
    assert classroom.set_scheme(places=3).code == "field_invalid"
    assert classroom.set_scheme(scale="letters").code == "bounds_missing"
    assert classroom.set_scheme(state="locked").code == "field_unknown"
    assert classroom.set_scheme(by=classroom.yaw, places=0).code == "not_teaching"
    assert classroom.set_scheme(by=classroom.student, places=0).code == "not_allowed"
    assert classroom.lock(by=classroom.ama).code == "not_allowed"
    payload = {"cohort_id": classroom.cohort_id}
    assert classroom.office.do("LockGrades", classroom.new(), payload).code == "waits_for_creation"
    classroom.archive()
    assert classroom.set_scheme(places=0).code == "course_archived"
    assert grade_scheme_id(classroom.cohort_id) != classroom.cohort_id


def test_comments_are_changed_and_taken_off(classroom: Classroom) -> None:
    work = classroom.work()
    submission = classroom.hand_in(work).target_id
    place = {"page": 1, "x": 0.5, "y": 0.5}
    told = classroom.ama.do(
        "AddWorkComment", classroom.new(), {"submission_id": submission, "place": place, "text": "x"}
    )
    row = told.target_id
    assert classroom.row("work_comment", row)["place"] == place
    fields = {"changes": {"text": {"old": "x", "new": "y"}}}
    assert classroom.kofi.do("EditWorkComment", row, fields, told.command_id).verdict == "applied"
    other = classroom.ama.do("EditWorkComment", row, {"changes": {"text": {"old": "x", "new": "z"}}}, told.command_id)
    assert other.verdict == "conflict"
    assert classroom.settle(other, other.command_id, name="text").verdict == "applied"
    assert classroom.row("work_comment", row)["text"] == "z"
    assert classroom.ama.do("RemoveWorkComment", row, {}).verdict == "applied"
    assert classroom.ama.do("RemoveWorkComment", row, {}).verdict == "agreed"
    assert classroom.ama.do("RemoveWorkComment", row, {"state": "kept"}).verdict == "applied"
    for wrong in ({"text": {"new": " "}}, {"place": {"new": {"page": 0}}}, {"time_code_ms": {"new": 4}}):
        assert classroom.ama.do("EditWorkComment", row, {"changes": wrong}, other.command_id).code == "field_invalid"
    assert classroom.ama.do("EditWorkComment", row, {"changes": {"shown": {"new": True}}}).code == "field_unknown"
    for kind, payload in (("EditWorkComment", fields), ("RemoveWorkComment", {})):
        assert classroom.yaw.do(kind, row, payload).code == "not_teaching"
        assert classroom.ama.do(kind, classroom.new(), payload).code == "waits_for_creation"
    new = {"submission_id": submission, "text": "x"}
    assert classroom.student.do("AddWorkComment", classroom.new(), new).code == "not_allowed"
    assert (
        classroom.ama.do("AddWorkComment", classroom.new(), {**new, "submission_id": row}).code == "waits_for_creation"
    )


def test_notes_are_added_by_whoever_marks(classroom: Classroom) -> None:
    work = classroom.work()
    payload = {"assignment_id": work, "enrolment_id": classroom.institute.enrolments[0], "text": " Ask "}
    told = classroom.ama.do("AddMarkNote", classroom.new(), payload)
    body = classroom.row("mark_note", told.target_id)
    assert (body["text"], body["mark_id"]) == ("Ask", mark_id(work, classroom.institute.enrolments[0]))
    assert classroom.yaw.do("AddMarkNote", classroom.new(), payload).code == "not_teaching"
    unknown = {**payload, "assignment_id": classroom.new()}
    assert classroom.ama.do("AddMarkNote", classroom.new(), unknown).code == "waits_for_creation"


def test_sentences_are_their_writers_alone(classroom: Classroom) -> None:
    told = classroom.ama.do("SaveComment", classroom.new(), {"text": " Well lit, {name} "})
    row = told.target_id
    body = classroom.row("saved_comment", row)
    assert (body["text"], body["owner_id"]) == ("Well lit, {name}", classroom.ama.actor.person_id)
    assert (
        classroom.ama.do("SaveComment", row, {"text": "Well lit", "removed": True}, told.command_id).verdict
        == "applied"
    )
    other = classroom.ama.do("SaveComment", row, {"text": "Dark"}, told.command_id)
    assert other.verdict == "conflict"
    assert classroom.settle(other, other.command_id, name="whole").verdict == "applied"
    assert classroom.row("saved_comment", row)["text"] == "Dark"
    assert classroom.kofi.do("SaveComment", row, {"text": "x"}).code == "not_allowed"
    assert classroom.student.do("SaveComment", classroom.new(), {"text": "x"}).code == "not_allowed"
    assert classroom.ama.do("SaveComment", classroom.new(), {"text": " "}).code == "field_invalid"
