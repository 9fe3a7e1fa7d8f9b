"""More time for one student, from the gradebook and from the workbench, on a real store and without a network."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.grading.book_page import BookPage
from desktop.grading.extension_actions import extension_of, grant
from desktop.grading.extension_dialog import ExtensionDialog
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.grading.vocabulary import ASSIGNMENT
from tests.attendance.classes import STRANGER, enrolment_id
from tests.fixtures.windows import bring_forward
from tests.grading.book_rows import class_rows, more_time, open_book, work, work_id
from tests.grading.marking_rows import WORK

DUE = "2026-11-27T17:00:00.000Z"
ELIF = enrolment_id("Elif Demir")


def essay(**more):
    return work("Essay", **{"work_kind": "handed_in", "takes": ["text"], "due_at": DUE, **more})


@pytest.fixture
def book(tmp_path, qtbot, plain_look):
    opened = []

    def show(*rows, **more):
        made = open_book(tmp_path / str(len(opened)), rows=[*class_rows(), *(rows or (essay(),))], **more)
        opened.append(made)
        page = BookPage(made.desk, None)
        page.made = made
        qtbot.addWidget(page)
        page.resize(1366, 768)
        bring_forward(qtbot, page)
        row = next((at for at, one in enumerate(page.view.book_model.students) if one.enrolment_id == ELIF), -1)
        page.view.go_to(page.view.book_model.index(row, 0))
        return page

    yield show
    for one in opened:
        one.close()


def asked(made):
    return [(one.type, one.payload) for one in made.store.next_request().commands]


def test_more_time_is_given_from_a_cell_of_the_gradebook(book):
    page = book()
    assert page.side.time_button.isVisible()
    QTest.keyClick(page.view, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, ExtensionDialog)
    assert dialog.title.text() == "More time for Elif Demir"
    dialog.save_button.click()
    assert dialog.until.day_field.error == "Enter a day, like 20/11."
    dialog.until.day.setText("26/11")
    dialog.save_button.click()
    assert dialog.until.day_field.error == "More time ends after the work is due. Choose a later time."
    dialog.until.day.setText("30/11")
    dialog.until.at.setText("12:00")
    dialog.reason.setText("She was ill.")
    dialog.save_button.click()
    found = extension_of(page.made.desk, work_id("Essay"), ELIF)
    assert (found["due_at"], found["reason"]) == ("2026-11-30T12:00:00.000Z", "She was ill.")
    assert found["granted_by_name"] == page.made.desk.actor.name
    assert toasts_of(page).toasts[-1].words == "Elif Demir has more time for Essay"
    assert [kind for kind, _ in asked(page.made)] == ["GrantExtension"]


def test_time_that_was_given_is_changed_or_taken_back(book):
    page = book(essay(), more_time("Essay", "Elif Demir", "2026-11-30T12:00:00.000Z", reason="Ill"))
    page.side.time_button.click()
    dialog = Dialog.opened_in(page.window())
    assert (dialog.until.day.text(), dialog.reason.text()) == ("30 Nov 2026", "Ill")
    dialog.save_button.click()
    assert asked(page.made) == []
    page.more_time()
    Dialog.opened_in(page.window()).take_back()
    assert extension_of(page.made.desk, work_id("Essay"), ELIF) is None
    ((kind, payload),) = asked(page.made)
    assert (kind, payload["due_at"]) == ("GrantExtension", None)


@pytest.mark.parametrize("more", [{"work_kind": "paper", "takes": []}, {"due_at": None}])
def test_work_that_nobody_can_be_late_with_offers_no_more_time(book, more):
    page = book(essay(**more))
    assert page.side.time_button.isHidden()
    page.more_time()
    assert Dialog.opened_in(page.window()) is None


def test_others_give_no_time(tmp_path, plain_look):
    made = open_book(tmp_path, STRANGER, [*class_rows(), essay()])
    assignment = made.store.get(ASSIGNMENT, work_id("Essay")) or essay()[1]
    with pytest.raises(CampusError) as problem:
        grant(made.desk, assignment, ELIF, "2026-11-30T12:00:00.000Z", "")
    assert problem.value.code == "not_allowed"
    made.close()


def test_the_workbench_gives_more_time_to_whoever_is_on_show(bench):
    page = bench()
    actions = {one.text(): one for one in page.panel.menu().actions()}
    assert actions["More time for this student"].isVisible()
    actions["More time for this student"].trigger()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, ExtensionDialog)
    dialog.until.day.setText("30/12")
    dialog.save_button.click()
    assert extension_of(page.here.desk, WORK, page.judging.line.id)["due_at"].startswith("2026-12-30")
