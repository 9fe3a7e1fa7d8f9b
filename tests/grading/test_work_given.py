"""What a student's page offers beside writing: files given with the work, recordings made here, reasons."""

import dataclasses

import pytest

from desktop.core.api_client import ApiClient
from desktop.core.api_errors import no_network
from desktop.core.file_transfer import FileTransfer, Moved
from desktop.grading.given_page import GivenPage
from desktop.grading.work_page import WorkPage
from desktop.widgets.background import wait_for_background
from shared.people.vocabulary import Role
from tests.attendance.classes import person_id
from tests.desks import make_actor
from tests.grading.book_rows import class_rows, hand_in, more_time, open_book, work, work_id
from tests.grading.fed_recorder import FedInputs
from tests.grading.sample_files import pdf

ELIF = make_actor(person_id("Elif Demir"), "Elif Demir", Role.STUDENT)
ESSAY = work_id("Essay")
BRIEF = {"sha256": "b" * 64, "name": "Brief.pdf", "bytes": 2048, "type": "pdf"}


class NoLine:
    """A network that is away."""

    def send(self, _request):
        raise no_network("no line")


def essay(**more):
    return work("Essay", **{"work_kind": "handed_in", "takes": ["text", "file"], **more})


@pytest.fixture
def desk_of(tmp_path, qtbot, plain_look):
    """`desk_of(*rows)` is a student's desk with the essay; what is opened is noted in `opened`."""
    made = []

    def show(*rows, actor=ELIF):
        here = open_book(tmp_path / str(len(made)), actor, [*class_rows(), *rows])
        client = ApiClient(NoLine(), here.clock, lambda _seconds: True)
        files = FileTransfer(here.desk.store, client, here.clock)
        opened = []
        desk = dataclasses.replace(here.desk, files=files, open=lambda *page, **more: opened.append((*page, more)))
        made.append(here)
        return desk, opened

    yield show
    wait_for_background()
    for one in made:
        one.close()


@pytest.fixture
def page_of(desk_of, qtbot):
    """`page_of(*rows)` shows the page of the essay."""

    def show(*rows):
        desk, opened = desk_of(*rows)
        page = WorkPage(desk, ESSAY)
        page.desk, page.opened = desk, opened
        qtbot.addWidget(page)
        page.resize(1100, 900)
        page.show()
        return page

    return show


def kept_brief(desk, tmp_path):
    """The brief as a file of this computer."""
    path = tmp_path / "Brief.pdf"
    if not path.exists():
        path.write_bytes(pdf())  # with the time in it: made once, it has one hash
    chosen = desk.files.choose(path)
    return {"sha256": chosen.sha256, "name": chosen.name, "bytes": chosen.bytes, "type": chosen.type}


def test_files_of_the_work_are_fetched_when_asked_and_say_where_they_are(page_of):
    page = page_of(essay(attachments=[BRIEF]))
    (row,) = page.given.rows
    assert row.badge.text == "Not here yet"
    assert page.given.fetch_button.text() == "Fetch 1 file, 2.0 KB"
    page.given.fetch_button.click()
    assert row.badge.text == "On its way"
    assert page.given.fetch_button.isHidden()
    assert [(one.direction, one.sha256) for one in page.desk.files.waiting()] == [("down", BRIEF["sha256"])]
    page._heard(Moved(BRIEF["sha256"], "down", 1024, 2048))
    assert row.badge.text == "Coming 50 %"


def test_a_file_that_doesnt_come_says_why_and_is_tried_again(page_of):
    page = page_of(essay(attachments=[BRIEF]))
    page.given.fetch_button.click()
    (transfer,) = page.desk.files.waiting()
    why = "This file isn't here, or isn't for you."
    page.desk.files.queue.change(transfer, state="refused", code="not_found", sentence=why)
    page._heard(Moved(BRIEF["sha256"], "down", 0, 2048, ended=True, sentence=why))
    assert page.given.rows[0].badge.text == "Didn't come"
    assert page.given.problem.text() == why
    GivenPage(page.desk, ESSAY, {"file": BRIEF["sha256"]}).deleteLater()
    assert [one.state for one in page.desk.files.waiting()] == ["waiting"]


def test_a_file_that_is_here_opens_on_a_page_of_its_own(desk_of, tmp_path, qtbot):
    desk, _ = desk_of(essay())
    brief = kept_brief(desk, tmp_path)
    desk, opened = desk_of(essay(attachments=[brief]))
    kept_brief(desk, tmp_path)
    page = WorkPage(desk, ESSAY)
    qtbot.addWidget(page)
    (row,) = page.given.rows
    assert row.badge.text == "On this computer"
    row.open_button.click()
    assert opened == [("grading.files", ESSAY, {"file": brief["sha256"]})]
    given = GivenPage(desk, ESSAY, {"file": brief["sha256"]})
    qtbot.addWidget(given)
    given.show()
    qtbot.waitUntil(lambda: given.preview.pages.count > 0, timeout=5000)
    assert given.preview.name.text() == "Brief.pdf"


def test_a_file_that_comes_while_it_is_waited_for_is_shown(desk_of, tmp_path, qtbot):
    desk, _ = desk_of(essay())
    brief = kept_brief(desk, tmp_path)
    desk, _ = desk_of(essay(attachments=[brief]))
    given = GivenPage(desk, ESSAY, {"file": brief["sha256"]})
    qtbot.addWidget(given)
    given.show()
    qtbot.waitUntil(lambda: given.preview.nothing.title.text() == "This file isn't on this computer yet", timeout=5000)
    assert [one.direction for one in desk.files.waiting()] == ["down"]
    kept_brief(desk, tmp_path)
    given._heard(Moved(brief["sha256"], "down", 10, 10, ended=True))
    qtbot.waitUntil(lambda: given.preview.pages.count > 0, timeout=5000)


def test_work_of_another_class_opens_no_files(desk_of, qtbot):
    desk, _ = desk_of()
    given = GivenPage(desk, ESSAY)
    qtbot.addWidget(given)
    assert given.preview.nothing.title.text() == "This work isn't on this computer"


def test_a_recording_made_here_is_a_file_of_the_draft_and_waits_to_be_sent(page_of, qtbot):
    page = page_of(essay(takes=["recording"]))
    inputs = FedInputs(pieces=20)
    page.recording.recorder.set_inputs(inputs)
    assert page.recording.isVisible()
    page.recording.sound.click()
    assert page.recording.stop_button.isVisible()
    assert page.recording.sound.isHidden()
    qtbot.waitUntil(lambda: inputs.sent >= 20, timeout=20_000)
    page.recording.stop_button.click()
    qtbot.waitUntil(lambda: len(page.files.rows) == 1, timeout=10_000)
    (draft,) = page.desk.store.children("submission", ESSAY)
    (file,) = draft["files"]
    assert file["name"].startswith("Recording 2026-11-20 08.00.")
    assert [one.sha256 for one in page.desk.files.waiting()] == [file["sha256"]]
    assert page.recording.sound.isVisible()
    page.files.rows[0].look.click()
    assert page.opened == [("grading.files", ESSAY, {"file": file["sha256"]})]


def test_two_recordings_of_a_minute_have_two_names_and_leaving_keeps_one_that_runs(page_of, qtbot):
    page = page_of(essay(takes=["recording"]))
    for pieces in (10, 15):
        inputs = FedInputs(pieces=pieces)
        page.recording.recorder.set_inputs(inputs)
        page.recording.sound.click()
        qtbot.waitUntil(lambda inputs=inputs: inputs.sent >= inputs.pieces, timeout=20_000)
        if pieces == 10:
            page.recording.stop_button.click()
            qtbot.waitUntil(lambda: len(page.files.rows) == 1, timeout=10_000)
        else:
            page.hide()
    (draft,) = page.desk.store.children("submission", ESSAY)
    first, second = (one["name"].rpartition(".")[0] for one in draft["files"])
    assert second == f"{first} (2)"


def test_without_a_microphone_a_sentence_says_what_to_do(page_of):
    page = page_of(essay(takes=["recording"]))
    page.recording.recorder.set_inputs(FedInputs(why="No microphone is connected. Plug one in."))
    page.recording.sound.click()
    assert page.recording.problem.text() == "No microphone is connected. Plug one in."
    assert page.recording.sound.isVisible()


def test_nothing_is_recorded_that_couldnt_be_handed_in(page_of, qtbot):
    page = page_of(essay(takes=["recording"], most_files=1))
    inputs = FedInputs(pieces=10)
    page.recording.recorder.set_inputs(inputs)
    page.recording.sound.click()
    qtbot.waitUntil(lambda: inputs.sent >= 10, timeout=20_000)
    page.recording.stop_button.click()
    qtbot.waitUntil(lambda: len(page.files.rows) == 1, timeout=10_000)
    page.recording.sound.click()
    assert page.recording.problem.text() == "All files that can be handed in are there. Remove one, then record."
    assert not page.recording.recorder.is_on


def test_work_without_recordings_offers_none(page_of):
    assert page_of(essay()).recording.isHidden()


def test_when_work_opens_and_why_there_is_more_time_stand_in_the_head(page_of):
    rows = (
        essay(opens_at="2026-11-21T08:00:00.000Z", due_at="2026-11-22T17:00:00.000Z"),
        more_time("Essay", "Elif Demir", "2026-11-24T17:00:00.000Z", reason="She was ill."),
    )
    page = page_of(*rows)
    assert page.head.subtitle.text().endswith(
        "Opens Sat 21 Nov, 08:00 · Due Tue 24 Nov, 17:00 · You have more time: She was ill."
    )
    assert page.why.text() == "This work isn't open yet. Hand it in when it is."


def test_a_file_that_was_put_aside_tells_the_servers_reason(page_of):
    why = "“essay.pdf” isn't what its name says. Choose the right file."
    kind, body = hand_in("Essay", "Elif Demir", "2026-11-19T09:00:00.000Z")
    aside = {"sha256": "a" * 64, "name": "essay.pdf", "bytes": 10, "type": "pdf", "state": "quarantined"}
    page = page_of(essay(), (kind, {**body, "files": [{**aside, "why": why}]}))
    assert page.files.rows[0].why.text() == why
    assert page.files.rows[0].badge.text == "Not taken"


def test_a_smaller_video_is_fetched_with_its_own_size(page_of):
    video = {"sha256": "d" * 64, "name": "Lesson.mov", "bytes": 80 << 20, "type": "mov"}
    page = page_of(essay(attachments=[video]))
    assert page.given.fetch_button.text() == "Fetch 1 file, 80.0 MB"
    store = page.desk.store
    store.remember_all({f"film {'d' * 64}": ["c" * 64, 9 << 20], f"film of {'c' * 64}": ["d" * 64, 80 << 20]})
    page._given.show(page.work.assignment["attachments"])
    assert page.given.fetch_button.text() == "Fetch 1 file, 9.0 MB"
    page.given.fetch_button.click()
    assert [one.sha256 for one in page.desk.files.waiting()] == ["c" * 64]
    assert page.given.rows[0].badge.text == "On its way"
    page._given.heard(Moved("c" * 64, "down", 4_500_000, 9_000_000))
    assert page.given.rows[0].badge.text == "Coming 50 %"
