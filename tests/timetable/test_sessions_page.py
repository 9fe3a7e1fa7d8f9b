"""The list of class sessions and its form, on a real store."""

from datetime import date, time, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.shell.page import toasts_of
from desktop.timetable.cancel_dialog import CancelDialog
from desktop.timetable.session_dialog import SessionDialog
from desktop.timetable.sessions_page import SessionsPage
from desktop.timetable.time_field import TimeField
from desktop.widgets.label import Label
from desktop.widgets.theme import Scheme, theme
from shared.core.ids import derived_id
from tests.attendance.classes import COHORT, INSTRUCTOR, NAMES, REGISTRAR, SESSION, START, school, session

NEXT = derived_id("session", "next")


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def open_page(qtbot, desks):
    def show(actor=REGISTRAR, more=(), **details):
        rows = [*school(NAMES[:2], history=2), session(NEXT, START + timedelta(days=1)), *more]
        here = desks(actor, rows)
        page = SessionsPage(here.desk, None, details)
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


def form(page):
    return page.findChild(SessionDialog)


def test_this_week_is_listed_in_order(open_page):
    page = open_page()
    assert shown(page) == [derived_id("session", "2"), derived_id("session", "1"), SESSION, NEXT]
    page.filters.filters["span"].choose("today")
    assert shown(page) == [SESSION]
    page.filters.filters["instructor"].choose(REGISTRAR.person_id)
    page.filters.search.searched.emit("zzz")
    assert page.empty.title.text() == "No class matches “zzz”"


def test_a_class_is_planned_with_free_typing(open_page):
    page = open_page()
    page.new()
    dialog = form(page)
    dialog.cohort.choose(COHORT)
    assert dialog.instructor.chosen == INSTRUCTOR.person_id
    for field, typed in ((dialog.day, "+1"), (dialog.start, "1330"), (dialog.end, "+45")):
        field.setText(typed)
    dialog.room.setText("Yard")
    QTest.keyClick(dialog.room, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    made = next(
        one for one in shown(page) if one not in {SESSION, NEXT} and page.here.store.waiting("class_session", one)
    )
    body = page.here.store.get("class_session", made)
    assert (body["starts_at"], body["ends_at"]) == ("2026-11-21T13:30:00.000Z", "2026-11-21T14:15:00.000Z")
    assert body["instructor_id"] == INSTRUCTOR.person_id
    assert page.table.current_id() == made
    assert toasts_of(page).toasts[0].words == "Class planned"


def test_what_is_missing_is_said_beside_its_field(open_page):
    page = open_page()
    page.new()
    dialog = form(page)
    dialog.day.setText("someday")
    dialog.start.setText("8:99")
    dialog.save()
    assert dialog.day_field.error
    assert dialog.start_field.error
    assert dialog.end_field.error
    assert dialog.isVisible()
    assert page.here.store.receipt() == []


def test_an_end_before_the_start_is_refused_and_past_midnight_is_not(open_page):
    page = open_page()
    page.new()
    dialog = form(page)
    dialog.start.set_value(time(10))
    dialog.end.set_value(time(8, 30))
    dialog.save()
    assert dialog.end_field.error == "The class ends before it starts. Set a later end."
    dialog.start.set_value(time(22))
    dialog.end.set_value(time(1))
    dialog.save()
    (command,) = page.here.store.next_request().commands
    assert command.payload["ends_at"] == "2026-11-21T01:00:00.000Z"


def test_a_class_is_changed(open_page):
    page = open_page()
    page.table.go_to(SESSION)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    dialog = form(page)
    assert (dialog.day.value, dialog.start.value, dialog.room.text()) == (date(2026, 11, 20), time(8, 30), "Studio 2")
    dialog.room.setText("Yard")
    dialog.save_button.click()
    (command,) = page.here.store.next_request().commands
    assert command.payload == {"changes": {"room": {"old": "Studio 2", "new": "Yard"}}}


def test_saving_an_unchanged_class_asks_for_nothing(open_page):
    page = open_page()
    page.open_session(SESSION)
    form(page).save_button.click()
    assert page.here.store.receipt() == []


def test_a_class_is_cancelled_in_the_form_and_planned_again(open_page, qapp):
    page = open_page()
    page.open_session(SESSION)
    form(page)._cancel()
    why = page.findChild(CancelDialog)
    assert why.isVisible()
    assert not form(page).isVisible()
    why.reject()
    assert form(page).isVisible()
    assert page.here.store.receipt() == []
    form(page)._cancel()
    why = page.findChildren(CancelDialog)[-1]
    why.reason.setText(" No power ")
    why.save_button.click()
    cancelled = page.here.store.get("class_session", SESSION)
    assert (cancelled["state"], cancelled["cancel_reason"]) == ("cancelled", "No power")
    qapp.processEvents()
    page.open_session(SESSION)
    again = page.findChildren(SessionDialog)[-1]
    assert "Cancelled: No power" in [label.text() for label in again.findChildren(Label)]
    again._plan_again()
    planned = page.here.store.get("class_session", SESSION)
    assert (planned["state"], planned["cancel_reason"]) == ("scheduled", "")


def test_selected_classes_are_cancelled_with_undo(open_page):
    page = open_page()
    page.table.selectAll()
    page.cancel_selected()
    why = page.findChild(CancelDialog)
    why.reason.setText("Strike")
    why.save()
    assert {page.here.store.get("class_session", one)["cancel_reason"] for one in shown(page)} == {"Strike"}
    states = {page.here.store.get("class_session", one)["state"] for one in shown(page)}
    assert states == {"cancelled"}
    (toast,) = toasts_of(page).toasts
    assert toast.words == "4 classes cancelled"
    toast.action_button.click()
    assert {page.here.store.get("class_session", one)["state"] for one in shown(page)} == {"scheduled"}


def test_instructors_open_the_register_instead(open_page):
    page = open_page(INSTRUCTOR)
    page.table.opened.emit(SESSION)
    assert page.here.opened.pages == [("attendance.register", SESSION, {})]
    page.new()
    assert form(page) is None


def test_the_palette_opens_the_form_with_the_page(open_page, qtbot):
    page = open_page(act="new")
    qtbot.waitUntil(lambda: form(page) is not None)


def test_changes_from_the_server_appear(open_page, qtbot):
    page = open_page()
    page.here.feed.bring([session(derived_id("session", "new"), START + timedelta(hours=4))])
    qtbot.waitUntil(lambda: derived_id("session", "new") in shown(page))


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_page_and_form_paint(open_page, scheme):
    theme().apply(scheme)
    page = open_page()
    page.open_session(NEXT)
    assert not page.grab().isNull()


def test_a_time_field_is_rewritten_when_left(qtbot):
    field = TimeField(start=lambda: time(8))
    qtbot.addWidget(field)
    field.setText("+90")
    with qtbot.waitSignal(field.changed) as told:
        field.editingFinished.emit()
    assert told.args == [time(9, 30)]
    assert field.text() == "09:30"
