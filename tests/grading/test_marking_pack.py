"""Taking a class's work along: what is here and what isn't, with its size, progress and Stop."""

import dataclasses
import hashlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.core.file_queue import REFUSED
from desktop.core.file_transfer import FileTransfer
from desktop.core.film_copies import SmallerFilms, choose
from desktop.grading.marking_pack import pack_of, take_along
from desktop.grading.marking_page import MarkingPage
from desktop.widgets.background import wait_for_background
from shared.core.errors import CampusError
from tests.grading.marking_rows import FILES, WORK, file_ref, open_class

HERE = ("cash-flow-plan.docx",)
PDF = file_ref("cash-flow-plan.pdf")["sha256"]


@pytest.fixture
def packed(qtbot, tmp_path, plain_look):
    """`packed(files)` shows the workbench on a computer that has these files; transfers don't move by themselves."""
    opened = []

    def show(files=HERE, *, server=True):
        here = open_class(tmp_path / str(len(opened)), files=files)
        opened.append(here)
        desk = here.desk
        if server:
            desk = dataclasses.replace(desk, files=FileTransfer(here.store, None, here.clock))
        page = MarkingPage(desk, WORK, {})
        qtbot.addWidget(page)
        page.resize(1232, 844)
        page.show()
        page.desk = desk
        return page

    yield show
    wait_for_background()
    for one in opened:
        one.close()


def _arrive(page, tmp_path, name):
    """Do what the transfer does when the last piece has come."""
    path = tmp_path / "arrived"
    path.write_bytes(FILES[name])
    sha256 = page.desk.store.kept_files.put(path)
    transfer = page.desk.files.queue.get("down", sha256)
    page.desk.files.queue.remove(transfer)
    page.desk.files._tell(transfer, transfer.size, ended=True)


def test_what_isnt_here_is_offered_with_its_size(packed):
    page = packed()
    assert page.pack.take.isVisible()
    assert page.pack.take.text() == "Take 1 file along, 1 MB"
    assert page.pack.pack.files == 2
    assert not page.pack.here.isVisible()


def test_it_is_fetched_with_progress_and_shown_when_it_has_come(packed, qtbot, tmp_path):
    page = packed()
    qtbot.waitUntil(lambda: "isn't on this computer" in page.preview.nothing.title.text())
    QTest.mouseClick(page.pack.take, Qt.MouseButton.LeftButton)
    assert page.pack.progress.isVisible()
    assert page.pack.progress.numbers.text() == "1 of 2"
    assert [one.sha256 for one in page.desk.files.waiting()] == [PDF]
    _arrive(page, tmp_path, "cash-flow-plan.pdf")
    qtbot.waitUntil(lambda: page.preview.pages.count == 2)
    assert page.pack.here.isVisible()
    assert not page.pack.take.isVisible()


def test_it_can_be_stopped(packed, qtbot):
    page = packed()
    page.pack.start()
    QTest.mouseClick(page.pack.progress.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.desk.files.waiting() == [])
    qtbot.waitUntil(page.pack.take.isVisible)


def test_what_was_refused_says_why_and_can_be_tried_again(packed):
    page = packed()
    page.pack.start()
    queue = page.desk.files.queue
    queue.change(queue.get("down", PDF), state=REFUSED, sentence="The file on the server is damaged.")
    page.pack.refresh()
    assert page.pack.why.text() == "The file on the server is damaged."
    assert page.pack.take.isVisible()
    page.pack.start()
    assert not page.pack.why.isVisible()
    assert page.pack.progress.isVisible()


def test_a_full_disk_says_so(packed, monkeypatch):
    page = packed()

    def full(_size):
        raise CampusError("disk_full", "There is no room.")

    monkeypatch.setattr(page.desk.files.files, "check_room", full)
    page.pack.start()
    assert page.desk.files.waiting() == []
    assert page.pack.take.isVisible()


def test_without_a_server_nothing_is_offered(packed):
    page = packed(server=False)
    assert not page.pack.isVisible()
    with pytest.raises(CampusError) as told:
        take_along(page.desk, page.pack.pack.missing)
    assert told.value.code == "no_server"
    assert pack_of(page.desk, page.bench).coming is False


def test_all_here_says_so(packed):
    page = packed(tuple(FILES))
    assert page.pack.here.isVisible()
    assert page.pack.here.words.text() == "All files are on this computer"


def test_a_video_comes_smaller_and_the_size_is_right_for_that(packed, monkeypatch, tmp_path):
    video = {"sha256": PDF, "name": "talk.webm", "bytes": 96 << 20, "type": "webm"}
    pick = {"cash-flow-plan.pdf": video}
    monkeypatch.setattr("tests.grading.marking_rows.file_ref", lambda name: pick.get(name) or file_ref(name))
    page = packed()
    assert page.pack.take.text() == "Take 1 file along, 96 MB"
    assert not page.pack.smaller.isVisible()
    small = b"\0\0\0\x18ftypisom" + bytes(12 << 20)
    path = tmp_path / "small"
    path.write_bytes(small)
    copy = hashlib.sha256(small).hexdigest()
    page.desk.store.remember_all({f"film {PDF}": [copy, len(small)], f"film of {copy}": [PDF, 96 << 20]})
    page.pack.refresh()
    assert page.pack.take.text() == "Take 1 file along, 13 MB"
    assert page.pack.smaller.text() == "1 video comes smaller, 84 MB less"
    choose(page.desk.store, SmallerFilms.NEVER)
    page.pack.refresh()
    assert page.pack.take.text() == "Take 1 file along, 96 MB"
    choose(page.desk.store, SmallerFilms.PACKS)
    page.pack.refresh()
    page.pack.start()
    assert [one.sha256 for one in page.desk.files.waiting()] == [copy]
    queue = page.desk.files.queue
    queue.change(queue.get("down", copy), state=REFUSED, sentence="This file isn't here.")
    page.pack.start()
    assert [one.sha256 for one in page.desk.files.waiting()] == [PDF], "for a copy that went the video itself comes"
    page.desk.files.call_off("down", [PDF])
    page.desk.store.remember_all({f"film {PDF}": [copy, len(small)], f"film of {copy}": [PDF, 96 << 20]})
    page.pack.refresh()
    page.pack.start()
    arrived = []
    page.pack.arrived.connect(arrived.append)
    page.desk.store.kept_files.put(path)
    transfer = queue.get("down", copy)
    queue.remove(transfer)
    page.desk.files._tell(transfer, transfer.size, ended=True)
    assert arrived == [PDF]
    assert page.pack.here.isVisible()
