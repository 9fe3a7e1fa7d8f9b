"""The gradebook by keyboard: marks typed, refused, pasted, filled, undone, explained and published."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QShortcut
from PySide6.QtTest import QTest

from desktop.grading.assignment_dialog import AssignmentDialog
from desktop.grading.book_comment import BookComments
from desktop.grading.book_page import BookPage
from desktop.grading.explain_dialog import ExplainDialog
from desktop.grading.paste_dialog import PasteDialog
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from shared.core.conflict import KIND as CONFLICT
from shared.grading.ids import mark_id
from shared.grading.vocabulary import ASSIGNMENT, MARK
from tests.attendance.classes import REGISTRAR, STRANGER, enrolment_id
from tests.grading.book_rows import class_rows, full_book, hand_in, mark, open_book, scheme, work, work_id

ELIF, FEMI = 4, 5
WORK_3 = 5


@pytest.fixture
def books(tmp_path, qtbot, plain_look):
    opened = []

    def show(**more):
        made = open_book(tmp_path / str(len(opened)), **more)
        opened.append(made)
        page = BookPage(made.desk, None)
        qtbot.addWidget(page)
        page.resize(1240, 840)
        page.show()
        return page, made

    yield show
    for one in opened:
        one.close()


def go(page, row, column):
    page.view.setFocus()
    page.view.go_to(page.view.book_model.index(row, column))


def type_mark(page, words, end=Qt.Key.Key_Return):
    QTest.keyClicks(page.view, words[0])
    QTest.keyClicks(page.view.field, words[1:])
    QTest.keyClick(page.view.field, end)


def place(page):
    index = page.view.currentIndex()
    return index.row(), index.column()


def stored(made, title, name):
    return made.store.get(MARK, mark_id(work_id(title), enrolment_id(name)))


def waiting(made):
    return made.store.next_request().commands


def test_a_mark_is_on_disk_with_enter_and_the_cursor_goes_down(books):
    page, made = books()
    go(page, ELIF, WORK_3)
    type_mark(page, "84,5")
    assert stored(made, "Work 3", "Elif Demir")["score"] == "84.5"
    assert place(page) == (FEMI, WORK_3)
    assert page.view.book_model.words(ELIF, WORK_3) == "84.5"
    (command,) = waiting(made)
    assert (command.type, command.payload["marks"][0]["score"]) == ("SetMarks", "84.5")


@pytest.mark.parametrize(
    ("end", "there"),
    [
        (Qt.Key.Key_Tab, (ELIF, WORK_3)),
        (Qt.Key.Key_Backtab, (ELIF, WORK_3 - 2)),
        (Qt.Key.Key_Up, (ELIF - 1, WORK_3 - 1)),
        (Qt.Key.Key_Down, (FEMI, WORK_3 - 1)),
        (Qt.Key.Key_Left, (ELIF, WORK_3 - 2)),
        (Qt.Key.Key_Right, (ELIF, WORK_3)),
    ],
)
def test_keys_that_save_also_move(books, end, there):
    page, made = books()
    go(page, ELIF, WORK_3 - 1)
    type_mark(page, "7", end)
    assert stored(made, "Project", "Elif Demir")["score"] == "7"
    assert place(page) == there


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("101", "101 is above the maximum of 100."),
        ("1000000000", "1000000000 is above the maximum of 100."),
        ("-3", "A mark can't be below 0."),
        ("1.234", "A mark has at most two decimals."),
        ("1e9", "“1e9” isn't a mark. Type a number such as 84.5."),
    ],
)
def test_a_wrong_mark_stays_with_its_reason_and_nothing_is_saved(books, typed, why):
    page, made = books()
    go(page, ELIF, WORK_3)
    type_mark(page, typed)
    assert page.view.field.isVisible()
    assert page.view.field.reason.text() == why
    assert place(page) == (ELIF, WORK_3)
    assert stored(made, "Work 3", "Elif Demir") is None
    QTest.keyClick(page.view.field, Qt.Key.Key_Escape)
    assert not page.view.field.isVisible()
    assert not page.view.field.reason.isVisible()
    assert waiting(made) == ()


def test_missing_counts_as_nothing_and_excused_counts_nowhere(books):
    page, made = books(rows=[*class_rows(), work("A", "10"), work("B", "10"), mark("A", "Elif Demir", "8")])
    grade = page.view.book_model.columnCount() - 1
    assert page.view.book_model.words(ELIF, grade) == "80.0"
    go(page, ELIF, 1)
    QTest.keyClick(page.view, Qt.Key.Key_M)
    assert (page.view.book_model.words(ELIF, 1), page.view.book_model.words(ELIF, grade)) == ("Missing", "40.0")
    assert place(page) == (FEMI, 1)
    go(page, ELIF, 1)
    QTest.keyClick(page.view, Qt.Key.Key_X)
    assert page.view.book_model.words(ELIF, grade) == "80.0"
    go(page, ELIF, 1)
    QTest.keyClick(page.view, Qt.Key.Key_Delete)
    assert (page.view.book_model.words(ELIF, 1), page.view.book_model.words(ELIF, grade)) == ("", "80.0")
    assert stored(made, "B", "Elif Demir")["status"] == "none"


def test_undo_and_redo_take_whole_steps(books):
    page, made = books()
    before = page.view.book_model.words(0, 0)
    go(page, 0, 0)
    page.view.selectionModel().select(page.view.book_model.index(2, 0), page.view.selectionModel().SelectionFlag.Select)
    QTest.keyClick(page.view, Qt.Key.Key_X)
    assert [page.view.book_model.words(row, 0) for row in range(3)] == ["Excused"] * 3
    QTest.keyClick(page.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.view.book_model.words(0, 0) == before
    assert stored(made, "Quiz 1", "Amina Yusuf")["status"] == "marked"
    QTest.keyClick(page.view, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert [page.view.book_model.words(row, 0) for row in range(3)] == ["Excused"] * 3
    page.undo()
    page.undo()
    assert "nothing to undo" in toasts_of(page).toasts[-1].accessibleName()


def test_undo_brings_levels_and_drafts_back(books):
    levels = [{"criterion_id": "c", "level_id": "l", "points": "8", "note": "clear"}]
    rows = [*class_rows(), work("A", "10"), mark("A", "Elif Demir", "8", levels=levels, feedback="Well done.")]
    page, made = books(rows=rows)
    go(page, ELIF, 0)
    type_mark(page, "5")
    assert stored(made, "A", "Elif Demir")["levels"] == []
    assert stored(made, "A", "Elif Demir")["feedback"] == "Well done."
    page.marking._criteria = lambda _work: [
        {"id": "c", "name": "C", "levels": [{"id": "l", "name": "L", "low": "0", "high": "10"}]}
    ]
    page.undo()
    back = stored(made, "A", "Elif Demir")
    assert (back["score"], back["levels"][0]["note"]) == ("8", "clear")


def test_a_pasted_column_says_first_how_much_of_it_fits(books):
    page, made = books()
    go(page, 0, WORK_3)
    QGuiApplication.clipboard().setText("61\n62,5\nabc\n101\nM\n\nx\n")
    QTest.keyClick(page.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, PasteDialog)
    assert dialog.save_button.text() == "Set 4 marks"
    assert dialog.faults[0] == "Chen Wei, Work 3: “abc” isn't a mark. Type a number such as 84.5."
    assert dialog.faults[1] == "Dalia Haddad, Work 3: 101 is above the maximum of 100."
    assert waiting(made) == ()
    dialog.save_button.click()
    assert [page.view.book_model.words(row, WORK_3) for row in (0, 1, 4, 6)] == ["61", "62.5", "Missing", "Excused"]
    (command,) = waiting(made)
    assert len(command.targets) == 4


def test_a_block_outside_the_table_is_named(books):
    page, made = books()
    go(page, 17, WORK_3)
    QGuiApplication.clipboard().setText("70\t80\n71")
    page.view.paste()
    dialog = Dialog.opened_in(page.window())
    assert dialog.faults == ("“80” lies outside the table.", "“71” lies outside the table.")
    dialog.reject()
    assert waiting(made) == ()


def test_copying_gives_what_the_screen_shows(books):
    page, _made = books()
    page.view.selectAll()
    page.view.copy()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert len(lines) == 18
    assert lines[10].split("\t")[3] == "Excused"
    assert lines[4].split("\t")[6] == page.view.book_model.words(4, 6)


def test_filling_down_repeats_the_first_row(books):
    page, made = books()
    go(page, ELIF, WORK_3)
    type_mark(page, "80")
    go(page, FEMI, WORK_3)
    QTest.keyClick(page.view, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert stored(made, "Work 3", "Femi Adeyemi")["score"] == "80"


def test_what_is_typed_shows_the_grade_that_it_would_give(books):
    page, _made = books()
    go(page, ELIF, WORK_3)
    assert page.side.figures["with"].text() == "–"
    QTest.keyClicks(page.view, "1")
    QTest.keyClicks(page.view.field, "00")
    assert page.side.figures["with"].text() > page.side.figures["now"].text()
    QTest.keyClick(page.view.field, Qt.Key.Key_Escape)
    assert page.side.figures["with"].text() == "–"


def test_lateness_costs_and_the_figure_opens_its_calculation(books):
    late = {"kind": "percent_per_day", "amount": "10", "grace_minutes": 0, "floor_percent": "50"}
    rows = [
        *class_rows(),
        work("Essay", "100", due_at="2026-11-10T12:00:00.000Z", late=late),
        mark("Essay", "Elif Demir", "80"),
        hand_in("Essay", "Elif Demir", "2026-11-12T11:00:00.000Z"),
    ]
    page, _made = books(rows=rows)
    assert page.view.book_model.words(ELIF, 0) == "64"
    go(page, ELIF, 0)
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, ExplainDialog)
    assert [(line.what, line.figure) for line in dialog.lines] == [
        ("Points given", "80 of 100"),
        ("2 days late", "-16"),
        ("Counts for", "64 of 100"),
    ]
    assert dialog.lines[1].note == "10 percent of the points for each day begun. At least 50 percent stay."


def test_a_grade_opens_its_categories(books):
    categories = [
        {"id": "q", "name": "Quizzes", "weight": "1", "drop_lowest": 1},
        {"id": "w", "name": "Work", "weight": "3", "drop_lowest": 0},
    ]
    rows = [*class_rows(), scheme(categories=categories)]
    rows += [work(title, "20", category_id="q") for title in ("Quiz 1", "Quiz 2")] + [work("Work", category_id="w")]
    rows += [mark("Quiz 1", "Elif Demir", "10"), mark("Quiz 2", "Elif Demir", "16"), mark("Work", "Elif Demir", "60")]
    page, _made = books(rows=rows)
    page.explain(ELIF, 3)
    lines = Dialog.opened_in(page.window()).lines
    assert lines[0] == ("Quizzes", "16 of 20 · 80 %", "weighs 25 percent, dropped: Quiz 1")
    assert lines[1] == ("Work", "60 of 100 · 60 %", "weighs 75 percent")
    assert lines[2][:2] == ("Grade", "65.0 · C")


def test_publishing_shows_what_waits_and_asks_for_it_once(books):
    page, made = books()
    go(page, 0, WORK_3)
    assert page.publish_button.text() == "Publish Work 3"
    assert page.side.shown_note.text() == "5 marks in Work 3 are saved here. Students see them after you publish."
    page.publish_button.click()
    (command,) = waiting(made)
    assert (command.type, len(command.targets)) == ("ReleaseMarks", 5)
    assert not page.publish_button.isEnabled()
    assert stored(made, "Work 3", "Amina Yusuf")["released_at"] is not None


def test_work_is_added_in_the_form_changed_removed_and_put_back(books):
    page, made = books(rows=class_rows())
    assert page.empty.title.text() == "No work in this cohort yet"
    page.add_button.click()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, AssignmentDialog)
    dialog.save_button.click()
    assert dialog.title_field.error == "Enter a title."
    dialog.title_words.setText("Field recording")
    dialog.points.setText("abc")
    dialog.save_button.click()
    assert "isn't a mark" in dialog.points_field.error
    dialog.points.setText("40")
    dialog.due.day.setText("27/11")
    dialog.save_button.click()
    (added,) = made.store.page(ASSIGNMENT)
    assert (added["title"], added["points"], added["due_at"]) == ("Field recording", "40", "2026-11-27T23:59:00.000Z")
    assert page.view.book_model.columnCount() == 2
    page.change_work()
    again = Dialog.opened_in(page.window())
    again.points.setText("50")
    again.save_button.click()
    assert made.store.get(ASSIGNMENT, added["id"])["points"] == "50"
    page.change_work()
    Dialog.opened_in(page.window()).remove()
    assert page.view.book_model.columnCount() == 1
    toasts_of(page).toasts[-1].action_button.click()
    assert page.view.book_model.columnCount() == 2


def test_each_cohort_only_for_those_who_teach_it(books):
    page, _made = books(actor=STRANGER)
    assert page.view.book_model.rowCount() == 0
    office, _made = books(actor=REGISTRAR)
    assert [one.name for one in office.choices] == ["Diploma in Accounting 1B", "Diploma in Accounting 2A"]


def test_searching_leaves_the_figures_of_those_shown(books):
    page, _made = books()
    page.filters.search.setText("elif")
    page._search("elif")
    assert page.view.book_model.rowCount() == 1
    assert page.view.book_model.spread(0).count == 1
    page._search("nobody of this name")
    assert page.stack.currentWidget() is page.empty
    assert page.empty.title.text() == "No student matches"


def test_a_change_from_elsewhere_waits_for_what_is_typed(books, qtbot):
    page, made = books()
    go(page, ELIF, WORK_3)
    QTest.keyClicks(page.view, "8")
    made.feed.bring([mark("Quiz 1", "Amina Yusuf", "3"), *[row for row in full_book() if row[0] == CONFLICT]])
    assert page.view.field.text() == "8"
    QTest.keyClick(page.view.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.view.book_model.words(0, 0) == "3", timeout=3000)


def test_ctrl_m_comments_on_the_mark_and_undo_takes_it_back(books):
    page, made = books()
    assert "Ctrl+M" in {one.key().toString() for one in page.view.findChildren(QShortcut)}
    go(page, ELIF, WORK_3)
    before = stored(made, "Work 3", "Elif Demir")
    page.view.findChild(BookComments).open()
    dialog = Dialog.opened_in(page.window())
    assert dialog.words.toPlainText() == (before or {}).get("feedback", "")
    dialog.words.setPlainText("Look at line 12")
    dialog.send()
    kept = stored(made, "Work 3", "Elif Demir")
    assert (kept["feedback"], kept["score"]) == ("Look at line 12", (before or {}).get("score"))
    assert page.view.book_model.cell(ELIF, WORK_3).commented
    (command,) = waiting(made)
    assert command.type == "RecordMark"
    page.undo()
    assert stored(made, "Work 3", "Elif Demir")["feedback"] == (before or {}).get("feedback", "")
    assert page.marking.comment(enrolment_id("Elif Demir"), work_id("Work 3"), " ") == []


def test_a_comment_on_work_without_a_mark_begins_a_draft(books):
    page, made = books()
    model = page.view.book_model
    blank = next(
        (row, column)
        for row in range(model.rowCount())
        for column in range(len(model.columns))
        if made.store.get(MARK, mark_id(model.columns[column].id, model.students[row].enrolment_id)) is None
    )
    go(page, *blank)
    page.view.findChild(BookComments).open()
    dialog = Dialog.opened_in(page.window())
    dialog.words.setPlainText("Hand it in")
    dialog.send()
    student, work_ = model.students[blank[0]], model.columns[blank[1]]
    kept = made.store.get(MARK, mark_id(work_.id, student.enrolment_id))
    assert (kept["feedback"], kept["finished"], kept["score"]) == ("Hand it in", False, None)
    go(page, 0, len(model.columns))
    page.view.findChild(BookComments).open()
    assert Dialog.opened_in(page.window()) is None
