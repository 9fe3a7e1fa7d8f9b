"""The register page by keyboard, on a real encrypted store."""

import pytest
from PySide6.QtTest import QTest

from desktop.attendance.register_head import GRID
from desktop.core.settings import Settings
from desktop.shell.page import toasts_of
from shared.attendance.vocabulary import AttendanceState
from tests.attendance.classes import (
    NAMES,
    SESSION,
    enrolment,
    enrolment_id,
    person,
    school,
)
from tests.attendance.pages import Key, Mod, given, press, state

# ------------------------------------------------------------------------------------------------------ the keyboard


def test_letters_mark_and_move_on(open_register):
    page = open_register()
    assert given(page) == "Aiko"
    press(page, "plae")
    assert [state(page, place)[0] for place in range(4)] == ["present", "late", "absent", "excused"]
    assert page.body.place == 4
    assert len(page.here.store.children("observation", SESSION)) == 4


def test_digits_after_l_are_minutes_of_the_one_just_marked(open_register):
    page = open_register()
    press(page, "l12p")
    assert state(page, 0) == ("late", 12)
    assert state(page, 1) == ("present", None)
    press(page, "7")
    assert state(page, 0) == ("late", 12)


def test_the_number_is_saved_a_moment_after_its_last_digit(open_register):
    page = open_register()
    press(page, "l12")
    assert state(page, 0) == ("late", 12)
    assert len(page.here.store.children("observation", SESSION)) == 1
    assert page.typed.isActive()
    page.typed.timeout.emit()
    assert sorted(one["minutes"] or 0 for one in page.here.store.children("observation", SESSION)) == [0, 12]


def test_leaving_the_page_saves_the_number(open_register):
    page = open_register()
    press(page, "l7")
    page.hide()
    assert sorted(one["minutes"] or 0 for one in page.here.store.children("observation", SESSION)) == [0, 7]


def test_the_foot_says_whose_minutes_the_digits_are(open_register):
    page = open_register()
    press(page, "l")
    assert page.foot.minutes.isVisible()
    press(page, "p")
    assert not page.foot.minutes.isVisible()


def test_shift_l_is_left_early(open_register):
    page = open_register()
    press(page, Key.Key_L, Mod.ShiftModifier)
    press(page, "9")
    assert state(page, 0) == ("left_early", 9)
    assert page.head.counts[AttendanceState.LEFT_EARLY].isVisible()


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (Key.Key_Right, 8), (Key.Key_Left, 6), (Key.Key_Down, 13), (Key.Key_Up, 1),
        (Key.Key_Home, 0), (Key.Key_End, 29),
    ],
)  # fmt: skip
def test_arrows_move_in_the_grid(open_register, key, place):
    page = open_register()
    assert page.body.shown == GRID
    page.body.go_to(7)
    press(page, key)
    assert page.body.place == place


def test_the_ends_hold(open_register):
    page = open_register(rows=school(NAMES[:8]))
    page.body.go_to(0)
    for key in (Key.Key_Left, Key.Key_Up):
        press(page, key)
        assert page.body.place == 0
    page.body.go_to(5)
    press(page, Key.Key_Down)
    assert page.body.place == 7, "down into a shorter last row"
    for key in (Key.Key_Right, Key.Key_Down):
        press(page, key)
        assert page.body.place == 7


def test_marking_the_last_one_stays_there(open_register):
    page = open_register()
    press(page, Key.Key_End)
    press(page, "p")
    assert page.body.place == 29


def test_backspace_clears_and_moves_back(open_register):
    page = open_register()
    press(page, "pp")
    page.body.go_to(1)
    press(page, Key.Key_Backspace)
    assert state(page, 1)[0] == "none"
    assert page.body.place == 0


def test_undo_and_redo_as_the_window_asks(open_register):
    page = open_register()
    press(page, "pa")
    page.undo()
    assert [state(page, place)[0] for place in (0, 1)] == ["present", "none"]
    page.redo()
    assert state(page, 1)[0] == "absent"


def test_typing_a_name_jumps_and_letters_there_mark_nothing(open_register):
    page = open_register()
    page.find()
    QTest.keyClicks(page.head.jump, "pala")
    assert page.here.store.children("observation", SESSION) == []
    page.head.jump.clear()
    QTest.keyClicks(page.head.jump, "san")
    assert given(page) == "Tala"
    QTest.keyClick(page.head.jump, Key.Key_Return)
    assert page.body.view.hasFocus()
    press(page, "a")
    assert page.roll_call.roll.row(enrolment_id("Tala Santos")).mark.state == "absent"


def test_a_jump_finds_marks_over_letters_and_numbers(open_register):
    page = open_register(rows=[*school(NAMES[:3]), person("Kɔfi Ɛsi", "S-77"), enrolment("Kɔfi Ɛsi")])
    assert page.body.jump_to("kof")
    assert given(page) == "Kɔfi"
    assert page.body.jump_to("s-004171")
    assert given(page) == "Amina"
    assert not page.body.jump_to("zzz")


def test_single_letters_can_be_turned_off(open_register):
    page = open_register(settings=Settings(letter_keys=False))
    press(page, "p")
    assert page.here.store.children("observation", SESSION) == []
    assert given(page) == "Priya", "letters jump to a name instead"
    assert not any(keys == "N" for keys, _ in page.page_keys())
    page.mark(AttendanceState.PRESENT)
    assert len(page.here.store.children("observation", SESSION)) == 1


def test_ctrl_shift_p_marks_the_rest_with_undo(open_register):
    page = open_register()
    press(page, "a")
    press(page, Key.Key_P, Mod.ControlModifier | Mod.ShiftModifier)
    assert [str(row.mark.state) for row in page.model.rows] == ["absent"] + ["present"] * 29
    (toast,) = toasts_of(page).toasts
    assert toast.words == "29 students marked present"
    toast.action_button.click()
    assert [state(page, place)[0] for place in (0, 1)] == ["absent", "none"]


def test_the_button_repeats_the_number(open_register):
    page = open_register(rows=school(NAMES[:3]))
    assert page.head.rest.text() == "Mark the other 3 present"
    press(page, "pp")
    assert page.head.rest.text() == "Mark the other one present"
    press(page, "p")
    assert page.head.rest.text() == "Everyone is marked"
    assert not page.head.rest.isEnabled()


def test_ctrl_enter_finishes_and_says_what_is_missing(open_register):
    page = open_register(rows=school(NAMES[:3]))
    press(page, "p")
    press(page, Key.Key_Return, Mod.ControlModifier)
    (toast,) = toasts_of(page).toasts
    assert toast.words == "Register finished. 2 students are not recorded."
    assert page.foot.reopen.isVisible()
    assert not page.foot.finish.isVisible()
    press(page, "a")
    assert state(page, 1)[0] == "none"
    page.foot.reopen.click()
    press(page, "a")
    assert "absent" in {state(page, place)[0] for place in range(3)}


def test_the_menu_has_what_keys_do(open_register):
    page = open_register()
    press(page, "p")
    page.body.go_to(0)
    menu = page.menu()
    words = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert {"Present", "Left early", "Clear the mark", "Note", "History of the mark", "Undo"} <= set(words)
    next(action for action in menu.actions() if action.text().startswith("Left early")).trigger()
    assert state(page, 0)[0] == "left_early"
    menu.deleteLater()


def test_keys_of_the_page_are_listed(open_register):
    assert ("Ctrl Shift P", "Mark the rest present") in open_register().page_keys()
