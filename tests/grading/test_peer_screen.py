"""Reviews by students on the desktop, without a network: writing one, sharing them out, and seeing what was said."""

import pytest
from PySide6.QtWidgets import QWidget

from desktop.grading.marking_peers import PeersRow
from desktop.grading.peer_dialog import PeerDialog
from desktop.grading.review_page import ReviewPage
from desktop.grading.work_together import WorkTogether
from desktop.widgets.background import wait_for_background
from shared.people.vocabulary import Role
from tests.desks import make_actor
from tests.grading.marking_rows import (
    CRITERIA,
    INSTRUCTOR,
    STUDENTS,
    WORK,
    enrolment_id,
    file_ref,
    given,
    handed_in,
    open_class,
    person_id,
)
from tests.grading.marking_screen import shown_words
from tests.grading.peer_rows import feedback, review, task
from tests.grading.test_work_page import ELIF, essay, page_of

__all__ = ["page_of"]

WHOLE = [given(0, 2, "34"), given(1, 2, "25"), given(2, 1, "14"), given(3, 1, "11")]


def asked(page):
    return [(one.type, one.payload) for one in page.here.store.next_request().commands]


@pytest.fixture
def review_page(qtbot, tmp_path, plain_look):
    """`review_page(number, *rows)` shows a review that Elif has to write."""
    opened = []

    def show(number, *rows, size=(1232, 720), **more):
        mine = handed_in(peer_reviews=2, **more)
        here = open_class(tmp_path / str(len(opened)), ELIF, [*mine, *rows])
        opened.append(here)
        page = ReviewPage(here.desk, task(number)[1]["id"])
        page.here = here
        qtbot.addWidget(page)
        page.resize(*size)
        page.show()
        return page

    yield show
    wait_for_background()
    for one in opened:
        one.close()


def test_a_reviewer_sees_the_work_the_rubric_and_no_name(review_page):
    page = review_page(2, task(1), task(2, files=[{**file_ref("shop.png"), "name": "File 1.png"}]))
    assert page.name.text() == "Work 2"
    assert page.badge.text == "Not written"
    assert len(page.rubric.boxes) == len(CRITERIA)
    assert not any(name in shown_words(page) for name in STUDENTS)


def test_a_review_is_kept_as_a_draft_and_then_sent(review_page):
    page = review_page(1, task(1))
    page.words.setPlainText("Clear figures")
    page.save()
    assert asked(page) == [("SaveReview", {"levels": [], "text": "Clear figures", "sent": False})]
    assert page.badge.text == "Draft"
    for place, level in enumerate((2, 2, 1, 1)):
        page.rubric.focus_on(place)
        page.rubric.press(level)
    assert page.points.text().endswith("of 100 points")
    page.send()
    kind, payload = asked(page)[-1]
    assert (kind, payload["sent"], len(payload["levels"])) == ("SaveReview", True, 4)
    assert page.badge.text == "Sent"
    kept = page.here.store.get("peer_task", task(1)[1]["id"])
    assert kept["state"] == "sent"
    assert page.save_button.isVisibleTo(page) is False


def test_an_empty_or_half_review_is_not_sent(review_page):
    page = review_page(1, task(1))
    page.send()
    assert asked(page) == []
    page.rubric.press(1)
    page.send()
    assert asked(page) == []
    assert page.badge.text == "Not written"


def test_leaving_keeps_what_is_written_and_what_was_sent_stays(review_page):
    page = review_page(1, task(1))
    page.words.setPlainText("Half")
    page.hide()
    assert asked(page)[0][1]["text"] == "Half"
    done = review_page(1, task(1, state="sent", text="Good", levels=WHOLE, score="84"))
    done.words.setPlainText("Other")
    done.hide()
    assert asked(done) == []


def test_a_review_that_is_not_wanted_any_more_says_so(review_page):
    assert "isn't wanted any more" in shown_words(review_page(3, task(1)))


def test_the_work_page_lists_what_is_to_review_and_what_was_said(page_of):
    page = page_of(
        essay(peer_reviews=2), task(1, "Essay"), task(2, "Essay", text="Half"), task(3, "Essay", state="sent")
    )
    card = page.findChild(WorkTogether)
    assert [row.content.title for row in card.tasks.rows] == ["Work 1", "Work 2", "Work 3"]
    assert [row.content.badge[0] for row in card.tasks.rows] == ["Not written", "Draft", "Sent"]
    assert card.said_card.isVisibleTo(page) is False
    card.tasks.pressed.emit(task(2)[1]["id"])
    assert page.made.opened.pages[-1][:2] == ("grading.review", task(2)[1]["id"])
    told = page_of(essay(peer_reviews=2), feedback(1, "Essay", score="84"), feedback(2, "Essay"))
    words = told.findChild(WorkTogether).said.text()
    assert "84 points" in words
    assert "Said by number 2" in words


def test_the_workbench_shows_how_far_they_are_and_what_was_said(bench):
    said = review("Amina Yusuf", "Dalia Haddad", state="sent", text="Good sources", score="70")
    page = bench(rows=[*handed_in(peer_reviews=1), said, review("Elif Demir", "Amina Yusuf")])
    assert page.findChild(PeersRow).words.text() == "1 of 2 reviews written"
    assert "Review by a student, 70 points. Good sources" in shown_words(page)
    plain = bench(rows=handed_in())
    assert plain.findChild(PeersRow).isVisibleTo(plain) is False


@pytest.fixture
def dialog_of(qtbot, tmp_path, plain_look):
    """`dialog_of(*rows)` shows who reviews whom."""
    opened = []

    def show(*rows, actor=INSTRUCTOR, **more):
        here = open_class(tmp_path / str(len(opened)), actor, [*handed_in(peer_reviews=1, **more), *rows])
        opened.append(here)
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        dialog = PeerDialog(window, here.desk, here.store.get("assignment", WORK))
        dialog.show()
        dialog.here, dialog.window_kept = here, window
        return dialog

    yield show
    wait_for_background()
    for one in opened:
        one.close()


def test_reviews_are_shared_out_by_the_server(dialog_of):
    dialog = dialog_of()
    dialog.share_button.click()
    assert asked(dialog) == [("ShareOutReviews", {})]
    assert dialog.problem.text().startswith("16 reviews are shared out.")


def test_one_is_given_and_taken_by_hand(dialog_of):
    dialog = dialog_of()
    dialog.reviewer.choose(enrolment_id("Grace Wanjiru"))
    dialog.author.choose(enrolment_id("Amina Yusuf"))
    dialog.add_review.click()
    (row,) = dialog.source.rows([one["id"] for one in dialog.here.store.children("peer_review", WORK)]).values()
    assert (row.reviewer, row.author) == ("Grace Wanjiru", "Amina Yusuf")
    dialog.add_review.click()
    assert dialog.problem.text() == "This student reviews this work already."
    dialog.reviewer.choose(enrolment_id("Amina Yusuf"))
    dialog.add_review.click()
    assert dialog.problem.text() == "Nobody reviews the own work. Choose somebody else."
    dialog.table.go_to(row.id)
    dialog.remove_button.click()
    assert [one for one, _ in asked(dialog)] == ["AssignReview", "RemoveReview"]
    assert "shared out when the work is closed" in dialog.words.text()


def test_a_written_review_stays_and_names_stay_hidden(dialog_of):
    sent = review("Elif Demir", "Amina Yusuf", state="sent", text="Fine")
    dialog = dialog_of(sent, anonymous=True)
    (row,) = dialog.source.rows([sent[1]["id"]]).values()
    assert row.reviewer.startswith("Student ")
    assert row.author.startswith("Student ")
    dialog.table.go_to(row.id)
    dialog.remove_button.click()
    assert dialog.problem.text() == "This review is written and sent, so it stays."


def test_who_does_not_teach_the_class_only_looks(dialog_of):
    stranger = make_actor(person_id("Nobody"), "Yaw Mensah", Role.INSTRUCTOR)
    dialog = dialog_of(review("Elif Demir", "Amina Yusuf"), actor=stranger)
    assert not hasattr(dialog, "share_button")
    assert dialog.remove_button.isVisibleTo(dialog) is False
