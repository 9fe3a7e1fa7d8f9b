"""Files on their way on the sync page and in the pill: what waits, how far it is, and what wasn't taken."""

import dataclasses

import pytest

from desktop.core.file_queue import REFUSED
from desktop.core.file_transfer import Chosen, FileTransfer, Wanted
from desktop.core.sync_state import Phase, SyncState
from desktop.shell.files_card import MOST_SHOWN, FilesCard
from desktop.shell.sync_link import SyncLink
from desktop.shell.sync_page import SyncPage


def sha(number):
    return f"{number:064x}"


def essay(number=1):
    return Chosen(sha(number), f"Essay {number}.pdf", 2_500_000, "pdf")


@pytest.fixture
def files(office):
    """A transfer that moves nothing by itself."""
    return FileTransfer(office.store, None, office.clock)


@pytest.fixture
def card(qtbot, files):
    made = FilesCard(files)
    qtbot.addWidget(made)
    return made


def refuse(files, number=1, sentence="It isn't what its name says."):
    transfer = files.queue.get("up", sha(number))
    files.queue.change(transfer, state=REFUSED, code="file_type", sentence=sentence)


def lines(card):
    return [(row.title.text(), row.words.text()) for row in card.rows.values()]


def test_nothing_on_its_way_shows_nothing(card):
    assert card.isHidden()


def test_without_a_server_there_is_no_card(qtbot):
    made = FilesCard(None)
    qtbot.addWidget(made)
    assert made.isHidden()


def test_what_waits_is_named_with_its_size(card, files):
    files.send([essay()])
    files.fetch([Wanted(sha(2), 1_000_000, "Task.docx")])
    card.refresh()
    assert not card.isHidden()
    assert lines(card) == [("Send “Essay 1.pdf”", "2.5 MB · waits"), ("Fetch “Task.docx”", "1.0 MB · waits")]


def test_it_tells_how_far_a_file_is_and_goes_when_it_has_arrived(card, files):
    files.send([essay()])
    card.refresh()
    transfer = files.waiting()[0]
    files._tell(transfer, 1_250_000)
    assert lines(card) == [("Send “Essay 1.pdf”", "2.5 MB · 50 %")]
    card.refresh()
    assert lines(card) == [("Send “Essay 1.pdf”", "2.5 MB · 50 %")], "a save elsewhere doesn't forget it"
    files.queue.remove(transfer)
    files._tell(transfer, transfer.size, ended=True)
    assert card.isHidden()


def test_a_refused_one_comes_first_says_why_and_can_be_tried_again(card, files):
    files.send([essay(1), essay(2)])
    refuse(files, 2)
    card.refresh()
    assert card._list.itemAt(0).widget() is card.rows[f"file up {sha(2)}"]
    row = card.rows[f"file up {sha(2)}"]
    assert row.words.text() == "It isn't what its name says."
    assert not row.again.isHidden()
    row.again.click()
    assert files.queue.get("up", sha(2)).state == "waiting"
    assert row.again.isHidden()


def test_a_refused_one_can_be_taken_off(card, files):
    files.send([essay()])
    refuse(files)
    card.refresh()
    card.rows[f"file up {sha(1)}"].off.click()
    assert files.waiting() == []
    assert card.isHidden()


def test_many_are_counted(card, files):
    files.send([essay(n) for n in range(MOST_SHOWN + 24)])
    card.refresh()
    assert len(card.rows) == MOST_SHOWN
    assert card.rest.text() == "and 24 more"


def test_the_sync_page_has_them(qtbot, office, files):
    desk = dataclasses.replace(office.desk, files=files)
    files.send([essay()])
    page = SyncPage(desk, SyncLink(office.store), {}, lambda _id: None, lambda: None)
    qtbot.addWidget(page)
    assert not page.files.isHidden()


@pytest.mark.parametrize(
    ("state", "words", "tone"),
    [
        (SyncState(files=1), "Sending 1 file", "info"),
        (SyncState(files=3), "Sending 3 files", "info"),
        (SyncState(files=3, waiting=2), "Sending 2 changes", "info"),
        (SyncState(Phase.OFFLINE, files=3, waiting=2), "Offline · 5 waiting", "warn"),
        (SyncState(), "Up to date", "ok"),
    ],
)
def test_the_pill_counts_them(state, words, tone):
    assert (state.label, state.tone) == (words, tone)


def test_the_pill_is_up_to_date_once_they_have_arrived(qtbot, office, files):
    files.send([essay()])
    link = SyncLink(office.store)
    link.follow_files(files)
    assert link.state.label == "Sending 1 file"
    transfer = files.waiting()[0]
    files.queue.remove(transfer)
    with qtbot.waitSignal(link.state_changed):
        files._tell(transfer, transfer.size, ended=True)
    assert link.state.label == "Up to date"


def test_a_refused_file_needs_somebody(office, files):
    files.send([essay()])
    refuse(files)
    assert SyncLink(office.store).state.label == "1 needs a decision"
