"""Marked work as PDF on the student's page and in the workbench: only once it is published, and complete."""

import dataclasses
import io

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.core.file_transfer import FileTransfer
from desktop.grading.annotated_pdf import annotated_pdf
from desktop.grading.annotated_work import read_marked
from desktop.grading.marked_page import MarkedPage
from desktop.grading.work_page import WorkPage
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.desks import Feed, make_actor
from tests.grading.marking_rows import FILES, TITLE, WORK, enrolment_id, given, handed_in, mark, open_class, submission
from tests.grading.marking_screen import AMINA, shown_words
from tests.grading.test_annotated_pdf import HEAD

RELEASED = "2026-11-19T09:00:00.000Z"
BARAKA_ID = "Baraka Otieno"
BARAKA = enrolment_id(BARAKA_ID)


def comment(who, key, words, *, sha="", **where):
    kind, body = submission(who, RELEASED)
    made = {
        "id": derived_id("comment", key),
        "revision": derived_id("comment", key),
        "submission_id": body["id"],
        "mark_id": "",
        "cohort_id": body["cohort_id"],
        "person_id": body["person_id"],
        "sha256": sha,
        "place": None,
        "time_code_ms": None,
        "text": words,
        "author_id": "someone",
        "author_name": "Ines Ferreira",
        "at": RELEASED,
        "state": "kept",
        "shown": True,
        **where,
    }
    assert kind == "submission"
    return "work_comment", made


def rows(*, released=RELEASED):
    levels = [{**given(0, 2, "34"), "note": "Check March."}, given(1, 2, "25"), given(2, 1, "14"), given(3, 1, "11")]
    kind, body = submission(BARAKA_ID, "2026-11-11T01:40:00.000Z", "cash-flow-plan.pdf", text="My answer is yes.")
    sha = body["files"][0]["sha256"]
    place = {"page": 2, "x": 0.4, "y": 0.3, "w": 0.0, "h": 0.0}
    return [
        *handed_in(),
        (kind, body),
        mark(TITLE, BARAKA_ID, "84", levels=levels, released_at=released, feedback="Well done."),
        comment(BARAKA_ID, "one", "Where from?", sha=sha, place=place),
        comment(BARAKA_ID, "two", "Good answer.", place={**place, "page": 1}),
        comment(BARAKA_ID, "three", "Taken back.", sha=sha, state="removed"),
    ]


@pytest.fixture
def own(tmp_path, qtbot, plain_look):
    """`own(rows)` shows the student's page of the work."""
    opened = []

    def show(given_rows, *, files=("cash-flow-plan.pdf",), server=False):
        actor = make_actor(rows()[-1][1]["person_id"], BARAKA_ID, Role.STUDENT)
        here = open_class(tmp_path, actor, given_rows, files=files)
        opened.append(here)
        desk = here.desk
        if server:
            desk = dataclasses.replace(desk, files=FileTransfer(here.store, None, here.clock))
        page = WorkPage(desk, WORK)
        qtbot.addWidget(page)
        page.resize(1232, 844)
        page.show()
        page.desk = desk
        return page

    yield show
    wait_for_background()
    for one in opened:
        one.close()


def pages_of(work):
    return [page.extract_text() for page in PdfReader(io.BytesIO(annotated_pdf(work, HEAD))).pages]


def test_a_student_gets_mark_rubric_feedback_and_comments(own, qtbot):
    page = own(rows())
    work = read_marked(page.desk, WORK, BARAKA)
    told = pages_of(work)
    assert len(told) == 6
    for words in ("Baraka Otieno", "84 of 100", "Figures are correct", "Good · Check March.", "Well done."):
        assert words in told[0]
    assert "Where from?" in told[3]
    assert "Page 2 · Ines Ferreira" in told[3]
    assert "Good answer." in told[5]
    assert not any("Taken back." in one for one in told)
    QTest.mouseClick(page.pdf_button, Qt.MouseButton.LeftButton)
    page.make_pdf()
    qtbot.waitUntil(lambda: Dialog.opened_in(page) is not None)
    dialog = Dialog.opened_in(page)
    assert dialog.document.pageCount() == 6
    assert dialog._name == "Assignment 3 cash flow plan Baraka Otieno"


def test_before_it_is_published_there_is_nothing(own):
    page = own(rows(released=None))
    assert not page.pdf_button.isVisible()
    assert read_marked(page.desk, WORK, BARAKA) is None
    page.make_pdf()
    assert "This mark isn't published yet." in shown_words(page)


def test_files_that_are_not_here_are_fetched_and_left_out_when_asked_again(own, qtbot):
    page = own(rows(), files=(), server=True)
    page.make_pdf()
    assert "1 file is being fetched." in shown_words(page)
    assert [one.name for one in page.desk.files.waiting()] == ["cash-flow-plan.pdf"]
    page.make_pdf()
    qtbot.waitUntil(lambda: Dialog.opened_in(page) is not None)
    assert Dialog.opened_in(page).document.pageCount() == 4


def test_the_workbench_offers_it_for_published_marks_alone(bench, qtbot):
    page = bench(rows=rows(), enrolment=BARAKA)
    (action,) = [one for one in page.panel.menu().actions() if one.text() == "Marked work as PDF"]
    assert action.isEnabled()
    action.trigger()
    qtbot.waitUntil(lambda: Dialog.opened_in(page) is not None)
    Dialog.opened_in(page).reject()
    page.open_student(AMINA)
    (action,) = [one for one in page.panel.menu().actions() if one.text() == "Marked work as PDF"]
    assert not action.isEnabled()


def test_work_that_is_not_here_is_none(own):
    page = own(rows())
    assert read_marked(page.desk, "elsewhere", BARAKA) is None
    assert read_marked(page.desk, WORK, AMINA) is None


def test_a_student_reads_the_comments_where_they_are_pinned(own, qtbot):
    page = own(rows())
    assert page.comments_button.text() == "2 comments"
    QTest.mouseClick(page.comments_button, Qt.MouseButton.LeftButton)
    shown = MarkedPage(page.desk, WORK)
    qtbot.addWidget(shown)
    shown.resize(1000, 700)
    shown.show()
    qtbot.waitUntil(lambda: shown.preview.pages.count == 2)
    assert "2 of" not in shown.preview.name.text()
    assert [row.pin.words for row in shown.preview.comments.rows] == []
    shown.preview._go(shown.preview._pins[0].id)
    assert [row.pin.words for row in shown.preview.comments.rows] == ["Where from?"]
    assert not shown.preview.comment.isVisible()
    assert not shown.preview.comments.rows[0].pin.mine
    shown.preview.show_file("")
    qtbot.waitUntil(lambda: [row.pin.words for row in shown.preview.comments.rows] == ["Good answer."])


def test_a_student_sees_no_comment_before_the_mark_is_published(own, qtbot):
    page = own(rows(released=None))
    assert not page.comments_button.isVisible()
    shown = MarkedPage(page.desk, WORK)
    qtbot.addWidget(shown)
    shown.show()
    assert "Nothing is published of this work yet" in shown_words(shown)
    assert "Where from?" not in shown_words(shown)


def test_a_comment_that_comes_later_shows_and_files_are_fetched(own, qtbot, tmp_path):
    page = own(rows(), files=(), server=True)
    shown = MarkedPage(page.desk, WORK)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(lambda: "isn't on this computer yet" in shown_words(shown))
    assert [one.name for one in page.desk.files.waiting()] == ["cash-flow-plan.pdf"]
    path = tmp_path / "arrived"
    path.write_bytes(FILES["cash-flow-plan.pdf"])
    sha256 = page.desk.store.kept_files.put(path)
    transfer = page.desk.files.queue.get("down", sha256)
    page.desk.files.queue.remove(transfer)
    page.desk.files._tell(transfer, transfer.size, ended=True)
    qtbot.waitUntil(lambda: shown.preview.pages.count == 2)
    feed = Feed(page.desk.store, page.desk.clock, 1_000)
    place = {"page": 1, "x": 0.4, "y": 0.3, "w": 0.0, "h": 0.0}
    feed.bring([comment(BARAKA_ID, "four", "One more.", sha=sha256, place=place)])
    qtbot.waitUntil(lambda: [row.pin.words for row in shown.preview.comments.rows] == ["One more."])


def test_work_that_is_not_here_says_so(own, qtbot):
    page = own(rows())
    shown = MarkedPage(page.desk, "elsewhere")
    qtbot.addWidget(shown)
    assert shown.work is None
