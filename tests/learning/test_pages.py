"""The pages of courses, cohorts and terms on a real store."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.learning.area import area, person_section
from desktop.learning.cohort_page import CohortPage
from desktop.learning.course_page import CoursePage
from desktop.learning.courses_page import CoursesPage
from desktop.learning.terms_page import TermsPage
from desktop.shell.page import toasts_of
from desktop.widgets.buttons import Button
from desktop.widgets.dialog import Dialog
from desktop.widgets.theme import Scheme, theme
from shared.core.command import Target
from shared.learning.vocabulary import ACADEMIC_TERM, COHORT, COURSE, ENROLMENT, EnrolmentState
from tests.fixtures.windows import bring_forward
from tests.learning.desks import cohort, course, enrolment, open_desk, row_id, school
from tests.people.desks import INSTRUCTOR, person, person_id

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def desks(tmp_path):
    """`desks(rows, actor)` opens a desk in the small school."""
    opened = []

    def open_one(rows=None, **more):
        opened.append(open_desk(tmp_path / str(len(opened)), rows, **more))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def opened(qtbot, desks):
    """`opened(Page, *arguments, rows, actor)` shows a page on a desk of its own."""

    def open_page(page_type, *arguments, rows=None, **more):
        made = desks(rows, **more)
        page = page_type(made.desk, *arguments)
        qtbot.addWidget(page)
        page.resize(1232, 844)
        bring_forward(qtbot, page)
        return made, page

    return open_page


def _ids(table):
    return [table.record_model.id_at(place) for place in range(table.record_model.rowCount())]


def _toast(page):
    return toasts_of(page).toasts[-1]


def _type(dialog, **values):
    for name, value in values.items():
        dialog.form.control(name).setText(value)


# ---------------------------------------------------------------------------------------------------------- courses


def test_running_courses_are_listed_and_archived_ones_when_asked_for(opened):
    rows = [*school(), course("VID", "Video"), course("OLD", "Analogue", archived=True)]
    _made, page = opened(CoursesPage, {}, rows=rows)
    assert _ids(page.table) == [row_id("SND"), row_id("VID")]
    page.filters.filters["shown"].choose("archived")
    assert _ids(page.table) == [row_id("OLD")]
    page.filters.filters["shown"].choose("all")
    page.filters.filters["category"].choose("music")
    assert page.no_hit.isVisible()
    page.clear()
    assert len(_ids(page.table)) == 2


def test_courses_are_searched_and_opened_by_keyboard(opened, qtbot):
    made, page = opened(CoursesPage, {}, rows=[*school(), course("VID", "Video")])
    page.find()
    qtbot.keyClicks(QApplication.focusWidget(), "vid")
    qtbot.keyClick(page.filters.search, Qt.Key.Key_Return)
    assert _ids(page.table) == [row_id("VID")]
    page.table.go_to(row_id("VID"))
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert made.opened.pages == [("learning.course", row_id("VID"), {})]


def test_a_new_course_opens_on_its_page(opened):
    made, page = opened(CoursesPage, {}, rows=[])
    assert page.nothing.isVisible()
    page.nothing.button.click()
    dialog = Dialog.opened_in(page.window())
    dialog.save()
    assert dialog.form.rows["title"].error == "Enter a name."
    _type(dialog, title="Video", code="VID")
    dialog.form.control("category").choose("media")
    dialog.save()
    (body,) = made.store.page(COURSE)
    assert (body["title"], body["category"], body["mode"]) == ("Video", "media", "on_site")
    assert made.opened.pages == [("learning.course", body["id"], {})]


def test_a_code_that_is_taken_is_said_at_its_field(opened):
    made, page = opened(CoursesPage, {})
    page.new()
    dialog = Dialog.opened_in(page.window())
    _type(dialog, title="Another", code="SND")
    dialog.save()
    assert "has this code already" in dialog.form.rows["code"].error
    assert dialog.isVisible()
    assert made.store.pending().waiting == 0


def test_who_may_not_edit_courses_adds_none(opened):
    _made, page = opened(CoursesPage, {}, actor=INSTRUCTOR)
    page.new()
    assert Dialog.opened_in(page.window()) is None
    assert not [button for button in page.head.findChildren(Button) if button.isVisible()]


# ----------------------------------------------------------------------------------------------------------- course


def test_a_course_is_edited_in_place_and_taken_back(opened):
    made, page = opened(CoursePage, row_id("SND"))
    assert page.windowTitle() == "Sound engineering"
    page.form.control("title").setText("Sound")
    page.save()
    assert made.store.get(COURSE, row_id("SND"))["title"] == page.windowTitle() == "Sound"
    _toast(page).action_button.click()
    assert page.form.control("title").text() == "Sound engineering"


def test_a_course_is_archived_and_taken_out_again(opened):
    made, page = opened(CoursePage, row_id("SND"))
    page.archive_button.click()
    assert made.store.get(COURSE, row_id("SND"))["archived"] is True
    assert page.head.badge.isVisible()
    page.archive_button.click()
    assert made.store.get(COURSE, row_id("SND"))["archived"] is False


def test_a_cohort_is_added_with_dates_typed_freely(opened):
    made, page = opened(CoursePage, row_id("SND"))
    page.new()
    dialog = Dialog.opened_in(page.window())
    _type(dialog, name="Sound 2A", code="SND-2A", starts_on="7/9/2026", ends_on="nonsense", capacity="twelve")
    dialog.save()
    assert "not a date" in dialog.form.rows["ends_on"].error
    assert "not a number of seats" in dialog.form.rows["capacity"].error
    _type(dialog, ends_on="18/12/2026", capacity="24")
    dialog.form.control("instructors").add(person_id("teacher"))
    dialog.save()
    body = next(one for one in made.store.page(COHORT) if one["code"] == "SND-2A")
    assert (body["starts_on"], body["ends_on"], body["capacity"]) == ("2026-09-07", "2026-12-18", 24)
    assert body["instructors"] == [person_id("teacher")]
    assert made.opened.pages == [("learning.cohort", body["id"], {})]


def test_cohorts_open_from_the_course(opened):
    made, page = opened(CoursePage, row_id("SND"))
    (row,) = page.cohorts.rows
    assert row.content.detail == "7 Sep – 18 Dec 2026 · Studio 2 · Efua Nkrumah · 3 students"
    row.click()
    assert made.opened.pages == [("learning.cohort", row_id("SND-1B"), {})]


def test_an_instructor_reads_a_course(opened):
    _made, page = opened(CoursePage, row_id("SND"), actor=INSTRUCTOR)
    assert page.form.control("title").isReadOnly()
    assert not page.form.control("category").isEnabled()
    assert not page.add_button.isVisible()
    page.new()
    assert Dialog.opened_in(page.window()) is None


@pytest.mark.parametrize(("page_type", "arguments"), [(CoursePage, ("gone",)), (CohortPage, ("gone", {}))])
def test_a_row_that_is_not_here_is_said(opened, page_type, arguments):
    _made, page = opened(page_type, *arguments)
    assert page._stack.currentIndex() == 1
    page.save()
    page.new()
    page.toggle_archived()


# ----------------------------------------------------------------------------------------------------------- cohort


def test_a_cohort_counts_its_seats_and_lists_its_students(opened):
    _made, page = opened(CohortPage, row_id("SND-1B"), {})
    assert "3 of 3 seats taken" in page.head.facts.text()
    assert page.head.badge.text == "1 to confirm"
    assert page.tabs._tabs[0].text() == "Students (3)"
    names = [page.students.table.record_model.row_at(place).name for place in range(4)]
    assert names == ["Yaw Darko", "Ama Mensah", "Kofi Owusu", "Esi Quaye"]


def test_students_are_enrolled_several_at_once(opened, qtbot):
    rows = [*school(), person("akua", "Akua", "Boahen")]
    made, page = opened(CohortPage, row_id("SND-1B"), {}, rows=rows)
    page.new()
    dialog = Dialog.opened_in(page.window())
    assert not dialog.save_button.isEnabled()
    qtbot.keyClicks(dialog.picker.search, "abena")
    qtbot.keyClick(dialog.picker.search, Qt.Key.Key_Return)
    qtbot.keyClicks(dialog.picker.search, "akua")
    qtbot.keyClick(dialog.picker.search, Qt.Key.Key_Return)
    assert dialog.save_button.text() == "Enrol 2 students"
    assert dialog.words.words.text() == "5 of 3 seats"
    qtbot.keyClick(dialog.picker.search, Qt.Key.Key_Return, CONTROL)
    assert page.tabs._tabs[0].text() == "Students (5)"
    assert _toast(page).words == "2 people enrolled in Sound 1B"
    _toast(page).action_button.click()
    assert page.tabs._tabs[0].text() == "Students (3)"
    assert made.store.pending().waiting == 4


def test_selected_students_are_moved_and_taken_back(opened):
    made, page = opened(CohortPage, row_id("SND-1B"), {})
    page.students.filters.filters["state"].choose("active")
    page.students.table.selectAll()
    assert page.students.selection.isVisible()
    page.students._set_selected(EnrolmentState.COMPLETED)
    assert page.students.table.record_model.rowCount() == 0
    assert page.students.no_hit.isVisible()
    page.students.clear()
    states = sorted(row["state"] for row in made.store.page(ENROLMENT))
    assert states == ["completed", "completed", "dropped", "pending"]
    _toast(page).action_button.click()
    assert sorted(row["state"] for row in made.store.page(ENROLMENT))[:2] == ["active", "active"]


def test_a_walk_in_is_confirmed_or_refused(opened, qtbot):
    made, page = opened(CohortPage, row_id("SND-1B"), {})
    card = page.students.waiting
    assert card.title.words.text() == "1 walk-in waits for the office"
    next(button for button in card.findChildren(Button) if button.text() == "Confirm").click()
    assert made.store.get(ENROLMENT, row_id("enrolment yaw"))["state"] == "active"
    assert not card.isVisible()
    _toast(page).action_button.click()
    assert card.isVisible()

    def refuse():
        return [one for one in card.findChildren(Button) if one.text() == "Refuse" and one.isVisible()]

    qtbot.waitUntil(lambda: bool(refuse()))
    refuse()[0].click()
    assert made.store.get(ENROLMENT, row_id("enrolment yaw"))["state"] == "cancelled"


def test_a_walk_in_who_is_known_is_put_on_that_person(opened):
    rows = [*school(), person("known", "Yaw", "Darko", number="S-77")]
    made, page = opened(CohortPage, row_id("SND-1B"), {}, rows=rows)
    next(button for button in page.students.waiting.findChildren(Button) if button.text() == "It is this one").click()
    (command,) = made.store.next_request().commands
    assert (command.type, command.payload) == ("ConfirmEnrolment", {"person_id": person_id("known")})
    assert command.targets == (Target(id=row_id("enrolment yaw"), base=row_id("enrolment yaw")),)


def test_an_instructor_sees_who_waits_and_decides_nothing(opened):
    _made, page = opened(CohortPage, row_id("SND-1B"), {}, actor=INSTRUCTOR)
    assert page.students.waiting.isVisible()
    assert not page.students.waiting.findChildren(Button)
    assert not page.enrol_button.isVisible()


def test_students_open_as_people(opened, qtbot):
    made, page = opened(CohortPage, row_id("SND-1B"), {})
    page.students.table.go_to(row_id("enrolment kofi"))
    page.first_focus().setFocus()
    qtbot.keyClick(page.students.table, Qt.Key.Key_Return)
    assert made.opened.pages == [("people.person", person_id("kofi"), {})]
    page._open_course()
    assert made.opened.pages[-1] == ("learning.course", row_id("SND"), {})


def test_classes_open_their_register(opened):
    session = {"id": row_id("s"), "cohort_id": row_id("SND-1B"), "starts_at": "2026-11-20T08:30:00.000Z"}
    session |= {"ends_at": "2026-11-20T10:00:00.000Z", "room": "", "instructor_id": None, "state": "scheduled"}
    made, page = opened(CohortPage, row_id("SND-1B"), {"tab": "classes"}, rows=[*school(), ("class_session", session)])
    assert page.classes.isVisible()
    assert page.tabs._tabs[1].text() == "Classes (1)"
    page.classes.table.opened.emit(row_id("s"))
    assert made.opened.pages == [("attendance.register", row_id("s"), {})]


def test_details_are_saved_and_unsaved_ones_kept(opened, qtbot):
    made, page = opened(CohortPage, row_id("SND-1B"), {"tab": "details"})
    page.form.control("room").setText("Studio 7")
    page.form.control("instructors").remove(person_id("teacher"))
    assert page.form.wanted() == {"room": "Studio 7", "instructors": []}
    page.hide()
    again = CohortPage(made.desk, row_id("SND-1B"), {"tab": "details"})
    qtbot.addWidget(again)
    again.show()
    assert again.form.wanted() == {"room": "Studio 7", "instructors": []}
    again.save()
    body = made.store.get(COHORT, row_id("SND-1B"))
    assert (body["room"], body["instructors"]) == ("Studio 7", [])
    assert not again.form.is_changed()


def test_a_change_from_the_server_appears_by_itself(opened, qtbot):
    made, page = opened(CohortPage, row_id("SND-1B"), {})
    made.feed.bring([enrolment("abena")])
    qtbot.waitUntil(lambda: page.tabs._tabs[0].text() == "Students (4)")


# -------------------------------------------------------------------------------------------- terms, card, the area


def test_terms_are_added_and_edited(opened):
    made, page = opened(TermsPage)
    assert _ids(page.table) == [row_id("Term 1")]
    page.new()
    dialog = Dialog.opened_in(page.window())
    _type(dialog, name="Term 2", starts_on="11/1/2027")
    dialog.save()
    assert "first and the last day" in dialog.form.rows["ends_on"].error
    _type(dialog, ends_on="2/4/2027")
    dialog.save()
    assert len(_ids(page.table)) == 2
    page.edit(row_id("Term 1"))
    dialog = Dialog.opened_in(page.window())
    assert dialog.form.control("name").text() == "Term 1"
    _type(dialog, name="First term")
    dialog.save()
    assert made.store.get(ACADEMIC_TERM, row_id("Term 1"))["name"] == "First term"


def test_a_person_s_card_lists_enrolments_with_attendance_and_what_is_taught(desks, qtbot):
    made = desks()
    section = person_section(lambda _desk, enrolment_id: 92 if enrolment_id == row_id("enrolment ama") else None)
    card = section.make(made.desk, person_id("ama"))
    qtbot.addWidget(card)
    (row,) = card.rows.rows
    assert row.content.detail == "attendance 92 % · Sound engineering · 7 Sep – 18 Dec 2026"
    row.click()
    assert made.opened.pages == [("learning.cohort", row_id("SND-1B"), {})]
    teacher = section.make(made.desk, person_id("teacher"))
    qtbot.addWidget(teacher)
    assert [row.content.badge[0] for row in teacher.rows.rows] == ["Teaches"]
    nobody = section.make(made.desk, person_id("abena"))
    qtbot.addWidget(nobody)
    assert not nobody.nothing.isHidden()


def test_the_area_opens_its_pages_for_those_who_may(desks, qtbot):
    made = desks(
        [*school(), cohort("X", "A very long name of a cohort that goes on and on and on and on until it ends")]
    )
    made_area = area()
    for name, page in made_area.pages.items():
        entity = {"learning.course": row_id("SND"), "learning.cohort": row_id("X")}.get(name)
        qtbot.addWidget(page(made.desk, entity, {}))
    for command in made_area.palette:
        assert command.may(made.desk.actor)
        command.run(made.desk)
    assert [page[0] for page in made.opened.pages] == [
        *("learning.courses", "learning.terms", "learning.rollover", "learning.import"),
    ]
    assert [entry.page for entry in made_area.navigation if entry.may(INSTRUCTOR)] == ["learning.courses"]
