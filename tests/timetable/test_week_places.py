"""Rooms and holidays: what may be done to them, their page, and the import of a calendar file."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.shell.page import toasts_of
from desktop.timetable import calendar_actions, place_actions
from desktop.timetable.holiday_import_dialog import HolidayImportDialog
from desktop.timetable.place_dialogs import HolidayDialog, RoomDialog
from desktop.timetable.places_page import HOLIDAYS, PlacesPage
from desktop.timetable.week_store import holidays_of
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from shared.core.errors import CampusError
from tests.attendance.classes import INSTRUCTOR, NAMES, REGISTRAR, school
from tests.timetable.links import MADE, Server, with_server
from tests.timetable.test_week_view import holiday, room

ROWS = [*school(NAMES[:1], history=0), room("Studio 1"), holiday("2026-12-25", "Christmas", "2026-12-26")]


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def open_page(qtbot, desks):
    def show(actor=REGISTRAR, rows=ROWS, server=None, **details):
        here = desks(actor, rows)
        page = PlacesPage(with_server(here.desk, server), None, details)
        qtbot.addWidget(page)
        page.resize(1232, 844)
        with qtbot.waitExposed(page):
            page.show()
        page.here = here
        return page

    return show


def test_rooms_are_added_changed_and_removed(desks):
    office = desks(REGISTRAR, ROWS)
    room_id = place_actions.add_room(office.desk, " Yard ", "North", 30)
    body = office.store.get("room", room_id)
    assert (body["name"], body["branch"], body["capacity"], body["state"]) == ("Yard", "North", 30, "active")
    assert place_actions.edit_room(office.desk, body, {"capacity": 31})
    assert not place_actions.edit_room(office.desk, office.store.get("room", room_id), {"capacity": 31})
    place_actions.set_room_removed(office.desk, office.store.get("room", room_id), removed=True)
    assert office.store.get("room", room_id)["state"] == "removed"
    place_actions.set_room_removed(office.desk, office.store.get("room", room_id), removed=False)
    titles = {line.title for line in office.store.receipt()}
    wanted = {"Added the room Yard", "Changed the room Yard", "Removed the room Yard", "Took the room Yard back"}
    assert wanted <= titles


def test_holidays_are_added_changed_and_removed(desks):
    office = desks(REGISTRAR, ROWS)
    holiday_id = place_actions.add_holiday(office.desk, "Eid", "2026-12-01", "2026-12-02")
    body = office.store.get("holiday", holiday_id)
    place_actions.edit_holiday(office.desk, body, {"name": "Eid al-Fitr"})
    assert sorted(holidays_of(office.desk).values())[-2:] == ["Eid al-Fitr", "Eid al-Fitr"]
    place_actions.set_holiday_removed(office.desk, office.store.get("holiday", holiday_id), removed=True)
    assert sorted(set(holidays_of(office.desk).values())) == ["Christmas"]
    place_actions.set_holiday_removed(office.desk, office.store.get("holiday", holiday_id), removed=False)
    titles = {line.title for line in office.store.receipt()}
    assert {"Added the holiday Eid", "Took the holiday Eid al-Fitr back"} <= titles


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda desk: place_actions.add_room(desk, "  "), "name_missing"),
        (lambda desk: place_actions.add_room(desk, "studio  1"), "room_exists"),
        (lambda desk: place_actions.add_holiday(desk, "", "2026-12-01", "2026-12-01"), "name_missing"),
        (lambda desk: place_actions.add_holiday(desk, "Eid", "2026-12-02", "2026-12-01"), "days_invalid"),
        (lambda desk: place_actions.add_holiday(desk, "Eid", "2026-01-02", "2026-12-01"), "days_invalid"),
    ],
)
def test_what_makes_no_room_or_holiday_is_refused(desks, act, code):
    office = desks(REGISTRAR, ROWS)
    with pytest.raises(CampusError) as refused:
        act(office.desk)
    assert refused.value.code == code
    teacher = desks(INSTRUCTOR, ROWS)
    with pytest.raises(CampusError) as refused:
        act(teacher.desk)
    assert refused.value.code == "not_allowed"


def test_a_room_is_added_and_removed_on_its_page(open_page):
    page = open_page()
    page.new()
    dialog = page.findChild(RoomDialog)
    dialog.name.setText("studio 1")
    dialog.save()
    assert dialog.name_field.error == "There is a room studio 1 already."
    dialog.name.setText("Yard")
    dialog.seats.setText("many")
    dialog.save()
    assert dialog.seats_field.error
    dialog.seats.setText("24")
    dialog.save_button.click()
    names = [one["name"] for one in page.rooms._read()]
    assert names == ["Studio 1", "Yard"]
    yard = next(one["id"] for one in page.rooms._read() if one["name"] == "Yard")
    page.set_removed(yard)
    assert page.here.store.get("room", yard)["state"] == "removed"
    toasts_of(page).toasts[-1].action_button.click()
    assert page.here.store.get("room", yard)["state"] == "active"


def test_a_holiday_is_changed_on_its_page(open_page):
    page = open_page(tab=HOLIDAYS)
    page.holidays.table.setFocus()
    QTest.keyClick(page.holidays.table, Qt.Key.Key_Return)
    dialog = page.findChild(HolidayDialog)
    assert (dialog.name.text(), dialog.last.text()) == ("Christmas", "26 Dec 2026")
    dialog.last.setText("")
    dialog.save_button.click()
    (command,) = page.here.store.next_request().commands
    assert command.payload == {"changes": {"ends_on": {"old": "2026-12-26", "new": "2026-12-25"}}}


def test_a_holiday_without_a_day_says_so(open_page):
    page = open_page(tab=HOLIDAYS)
    page.new()
    dialog = page.findChild(HolidayDialog)
    dialog.name.setText("Eid")
    dialog.save()
    assert dialog.first_field.error == "Enter a day, like 20/11."


def test_who_doesnt_plan_only_looks(open_page):
    page = open_page(INSTRUCTOR)
    assert not page.new_button.isVisible()
    page.new()
    page.open_row(page.rooms._read()[0]["id"])
    assert page.findChild(RoomDialog) is None


def test_an_import_shows_its_differences_first(open_page, qtbot, tmp_path):
    file = tmp_path / "ghana.ics"
    file.write_bytes(b"BEGIN:VCALENDAR")
    server = Server()
    page = open_page(server=server, tab=HOLIDAYS)
    page.bring(file)
    dialog = page.findChild(HolidayImportDialog)
    qtbot.waitUntil(dialog.save_button.isEnabled)
    assert dialog.words.text() == (
        "1 new, 0 changed, 1 removed, 2 as they are. 3 planned classes lie on these days and stay."
    )
    assert [row.content.badge[0] for row in dialog.rows.rows if row.content.badge] == ["New", "Removed"]
    assert dialog.rows.rows[0].content.title == "Event 3: its days can't be read."
    assert server.uploads == [("/api/v1/holidays/import?dry_run=true", b"BEGIN:VCALENDAR")]
    with qtbot.waitSignal(dialog.imported) as told:
        dialog.save()
    assert told.args == ["Holidays: 1 added, 0 changed, 1 removed"]
    assert server.uploads[-1][0].endswith("dry_run=false")


def test_an_import_is_taken_back_from_its_toast_and_later_from_the_page(open_page, qtbot, tmp_path):
    file = tmp_path / "ghana.ics"
    file.write_bytes(b"BEGIN:VCALENDAR")
    server = Server(undone={"removed": 8, "left": 1})
    page = open_page(server=server, tab=HOLIDAYS)
    assert not page.undo_button.isVisible()
    for again in range(2):
        page.bring(file)
        dialog = page.findChildren(HolidayImportDialog)[-1]
        qtbot.waitUntil(dialog.save_button.isEnabled)
        with qtbot.waitSignal(dialog.imported):
            dialog.save()
        assert page.undo_button.isVisible()
        button = page.undo_button if again else toasts_of(page).toasts[-1].action_button
        button.click()
        qtbot.waitUntil(lambda: not page.undo_button.isVisible())
        assert server.asked[-1] == ("POST", "/api/v1/holidays/import/undo", {"holidays": MADE})
        assert toasts_of(page).toasts[-1].words == "8 holidays removed, 1 was changed since and stays"


def test_an_import_that_cant_be_taken_back_now_can_be_later(open_page, qtbot):
    server = Server(problem=CampusError("offline", "The server can't be reached. Try again later."))
    page = open_page(server=server)
    calendar_actions.keep_import(page.here.desk, {"made": MADE})
    page.tabs.choose(HOLIDAYS)
    assert page.undo_button.isVisible()
    page.undo_button.click()
    qtbot.waitUntil(lambda: bool(toasts_of(page).toasts))
    assert toasts_of(page).toasts[-1].words == "The server can't be reached. Try again later."
    assert page.undo_button.isVisible()
    page.tabs.choose("rooms")
    assert not page.undo_button.isVisible()


def test_a_file_that_cant_be_read_and_a_missing_server_are_told(open_page, qtbot, tmp_path):
    page = open_page(tab=HOLIDAYS)
    page.bring(tmp_path / "nothing.ics")
    assert toasts_of(page).toasts[-1].words == "nothing.ics can't be read. Choose another file."
    file = tmp_path / "a.ics"
    file.write_bytes(b"x")
    page.bring(file)
    dialog = page.findChild(HolidayImportDialog)
    qtbot.waitUntil(lambda: dialog.words.text().startswith("This needs the server"))
    assert not dialog.save_button.isEnabled()
    assert wait_for_background()


def test_a_file_that_is_too_large_is_told_before_it_goes_over_the_network(open_page, qtbot, tmp_path):
    file = tmp_path / "all.ics"
    file.write_bytes(b"BEGIN:VCALENDAR" + b"x" * 10_000_000)
    server = Server()
    page = open_page(server=server, tab=HOLIDAYS)
    page.bring(file)
    dialog = page.findChild(HolidayImportDialog)
    sentence = "The calendar file is larger than 2 MB. Export the holidays alone."
    qtbot.waitUntil(lambda: dialog.words.text() == sentence)
    assert (server.uploads, dialog.save_button.isEnabled(), dialog.isVisible()) == ([], False, True)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("calendar_unreadable", "This is not an iCalendar file. Choose a file that ends in .ics."),
        ("too_many_events", "The file has more than 3000 events. Export the holidays alone."),
    ],
)
def test_what_the_server_refuses_of_a_file_is_in_the_dialog(open_page, qtbot, tmp_path, code, sentence):
    file = tmp_path / "all.ics"
    file.write_bytes(b"BEGIN:VCALENDAR")
    page = open_page(server=Server(problem=CampusError(code, sentence)), tab=HOLIDAYS)
    page.bring(file)
    dialog = page.findChild(HolidayImportDialog)
    qtbot.waitUntil(lambda: dialog.words.text() == sentence)
    assert (dialog.save_button.isEnabled(), page.here.store.receipt()) == (False, [])


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_the_page_paints(open_page, scheme):
    theme().apply(scheme)
    assert not open_page().grab().isNull()
    assert not open_page(rows=ROWS[:3], tab=HOLIDAYS).grab().isNull()
