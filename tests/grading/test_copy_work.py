"""Copying work into another cohort: what goes along, and that the copy is a draft that nobody sees."""

import pytest

from desktop.grading.book_page import BookPage
from desktop.grading.copy_actions import copy_choices
from desktop.grading.copy_dialog import CopyDialog
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from shared.grading.assignment_rules import assignment_fault, assignment_from
from shared.grading.copy_rules import copy_values
from shared.grading.vocabulary import ASSIGNMENT
from shared.people.vocabulary import Role
from tests.attendance.classes import COHORT, INSTRUCTOR, OTHER_COHORT
from tests.desks import make_actor
from tests.grading.book_rows import class_rows, open_book, work
from tests.grading.work_rows import work as plain_work

BOTH = make_actor(INSTRUCTOR.person_id, INSTRUCTOR.name, Role.INSTRUCTOR, teaches=[COHORT, OTHER_COHORT])
HERE = {"categories": [{"id": "c1", "name": "Essays "}, {"id": "c2", "name": "Quizzes"}]}
THERE = {"categories": [{"id": "x9", "name": "essays"}]}


@pytest.mark.parametrize(("category", "wanted"), [("c1", "x9"), ("c2", ""), ("", "")])
@pytest.mark.parametrize("same_course", [True, False])
def test_a_copy_finds_its_category_by_name_and_its_rubric_within_the_course(category, wanted, same_course):
    shown = plain_work(category_id=category, rubric_version_id="r" * 36, position=7, state="open", shown=True)
    made = copy_values(shown, HERE, THERE, same_course=same_course)
    assert made["category_id"] == wanted
    assert made["rubric_version_id"] == ("r" * 36 if same_course else None)
    assert made["state"] == "draft"
    assert {"id", "revision", "cohort_id", "position", "shown"}.isdisjoint(made)
    assert (made["title"], made["due_at"], made["late"]) == (shown["title"], shown["due_at"], shown["late"])


def test_a_copy_is_work_that_may_be_set():
    made = copy_values(plain_work(), HERE, THERE, same_course=False)
    whole = assignment_from({**made, "cohort_id": OTHER_COHORT})
    assert whole is not None
    assert assignment_fault(whole) is None


@pytest.fixture
def book(tmp_path, qtbot, plain_look):
    opened = []

    def show(actor=BOTH):
        brief = {"sha256": "b" * 64, "name": "Brief.pdf", "bytes": 2048, "type": "pdf"}
        essay = work("Essay", work_kind="handed_in", takes=["file"], attachments=[brief], points="40")
        made = open_book(tmp_path / str(len(opened)), actor, [*class_rows(), essay])
        opened.append(made)
        page = BookPage(made.desk, COHORT)
        page.made = made
        qtbot.addWidget(page)
        page.show()
        return page

    yield show
    for one in opened:
        one.close()


def test_work_is_copied_from_its_form_and_says_where_it_went(book):
    page = book()
    page.change_work()
    Dialog.opened_in(page.window()).copy_button.click()
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, CopyDialog)
    dialog.save_button.click()
    (copy,) = page.made.store.children(ASSIGNMENT, OTHER_COHORT)
    assert (copy["title"], copy["points"], copy["state"], copy["shown"]) == ("Essay", "40", "draft", False)
    assert [one["name"] for one in copy["attachments"]] == ["Brief.pdf"]
    assert toasts_of(page).toasts[-1].words.startswith("Essay is a draft in ")
    (command,) = page.made.store.next_request().commands
    assert (command.type, command.payload["cohort_id"]) == ("AddAssignment", OTHER_COHORT)


def test_whoever_teaches_one_class_is_not_asked(book):
    page = book(INSTRUCTOR)
    assert copy_choices(page.made.desk, COHORT) == []
    page.change_work()
    assert Dialog.opened_in(page.window()).copy_button.isHidden()
