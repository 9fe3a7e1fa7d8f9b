"""The week and day views on a real store: what is shown, keys, moving with its clash check and Undo."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from desktop.shell.page import toasts_of
from desktop.timetable.board_layout import BoardLayout
from desktop.timetable.clash_dialog import ClashDialog
from desktop.timetable.grid_layout import GridLayout
from desktop.timetable.info_dialog import InfoDialog
from desktop.timetable.session_dialog import SessionDialog
from desktop.timetable.timetable_page import TimetablePage
from desktop.widgets.theme import Scheme, theme
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.attendance.classes import (
    INSTRUCTOR,
    NAMES,
    OTHER_COHORT,
    REGISTRAR,
    SESSION,
    START,
    STRANGER,
    person_id,
    school,
    session,
)
from tests.desks import make_actor

LATER, OTHER = derived_id("session", "later"), derived_id("session", "other")
STUDENT = make_actor(person_id(NAMES[0]), NAMES[0], Role.STUDENT)
ALT = Qt.KeyboardModifier.AltModifier


def room(name, **more):
    body = {"id": derived_id("room", name), "name": name, "branch": "", "capacity": 20, "state": "active", **more}
    return "room", body


def holiday(day, name="Farmers' Day", last=None):
    body = {"id": derived_id("holiday", day), "name": name, "starts_on": day, "ends_on": last or day, "uid": ""}
    return "holiday", {**body, "state": "active"}


ROWS = [
    *school(NAMES[:2], history=2),
    session(LATER, START + timedelta(hours=3)),
    session(OTHER, START, room="Studio 1", cohort_id=OTHER_COHORT, instructor_id=STRANGER.person_id),
    room("Studio 1"),
    room("Studio 2"),
    room("Yard"),
    holiday("2026-11-16"),
]


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def open_page(qtbot, desks):
    def show(actor=REGISTRAR, rows=ROWS, **details):
        here = desks(actor, rows)
        page = TimetablePage(here.desk, None, details)
        qtbot.addWidget(page)
        page.resize(1232, 844)
        with qtbot.waitExposed(page):
            page.show()
        page.here = here
        page.view.setFocus()
        return page

    return show


def ids(page):
    return {one.line.id for one in page.span.sessions}


def spoken(page, session_id):
    model = page.view.shown_model
    return model.data(model.index(model.place_of(session_id), 0), Qt.ItemDataRole.AccessibleTextRole)


def test_the_week_of_all_rooms_has_a_row_for_each_of_them(open_page):
    page = open_page()
    assert isinstance(page.view.place, BoardLayout)
    assert [row.name for row in page.view.place.rows] == ["Studio 1", "Studio 2", "Yard"]
    assert [head.holiday for head in page.view.place.columns] == ["Farmers' Day", "", "", "", ""]
    assert page.head.subtitle.text() == "16 Nov to 20 Nov 2026 · 5 classes"


def test_one_room_and_one_day_are_shown_by_hours(open_page):
    page = open_page()
    page.tools.choice.choose("studio 1")
    assert isinstance(page.view.place, GridLayout)
    assert ids(page) == {OTHER}
    page.tools.choice.choose("")
    QTest.keyClick(page.view, Qt.Key.Key_D)
    assert [head.name for head in page.view.place.columns] == ["Studio 1", "Studio 2", "Yard"]
    assert ids(page) == {SESSION, LATER, OTHER}
    QTest.keyClick(page.view, Qt.Key.Key_PageDown)
    assert ids(page) == set()
    QTest.keyClick(page.view, Qt.Key.Key_T)
    assert ids(page) == {SESSION, LATER, OTHER}


def test_instructors_and_cohorts_are_rows_too(open_page):
    page = open_page()
    page.tools.ways.choose("instructor")
    assert [row.name for row in page.view.place.rows] == ["Lucia Ortiz", "Yaw Darko"]
    page.tools.ways.choose("cohort")
    assert [row.name[-2:] for row in page.view.place.rows] == ["1B", "2A"]


def test_a_screen_reader_meets_every_session(open_page):
    page = open_page()
    assert spoken(page, SESSION) == (
        "Fri 20 Nov, 08:30–10:00, Diploma in Accounting 1B, Diploma in Accounting, Studio 2, Lucia Ortiz, Now"
    )
    page.here.feed.bring([session(SESSION, state="cancelled", stand_in_id=STRANGER.person_id, session_kind="live")])
    page.refresh()
    assert spoken(page, SESSION) == (
        "Fri 20 Nov, 08:30–10:00, Diploma in Accounting 1B, Live session, Diploma in Accounting, Studio 2,"
        " Yaw Darko stands in, Cancelled"
    )


def test_the_view_is_a_list_for_screen_readers_with_places_on_the_screen(open_page):
    page = open_page()
    seen = QAccessible.queryAccessibleInterface(page.view)
    names = [seen.child(at).text(QAccessible.Text.Name) for at in range(seen.childCount())]
    assert [name for name in names if name.startswith("Fri 20 Nov")] == [
        spoken(page, one) for one in (OTHER, SESSION, LATER)
    ]
    index = page.view.shown_model.index(page.view.shown_model.place_of(LATER), 0)
    assert page.view.indexAt(page.view.visualRect(index).center()) == index
    assert page.first_focus() is page.view


def test_a_weekend_is_shown_where_something_happens(open_page):
    page = open_page(rows=[*ROWS, session(derived_id("session", "sat"), START + timedelta(days=1))])
    assert [head.name for head in page.view.place.columns][-1] == "Sat 21 Nov"


def test_arrows_go_from_session_to_session_and_enter_opens(open_page):
    page = open_page()
    page.view.go_to(OTHER)
    QTest.keyClick(page.view, Qt.Key.Key_Down)
    assert page.view.current_id() == SESSION
    QTest.keyClick(page.view, Qt.Key.Key_Down)
    assert page.view.current_id() == LATER
    QTest.keyClick(page.view, Qt.Key.Key_Left)
    assert page.view.current_id() == derived_id("session", "1")
    QTest.keyClick(page.view, Qt.Key.Key_Home)
    assert page.view.current_id() == OTHER
    QTest.keyClick(page.view, Qt.Key.Key_End)
    assert page.view.current_id() == LATER
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert page.findChild(SessionDialog).room.text() == "Studio 2"


def test_a_class_is_carried_to_another_day_by_keys_and_back_by_undo(open_page):
    page = open_page()
    page.view.go_to(LATER)
    QTest.keyClick(page.view, Qt.Key.Key_Left, ALT)
    QTest.keyClick(page.view, Qt.Key.Key_Left, ALT)
    assert page.head.subtitle.text() == "Wed 18 Nov, 11:30, Studio 2"
    assert page.here.store.receipt() == []
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert page.here.store.get("class_session", LATER)["starts_at"] == "2026-11-18T11:30:00.000Z"
    assert page.view.current_id() == LATER
    (toast,) = toasts_of(page).toasts
    assert toast.words == "Diploma in Accounting 1B moved to Wed 18 Nov, 11:30, Studio 2"
    toast.action_button.click()
    assert page.here.store.get("class_session", LATER)["starts_at"] == "2026-11-20T11:30:00.000Z"


def test_escape_leaves_a_carried_class_where_it_was(open_page):
    page = open_page()
    page.view.go_to(LATER)
    QTest.keyClick(page.view, Qt.Key.Key_Left, ALT)
    QTest.keyClick(page.view, Qt.Key.Key_Escape)
    assert page.view.ghost is None
    QTest.keyClick(page.view, Qt.Key.Key_Right, ALT)
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert page.here.store.receipt() == []


def test_a_clash_is_named_before_anything_is_saved(open_page):
    page = open_page()
    page.view.go_to(OTHER)
    QTest.keyClick(page.view, Qt.Key.Key_Down, ALT)
    clash = "Studio 2 is taken: Diploma in Accounting 1B, Fri 20 Nov 2026, 08:30–10:00."
    assert page.head.subtitle.text().endswith(clash)
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    dialog = page.findChild(ClashDialog)
    assert [row.content.title for row in dialog.rows.rows] == [clash]
    assert page.here.store.receipt() == []
    dialog.save_button.click()
    (command,) = page.here.store.next_request().commands
    assert command.payload == {
        "changes": {"room": {"old": "Studio 1", "new": "Studio 2"}},
        "despite_clash": True,
    }


def test_the_same_by_instructor_changes_who_teaches(open_page):
    page = open_page()
    page.tools.ways.choose("instructor")
    page.view.go_to(LATER)
    QTest.keyClick(page.view, Qt.Key.Key_Down, ALT)
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert page.here.store.get("class_session", LATER)["instructor_id"] == STRANGER.person_id


def drag(page, session_id, by):
    view = page.view
    start = view.visualRect(view.shown_model.index(view.shown_model.place_of(session_id), 0)).center()
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for step in (0.3, 0.7, 1.0):
        QTest.mouseMove(view.viewport(), start + QPoint(round(by.x() * step), round(by.y() * step)))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=start + by)


def test_a_class_is_dragged_to_another_hour(open_page):
    page = open_page()
    page.tools.choice.choose("studio 2")
    hour = round(page.view.place.hour_height)
    drag(page, LATER, QPoint(0, 2 * hour))
    assert page.here.store.get("class_session", LATER)["starts_at"] == "2026-11-20T13:30:00.000Z"


def test_a_class_is_dragged_to_another_day(open_page):
    page = open_page()
    drag(page, LATER, QPoint(-round(3 * page.view.place.column_width), 0))
    assert page.here.store.get("class_session", LATER)["starts_at"] == "2026-11-17T11:30:00.000Z"


def test_a_cancelled_class_isnt_moved(open_page):
    page = open_page(rows=[*ROWS, session(LATER, START + timedelta(hours=3), state="cancelled")])
    page.view.go_to(LATER)
    QTest.keyClick(page.view, Qt.Key.Key_Left, ALT)
    assert page.head.subtitle.text() == "This class was cancelled. Plan it again first."
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert page.here.store.receipt() == []


def test_a_class_isnt_moved_into_a_removed_room_without_a_word(open_page):
    page = open_page(rows=[*ROWS, room("Attic", state="removed"), session(OTHER, START, room="Attic")])
    page.view.go_to(LATER)
    for _ in range(2):
        QTest.keyClick(page.view, Qt.Key.Key_Up, ALT)
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    dialog = page.findChild(ClashDialog)
    assert dialog.rows.rows[0].content.title == "Attic was removed. Choose another room."


def test_ctrl_n_plans_on_the_day_on_show(open_page):
    page = open_page()
    page.turn(1)
    page.new()
    assert page.findChild(SessionDialog).day.value == page.day


def test_instructors_see_their_own_and_what_they_stand_in_for(open_page):
    mine = session(OTHER, START, cohort_id=OTHER_COHORT, instructor_id=STRANGER.person_id)
    page = open_page(INSTRUCTOR, [*ROWS, mine])
    assert OTHER not in ids(page)
    assert not page.tools.ways.isVisible()
    QTest.keyClick(page.view, Qt.Key.Key_Left, ALT)
    assert page.view.ghost is None
    stand_in = session(OTHER, START, cohort_id=OTHER_COHORT, stand_in_id=INSTRUCTOR.person_id)
    page.here.feed.bring([stand_in])
    page.refresh()
    assert OTHER in ids(page)
    page.open_session(SESSION)
    assert page.here.opened.pages == [("attendance.register", SESSION, {})]


def test_students_see_what_their_device_has_and_open_it(open_page):
    page = open_page(STUDENT, [*school(NAMES[:1], history=1)])
    assert SESSION in ids(page)
    page.new()
    page.open_session(SESSION)
    assert page.findChild(SessionDialog) is None
    assert page.findChild(InfoDialog) is not None


def test_nothing_planned_says_what_to_do(open_page):
    page = open_page(STUDENT, school(NAMES[:1], history=0)[:2])
    assert page.stack.currentWidget() is page.empty
    assert page.empty.title.text() == "No classes on these days"


def test_changes_from_the_server_appear(open_page, qtbot):
    page = open_page()
    page.here.feed.bring([session(derived_id("session", "new"), START + timedelta(hours=6))])
    qtbot.waitUntil(lambda: derived_id("session", "new") in ids(page))


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
@pytest.mark.parametrize("mode", ["week", "day"])
def test_the_views_paint_every_state(open_page, scheme, mode):
    theme().apply(scheme)
    more = [
        session(derived_id("session", state), START + timedelta(hours=at), state=state, session_kind=kind)
        for at, (state, kind) in enumerate([("cancelled", "live"), ("scheduled", "catch_up")])
    ]
    page = open_page(rows=[*ROWS, *more])
    page.tools.set_mode(mode)
    page.view.go_to(LATER)
    QTest.keyClick(page.view, Qt.Key.Key_Left, ALT)
    assert not page.grab().isNull()
