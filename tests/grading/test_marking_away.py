"""Files that can't be looked at in the workbench say why: put aside by the server, or not sent yet."""

import pytest

from desktop.grading.marking_files import work_files
from desktop.grading.marking_pack import files_of
from desktop.grading.marking_store import read_lines
from desktop.grading.preview_pane import PreviewPane
from desktop.widgets.background import wait_for_background
from shared.grading.vocabulary import ASSIGNMENT
from tests.grading.book_rows import class_rows, hand_in, open_book, work, work_id

WHY = "“essay.pdf” isn't what its name says. Choose the right file."
FILE = {"sha256": "a" * 64, "name": "essay.pdf", "bytes": 10, "type": "pdf"}


@pytest.fixture
def desk(tmp_path, plain_look):
    made = []

    def show(*files):
        kind, body = hand_in("Essay", "Elif Demir", "2026-11-19T09:00:00.000Z")
        essay = work("Essay", work_kind="handed_in", takes=["file"])
        made.append(open_book(tmp_path, rows=[*class_rows(), essay, (kind, {**body, "files": list(files)})]))
        return made[-1].desk, body["id"]

    yield show
    wait_for_background()
    for one in made:
        one.close()


@pytest.mark.parametrize(
    ("more", "neutral", "told"),
    [
        ({"state": "quarantined", "why": WHY}, False, WHY),
        ({"state": "quarantined"}, False, "The server put this file aside, and nobody can open it."),
        ({"state": "quarantined", "why": WHY}, True, "The server put this file aside: it isn't what its name says"),
        ({"state": "waiting"}, False, "The computer on which it was handed in hasn't sent it yet."),
        ({"state": "stored"}, False, ""),
    ],
)
def test_each_file_says_why_it_isnt_here(desk, more, neutral, told):
    made, submission_id = desk({**FILE, **more})
    (file,) = work_files(made, made.store.get("submission", submission_id), neutral=neutral)
    assert file.why.startswith(told)
    assert bool(file.why) == bool(told)
    assert not neutral or "essay" not in file.why


def test_the_pack_takes_along_what_the_server_has(desk):
    states = ("stored", "waiting", "quarantined")
    files = [{**FILE, "sha256": f"{at}" * 64, "name": f"{at}.pdf", "state": state} for at, state in enumerate(states)]
    made, _ = desk(*files, {**FILE, "name": "from an older server.pdf"})
    lines = read_lines(made, made.store.get(ASSIGNMENT, work_id("Essay")))
    assert [one.name for one in files_of(lines)] == ["0.pdf", "from an older server.pdf"]


def test_the_preview_tells_the_reason(desk, qtbot):

    made, submission_id = desk({**FILE, "state": "quarantined", "why": WHY})
    pane = PreviewPane()
    qtbot.addWidget(pane)
    pane.show_files(work_files(made, made.store.get("submission", submission_id)))
    qtbot.waitUntil(lambda: pane.nothing.title.text() == "This file isn't on this computer yet", timeout=3000)
    assert pane.nothing.words.text() == WHY
