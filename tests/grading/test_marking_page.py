"""The workbench by keyboard and mouse on a real store: judging, saving, finishing, the list and the file."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.grading.marking_line import Standing
from tests.grading.marking_rows import (
    INSTRUCTOR,
    STUDENTS,
    TITLE,
    file_ref,
    handed_in,
    paper,
    submission,
)
from tests.grading.marking_screen import AMINA, DALIA, ELIF, GRACE, kept_mark, press, shown_words, waiting_commands


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
        press(page, key)
    assert page.panel.rubric.current == 3
    assert page.panel.total.points_value.text() == "73 of 85 so far"
    assert page.panel.total.late.text() == "Late 2 days, 5% a day"
    assert page.panel.total.late_value.text() == "−7.3"
    assert page.panel.total.result.text() == "Mark if you stop here"
    assert page.panel.total.result_value.text() == "65.7 of 100"
    assert page.panel.saved.words.text() == "Saved here 08:00:00"
    kept = kept_mark(page, DALIA)
    assert kept["score"] == "73"
    assert kept["finished"] is False
    assert {one["points"] for one in kept["levels"]} == {"34", "25", "14"}
    line = page.bench.line(DALIA)
    assert line.standing is Standing.DRAFT


def test_a_missing_criterion_shows_a_dash_and_not_zero(bench):
    page = bench()
    press(page, Qt.Key.Key_1)
    shown = [box.points.button.text() for box in page.panel.rubric.boxes]
    assert shown == ["14 / 40", "– / 25", "– / 20", "– / 15"]
    assert page.panel.total.points_value.text() == "14 of 40 so far"


def test_a_number_without_a_level_does_nothing(bench):
    page = bench()
    press(page, Qt.Key.Key_9)
    assert page.here.store.pending().waiting == 0
    assert page.panel.rubric.current == 0


def test_points_are_typed_within_the_range_of_the_level(bench):
    page = bench()
    press(page, Qt.Key.Key_3)
    press(page, Qt.Key.Key_Up)
    press(page, Qt.Key.Key_F2)
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
    assert kept_mark(page, DALIA)["levels"][0]["points"] == "32.5"


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
    press(page, Qt.Key.Key_F2)
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
    press(page, Qt.Key.Key_F2)
    box = page.panel.rubric.boxes[0]
    QTest.keyClicks(box.points.field, "20")
    QTest.keyClick(box.points.field, Qt.Key.Key_Return)
    assert [tile.isChecked() for tile in box.tiles] == [False, True, False, False]


def test_finish_and_next_goes_to_the_next_that_waits(bench, qtbot):
    page = bench()
    for key in (Qt.Key.Key_3, Qt.Key.Key_3, Qt.Key.Key_2, Qt.Key.Key_2):
        press(page, key)
    press(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    kept = kept_mark(page, DALIA)
    assert kept["finished"] is True
    assert kept["score"] == "84"
    assert kept["marked_by_name"] == INSTRUCTOR.name
    assert page.judging.line.name == "Elif Demir"
    assert page.panel.rubric.current == 0
    assert not any(tile.isChecked() for box in page.panel.rubric.boxes for tile in box.tiles)
    assert page.panel.feedback.field.toPlainText() == ""
    assert page.list.count.text() == "4 of 18 graded"
    types = [kind for kind, _ in waiting_commands(page)]
    assert set(types) == {"RecordMark"}


def test_finishing_half_a_rubric_says_what_is_missing(bench):
    page = bench()
    press(page, Qt.Key.Key_3)
    press(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.judging.line.id == DALIA
    assert "A criterion has no level yet" in page.panel.saved.words.text()
    assert page.panel.rubric.current == 1
    assert kept_mark(page, DALIA)["finished"] is False


def test_finishing_nothing_says_so(bench):
    page = bench()
    press(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "no points yet" in page.panel.saved.words.text()
    assert kept_mark(page, DALIA) is None


def test_feedback_is_saved_soon_after_the_last_key_and_letters_stay_letters(bench, qtbot):
    page = bench()
    press(page, Qt.Key.Key_F)
    field = page.panel.feedback.field
    assert field.hasFocus()
    QTest.keyClicks(field, "cf 123")
    qtbot.waitUntil(lambda: kept_mark(page, DALIA) is not None, timeout=500)
    assert kept_mark(page, DALIA)["feedback"] == "cf 123"
    assert kept_mark(page, DALIA)["score"] is None
    assert not page.preview.pages.placing


def test_feedback_is_saved_when_going_on_before_that(bench):
    page = bench()
    page.panel.feedback.field.setPlainText("quick")
    press(page, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert page.judging.line.name == "Elif Demir"
    assert kept_mark(page, DALIA)["feedback"] == "quick"
    press(page, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert page.panel.feedback.field.toPlainText() == "quick"


def test_undo_and_redo_take_judgements_back_and_again(bench):
    page = bench()
    press(page, Qt.Key.Key_3)
    press(page, Qt.Key.Key_1)
    page.undo()
    assert [one["points"] for one in kept_mark(page, DALIA)["levels"]] == ["34"]
    page.undo()
    assert kept_mark(page, DALIA)["status"] == "none"
    assert page.panel.rubric.boxes[0].points.button.text() == "– / 40"
    page.redo()
    assert kept_mark(page, DALIA)["score"] == "34"
    page.undo()
    page.undo()
    assert kept_mark(page, DALIA)["status"] == "none"


def test_a_finished_mark_stays_finished_while_it_is_whole(bench):
    page = bench(enrolment=AMINA)
    assert page.panel.total.result_value.text() == "84 of 100"
    press(page, Qt.Key.Key_4)
    assert kept_mark(page, AMINA)["finished"] is True
    assert kept_mark(page, AMINA)["score"] == "90"
    press(page, Qt.Key.Key_Backspace)
    assert kept_mark(page, AMINA)["finished"] is False
    assert page.bench.line(AMINA).standing is Standing.DRAFT


def test_save_draft_takes_a_finished_mark_back_to_a_draft(bench):
    page = bench(enrolment=AMINA)
    QTest.mouseClick(page.panel.draft, Qt.MouseButton.LeftButton)
    assert kept_mark(page, AMINA)["finished"] is False


@pytest.mark.parametrize(
    ("place", "status", "words"), [(0, "missing", "Missing, counts 0"), (1, "excused", "Excused, not counted")]
)
def test_missing_and_excused_are_given_and_taken_back(bench, place, status, words):
    page = bench(enrolment=GRACE)
    assert page.preview.nothing.title.text() == "Nothing handed in yet"
    page.panel.menu().actions()[place].trigger()
    assert kept_mark(page, GRACE)["status"] == status
    assert kept_mark(page, GRACE)["finished"] is True
    assert page.panel.total.result_value.text() == words
    page.undo()
    assert kept_mark(page, GRACE)["status"] == "none"


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
        press(page, key)
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
    assert kept_mark(page, ELIF)["score"] == "14"
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
    press(page, Qt.Key.Key_C)
    assert page.preview.pages.placing
    QTest.keyClick(page.preview.pages, Qt.Key.Key_Return)
    QTest.keyClicks(page.preview.comments.field, "Good source")
    QTest.keyClick(page.preview.comments.field, Qt.Key.Key_Return)
    (row,) = page.preview.comments.rows
    assert row.pin.words == "Good source"
    assert "Dalia sees this after you publish" in row.detail
    (kind, payload) = waiting_commands(page)[0]
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


def test_paper_is_marked_by_typing(bench):
    page = bench(rows=paper())
    assert page.judging.line.name == "Amina Yusuf"
    assert "isn't handed in here" in page.preview.nothing.title.text()
    press(page, Qt.Key.Key_4)
    field = page.panel.score.field
    QTest.keyClicks(field, "2,5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert kept_mark(page, AMINA)["score"] == "42.5"
    assert kept_mark(page, AMINA)["finished"] is False
    press(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert kept_mark(page, AMINA)["finished"] is True
    assert page.judging.line.name == "Baraka Otieno"
    press(page, Qt.Key.Key_F2)
    QTest.keyClicks(page.panel.score.field, "51")
    QTest.keyClick(page.panel.score.field, Qt.Key.Key_Return)
    assert "51 is above the maximum of 50" in shown_words(page)
    assert page.panel.score.typing


def test_arrows_go_from_criterion_to_criterion_and_level_to_level(bench):
    page = bench()
    press(page, Qt.Key.Key_Down)
    press(page, Qt.Key.Key_Down)
    assert page.panel.rubric.current == 2
    assert page.panel.rubric.boxes[2].tiles[0].hasFocus()
    press(page, Qt.Key.Key_Right)
    assert page.panel.rubric.boxes[2].tiles[1].hasFocus()
    press(page, Qt.Key.Key_Space)
    assert kept_mark(page, DALIA)["levels"][0]["points"] == "14"
    press(page, Qt.Key.Key_Up)
    assert page.panel.rubric.current == 1


def test_a_press_gives_a_level(bench):
    page = bench()
    QTest.mouseClick(page.panel.rubric.boxes[1].tiles[2], Qt.MouseButton.LeftButton)
    assert kept_mark(page, DALIA)["score"] == "25"
    assert page.panel.rubric.boxes[1].tiles[2].isChecked()
