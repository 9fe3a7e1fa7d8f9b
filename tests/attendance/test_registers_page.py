"""The list of registers and the walk-ins that wait, on a real store."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.attendance.known_dialog import KnownDialog
from desktop.attendance.registers import Progress
from desktop.attendance.registers_page import WALK_INS, RegistersPage
from desktop.timetable.unplanned_dialog import UnplannedDialog
from desktop.widgets.theme import Scheme, theme
from shared.core.ids import derived_id
from tests.attendance.classes import (
    COHORT,
    INSTRUCTOR,
    NAMES,
    REGISTRAR,
    SESSION,
    START,
    enrolment,
    enrolment_id,
    observation,
    person,
    person_id,
    school,
    session,
)

CANCELLED = derived_id("session", "cancelled")


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def open_page(qtbot, desks):
    def show(actor=INSTRUCTOR, more=(), **details):
        rows = [
            *school(NAMES[:3], history=3),
            session(CANCELLED, START - timedelta(hours=25), state="cancelled"),
            person("Amina Yussuf", None, provisional=True),
            enrolment("Amina Yussuf", state="pending", enrolled_on="2026-11-19"),
            *more,
        ]
        here = desks(actor, rows)
        page = RegistersPage(here.desk, None, details)
        qtbot.addWidget(page)
        page.resize(1232, 844)
        with qtbot.waitExposed(page):
            page.show()
        page.here = here
        return page

    return show


def shown(page):
    model = page.table.record_model
    return [model.id_at(place) for place in range(model.rowCount())]


def test_registers_are_listed_latest_first_and_open_by_enter(open_page):
    page = open_page()
    assert shown(page)[0] == SESSION
    assert len(shown(page)) == 5
    page.table.go_to(SESSION)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert page.here.opened.pages == [("attendance.register", SESSION, {})]
    assert page.head.subtitle.text() == "1 not taken"


def test_filters_narrow_the_list(open_page):
    page = open_page()
    page.filters.filters["progress"].choose(str(Progress.CANCELLED))
    assert shown(page) == [CANCELLED]
    page.filters.filters["progress"].choose("")
    page.filters.filters["span"].choose("today")
    assert shown(page) == [SESSION]
    page.filters.filters["progress"].choose(str(Progress.FINISHED))
    assert page.stack.currentWidget() is page.empty


def test_a_search_without_result_says_what_was_searched(open_page):
    page = open_page()
    page.filters.search.setText("zzz")
    page.filters.search.searched.emit("zzz")
    assert page.empty.title.text() == "No register matches “zzz”"
    page.filters.search.searched.emit("accounting")
    assert len(shown(page)) == 5


def test_marks_made_elsewhere_change_the_list(open_page, qtbot):
    page = open_page()
    page.here.feed.bring([observation(NAMES[0], "present")])
    qtbot.waitUntil(lambda: page.head.subtitle.text() == "All taken")


def test_instructors_have_no_walk_ins_to_confirm(open_page):
    page = open_page()
    assert not page.tabs.isVisible()
    assert page.walk_ins is None


def test_an_unplanned_class_opens_its_register(open_page):
    page = open_page()
    page.new()
    dialog = page.findChild(UnplannedDialog)
    assert dialog.cohort.count() == 1
    dialog.minutes.set_value(45)
    dialog.room.setText("Yard")
    dialog.save_button.click()
    ((name, session_id, _),) = page.here.opened.pages
    assert name == "attendance.register"
    body = page.here.store.get("class_session", session_id)
    assert (body["cohort_id"], body["room"], body["unplanned"]) == (COHORT, "Yard", True)
    assert (body["starts_at"], body["ends_at"]) == ("2026-11-20T08:36:00.000Z", "2026-11-20T09:21:00.000Z")
    assert body["instructor_id"] == INSTRUCTOR.person_id


def test_the_palette_opens_the_dialog_with_the_page(open_page, qtbot):
    page = open_page(act="unplanned")
    qtbot.waitUntil(lambda: page.findChild(UnplannedDialog) is not None)


def test_an_unplanned_class_needs_a_length(open_page):
    page = open_page()
    page.new()
    dialog = page.findChild(UnplannedDialog)
    dialog.minutes.setText("")
    dialog.save()
    assert dialog.minutes_field.error
    dialog.minutes.set_value(999)
    dialog.save()
    assert dialog.minutes_field.error == "The class is longer than 16 hours. Check the day of its end."
    assert page.here.opened.pages == []


def test_the_office_confirms_a_walk_in(open_page):
    page = open_page(REGISTRAR, tab=WALK_INS)
    (card,) = page.walk_ins.cards
    assert page.parts.currentWidget() is page.walk_ins
    card.confirm_button.click()
    assert page.here.store.get("enrolment", enrolment_id("Amina Yussuf"))["state"] == "active"
    assert page.walk_ins.cards == []
    assert page.walk_ins.empty.isVisible()


def test_the_office_puts_a_walk_in_on_someone_known(open_page):
    page = open_page(REGISTRAR, tab=WALK_INS)
    (card,) = page.walk_ins.cards
    card.known_wanted.emit(card.walk_in.enrolment["id"])
    dialog = page.findChild(KnownDialog)
    assert not dialog.confirm.isEnabled()
    dialog.look_for("chen")
    assert [row.content.title for row in dialog.people.rows] == ["Chen Wei"]
    dialog.look_for("")
    dialog.people.rows[0].click()
    assert dialog.confirm.isEnabled()
    dialog.confirm.click()
    moved = page.here.store.get("enrolment", enrolment_id("Amina Yussuf"))
    assert (moved["state"], moved["person_id"]) == ("active", person_id("Amina Yusuf"))


def test_a_walk_in_that_comes_from_a_class_appears(open_page, qtbot):
    page = open_page(REGISTRAR)
    assert page.tabs._tabs[1].text() == "Walk-ins to confirm (1)"
    page.here.feed.bring([person("Esi New", None, provisional=True), enrolment("Esi New", state="pending")])
    qtbot.waitUntil(lambda: page.tabs._tabs[1].text() == "Walk-ins to confirm (2)")


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_both_parts_paint(open_page, scheme):
    theme().apply(scheme)
    page = open_page(REGISTRAR)
    assert not page.grab().isNull()
    page.tabs.choose(WALK_INS)
    assert not page.grab().isNull()
