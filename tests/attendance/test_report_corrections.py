"""The page of corrections on a real store: both words side by side, one key corrects, undo takes back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.attendance.report_corrections import ALL, DISPUTED
from desktop.attendance.report_corrections_page import CorrectionsPage
from desktop.widgets.background import wait_for_background
from shared.core.ids import derived_id
from tests.attendance.classes import INSTRUCTOR, NAMES, REGISTRAR, STRANGER, enrolment_id, observation
from tests.attendance.report_rows import reported

YESTERDAY = derived_id("session", "1")


@pytest.fixture
def open_page(qtbot, desks, plain_look):
    def show(actor=REGISTRAR, more=(), **details):
        here = desks(actor, [*reported(), *more])
        page = CorrectionsPage(here.desk, None, details)
        qtbot.addWidget(page)
        page.resize(1158, 700)
        with qtbot.waitExposed(page):
            page.show()
        qtbot.waitUntil(lambda: page.shown == page._asked)
        page.here = here
        return page

    yield show
    wait_for_background()


def cells(page, mark):
    model = page.table.record_model
    place = model.place_of(mark)
    return [model.cell_at(place, column).text for column in range(len(model.columns))]


def test_both_words_stand_beside_each_other_with_who_and_when(open_page):
    page = open_page()
    (one,) = page.rows
    assert one.row.member.name == NAMES[0]
    words = cells(page, one.id)
    assert words[0] == "Thu 19 Nov"
    assert words[3] in ("Present", "Late · 12 min", "Absent", "Excused")
    assert words[4] == "Lucia Ortiz, 08:31"
    assert words[5:] == ["Excused", "Efua Sarpong, 08:31"]


def test_one_key_corrects_and_undo_takes_it_back(open_page, qtbot):
    page = open_page(show=ALL)
    qtbot.waitUntil(lambda: len(page.rows) > 8)
    one = next(row for row in page.rows if row.session_id == YESTERDAY and row.row.member.name == NAMES[1])
    before = one.row.mark.state
    page.table.setFocus()
    page.table.go_to(one.id)
    key = Qt.Key.Key_A if str(before) != "absent" else Qt.Key.Key_P
    QTest.keyClick(page.table, key)
    qtbot.waitUntil(lambda: next(row for row in page.rows if row.id == one.id).by_office is not None)
    made = next(row for row in page.rows if row.id == one.id)
    assert made.by_office["author_name"] == REGISTRAR.name
    assert made.in_class["author_name"] == INSTRUCTOR.name
    assert made.row.mark.state != before
    page.undo()
    qtbot.waitUntil(lambda: next(row for row in page.rows if row.id == one.id).row.mark.state == before)


def test_backspace_takes_a_mark_away(open_page, qtbot):
    page = open_page()
    page.table.go_to(page.rows[0].id)
    QTest.keyClick(page.table, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: str(page.rows[0].row.mark.state) == "none")


def test_undo_without_a_step_says_so(open_page):
    page = open_page()
    assert page.corrections.undo() == "There is nothing to undo on this page."


def test_two_who_disagree_are_shown(open_page, qtbot):
    other = {"author_id": "x", "author_name": "Yaw Darko", "ordinal": 2}
    said = observation(NAMES[2], "absent"), observation(NAMES[2], "present", **other)
    page = open_page(more=said, show=DISPUTED)
    qtbot.waitUntil(lambda: [one.row.id for one in page.rows] == [enrolment_id(NAMES[2])])


def test_others_do_not_see_classes_that_they_do_not_teach(open_page):
    page = open_page(STRANGER, show=ALL)
    assert {one.cohort for one in page.rows} <= {"Diploma in Accounting 2A"}


def test_enter_opens_the_register(open_page):
    page = open_page()
    page.table.go_to(page.rows[0].id)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert page.here.opened.pages == [("attendance.register", YESTERDAY, {})]
