"""A student's own marks: what is published, how it came about, and nothing of what isn't."""

import pytest

from desktop.grading.grade_words import statement_lines
from desktop.grading.own_page import OwnMarksPage
from desktop.widgets.dialog import Dialog
from shared.people.vocabulary import Role
from tests.attendance.classes import person_id
from tests.desks import make_actor
from tests.grading.book_rows import class_rows, hand_in, mark, open_book, scheme, work, work_id
from tests.grading.grade_rows import LINE, WORK, course_grade, grade_entry

ELIF = make_actor(person_id("Elif Demir"), "Elif Demir", Role.STUDENT)
LATE = {"kind": "fixed", "amount": "5", "grace_minutes": 10, "floor_percent": "0"}


@pytest.fixture
def own(tmp_path, qtbot, plain_look):
    opened = []

    def show(*rows):
        made = open_book(tmp_path, ELIF, [*class_rows(), *rows])
        opened.append(made)
        page = OwnMarksPage(made.desk)
        qtbot.addWidget(page)
        page.resize(1100, 700)
        page.show()
        return page, made

    yield show
    for one in opened:
        one.close()


def shown(page):
    model = page.table.record_model
    return {
        model.index(row, 0).data(): [model.index(row, at).data() for at in (3, 4)] for row in range(model.rowCount())
    }


def test_published_marks_are_shown_and_the_rest_waits(own):
    page, _made = own(
        work("Essay", "100", due_at="2026-11-10T12:00:00.000Z", late=LATE),
        work("Quiz", "20"),
        work("Plan", "10", state="draft"),
        mark("Essay", "Elif Demir", "80"),
        hand_in("Essay", "Elif Demir", "2026-11-10T12:30:00.000Z"),
        scheme(),
    )
    assert shown(page) == {"Essay": ["Graded", "75 of 100"], "Quiz": ["Not published yet", ""]}
    assert "75.0 B so far" in page.head.subtitle.text()


def test_a_mark_opens_its_lateness_and_its_feedback(own):
    page, _made = own(
        work("Essay", "100", due_at="2026-11-10T12:00:00.000Z", late=LATE, instructions="Two pages."),
        mark("Essay", "Elif Demir", "80", feedback="Good pictures."),
        hand_in("Essay", "Elif Demir", "2026-11-10T12:30:00.000Z"),
    )
    page.explain(page.lines[0].id)
    told = [(line.what, line.figure) for line in Dialog.opened_in(page.window()).lines]
    assert told == [
        ("Due", "Tue 10 Nov, 12:00"),
        ("What to do", ""),
        ("Points given", "80 of 100"),
        ("1 day late", "-5"),
        ("Counts for", "75 of 100"),
        ("Feedback", ""),
        ("In percent", "75 %"),
    ]


def test_a_mark_that_is_published_meanwhile_appears(own, qtbot):
    page, made = own(work("Quiz", "20"))
    assert page.head.subtitle.text() == "Marks appear here when they are published"
    made.feed.bring([mark("Quiz", "Elif Demir", "18")])
    qtbot.waitUntil(lambda: shown(page) == {"Quiz": ["Graded", "18 of 20"]}, timeout=3000)


def test_without_work_the_page_says_so(own):
    page, _made = own()
    assert page.body.empty.title.text() == "No work yet"


def test_work_that_is_handed_in_opens_its_page_and_other_work_its_explanation(own):
    page, made = own(work("Essay", work_kind="handed_in", takes=["text"]), work("Quiz", "20"))
    page.table.opened.emit(work_id("Essay"))
    assert made.opened.pages == [("grading.work", work_id("Essay"), {})]
    page.table.opened.emit(work_id("Quiz"))
    assert len(made.opened.pages) == 1
    assert Dialog.opened_in(page.window()) is not None


def test_a_published_grade_opens_the_work_that_it_comes_from(own, qtbot):
    page, made = own(work("Essay", "100"), mark("Essay", "Elif Demir", "90"), scheme())
    assert not page.grades.isVisible()
    assert "so far" in page.head.subtitle.text()
    made.feed.bring([course_grade("Elif Demir", "80.0", "A"), grade_entry("Elif Demir", 1, "80.0", "A")])
    qtbot.waitUntil(page.grades.isVisible, timeout=3000)
    (row,) = page.grades.rows.rows
    assert (row.content.title, row.content.badge[0]) == ("Photography · Photography 1", "80.0 A")
    assert "so far" not in page.head.subtitle.text()
    row.click()
    dialog = Dialog.opened_in(page.window())
    assert [(one.what.strip(), one.figure) for one in dialog.lines] == [
        ("All work", "80 of 100 · 80 %"),
        ("Essay", "80 of 100"),
        ("Grade", "80.0 A"),
    ]
    assert [one.figure for one in dialog.history] == ["80.0 A"]


def test_a_grade_that_the_server_hasnt_accepted_has_no_lines_yet():
    what = [one.what for one in statement_lines({"lines": [], "result": "80.0", "word": ""})]
    assert what == ["How it came about", "Grade"]


def test_work_that_counted_otherwise_says_so():
    work_done = [
        {**WORK, "status": "missing", "counts": None},
        {**WORK, "status": "none", "counts": None, "extra_credit": True},
        {**WORK, "dropped": True},
    ]
    part = {**LINE, "name": "Tests", "work": work_done}
    empty = {**LINE, "name": "Exams", "percent": None, "work": []}
    lines = statement_lines({"lines": [part, empty], "result": "80.0", "word": "A"})
    assert [(one.figure, one.note) for one in lines] == [
        ("80 of 100 · 80 %", "weighs 100 percent"),
        ("Missing", ""),
        ("Not graded", "extra credit"),
        ("80 of 100", "one of the lowest, left out"),
        ("–", "Nothing counted."),
        ("80.0 A", ""),
    ]
