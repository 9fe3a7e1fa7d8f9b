"""Kit on the desk: lent, taken back and booked by keys and by scans, offline, and what each person sees."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from desktop.shell.conflict_views import open_views
from desktop.shell.page import toasts_of
from desktop.timetable import kit_actions
from desktop.timetable.kit_booking_dialog import BookingDialog
from desktop.timetable.kit_dialogs import LendDialog, ReturnDialog
from desktop.timetable.kit_forms import CancelDialog, ItemDialog, LiftDialog, PolicyDialog
from desktop.timetable.kit_item_page import KitItemPage
from desktop.timetable.kit_loan_dialog import LoanDialog
from desktop.timetable.kit_own_page import OWN, OwnKitPage
from desktop.timetable.kit_page import KitPage
from desktop.timetable.kit_photo import pack_picture, picture_of
from desktop.timetable.kit_store import Standing, policy_of
from desktop.widgets.dialog import Dialog
from desktop.widgets.theme import Scheme, theme
from shared.people.id_card import qr_text
from shared.people.vocabulary import Role
from shared.timetable.kit_rules import photo_refusal
from tests.attendance.classes import REGISTRAR, person_id
from tests.desks import ORGANISATION, make_actor
from tests.people.pictures import png_that_claims
from tests.timetable.kit_rows import (
    AMINA,
    BARAKA,
    BOOKED,
    BROKEN,
    CAMERA,
    CHEN,
    LATE,
    LATE_LOAN,
    OTHERS,
    RETURNED_LATE,
    STUDIO,
    kit_rows,
)
from tests.timetable.kit_rows import (
    OWN as OWN_ITEM,
)

DUE = "2026-11-21T16:00:00.000Z"
DALIA = "Dalia Haddad"
STUDENT = make_actor(person_id(CHEN), CHEN, Role.STUDENT)
OFFICER = make_actor(person_id("Yaw Officer"), "Yaw Officer", Role.ATTENDANCE_OFFICER)


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def open_page(qtbot, desks):
    def show(kind=KitPage, actor=REGISTRAR, entity=None, **details):
        here = desks(actor, kit_rows())
        page = kind(here.desk, entity, details)
        qtbot.addWidget(page)
        page.resize(1134, 716)
        with qtbot.waitExposed(page):
            page.show()
        page.here = here
        return page

    return show


def _id(row):
    return row[1]["id"]


def _dialog(page, kind):
    found = Dialog.opened_in(page.window())
    assert isinstance(found, kind)
    return found


def _said(page):
    return toasts_of(page).toasts[-1].words


def test_the_list_shows_where_each_piece_is(open_page):
    page = open_page()
    assert [line.standing for line in page.lines if line.id == _id(LATE)] == [Standing.OVERDUE]
    model = page.table.record_model
    names = [model.row_at(at).name for at in range(model.rowCount())]
    assert (names[0], names[-1]) == ("Camera 2", "Tripod 1")
    assert page.head.subtitle.text() == "1 out, 1 overdue"
    line = next(one for one in page.lines if one.id == _id(LATE))
    assert (line.borrower, line.borrower_number) == (AMINA, "S-004171")
    page.filters.filters["state"].choose("repair")
    assert [one.id for one in page.lines] == [_id(BROKEN)]
    page.filters.filters["state"].choose("removed")
    assert page.stack.currentIndex() == 1


def test_a_piece_is_lent_by_keys_alone_and_shown_as_out(open_page):
    page = open_page()
    page.table.go_to(_id(CAMERA))
    page.table.setFocus()
    QTest.keyClick(page, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    dialog = _dialog(page, LendDialog)
    dialog.person.search.setText("Dalia")
    QTest.keyClick(dialog.person.search, Qt.Key.Key_Return)
    assert dialog.person.name.text() == f"{DALIA} · S-004174"
    dialog.time.setText("12")
    dialog.day.setText("+0")
    QTest.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert _said(page) == f"Camera 1 lent to {DALIA}"
    line = next(one for one in page.lines if one.id == _id(CAMERA))
    assert (line.standing, line.borrower, line.waiting) == (Standing.OUT, DALIA, True)
    assert line.loan["lent_by"] == REGISTRAR.name


def test_a_card_names_the_borrower_and_a_bad_one_says_why(open_page):
    page = open_page()
    page.table.go_to(_id(OWN_ITEM))
    page.lend()
    dialog = _dialog(page, LendDialog)
    dialog.person.take_card(qr_text(ORGANISATION, "S-009999"))
    assert dialog.person.field.error == "Nobody has the number S-009999."
    dialog.person.take_card("CD1.torn")
    assert dialog.person.field.error.startswith("This card could not be read whole.")
    dialog.person.take_card(qr_text(ORGANISATION, "S-004174"))
    assert dialog.person.person_id == person_id(DALIA)
    dialog.save()
    assert page.here.store.get("kit_item", _id(OWN_ITEM))["loan_id"] is not None


def test_a_blocked_person_is_told_why_and_the_block_is_lifted(open_page):
    page = open_page()
    page.table.go_to(_id(CAMERA))
    page.lend()
    dialog = _dialog(page, LendDialog)
    dialog.person.choose(person_id(BARAKA))
    assert dialog.block.said.startswith(f"{BARAKA} brought Camera 1 back late and borrows nothing until Wed 25 Nov")
    dialog.save()
    assert page.here.store.get("kit_item", _id(CAMERA))["loan_id"] is None
    dialog.lift_link.click()
    lift = _dialog(page, LiftDialog)
    lift.save()
    assert lift.reason_field.error == "Say in a few words why the block is lifted."
    lift.reason.setText("Ill that day")
    lift.save()
    assert _said(page) == f"Block of {BARAKA} lifted"
    kit_actions.lend(page.here.desk, _id(CAMERA), person_id(BARAKA), DUE.replace("21T16", "20T12"))
    assert page.here.store.get("kit_item", _id(CAMERA))["loan_id"] is not None


def test_what_is_missing_in_a_loan_is_said_at_its_field(open_page):
    page = open_page()
    page.table.go_to(_id(OWN_ITEM))
    page.lend()
    dialog = _dialog(page, LendDialog)
    dialog.day.setText("nonsense")
    dialog.save()
    assert dialog.person.field.error == "Choose a person, or scan a card."
    assert dialog.day_field.error == "Enter a day, like +3."
    dialog.person.choose(person_id(DALIA))
    for typed, sentence in (
        ("19/11/2026", "It would be due before it goes out. Set a later time."),
        ("+40", "A loan lasts 14 days at most. Set an earlier day."),
    ):
        dialog.day.setText(typed)
        dialog.save()
        assert dialog.day_field.error == sentence
    dialog.reject()


def test_a_piece_comes_back_with_condition_and_photo(open_page, tmp_path, qtbot):
    page = open_page()
    page.table.go_to(_id(LATE))
    page.take_back()
    dialog = _dialog(page, ReturnDialog)
    assert dialog.late.said == f"It is late. {AMINA} borrows nothing for 7 days from now."
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    dialog.photo.take_file(bad)
    qtbot.waitUntil(lambda: dialog.photo.words.text() != "")
    assert dialog.photo.words.text().startswith("This file is no picture that can be read.")
    bad.write_bytes(png_that_claims(8000, 5001))
    dialog.photo.take_file(bad)
    qtbot.waitUntil(lambda: "40 megapixels" in dialog.photo.words.text())
    assert dialog.photo.photo is None
    picture = tmp_path / "big.png"
    image = QImage(2400, 1600, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkCyan)
    image.save(str(picture))
    dialog.photo.take_file(picture)
    qtbot.waitUntil(lambda: dialog.photo.photo is not None)
    assert photo_refusal(dialog.photo.photo) is None
    dialog.condition.setText("Lens cap lost")
    QTest.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    loan = page.here.store.get("kit_loan", _id(LATE_LOAN))
    assert (loan["state"], loan["condition_in"], loan["taken_by"]) == ("back", "Lens cap lost", REGISTRAR.name)
    assert page.here.store.page("kit_photo", limit=-1)[0]["side"] == "in"
    assert next(one for one in page.lines if one.id == _id(LATE)).standing is Standing.IN


def test_a_photo_is_made_small(qapp):
    noise = QImage(1600, 1200, QImage.Format.Format_RGB32)
    for row in range(0, 1200, 3):
        for column in range(0, 1600, 3):
            noise.setPixel(column, row, (row * 7919 + column * 104_729) & 0xFFFFFF)
    packed = pack_picture(noise)
    assert photo_refusal(packed) is None
    assert max(picture_of(packed).width(), picture_of(packed).height()) <= 640
    assert picture_of("%").isNull()


def test_a_scanned_number_lends_or_takes_back(open_page):
    page = open_page()
    page.take_scan("cam-1")
    _dialog(page, LendDialog).reject()
    page.take_scan("CAM-2")
    _dialog(page, ReturnDialog)
    page.take_scan("CAM-1")  # the dialog takes scans now
    _dialog(page, ReturnDialog).reject()
    page.take_scan("NOPE-1")
    assert _said(page) == "No kit has the number NOPE-1."


def test_a_piece_is_booked_with_its_clash_said_while_typing_and_undone(open_page):
    page = open_page()
    page.table.go_to(_id(CAMERA))
    QTest.keyClick(page, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    dialog = _dialog(page, BookingDialog)
    dialog.person.choose(person_id(DALIA))
    dialog.start.setText("14")
    dialog.end.setText("+120")
    dialog.check()
    assert dialog.problem.said == "Camera 1 is booked then: Fri 20 Nov 2026, 13:00–15:00. Choose another time."
    dialog.save()
    assert len(page.here.store.page("kit_booking", limit=-1)) == 1
    dialog.start.setText("15")
    dialog.end.setText("17")
    dialog.check()
    assert dialog.problem.said == ""
    dialog.save()
    assert _said(page) == "Camera 1 booked"
    made = next(one for one in page.here.store.page("kit_booking", limit=-1) if one["id"] != _id(BOOKED))
    assert (made["starts_at"], made["ends_at"]) == ("2026-11-20T15:00:00.000Z", "2026-11-20T17:00:00.000Z")
    toasts_of(page).toasts[-1].action_button.click()
    assert page.here.store.get("kit_booking", made["id"])["state"] == "cancelled"


def test_a_studio_is_booked_around_its_classes(open_page):
    page = open_page(KitItemPage, entity=_id(STUDIO))
    assert [entry.kind for entry in page.entries] == ["class"]
    assert page.strip.blocks()[0][0] == 0
    page.book_button.click()
    dialog = _dialog(page, BookingDialog)
    dialog.person.choose(person_id(DALIA))
    dialog.start.setText("9")
    dialog.end.setText("11")
    dialog.save()
    assert dialog.problem.said.startswith("There is a class in Studio 2 then: Fri 20 Nov 2026, 08:30–10:00.")
    dialog.start.setText("10")
    dialog.save()
    assert [entry.kind for entry in page.entries] == ["class", "booking"]


def test_the_page_of_a_piece_shows_calendar_loans_and_what_blocks(open_page):
    page = open_page(KitItemPage, entity=_id(CAMERA))
    assert page.notice.said.startswith(f"{BARAKA} brought Camera 1 back late")
    assert [row.content.title for row in page.calendar.rows] == [CHEN]
    page.open_entry(_id(BOOKED))
    _dialog(page, CancelDialog).give_button.click()
    assert page.free.isVisible()
    page.open_loan(_id(RETURNED_LATE))
    dialog = _dialog(page, LoanDialog)
    dialog.lift_button.click()
    _dialog(page, LiftDialog).reject()
    page.lend_button.click()
    _dialog(page, LendDialog).reject()
    missing = open_page(KitItemPage, entity="01a1f7f8-3000-7672-874a-d4a8ff8edb2f")
    assert missing.line is None


def test_two_desks_that_disagree_are_shown(open_page):
    page = open_page()
    item = page.here.store.get("kit_item", _id(LATE))
    conflict = {
        "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f", "kind": "kit_item", "entity_id": item["id"], "group": "loan",
        "title": "Camera 2", "fields": ["borrower"], "sides": [],
    }  # fmt: skip
    page.here.feed.bring([("conflict", conflict)])
    page.refresh()
    line = next(one for one in page.lines if one.id == item["id"])
    assert line.conflict_id == conflict["id"]
    assert page._state(line).text == "Needs a decision"
    shown = KitItemPage(page.here.desk, item["id"])
    assert shown.notice.said == "Two desks lent it to different people. Both loans are kept until someone chooses."
    shown.choose_link.click()
    assert page.here.opened.pages[-1][:2] == ("shell.conflicts", conflict["id"])
    assert shown.entries[0].ends > shown.entries[0].starts
    assert shown.strip.blocks() == [(0, 0.0, pytest.approx(96 / 840), shown.entries[0])]


def test_kit_is_added_changed_sent_to_repair_and_removed(open_page, qtbot):
    page = open_page(act="new")
    qtbot.waitUntil(lambda: Dialog.opened_in(page.window()) is not None)
    dialog = _dialog(page, ItemDialog)
    dialog.save()
    assert dialog.name_field.error == "Enter a name."
    dialog.name.setText("Camera 3")
    dialog.save()
    assert dialog.number_field.error == "Enter the number that is on it."
    dialog.number.setText("cam-1")
    dialog.save()
    assert dialog.number_field.error == "Another piece has the number cam-1 already. Enter another one."
    dialog.number.setText("CAM-3")
    (check,) = dialog.courses.values()
    check.setChecked(True)
    dialog.save()
    made = next(line for line in page.lines if line.name == "Camera 3")
    assert len(made.body["course_ids"]) == 1
    page.acts.edit(made.body)
    dialog = _dialog(page, ItemDialog)
    dialog.condition.setText("New")
    dialog.save()
    assert page.here.store.get("kit_item", made.id)["condition"] == "New"
    page.acts.set_state(made.id, "removed")
    assert made.id not in [line.id for line in page.lines]
    toasts_of(page).toasts[-1].action_button.click()
    assert page.here.store.get("kit_item", made.id)["state"] == "in_use"
    page.acts.set_state(_id(LATE), "removed")
    assert _said(page) == "Camera 2 is out. Take it back before you remove it."


def test_the_limits_are_set(open_page):
    page = open_page()
    page.acts.set_policy()
    dialog = _dialog(page, PolicyDialog)
    dialog.longest.setText("30")
    dialog.block.setText("0")
    dialog.save()
    assert (policy_of(page.here.desk)["longest_days"], policy_of(page.here.desk)["block_days"]) == (30, 0)
    assert _said(page) == "The limits of loans are set"


def test_a_student_sees_the_own_side_and_books(open_page):
    page = open_page(OwnKitPage, STUDENT)
    names = {line.name for line in page.lines}
    assert OTHERS[1]["name"] not in names
    assert {"Camera 1", "Light set 1", "Studio 2"} <= names
    page.table.go_to(_id(OWN_ITEM))
    page.book()
    dialog = _dialog(page, BookingDialog)
    dialog.start.setText("15")
    dialog.end.setText("16")
    dialog.save()
    assert _said(page) == "Light set 1 booked"
    page.tabs.choose(OWN)
    assert [row.content.title for row in page.own.rows] == ["Camera 1", "Light set 1"]
    page.open_own(_id(BOOKED))
    _dialog(page, CancelDialog).give_button.click()
    assert [row.content.title for row in page.own.rows] == ["Light set 1"]
    late = open_page(OwnKitPage, make_actor(person_id(AMINA), AMINA, Role.STUDENT), tab=OWN)
    assert late.block.said.startswith(f"{AMINA} still has Camera 2, due Thu 19 Nov 2026.")
    late.open_own(_id(LATE_LOAN))
    assert late.here.opened.pages[-1][:2] == ("kit.item", _id(LATE))


def test_the_office_reads_what_it_decides_about_kit(desks):
    here = desks(REGISTRAR, kit_rows())
    side = {
        "command_id": _id(CAMERA), "author_id": "", "author_name": "Yaw", "observed_at": "2026-11-20T08:00:00.000Z",
        "values": {"type": "LendKit", "person_name": AMINA},
    }  # fmt: skip
    rest = {"title": "Camera 1 CAM-1", "sides": [side], "kind": "kit_item", "entity_id": _id(CAMERA)}
    held = {"id": _id(CAMERA), "group": "held:x", "fields": ["held"], "reason": "kit_no_right", **rest}
    loans = {"id": _id(LATE), "group": "loan", "fields": ["borrower"], "reason": "two_loans", **rest}
    here.feed.bring([("conflict", held), ("conflict", loans)])
    views = {view.id: view for view in open_views(here.desk)}
    assert views[_id(CAMERA)].subtitle == f"Lend a piece of kit to {AMINA}"
    assert views[_id(CAMERA)].explanation.startswith("The borrower isn't enrolled in a course that may use it.")
    assert views[_id(LATE)].explanation.startswith("More than one counter lent it.")
    assert views[_id(LATE)].lines[0].label == "Borrower"
