"""What is around judging: sentences, notes, history, corrections, two markers, and news while someone types."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.core.settings import Settings
from desktop.grading.marking_history import HistoryDialog
from desktop.grading.marking_line import Standing
from desktop.shell.conflict_views import view_of
from desktop.widgets.list_row import ListRow
from shared.core.conflict import KIND as CONFLICT
from shared.core.ids import derived_id
from shared.grading.ids import mark_id
from tests.attendance.classes import COHORT, REGISTRAR, STRANGER
from tests.grading.book_rows import mark, scheme
from tests.grading.marking_rows import (
    CRITERIA,
    INSTRUCTOR,
    STUDENTS,
    TITLE,
    WORK,
    given,
    handed_in,
    submission,
)
from tests.grading.marking_screen import AMINA, DALIA, GRACE, kept_mark, press, shown_words, waiting_commands


def test_kept_sentences_are_filled_in(bench):
    page = bench()
    press(page, Qt.Key.Key_3)
    page.panel.feedback.field.setPlainText("{name}: {points} for {assignment}. {other}")
    page.extras._keep()
    page.panel.feedback.field.clear()
    page.panel.feedback.menu().actions()[0].trigger()
    assert page.panel.feedback.field.toPlainText() == f"Dalia: 30.6 for {TITLE}. {{other}}"
    drop = page.panel.feedback.menu().actions()[-1].menu()
    drop.actions()[0].trigger()
    assert len(page.panel.feedback.menu().actions()) == 1


def test_private_notes_are_kept_apart(bench):
    page = bench()
    page.panel.notes.begin()
    QTest.keyClicks(page.panel.notes.field, "Talked about February")
    QTest.keyClick(page.panel.notes.field, Qt.Key.Key_Return)
    assert "Talked about February" in shown_words(page)
    assert INSTRUCTOR.name in shown_words(page)
    ((kind, payload),) = waiting_commands(page)
    assert kind == "AddMarkNote"
    assert payload["text"] == "Talked about February"
    page.step(1)
    assert "Talked about February" not in shown_words(page)


def test_history_tells_who_gave_what(bench):
    key = mark_id(WORK, AMINA)
    entry = {
        "id": derived_id("entry", "1"),
        "mark_id": key,
        "cohort_id": COHORT,
        "ordinal": 1,
        "kind": "corrected",
        "status": "marked",
        "score": "84",
        "levels": [],
        "feedback": "",
        "finished": True,
        "reason": "A page was overlooked",
        "by": INSTRUCTOR.person_id,
        "by_name": "Lucia Ortiz",
        "device_name": "Laptop",
        "at": "2026-11-19T09:00:00.000Z",
    }
    page = bench(rows=[*handed_in(), ("mark_entry", entry)], enrolment=AMINA)
    page.extras.show_history()
    dialog = page.window().findChild(HistoryDialog)

    (row,) = dialog.findChildren(ListRow)
    assert row.content.title == "Corrected: 84 points"
    assert "Lucia Ortiz" in row.content.detail
    assert "A page was overlooked" in row.content.detail
    dialog.reject()


def test_a_published_mark_is_corrected_with_a_reason_by_those_who_may(bench):
    whole = [given(0, 2, "34"), given(1, 2, "25"), given(2, 1, "14"), given(3, 1, "11")]
    rows = [*handed_in(), mark(TITLE, "Amina Yusuf", "84", levels=whole)]
    page = bench(REGISTRAR, rows, AMINA)
    assert "Published" in shown_words(page)
    press(page, Qt.Key.Key_4)
    assert page.here.store.pending().waiting == 0
    page.finish()
    assert "why this mark changes" in page.panel.saved.words.text()
    assert page.panel.reason.hasFocus()
    QTest.keyClicks(page.panel.reason, "Page 2 was overlooked")
    page.finish()
    ((kind, payload),) = waiting_commands(page)
    assert kind == "CorrectMark"
    assert payload["reason"] == "Page 2 was overlooked"
    assert payload["score"] == "90"


def test_others_corrections_go_to_the_office(bench):
    rows = [*handed_in(), mark(TITLE, "Amina Yusuf", None, "missing")]
    page = bench(INSTRUCTOR, rows, AMINA)
    assert "It goes to the office" in shown_words(page)
    for key in (Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_1):
        press(page, key)
    page.finish()
    ((kind, payload),) = waiting_commands(page)
    assert kind == "RecordMark"
    assert payload["score"] == "24"


def test_a_locked_class_asks_for_a_reason(bench):
    page = bench(REGISTRAR, [*handed_in(), scheme(state="locked")], AMINA)
    assert page.bench.locked
    assert page.panel.reason is not None


def test_those_who_dont_mark_here_only_look(bench):
    page = bench(STRANGER)
    assert not page.panel.editable
    press(page, Qt.Key.Key_3)
    page.finish()
    assert page.here.store.pending().waiting == 0
    assert not page.panel.finish.isEnabled()
    assert not page.panel.more.isVisible()
    assert "don't mark it" in shown_words(page)
    press(page, Qt.Key.Key_F2)
    assert not page.panel.rubric.boxes[0].points.typing


def test_two_markers_are_both_shown_and_one_decides(bench):
    sides = [
        {
            "command_id": derived_id("command", name),
            "author_id": derived_id("person", name),
            "author_name": name,
            "observed_at": "2026-11-19T09:00:00.000Z",
            "values": {
                "judgement": score,
                "status": "marked",
                "score": score,
                "levels": [],
                "feedback": "",
                "finished": True,
            },
        }
        for name, score in (("Lucia Ortiz", "72"), ("Efua Sarpong", "75"))
    ]
    conflict = {
        "id": derived_id("conflict", "1"),
        "kind": "mark",
        "entity_id": mark_id(WORK, AMINA),
        "group": "judgement",
        "title": "Mark",
        "state": "open",
        "sides": sides,
        "fields": ["judgement"],
        "effective": sides[0]["command_id"],
    }
    page = bench(rows=[*handed_in(), (CONFLICT, conflict)], enrolment=AMINA)
    assert "Lucia Ortiz: 72 points; Efua Sarpong: 75 points" in shown_words(page)
    view = view_of(page.here.desk, page.here.store.conflicts()[0])
    (line,) = view.lines
    assert line.label == "Mark"
    assert sorted(line.values.values()) == ["72", "75"]
    assert view.summary.startswith("Mark")


def test_anonymous_work_hides_who_it_is(bench):
    page = bench(rows=handed_in(anonymous=True))
    names = [one.name for one in page.bench.lines]
    assert names[:3] == ["Student 1", "Student 2", "Student 3"]
    assert not any(name in shown_words(page) for name in STUDENTS)
    assert "S-0041" not in shown_words(page)


def test_a_mark_by_an_earlier_rubric_says_so(bench):
    old = {"criterion_id": derived_id("criterion", "old"), "level_id": "x", "points": "50", "note": ""}
    rows = [*handed_in(), mark(TITLE, "Amina Yusuf", "50", levels=[old], released_at=None)]
    page = bench(rows=rows, enrolment=AMINA)
    assert "another version of the rubric, with 50 points" in shown_words(page)
    assert page.panel.total.points_value.text() == "50 of 100"
    press(page, Qt.Key.Key_1)
    assert [one["criterion_id"] for one in kept_mark(page, AMINA)["levels"]] == [CRITERIA[0]["id"]]


def test_a_mark_on_an_attempt_that_was_replaced_says_so(bench):
    first = submission("Amina Yusuf", "2026-11-10T09:00:00.000Z")[1]
    rows = [
        *handed_in(),
        submission(
            "Amina Yusuf", "2026-11-12T09:00:00.000Z", "shop.png", attempt=2, clock_suspect=True, message="Look"
        ),
        mark(TITLE, "Amina Yusuf", "84", submission_id=first["id"], released_at=None),
    ]
    page = bench(rows=rows, enrolment=AMINA)
    words = shown_words(page)
    assert "A newer attempt" in words
    assert "clock" in words
    assert "The student writes: Look" in words


def test_news_from_the_server_is_shown_where_nobody_types(bench, qtbot):
    page = bench()
    page.here.feed.bring(
        [mark(TITLE, "Dalia Haddad", "84", levels=[given(0, 0, "9")], finished=False, released_at=None)]
    )
    qtbot.waitUntil(lambda: page.panel.rubric.boxes[0].points.button.text() == "9 / 40")
    page.here.feed.bring([submission("Grace Wanjiru", "2026-11-19T09:00:00.000Z", "shop.png")])
    qtbot.waitUntil(lambda: page.bench.line(GRACE).standing is Standing.NEW)


def test_news_doesnt_take_away_what_is_being_typed(bench, qtbot):
    page = bench()
    press(page, Qt.Key.Key_F)
    QTest.keyClicks(page.panel.feedback.field, "still wri")
    page.here.feed.bring([mark(TITLE, "Dalia Haddad", None, feedback="theirs", finished=False, released_at=None)])
    qtbot.waitUntil(
        lambda: page.bench.line(DALIA).mark is not None and page.bench.line(DALIA).mark["feedback"] == "theirs"
    )
    assert page.panel.feedback.field.toPlainText() == "still wri"


def test_unknown_work_says_so(bench, qtbot):
    page = bench(rows=[])
    assert page.missing.isVisible()
    page.finish()
    page.undo()
    page.step(1)
    page.extras.show_history()
    assert page.page_keys()
    assert page.panes()


def test_a_class_without_students_says_so(bench):
    rows = [row for row in handed_in() if row[0] not in {"enrolment", "mark", "submission", "extension"}]
    page = bench(rows=rows)
    assert page.list.empty.title.text() == "No students yet"
    assert page.preview.nothing.title.text() == "Nobody to mark yet"
    assert not page.panel.finish.isEnabled()


def test_a_mark_that_is_never_held_changes_without_a_reason(bench):
    rows = [*handed_in(hold_marks=False), mark(TITLE, "Amina Yusuf", "84")]
    page = bench(rows=rows, enrolment=AMINA)
    assert page.panel.reason is None
    assert "sees this mark, and every change" in shown_words(page)


def test_single_letters_can_be_off(bench):
    page = bench(settings=Settings(letter_keys=False))
    press(page, Qt.Key.Key_C)
    press(page, Qt.Key.Key_F)
    assert not page.preview.pages.placing
    assert not page.panel.feedback.field.hasFocus()
    assert not page.preview.comments.hint.isVisible()
    assert ("C, F", "Comment on the page, feedback") not in page.page_keys()
    page.list.view.setFocus()
    QTest.keyClick(page.list.view, Qt.Key.Key_P)
    assert page.judging.line.name == "Priya Nair"
    press(page, Qt.Key.Key_1)
    assert kept_mark(page, page.judging.line.id)["score"] == "14"
