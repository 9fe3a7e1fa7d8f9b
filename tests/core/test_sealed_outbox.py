"""The second copy of the outbox: read with the store's key or the institute's, damaged or not; and the rescue."""

import random

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from desktop.core.local_store import Identity, LocalStore, journal_path
from desktop.core.outbox import Ask
from desktop.core.rescue import open_or_rescue, rescue
from desktop.core.sealed_outbox import headers, read_as_institute, read_own
from shared.core.errors import CampusError
from tests.core.desktop_kit import KEY, NOTES, Bench, FakeServer

INSTITUTE = X25519PrivateKey.from_private_bytes(bytes([7] * 32))


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    bench.store.close()
    bench.identity = Identity(bench.identity.owner, 1, INSTITUTE.public_key().public_bytes_raw())
    bench.opened()
    yield bench
    bench.store.close()


def fill(bench, n):
    for at in range(n):
        bench.add(f"note {at}")
    return [command.id for command in bench.store.next_request().commands]


def test_every_unsent_command_is_in_it_in_order(bench):
    ids = fill(bench, 5)
    assert [command.id for command in read_own(journal_path(bench.path), KEY)] == ids


def test_the_institute_reads_it_from_the_disk(bench):
    ids = fill(bench, 70)
    content = journal_path(bench.path).read_bytes()
    assert b"note" not in content.replace(b"campusdesk", b"")
    assert [command.id for command in read_as_institute(content, INSTITUTE)] == ids
    header = next(headers(content))
    assert header["person_id"] == bench.identity.owner.person_id


def test_nobody_else_reads_it(bench):
    fill(bench, 3)
    path = journal_path(bench.path)
    assert read_own(path, bytes(32)) == []
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the library says, it is no plain text
        read_as_institute(path.read_bytes(), X25519PrivateKey.generate())


def test_a_torn_end_costs_the_last_line_only(bench):
    ids = fill(bench, 4)
    path = journal_path(bench.path)
    path.write_bytes(path.read_bytes()[:-30])
    assert [command.id for command in read_own(path, KEY)] == ids[:3]


def test_an_overwritten_middle_costs_what_was_there(bench):
    ids = fill(bench, 150)
    path = journal_path(bench.path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 1000] = b"\x00" * 1000
    path.write_bytes(content)
    own = {command.id for command in read_own(path, KEY)}
    institute = {command.id for command in read_as_institute(bytes(content), INSTITUTE)}
    assert own == institute
    assert 145 <= len(own & set(ids)) < 150


def test_answered_commands_leave_it(bench):
    server = FakeServer()
    fill(bench, 100)
    long = journal_path(bench.path).stat().st_size
    bench.sync(server)
    assert read_own(journal_path(bench.path), KEY) == []
    assert journal_path(bench.path).stat().st_size < long / 50


def test_what_only_the_journal_has_is_taken_in(bench):
    """As after a crash between the two, or with an old store file put back."""
    bench.store._files.db().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    bench.store.close()
    old = bench.path.read_bytes()
    bench.opened()
    ids = fill(bench, 3)
    bench.store.close()
    bench.path.write_bytes(old)
    for suffix in ("-wal", "-shm"):
        bench.path.with_name(bench.path.name + suffix).unlink(missing_ok=True)
    bench.opened()
    request = bench.store.next_request()
    assert [command.id for command in request.commands] == ids
    bench.add("next")
    assert [command.device_seq for command in bench.store.next_request().commands] == [1, 2, 3, 4]


def open_again(bench):
    return open_or_rescue(bench.path, KEY, bench.identity, [NOTES], bench.clock, bench.ids)


def spoil(path, start, length, seed=1):
    content = bytearray(path.read_bytes())
    content[start : start + length] = random.Random(seed).randbytes(len(content[start : start + length]))
    path.write_bytes(content)


@pytest.mark.parametrize("where", ["head", "middle", "all", "gone", "short"])
def test_every_saved_command_outlives_a_damaged_store(bench, where):
    server = FakeServer()
    for _ in range(300):
        server.put(bench.ids(), title="from the server " + "x" * 200)
    bench.sync(server)
    bench.add("sent")
    bench.sync(server)
    bench.store.commit([Ask("AddNote", bench.ids(), {"title": f"unsent {n}"}) for n in range(40)])
    ids = [command.id for command in bench.store.next_request().commands]
    bench.store._files.db().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    bench.store.close()
    size = bench.path.stat().st_size
    if where == "gone":
        bench.path.unlink()
    elif where == "short":
        bench.path.write_bytes(bench.path.read_bytes()[: size // 2])
    else:
        spoil(bench.path, *{"head": (0, 4096), "middle": (8192, size // 2), "all": (0, size)}[where])
    try:
        store, rescued = open_again(bench)
        if rescued is None:
            store.page("note", limit=-1)
            assert len(store.next_request().commands) == 40
            store.digests()
    except CampusError as problem:
        if problem.code != "store_damaged":
            raise
        store.close()
        store, rescued = open_again(bench)
        assert rescued is not None, "the next start rescues what was found damaged in use"
    bench.store = store
    if rescued is not None:
        assert rescued.commands == 40
        assert "40 changes" in rescued.sentence
        assert any(rescued.aside.iterdir())
    assert [command.id for command in store.next_request().commands] == ids
    bench.sync(server)
    assert bench.titles() == server.titles()
    assert len(bench.titles()) == 341


def test_what_the_journal_lost_is_read_from_the_store(bench):
    ids = fill(bench, 20)
    bench.store.close()
    journal_path(bench.path).unlink()
    rescued = rescue(bench.path, KEY, bench.identity, [NOTES], bench.clock, bench.ids)
    assert (rescued.commands, rescued.from_store, rescued.from_journal) == (20, 20, 0)
    assert [command.id for command in rescued.store.next_request().commands] == ids
    rescued.store.close()


def test_nothing_unsent_is_said_too(bench):
    bench.store.close()
    rescued = rescue(bench.path, KEY, bench.identity, [NOTES], bench.clock, bench.ids)
    assert "on the server already" in rescued.sentence
    again = rescue(bench.path, KEY, bench.identity, [NOTES], bench.clock, bench.ids)
    assert again.aside != rescued.aside
    again.store.close()
    rescued.store.close()


def test_a_rescued_store_goes_on_numbering_behind_what_was_used(bench):
    fill(bench, 3)
    bench.store.close()
    spoil(bench.path, 0, 4096)
    store, rescued = open_again(bench)
    assert rescued is not None
    bench.store = store
    bench.add("next")
    assert bench.store.next_request().commands[-1].device_seq == 4
    assert isinstance(store, LocalStore)
