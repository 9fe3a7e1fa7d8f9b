"""Today: what it reads for the office and for a teacher, and what a press opens."""

from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt

from desktop.core.area import DesktopArea
from desktop.core.outbox import Ask
from desktop.shell import page_book
from desktop.shell.page_book import make_book
from desktop.shell.today_page import TodayPage, greeting
from desktop.shell.today_store import read_today, term_words
from shared.core.clock import instant_text
from shared.core.ids import derived_id
from tests.shell.conftest import conflict_row, enrolment_id, session_id, student_id


def by_id(lines):
    return {line.id: line for line in lines}


def test_the_office_sees_every_class_of_the_day_with_its_register(office):
    today = read_today(office.desk)
    lines = by_id(today.classes)
    assert [line.id for line in today.classes] == [session_id(at) for at in (0, 1, 2, 3)]
    assert lines[session_id(0)].badge == ("Not taken", "bad", "circle-alert")
    assert lines[session_id(1)].badge == ("Taken 08:41", "ok", "check")
    assert lines[session_id(3)].badge == ("Starts 14:00", "neu", "clock")
    assert (lines[session_id(1)].present, lines[session_id(0)].present) == ("3 of 4", "–")
    assert lines[session_id(1)].instructor == "Kofi Boateng"
    assert today.term == "Term 3, week 11"


def test_a_register_of_yesterday_that_is_missing_comes_first(office):
    today = read_today(office.desk)
    assert [line.id for line in today.missing] == [session_id(4), session_id(0), session_id(2)]
    assert not today.missing[0].today


def test_a_class_longer_ago_than_a_week_is_left_alone(office, clock):
    clock.advance(8 * 86_400)
    assert read_today(office.desk).missing == ()


def test_a_cancelled_class_is_no_missing_register(office):
    body = {**office.store.get("class_session", session_id(0)), "state": "cancelled", "revision": derived_id("later")}
    office.feed.bring([("class_session", body)])
    today = read_today(office.desk)
    assert by_id(today.classes)[session_id(0)].badge[0] == "Cancelled"
    assert session_id(0) not in by_id(today.missing)


def test_marks_without_a_finish_show_an_open_register(office):
    office.desk.commit(
        [
            Ask(
                "RecordObservation",
                derived_id("m"),
                {"session_id": session_id(0), "state": "present", "enrolment_id": enrolment_id(0, 0)},
            )
        ]
    )
    line = by_id(read_today(office.desk).classes)[session_id(0)]
    assert (line.badge[0], line.present, line.missing) == ("Open", "1 of 4", True)


def test_a_teacher_sees_own_classes_only(teacher):
    today = read_today(teacher.desk)
    assert [line.id for line in today.classes] == [session_id(1)]
    assert [line.id for line in today.missing] == [session_id(4)]
    assert not today.sees_all


def test_walk_ins_are_counted_and_named(office):
    row = {**office.store.get("enrolment", enrolment_id(0, 2)), "state": "pending"}
    office.feed.bring([("enrolment", row)])
    today = read_today(office.desk)
    assert (today.walk_ins, today.walk_in_names) == (1, "Akosua Mensah2")


def test_activity_is_newest_first_and_knows_registers_conflicts_and_own_work(office, clock):
    office.feed.bring([conflict_row()])
    clock.advance(60)
    office.desk.commit(
        [
            Ask(
                "EditPerson",
                student_id(0, at),
                {"changes": {"phone": {"old": None, "new": "024"}}},
                base=student_id(0, at),
            )
            for at in range(3)
        ]
    )
    found = read_today(office.desk).activity
    assert [one.id.partition(":")[0] for one in found] == ["saved", "conflict", "register"]
    assert found[0].detail == "and 2 more like it"
    assert found[2].title == "Register taken: Film and Television Production 2B"


def test_outside_every_term_there_is_no_week(office):
    assert term_words(office.desk, date(2027, 1, 10)) == ""
    assert term_words(office.desk, date(2026, 9, 7)) == "Term 3, week 1"


@pytest.mark.parametrize(
    ("hour", "words"),
    [(6, "Good morning, Ama"), (12, "Good afternoon, Ama"), (17, "Good evening, Ama"), (23, "Good evening, Ama")],
)
def test_the_greeting_knows_the_time_of_day(hour, words):
    assert greeting(datetime(2026, 11, 20, hour, tzinfo=UTC), "Ama", str) == words


def make_page(qtbot, desk, quick=()):
    pages = {"attendance.register": None, "attendance.registers": None}
    book = make_book([DesktopArea("attendance", pages=pages)], {}, quick=quick)
    page = TodayPage(desk, book)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.loaded):
        page.resize(1200, 800)
        page.show()
    return page


def test_the_page_greets_and_counts(qtbot, office):
    page = make_page(qtbot, office.desk)
    assert page.head.title.text() == "Good afternoon, Grace"
    assert page.head.subtitle.text() == "Friday 20 November 2026 · Term 3, week 11"
    assert [tile.number for tile in page.counters] == [3, 0, 0, 0]
    assert page.not_taken.foot == "Film and Television Production 2B · Photography 1 · Radio A"


def test_a_teachers_counters_name_the_classes_of_the_day(qtbot, teacher):
    page = make_page(qtbot, teacher.desk)
    assert [tile.words for tile in page.counters] == [
        "registers not taken",
        "classes today",
        "need a decision",
        "changes waiting",
    ]


def test_counters_are_links(qtbot, office):
    page = make_page(qtbot, office.desk)
    page.not_taken.click()
    assert page.view.chosen == "missing"
    assert page.table.record_model.rowCount() == 3
    for tile in (page.walk_ins, page.decisions, page.waiting):
        tile.click()
    assert office.opened.pages == [
        ("attendance.registers", None, {"tab": "walk_ins"}),
        (page_book.SYNC, None, {"decide": True}),
        (page_book.SYNC, None, {"only": "waiting"}),
    ]


def test_enter_on_a_class_opens_its_register(qtbot, office):
    page = make_page(qtbot, office.desk)
    page.table.go_to(session_id(2))
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert office.opened.pages[-1] == ("attendance.register", session_id(2), {})


def test_what_is_saved_meanwhile_appears_by_itself(qtbot, office):
    page = make_page(qtbot, office.desk)
    with qtbot.waitSignal(page.loaded):
        office.desk.commit([Ask("EditPerson", student_id(0, 0), {"changes": {}}, base=student_id(0, 0))])
    assert page.waiting.number == 1
    assert page.waiting.foot == "Saved on this computer"


def test_a_day_without_classes_says_so(qtbot, office, clock):
    clock.set(datetime(2026, 12, 1, 9, tzinfo=UTC))
    page = make_page(qtbot, office.desk)
    assert page.empty.isVisibleTo(page)
    assert page.empty.title.text() == "No classes today"


def test_a_register_taken_elsewhere_leaves_the_list(qtbot, office, clock):
    page = make_page(qtbot, office.desk)
    clock.advance(60)
    body = {
        "id": derived_id("register", session_id(0)),
        "session_id": session_id(0),
        "state": "finished",
        "finished_by": derived_id("someone"),
        "finished_by_name": "Ama Owusu",
        "finished_at": instant_text(clock.now() - timedelta(minutes=1)),
    }
    with qtbot.waitSignal(page.loaded):
        office.feed.bring([("register", body)])
    assert page.not_taken.number == 2
