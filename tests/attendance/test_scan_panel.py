"""The scan panel beside a register, on a real encrypted store: both ways in, figures, and what becomes of hands."""

import statistics
import time

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.attendance.register_page import RegisterPage
from desktop.attendance.scan_panel import CAMERA, READER
from desktop.attendance.sounds import ACCEPTED, READ, REFUSED
from desktop.widgets.background import wait_for_background
from desktop.widgets.reader_filter import ReaderFilter
from shared.attendance.vocabulary import AttendanceState, Method
from shared.people.id_card import qr_text
from tests.attendance.card_pictures import picture, qr
from tests.attendance.classes import (
    INSTRUCTOR,
    NAMES,
    OTHER_COHORT,
    REGISTRAR,
    SESSION,
    enrolment,
    observation,
    person,
    school,
)
from tests.attendance.fed_camera import FedSource
from tests.desks import ORGANISATION

STRANGER = "Bilal Musa"


@pytest.fixture
def said(monkeypatch):
    """What screen readers were told, with the urgent ones marked."""
    heard = []
    for module in ("scan_panel", "register_page"):
        monkeypatch.setattr(
            f"desktop.attendance.{module}.announce",
            lambda _widget, words, urgent=False: heard.append(f"! {words}" if urgent else words),
        )
    return heard


@pytest.fixture
def open_panel(open_register, monkeypatch, said):
    """`open_panel(way, rows)` shows a register with scanning on and a fed camera."""
    monkeypatch.setattr("desktop.attendance.scan_panel.CameraSource", FedSource)

    def show(way=READER, rows=None, **more):
        rows = [*(rows or school()), person(STRANGER, "S-009000"), enrolment(STRANGER, cohort_id=OTHER_COHORT)]
        page = open_register(rows=rows, **more)
        page.scan.sounds.on = False
        clock = page.here.clock
        page.scan.reader = ReaderFilter(page.scan, clock.monotonic)
        page.scan.reader.scanned.connect(lambda text: page.scan.take(text, Method.CARD))
        page.scan.turn_on(way)
        page.said = said
        return page

    return show


def type_scan(page, text, gap=0.004):
    """Type as a reader does, wherever the focus is."""
    for letter in text:
        page.here.clock.advance(gap)
        QTest.keyClick(page.window().windowHandle(), letter)
    page.here.clock.advance(gap)
    QTest.keyClick(page.window().windowHandle(), Qt.Key.Key_Return)


def marks(page):
    return {row.member.given: (str(row.mark.state), row.mark.minutes) for row in page.model.rows if row.is_marked}


def test_scanning_is_off_until_it_is_asked_for_and_stays_on_then(open_register, monkeypatch, qtbot):
    monkeypatch.setattr("desktop.attendance.scan_panel.CameraSource", FedSource)
    page = open_register()
    assert not page.scan.isVisible()
    assert not page.scan.reader.is_on
    QTest.keyClick(page, Qt.Key.Key_F9)
    assert page.scan.isVisible()
    assert page.scan.reader.is_on
    assert page.scan.camera.is_on
    again = RegisterPage(page.here.desk, SESSION, {})
    qtbot.addWidget(again)
    qtbot.addWidget(again)
    assert again.scan.is_on, "as it was left"
    QTest.keyClick(page, Qt.Key.Key_F9)
    assert not page.scan.isVisible()
    assert not page.scan.reader.is_on
    assert not page.scan.camera.is_on


class ShownWindows(QObject):
    """Notes every window that is shown."""

    def __init__(self):
        super().__init__()
        self.shown = []

    def eventFilter(self, watched, event):  # noqa: N802 - Qt decides the name
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


@pytest.mark.parametrize("actor", [INSTRUCTOR, REGISTRAR])
@pytest.mark.parametrize("on", [False, True])
def test_making_a_register_takes_the_keyboard_from_no_window(desks, qapp, qtbot, monkeypatch, actor, on):
    monkeypatch.setattr("desktop.attendance.scan_panel.CameraSource", FedSource)
    here = desks(actor)
    here.store.remember("scanning", {"on": on, "way": CAMERA})
    watch = ShownWindows()
    qapp.installEventFilter(watch)
    page = RegisterPage(here.desk, SESSION, {})
    qapp.removeEventFilter(watch)
    qtbot.addWidget(page)
    assert watch.shown == []


@pytest.mark.parametrize("focus", ["students", "jump field", "button"])
def test_a_handheld_reader_works_wherever_the_focus_is(open_panel, focus):
    page = open_panel()
    place = {"students": page.body.view, "jump field": page.head.jump, "button": page.head.rest}[focus]
    place.setFocus()
    type_scan(page, qr_text(ORGANISATION, "S-004188"))
    assert marks(page) == {"Rosa": ("present", None)}
    assert page.head.jump.text() == ""
    assert page.body.place == 0, "who is current stays so"
    [made] = page.here.store.children("observation", SESSION)
    assert (made["method"], made["state"]) == ("card", "present")


def test_marking_by_hand_goes_on_beside_it(open_panel, qtbot):
    page = open_panel()
    page.here.clock.advance(0.2)
    QTest.keyClick(page.window().windowHandle(), "a")
    page.here.clock.advance(0.2)
    qtbot.waitUntil(lambda: len(marks(page)) == 1)
    type_scan(page, "S-004188")
    page.here.clock.advance(0.2)
    QTest.keyClick(page.window().windowHandle(), "l")
    page.here.clock.advance(0.2)
    qtbot.waitUntil(lambda: len(marks(page)) == 3)
    QTest.keyClick(page.window().windowHandle(), "8")
    page.here.clock.advance(0.2)
    qtbot.waitUntil(lambda: ("late", 8) in marks(page).values())
    assert sorted(mark[0] for mark in marks(page).values()) == ["absent", "late", "present"]


def test_a_typed_name_and_enter_stay_typing(open_panel, qtbot):
    page = open_panel()
    page.head.jump.setFocus()
    for letter in "Nadia":
        page.here.clock.advance(0.06)
        QTest.keyClick(page.window().windowHandle(), letter)
    page.here.clock.advance(0.06)
    qtbot.waitUntil(lambda: page.head.jump.text() == "Nadia")
    assert page.body.current.member.given == "Nadia"
    assert marks(page) == {}


def test_the_panel_shows_the_latest_scan_and_those_before_it(open_panel):
    page = open_panel()
    for number in ("S-004184", "S-009000", "S-004188"):
        type_scan(page, number)
        page.here.clock.advance(60)
    card = page.scan.list.card
    assert (card.title.text(), card.detail.text()) == ("Rosa Jimenez", "Present at 08:38 · card")
    assert [one.words.short for one in page.scan.list.scans] == ["Bilal Musa, 2A", "Present 08:36"]
    assert page.scan.list.earlier.isVisible()


def test_the_same_card_again_says_since_when(open_panel):
    page = open_panel()
    type_scan(page, "S-004188")
    page.here.clock.advance(120)
    type_scan(page, "S-004188")
    assert page.scan.list.card.detail.text() == "Already marked present at 08:36"
    assert len(page.here.store.children("observation", SESSION)) == 1


def test_each_result_sounds_and_is_read_aloud(open_panel, qtbot):
    page = open_panel()
    type_scan(page, "S-004188")
    assert page.scan.sounds.played == [READ]
    qtbot.waitUntil(lambda: page.scan.sounds.played == [READ, ACCEPTED])
    assert page.said[-1] == "Rosa Jimenez. Present at 08:36 · card"
    type_scan(page, "S-009000")
    qtbot.waitUntil(lambda: page.scan.sounds.played[-1] == REFUSED)
    assert page.said[-1] == "! Card not in this class. Bilal Musa, 2A"


def test_a_scan_is_undone_like_any_other_mark(open_panel):
    page = open_panel()
    type_scan(page, "S-004188")
    page.undo()
    assert marks(page) == {}


def test_tiles_of_scanned_students_carry_the_sign(open_panel):
    page = open_panel()
    type_scan(page, "S-004188")
    row = next(row for row in page.model.rows if row.member.given == "Rosa")
    assert row.mark.observation["method"] == "card"
    page.grab()


def test_a_hand_made_mark_stands(open_panel):
    page = open_panel(rows=[*school(), observation("Rosa Jimenez", "absent")])
    type_scan(page, "S-004188")
    assert marks(page) == {"Rosa": ("absent", None)}
    assert page.scan.list.card.detail.text() == "Marked absent by Lucia Ortiz. The scan is kept beside it."


def test_a_camera_reads_cards_while_it_shows_them(open_panel, qapp):
    page = open_panel(CAMERA)
    assert page.scan.view.isVisible()
    page.here.clock.advance(1)
    page.scan.camera._source.frame.emit(picture(qr(qr_text(ORGANISATION, "S-004188")), angle=12))
    wait_for_background()
    qapp.processEvents()
    assert marks(page) == {"Rosa": ("present", None)}
    assert page.here.store.children("observation", SESSION)[0]["method"] == "camera"
    page.grab()


def test_a_camera_that_vanishes_is_told_where_it_matters_and_the_reader_goes_on(open_panel):
    page = open_panel(CAMERA)
    source = page.scan.camera._source
    source.lost.emit("The camera stopped. Plug it in again.")
    assert page.scan.view.trouble == "The camera stopped. Plug it in again."
    assert page.scan.on_badge.text == "No camera"
    assert page.said[-1] == "! The camera stopped. Plug it in again."
    page.grab()
    type_scan(page, "S-004188")
    assert marks(page) == {"Rosa": ("present", None)}
    source.frame.emit(picture(qr("x")))
    assert (page.scan.view.trouble, page.scan.on_badge.text) == ("", "On")


def test_the_camera_is_let_go_with_the_reader_chosen_and_with_the_page(open_panel):
    page = open_panel(CAMERA)
    source = page.scan.camera._source
    page.scan.ways.choose(READER)
    assert not source.on
    assert page.scan.hint.isVisible()
    page.scan.ways.choose(CAMERA)
    assert source.on
    page.hide()
    assert not source.on
    assert not page.scan.reader.is_on
    page.show()
    assert source.on


def test_it_says_from_when_a_scan_is_late(open_panel):
    page = open_panel()
    assert page.scan.late.words.text() == "A scan after 08:40 is marked late. The class started at 08:30."


@pytest.mark.parametrize("size", [(1232, 844), (1158, 712), (1124, 664)])
def test_the_page_never_asks_for_more_than_the_window_has(open_panel, size):
    page = open_panel(CAMERA, size=size)
    for number in range(4171, 4181):
        type_scan(page, f"S-{number:06d}")
    QApplication.processEvents()
    assert (page.width(), page.height()) == size


def test_the_panel_takes_the_place_of_the_history(open_panel):
    page = open_panel()
    page.toggle_history()
    assert page.history.isVisible()
    assert not page.scan.is_on
    page.scan.turn_on()
    assert not page.history.isVisible()


def test_the_office_opens_a_register_with_one_panel(open_register, qtbot, monkeypatch):
    monkeypatch.setattr("desktop.attendance.scan_panel.CameraSource", FedSource)
    page = open_register(REGISTRAR)
    assert page.history.isVisible()
    page.scan.turn_on()
    again = RegisterPage(page.here.desk, SESSION, {})
    qtbot.addWidget(again)
    assert again.scan.is_on
    assert again.history.isHidden()


def test_the_menu_and_the_keys_offer_it(open_panel):
    page = open_panel()
    words = [action.text() for action in page.menu().actions()]
    assert "Stop scanning\tF9" in words
    assert {"Show the class code", "Open kiosk on this computer"} <= set(words)
    assert ("F9", "Scanning on or off") in page.page_keys()


def test_the_buttons_lead_to_the_code_and_the_kiosk(open_panel, monkeypatch):
    opened = []
    monkeypatch.setattr("desktop.attendance.register_page.open_kiosk", lambda *what: opened.append(what[2]))
    page = open_panel()
    page.scan.code.click()
    assert page.here.opened.pages == [("attendance.class_code", SESSION, {})]
    page.scan.kiosk.click()
    assert opened == [SESSION]


def test_three_hundred_scans_in_a_minute_lose_none(open_panel):
    page = open_panel(rows=school(NAMES, history=0))
    answered = []
    page.scan.took.connect(lambda: answered.append(page.scan.list.card.shown))
    for place in range(300):
        card = f"S-{place % 40 + 4171:06d}"
        type_scan(page, card, gap=0.003)
        page.here.clock.advance(60 / 300 - 0.003 * (len(card) + 1))
    assert len(answered) == 300
    assert len(page.here.store.children("observation", SESSION)) == 40
    assert page.here.store.pending().waiting == 40
    assert page.roll_call.roll.counts[AttendanceState.PRESENT] == 40


def test_a_scan_is_on_disk_and_on_screen_at_once(open_panel):
    page = open_panel()
    took = []
    for place in range(30):
        card = f"S-{place + 4171:06d}"
        for letter in card:
            page.here.clock.advance(0.004)
            QTest.keyClick(page.window().windowHandle(), letter)
        page.here.clock.advance(0.004)
        began = time.thread_time()
        QTest.keyClick(page.window().windowHandle(), Qt.Key.Key_Return)
        page.repaint()
        took.append(time.thread_time() - began)
    assert page.here.store.pending().waiting == 30
    assert page.roll_call.roll.counts[AttendanceState.PRESENT] == 30
    # The figure of 50 ms at p95 is the benchmark's; here only a slip of an order of magnitude fails,
    # and what else the machine does isn't counted.
    assert statistics.median(took) < 0.25
