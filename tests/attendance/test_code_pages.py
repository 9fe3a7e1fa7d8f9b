"""Class codes on screens without a network: the projector's page, and a student's at a lab machine."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from desktop.attendance.capture_area import class_now, navigation, palette
from desktop.attendance.check_in_page import CheckInPage
from desktop.attendance.code_page import CodePage
from desktop.core import meta
from desktop.widgets.decoding import decode
from desktop.widgets.theme import Scheme, theme
from shared.attendance.class_code import MOST_WRONG, grouped, read_scanned, scanned_text
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.attendance.classes import (
    INSTRUCTOR,
    NAMES,
    NOW,
    OTHER_COHORT,
    REGISTRAR,
    SESSION,
    START,
    STRANGER,
    enrolment,
    enrolment_id,
    observation,
    person_id,
    school,
    session,
)
from tests.attendance.code_rows import code_on_show, code_rows
from tests.attendance.fed_camera import FedSource
from tests.attendance.small_class import office_says
from tests.desks import make_actor

SMALL = NAMES[:3]
AMINA = SMALL[0]
STUDENT = make_actor(person_id(AMINA), AMINA, Role.STUDENT)
TODAY = session()[1]
YESTERDAY = session(derived_id("session", "1"), START - timedelta(days=1))[1]


# ------------------------------------------------------------------------------------------------------ the projector


@pytest.fixture
def open_code(qtbot, desks, plain_look):
    def show(actor=INSTRUCTOR, rows=None, session_id=SESSION):
        here = desks(actor, rows=school(SMALL, history=1) + (code_rows(SESSION) if rows is None else rows))
        page = CodePage(here.desk, session_id)
        qtbot.addWidget(page)
        page.resize(1158, 712)
        page.show()
        page.here = here
        return page

    return show


def test_the_code_on_show_changes_every_thirty_seconds(open_code):
    page = open_code()
    first = page.view.code
    assert first == code_on_show(TODAY, NOW)
    assert page.view.seconds_left == 30
    page.here.clock.advance(29)
    page.tick()
    assert (page.view.code, round(page.view.seconds_left)) == (first, 1)
    page.here.clock.advance(1)
    page.tick()
    assert page.view.code == code_on_show(TODAY, NOW + timedelta(seconds=30)) != first


def test_a_clock_known_to_be_wrong_shows_the_code_of_the_right_time(open_code):
    page = open_code()
    page.here.store.remember(meta.OFFSET, -600_000)
    page.here.clock.advance(600)
    page.tick()
    assert page.view.code == code_on_show(TODAY, NOW)


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_its_qr_is_read_from_the_picture_in_either_theme(open_code, scheme):
    theme().apply(scheme)
    page = open_code()
    image = page.view.grab().toImage()
    found = decode(image)
    assert read_scanned(found.text) == (SESSION, page.view.code)
    assert image.pixelColor(2, 2) == QColor("#FFFFFF"), "black on white, whatever the theme"


def test_a_screen_reader_spells_the_code_with_the_class(open_code):
    page = open_code()
    spelled = " ".join(page.view.code)
    assert page.view.accessibleName() == f"Diploma in Accounting 1B. Class code {spelled}"


def test_it_fills_the_screen_and_leaves_it(open_code, monkeypatch):
    page = open_code()
    page.fill_screen()
    screen = page.screen_window
    assert screen.isVisible()
    assert screen.view.code == page.view.code
    page.here.clock.advance(30)
    page.tick()
    assert screen.view.code == page.view.code
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert not screen.isVisible()
    page.fill.click()
    assert screen.isVisible()
    page.hide()
    assert not screen.isVisible()


CASES = [
    ("no code here yet", {"rows": []}, "isn't on this computer yet"),
    ("no such class", {"session_id": "none"}, "This class isn't on this computer."),
    ("cancelled", {"rows": [*code_rows(SESSION), session(state="cancelled")]}, "cancelled"),
    ("over", {"rows": [*code_rows(SESSION), session(start=START - timedelta(hours=5))]}, "ended at 05:00"),
    ("too early", {"rows": [*code_rows(SESSION), session(start=START + timedelta(hours=5))]}, "begins at"),
    ("another's class", {"actor": STRANGER}, "Only those who take this register"),
    ("a student", {"actor": STUDENT}, "Only those who take this register"),
]


@pytest.mark.parametrize(("more", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_where_there_is_no_code_it_says_why(open_code, more, words):
    page = open_code(**more)
    assert page.view.code == ""
    assert words in page.view.problem
    page.view.grab()


def test_it_leads_back_to_the_register(open_code):
    page = open_code()
    page.back.click()
    assert page.here.opened.pages == [("attendance.register", SESSION, {})]
    assert page.page_keys()[0][0] == "F11"
    assert page.first_focus() is page.fill


# --------------------------------------------------------------------------------------------------------- the student


@pytest.fixture
def open_check_in(qtbot, desks, plain_look, monkeypatch):
    monkeypatch.setattr("desktop.attendance.check_in_page.CameraSource", FedSource)
    said = []
    monkeypatch.setattr(
        "desktop.attendance.check_in_page.announce", lambda _widget, words, urgent=False: said.append(words)
    )

    def show(*more, codes=(SESSION,)):
        rows = [*school(SMALL, history=1), *more]
        for one in codes:
            rows += code_rows(one)[:1]  # a student has anchors alone
        here = desks(STUDENT, rows=rows)
        page = CheckInPage(here.desk)
        qtbot.addWidget(page)
        page.show()
        page.here, page.said = here, said
        return page

    return show


def try_code(page, typed):
    page.code.setText(typed)
    page.check_in()
    return page.field.error


def own(page, session_id=SESSION):
    return page.here.store.children("observation", session_id)


def test_the_code_on_the_screen_marks_the_student(open_check_in):
    page = open_check_in()
    assert try_code(page, grouped(code_on_show(TODAY, NOW)).lower()) == ""
    [made] = own(page)
    assert (made["state"], made["method"], made["enrolment_id"]) == ("present", "code", enrolment_id(AMINA))
    assert (made["author_id"], made["author_name"]) == (STUDENT.person_id, AMINA)
    assert page.result.title.text() == "Welcome, Amina"
    assert page.result.detail.text() == "You are marked present at 08:36"
    assert page.said == ["Welcome, Amina. You are marked present at 08:36"]
    assert page.code.text() == ""
    [command] = page.here.store.next_request().commands
    assert (command.type, command.payload["code"]) == ("CheckInByCode", code_on_show(TODAY, NOW))


def test_twelve_minutes_after_the_start_it_is_late(open_check_in):
    page = open_check_in()
    page.here.clock.advance(6 * 60)
    try_code(page, code_on_show(TODAY, NOW + timedelta(minutes=6)))
    assert [(one["state"], one["minutes"]) for one in own(page)] == [("late", 12)]


@pytest.mark.parametrize("minutes", [-3, 3])
def test_a_clock_that_differs_by_three_minutes_is_let_pass(open_check_in, minutes):
    page = open_check_in()
    page.here.clock.advance(minutes * 60)
    assert try_code(page, code_on_show(TODAY, NOW)) == ""
    assert len(own(page)) == 1


def test_a_second_time_makes_no_second_entry(open_check_in):
    page = open_check_in()
    try_code(page, code_on_show(TODAY, NOW))
    page.here.clock.advance(60)
    assert try_code(page, code_on_show(TODAY, NOW)) == ""
    assert page.result.detail.text() == "You are already marked present at 08:36"
    assert len(own(page)) == 1


def test_a_mark_made_by_hand_stands(open_check_in):
    page = open_check_in(observation(AMINA, "absent"))
    assert try_code(page, code_on_show(TODAY, NOW)) == ""
    assert "marked you absent" in page.result.detail.text()
    assert [one["method"] for one in own(page)] == ["hand", "code"]


def test_an_excuse_stands(open_check_in):
    page = open_check_in(office_says(AMINA, "excused", method="excuse"))
    try_code(page, code_on_show(TODAY, NOW))
    assert "excused" in page.result.detail.text()


OTHER = session(derived_id("session", "other room"), cohort_id=OTHER_COHORT)[1]
BAD = [
    ("", "Type the code that the screen in your room shows."),
    ("K7Q", "A class code has 8 letters and digits"),
    (code_on_show(TODAY, NOW - timedelta(minutes=5)), "was shown 5 minutes ago"),
    (code_on_show(TODAY, NOW + timedelta(minutes=9)), "is for 08:45"),
    (code_on_show(YESTERDAY, START - timedelta(days=1)), "This is a code of Thu 19 Nov"),
    (code_on_show(OTHER, NOW), "This isn't a code of your class"),
    (scanned_text(OTHER["id"], code_on_show(OTHER, NOW)), "a class that isn't yours"),
]


@pytest.mark.parametrize(("typed", "words"), BAD)
def test_what_doesnt_fit_is_refused_with_a_sentence_and_marks_nobody(open_check_in, typed, words):
    page = open_check_in(codes=(SESSION, YESTERDAY["id"]))
    assert words in try_code(page, typed)
    assert own(page) == []
    assert page.code.text() == typed, "and stays to be mended"
    assert not page.result.isVisible()


def test_after_twenty_wrong_codes_the_instructor_is_asked_until_the_next_day(open_check_in):
    page = open_check_in(session(derived_id("session", "tomorrow"), START + timedelta(days=1)))
    for place in range(MOST_WRONG - 1):
        assert "isn't a code" in try_code(page, f"0000{place:04d}")
    assert try_code(page, "00009999") == "20 codes didn't fit. Ask your instructor to mark you."
    assert try_code(page, code_on_show(TODAY, NOW)) == "20 codes didn't fit. Ask your instructor to mark you."
    assert own(page) == []
    again = CheckInPage(page.here.desk)
    assert "20 codes" in try_code(again, code_on_show(TODAY, NOW)), "starting again gives no new tries"
    again.deleteLater()
    page.here.clock.advance(86_400)
    assert "20 codes" not in try_code(page, "00000000")


def test_a_code_with_a_slip_of_the_finger_isnt_counted(open_check_in):
    page = open_check_in()
    for _ in range(MOST_WRONG + 1):
        try_code(page, "K7Q")
    assert try_code(page, code_on_show(TODAY, NOW)) == ""


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ([enrolment(AMINA, state="suspended")], "suspended"),
        ([session(state="cancelled")], "cancelled"),
    ],
)
def test_suspended_students_and_cancelled_classes_say_so(open_check_in, more, words):
    page = open_check_in(*more)
    assert words in try_code(page, code_on_show(TODAY, NOW))
    assert own(page) == []


def test_before_any_anchor_is_here_it_says_whom_to_ask(open_check_in):
    page = open_check_in(codes=())
    assert "Ask your instructor" in try_code(page, code_on_show(TODAY, NOW))


def test_it_lists_todays_classes_with_ones_own_marks(open_check_in, qtbot):
    page = open_check_in(
        observation(AMINA, "late", minutes=4), session(derived_id("s", "noon"), START + timedelta(hours=4))
    )
    names = [page._rows.itemAt(place).widget().accessibleName() for place in range(page._rows.count())]
    assert [name for name in names if name] == [
        "08:30–10:00 Diploma in Accounting 1B, Late · 4 min",
        "12:30–14:00 Diploma in Accounting 1B, Not marked",
    ]


def test_a_day_without_classes_says_so(open_check_in):
    page = open_check_in(enrolment(AMINA, state="withdrawn"))
    assert page._rows.itemAt(0).widget().text() == "You have no class today."


def test_news_from_the_server_shows_at_once(open_check_in, qtbot):
    page = open_check_in()
    page.here.feed.bring([observation(AMINA, "present")])
    qtbot.waitUntil(lambda: "Present" in (page._rows.itemAt(0).widget().accessibleName() or ""))


def test_the_camera_reads_the_code_from_the_screen(open_check_in, open_code, qtbot, qapp):
    picture = open_code().view.grab().toImage()
    page = open_check_in()
    page.look.click()
    assert page.camera.is_on
    page.here.clock.advance(1)
    page.camera._source.frame.emit(picture)
    qtbot.waitUntil(lambda: len(own(page)) == 1)
    page.look.click()
    assert not page.camera.is_on
    page.look.click()
    page.hide()
    assert not page.camera._source.on


# ---------------------------------------------------------------------------------------------------- where they are


def test_the_command_palette_leads_to_the_class_that_is_on(desks):
    here = desks(rows=[*school(SMALL, history=1), session(derived_id("s", "later"), START + timedelta(minutes=100))])
    assert class_now(here.desk) == SESSION
    for command in palette():
        command.run(here.desk)
    assert here.opened.pages == [
        ("attendance.register", SESSION, {"scan": True}),
        ("attendance.class_code", SESSION, {}),
        ("attendance.sheet", SESSION, {}),
    ]


def test_without_a_class_now_it_leads_to_the_list(desks):
    here = desks(rows=school(SMALL, history=1))
    here.clock.advance(12 * 3600)
    assert class_now(here.desk) is None
    for command in palette():
        command.run(here.desk)
    assert here.opened.pages == [("attendance.registers", None, {})] * 2 + [("attendance.sheet", SESSION, {})]


def test_students_find_it_in_the_rail_and_staff_the_commands(desks):
    [entry] = navigation()
    assert [entry.may(one) for one in (STUDENT, INSTRUCTOR, REGISTRAR)] == [True, False, False]
    assert [palette()[0].may(one) for one in (STUDENT, INSTRUCTOR, REGISTRAR)] == [False, True, True]


def test_a_check_in_is_told_on_the_sync_page(open_check_in):
    page = open_check_in()
    try_code(page, code_on_show(TODAY, NOW))
    [line] = page.here.store.receipt(0, 10)
    assert line.title.startswith("Checked in to Diploma in Accounting 1B")
