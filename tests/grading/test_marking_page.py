"""The workbench by keyboard and mouse on a real store: judging, saving, finishing, correcting, and looking only."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop.grading.marking_history import HistoryDialog
from desktop.grading.marking_store import Standing
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
    enrolment_id,
    file_ref,
    given,
    handed_in,
    paper,
    submission,
)

DALIA, ELIF, AMINA, GRACE = (
    enrolment_id(name) for name in ("Dalia Haddad", "Elif Demir", "Amina Yusuf", "Grace Wanjiru")
)


def _mark(page, enrolment):
    return page.here.store.get("mark", mark_id(WORK, enrolment))


def _commands(page):
    return [(one.type, one.payload) for one in page.here.store.next_request().commands]


def _key(page, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(page.focusWidget() or page, key, modifier)


def _words(page):
    QApplication.processEvents()
    return " ".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())


def test_it_begins_with_the_first_work_that_waits(bench):
    page = bench()
    assert page.judging.line.name == "Dalia Haddad"
    assert page.list.count.text() == "3 of 18 graded"
    assert [page.list.filter._buttons[one].text() for one in ("open", "all", "late")] == [
        "To grade 13",
        "All 18",
        "Late 1",
    ]
    standings = {one.name: one.standing for one in page.bench.lines}
    assert standings["Grace Wanjiru"] is Standing.MISSING
    assert standings["Kofi Boateng"] is Standing.EXTENDED
    assert page.windowTitle() == TITLE


def test_number_keys_give_levels_and_go_on(bench):
    page = bench()
    for key in (Qt.Key.Key_3, Qt.Key.Key_3, Qt.Key.Key_2):
        _key(page, key)
    assert page.panel.rubric.current == 3
    assert page.panel.total.points_value.text() == "73 of 85 so far"
    assert page.panel.total.late.text() == "Late 2 days, 5% a day"
    assert page.panel.total.late_value.text() == "−7.3"
    assert page.panel.total.result.text() == "Mark if you stop here"
    assert page.panel.total.result_value.text() == "65.7 of 100"
    assert page.panel.saved.words.text() == "Saved here 08:00:00"
    kept = _mark(page, DALIA)
    assert kept["score"] == "73"
    assert kept["finished"] is False
    assert {one["points"] for one in kept["levels"]} == {"34", "25", "14"}
    line = page.bench.line(DALIA)
    assert line.standing is Standing.DRAFT


def test_a_missing_criterion_shows_a_dash_and_not_zero(bench):
    page = bench()
    _key(page, Qt.Key.Key_1)
    shown = [box.points.button.text() for box in page.panel.rubric.boxes]
    assert shown == ["14 / 40", "– / 25", "– / 20", "– / 15"]
    assert page.panel.total.points_value.text() == "14 of 40 so far"


def test_a_number_without_a_level_does_nothing(bench):
    page = bench()
    _key(page, Qt.Key.Key_9)
    assert page.here.store.pending().waiting == 0
    assert page.panel.rubric.current == 0


def test_points_are_typed_within_the_range_of_the_level(bench):
    page = bench()
    _key(page, Qt.Key.Key_3)
    _key(page, Qt.Key.Key_Up)
    _key(page, Qt.Key.Key_F2)
    field = page.panel.rubric.boxes[0].points.field
    assert field.hasFocus()
    QTest.keyClicks(field, "40")
    QTest.keyClick(field, Qt.Key.Key_Return)
    box = page.panel.rubric.boxes[0]
    assert box.points.typing
    assert box.error.text() == "Good gives 25 to 34 points. Choose another level for more or less."
    field.selectAll()
    QTest.keyClicks(field, "32,5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not box.points.typing
    assert not box.error.isVisible()
    assert _mark(page, DALIA)["levels"][0]["points"] == "32.5"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("abc", "isn't a mark"),
        ("-1", "below 0"),
        ("1e9", "isn't a mark"),
        ("12.345", "two decimals"),
        ("41", "No level"),
    ],
)
def test_typed_points_that_cant_be_taken_stay_with_their_reason(bench, typed, why):
    page = bench()
    _key(page, Qt.Key.Key_F2)
    box = page.panel.rubric.boxes[0]
    QTest.keyClicks(box.points.field, typed)
    QTest.keyClick(box.points.field, Qt.Key.Key_Return)
    assert why in box.error.text()
    assert box.points.field.hasFocus()
    QTest.keyClick(box.points.field, Qt.Key.Key_Escape)
    assert not box.points.typing
    assert page.here.store.pending().waiting == 0


def test_typed_points_without_a_level_choose_it(bench):
    page = bench()
    _key(page, Qt.Key.Key_F2)
    box = page.panel.rubric.boxes[0]
    QTest.keyClicks(box.points.field, "20")
    QTest.keyClick(box.points.field, Qt.Key.Key_Return)
    assert [tile.isChecked() for tile in box.tiles] == [False, True, False, False]


def test_finish_and_next_goes_to_the_next_that_waits(bench, qtbot):
    page = bench()
    for key in (Qt.Key.Key_3, Qt.Key.Key_3, Qt.Key.Key_2, Qt.Key.Key_2):
        _key(page, key)
    _key(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    kept = _mark(page, DALIA)
    assert kept["finished"] is True
    assert kept["score"] == "84"
    assert kept["marked_by_name"] == INSTRUCTOR.name
    assert page.judging.line.name == "Elif Demir"
    assert page.panel.rubric.current == 0
    assert not any(tile.isChecked() for box in page.panel.rubric.boxes for tile in box.tiles)
    assert page.panel.feedback.field.toPlainText() == ""
    assert page.list.count.text() == "4 of 18 graded"
    types = [kind for kind, _ in _commands(page)]
    assert set(types) == {"RecordMark"}


def test_finishing_half_a_rubric_says_what_is_missing(bench):
    page = bench()
    _key(page, Qt.Key.Key_3)
    _key(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.judging.line.id == DALIA
    assert "A criterion has no level yet" in page.panel.saved.words.text()
    assert page.panel.rubric.current == 1
    assert _mark(page, DALIA)["finished"] is False


def test_finishing_nothing_says_so(bench):
    page = bench()
    _key(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "no points yet" in page.panel.saved.words.text()
    assert _mark(page, DALIA) is None


def test_feedback_is_saved_soon_after_the_last_key_and_letters_stay_letters(bench, qtbot):
    page = bench()
    _key(page, Qt.Key.Key_F)
    field = page.panel.feedback.field
    assert field.hasFocus()
    QTest.keyClicks(field, "cf 123")
    qtbot.waitUntil(lambda: _mark(page, DALIA) is not None, timeout=500)
    assert _mark(page, DALIA)["feedback"] == "cf 123"
    assert _mark(page, DALIA)["score"] is None
    assert not page.preview.pages.placing


def test_feedback_is_saved_when_going_on_before_that(bench):
    page = bench()
    page.panel.feedback.field.setPlainText("quick")
    _key(page, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert page.judging.line.name == "Elif Demir"
    assert _mark(page, DALIA)["feedback"] == "quick"
    _key(page, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert page.panel.feedback.field.toPlainText() == "quick"


def test_undo_and_redo_take_judgements_back_and_again(bench):
    page = bench()
    _key(page, Qt.Key.Key_3)
    _key(page, Qt.Key.Key_1)
    page.undo()
    assert [one["points"] for one in _mark(page, DALIA)["levels"]] == ["34"]
    page.undo()
    assert _mark(page, DALIA)["status"] == "none"
    assert page.panel.rubric.boxes[0].points.button.text() == "– / 40"
    page.redo()
    assert _mark(page, DALIA)["score"] == "34"
    page.undo()
    page.undo()
    assert _mark(page, DALIA)["status"] == "none"


def test_a_finished_mark_stays_finished_while_it_is_whole(bench):
    page = bench(enrolment=AMINA)
    assert page.panel.total.result_value.text() == "84 of 100"
    _key(page, Qt.Key.Key_4)
    assert _mark(page, AMINA)["finished"] is True
    assert _mark(page, AMINA)["score"] == "90"
    _key(page, Qt.Key.Key_Backspace)
    assert _mark(page, AMINA)["finished"] is False
    assert page.bench.line(AMINA).standing is Standing.DRAFT


def test_save_draft_takes_a_finished_mark_back_to_a_draft(bench):
    page = bench(enrolment=AMINA)
    QTest.mouseClick(page.panel.draft, Qt.MouseButton.LeftButton)
    assert _mark(page, AMINA)["finished"] is False


@pytest.mark.parametrize(
    ("place", "status", "words"), [(0, "missing", "Missing, counts 0"), (1, "excused", "Excused, not counted")]
)
def test_missing_and_excused_are_given_and_taken_back(bench, place, status, words):
    page = bench(enrolment=GRACE)
    assert page.preview.nothing.title.text() == "Nothing handed in yet"
    page.panel.menu().actions()[place].trigger()
    assert _mark(page, GRACE)["status"] == status
    assert _mark(page, GRACE)["finished"] is True
    assert page.panel.total.result_value.text() == words
    page.undo()
    assert _mark(page, GRACE)["status"] == "none"


def test_the_list_finds_filters_and_stays_in_place(bench, qtbot):
    page = bench()
    page.find()
    QTest.keyClicks(page.list.search, "eLiF")
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 1)
    QTest.keyClick(page.list.search, Qt.Key.Key_Return)
    assert page.judging.line.name == "Elif Demir"
    page.list.search.setText("nobody")
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 0)
    assert page.list.empty.isVisible()
    page.list.clear()
    assert page.list.model.rowCount() == len(STUDENTS)
    page.list.filter.choose("late")
    assert [one.name for one in page.list.model.lines] == ["Dalia Haddad"]
    page.list.filter.choose("open")
    page.open_student(DALIA)
    for key in (Qt.Key.Key_3, Qt.Key.Key_3, Qt.Key.Key_2, Qt.Key.Key_2):
        _key(page, key)
    page.finish()
    assert page.judging.line.name == "Elif Demir"
    assert page.list.model.place_of(DALIA) == 0  # it goes with the next change of the filter, not under the hand


def test_arrows_in_the_list_show_the_work_and_leave_the_keyboard_there(bench):
    page = bench()
    page.list.view.setFocus()
    QTest.keyClick(page.list.view, Qt.Key.Key_Down)
    assert page.judging.line.name == "Elif Demir"
    assert page.list.view.hasFocus()
    QTest.keyClick(page.list.view, Qt.Key.Key_1)
    assert _mark(page, ELIF)["score"] == "14"
    QTest.keyClick(page.list.view, Qt.Key.Key_End)
    assert page.judging.line.name == max(STUDENTS)


def test_the_file_is_shown_and_page_keys_scroll_it(bench, qtbot):
    rows = [*handed_in(), submission("Dalia Haddad", "2026-11-18T09:00:00.000Z", "long.pdf", attempt=2)]
    page = bench(rows=rows)
    qtbot.waitUntil(lambda: page.preview.pages.count == 10)
    assert "attempt 2 of 2" in page.panel.detail.text()
    assert page.preview.name.text() == "long.pdf"
    QTest.keyClick(page.panel.rubric.boxes[0].tiles[0], Qt.Key.Key_PageDown)
    assert page.preview.pages.verticalScrollBar().value() > 0


def test_a_file_that_isnt_here_and_a_written_answer(bench, qtbot):
    gone = {**file_ref("shop.png"), "sha256": "a" * 64, "name": "gone.pdf"}
    kind, body = submission("Dalia Haddad", "2026-11-18T09:00:00.000Z", attempt=2, text="My answer is 42.")
    page = bench(rows=[*handed_in(), (kind, {**body, "files": [gone]})])
    qtbot.waitUntil(lambda: "isn't on this computer" in page.preview.nothing.title.text())
    assert page.preview.menu().actions()[1].text() == "Written answer.txt"
    with qtbot.waitSignal(page.preview.shown):
        page.preview.show_file("")
    assert page.preview.pages._pages.words(0) == "My answer is 42."


def test_comments_are_kept_on_the_file_and_undone(bench, qtbot):
    page = bench()
    qtbot.waitUntil(lambda: page.preview.pages.count == 2)
    _key(page, Qt.Key.Key_C)
    assert page.preview.pages.placing
    QTest.keyClick(page.preview.pages, Qt.Key.Key_Return)
    QTest.keyClicks(page.preview.comments.field, "Good source")
    QTest.keyClick(page.preview.comments.field, Qt.Key.Key_Return)
    (row,) = page.preview.comments.rows
    assert row.pin.words == "Good source"
    assert "Dalia sees this after you publish" in row.detail
    (kind, payload) = _commands(page)[0]
    assert kind == "AddWorkComment"
    assert payload["sha256"] == file_ref("cash-flow-plan.pdf")["sha256"]
    assert payload["place"]["page"] == 1
    page.preview.changed.emit(row.pin.id, "Better")
    assert page.preview.comments.rows[0].pin.words == "Better"
    page.preview.show_file(file_ref("cash-flow-plan.docx")["sha256"])
    qtbot.waitUntil(lambda: page.preview.pages.count == 1)
    assert page.preview.comments.rows == []
    page.preview.show_file(payload["sha256"])
    qtbot.waitUntil(lambda: len(page.preview.comments.rows) == 1)
    page.preview.removed.emit(row.pin.id)
    assert page.preview.comments.rows == []
    page.comments._put_back(row.pin.id)
    assert [one.pin.words for one in page.preview.comments.rows] == ["Better"]


def test_kept_sentences_are_filled_in(bench):
    page = bench()
    _key(page, Qt.Key.Key_3)
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
    assert "Talked about February" in _words(page)
    assert INSTRUCTOR.name in _words(page)
    ((kind, payload),) = _commands(page)
    assert kind == "AddMarkNote"
    assert payload["text"] == "Talked about February"
    page.step(1)
    assert "Talked about February" not in _words(page)


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
    assert "Published" in _words(page)
    _key(page, Qt.Key.Key_4)
    assert page.here.store.pending().waiting == 0
    page.finish()
    assert "why this mark changes" in page.panel.saved.words.text()
    assert page.panel.reason.hasFocus()
    QTest.keyClicks(page.panel.reason, "Page 2 was overlooked")
    page.finish()
    ((kind, payload),) = _commands(page)
    assert kind == "CorrectMark"
    assert payload["reason"] == "Page 2 was overlooked"
    assert payload["score"] == "90"


def test_others_corrections_go_to_the_office(bench):
    rows = [*handed_in(), mark(TITLE, "Amina Yusuf", None, "missing")]
    page = bench(INSTRUCTOR, rows, AMINA)
    assert "It goes to the office" in _words(page)
    for key in (Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_1):
        _key(page, key)
    page.finish()
    ((kind, payload),) = _commands(page)
    assert kind == "RecordMark"
    assert payload["score"] == "24"


def test_a_locked_class_asks_for_a_reason(bench):
    page = bench(REGISTRAR, [*handed_in(), scheme(state="locked")], AMINA)
    assert page.bench.locked
    assert page.panel.reason is not None


def test_those_who_dont_mark_here_only_look(bench):
    page = bench(STRANGER)
    assert not page.panel.editable
    _key(page, Qt.Key.Key_3)
    page.finish()
    assert page.here.store.pending().waiting == 0
    assert not page.panel.finish.isEnabled()
    assert not page.panel.more.isVisible()
    assert "don't mark it" in _words(page)
    _key(page, Qt.Key.Key_F2)
    assert not page.panel.rubric.boxes[0].points.typing


def test_two_markers_are_both_shown_and_one_decides(bench):
    sides = [
        {
            "command_id": derived_id("command", name),
            "author_id": derived_id("person", name),
            "author_name": name,
            "observed_at": "2026-11-19T09:00:00.000Z",
            "values": {"status": "marked", "score": score, "levels": [], "feedback": "", "finished": True},
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
    assert "Lucia Ortiz: 72 points; Efua Sarpong: 75 points" in _words(page)


def test_paper_is_marked_by_typing(bench):
    page = bench(rows=paper())
    assert page.judging.line.name == "Amina Yusuf"
    assert "isn't handed in here" in page.preview.nothing.title.text()
    _key(page, Qt.Key.Key_4)
    field = page.panel.score.field
    QTest.keyClicks(field, "2,5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert _mark(page, AMINA)["score"] == "42.5"
    assert _mark(page, AMINA)["finished"] is False
    _key(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert _mark(page, AMINA)["finished"] is True
    assert page.judging.line.name == "Baraka Otieno"
    _key(page, Qt.Key.Key_F2)
    QTest.keyClicks(page.panel.score.field, "51")
    QTest.keyClick(page.panel.score.field, Qt.Key.Key_Return)
    assert "51 is above the maximum of 50" in _words(page)
    assert page.panel.score.typing


def test_anonymous_work_hides_who_it_is(bench):
    page = bench(rows=handed_in(anonymous=True))
    names = [one.name for one in page.bench.lines]
    assert names[:3] == ["Student 1", "Student 2", "Student 3"]
    assert not any(name in _words(page) for name in STUDENTS)
    assert "S-0041" not in _words(page)


def test_a_mark_by_an_earlier_rubric_says_so(bench):
    old = {"criterion_id": derived_id("criterion", "old"), "level_id": "x", "points": "50", "note": ""}
    rows = [*handed_in(), mark(TITLE, "Amina Yusuf", "50", levels=[old], released_at=None)]
    page = bench(rows=rows, enrolment=AMINA)
    assert "another version of the rubric, with 50 points" in _words(page)
    assert page.panel.total.points_value.text() == "50 of 100"
    _key(page, Qt.Key.Key_1)
    assert [one["criterion_id"] for one in _mark(page, AMINA)["levels"]] == [CRITERIA[0]["id"]]


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
    words = _words(page)
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
    _key(page, Qt.Key.Key_F)
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


def test_arrows_go_from_criterion_to_criterion_and_level_to_level(bench):
    page = bench()
    _key(page, Qt.Key.Key_Down)
    _key(page, Qt.Key.Key_Down)
    assert page.panel.rubric.current == 2
    assert page.panel.rubric.boxes[2].tiles[0].hasFocus()
    _key(page, Qt.Key.Key_Right)
    assert page.panel.rubric.boxes[2].tiles[1].hasFocus()
    _key(page, Qt.Key.Key_Space)
    assert _mark(page, DALIA)["levels"][0]["points"] == "14"
    _key(page, Qt.Key.Key_Up)
    assert page.panel.rubric.current == 1


def test_a_press_gives_a_level(bench):
    page = bench()
    QTest.mouseClick(page.panel.rubric.boxes[1].tiles[2], Qt.MouseButton.LeftButton)
    assert _mark(page, DALIA)["score"] == "25"
    assert page.panel.rubric.boxes[1].tiles[2].isChecked()
