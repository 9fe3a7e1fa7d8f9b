"""What pending commands of marking make of the rows on screen, before the server has spoken."""

import pytest
from pydantic import ValidationError

from shared.core.ids import derived_id
from shared.grading import models
from shared.grading.commands import PAYLOADS
from shared.grading.ids import (
    extension_id,
    further_attempt_id,
    grade_scheme_id,
    mark_entry_id,
    mark_id,
    rubric_version_id,
)
from shared.grading.mark_commands import AddWorkComment, SetMarks
from shared.grading.projections import PROJECTIONS
from tests.grading.work_rows import ASSIGNMENT, COHORT, CUTOFF, ENROLMENT, PERSON, RUBRIC, command, given, work

OTHER = derived_id("other")
ROW = derived_id("row")
MARK = mark_id(ASSIGNMENT, ENROLMENT)
WORK = {"assignment_id": ASSIGNMENT, "enrolment_id": ENROLMENT}
MODELS = {
    "assignment": models.Assignment,
    "rubric": models.Rubric,
    "rubric_version": models.RubricVersion,
    "submission": models.Submission,
    "extension": models.Extension,
    "mark": models.Mark,
    "mark_note": models.MarkNote,
    "work_comment": models.WorkComment,
    "saved_comment": models.SavedComment,
    "grade_scheme": models.GradeScheme,
}


class Screen:
    """The rows on screen: projects commands onto them, twice each, since twice must change nothing."""

    def __init__(self) -> None:
        self.rows = {
            ("assignment", ASSIGNMENT): work(),
            ("enrolment", ENROLMENT): {"id": ENROLMENT, "cohort_id": COHORT, "person_id": PERSON},
        }
        self.number = 0

    def do(self, kind, target, payload, **more):
        """Project a command of the present kind; returns it."""
        self.number += 1
        made = command(kind, target, payload, self.number, **more)
        PAYLOADS[kind].model_validate(payload)
        self._project(made)
        before = dict(self.rows)
        self._project(made)
        assert self.rows == before
        return made

    def _project(self, made):
        for draft in PROJECTIONS[made.type](made, lambda kind, row_id: self.rows.get((kind, row_id))):
            MODELS[draft.kind].model_validate(draft.body)
            self.rows[draft.kind, draft.id] = draft.body

    def row(self, kind, row_id):
        return self.rows[kind, row_id]


@pytest.fixture
def screen():
    return Screen()


def edited(**changes):
    return {"changes": {name: {"old": None, "new": value} for name, value in changes.items()}}


def test_an_assignment_appears_changes_goes_and_comes_back(screen):
    payload = {"cohort_id": COHORT, "title": "Film", "takes": ["file"], "due_at": "2026-11-20T18:00:00+01:00"}
    screen.do("AddAssignment", ROW, payload)
    assert screen.row("assignment", ROW)["due_at"] == "2026-11-20T17:00:00.000Z"
    screen.do("EditAssignment", ROW, edited(title=" Short film ", state="open"))
    assert (screen.row("assignment", ROW)["title"], screen.row("assignment", ROW)["state"]) == ("Short film", "open")
    screen.do("EditAssignment", ROW, edited(points="20"))
    assert screen.row("assignment", ROW)["state"] == "open"
    screen.do("RemoveAssignment", ROW, {})
    assert screen.row("assignment", ROW)["state"] == "removed"
    screen.do("RemoveAssignment", ROW, {"back": True})
    assert screen.row("assignment", ROW)["state"] == "closed"


def test_a_draft_that_nobody_saw_comes_back_as_a_draft(screen):
    screen.do("AddAssignment", ROW, {"cohort_id": COHORT, "title": "Film", "takes": ["file"]})
    screen.do("RemoveAssignment", ROW, {})
    assert not screen.row("assignment", ROW)["shown"]
    screen.do("RemoveAssignment", ROW, {"back": True})
    assert screen.row("assignment", ROW)["state"] == "draft"


def test_what_cant_be_kept_or_isnt_there_shows_nothing(screen):
    before = dict(screen.rows)
    screen.do("EditAssignment", ASSIGNMENT, edited(most_files=99))
    screen.do("EditAssignment", ROW, edited(title="x"))
    screen.do("RemoveAssignment", ROW, {})
    assert screen.rows == before
    assert PROJECTIONS["AddAssignment"](command("AddAssignment", ROW, {}), lambda *_: None) == []


def test_a_rubric_grows_by_versions(screen):
    payload = {"course_id": OTHER, "name": " Portraits ", "criteria": RUBRIC}
    first = screen.do("SaveRubric", ROW, payload)
    second = screen.do("SaveRubric", ROW, {**payload, "removed": True})
    rubric = screen.row("rubric", ROW)
    assert (rubric["version"], rubric["version_id"], rubric["state"]) == (2, rubric_version_id(second.id), "removed")
    kept = screen.row("rubric_version", rubric_version_id(first.id))
    assert (kept["version"], kept["name"]) == (1, "Portraits")


def test_a_scheme_is_set_and_locked(screen):
    scheme = grade_scheme_id(COHORT)
    screen.do("SetGradeScheme", scheme, {"cohort_id": COHORT, **edited(places=0)})
    screen.do("LockGrades", scheme, {"cohort_id": COHORT, "author_name": "Grace"})
    found = screen.row("grade_scheme", scheme)
    assert (found["places"], found["state"], found["locked_by_name"]) == (0, "locked", "Grace")
    screen.do("LockGrades", scheme, {"cohort_id": COHORT, "locked": False})
    found = screen.row("grade_scheme", scheme)
    assert (found["state"], found["locked_at"], found["locked_by_name"]) == ("open", None, "")


def test_work_is_kept_handed_in_and_given_back(screen):
    screen.do("SaveWork", ROW, {**WORK, "text": "Half"})
    assert screen.row("submission", ROW)["state"] == "in_progress"
    screen.do("HandIn", ROW, {**WORK, "text": "Whole"}, clock_offset=60_000)
    found = screen.row("submission", ROW)
    assert (found["state"], found["handed_in_at"]) == ("submitted", "2026-11-20T09:01:00.000Z")
    screen.do("ReturnWork", ROW, {"note": " Once more "})
    found = screen.row("submission", ROW)
    assert (found["state"], found["returned_note"]) == ("returned", "Once more")


def test_more_time(screen):
    target = extension_id(ASSIGNMENT, ENROLMENT)
    screen.do("GrantExtension", target, {**WORK, "due_at": CUTOFF, "reason": " Ill ", "author_name": "Ama"})
    found = screen.row("extension", target)
    assert (found["due_at"], found["reason"], found["granted_by_name"]) == (CUTOFF, "Ill", "Ama")
    screen.do("GrantExtension", target, {**WORK, "due_at": None})
    assert screen.row("extension", target)["due_at"] is None


def test_what_belongs_to_nobody_here_shows_nothing(screen):
    before = dict(screen.rows)
    unknown = {"assignment_id": ASSIGNMENT, "enrolment_id": OTHER}
    screen.do("SaveWork", ROW, unknown)
    screen.do("HandIn", ROW, unknown)
    screen.do("ReturnWork", ROW, {})
    screen.do("GrantExtension", ROW, {**unknown, "due_at": None})
    screen.do("RecordMark", ROW, unknown)
    screen.do("AddMarkNote", ROW, {"assignment_id": OTHER, "enrolment_id": OTHER, "text": "x"})
    screen.do("AddWorkComment", ROW, {"submission_id": OTHER, "text": "x"})
    screen.do("EditWorkComment", ROW, edited(text="x"))
    screen.do("RemoveWorkComment", ROW, {})
    screen.do("ReleaseMarks", MARK, {"assignment_id": ASSIGNMENT})
    assert screen.rows == before


def test_a_mark_is_recorded_set_and_released(screen):
    levels = [given("Light", "good", "12.0"), given("Idea", "strong", "28")]
    screen.do(
        "RecordMark", MARK, {**WORK, "score": "40.0", "levels": levels, "submission_id": ROW, "author_name": "Ama"}
    )
    found = screen.row("mark", MARK)
    assert (found["score"], found["levels"][1]["points"], found["marked_by_name"]) == ("40", "12", "Ama")
    assert (found["submission_id"], found["released_at"]) == (ROW, None)
    screen.do("SetMarks", MARK, {"assignment_id": ASSIGNMENT, "marks": [{"enrolment_id": ENROLMENT, "score": "41"}]})
    found = screen.row("mark", MARK)
    assert (found["score"], found["levels"], found["submission_id"]) == ("41", [], ROW)
    screen.do("ReleaseMarks", MARK, {"assignment_id": ASSIGNMENT})
    assert screen.row("mark", MARK)["released_at"] == "2026-11-20T09:00:00.000Z"
    screen.do("CorrectMark", MARK, {**WORK, "score": "42", "reason": "Counted twice"})
    assert screen.row("mark", MARK)["released_at"] is not None


def test_a_draft_isnt_released_and_marks_that_arent_held_show_at_once(screen):
    screen.do("RecordMark", MARK, {**WORK, "finished": False})
    screen.do("ReleaseMarks", MARK, {"assignment_id": ASSIGNMENT})
    assert screen.row("mark", MARK)["released_at"] is None
    screen.do("EditAssignment", ASSIGNMENT, edited(hold_marks=False))
    screen.do("RecordMark", MARK, {**WORK, "score": "4"})
    assert screen.row("mark", MARK)["released_at"] == "2026-11-20T09:00:00.000Z"


def test_notes_and_comments(screen):
    screen.do("AddMarkNote", ROW, {**WORK, "text": " Ask about the lens ", "author_name": "Ama"})
    assert screen.row("mark_note", ROW)["text"] == "Ask about the lens"
    screen.do("HandIn", OTHER, WORK)
    place = {"page": 2, "x": 0.5, "y": 0.25}
    screen.do("AddWorkComment", ROW, {"submission_id": OTHER, "place": place, "text": "Here"})
    assert screen.row("work_comment", ROW)["mark_id"] == MARK
    screen.do("EditWorkComment", ROW, edited(text="There"))
    screen.do("RemoveWorkComment", ROW, {})
    found = screen.row("work_comment", ROW)
    assert (found["text"], found["state"], found["place"]) == ("There", "removed", place)
    screen.do("SaveComment", ROW, {"text": " Well lit, {name} ", "owner_id": PERSON})
    assert screen.row("saved_comment", ROW)["text"] == "Well lit, {name}"
    screen.do("SaveComment", ROW, {"text": "x", "removed": True})
    assert screen.row("saved_comment", ROW)["state"] == "removed"


def test_a_comment_is_in_one_place():
    with pytest.raises(ValidationError):
        AddWorkComment(submission_id=ROW, text="x", place={"page": 1, "x": 0, "y": 0}, time_code_ms=3)


def test_a_column_is_set_for_each_student_once():
    with pytest.raises(ValidationError):
        SetMarks(assignment_id=ROW, marks=[{"enrolment_id": ROW, "score": one} for one in "12"])


def test_derived_ids_differ_by_what_they_name():
    made = {further_attempt_id(ROW), mark_entry_id(ROW, OTHER), mark_entry_id(OTHER, ROW), mark_id(ROW, OTHER), ROW}
    assert len(made) == 5
