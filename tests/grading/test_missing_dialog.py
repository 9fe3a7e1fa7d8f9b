"""Everyone who handed nothing in gets a mark at once: after the cut-off, as one step, for one piece of work or all."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.grading.book_page import BookPage
from desktop.grading.missing_dialog import MissingDialog
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from tests.attendance.classes import enrolment_id
from tests.fixtures.windows import bring_forward
from tests.grading.book_rows import STUDENTS, class_rows, hand_in, mark, more_time, open_book, work, work_id

FIRST, SECOND, THIRD, FOURTH = STUDENTS[:4]
PAST, CUTOFF, FUTURE = "2026-11-10T12:00:00.000Z", "2026-11-15T12:00:00.000Z", "2026-11-29T12:00:00.000Z"


@pytest.fixture
def asked(tmp_path, qtbot, plain_look):
    opened = []

    def show(*rows, column=0):
        made = open_book(tmp_path / str(len(opened)), rows=[*class_rows(), *rows])
        opened.append(made)
        page = BookPage(made.desk, None)
        qtbot.addWidget(page)
        page.resize(1126, 712)
        bring_forward(qtbot, page)
        page.view.setFocus()
        page.view.go_to(page.view.book_model.index(0, column))
        QTest.keyClick(page.view, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        return page, made, Dialog.opened_in(page.window())

    yield show
    for one in opened:
        one.close()


def essay(**more):
    return work("Essay", work_kind="handed_in", takes=["text"], due_at=PAST, cutoff_at=CUTOFF, position=1, **more)


def words(page, column=0):
    model = page.view.book_model
    return {one.name: model.words(row, column) for row, one in enumerate(model.students)}


def test_after_the_cut_off_all_who_handed_nothing_in_are_missing_in_one_step(asked):
    page, made, dialog = asked(
        essay(),
        mark("Essay", FIRST, "80"),
        mark("Essay", SECOND, None, "excused"),
        hand_in("Essay", THIRD, PAST),
        more_time("Essay", FOURTH, FUTURE),
    )
    assert isinstance(dialog, MissingDialog)
    rest = len(STUDENTS) - 4
    assert dialog.save_button.text() == f"Set {rest} marks"
    (row,) = dialog.rows.rows
    assert (row.content.title, row.content.detail, row.content.end) == (FOURTH, "Essay", "until Sun 29 Nov, 12:00")
    dialog.save()
    shown = words(page)
    assert [shown[one] for one in (FIRST, SECOND, THIRD, FOURTH)] == ["80", "Excused", "", ""]
    assert list(shown.values()).count("Missing") == rest
    (command,) = made.store.next_request().commands
    assert (command.type, len(command.payload["marks"])) == ("SetMarks", rest)
    page.undo()
    assert list(words(page).values()).count("Missing") == 0


def test_nought_can_be_given_instead(asked):
    page, _made, dialog = asked(essay())
    dialog.mark.choose("zero")
    dialog.save()
    assert set(words(page).values()) == {"0"}


def test_all_work_whose_time_is_over_is_one_step(asked):
    page, made, dialog = asked(
        essay(),
        work("Quiz", "20", due_at=PAST, position=2),
        work("Later", "20", due_at=FUTURE, position=3),
        mark("Quiz", FIRST, "18"),
    )
    dialog.work.choose("all")
    dialog.save()
    assert [len(one.payload["marks"]) for one in made.store.next_request().commands] == [18, 17]
    assert set(words(page, 2).values()) == {""}
    page.undo()
    assert set(words(page, 0).values()) == {""}


def test_before_the_cut_off_nobody_is_missing(asked):
    _page, made, dialog = asked(work("Later", "20", due_at=FUTURE))
    assert not dialog.save_button.isEnabled()
    assert dialog.who.text() == "Nobody's time is over yet."
    assert len(dialog.rows.rows) == 6
    dialog.save()
    assert made.store.next_request().commands == ()


def test_work_without_a_time_is_missing_when_someone_says_so(asked):
    _page, _made, dialog = asked(work("Quiz", "20"))
    assert {one.enrolment_id for one in dialog.wanted()} == {enrolment_id(one) for one in STUDENTS}
    assert {one.assignment_id for one in dialog.wanted()} == {work_id("Quiz")}


def test_when_all_have_something_it_says_so(asked):
    page, _made, dialog = asked(work("Quiz", "20"), *(mark("Quiz", one, "9") for one in STUDENTS))
    assert dialog is None
    assert "Everyone has a mark" in toasts_of(page).toasts[-1].accessibleName()
