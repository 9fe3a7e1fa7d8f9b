"""A student's page of work that is done in groups, and the form that sets it."""

from PySide6.QtWidgets import QWidget

from desktop.grading.assignment_dialog import AssignmentDialog
from desktop.grading.work_together import WorkTogether
from tests.attendance.classes import COHORT
from tests.grading.book_rows import hand_in, person_id
from tests.grading.group_rows import group_row, open_class
from tests.grading.marking_rows import INSTRUCTOR
from tests.grading.test_work_page import essay, page_of

__all__ = ["page_of"]


def shown(page):
    card = page.findChild(WorkTogether)
    return card.isVisibleTo(page), card.names.text(), card.note.text()


def test_a_student_sees_the_own_group_and_who_handed_in(qtbot, page_of):
    mates = group_row("Red", "Elif Demir", "Amina Yusuf", title="Essay")
    page = page_of(essay(group_mode="groups"), mates)
    assert shown(page) == (True, "Red: you and Amina Yusuf", "Whoever of you hands in does it for all.")
    kind, attempt = hand_in("Essay", "Elif Demir", "2026-11-19T08:00:00.000Z")
    page.made.feed.bring([(kind, {**attempt, "group_id": mates[1]["id"], "brought_by": person_id("Amina Yusuf")})])
    qtbot.waitUntil(lambda: shown(page)[2] == "Amina Yusuf handed in for all.")


def test_who_is_in_no_group_is_told_and_who_works_alone_sees_nothing(page_of):
    page = page_of(essay(group_mode="groups"))
    assert shown(page)[1] == "You are in no group yet."
    assert shown(page_of(essay()))[0] is False


def test_the_form_sets_groups_or_reviews_and_never_both(qtbot, tmp_path, plain_look):
    here = open_class(tmp_path, INSTRUCTOR)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    dialog = AssignmentDialog(window, here.desk, COHORT)
    together = dialog.together
    assert together.isVisibleTo(dialog) is False
    dialog.kind.choose("handed_in")
    dialog._show_kind()
    assert together.isVisibleTo(dialog)
    together.peers.choose("3")
    assert together.values() == {"group_mode": "none", "anonymous": False, "peer_reviews": 3}
    together.groups.setChecked(True)
    together.anonymous.setChecked(True)
    assert together.peers.isEnabled() is False
    assert together.values() == {"group_mode": "groups", "anonymous": True, "peer_reviews": 0}
    dialog.kind.choose("manual")
    dialog._show_kind()
    assert together.values() == {"group_mode": "none", "anonymous": False, "peer_reviews": 0}
    dialog.kind.choose("paper")
    dialog._show_kind()
    dialog.title_words.setText("Poster")
    dialog.save()
    ((kind, payload),) = [(one.type, one.payload) for one in here.store.next_request().commands]
    assert (kind, payload["group_mode"], payload["anonymous"]) == ("AddAssignment", "groups", False)
    here.close()
