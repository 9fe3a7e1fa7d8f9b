"""Publishing a course's grades from the gradebook: what can be, what holds it up, what is told again and why."""

import pytest

from desktop.grading.book_page import BookPage
from desktop.grading.explain_dialog import ExplainDialog
from desktop.grading.grade_actions import publish_grades
from desktop.grading.grade_cells import grade_text, read_grade
from desktop.grading.grade_store import GradeState, published_grades
from desktop.grading.grades_dialog import GradesDialog
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.grading.ids import course_grade_id
from tests.attendance.classes import INSTRUCTOR, REGISTRAR, enrolment_id
from tests.grading.book_rows import STUDENTS, class_rows, mark, open_book, scheme, work
from tests.grading.grade_rows import course_grade, grade_entry

ELIF = "Elif Demir"
FIRST = STUDENTS[0]


@pytest.fixture
def grades(tmp_path, qtbot, plain_look):
    opened = []

    def show(*rows, actor=REGISTRAR):
        made = open_book(tmp_path / str(len(opened)), actor, [*class_rows(), scheme(), *rows])
        opened.append(made)
        page = BookPage(made.desk, None)
        qtbot.addWidget(page)
        page.resize(1240, 840)
        page.show()
        qtbot.waitUntil(lambda: not page._figures.isActive())
        return page, made

    yield show
    for one in opened:
        one.close()


def rows_of(page):
    model = page.view.book_model
    return {one.name: at for at, one in enumerate(model.students)}


def dialog_of(page):
    page.side.publish_button.click()
    found = Dialog.opened_in(page.window())
    assert isinstance(found, GradesDialog)
    return found


def sent(made, kind):
    return [one for one in made.store.next_request().commands if one.type == kind]


def essay(*marks):
    return [work("Essay"), *marks]


def test_grades_are_published_and_the_marks_locked(grades):
    page, made = grades(*essay(mark("Essay", ELIF, "80"), mark("Essay", FIRST, "72.5")))
    dialog = dialog_of(page)
    assert dialog.publish_button.text() == "Publish 2 grades"
    assert not dialog.reason_field.isVisibleTo(dialog)
    assert dialog.lock.isChecked()
    dialog.publish()
    (command,) = sent(made, "PublishGrades")
    told = {one["enrolment_id"]: (one["result"], one["word"]) for one in command.payload["grades"]}
    assert told == {enrolment_id(ELIF): ("80.0", "A"), enrolment_id(FIRST): ("72.5", "B")}
    assert {one.id for one in command.targets} == {course_grade_id(one) for one in told}
    assert len(sent(made, "LockGrades")) == 1
    model = page.view.book_model
    assert model.grade_state(rows_of(page)[ELIF]) is GradeState.PUBLISHED
    assert published_grades(made.desk, page.cohort_id)[enrolment_id(ELIF)].told == ("80.0", "A")


def test_marks_that_students_dont_see_hold_a_grade_up(grades):
    page, made = grades(*essay(mark("Essay", ELIF, "80", released_at=None), mark("Essay", FIRST, "70")))
    dialog = dialog_of(page)
    why = {one.student.name: one.why_not for one in dialog.lines}
    assert why[ELIF] == f"{ELIF} doesn't see 1 mark yet. Publish it first."
    assert "Nothing of" in why[STUDENTS[1]]
    dialog.lock.setChecked(False)
    dialog.publish()
    (command,) = sent(made, "PublishGrades")
    assert [one["enrolment_id"] for one in command.payload["grades"]] == [enrolment_id(FIRST)]
    assert sent(made, "LockGrades") == []


def test_a_grade_that_changed_is_shown_and_told_again_with_a_reason(grades, qtbot):
    rows = essay(mark("Essay", ELIF, "80"), mark("Essay", FIRST, "70"))
    page, made = grades(
        *rows, course_grade(ELIF, "75.0", "B"), course_grade(FIRST, "70.0", "B"), grade_entry(ELIF, 1, "75.0", "B")
    )
    model, at = page.view.book_model, rows_of(page)
    assert [model.grade_state(at[one]) for one in (ELIF, FIRST, STUDENTS[1])] == [
        GradeState.CHANGED,
        GradeState.PUBLISHED,
        GradeState.NONE,
    ]
    assert "changed since it was published" in model.data(model.index(at[ELIF], 1), 11)
    assert page.side.published_words.text() == f"2 of {len(STUDENTS)} published, 1 changed"
    dialog = dialog_of(page)
    assert dialog.reason_field.isVisibleTo(dialog)
    dialog.publish()
    assert dialog.problem.text().startswith("Students have seen other grades.")
    assert sent(made, "PublishGrades") == []
    dialog.reason.setText(" Counted twice ")
    dialog.publish()
    (command,) = sent(made, "PublishGrades")
    assert (command.payload["reason"], len(command.payload["grades"])) == ("Counted twice", 1)
    assert command.base == course_grade_id(enrolment_id(ELIF))


def test_the_grade_tells_each_time_that_it_was_published(grades):
    page, _made = grades(
        *essay(mark("Essay", ELIF, "80")),
        course_grade(ELIF, "80.0", "A"),
        grade_entry(ELIF, 1, "75.0", "B"),
        grade_entry(ELIF, 2, "80.0", "A", "Counted twice"),
    )
    page.explain(rows_of(page)[ELIF], 1)
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, ExplainDialog)
    assert [(one.figure, one.note.partition(": ")[2]) for one in dialog.history] == [
        ("80.0 A", "Counted twice"),
        ("75.0 B", ""),
    ]


def test_whoever_may_not_publish_has_no_button(grades):
    page, made = grades(*essay(mark("Essay", ELIF, "80")), actor=INSTRUCTOR)
    assert not page.side.publish_button.isVisible()
    with pytest.raises(CampusError, match="Ask the office"):
        publish_grades(made.desk, page.cohort_id, [])


def test_nothing_new_is_nothing_to_publish(grades):
    page, made = grades(*essay(mark("Essay", ELIF, "80")), course_grade(ELIF, "80.0", "A"))
    dialog = dialog_of(page)
    assert not dialog.publish_button.isEnabled()
    with pytest.raises(CampusError) as told:
        publish_grades(made.desk, page.cohort_id, dialog.lines)
    assert told.value.code == "nothing_to_publish"


def test_a_word_with_the_mark_between_parts_survives():
    body = {"enrolment_id": "e", "result": "80.0", "word": "A|B", "revision": "r", "published_at": "t"}
    assert read_grade(grade_text(body)).told == ("80.0", "A|B")


def test_the_gradebook_fits_a_small_screen_with_all_that_the_office_sees(grades, qtbot):
    handed_in = work("Essay", work_kind="handed_in", takes=["text"], due_at="2026-11-10T12:00:00.000Z")
    page, _made = grades(handed_in, mark("Essay", FIRST, "80", released_at=None), course_grade(FIRST, "70.0", "B"))
    page.resize(1126, 712)
    qtbot.waitUntil(lambda: not page.side.legend.isVisible())
    page.view.go_to(page.view.book_model.index(0, 0))
    qtbot.waitUntil(lambda: not page._figures.isActive())
    qtbot.waitUntil(lambda: page.minimumSizeHint().height() <= 712)
    assert page.side.publish_button.isVisible()
    assert page.side.time_button.isVisible()
