"""The pages of leave by keyboard and mouse: answering with Undo, entering, a student's own page, Today's card."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.attendance.attention_card import AttentionCard
from desktop.attendance.leave_area import attention, navigation, palette, works_with_leave
from desktop.attendance.leave_menu import leave_offers
from desktop.attendance.leave_page import LeavePage
from desktop.attendance.own_card import FIRST_SHOWN
from desktop.attendance.own_page import LEAVE, OwnAttendancePage
from desktop.attendance.register_model import Part, spoken
from desktop.widgets.background import wait_for_background
from desktop.widgets.buttons import Button
from desktop.widgets.dialog import Dialog
from desktop.widgets.theme import Scheme, theme
from desktop.widgets.toast import ToastHost
from shared.attendance.vocabulary import LeaveState
from shared.core.ids import derived_id
from shared.people.permissions import is_student
from tests.attendance.classes import (
    COHORT,
    INSTRUCTOR,
    NAMES,
    OTHER_COHORT,
    REGISTRAR,
    SESSION,
    START,
    enrolment,
    enrolment_id,
    person_id,
    school,
    session,
)  # fmt: skip
from tests.attendance.leave_rows import ADMIN, AMINA, BARAKA, STUDENT, leave, request_id
from tests.attendance.test_leave_actions import stays_away
from tests.fixtures.windows import bring_forward

SIX = NAMES[:6]
EVERY_STATE = (
    leave(AMINA), leave(BARAKA, "approved", answer="Get well."), leave(NAMES[2], "declined"),
    leave(NAMES[3], "withdrawn", kind="apology", cohort_id=COHORT),
)  # fmt: skip


@pytest.fixture
def show(qtbot, desks, plain_look):
    """`show(page class, actor, rows, size, **details)` shows a page in a window."""

    def show_page(make, actor, rows, size=(1180, 700), **details):
        here = desks(actor, [*school(SIX, history=9), *rows])
        window = QWidget()
        column = QVBoxLayout(window)
        column.setContentsMargins(0, 0, 0, 0)
        page = make(here.desk, details.pop("request", None), details)
        column.addWidget(page)
        qtbot.addWidget(window)
        window.resize(*size)
        with qtbot.waitExposed(window):
            window.show()
        bring_forward(qtbot, window)
        page.here, page.top = here, window
        return page

    return show_page


def dialog_of(page):
    """The dialog that is open."""
    return Dialog.opened_in(page.window())


def state(page, name):
    return page.here.store.get("leave_request", request_id(name))["state"]


def undo(page):
    """Press Undo on the latest message."""
    host = page.window().findChild(ToastHost)
    host.toasts[-1].action_button.click()


# ----------------------------------------------------------------------------------------------------- staff's page


def test_requests_that_wait_stand_first_and_enter_opens_one(show):
    page = show(LeavePage, REGISTRAR, EVERY_STATE)
    assert page.lines[0].body["state"] == "asked"
    assert page.head.subtitle.text() == "One waits for your answer"
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    dialog = dialog_of(page)
    assert dialog.title.text() == f"Leave of {AMINA}"
    assert dialog.line.id == request_id(AMINA)


def test_an_approval_is_said_and_undone(show):
    page = show(LeavePage, REGISTRAR, EVERY_STATE)
    page.open(request_id(AMINA))
    dialog = dialog_of(page)
    dialog.note.setPlainText("Fine.")
    QTest.keyClick(dialog.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert state(page, AMINA) == "approved"
    assert page.here.store.get("leave_request", request_id(AMINA))["answer"] == "Fine."
    assert page.head.subtitle.text() == "Nothing waits for your answer"
    undo(page)
    assert state(page, AMINA) == "asked"


def test_an_answer_that_is_too_long_stays_in_its_field(show):
    page = show(LeavePage, REGISTRAR, EVERY_STATE)
    page.open(request_id(AMINA))
    dialog = dialog_of(page)
    dialog.note.setPlainText("x" * 1001)
    dialog.approve.click()
    assert dialog.field.error.startswith("The answer is too long")
    assert state(page, AMINA) == "asked"


def test_filters_search_and_what_is_said_when_nothing_is_left(show):
    page = show(LeavePage, REGISTRAR, EVERY_STATE)
    page.filters.filters["state"].choose("declined")
    assert [line.name for line in page.lines] == [NAMES[2]]
    page.filters.filters["kind"].choose("apology")
    assert page.empty.isVisible()
    assert page.lines == []
    empty = show(LeavePage, REGISTRAR, ())
    assert empty.empty.isVisible()


def test_an_instructor_reads_what_is_for_the_office(show):
    other = enrolment(AMINA, cohort_id=OTHER_COHORT, id=derived_id("second"))
    page = show(LeavePage, INSTRUCTOR, [*EVERY_STATE, other])
    page.open(request_id(AMINA))
    dialog = dialog_of(page)
    assert not dialog.field.isVisible()
    assert not hasattr(dialog, "approve")


def test_two_answers_that_differ_lead_to_the_decision(show):
    sides = [{"command_id": "a", "author_id": "x", "author_name": "X", "observed_at": "t"}]
    conflict = {"id": "c", "revision": "c", "kind": "leave_request", "entity_id": request_id(BARAKA), "group": "fields",
                "state": "open", "sides": sides}  # fmt: skip
    page = show(LeavePage, REGISTRAR, [*EVERY_STATE, ("conflict", conflict)])
    page.open(request_id(BARAKA))
    dialog = dialog_of(page)
    assert not dialog.field.isVisible()
    dialog.foot.row.itemAt(dialog.foot.row.count() - 1).widget().click()
    assert page.here.opened.pages == [("shell.conflicts", "c", {})]


def test_leave_is_entered_for_a_student_by_keyboard(show, qtbot):
    page = show(LeavePage, REGISTRAR, (), act="new")
    qtbot.waitUntil(lambda: dialog_of(page) is not None)
    dialog = dialog_of(page)
    dialog.save()
    assert dialog.student_field.error == "Choose a student."
    QTest.keyClicks(dialog.search, "Amina")
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.person_id == person_id(AMINA)
    dialog.kind.choose("leave")
    dialog.first.setText("23/11")
    dialog.last.setText("25/11")
    dialog.save()
    assert dialog.reason_field.error.startswith("Leave needs a reason")
    dialog.reason.setPlainText("A funeral")
    dialog.approve.setChecked(True)
    QTest.keyClick(dialog.reason, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    row = page.here.store.page("leave_request")[0]
    assert (row["starts_at"], row["ends_at"]) == ("2026-11-23T00:00:00.000Z", "2026-11-26T00:00:00.000Z")
    assert (row["state"], row["cohort_id"]) == ("approved", None)
    undo(page)
    assert page.here.store.page("leave_request")[0]["state"] == "withdrawn"


def test_days_that_cannot_be_are_said_beside_them(show):
    page = show(LeavePage, REGISTRAR, ())
    page.new()
    dialog = dialog_of(page)
    dialog.choose_student(person_id(AMINA))
    dialog.kind.choose("leave")
    dialog.first.setText("25/11")
    dialog.last.setText("23/11")
    dialog.save()
    assert dialog.last_field.error == "It ends before it begins. Set a later end."
    dialog.last.setText("soon")
    dialog.save()
    assert dialog.last_field.error.startswith("Enter a day")
    dialog.choose_student("")
    assert dialog.search.isVisible()


def test_limits_are_set_by_an_administrator_on_this_page(show, qtbot):
    page = show(LeavePage, ADMIN, (), act="policy")
    qtbot.waitUntil(lambda: dialog_of(page) is not None)
    dialog = dialog_of(page)
    dialog.threshold.setText("0")
    dialog.save()
    assert dialog.threshold_field.error
    dialog.threshold.setText("75")
    dialog.save()
    assert page.here.store.page("attendance_policy")[0]["threshold"] == 75


def test_a_student_reads_of_two_answers_but_chooses_none(show):
    sides = [{"command_id": "a", "author_id": "x", "author_name": "X", "observed_at": "t"}]
    conflict = {"id": "c", "revision": "c", "kind": "leave_request", "entity_id": request_id(AMINA), "group": "fields",
                "state": "open", "sides": sides}  # fmt: skip
    page = show(OwnAttendancePage, STUDENT, [leave(AMINA, "approved"), ("conflict", conflict)], tab=LEAVE)
    assert page.rows.rows[0].content.badge[0] == "Two answers"
    page.open(page.lines[0].id)
    words = [one.text() for one in dialog_of(page).findChildren(Button)]
    assert "Choose an answer" not in words
    assert "Withdraw" not in words


# ------------------------------------------------------------------------------------------------- a student's page


def test_a_student_sees_classes_by_course_with_what_counts(show):
    page = show(OwnAttendancePage, STUDENT, [leave(AMINA, "approved")])
    card = page.cards[0]
    assert card.found.percent is not None
    assert page.head.subtitle.text() == f"{card.found.percent} % of all classes so far"
    rows = card.rows.rows
    assert len(rows) == FIRST_SHOWN
    assert rows[0].content.badge[0] == "Excused"
    assert rows[0].content.title == "Fri 20 Nov, 08:30"
    card.more.click()
    assert len(card.rows.rows) == 10


def test_a_student_is_warned_here(show):
    page = show(OwnAttendancePage, STUDENT, stays_away(AMINA, 1, 2, 3))
    assert page.cards[0].warning.words.text().startswith("3 absences in a row")


def test_a_student_apologises_offline_and_takes_it_back(show):
    page = show(OwnAttendancePage, STUDENT, [session(derived_id("coming"), START.replace(day=23))])
    page.new()
    dialog = dialog_of(page)
    assert not hasattr(dialog, "search")
    assert not dialog.approve.isVisible()
    dialog.classes.choose(derived_id("coming"))
    dialog.reason.setPlainText("My bus is late.")
    dialog.save_button.click()
    assert page.tabs.chosen == LEAVE
    content = page.rows.rows[0].content
    assert content.title == "Apology · Mon 23 Nov, 08:30–10:00"
    assert content.detail.endswith("My bus is late. · saved on this computer")
    undo(page)
    assert page.lines[0].body["state"] == "withdrawn"


def test_a_student_reads_the_answer_and_withdraws(show):
    page = show(OwnAttendancePage, STUDENT, [leave(AMINA, "approved", answer="Get well.")], tab=LEAVE)
    assert "Answer: Get well." in page.rows.rows[0].content.detail
    page.open(page.lines[0].id)
    dialog = dialog_of(page)
    assert not dialog.field.isVisible()
    dialog.foot.row.itemAt(0).widget().click()
    assert page.lines[0].body["state"] == "withdrawn"
    undo(page)
    assert page.lines[0].body["state"] == "asked"


def test_a_student_without_classes_or_requests_is_told_when_this_fills(qtbot, desks, plain_look):
    here = desks(STUDENT, [])
    page = OwnAttendancePage(here.desk)
    qtbot.addWidget(page)
    assert page.cards == []
    assert page.head.subtitle.text() == "Nothing is recorded yet"
    assert not page.no_requests.isHidden()


# ------------------------------------------------------------------------------------------------ register and Today


def test_an_apology_stands_beside_the_student(open_register):
    page = open_register(rows=[*school(SIX), leave(AMINA, kind="apology"), leave(BARAKA, "approved")])
    amina, baraka = (page.model.rows[page.model.place_of(enrolment_id(name))] for name in (AMINA, BARAKA))
    assert "Apology, waits for an answer: A funeral in Tamale" in spoken(amina)
    assert "excused" in spoken(baraka)
    tip = page.model.data(page.model.index(page.model.place_of(amina.id), Part.STUDENT), Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("Apology")
    offers = leave_offers(page, page.roll_call, amina)
    assert [words for _, words, _ in offers] == ["Apology: waits for an answer", "Enter an apology or leave"]
    offers[0][2]()
    assert page.here.opened.pages == [("attendance.leave", request_id(AMINA), {})]
    offers[1][2]()
    assert Dialog.opened_in(page.window()).person_id == person_id(AMINA)


def test_the_register_follows_an_answer_that_arrives(open_register, qtbot):
    page = open_register(rows=[*school(SIX), leave(AMINA)])
    page.here.feed.bring([leave(AMINA, "approved")])
    place = page.model.place_of(enrolment_id(AMINA))
    qtbot.waitUntil(lambda: str(page.model.rows[place].mark.state) == "excused")
    page.body.go_to(place)
    page.toggle_history()
    assert page.history.isVisible()


def test_every_look_of_the_register_with_leave_paints(open_register):
    for scheme in (Scheme.LIGHT, Scheme.DARK):
        theme().apply(scheme, scale=100, high_contrast=False, reduced_motion=True)
        page = open_register(rows=[*school(SIX), leave(AMINA, kind="apology"), leave(BARAKA, "approved")])
        assert not page.grab().isNull()
        page.body.choose("list")
        assert not page.grab().isNull()


def test_today_names_what_waits_and_whom_to_look_at(qtbot, desks, plain_look):
    here = desks(INSTRUCTOR, [*school(SIX, history=9), *stays_away(BARAKA, 1, 2, 3), leave(AMINA)])
    with qtbot.waitSignal(AttentionCard(here.desk).loaded, timeout=5000) as waited:
        card = waited.args and None
    card = AttentionCard(here.desk)
    qtbot.addWidget(card)
    qtbot.waitSignal(card.loaded, timeout=5000).wait()
    contents = [row.content for row in card.rows.rows]
    assert contents[0].title == "One request waits for your answer"
    assert (contents[1].title, contents[1].end.split(" · ")[0]) == (BARAKA, "4 in a row")
    card.rows.rows[0].click()
    card.rows.rows[1].click()
    assert here.opened.pages == [("attendance.leave", None, {}), ("people.person", person_id(BARAKA), {})]
    wait_for_background()


def test_today_has_no_card_without_anything_to_look_at(qtbot, desks, plain_look):
    here = desks(INSTRUCTOR, school(SIX, history=0))
    card = AttentionCard(here.desk)
    qtbot.addWidget(card)
    qtbot.waitSignal(card.loaded, timeout=5000).wait()
    assert card.isHidden()
    here.feed.bring([leave(AMINA)])
    qtbot.waitUntil(lambda: not card.isHidden())
    wait_for_background()


def test_who_finds_what(desks):
    assert [works_with_leave(one) for one in (REGISTRAR, INSTRUCTOR, STUDENT)] == [True, True, False]
    assert [is_student(one) for one in (REGISTRAR, STUDENT)] == [False, True]
    assert attention(desks(STUDENT, []).desk, None, {}) is None
    here = desks(STUDENT, [])
    assert {one.page for one in navigation() if one.may(STUDENT)} == {"attendance.own"}
    for command in palette():
        command.run(here.desk)
    assert {page for page, _, _ in here.opened.pages} == {"attendance.leave", "attendance.own"}


def test_answers_from_elsewhere_show_on_the_open_page(show, qtbot):
    page = show(LeavePage, REGISTRAR, EVERY_STATE)
    page.here.feed.bring([leave(AMINA, "approved")])
    qtbot.waitUntil(lambda: page.head.subtitle.text() == "Nothing waits for your answer")
    line = next(one for one in page.lines if one.name == AMINA)
    page.answer(line, LeaveState.DECLINED)
    assert state(page, AMINA) == "declined"
    page.withdraw(next(one for one in page.lines if one.name == AMINA))
    assert state(page, AMINA) == "withdrawn"
    assert page.page_keys()
    page.find()
    assert page.filters.search.hasFocus()
    assert page.here.store.get("class_session", SESSION) is not None


def test_several_requests_are_approved_with_one_answer_and_one_undo(show):
    rows = [leave(AMINA), leave(BARAKA), leave(NAMES[2], "declined")]
    page = show(LeavePage, REGISTRAR, rows)
    page.table.selectAll()
    page.approve_button.click()
    dialog = dialog_of(page)
    assert dialog.save_button.text() == "Approve 2 requests"
    dialog.note.setPlainText("x" * 1001)
    dialog.save()
    assert dialog.field.error == "The answer has at most 1,000 characters. Shorten it."
    assert page.here.store.receipt() == []
    dialog.note.setPlainText(" Get well, all of you. ")
    dialog.save()
    assert [state(page, name) for name in (AMINA, BARAKA, NAMES[2])] == ["approved", "approved", "declined"]
    answers = {page.here.store.get("leave_request", request_id(one))["answer"] for one in (AMINA, BARAKA)}
    assert answers == {"Get well, all of you."}
    assert page.window().findChild(ToastHost).toasts[-1].words == "2 requests approved"
    undo(page)
    assert [state(page, name) for name in (AMINA, BARAKA, NAMES[2])] == ["asked", "asked", "declined"]


def test_what_waits_for_nobody_isnt_approved_together(show):
    page = show(LeavePage, REGISTRAR, [leave(NAMES[2], "declined"), leave(NAMES[3], "withdrawn")])
    page.table.selectAll()
    assert not page.approve_button.isEnabled()
    page.approve_selected()
    assert dialog_of(page) is None
    assert page.here.store.receipt() == []
