"""Grades on paper: of a cohort, of one student, and the transcript; complete, and only for those who may."""

import io

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.grading.book_page import BookPage
from desktop.grading.explain_dialog import ExplainDialog
from desktop.grading.grade_paper import GradeRow, Holder, cohort_report, transcript
from desktop.grading.own_page import OwnMarksPage
from desktop.grading.person_grades import PersonGrades, grades_section
from desktop.people.table_paper import Letterhead
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from shared.grading.ids import course_grade_id
from shared.people.vocabulary import Role
from tests.attendance.classes import INSTRUCTOR, REGISTRAR, enrolment_id, person_id
from tests.desks import make_actor
from tests.grading.book_rows import class_rows, mark, open_book, scheme, work
from tests.grading.grade_rows import course_grade, grade_entry
from tests.grading.marking_screen import shown_words

ELIF = "Elif Demir"
STUDENT = make_actor(person_id(ELIF), ELIF, Role.STUDENT)
HEAD = Letterhead("Lakeside Institute", "Printed by Grace Office")
ROWS = (
    course_grade(ELIF, "81.5", "A"),
    grade_entry(ELIF, 1, "79", "B"),
    grade_entry(ELIF, 2, "81.5", "A", "A mark was added up wrongly."),
    course_grade("Amina Yusuf", "64", "C"),
    (
        "course_grade",
        {
            **course_grade(ELIF, "55", "D", course_code="BIZ", course_title="Business", cohort_name="Business 2")[1],
            "id": "an-earlier-course",
            "cohort_id": "elsewhere",
            "enrolment_id": "elsewhere",
            "published_at": "2025-06-30T09:00:00.000Z",
        },
    ),
)


@pytest.fixture
def page_of(tmp_path, qtbot, plain_look):
    """`page_of(make, actor)` shows what `make(desk)` builds."""
    opened = []

    def show(make, actor=REGISTRAR, rows=ROWS):
        essay = [work("Essay", "100"), mark("Essay", ELIF, "80")]
        here = open_book(tmp_path / str(len(opened)), actor, [*class_rows(), scheme(), *essay, *rows])
        opened.append(here)
        page = make(here.desk)
        if page is not None:
            qtbot.addWidget(page)
            page.resize(1240, 840)
            page.show()
            page.here = here
        return page

    yield show
    wait_for_background()
    for one in opened:
        one.close()


def words_of(content):
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def paper(page, qtbot):
    """What the paper that is shown says."""
    qtbot.waitUntil(lambda: hasattr(Dialog.opened_in(page.window()), "document"))
    return words_of(Dialog.opened_in(page.window())._content)


def test_the_grades_of_a_cohort(page_of, qtbot):
    page = page_of(lambda desk: BookPage(desk, None))
    qtbot.waitUntil(page.side.report_button.isEnabled)
    QTest.mouseClick(page.side.report_button, Qt.MouseButton.LeftButton)
    page.acts.papers.cohort(page.cohort_id)
    (told,) = paper(page, qtbot)
    lines = told.splitlines()
    assert lines[1] == "Grade report"
    assert "Diploma in Accounting 1B" in lines[2]
    at = lines.index(ELIF)
    assert lines[at + 1 : at + 4] == ["81.5", "A", "19 Nov 2026"]
    assert lines[lines.index("Baraka Otieno") + 1 :][:2] == ["–", "not published"]
    assert "2 of 18 grades are published." in told


def test_without_a_published_grade_no_report_is_offered(page_of, qtbot):
    page = page_of(lambda desk: BookPage(desk, None), rows=())
    qtbot.waitUntil(lambda: not page._figures.isActive())
    assert not page.side.report_button.isEnabled()


def test_somebody_elses_cohort_is_refused(page_of):
    page = page_of(lambda desk: BookPage(desk, None), INSTRUCTOR)
    page.acts.papers.cohort("elsewhere")
    assert "You don't see all grades that belong on this paper." in shown_words(page)


def test_one_students_grade_with_its_work_and_history(page_of, qtbot):
    page = page_of(lambda desk: BookPage(desk, None))
    row = next(at for at, one in enumerate(page.view.book_model.students) if one.name == ELIF)
    page.explain(row, len(page.view.book_model.columns))
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, ExplainDialog)
    QTest.mouseClick(dialog.report, Qt.MouseButton.LeftButton)
    (told,) = paper(page, qtbot)
    for words in (ELIF, "Photography 1", "Essay", "80 of 100", "81.5 A", "A mark was added up wrongly.", "79 B"):
        assert words in told


def test_a_grade_that_is_not_published_has_no_report(page_of):
    page = page_of(lambda desk: BookPage(desk, None), rows=())
    row = next(at for at, one in enumerate(page.view.book_model.students) if one.name == ELIF)
    page.explain(row, len(page.view.book_model.columns))
    assert Dialog.opened_in(page.window()).report is None
    page.acts.papers.student(enrolment_id(ELIF))
    assert "This grade isn't published yet." in shown_words(page)


def test_students_print_their_own_transcript_and_report(page_of, qtbot):
    mine = [one for one in ROWS if one[1]["person_id"] == STUDENT.person_id]
    page = page_of(OwnMarksPage, STUDENT, mine)
    QTest.mouseClick(page.grades.transcript, Qt.MouseButton.LeftButton)
    (told,) = paper(page, qtbot)
    lines = told.splitlines()
    assert lines[1:3] == ["Transcript of grades", f"{ELIF} · S-004175"]
    assert lines.index("BIZ") < lines.index("PHOTO")
    assert "30 Jun 2025" in told
    assert "All grades that were published up to 20 Nov 2026." in told
    Dialog.opened_in(page.window()).reject()
    page.grades.open_grade(course_grade_id(enrolment_id(ELIF)))
    assert Dialog.opened_in(page.window()).report.isVisible()


def test_a_student_does_not_print_others(page_of):
    page = page_of(OwnMarksPage, STUDENT)
    page.grades.papers.transcript(person_id("Amina Yusuf"))
    assert "You don't see all grades" in shown_words(page)


def test_the_office_sees_the_grades_on_a_persons_page(page_of, qtbot):
    page = page_of(lambda desk: grades_section().make(desk, person_id(ELIF)))
    assert isinstance(page, PersonGrades)
    assert [(row.content.title, row.content.badge[0]) for row in page.rows.rows] == [
        ("Photography · Photography 1", "81.5 A"),
        ("Business · Business 2", "55 D"),
    ]
    page.rows.rows[0].click()
    assert "Essay" in shown_words(page)
    Dialog.opened_in(page.window()).reject()
    QTest.mouseClick(page.transcript, Qt.MouseButton.LeftButton)
    assert "Transcript of grades" in paper(page, qtbot)[0]
    page.here.feed.bring([course_grade(ELIF, "90", "A")])
    qtbot.waitUntil(lambda: page.rows.rows[0].content.badge[0] == "90 A")
    page.open_grade("nowhere")


def test_a_person_without_grades_has_no_transcript(page_of):
    page = page_of(lambda desk: grades_section().make(desk, person_id("Chen Wei")))
    assert not page.foot.isVisible()
    assert page.nothing.isVisible()


@pytest.mark.parametrize("actor", [INSTRUCTOR, make_actor(person_id(ELIF), ELIF, Role.STUDENT)])
def test_who_does_not_see_all_grades_has_no_card(page_of, actor):
    assert page_of(lambda desk: grades_section().make(desk, person_id("Amina Yusuf")), actor) is None


def test_a_student_without_grades_has_no_card(page_of):
    assert page_of(lambda desk: grades_section().make(desk, STUDENT.person_id), STUDENT, ()) is None


def test_a_large_cohort_goes_over_pages_with_heads(qapp):
    rows = [
        GradeRow(Holder(f"Student {n}", f"S-{n}"), course_grade(ELIF, "50", "D")[1], "2026-11-19") for n in range(90)
    ]
    pages = words_of(cohort_report(HEAD, "Photography", rows).pdf())
    assert len(pages) >= 3
    assert all("Student\n" in one for one in pages[:-1])
    assert "".join(pages).count("2026-11-19") == 90


def test_a_transcript_of_nobody_says_so(qapp):
    (told,) = words_of(transcript(HEAD, Holder("", ""), [], "2026-11-20").pdf())
    assert "No grade is published yet." in told


def test_long_titles_go_on_in_further_lines(qapp):
    grade = course_grade(ELIF, "50", "D", course_title="Introduction to the photography of buildings " * 3)[1]
    (told,) = words_of(transcript(HEAD, Holder(ELIF, "S-1"), [GradeRow(Holder(ELIF, "S-1"), grade, "2026")], "").pdf())
    assert " ".join(told.split()).count("photography of buildings") == 3
