"""The session's form with its newer fields, live sessions, office hours, and links to calendars."""

from datetime import time, timedelta

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.timetable import live_actions
from desktop.timetable.calendar_dialog import CalendarDialog, Subject
from desktop.timetable.info_dialog import InfoDialog, open_link
from desktop.timetable.session_dialog import SessionDialog
from desktop.timetable.session_people import SessionPeople
from desktop.timetable.session_words import spoken
from desktop.timetable.store import lines_of
from desktop.widgets.label import Label
from desktop.widgets.theme import Scheme, theme
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.attendance.classes import (
    COHORT,
    INSTRUCTOR,
    NAMES,
    NOW,
    REGISTRAR,
    SESSION,
    START,
    STRANGER,
    person_id,
    school,
    session,
)
from tests.desks import make_actor
from tests.timetable.links import Server, with_server
from tests.timetable.test_week_view import room

LIVE, OFFICE = derived_id("session", "live"), derived_id("session", "office")
STUDENT = make_actor(person_id(NAMES[0]), NAMES[0], Role.STUDENT)
OTHER_STUDENT = make_actor(person_id(NAMES[1]), NAMES[1], Role.STUDENT)
LINK = "https://meet.example.org/abc"
ROWS = [
    *school(NAMES[:2], history=1),
    room("Studio 2"),
    session(LIVE, START + timedelta(hours=2), session_kind="live", link=LINK, credentials="Code 4711"),
    session(OFFICE, START + timedelta(hours=4), session_kind="office_hours"),
]


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def browser(monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()) or True)
    return opened


@pytest.fixture
def window(qtbot):
    made = QWidget()
    made.resize(1366, 768)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def form(window, here, session_id=None):
    shown = here.store.get("class_session", session_id) if session_id else None
    dialog = SessionDialog(window, here.desk, shown, COHORT)
    dialog.open_dialog()
    return dialog


def test_a_live_session_is_planned_with_link_and_credentials(window, desks, browser):
    here = desks(REGISTRAR, ROWS)
    dialog = form(window, here)
    assert not dialog.form.link_field.isVisible()
    dialog.form.kind.choose("live")
    dialog.start.set_value(time(18))
    dialog.end.set_value(time(19))
    dialog.form.link.setText("meet me")
    dialog.save()
    assert dialog.form.link_field.error.startswith("The meeting link isn't an address")
    dialog.form.open_button.click()
    assert browser == []
    dialog.form.link.setText(LINK)
    dialog.form.credentials.setText("Code 4711")
    dialog.form.open_button.click()
    assert browser == [LINK]
    dialog.save()
    (command,) = here.store.next_request().commands
    wanted = {"session_kind": "live", "link": LINK, "credentials": "Code 4711", "catches_up_id": None}
    assert {name: command.payload[name] for name in wanted} == wanted


def test_a_stand_in_is_set_for_one_class(window, desks):
    here = desks(REGISTRAR, ROWS)
    dialog = form(window, here, SESSION)
    dialog.form.stand_in.choose(STRANGER.person_id)
    dialog.save_button.click()
    (command,) = here.store.next_request().commands
    assert command.payload == {"changes": {"stand_in_id": {"old": None, "new": STRANGER.person_id}}}


def test_a_catch_up_class_says_for_which_one_it_is(window, desks):
    here = desks(REGISTRAR, ROWS)
    dialog = form(window, here)
    assert not dialog.form.caught_up_field.isVisible()
    dialog.form.kind.choose("catch_up")
    dialog.start.set_value(time(16))
    dialog.end.set_value(time(17))
    dialog.form.caught_up.choose(SESSION)
    dialog.save()
    (command,) = here.store.next_request().commands
    assert (command.payload["session_kind"], command.payload["catches_up_id"]) == ("catch_up", SESSION)


def test_the_form_names_what_is_in_the_way_and_saves_the_second_time(window, desks):
    here = desks(REGISTRAR, ROWS)
    dialog = form(window, here)
    dialog.start.set_value(time(9))
    dialog.end.set_value(time(10))
    dialog.save()
    assert dialog.met[0].sentence.endswith("Fri 20 Nov 2026, 08:30–10:00.")
    assert dialog.save_button.text() == "Save nevertheless"
    dialog.start.set_value(time(7))
    assert dialog.met == ()
    dialog.start.set_value(time(9))
    dialog.save()
    assert here.store.receipt() == []
    dialog.save()
    (command,) = here.store.next_request().commands
    assert command.payload["despite_clash"] is True


def test_a_class_isnt_put_into_a_removed_room(window, desks):
    here = desks(REGISTRAR, [*ROWS, room("Attic", state="removed")])
    dialog = form(window, here, SESSION)
    dialog.room.setText("attic")
    dialog.save()
    assert dialog.form.room_field.error == "Attic was removed. Choose another room."
    assert here.store.receipt() == []


def test_a_class_whose_room_was_removed_since_needs_another_room_to_move(window, desks):
    here = desks(REGISTRAR, [*ROWS, room("Studio 2", state="removed")])
    dialog = form(window, here, SESSION)
    dialog.start.set_value(time(16))
    dialog.end.set_value(time(17))
    dialog.save()
    assert dialog.form.room_field.error == "Studio 2 was removed. Choose another room."
    assert (here.store.receipt(), dialog.start.value) == ([], time(16))
    dialog.room.setText("Yard")
    dialog.save()
    (command,) = here.store.next_request().commands
    assert command.payload["changes"]["room"]["new"] == "Yard"


def test_a_class_that_ends_before_it_begins_stays_open_with_what_was_typed(window, desks):
    here = desks(REGISTRAR, ROWS)
    dialog = form(window, here)
    dialog.start.set_value(time(16))
    dialog.end.set_value(time(14))
    dialog.save()
    assert dialog.end_field.error == "The class ends before it starts. Set a later end."
    assert (here.store.receipt(), dialog.start.value, dialog.end.value) == ([], time(16), time(14))
    dialog.start.set_value(time(22))
    dialog.end.set_value(time(1))
    dialog.save()
    (command,) = here.store.next_request().commands
    assert (command.payload["starts_at"][11:16], command.payload["ends_at"][11:16]) == ("22:00", "01:00")


def test_planning_again_checks_its_place(window, desks):
    here = desks(REGISTRAR, [*ROWS, session(derived_id("session", "gone"), START, state="cancelled")])
    dialog = form(window, here, derived_id("session", "gone"))
    dialog._plan_again()
    assert len(dialog.met) == 1
    dialog._plan_again()
    assert here.store.get("class_session", derived_id("session", "gone"))["state"] == "scheduled"


def test_a_student_joins_and_leaves_a_live_session(window, desks, browser):
    here = desks(STUDENT, ROWS)
    dialog = InfoDialog(window, here.desk, here.store.get("class_session", LIVE))
    dialog.join_button.click()
    assert browser == [LINK]
    (visit,) = live_actions.visits_of(here.desk, LIVE)
    assert (visit["person_id"], visit["left_at"]) == (STUDENT.person_id, None)
    again = InfoDialog(window, here.desk, here.store.get("class_session", LIVE))
    assert again.people.rows.rows[0].content.end.endswith("to still there")
    again.join()
    assert len(live_actions.visits_of(here.desk, LIVE)) == 1
    again.leave()
    assert live_actions.own_visit(here.desk, LIVE) is None
    assert {line.title for line in here.store.receipt()} >= {"Left Diploma in Accounting 1B, Fri 20 Nov"}


def test_a_browser_that_doesnt_open_is_told_and_nobody_joined(window, desks, monkeypatch):
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    here = desks(STUDENT, ROWS)
    InfoDialog(window, here.desk, here.store.get("class_session", LIVE)).join()
    assert live_actions.visits_of(here.desk, LIVE) == []
    assert not open_link("")


def test_who_teaches_a_live_session_goes_on_to_its_register(window, desks):
    here = desks(INSTRUCTOR, ROWS)
    InfoDialog(window, here.desk, here.store.get("class_session", LIVE)).register_button.click()
    assert here.opened.pages == [("attendance.register", LIVE, {})]
    student = desks(STUDENT, ROWS)
    assert InfoDialog(window, student.desk, student.store.get("class_session", LIVE)).register_button is None


def test_a_cancelled_class_says_why(window, desks):
    here = desks(STUDENT, [*ROWS, session(LIVE, START, state="cancelled", cancel_reason="The lights are broken")])
    dialog = InfoDialog(window, here.desk, here.store.get("class_session", LIVE))
    assert "Cancelled: The lights are broken" in [label.text() for label in dialog.findChildren(Label)]
    (line,) = lines_of(here.desk, [here.store.get("class_session", LIVE)])
    assert spoken(line).endswith(", Cancelled: The lights are broken")


def test_a_cancelled_live_session_isnt_joined(window, desks):
    here = desks(STUDENT, [*ROWS, session(LIVE, START, session_kind="live", link=LINK, state="cancelled")])
    assert InfoDialog(window, here.desk, here.store.get("class_session", LIVE)).join_button is None


def test_a_time_of_office_hours_is_booked_and_given_back(qtbot, desks):
    here = desks(STUDENT, ROWS)
    people = SessionPeople(here.desk, here.store.get("class_session", OFFICE))
    qtbot.addWidget(people)
    assert [row.content.title for row in people.rows.rows][:2] == ["12:30–12:45", "12:45–13:00"]
    people.rows.pressed.emit("2026-11-20T12:30:00.000Z")
    assert people.rows.rows[0].content.end == "Yours, give it back"
    (booking,) = live_actions.bookings_of(here.desk, OFFICE)
    assert booking["person_name"] == NAMES[0]
    people.rows.pressed.emit("2026-11-20T12:30:00.000Z")
    assert live_actions.bookings_of(here.desk, OFFICE) == []
    here.clock.set(NOW + timedelta(hours=9))
    with qtbot.waitSignal(people.refused) as told:
        people.rows.pressed.emit("2026-11-20T12:30:00.000Z")
    assert told.args == ["This time is over. Choose a later one."]


def test_a_time_that_someone_else_has_is_neither_taken_nor_given_back(desks):
    here = desks(STUDENT, ROWS)
    body = here.store.get("class_session", OFFICE)
    taken = {
        "id": derived_id("booking", "1"),
        "session_id": OFFICE,
        "person_id": OTHER_STUDENT.person_id,
        "person_name": NAMES[1],
        "starts_at": body["starts_at"],
        "ends_at": body["ends_at"],
        "state": "booked",
    }
    with pytest.raises(CampusError) as refused:
        live_actions.give_back(here.desk, taken, body)
    assert refused.value.code == "not_allowed"
    live_actions.book(here.desk, body, body["starts_at"])
    with pytest.raises(CampusError) as refused:
        live_actions.book(here.desk, body, body["starts_at"])
    assert refused.value.code == "slot_taken"


def test_the_one_whose_hours_they_are_gives_times_back(desks):
    here = desks(INSTRUCTOR, ROWS)
    body = here.store.get("class_session", OFFICE)
    live_actions.book(here.desk, body, body["starts_at"], "My portfolio")
    live_actions.give_back(here.desk, live_actions.bookings_of(here.desk, OFFICE)[0], body)
    assert live_actions.bookings_of(here.desk, OFFICE) == []


@pytest.fixture
def linked(window, desks):
    server = Server()
    desk = with_server(desks(REGISTRAR, ROWS).desk, server)
    dialog = CalendarDialog(window, desk, Subject("room", "Studio 2", "Studio 2"))
    dialog.open_dialog()
    dialog.server = server
    return dialog


def test_a_link_is_made_shown_copied_and_ended(linked, qtbot):
    assert not linked.address_field.isVisible()
    linked.make_button.click()
    qtbot.waitUntil(lambda: len(linked.rows.rows) == 1)
    assert linked.address.text().startswith("https://campus.example.org/api/v1/calendars/01a1f7f8")
    assert not linked.code.pixmap().isNull()
    linked.copy_button.click()
    assert QGuiApplication.clipboard().text() == linked.address.text()
    assert ("POST", "/api/v1/calendar-links", {"room": "Studio 2"}) in linked.server.asked
    linked.rows.rows[0].click()
    qtbot.waitUntil(lambda: not linked.rows.rows)
    assert linked.server.links == []


def test_the_calendar_is_saved_as_a_file(linked, qtbot, tmp_path):
    linked.save(tmp_path / "a.ics")
    qtbot.waitUntil(lambda: linked.save_button.text() == "File saved")
    assert (tmp_path / "a.ics").read_bytes() == b"BEGIN:VCALENDAR"
    assert ("GET", "/api/v1/class-sessions/calendar?room=Studio+2", None) in linked.server.asked
    linked.save(tmp_path / "nowhere" / "a.ics")
    qtbot.waitUntil(linked.problem.isVisible)
    assert "can’t be written" in linked.problem.text()


def test_what_the_server_refuses_is_said(linked, qtbot):
    linked.server.problem = CampusError("not_allowed", "This calendar isn't yours to see. Ask the office.")
    linked.make()
    qtbot.waitUntil(linked.problem.isVisible)
    assert linked.problem.text() == "This calendar isn't yours to see. Ask the office."


def test_without_a_server_the_links_wait_for_the_network(window, desks, qtbot):
    dialog = CalendarDialog(window, desks(STUDENT, ROWS).desk, Subject("person_id", STUDENT.person_id, "Amina"))
    dialog.open_dialog()
    qtbot.waitUntil(dialog.problem.isVisible)
    assert dialog.problem.text() == (
        "This needs the server, and there is none now. Try again when the network is back."
    )


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_the_dialogs_paint(window, desks, scheme):
    theme().apply(scheme)
    here = desks(REGISTRAR, ROWS)
    for session_id in (LIVE, OFFICE, SESSION):
        dialog = form(window, here, session_id)
        assert not window.grab().isNull()
        dialog.reject()
