"""Keying in a printed sheet: few keys, the printed order, nothing lost, and the whole sheet taken back at once."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.attendance.report_documents import register_sheet
from desktop.attendance.sheet_keying import Becomes, SheetKeying, retyped
from desktop.attendance.sheet_page import SheetPage
from desktop.widgets.toast import ToastHost
from shared.attendance.vocabulary import AttendanceState
from shared.core.errors import CampusError
from tests.attendance.classes import NAMES, REGISTRAR, SESSION, observation, school, session
from tests.fixtures.windows import bring_forward

Key = Qt.Key


@pytest.fixture
def open_sheet(qtbot, desks, plain_look):
    """`open_sheet(*actor, rows)` shows the sheet of the class with the cursor in its field."""

    def show(*actor, rows=None, size=(1232, 844)):
        here = desks(*actor, rows=school(NAMES) if rows is None else rows)
        page = SheetPage(here.desk, SESSION, {})
        qtbot.addWidget(page)
        page.resize(*size)
        bring_forward(qtbot, page)
        page.first_focus().setFocus()
        page.here = here
        return page

    return show


def _type(page, keys):
    for letter in keys:
        QTest.keyClick(page.field, letter)


def _marks(page):
    rows = SheetKeying(page.here.desk, SESSION).roll_call.roll.rows
    return {row.member.name: (str(row.mark.state), row.mark.minutes) for row in rows if row.is_marked}


def _methods(page):
    return {one["method"] for one in page.here.desk.store.page("observation", limit=-1) if one["session_id"] == SESSION}


def test_forty_lines_take_few_keys(open_sheet):
    page = open_sheet()
    keys = "3a7a12l15 20e31a"
    _type(page, keys)
    QTest.keyClick(page.field, Key.Key_Return)
    assert len(keys) + 1 <= 45
    assert page.typing.error == ""
    marks = _marks(page)
    assert len(marks) == 40
    wanted = {3: ("absent", None), 7: ("absent", None), 12: ("late", 15), 20: ("excused", None), 31: ("absent", None)}
    names = {line.number: line.row.member.name for line in page.plan.lines}
    assert {number: marks[name] for number, name in names.items() if marks[name][0] != "present"} == wanted
    assert _methods(page) == {"sheet"}


def test_the_lines_are_those_of_the_printed_register(open_sheet):
    page = open_sheet()
    printed = [(row[0], row[2]) for row in register_sheet(page.here.desk, SESSION).rows]
    assert [(line.number, line.row.member.name) for line in page.plan.lines] == printed


def test_it_is_one_save_and_one_undo(open_sheet):
    page = open_sheet()
    _type(page, "1a2l10 3e")
    page.save.click()
    assert page.field.text() == ""
    toasts = page.findChild(ToastHost)
    assert toasts is not None
    page.undo()
    assert _marks(page) == {}
    page.redo()
    assert len(_marks(page)) == 40


def test_what_changes_shows_before_it_is_saved(open_sheet):
    page = open_sheet(rows=[*school(NAMES), observation(NAMES[0], "absent"), observation(NAMES[1], "late", minutes=5)])
    first = next(line for line in page.plan.lines if line.row.member.name == NAMES[0])
    assert first.becomes is Becomes.NOTHING
    assert page.plan.changed == 0
    _type(page, f"{first.number}p")
    assert page.plan.changed == 1
    assert page.changes.words.text() == "Changes 1 mark that is there"
    assert "Save 39 marks" in page.save.text()
    QTest.keyClick(page.field, Key.Key_Return)
    assert _marks(page)[NAMES[0]] == ("present", None)
    assert _marks(page)[NAMES[1]] == ("late", 5)


def test_without_the_others_only_typed_lines_are_saved(open_sheet):
    page = open_sheet()
    page.rest.setChecked(False)
    _type(page, "5a")
    QTest.keyClick(page.field, Key.Key_Return)
    assert len(_marks(page)) == 1


@pytest.mark.parametrize(
    ("typed", "part"),
    [("41a", "There is no line 41"), ("7x", "isn't a line number"), ("7", "7 has no letter yet"), ("1a 1l", "twice")],
)
def test_a_wrong_key_is_named_and_nothing_is_saved_or_lost(open_sheet, typed, part):
    page = open_sheet()
    _type(page, "2a " + typed)
    QTest.keyClick(page.field, Key.Key_Return)
    assert part in page.typing.error
    assert page.field.text() == "2a " + typed
    assert _marks(page) == {}
    page.field.setText("2a 3a")
    assert page.typing.error == ""


def test_a_number_without_its_letter_is_no_error_while_typing(open_sheet):
    page = open_sheet()
    _type(page, "2a 3")
    assert page.typing.error == ""


def test_what_is_typed_outlives_the_page(open_sheet, qtbot):
    page = open_sheet()
    page.rest.setChecked(False)
    _type(page, "2a 3l")
    page.hide()
    again = SheetPage(page.here.desk, SESSION, {})
    qtbot.addWidget(again)
    assert again.field.text() == "2a 3l"
    assert not again.rest.isChecked()
    again.save_sheet()
    assert SheetKeying(page.here.desk, SESSION).kept() == ("", False)


def test_letters_in_the_table_type_the_lines(open_sheet):
    page = open_sheet()
    QTest.keyClick(page.field, Key.Key_Down)
    assert QApplication.focusWidget() is page.table
    page.table.go_to(page.plan.lines[4].id)
    QTest.keyClick(page.table, "a")
    QTest.keyClick(page.table, "l")
    assert page.field.text() == "5A 6L"
    page.table.go_to(page.plan.lines[4].id)
    QTest.keyClick(page.table, Key.Key_Backspace)
    assert page.field.text() == "6L"
    QTest.keyClick(page.table, Key.Key_Return)
    assert len(_marks(page)) == 40


def test_letters_in_the_table_lose_nothing_that_cant_be_read(open_sheet):
    page = open_sheet()
    page.field.setText("2a nonsense")
    page.table.go_to(page.plan.lines[4].id)
    page.type_line(AttendanceState.ABSENT)
    assert page.field.text() == "2a nonsense"
    assert "“nonsense”" in page.typing.error


def test_a_finished_register_and_one_of_others_say_why(open_sheet):
    page = open_sheet(rows=[*school(NAMES), *[session(state="cancelled")]])
    assert not page.field.isEnabled()
    assert page.notice.words.text()
    with pytest.raises(CampusError):
        page.keying.save("1a", rest=True)
    assert page.first_focus() is page.back


def test_the_office_keys_in_corrections(open_sheet):
    page = open_sheet(REGISTRAR, rows=[*school(NAMES), observation(NAMES[0], "present")])
    number = next(line.number for line in page.plan.lines if line.row.member.name == NAMES[0])
    page.rest.setChecked(False)
    _type(page, f"{number}a")
    QTest.keyClick(page.field, Key.Key_Return)
    assert _marks(page)[NAMES[0]] == ("absent", None)


def test_nothing_to_save_says_so(open_sheet):
    page = open_sheet()
    page.rest.setChecked(False)
    with pytest.raises(CampusError) as refused:
        page.keying.save("", rest=False)
    assert refused.value.code == "sheet_empty"


def test_two_who_key_in_the_same_sheet_agree(desks):
    here = desks(rows=school(NAMES))
    first, second = SheetKeying(here.desk, SESSION), SheetKeying(here.desk, SESSION)
    assert first.save("3a", rest=True) == 40
    second.roll_call.reload()
    with pytest.raises(CampusError) as refused:
        second.save("3a", rest=True)
    assert refused.value.code == "sheet_empty"


@pytest.mark.parametrize(
    ("typed", "line", "state", "wanted"),
    [
        ("", 3, AttendanceState.ABSENT, "3A"),
        ("5l10 1e", 3, AttendanceState.ABSENT, "1E 3A 5L10"),
        ("3l10", 3, AttendanceState.ABSENT, "3A"),
        ("3l10 4a", 3, None, "4A"),
    ],
)
def test_a_line_is_typed_anew(typed, line, state, wanted):
    assert retyped(typed, line, state, 40) == wanted


def test_the_menu_and_ctrl_p_lead_from_a_register(open_register, monkeypatch):
    printed = []
    monkeypatch.setattr("desktop.attendance.register_menu.preview_register", lambda *given: printed.append(given[2]))
    page = open_register()
    words = {action.text(): action for action in page.menu().actions()}
    words["Key in a printed sheet"].trigger()
    assert page.here.opened.pages == [("attendance.sheet", SESSION, {})]
    words["Print the register"].trigger()
    page.print_page()
    assert printed == [SESSION, SESSION]


def test_its_size_asks_for_no_more_than_a_small_window(open_sheet):
    page = open_sheet(size=(1158, 712))
    QApplication.processEvents()
    assert (page.width(), page.height()) == (1158, 712)
