"""A student's skills logbook: the own one, the one that staff open and have signed, and the one on paper."""

import hashlib
import io

from PySide6.QtWidgets import QLabel

from desktop.core.file_queue import REFUSED, Transfer
from desktop.grading.logbook_page import LogbookPage
from desktop.grading.observation_view import KeptPicture
from desktop.grading.skill_paper import logbook_pdf, logbook_sheet
from desktop.grading.skill_photos import evidence
from desktop.grading.skills_card import SkillsCard, skills_section
from desktop.grading.skills_page import SkillsPage
from desktop.timetable.letterhead import letterhead
from desktop.widgets.dialog import Dialog
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.attendance.classes import REGISTRAR
from tests.desks import make_actor
from tests.grading.skill_rows import PIN, skill
from tests.grading.skill_screen import (
    COHORT,
    INSTRUCTOR,
    enrolment_id,
    logbooks,
    opened,
    person_id,
    picture,
    seen,
    skill_id,
)

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


def photo_of(page):
    """The picture of an open observation."""
    return dialog_of(page).findChildren(KeptPicture)[0]


def shown_photo(opened, qtbot, **more):
    content = evidence(picture())
    sha256 = hashlib.sha256(content).hexdigest()
    file = {"sha256": sha256, "name": "tripod.jpg", "bytes": len(content), "type": "jpeg"}
    rows = [*logbooks(), seen(BARAKA, "Keep cards and batteries", 16, files=[file], **more)]
    page = opened(LogbookPage, INSTRUCTOR, rows, enrolment_id(BARAKA))
    return page, content, sha256


def look(page):
    skill = next(one for one in page.book.skills if one["name"] == "Keep cards and batteries")
    page.open_observation(skill, page.book.observations(page.learner.enrolment_id, skill["id"])[0]["id"])


def test_a_photo_is_fetched_and_shows_when_it_comes(opened, qtbot):
    page, content, sha256 = shown_photo(opened, qtbot)
    look(page)
    assert [one.sha256 for one in page._desk.files.fetched] == [sha256]
    assert "isn’t on this computer yet" in photo_of(page).words.text()
    page.here.store.kept_files.put_content(content)
    qtbot.waitUntil(lambda: len(photo_of(page).findChildren(QLabel)) > 1, timeout=5000)
    assert not photo_of(page).words.isVisibleTo(page)


def test_a_photo_that_was_put_aside_says_why(opened, qtbot):
    page, _content, sha256 = shown_photo(opened, qtbot)
    refusal = Transfer(sha256, "down", "tripod.jpg", 900, "2026-11-20T08:00:00.000Z", REFUSED, sentence="Put aside.")
    page._desk.files.refused = [refusal]
    look(page)
    qtbot.waitUntil(lambda: photo_of(page).words.text() == "Put aside.", timeout=5000)


def test_a_student_of_two_courses_has_a_tab_for_each(opened):
    student = make_actor(person_id(BARAKA), BARAKA, Role.STUDENT)
    course, cohort, other = (derived_id("film", one) for one in ("course", "cohort", "enrolment"))
    more = [
        ("course", {"id": course, "code": "FLM", "title": "Film", "archived": False}),
        ("cohort", {"id": cohort, "course_id": course, "code": "F1", "name": "Film 1", "instructors": []}),
        ("enrolment", {"id": other, "cohort_id": cohort, "person_id": student.person_id, "state": "active"}),
        ("skill", skill(id=skill_id("Cut film"), course_id=course, name="Cut film", heading="")),
    ]
    page = opened(LogbookPage, student, [*logbooks(), *more])
    assert page.head.subtitle.text().startswith("Diploma in Accounting ·")
    page.tabs.choose("1")
    assert page.head.subtitle.text() == "Film · Competent in 0 of 1 skills"
    page.here.feed.bring([("skill", {**more[3][1], "state": "removed", "revision": page.here.desk.ids()})])
    page.refresh()
    assert page.tabs is None
    assert page.head.subtitle.text().startswith("Diploma in Accounting ·")
