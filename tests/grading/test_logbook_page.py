"""A student's skills logbook: the own one, the one that staff open and have signed, and the one on paper."""

import io

from desktop.attendance.report_documents import letterhead
from desktop.grading.logbook_page import LogbookPage
from desktop.grading.skill_paper import logbook_pdf, logbook_sheet
from desktop.grading.skills_card import SkillsCard, skills_section
from desktop.grading.skills_page import SkillsPage
from desktop.widgets.dialog import Dialog
from shared.people.vocabulary import Role
from tests.attendance.classes import REGISTRAR
from tests.desks import make_actor
from tests.grading.skill_rows import PIN
from tests.grading.skill_screen import COHORT, INSTRUCTOR, enrolment_id, logbooks, opened, person_id, skill_id

__all__ = ["opened"]
BARAKA = "Baraka Otieno"


def dialog_of(page):
    return Dialog.opened_in(page.window())


def test_a_students_logbook_shows_each_skill_and_lets_an_employer_sign_all(opened, qtbot):
    page = opened(LogbookPage, INSTRUCTOR, None, enrolment_id("Chen Wei"))
    assert page.head.subtitle.text() == "Diploma in Accounting · Competent in 1 of 5 skills"
    page.sign()
    dialog = dialog_of(page)
    dialog.part.pin.setText(PIN)
    dialog.sign()
    qtbot.waitUntil(lambda: not page._unsigned(), timeout=5000)
    (command,) = page.here.store.next_request().commands
    assert len(command.targets) == 2
    assert not page.sign_button.isVisibleTo(page)


def test_a_student_reads_the_own_logbook_and_signs_nothing(opened):
    student = make_actor(person_id(BARAKA), BARAKA, Role.STUDENT)
    own = [(kind, body) for kind, body in logbooks() if kind != "skill_supervisor"]
    own = [(kind, body) for kind, body in own if body.get("person_id") in {None, student.person_id}]
    page = opened(LogbookPage, student, own)
    assert page.head.title.text() == "My skills"
    assert page.head.subtitle.text() == "Diploma in Accounting · Competent in 2 of 5 skills"
    assert not page.sign_button.isVisibleTo(page)
    book = page.book
    skill = next(one for one in book.skills if one["id"] == skill_id("Set up a camera"))
    page.open_observation(skill, book.observations(page.learner.enrolment_id, skill["id"])[0]["id"])
    assert not dialog_of(page).take_back_button.isVisibleTo(page)
    nobody = opened(LogbookPage, student, [row for row in own if row[0] != "skill"])
    assert nobody.empty.title.text() == "No skills logbook yet"
    away = opened(LogbookPage, INSTRUCTOR, None, "nowhere")
    assert away.learner is None


def test_the_logbook_goes_on_paper(opened, qtbot):
    from pypdf import PdfReader

    page = opened(LogbookPage, INSTRUCTOR, None, enrolment_id(BARAKA))
    sheet = logbook_sheet(page._desk, page.book, page.learner)
    course = "Diploma in Accounting · Diploma in Accounting 1B"
    assert sheet.about == f"Baraka Otieno · S-004172 · {course} · competent in 2 of 5 skills"
    assert sheet.rows[0][:2] == ("Set up a camera", "Competent")
    assert sheet.rows[0][6] == "Efua Sarpong, Volta Films (by PIN)"
    words = PdfReader(io.BytesIO(logbook_pdf(sheet, letterhead(page._desk)))).pages[0].extract_text()
    assert "Lakeside Institute" in words
    assert "Skills logbook" in words
    page.print_page()
    qtbot.waitUntil(lambda: dialog_of(page) is not None, timeout=5000)


def test_the_card_on_a_persons_page_opens_logbook_and_is_for_those_who_mark(opened):
    page = opened(lambda desk: SkillsCard(desk, person_id(BARAKA)))
    (row,) = page.rows.rows
    assert row.content.detail == "Competent in 2 of 5 skills"
    row.click()
    assert page.here.opened.pages == [("grading.logbook", enrolment_id(BARAKA), {})]
    section = skills_section()
    cashier = make_actor("c", "Kwesi", Role.CASHIER)
    other = opened(SkillsPage, cashier)
    assert section.make(other._desk, person_id(BARAKA)) is None
    assert section.make(page._desk, person_id(BARAKA)) is not None
    assert opened(SkillsPage, REGISTRAR, None, COHORT).cohort_id == COHORT
