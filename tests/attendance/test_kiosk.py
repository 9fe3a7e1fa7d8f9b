"""The kiosk: one person at a time, locked, offline; on a real encrypted store with fed pictures and a clock."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop.attendance import kiosk_window
from desktop.attendance.kiosk_leave import CLOSE_SECONDS, TRIES, WAIT_SECONDS
from desktop.attendance.kiosk_view import CARD_SECONDS, TYPED_SECONDS
from desktop.attendance.kiosk_window import KioskWindow, open_kiosk
from desktop.attendance.sounds import ACCEPTED, READ, REFUSED
from desktop.core.key_file import KeyFile
from desktop.core.keychain import MemoryKeychain
from desktop.core.keys import Keys
from desktop.core.sync_state import Phase, SyncState
from desktop.widgets.background import wait_for_background
from desktop.widgets.reader_filter import ReaderFilter
from shared.core.clock import ManualClock
from shared.core.errors import CampusError
from shared.people.id_card import qr_text
from tests.attendance.card_pictures import picture, qr
from tests.attendance.classes import NAMES, OTHER_COHORT, SESSION, enrolment, observation, person, school
from tests.attendance.fed_camera import FedSource
from tests.desks import ORGANISATION
from tests.fixtures.windows import bring_forward

STRANGER = "Bilal Musa"
PASSWORD = "eight green chairs"


@pytest.fixture
def open_window(qtbot, desks, plain_look, monkeypatch):
    """`open_window(size)` shows a kiosk for the class of 08:30, at 08:36."""
    heard = []
    monkeypatch.setattr(
        "desktop.attendance.kiosk_view.announce",
        lambda _widget, words, urgent=False: heard.append(f"! {words}" if urgent else words),
    )

    def show(size=(1440, 900), password=PASSWORD, phase=Phase.IDLE, rows=None):
        rows = [*(rows or school()), person(STRANGER, "S-009000"), enrolment(STRANGER, cohort_id=OTHER_COHORT)]
        here = desks(rows=rows)
        desk = replace(here.desk, check_password=lambda typed: typed == password, sync_state=lambda: SyncState(phase))
        window = KioskWindow(desk, SESSION, FedSource())
        window.here, window.heard = here, heard
        view = window.view
        view.sounds.on = False
        view.reader = ReaderFilter(view, here.clock.monotonic)
        view.reader.scanned.connect(view.take)
        qtbot.addWidget(window, before_close_func=lambda one: setattr(one, "_free", True))
        window.resize(*size)
        bring_forward(qtbot, window)
        return window

    return show


def type_scan(window, text):
    for letter in text:
        window.here.clock.advance(0.004)
        QTest.keyClick(window.windowHandle(), letter)
    window.here.clock.advance(0.004)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return)


def type_number(window, text):
    for letter in text:
        window.here.clock.advance(0.1)
        QTest.keyClick(window.windowHandle(), letter)
    window.here.clock.advance(0.1)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return)


def words_on(window):
    """Every word on the screen, spoken ones too."""
    labels = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    names = [one.accessibleName() for one in window.findChildren(QWidget) if one.isVisible()]
    return " ".join([*labels, *names])


def named_on(window):
    """The students whose first names stand anywhere; the instructor's isn't a secret."""
    said = re.findall(r"\w+", words_on(window))
    return {name for name in [*NAMES[:30], STRANGER] if name.split()[0] in said} - {"Lucia Ortega"}


def test_a_card_greets_by_name_and_says_what_is_recorded(open_window):
    window = open_window()
    type_scan(window, qr_text(ORGANISATION, "S-004188"))
    card = window.view.card
    assert card.isVisible()
    assert (card.greeting.text(), card.said.text()) == ("Welcome, Rosa", "You are marked present at 08:36")
    assert card.pill.words.text() == "Present · 1 of 30"
    assert card.note.text() == "Not you? Tell your instructor."
    [made] = window.here.store.children("observation", SESSION)
    assert (made["method"], made["state"]) == ("kiosk", "present")
    assert window.view.number.text() == ""
    assert window.heard == ["Welcome, Rosa. You are marked present at 08:36"]


def test_the_card_stays_three_seconds_and_shows_how_long(open_window):
    window = open_window()
    type_scan(window, "S-004188")
    window.here.clock.advance(CARD_SECONDS / 2)
    window.view.tick()
    assert window.view.card.isVisible()
    assert window.view.card.left.share == pytest.approx(0.5)
    window.here.clock.advance(CARD_SECONDS / 2)
    window.view.tick()
    assert not window.view.card.isVisible()


def test_the_next_scan_works_at_once(open_window):
    window = open_window()
    type_scan(window, "S-009000")
    assert window.view.card.greeting.text() == "This card is for another class"
    type_scan(window, "S-004188")
    assert window.view.card.greeting.text() == "Welcome, Rosa"


@pytest.mark.parametrize("typed", ["4188", "004188", "S-004188"])
def test_a_number_is_typed_by_digits_and_enter(open_window, typed):
    window = open_window()
    assert window.view.number.placeholderText() == "S-"
    type_number(window, typed)
    assert window.view.card.greeting.text() == "Welcome, Rosa"
    assert window.view.number.text() == ""


def test_a_number_that_nobody_has_is_told_as_a_number(open_window):
    window = open_window()
    type_number(window, "77")
    assert window.view.card.greeting.text() == "This number isn't known here"
    type_number(window, "9000")
    assert window.view.card.greeting.text() == "This number isn't known here", "nobody is found by part of a number"
    type_number(window, "S-009000")
    assert window.view.card.greeting.text() == "This number is for another class"


def test_a_number_left_half_typed_is_taken_away(open_window):
    window = open_window()
    for letter in "41":
        window.here.clock.advance(0.1)
        QTest.keyClick(window.windowHandle(), letter)
    window.view.reader.give_back()
    assert window.view.number.text() == "41"
    window.here.clock.advance(TYPED_SECONDS + 1)
    window.view.tick()
    assert window.view.number.text() == ""


def test_the_same_card_again_is_accepted_and_says_since_when(open_window, qtbot):
    window = open_window()
    type_scan(window, "S-004188")
    window.here.clock.advance(120)
    type_scan(window, "S-004188")
    card = window.view.card
    assert (card.said.text(), card.words.tone) == ("You are already marked present at 08:36", "ok")
    assert len(window.here.store.children("observation", SESSION)) == 1
    qtbot.waitUntil(lambda: window.view.sounds.played[-1] == ACCEPTED)


def test_what_the_kiosk_at_the_other_door_took_is_no_second_entry(open_window, qtbot):
    window = open_window()
    (holder,) = (one for one in window.here.store.page("person", limit=-1) if one.get("number") == "S-004188")
    name = f"{holder['given_name']} {holder['family_name']}"
    window.here.feed.bring([observation(name, "present", method="kiosk")])
    qtbot.waitUntil(lambda: any(row.observations for row in window.view.roll_call.roll.rows))
    type_scan(window, "S-004188")
    assert window.view.card.said.text().startswith("You are already marked present at")
    assert len(window.here.store.children("observation", SESSION)) == 1
    assert window.here.store.receipt() == []


REFUSED_CARDS = [
    ("S-009000", "This card is for another class"),
    ("S-999999", "This card isn't known here"),
    ("CD1.ab12cd34.S-004188.XXXX", "This card could not be used"),
]


@pytest.mark.parametrize(("card", "title"), REFUSED_CARDS)
def test_a_refused_card_is_amber_sounds_low_and_names_nobody(open_window, qtbot, card, title):
    window = open_window()
    type_scan(window, card)
    shown = window.view.card
    assert (shown.greeting.text(), shown.words.tone, shown.pill.words.text()) == (title, "warn", "Not marked")
    assert not shown.note.isVisible()
    qtbot.waitUntil(lambda: window.view.sounds.played == [READ, REFUSED])
    assert window.heard[-1].startswith(f"! {title}")
    assert named_on(window) == set()


def test_no_other_student_is_ever_named(open_window):
    window = open_window()
    for number in ("S-004171", "S-004172", "S-004188"):
        type_scan(window, number)
        own = NAMES[int(number[2:]) - 4171]
        assert named_on(window) == {own}
    window.here.clock.advance(CARD_SECONDS)
    window.view.tick()
    assert "Rosa" not in {label.text() for label in window.findChildren(QLabel) if label.isVisible()}


def test_after_the_class_it_says_so(open_window):
    window = open_window()
    window.here.clock.set(window.here.clock.now() + timedelta(hours=2))
    type_scan(window, "S-004188")
    assert (window.view.card.greeting.text(), window.view.card.said.text()) == (
        "This class is over",
        "Ask your instructor to mark you.",
    )


def test_the_camera_reads_and_its_picture_gives_way_to_the_card(open_window, qapp):
    window = open_window()
    window.here.clock.advance(1)
    window.view.camera._source.frame.emit(picture(qr(qr_text(ORGANISATION, "S-004188"))))
    assert window.view.view.isVisible()
    assert window.view.prompt.text() == "Hold your card to the camera"
    wait_for_background()
    qapp.processEvents()
    assert window.view.card.greeting.text() == "Welcome, Rosa"
    assert not window.view.view.isVisible()
    assert window.here.store.children("observation", SESSION)[0]["method"] == "kiosk"


def test_a_camera_that_vanishes_is_told_and_cards_are_scanned_on(open_window):
    window = open_window()
    window.view.camera._source.lost.emit("The camera stopped. Plug it in again.")
    assert window.view.view.trouble == "The camera stopped. Plug it in again."
    assert window.view.prompt.text() == "Scan your card"
    assert window.heard == ["! The camera stopped. Plug it in again."]
    type_scan(window, "S-004188")
    assert window.view.card.greeting.text() == "Welcome, Rosa"


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase.OFFLINE, "Working offline. Attendance is saved on this computer."),
        (Phase.IDLE, "Attendance is saved on this computer."),
    ],
)
def test_it_says_where_attendance_is_saved(open_window, phase, words):
    assert open_window(phase=phase).view.saved.words.text() == words


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768), (1280, 720)])
def test_it_fits_the_screen(open_window, size):
    window = open_window(size=size)
    type_scan(window, "S-004188")
    QApplication.processEvents()
    assert window.size() == QSize(*size)
    card, number = window.view.card, window.view.number
    assert card.geometry().bottom() < window.view.prompt.geometry().top()
    assert number.geometry().bottom() < window.height()


# --------------------------------------------------------------------------------------------------------- the lock


def test_it_doesnt_close_by_itself(open_window):
    window = open_window()
    event = QCloseEvent()
    QApplication.sendEvent(window, event)
    assert not event.isAccepted()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_F4, Qt.KeyboardModifier.AltModifier)
    assert window.isVisible()


def ask(window):
    mod = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_K, mod)
    return window.dialog


def answer(window, password):
    window.dialog.password.setText(password)
    window.dialog.check()
    wait_for_background()
    QApplication.processEvents()


def test_the_right_password_leaves_and_a_wrong_one_doesnt(open_window, qtbot):
    window = open_window()
    dialog = ask(window)
    assert dialog.isVisible()
    assert dialog.field.label.text() == "Password of Lucia Ortiz"
    answer(window, "wrong")
    assert dialog.field.error == "That password isn't right. The kiosk goes on until it is."
    assert window.isVisible()
    with qtbot.waitSignal(window.left):
        answer(window, PASSWORD)
    assert not window.isVisible()


def test_while_the_password_is_asked_nothing_is_scanned_and_nobody_shown(open_window):
    window = open_window()
    type_scan(window, "S-004188")
    dialog = ask(window)
    assert not window.view.card.isVisible()
    assert not window.view.camera._source.on
    assert not window.view.reader.is_on
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert window.view.reader.is_on
    assert window.view.camera._source.on


def test_the_question_goes_away_when_nobody_answers(open_window):
    window = open_window()
    dialog = ask(window)
    dialog.password.setText("half")
    window.here.clock.advance(CLOSE_SECONDS + 1)
    dialog.tick()
    assert not dialog.isVisible()
    assert dialog.password.text() == ""
    assert window.view.reader.is_on


def test_guessing_is_slowed_down_and_never_locks_the_owner_out(open_window):
    window = open_window()
    ask(window)
    for _ in range(TRIES):
        answer(window, "wrong")
    answer(window, PASSWORD)
    assert "Too many wrong passwords" in window.dialog.field.error
    assert window.isVisible()
    window.here.clock.advance(WAIT_SECONDS)
    answer(window, PASSWORD)
    assert not window.isVisible()


def test_a_password_that_cant_be_checked_says_why(open_window):
    window = open_window()
    ask(window)

    def no_keychain(_typed):
        raise CampusError("keychain_missing", "This computer's keychain doesn't have the key to your work any more.")

    window.dialog._desk = replace(window.dialog._desk, check_password=no_keychain)
    answer(window, PASSWORD)
    assert "keychain" in window.dialog.field.error


def test_the_password_is_that_of_the_store_and_wrong_ones_dont_count(tmp_path):
    keys = Keys(tmp_path, MemoryKeychain(is_lasting=True), ManualClock(), scrypt_n=2**4)
    keys.create(KeyFile(device_id="d", person_id="p", organisation_id="o"), PASSWORD, b"e" * 32)
    assert keys.fits(PASSWORD)
    assert not any(keys.fits(f"wrong {place}") for place in range(12))
    assert keys.file().wrong_passwords == 0
    assert keys.open_with_password(PASSWORD), "students at the keyboard can't lock its owner out"


def test_it_takes_the_place_of_the_program_and_gives_it_back(qtbot, desks, plain_look, monkeypatch):
    monkeypatch.setattr("desktop.attendance.kiosk_view.CameraSource", FedSource)
    monkeypatch.setattr(kiosk_window.KioskWindow, "showFullScreen", kiosk_window.KioskWindow.show)
    here = desks()
    main = QWidget()
    page = QWidget(main)
    qtbot.addWidget(main)
    main.show()
    kiosk = open_kiosk(page, here.desk, SESSION)
    assert kiosk.isVisible()
    assert not main.isVisible()
    kiosk._leave()
    assert main.isVisible()
    assert not kiosk.isVisible()


def test_it_comes_back_in_front(open_window, qtbot):
    window = open_window()
    QApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))
    window._come_back()
    assert window.isVisible()
