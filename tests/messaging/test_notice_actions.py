"""Marking notices read on a desk: offline, one command for many, nothing twice, and what the sync page says of it."""

import pytest

from desktop.messaging.actions import mark_all_read, mark_read
from desktop.messaging.store import newest_notices, unread_count, unread_ids
from shared.core.clock import instant_text
from shared.core.command import MAX_TARGETS
from shared.core.outcome import Outcome, Verdict
from tests.messaging.inbox import INBOX, NOW, notice, open_inbox

IDS = [body["id"] for _, body in INBOX]


@pytest.fixture
def here(tmp_path):
    opened = open_inbox(tmp_path)
    yield opened
    opened.close()


def test_the_newest_come_first_and_unread_ones_are_counted(here):
    assert [one["id"] for one in newest_notices(here.desk)] == IDS
    assert unread_count(here.desk) == 3
    assert unread_ids(here.desk) == [IDS[2], IDS[1], IDS[0]]


def test_reading_is_seen_at_once_and_waits_for_the_network(here):
    assert mark_read(here.desk, [IDS[0]]) == 1
    assert unread_count(here.desk) == 2
    assert here.store.get("notice", IDS[0])["read_at"] == instant_text(NOW)
    assert here.store.waiting("notice", IDS[0])
    sent = here.store.next_request().commands
    assert [(one.type, one.target_id, one.payload) for one in sent] == [("MarkNoticesRead", IDS[0], {})]


def test_what_is_read_already_is_not_sent_again(here):
    assert mark_read(here.desk, [IDS[0], IDS[0], IDS[3]]) == 1
    assert mark_read(here.desk, [IDS[0], IDS[3]]) == 0
    assert mark_read(here.desk, []) == 0
    assert len(here.store.next_request().commands) == 1


def test_all_are_read_in_one_command(here):
    assert mark_all_read(here.desk) == 3
    assert unread_count(here.desk) == 0
    (sent,) = here.store.next_request().commands
    assert {one.id for one in sent.targets} == set(IDS[:3])
    assert mark_all_read(here.desk) == 0


def test_more_than_a_command_takes_go_in_several(tmp_path):
    here = open_inbox(tmp_path, [notice(f"Number {at}") for at in range(MAX_TARGETS + 1)])
    assert mark_all_read(here.desk) == MAX_TARGETS + 1
    assert [len(one.targets) for one in here.store.next_request().commands] == [MAX_TARGETS, 1]
    here.close()


def test_another_device_was_quicker_and_both_agree(here):
    mark_read(here.desk, [IDS[0]])
    (sent,) = here.store.next_request().commands
    elsewhere = {**INBOX[0][1], "read_at": "2026-11-20T12:00:00.000Z"}
    told = Outcome(command_id=sent.id, target_id=IDS[0], verdict=Verdict.AGREED, seq=here.feed.seq + 1)
    here.feed.bring([("notice", elsewhere)], [told])
    assert here.store.get("notice", IDS[0])["read_at"] == "2026-11-20T12:00:00.000Z"
    assert here.store.pending().waiting == 0


def test_the_sync_page_says_what_was_read(here):
    mark_read(here.desk, [IDS[0]])
    mark_all_read(here.desk)
    assert [one.title for one in here.store.receipt()] == ["Read 2 notices", "Read 1 notice"]
