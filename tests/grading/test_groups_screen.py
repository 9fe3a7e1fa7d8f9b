"""Groups on the desktop: who works with whom, and one mark for all in the workbench; all without a network."""

import pytest
from PySide6.QtWidgets import QWidget

from desktop.grading.book_page import BookPage
from desktop.grading.extension_actions import grant
from desktop.grading.group_actions import share_time
from desktop.grading.groups_dialog import GroupsDialog
from desktop.grading.marking_groups import GroupsRow
from tests.desks import make_actor
from tests.grading.book_rows import COHORT, work, work_id
from tests.grading.group_rows import group_row, together
from tests.grading.marking_rows import INSTRUCTOR, STUDENTS, TITLE, WORK, enrolment_id, mark, open_class
from tests.grading.marking_screen import kept_mark, shown_words, waiting_commands

AMINA, BARAKA, CHEN, DALIA, ELIF = (
    enrolment_id(name) for name in ("Amina Yusuf", "Baraka Otieno", "Chen Wei", "Dalia Haddad", "Elif Demir")
)


def line_of(page, name):
    return next(one for one in page.bench.lines if one.name == name)


def test_a_group_is_one_line_and_everybody_else_has_an_own_one(bench):
    page = bench(rows=together())
    red = line_of(page, "Red")
    assert red.id == BARAKA
    assert [one.name for one in red.members] == ["Amina Yusuf", "Baraka Otieno", "Chen Wei"]
    assert len(page.bench.lines) == len(STUDENTS) - 3
    assert line_of(page, "Blue").submission is None
    assert "Marked as one: Amina Yusuf, Baraka Otieno, Chen Wei." in shown_words(page)
    assert page.findChild(GroupsRow).words.text() == f"2 groups, {len(STUDENTS) - 5} alone"


def test_marking_once_marks_all_members(bench):
    page = bench(rows=together())
    page.panel._type_score("84")
    page.finish()
    assert [kept_mark(page, one)["score"] for one in (AMINA, BARAKA, CHEN)] == ["84", "84", "84"]
    kinds = [one for one, _ in waiting_commands(page)]
    assert set(kinds) == {"RecordGroupMark"}
    payload = waiting_commands(page)[-1][1]
    assert {one["enrolment_id"] for one in payload["members"]} == {AMINA, BARAKA, CHEN}
    assert len({one["submission_id"] for one in payload["members"]}) == 3


def test_a_mark_given_by_hand_stays_when_the_group_is_marked_again(bench):
    given = [
        mark(TITLE, "Baraka Otieno", "80", released_at=None),
        mark(TITLE, "Amina Yusuf", "80", released_at=None),
        mark(TITLE, "Chen Wei", "60", released_at=None),
    ]
    page = bench(rows=[*together(), *given], enrolment=BARAKA)
    assert "Chen Wei has another mark, given by hand: 60 points. It stays." in shown_words(page)
    page.panel._type_score("85")
    assert [kept_mark(page, one)["score"] for one in (AMINA, BARAKA, CHEN)] == ["85", "85", "60"]
    page.undo()
    assert [kept_mark(page, one)["score"] for one in (AMINA, BARAKA, CHEN)] == ["80", "80", "60"]


def test_a_group_without_names_shows_none(bench):
    page = bench(rows=together(anonymous=True))
    assert not any(name in shown_words(page) for name in STUDENTS)
    assert "A group of 3 students." in shown_words(page) or "A group of 2 students." in shown_words(page)


@pytest.fixture
def dialog_of(qtbot, tmp_path, plain_look):
    """`dialog_of(*rows)` shows the groups of the work; `dialog.here` is the desk."""
    opened = []

    def show(*more, actor=INSTRUCTOR):
        here = open_class(tmp_path / str(len(opened)), actor, [*together(), *more])
        opened.append(here)
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        dialog = GroupsDialog(window, here.desk, here.store.get("assignment", WORK))
        dialog.show()
        dialog.here, dialog.window_kept = here, window
        return dialog

    yield show
    for one in opened:
        one.close()


def asked(dialog):
    return [(one.type, one.payload) for one in dialog.here.store.next_request().commands]


def sizes(dialog):
    return sorted(len(one["members"]) for one in dialog.draft.groups)


def test_groups_are_dealt_out_evenly(dialog_of):
    dialog = dialog_of()
    dialog.count.set_value(5)
    dialog.deal_button.click()
    assert sizes(dialog) == [3, 3, 4, 4, 4]
    assert [one["name"] for one in dialog.draft.groups] == ["Red", "Blue", "Group 1", "Group 2", "Group 3"]
    assert dialog.alone.text() == "Everybody is in a group"
    dialog.save()
    ((kind, payload),) = asked(dialog)
    assert kind == "SetGroups"
    assert payload["assignment_id"] == WORK
    assert {member for one in payload["groups"] for member in one["members"]} == {enrolment_id(one) for one in STUDENTS}
    kept = dialog.here.store.children("work_group", WORK)
    assert sum(len(one["members"]) for one in kept) == len(STUDENTS)


def test_a_student_is_moved_by_hand_and_a_group_is_named_and_removed(dialog_of):
    dialog = dialog_of()
    row = next(one for one in dialog.student_rows if one.student.id == DALIA)
    red, blue = (one["id"] for one in dialog.draft.groups)
    row.group.choose(red)
    assert dialog.draft.group_of(DALIA) == red
    dialog.group_rows[0].name.setText("Scarlet")
    dialog.group_rows[0].name.textEdited.emit("Scarlet")
    assert row.group.currentText() == "Scarlet"
    dialog.group_rows[1].remove.click()
    assert dialog.draft.group_of(ELIF) == ""
    dialog.save()
    ((_, payload),) = asked(dialog)
    assert [one["name"] for one in payload["groups"]] == ["Scarlet"]
    assert payload["removed"] == [blue]
    states = {one["name"]: one["state"] for one in dialog.here.store.children("work_group", WORK)}
    assert states == {"Scarlet": "kept", "Blue": "removed"}


def test_two_groups_of_one_name_are_refused(dialog_of):
    dialog = dialog_of()
    for row in dialog.group_rows[:1]:
        row.name.setText("blue")
        row.name.textEdited.emit("blue")
    dialog.save()
    assert dialog.problem.text() == "Two groups have the same name. Rename one."
    assert asked(dialog) == []


def test_groups_are_copied_from_other_work(dialog_of):
    other = work("Poster", work_kind="handed_in", takes=["file"], group_mode="groups")
    dialog = dialog_of(other, group_row("Night", "Elif Demir", "Amina Yusuf", title="Poster"))
    dialog.source.choose(work_id("Poster"))
    dialog.copy_button.click()
    assert [(one["name"], set(one["members"])) for one in dialog.draft.groups] == [("Night", {ELIF, AMINA})]


def test_nothing_changed_saves_nothing(dialog_of):
    dialog = dialog_of()
    dialog.add_group.click()
    dialog.save()
    assert asked(dialog) == []


def test_someone_else_s_class_can_not_be_grouped(dialog_of):
    stranger = make_actor("0198c0de-0000-7000-8000-00000000abcd", "Yaw Mensah", "instructor")
    dialog = dialog_of(actor=stranger)
    dialog.deal()
    dialog.save()
    assert dialog.problem.text() == "Your role doesn't set work in this cohort."


def test_the_gradebook_says_in_which_group_a_student_is(qtbot, tmp_path, plain_look):
    here = open_class(tmp_path, INSTRUCTOR, together())
    page = BookPage(here.desk, COHORT)
    qtbot.addWidget(page)
    page.resize(1232, 720)
    page.show()
    shown = {}
    for row in range(5):
        page.view.go_to(page.view.book_model.index(row, 0))
        page._show_student()
        shown[page.side.name.text()] = page.side.number.text()
    assert shown["Amina Yusuf"].endswith(" · Red")
    assert shown["Elif Demir"].endswith(" · Blue")
    page.view.go_to(page.view.book_model.index(8, 0))
    page._show_student()
    assert page.side.number.text().endswith("in no group")
    here.close()


def test_more_time_for_one_of_a_group_is_more_time_for_all(tmp_path):
    due, later = "2026-11-22T17:00:00.000Z", "2026-11-25T17:00:00.000Z"
    here = open_class(tmp_path, INSTRUCTOR, together(due_at=due))
    assignment = here.store.get("assignment", WORK)
    grant(here.desk, assignment, BARAKA, later, "Power cut")
    share_time(here.desk, assignment, BARAKA, [AMINA, BARAKA, CHEN])
    given = {one["enrolment_id"]: one["due_at"] for one in here.store.children("extension", WORK)}
    assert given == dict.fromkeys((AMINA, BARAKA, CHEN), later)
    grant(here.desk, assignment, BARAKA, None, "")
    share_time(here.desk, assignment, BARAKA, [AMINA, BARAKA, CHEN])
    assert {one["due_at"] for one in here.store.children("extension", WORK)} == {None}
    here.close()
