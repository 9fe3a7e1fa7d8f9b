"""The month of a cohort: every mark at one look, set by letters, taken back, read aloud, copied."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from desktop.attendance.actions import RollCall
from desktop.attendance.month_page import MonthPage, month_words
from desktop.attendance.month_store import MonthCell, month_of, read_month, with_cell
from desktop.attendance.store import read_roll
from desktop.widgets.toast import Toast
from shared.attendance.vocabulary import AttendanceState
from tests.attendance.classes import (
    COHORT,
    INSTRUCTOR,
    NAMES,
    OTHER_COHORT,
    REGISTRAR,
    SESSION,
    START,
    STRANGER,
    observation,
    school,
    session,
)
from tests.fixtures.windows import bring_forward

Key = Qt.Key
DAY = START.date()


@pytest.fixture
def open_month(qtbot, desks, plain_look):
    """`open_month(actor, rows)` shows the month with the cursor on the first student in today's class."""

    def show(actor=INSTRUCTOR, rows=None, cohort=COHORT, size=(1158, 712)):
        here = desks(actor, rows=school(NAMES) if rows is None else rows)
        page = MonthPage(here.desk, cohort, {"day": DAY.isoformat()})
        qtbot.addWidget(page)
        page.resize(*size)
        bring_forward(qtbot, page)
        page.first_focus().setFocus()
        page.here, page.model = here, page.view.month_model
        places = [one.id for one in page.model.month.classes]
        if SESSION in places and page.model.rowCount():
            page.view.setCurrentIndex(page.model.index(0, places.index(SESSION)))
        return page

    return show


def _state(page, row=0):
    wanted = page.model.students[row].enrolment_id
    [found] = [one for one in read_roll(page.here.desk, SESSION).rows if one.id == wanted]
    return str(found.mark.state)


def _told(page, row=None):
    index = page.view.currentIndex() if row is None else page.view.currentIndex().siblingAtRow(row)
    return index.data(Qt.ItemDataRole.AccessibleTextRole)


def test_letters_mark_the_cell_and_go_to_the_next_student(open_month):
    page = open_month()
    for letter in "apl":
        QTest.keyClick(page.view, letter)
    assert [_state(page, row) for row in range(4)] == ["absent", "present", "late", "none"]
    assert page.view.currentIndex().row() == 3
    name = page.model.students[0].name
    assert _told(page, 0) == f"{name}, Fri 20 Nov 08:30, absent"


def test_marks_are_taken_away_and_back(open_month):
    page = open_month()
    QTest.keyClick(page.view, "e")
    page.view.setCurrentIndex(page.view.currentIndex().siblingAtRow(0))
    QTest.keyClick(page.view, Key.Key_Backspace)
    assert _state(page) == "none"
    page.undo()
    assert _state(page) == "excused"
    page.undo()
    assert _state(page) == "none"
    page.undo()
    assert page.window().findChildren(Toast)


def test_arrows_go_from_cell_to_cell_and_enter_opens_the_register(open_month):
    page = open_month()
    column = page.view.currentIndex().column()
    QTest.keyClick(page.view, Key.Key_Left)
    QTest.keyClick(page.view, Key.Key_Down)
    assert (page.view.currentIndex().row(), page.view.currentIndex().column()) == (1, column - 1)
    QTest.keyClick(page.view, Key.Key_Return)
    wanted = page.model.klass(column - 1).id
    assert page.here.opened.pages == [("attendance.register", wanted, {})]


def test_it_counts_as_the_register_does(open_month):
    page = open_month()
    here = {row.id: row.member.percent for row in read_roll(page.here.desk, SESSION).rows}
    earlier = [one for one in page.model.month.classes if one.starts < START]
    assert len(earlier) == len(page.model.month.classes) - 1
    shown = {one.enrolment_id: one.percent for one in page.model.students}
    assert shown == here


@pytest.mark.parametrize(
    ("actor", "rows", "part"),
    [
        (REGISTRAR, [*school(NAMES[:3]), session(state="cancelled")], "cancelled"),
        (INSTRUCTOR, [*school(NAMES[:3]), session(start=START + timedelta(days=5))], "starts on 25 Nov"),
    ],
)
def test_a_class_that_cant_be_marked_says_why(open_month, actor, rows, part):
    page = open_month(actor, rows)
    QTest.keyClick(page.view, "p")
    assert _state(page) == "none"
    [toast] = page.window().findChildren(Toast)
    assert part in toast.words


def test_someone_elses_cohort_isnt_offered(open_month):
    page = open_month(STRANGER, cohort=COHORT)
    assert page.cohort_id != COHORT
    assert page.stack.currentIndex() == 1
    assert page.first_focus() is page.now


def test_the_month_turns_by_keys_and_buttons(open_month):
    page = open_month()
    QTest.keyClick(page.view, Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert (page.day.year, page.day.month) == (2026, 10)
    page.on.click()
    assert page.day.month == 11
    page.back.click()
    page.now.click()
    assert page.day == DAY


def test_a_month_without_classes_says_so(open_month):
    page = open_month()
    page.go(3)
    assert page.stack.currentIndex() == 1
    assert "No classes in February 2027" in page.empty.title.text()


def test_the_search_keeps_marks_with_their_students(open_month):
    page = open_month(rows=[*school(NAMES), observation("Kofi Boateng", "late", minutes=8)])
    page.filters.search.setText("kofi")
    page._search("kofi")
    assert [one.name for one in page.model.students] == ["Kofi Boateng"]
    column = [one.id for one in page.model.month.classes].index(SESSION)
    assert page.model.words(0, column) == "Late · 8 min"
    page._search("nobody of that name")
    assert page.model.rowCount() == 0


def test_a_disagreement_is_told(open_month):
    two = [observation(NAMES[0], "absent"), observation(NAMES[0], "present", ordinal=2, author_id="someone else")]
    page = open_month(rows=[*school(NAMES[:1]), *two])
    assert _told(page).endswith("two people disagree")


def test_the_table_is_copied_with_its_heads(open_month):
    page = open_month(rows=[*school(NAMES[:2]), observation(NAMES[0], "absent")])
    QTest.keyClick(page.view, "c", Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].startswith("\t%\t")
    assert lines[1].startswith("Amina Yusuf\t")
    assert lines[1].endswith("Absent")
    assert len({line.count("\t") for line in lines}) == 1


def test_marks_that_arrive_show_without_losing_the_place(open_month, qtbot):
    page = open_month()
    page.view.setCurrentIndex(page.view.currentIndex().siblingAtRow(5))
    page._mark(page.model.students[2].enrolment_id, SESSION, "absent")
    assert page.view.currentIndex().row() == 6
    assert _state(page, 2) == "absent"


def test_a_mark_counts_at_once_as_it_does_when_everything_is_read_anew(open_month):
    page = open_month()
    for letter in "apael":
        QTest.keyClick(page.view, letter)
    shown = page.model.month
    page.refresh()
    assert page.model.month == shown
    assert shown.percents[-1] is not None
    assert with_cell(shown, "nobody", SESSION, MonthCell()) is shown


def test_what_arrives_from_elsewhere_shows_when_the_typing_pauses(open_month, qtbot):
    page = open_month()
    RollCall(page.here.desk, SESSION).mark(page.model.students[7].enrolment_id, AttendanceState.ABSENT)
    qtbot.waitUntil(lambda: page.model.words(7, page.view.currentIndex().column()) == "Absent")


def test_it_fits_a_small_window(open_month):
    page = open_month(size=(1124, 664))
    assert (page.width(), page.height()) == (1124, 664)


@pytest.mark.parametrize(
    ("day", "step", "wanted"),
    [
        (date(2026, 1, 31), 0, (date(2026, 1, 1), date(2026, 1, 31))),
        (date(2026, 1, 31), 1, (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2028, 1, 31), 1, (date(2028, 2, 1), date(2028, 2, 29))),
        (date(2026, 12, 5), 1, (date(2027, 1, 1), date(2027, 1, 31))),
        (date(2026, 1, 5), -1, (date(2025, 12, 1), date(2025, 12, 31))),
    ],
)
def test_months(day, step, wanted):
    assert month_of(day, step) == wanted
    assert month_words(date(2026, 11, 1)) == "November 2026"


def test_an_unknown_cohort_is_empty(desks):
    here = desks(rows=school(NAMES))
    month = read_month(here.desk, OTHER_COHORT, *month_of(DAY))
    assert (month.classes, month.students) == ((), ())
