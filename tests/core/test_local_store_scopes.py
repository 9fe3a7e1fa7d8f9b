"""First pulls, scopes gained and lost, and servers that were set back."""

import pytest

from desktop.core import meta
from tests.core.desktop_kit import Bench, FakeServer


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    bench.store.close()


@pytest.fixture
def server():
    return FakeServer()


@pytest.mark.parametrize("page", [1, 2, 3, 500])
def test_a_first_pull_comes_in_pages(bench, page):
    server = FakeServer(page=page)
    notes = {server.put(bench.ids(), title=str(n)).id for n in range(7)}
    bench.exchange(server)
    server.put(bench.ids(), title="made meanwhile")
    bench.sync(server)
    assert set(bench.titles()) >= notes
    assert len(bench.titles()) == 8


def test_a_gained_scope_arrives_beside_the_feed(bench):
    server = FakeServer(scopes=("cohort:1",), page=2)
    for n in range(5):
        server.put(bench.ids(), title=f"one {n}", scope="cohort:1")
        server.put(bench.ids(), title=f"two {n}", scope="cohort:2")
    bench.sync(server)
    assert len(bench.titles()) == 5
    server.scopes, server.scope_revision = ("cohort:1", "cohort:2"), "2"
    bench.sync(server)
    assert len(bench.titles()) == 10
    assert meta.tasks(bench.store._files.db()) == []


def test_a_lost_scope_goes_only_once_the_outbox_is_answered(bench):
    server = FakeServer(scopes=("cohort:1", "cohort:2"))
    server.put(bench.ids(), title="one", scope="cohort:1")
    lost = server.put(bench.ids(), title="two", scope="cohort:2").id
    bench.sync(server)
    bench.edit(lost, title="two, edited")
    server.scopes, server.scope_revision = ("cohort:1",), "2"
    request = bench.store.next_request()
    unsent = request.model_copy(update={"commands": ()})
    bench.store.settle(request, server.sync(unsent))
    assert sorted(bench.titles().values()) == ["one", "two, edited"]
    bench.sync(server)
    assert list(bench.titles().values()) == ["one"]
    assert server.titles()[lost] == "two, edited"
    assert bench.store.search("two") == []


def test_a_scope_that_comes_back_is_fetched_afresh(bench):
    server = FakeServer(scopes=("cohort:1", "cohort:2"))
    server.put(bench.ids(), title="one", scope="cohort:1")
    gone = server.put(bench.ids(), title="removed meanwhile", scope="cohort:2").id
    bench.sync(server)
    bench.add("unanswered")
    server.scopes, server.scope_revision = ("cohort:1",), "2"
    request = bench.store.next_request()
    bench.store.settle(request, server.sync(request.model_copy(update={"commands": ()})))
    server.remove(gone)
    server.scopes, server.scope_revision = ("cohort:1", "cohort:2"), "3"
    bench.sync(server)
    assert gone not in bench.titles()


def test_a_restored_server_gets_what_it_lost(bench, server):
    early = bench.add("before the backup")
    bench.sync(server)
    backup = (dict(server.rows), dict(server.outcomes), server.seq)
    late = bench.add("after the backup")
    bench.sync(server)
    server.rows, server.outcomes, server.seq = backup
    server.epoch = "epoch-2"
    waiting = bench.add("not sent yet")
    bench.exchange(server)
    assert set(bench.titles()) == {early, late, waiting}, "rows must not vanish from the screen meanwhile"
    bench.sync(server)
    assert set(server.titles()) == {early, late, waiting}
    assert bench.titles() == server.titles()


def test_rows_that_a_restored_server_does_not_have_go(bench, server):
    kept = server.put(bench.ids(), title="kept").id
    backup = (dict(server.rows), server.seq)
    lost = server.put(bench.ids(), title="by someone else, after the backup").id
    bench.sync(server)
    assert lost in bench.titles()
    (server.rows, server.seq), server.epoch = backup, "epoch-2"
    server.put(kept, title="kept, with a lower number")
    bench.sync(server)
    assert bench.titles() == {kept: "kept, with a lower number"}
