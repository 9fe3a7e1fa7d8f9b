"""Moving a class by the keyboard alone: the form, its clash check, Undo, and what can't be moved."""

from datetime import date, time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.shell.page import toasts_of
from desktop.timetable.move_dialog import MoveDialog
from desktop.widgets.theme import Scheme, theme
from tests.attendance.classes import INSTRUCTOR, SESSION, START, session
from tests.timetable.test_week_view import ROWS, open_page, room

__all__ = ["open_page"]


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


def moving(page):
    page.view.go_to(SESSION)
    QTest.keyClick(page.view, Qt.Key.Key_M)
    return page.findChildren(MoveDialog)[-1]


def now(page):
    body = page.here.store.get("class_session", SESSION)
    return body["starts_at"][:16], body["ends_at"][11:16], body["room"]


def test_a_class_is_moved_with_the_keyboard_and_put_back(open_page):
    page = open_page()
    dialog = moving(page)
    assert dialog.isVisible()
    assert (dialog.day.value, dialog.start.value, dialog.room.text()) == (START.date(), time(8, 30), "Studio 2")
    dialog.day.set_value(date(2026, 11, 19))
    dialog.start.set_value(time(14))
    dialog.room.setText("Yard")
    QTest.keyClick(dialog.room, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert now(page) == ("2026-11-19T14:00", "15:30", "Yard")
    (toast,) = toasts_of(page).toasts
    assert toast.words == "Diploma in Accounting 1B moved to Thu 19 Nov, 14:00, Yard"
    toast.action_button.click()
    assert now(page) == ("2026-11-20T08:30", "10:00", "Studio 2")


def test_what_is_in_the_way_is_named_before_it_is_moved(open_page):
    page = open_page()
    dialog = moving(page)
    dialog.room.setText("Studio 1")
    dialog.save()
    assert dialog.met[0].sentence.startswith("Studio 1 is taken: Diploma in Accounting 2A")
    assert dialog.save_button.text() == "Move it nevertheless"
    assert page.here.store.receipt() == []
    dialog.start.set_value(time(8, 45))  # another place is looked at anew
    assert dialog.save_button.text() == "Move class"
    dialog.save()
    assert page.here.store.receipt() == []
    dialog.save()
    (command,) = page.here.store.next_request().commands
    assert command.payload["despite_clash"] is True
    assert now(page) == ("2026-11-20T08:45", "10:15", "Studio 1")


def test_a_removed_room_is_named_and_what_was_typed_stays(open_page):
    page = open_page(rows=[*ROWS, room("Attic", state="removed")])
    dialog = moving(page)
    dialog.start.set_value(time(14))
    dialog.room.setText("attic")
    for _ in range(2):
        dialog.save()
        assert dialog.room_field.error == "Attic was removed. Choose another room."
    assert (page.here.store.receipt(), dialog.start.value, dialog.isVisible()) == ([], time(14), True)
    dialog.room.setText("Yard")
    dialog.save()
    assert now(page) == ("2026-11-20T14:00", "15:30", "Yard")


def test_nothing_is_saved_where_nothing_changed_or_something_is_missing(open_page):
    page = open_page()
    dialog = moving(page)
    dialog.start.clear()
    dialog.save()
    assert dialog.start_field.error == "Enter a time, like 8:30."
    dialog.start.set_value(time(8, 30))
    dialog.save()
    assert not dialog.isVisible()
    assert page.here.store.receipt() == []


def test_only_planners_move_and_only_classes_that_take_place(open_page):
    teacher = open_page(INSTRUCTOR)
    teacher.view.go_to(SESSION)
    QTest.keyClick(teacher.view, Qt.Key.Key_M)
    assert teacher.findChild(MoveDialog) is None
    page = open_page(rows=[*ROWS, session(SESSION, START, state="cancelled")])
    page.view.go_to(SESSION)
    page.move_button.click()
    assert page.findChild(MoveDialog) is None
    assert toasts_of(page).toasts[-1].words == "This class was cancelled. Plan it again first."
    assert ("M", "Move the class that has the focus") in page.page_keys()
