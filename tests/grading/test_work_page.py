"""A student's page of one piece of work, on a real store and without a network."""

import dataclasses

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from desktop.core.api_client import ApiClient
from desktop.core.api_errors import no_network
from desktop.core.file_transfer import FileTransfer
from desktop.grading.work_page import WorkPage
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from shared.grading.vocabulary import WorkState
from shared.people.vocabulary import Role
from tests.attendance.classes import person_id
from tests.desks import make_actor
from tests.fixtures.windows import bring_forward
from tests.grading.book_rows import class_rows, hand_in, mark, more_time, open_book, work, work_id
from tests.grading.sample_files import pdf, png

ELIF = make_actor(person_id("Elif Demir"), "Elif Demir", Role.STUDENT)
ESSAY = work_id("Essay")
NOW = "2026-11-20T08:00:00.000Z"


class NoLine:
    """A network that is away."""

    def send(self, _request):
        raise no_network("no line")


def essay(**more):
    return work("Essay", **{"work_kind": "handed_in", "takes": ["text", "file"], **more})


@pytest.fixture
def page_of(tmp_path, qtbot, plain_look):
    """`page_of(*rows)` shows the page of the essay to one of its students; `page.made` is the desk."""
    opened = []

    def show(*rows, actor=ELIF):
        made = open_book(tmp_path / str(len(opened)), actor, [*class_rows(), *rows])
        client = ApiClient(NoLine(), made.clock, lambda _seconds: True)
        files = FileTransfer(made.desk.store, client, made.clock)
        made = dataclasses.replace(made, desk=dataclasses.replace(made.desk, files=files))
        opened.append(made)
        page = WorkPage(made.desk, ESSAY)
        page.made = made
        qtbot.addWidget(page)
        page.resize(1100, 900)
        page.show()
        return page

    yield show
    wait_for_background()
    for one in opened:
        one.close()


def asked(page):
    return [(one.type, one.payload) for one in page.made.store.next_request().commands]


def attempts(page):
    return page.made.store.children("submission", ESSAY)


def put(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def add(page, qtbot, *paths):
    page.files.give(list(paths))
    qtbot.waitUntil(lambda: not page._adding, timeout=5000)


def test_work_shows_what_to_do_until_when_and_that_nothing_is_begun(page_of):
    page = page_of(
        essay(instructions="Two pages.", due_at="2026-11-20T17:00:00.000Z", cutoff_at="2026-11-22T17:00:00.000Z"),
        more_time("Essay", "Elif Demir", "2026-11-21T17:00:00.000Z"),
    )
    assert page.head.title.text() == "Essay"
    assert page.head.subtitle.text().endswith(
        "Due Sat 21 Nov, 17:00 · Taken until Sun 22 Nov, 17:00 · You have more time"
    )
    assert page.task.findChild(type(page.why), "words").text() == "Two pages."
    assert page.badge.text == "Not started"
    assert page.mark_button.isHidden()
    assert not page.draft_button.isEnabled()
    assert page.earlier_card.isHidden()


def test_a_draft_is_kept_and_handed_in_as_the_same_attempt_at_the_devices_time(page_of):
    page = page_of(essay(due_at="2026-11-20T17:00:00.000Z"))
    page.answer.setPlainText("Half of it")
    assert page.why.text() == "Not kept yet."
    page.draft_button.click()
    (draft,) = attempts(page)
    assert (draft["state"], draft["text"]) == ("in_progress", "Half of it")
    assert page.badge.text == "In progress"
    page.answer.setPlainText("All of it")
    page.message.setPlainText("Page 2 is short.")
    page.hand_in_button.click()
    (whole,) = attempts(page)
    assert (whole["id"], whole["state"], whole["text"]) == (draft["id"], "submitted", "All of it")
    assert (whole["message"], whole["handed_in_at"]) == ("Page 2 is short.", NOW)
    assert page.badge.text == "Handed in"
    (row,) = page.earlier.rows
    assert row.content.title == "Attempt 1: 08:00"
    assert row.content.detail == "Text, on this computer, waits to be sent"
    assert [kind for kind, _ in asked(page)] == ["SaveWork", "HandIn"]


def test_what_another_machine_did_meanwhile_leaves_what_is_being_written(page_of, qtbot):
    page = page_of(essay())
    page.answer.setPlainText("Mine")
    page.made.feed.bring([hand_in("Essay", "Elif Demir", "2026-11-19T09:00:00.000Z")])
    qtbot.waitUntil(lambda: len(page.earlier.rows) == 1, timeout=3000)
    assert page.answer.toPlainText() == "Mine"


def test_handing_in_again_makes_a_further_attempt_and_the_first_stays(page_of, qtbot):
    kind, first = hand_in("Essay", "Elif Demir", "2026-11-19T09:00:00.000Z")
    page = page_of(essay(), (kind, {**first, "text": "First"}))
    assert page.answer.toPlainText() == "First"
    page.hand_in_button.click()
    assert asked(page) == [], "the same again is no further attempt"
    page.answer.setPlainText("Second")
    page.hand_in_button.click()
    assert [one.content.title for one in page.earlier.rows] == ["Attempt 2: 08:00", "Attempt 1: yesterday 09:00"]
    assert page.earlier.rows[0].content.badge[0] == "Counts"
    assert page.earlier.rows[1].content.badge is None
    assert page.earlier.rows[1].content.detail == "Text, on the server"
    assert {one["text"] for one in attempts(page)} == {"First", "Second"}


def test_nothing_is_handed_in_empty(page_of):
    page = page_of(essay())
    page.hand_in_button.click()
    assert asked(page) == []
    assert page.badge.text == "Not started"


def test_work_that_is_late_says_so(page_of):
    page = page_of(essay(due_at="2026-11-19T17:00:00.000Z"))
    page.answer.setPlainText("At last")
    page.hand_in_button.click()
    assert page.badge.text == "Handed in late"
    assert page.earlier.rows[0].content.detail.endswith("late")


def test_after_the_cut_off_the_page_says_why_nothing_is_taken(page_of):
    page = page_of(essay(due_at="2026-11-18T17:00:00.000Z", cutoff_at="2026-11-19T17:00:00.000Z"))
    assert page.why.text() == "The cut-off is over. Ask whoever teaches the class for more time."
    assert page.hand_in_button.isHidden()
    assert page.answer.isReadOnly()


def test_the_cut_off_that_passes_while_writing_counts(page_of):
    page = page_of(essay(cutoff_at="2026-11-20T08:30:00.000Z"))
    page.answer.setPlainText("Too slow")
    page.made.clock.advance(3600)
    page.hand_in()
    assert all(kind != "HandIn" for kind, _ in asked(page))


def test_when_all_attempts_are_used_the_page_says_so(page_of):
    page = page_of(essay(most_attempts=1), hand_in("Essay", "Elif Demir", "2026-11-19T09:00:00.000Z"))
    assert page.why.text() == "All attempts at this work are used. Ask whoever teaches the class."
    assert page.hand_in_button.isHidden()


def test_work_that_was_given_back_shows_the_note_and_is_taken_again(page_of):
    kind, first = hand_in("Essay", "Elif Demir", "2026-11-19T09:00:00.000Z")
    page = page_of(essay(most_attempts=1), (kind, {**first, "state": "returned", "returned_note": "Add sources."}))
    assert page.badge.text == "Given back"
    assert page.returned.findChild(type(page.why), "words").text() == "Add sources."
    page.answer.setPlainText("With sources")
    page.hand_in_button.click()
    assert page.badge.text == "Handed in"
    assert page.returned.isHidden()


def test_a_published_mark_makes_it_graded(page_of):
    page = page_of(essay(), mark("Essay", "Elif Demir", "80"))
    assert page.work.state is WorkState.GRADED
    assert page.badge.text == "Graded"
    page.mark_button.click()
    assert "Points given" in [line.what for line in Dialog.opened_in(page.window()).lines]


def test_files_are_kept_here_wait_to_be_sent_and_are_handed_in(page_of, qtbot, tmp_path):
    page = page_of(essay())
    add(page, qtbot, put(tmp_path, "essay.pdf", pdf(2)), put(tmp_path, "shop.png", png()))
    assert [row.file["name"] for row in page.files.rows] == ["essay.pdf", "shop.png"]
    assert {row.badge.text for row in page.files.rows} == {"Waits to be sent"}
    assert page.hand_in_button.text() == "Hand in 2 files"
    page.hand_in_button.click()
    (whole,) = attempts(page)
    assert [(one["name"], one["type"]) for one in whole["files"]] == [("essay.pdf", "pdf"), ("shop.png", "png")]
    assert {one.sha256 for one in page.made.desk.files.waiting()} == {one["sha256"] for one in whole["files"]}
    assert page.earlier.rows[0].content.detail == "2 files, on this computer, waits to be sent"


def test_dropped_files_are_added(page_of, qtbot, tmp_path):
    page = page_of(essay())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(put(tmp_path, "essay.pdf", pdf(1))))])
    actions, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.files.dropEvent(QDropEvent(QPointF(5, 5), actions, data, buttons, keys))
    qtbot.waitUntil(lambda: len(page.files.rows) == 1, timeout=5000)


def test_each_file_that_is_not_taken_is_told_with_its_reason(page_of, qtbot, tmp_path):
    page = page_of(essay(most_files=2, allowed_types=["pdf"], most_bytes=2_000_000))
    add(
        page,
        qtbot,
        put(tmp_path, "photo.png", png()),
        put(tmp_path, "liar.pdf", png()),
        put(tmp_path, "empty.pdf", b""),
        put(tmp_path, "large.pdf", pdf(1) + b" " * 2_000_000),
        put(tmp_path, "one.pdf", pdf(1)),
        put(tmp_path, "two.pdf", pdf(2)),
        put(tmp_path, "three.pdf", pdf(3)),
    )
    told = page.files.refused.text().split("\n")
    assert [row.file["name"] for row in page.files.rows] == ["one.pdf", "two.pdf"]
    assert [line.split("”")[0].lstrip("“") for line in told] == [
        "photo.png",
        "liar.pdf",
        "empty.pdf",
        "large.pdf",
        "three.pdf",
    ]
    assert "at most 2 files" in told[-1]
    assert page.files.refused.isVisibleTo(page)


def test_endings_that_work_allows_are_taken_by_their_content(page_of, qtbot, tmp_path):
    page = page_of(essay(allowed_types=["jpg", "py"]))
    add(page, qtbot, put(tmp_path, "sum.py", b"print(1 + 1)\n"), put(tmp_path, "notes.txt", b"notes\n"))
    assert [(row.file["name"], row.file["type"]) for row in page.files.rows] == [("sum.py", "py")]
    assert "notes.txt" in page.files.refused.text()


def test_a_file_that_is_removed_is_no_longer_sent(page_of, qtbot, tmp_path):
    page = page_of(essay())
    add(page, qtbot, put(tmp_path, "essay.pdf", pdf(2)))
    page.files.rows[0].remove.click()
    qtbot.waitUntil(lambda: not page.made.desk.files.waiting(), timeout=5000)
    assert page.files.rows == []
    assert attempts(page)[0]["files"] == []


def test_leaving_the_page_keeps_a_draft(page_of):
    page = page_of(essay())
    page.answer.setPlainText("Half of it")
    page.hide()
    assert attempts(page)[0]["text"] == "Half of it"


def test_the_keys_of_the_page_save_and_hand_in(page_of, qtbot):
    page = page_of(essay())
    page.answer.setPlainText("All of it")
    bring_forward(qtbot, page)
    page.first_focus().setFocus()
    qtbot.keyClick(page.answer, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.badge.text == "Handed in"
    assert [key for key, _ in page.page_keys()] == ["Ctrl O", "Ctrl S", "Ctrl Enter"]


def test_the_progress_of_sending_is_shown(page_of, qtbot, tmp_path):
    page = page_of(essay())
    add(page, qtbot, put(tmp_path, "essay.pdf", pdf(2)))
    page.files.show_progress(page.files.rows[0].file["sha256"], 40, 100)
    assert page.files.rows[0].badge.text == "Sending 40 %"
    assert page.files.rows[0].bar.value() == 40


@pytest.mark.parametrize(
    ("state", "badge", "detail"),
    [
        ("waiting", "Saved", "1 file, 1 file isn't on the server yet"),
        ("stored", "On the server", "1 file, on the server"),
        ("quarantined", "Not taken", "1 file, 1 file wasn't taken"),
    ],
)
def test_where_a_file_is_comes_from_the_server(page_of, qtbot, state, badge, detail):
    page = page_of(essay())
    kind, first = hand_in("Essay", "Elif Demir", "2026-11-19T09:00:00.000Z")
    file = {"sha256": "a" * 64, "name": "essay.pdf", "bytes": 2000, "type": "pdf"}
    page.made.feed.bring([(kind, {**first, "files": [{**file, "state": "waiting"}]})])
    qtbot.waitUntil(lambda: len(page.files.rows) == 1, timeout=3000)
    page.made.feed.bring([(kind, {**first, "files": [{**file, "state": state}]})])
    qtbot.waitUntil(lambda: page.files.rows[0].badge.text == badge, timeout=3000)
    assert page.earlier.rows[0].content.detail == detail
    assert bool(page.files.rows[0].why.text()) == (state == "quarantined")


def test_what_is_on_the_server_is_not_sent_again(page_of, qtbot, tmp_path):
    page = page_of(essay())
    add(page, qtbot, put(tmp_path, "essay.pdf", pdf(2)))
    (draft,) = attempts(page)
    page.made.feed.accept_all()
    page.made.desk.files.call_off("up", [draft["files"][0]["sha256"]])
    stored = [{**one, "state": "stored"} for one in draft["files"]]
    page.made.feed.bring([("submission", {**draft, "files": stored})])
    qtbot.waitUntil(lambda: page.files.rows[0].badge.text == "On the server", timeout=3000)
    page.hand_in_button.click()
    assert page.badge.text == "Handed in"
    assert page.made.desk.files.waiting() == []


def test_work_without_files_takes_text_alone_and_the_other_way_round(page_of):
    page = page_of(essay(takes=["text"]))
    assert page.files.isHidden()
    assert not page.answer_card.isHidden()
    page = page_of(essay(takes=["file"]))
    assert page.answer_card.isHidden()
    assert not page.files.isHidden()


def test_work_of_another_class_or_as_a_draft_is_not_here(page_of):
    assert page_of(essay(state="draft")).work is None
    stranger = make_actor("01a1f7f8-3000-7672-874a-d4a8ff8edb60", "Nobody", Role.STUDENT)
    assert page_of(essay(), actor=stranger).work is None
