"""Settling an exchange: outcomes, the overlay until the feed catches up, tombstones, unknown kinds, the receipt."""

from datetime import timedelta

import pytest

from desktop.core import meta, steps
from desktop.core.local_store import journal_path
from desktop.core.outbox import Ask
from desktop.core.sealed_outbox import read_own
from shared.core.clock import instant_text
from shared.core.outcome import Verdict
from shared.core.sync import Change, Cursor, SyncResponse
from tests.core.desktop_kit import KEY, NOTE, NOTES, Bench, FakeServer


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    bench.store.close()


@pytest.fixture
def server():
    return FakeServer()


def outbox_rows(bench):
    return bench.store._files.db().execute("SELECT state, overlaid, verdict FROM outbox ORDER BY position").fetchall()


def test_what_was_saved_reaches_the_server_and_gives_way_to_the_truth(bench, server):
    note = bench.add("Roll")
    bench.sync(server)
    assert server.titles() == bench.titles() == {note: "Roll"}
    assert not bench.store.waiting(NOTE, note)
    assert outbox_rows(bench) == [("answered", 0, "applied")]


def test_a_command_stays_on_screen_until_the_feed_has_it(bench, server):
    note = server.put(bench.ids(), title="old").id
    bench.sync(server)
    server.lag = 5
    bench.edit(note, title="new")
    bench.exchange(server)
    assert bench.store.pending().waiting == 0
    assert bench.titles()[note] == "new", "old data flashed back while the feed lagged"
    assert not bench.store.waiting(NOTE, note)
    server.lag = 0
    bench.sync(server)
    assert bench.titles()[note] == "new"
    assert outbox_rows(bench) == [("answered", 0, "applied")]


def test_pending_edits_are_projected_again_on_what_others_changed(bench, server):
    note = server.put(bench.ids(), title="old", text="first").id
    bench.sync(server)
    bench.edit(note, title="mine")
    request = bench.store.next_request()
    server.put(note, text="theirs")
    response = server.sync(request.model_copy(update={"commands": ()}))
    bench.store.settle(request, response)
    shown = bench.store.get(NOTE, note)
    assert (shown["title"], shown["text"]) == ("mine", "theirs")


def test_a_refused_edit_gives_the_row_back_and_keeps_the_payload(bench, server):
    server.refuse = {"bad": Verdict.REJECTED}
    note = server.put(bench.ids(), title="good").id
    bench.sync(server)
    bench.edit(note, title="bad")
    bench.sync(server)
    assert bench.titles() == {note: "good"}
    line = bench.store.receipt(only="refused")[0]
    assert (line.sentence, line.payload, line.verdict) == ("It can't be.", {"title": "bad"}, "rejected")
    assert bench.store.pending().refused == 1
    bench.store.dismiss(line.command_id)
    assert bench.store.pending().refused == 0
    assert len(bench.store.receipt()) == 1


def test_later_own_edits_outlive_a_refused_one(bench, server):
    server.refuse = {"bad": Verdict.REJECTED}
    note = server.put(bench.ids(), title="good", text="").id
    bench.sync(server)
    bench.edit(note, title="bad")
    bench.edit(note, text="kept")
    request = bench.store.next_request()
    first = request.model_copy(update={"commands": request.commands[:1]})
    bench.store.settle(request, server.sync(first))
    shown = bench.store.get(NOTE, note)
    assert (shown["title"], shown["text"]) == ("good", "kept")


def test_a_lost_answer_is_asked_for_again_and_counts_once(bench, server):
    bench.add("once")
    server.sync(bench.store.next_request())
    assert bench.store.pending().sending == 1
    bench.sync(server)
    assert len(server.claims) == 1
    assert len(server.rows) == 1


def test_an_answer_that_comes_twice_changes_nothing(bench, server):
    bench.exchange(server)
    bench.add("once")
    request = bench.store.next_request()
    response = server.sync(request)
    bench.store.settle(request, response)
    server.put(next(iter(server.rows)), title="newer")
    bench.sync(server)
    before = bench.store.cursor()
    bench.store.settle(request, response)
    assert bench.store.cursor() == before
    assert list(bench.titles().values()) == ["newer"]


def test_an_old_row_never_replaces_a_newer_one(bench, server):
    note = server.put(bench.ids(), title="new").id
    bench.sync(server)
    old = server.rows[note].model_copy(update={"seq": 0, "body": {"id": note, "revision": "r", "title": "old"}})
    request = bench.store.next_request()
    bench.store.settle(request, server.sync(request).model_copy(update={"snapshot_changes": (old,)}))
    assert bench.titles() == {note: "new"}


def test_a_tombstone_stays_against_older_rows(bench, server):
    note = server.put(bench.ids(), title="gone").id
    alive = server.rows[note]
    bench.sync(server)
    server.remove(note)
    bench.sync(server)
    assert bench.titles() == {}
    request = bench.store.next_request()
    bench.store.settle(request, server.sync(request).model_copy(update={"snapshot_changes": (alive,)}))
    assert bench.titles() == {}


def test_the_same_row_twice_in_one_page_keeps_the_newer(bench, server):
    note = bench.ids()
    body = {"id": note, "revision": "r"}
    rows = [
        Change(seq=seq, kind=NOTE, id=note, revision="r", scope="s", body={**body, "title": str(seq)}) for seq in (7, 6)
    ]
    request = bench.store.next_request()
    cursor = Cursor(server_epoch="e", seq=7)
    bench.store.settle(request, SyncResponse(changes=tuple(rows), cursor=cursor))
    assert bench.titles() == {note: "7"}


def test_a_cloned_install_numbers_afresh(bench, server):
    bench.add("one")
    bench.add("two")
    request = bench.store.next_request()
    reply = server.sync(request.model_copy(update={"commands": request.commands[:1]}))
    bench.store.settle(request, reply.model_copy(update={"renew_install": 4}))
    again = bench.store.next_request()
    assert again.install_epoch == 4
    assert [(command.install_epoch, command.device_seq) for command in again.commands] == [(4, 1)]
    assert again.commands[0].id == request.commands[1].id
    bench.add("three")
    assert [command.device_seq for command in bench.store.next_request().commands] == [1, 2]


def test_a_kind_that_this_program_does_not_know_stops_the_cursor(bench, server):
    bench.sync(server)
    before = bench.store.cursor()
    strange = Change(seq=9, kind="robot", id=bench.ids(), revision="r", scope="s", body={})
    request = bench.store.next_request()
    response = SyncResponse(changes=(strange,), cursor=before.model_copy(update={"seq": 9}), more=True)
    settled = bench.store.settle(request, response)
    assert bench.store.cursor() == before
    assert not settled.more
    assert bench.store.recall(meta.UNKNOWN_KIND) == "robot"


def test_a_server_that_stops_before_an_unknown_kind_is_followed_up_to_there(bench, server):
    bench.sync(server)
    note = bench.ids()
    change = Change(seq=3, kind=NOTE, id=note, revision="r", scope="s", body={"id": note, "title": "t"})
    cursor = bench.store.cursor().model_copy(update={"seq": 3})
    request = bench.store.next_request()
    settled = bench.store.settle(
        request, SyncResponse(changes=(change,), cursor=cursor, more=True, unknown_kind="robot")
    )
    assert bench.store.cursor().seq == 3
    assert not settled.more
    bench.store.settle(bench.store.next_request(), SyncResponse(cursor=cursor))
    assert bench.store.recall(meta.UNKNOWN_KIND) is None


def test_unknown_fields_of_a_newer_server_are_kept(bench, server):
    note = server.put(bench.ids(), title="t", from_the_future={"a": [1, 2]}).id
    bench.sync(server)
    bench.edit(note, title="u")
    assert bench.store.get(NOTE, note)["from_the_future"] == {"a": [1, 2]}


def test_requests_name_the_kinds_that_are_known(bench):
    assert bench.store.next_request().known_kinds == ("conflict", "erasure", "folder", "note")


def test_a_batch_has_at_most_500_commands_and_less_than_a_megabyte(bench):
    bench.store.commit([Ask("AddNote", bench.ids(), {"title": str(n)}) for n in range(600)])
    assert len(bench.store.next_request().commands) == 500
    other = Bench(bench.path.parent / "big", seed=3)
    other.store.commit([Ask("AddNote", other.ids(), {"title": "x" * 200_000}) for _ in range(8)])
    request = other.store.next_request()
    assert 1 <= len(request.commands) < 8
    assert len(request.model_dump_json()) < 1_000_000
    other.store.close()


def test_answered_commands_are_kept_90_days(bench, server):
    bench.add("old")
    bench.sync(server)
    bench.clock.advance(timedelta(days=89).total_seconds())
    bench.exchange(server)
    assert bench.store.receipt_counts().saved == 1
    bench.clock.advance(timedelta(days=2).total_seconds())
    bench.exchange(server)
    assert bench.store.receipt_counts().saved == 0


def test_unanswered_commands_are_kept_for_ever(bench, server):
    bench.add("waiting")
    bench.clock.advance(timedelta(days=900).total_seconds())
    request = bench.store.next_request()
    bench.store.settle(request, server.sync(request.model_copy(update={"commands": ()})))
    assert bench.store.pending().sending == 1


def test_the_journal_holds_what_is_unanswered(bench, server):
    bench.add("one")
    bench.add("two")
    assert len(read_own(journal_path(bench.path), KEY)) == 2
    bench.sync(server)
    assert read_own(journal_path(bench.path), KEY) == []


def test_a_crash_while_settling_leaves_all_or_nothing(bench, server):
    class Crash(BaseException):
        pass

    bench.add("one")
    server.put(bench.ids(), title="theirs")
    request = bench.store.next_request()
    response = server.sync(request)
    inside = (steps.SETTLE_BEGUN, steps.SETTLE_OUTCOMES, steps.SETTLE_CHANGES, steps.SETTLE_CURSOR)
    for wanted in inside:

        def step(name: str, wanted: str = wanted) -> None:
            if name == wanted:
                raise Crash

        bench.store._step = step
        with pytest.raises(Crash):
            bench.store.settle(request, response)
        bench.store.close()
        bench.opened()
        assert bench.store.pending().sending == 1
        assert bench.store.cursor() is None
    bench.sync(server)
    assert bench.titles() == server.titles()


def test_the_receipt_tells_what_became_of_each_line(bench, server):
    server.refuse = {"both": Verdict.CONFLICT, "later": Verdict.HELD, "no": Verdict.REJECTED}
    for title in ("fine", "both", "later", "no"):
        bench.add(title)
    bench.sync(server)
    bench.add("waits")
    lines = bench.store.receipt()
    assert [line.title for line in lines] == ["Note waits", "Note no", "Note later", "Note both", "Note fine"]
    assert [line.verdict for line in lines] == [None, "rejected", "held", "conflict", "applied"]
    assert lines[0].sentence.startswith("Saved on this computer")
    counts = bench.store.receipt_counts()
    assert (counts.saved, counts.waiting, counts.applied, counts.conflict, counts.held, counts.rejected) == (
        5,
        1,
        1,
        1,
        1,
        1,
    )
    assert len(bench.store.receipt(only="waiting")) == 1


def test_the_clock_offset_to_the_server_goes_into_later_commands(bench):
    request = bench.store.next_request()
    ahead = instant_text(bench.clock.now() + timedelta(minutes=7))
    bench.store.settle(request, SyncResponse(cursor=Cursor(server_epoch="e", seq=0), server_time=ahead))
    assert bench.edit(bench.add("a"), title="b").clock_offset == 7 * 60_000


def test_open_conflicts_are_listed_and_settled_at_once_on_screen(bench, server):
    note = server.put(bench.ids(), title="mine").id
    sides = [
        {"command_id": name, "author_id": name, "author_name": name, "observed_at": "t", "values": {"title": name}}
        for name in ("mine", "theirs")
    ]
    conflict = bench.ids()
    body = {
        "id": conflict,
        "revision": bench.ids(),
        "kind": NOTE,
        "entity_id": note,
        "group": "fields",
        "sides": sides,
        "fields": ["title"],
        "effective": "mine",
    }
    server.rows[conflict] = Change(
        seq=server.seq + 1, kind="conflict", id=conflict, revision=body["revision"], scope="organisation:1", body=body
    )
    server.seq += 1
    bench.sync(server)
    assert [one.id for one in bench.store.conflicts()] == [conflict]
    assert bench.store.pending().decisions == 1
    bench.store.commit([Ask("SettleConflict", conflict, {"choices": {"title": "theirs"}}, base=body["revision"])])
    assert bench.store.conflicts() == []
    assert bench.store.get(NOTE, note)["title"] == "theirs"


def test_two_areas_may_not_name_the_same():
    from desktop.core.store_area import joined

    with pytest.raises(ValueError, match="note"):
        joined((NOTES, NOTES))
