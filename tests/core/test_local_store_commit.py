"""Saving: outbox and draft together, numbers and bases, nothing half-saved, nothing lost by a crash."""

import errno
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core import steps
from desktop.core.disk import AppendFile
from desktop.core.local_store import journal_path
from desktop.core.outbox import Ask
from desktop.core.sealed_outbox import read_own
from desktop.core.store_file import REAL_DISK, NotEncryptedError, is_plain, open_encrypted
from desktop.core.store_lock import StoreBusyError, StoreLock
from shared.core.command import Target
from shared.core.errors import CampusError
from tests.core.desktop_kit import KEY, NOTE, Bench, FakeServer


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    bench.store.close()


def test_a_save_is_shown_and_waits(bench):
    note = bench.add("Roll")
    assert bench.store.get(NOTE, note)["title"] == "Roll"
    assert bench.store.waiting(NOTE, note)
    pending = bench.store.pending()
    assert (pending.waiting, pending.sending, pending.oldest) == (1, 0, "2026-11-20T08:00:00.000Z")


def test_what_waits_is_known_for_many_rows_at_once(bench):
    server = FakeServer()
    first = bench.add("sent")
    bench.sync(server)
    second = bench.add("waits")
    assert bench.store.waiting_among(NOTE, [first, second, bench.ids()]) == {second}


def test_a_save_is_there_after_the_next_start(bench):
    note = bench.add("Roll")
    bench.store.close()
    assert bench.opened().get(NOTE, note)["title"] == "Roll"


def test_commands_are_numbered_in_the_order_of_saving(bench):
    for title in "abc":
        bench.add(title)
    commands = bench.store.next_request().commands
    assert [command.device_seq for command in commands] == [1, 2, 3]
    assert {command.install_epoch for command in commands} == {1}
    bench.store.close()
    bench.opened()
    bench.add("d")
    assert bench.store.next_request().commands[-1].device_seq == 4


def test_type_versions_and_the_clock_are_written_down(bench):
    note = bench.add("a")
    command = bench.edit(note, title="b")
    assert (command.type_version, command.observed_at) == (2, "2026-11-20T08:00:00.000Z")


def test_own_edits_follow_each_other(bench):
    note = bench.add("one")
    added = bench.store.get(NOTE, note)["revision"]
    first = bench.edit(note, title="two")
    second = bench.edit(note, title="three")
    assert (first.base, second.base) == (added, first.id)


def test_a_page_that_was_not_redrawn_still_names_the_newest_own_revision(bench):
    note = bench.add("one")
    added = bench.store.get(NOTE, note)["revision"]
    first = bench.store.commit([Ask("EditNote", note, {"title": "two"}, base=added)])[0]
    second = bench.store.commit([Ask("EditNote", note, {"title": "three"}, base=added)])[0]
    assert second.base == first.id


def test_a_refused_edit_is_not_followed(bench):
    server = FakeServer(refuse={"bad": "rejected"})
    note = bench.add("one")
    bench.sync(server)
    shown = bench.store.get(NOTE, note)["revision"]
    bench.edit(note, title="bad")
    bench.sync(server)
    assert bench.edit(note, title="good").base == shown


def test_edits_in_one_save_follow_each_other(bench):
    note = bench.add("one")
    base = bench.store.get(NOTE, note)["revision"]
    first, second = bench.store.commit(
        [Ask("EditNote", note, {"title": "two"}, base=base), Ask("EditNote", note, {"title": "three"}, base=base)]
    )
    assert (first.base, second.base) == (base, first.id)
    assert bench.store.get(NOTE, note)["title"] == "three"


def test_each_target_has_its_own_base(bench):
    one, two = bench.add("one"), bench.add("two")
    bases = [bench.store.get(NOTE, note)["revision"] for note in (one, two)]
    edited = bench.edit(two, title="2")
    ask = Ask("EditNote", one, {"colour": "red"}, base=bases[0], more_targets=(Target(id=two, base=bases[1]),))
    command = bench.store.commit([ask])[0]
    assert [target.base for target in command.targets] == [bases[0], edited.id]
    assert bench.store.get(NOTE, two)["colour"] == "red"


def test_the_guard_refuses_before_anything_is_written(bench):
    def over() -> None:
        raise CampusError("lease_over", "Over.")

    bench.store.guard = over
    with pytest.raises(CampusError, match="Over"):
        bench.add("late")
    assert bench.store.pending().waiting == 0


def test_listeners_hear_which_rows_changed(bench):
    heard = []
    stop = bench.store.subscribe(heard.append)
    note = bench.add("one")
    assert heard[-1].keys == {(NOTE, note)}
    assert heard[-1].kinds == {NOTE}
    stop()
    bench.add("two")
    assert len(heard) == 1


def test_a_full_database_is_said_and_nothing_is_half_saved(bench):
    bench.add("before")
    db = bench.store._files.db()
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(CampusError) as told:
        bench.store.commit([Ask("AddNote", bench.ids(), {"title": "x" * 4000}) for _ in range(50)])
    assert told.value.code == "disk_full"
    assert "Make room" in told.value.message
    assert bench.store.pending().waiting == 1
    assert list(bench.titles().values()) == ["before"]
    db.execute("PRAGMA max_page_count = 1000000")
    bench.add("after")
    assert [command.device_seq for command in bench.store.next_request().commands] == [1, 2]
    assert len(read_own(journal_path(bench.path), KEY)) == 2


class _FullAfter:
    """A journal on a disk that has room for some appends only."""

    def __init__(self, path: Path, room: list[int]) -> None:
        self._file, self._room = AppendFile(path), room

    def append(self, data: bytes) -> None:
        self._room[0] -= 1
        if self._room[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        self._file.append(data)

    def take_back(self) -> None:
        self._file.take_back()

    def close(self) -> None:
        self._file.close()


def test_a_full_disk_under_the_journal_saves_nothing_either(tmp_path):
    room = [1]
    disk = replace(REAL_DISK, open_log=lambda path: _FullAfter(path, room))
    bench = Bench(tmp_path, disk=disk)
    bench.add("before")
    with pytest.raises(CampusError) as told:
        bench.add("after")
    assert told.value.code == "disk_full"
    assert list(bench.titles().values()) == ["before"]
    room[0] = 5
    bench.add("then")
    assert sorted(bench.titles().values()) == ["before", "then"]
    bench.store.close()


def test_the_journal_forgets_a_save_that_the_database_refused(bench):
    bench.add("before")
    note = bench.ids()

    class RefusalError(Exception):
        pass

    def step(name: str) -> None:
        if name == steps.COMMIT_JOURNALLED:
            raise RefusalError

    bench.store._step = step
    with pytest.raises(RefusalError):
        bench.store.commit([Ask("AddNote", note, {"title": "no"})])
    assert len(read_own(journal_path(bench.path), KEY)) == 1


def test_the_file_is_encrypted(bench):
    bench.add("Confidential words")
    bench.store._files.db().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not is_plain(bench.path)
    for path in bench.path.parent.iterdir():
        assert b"Confidential" not in path.read_bytes()


def test_another_key_does_not_open_it(bench):
    with pytest.raises(CampusError) as told:
        open_encrypted(bench.path, bytes(32))
    assert told.value.code == "store_damaged"


def test_a_plain_database_is_refused(tmp_path):
    path = tmp_path / "plain.store"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE t (x)")
    db.close()
    with pytest.raises((CampusError, NotEncryptedError)):
        open_encrypted(path, KEY)


def test_an_sqlite_that_ignores_keys_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "desktop.core.store_file.sqlcipher3.connect", lambda path, **_: sqlite3.connect(path, isolation_level=None)
    )
    with pytest.raises(NotEncryptedError):
        open_encrypted(tmp_path / "a.store", KEY)


def test_a_commit_survives_power_loss_by_setting(bench):
    db = bench.store._files.db()
    assert db.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert db.execute("PRAGMA temp_store").fetchone()[0] == 2


def test_one_process_for_each_store(tmp_path):
    first, second = StoreLock(tmp_path), StoreLock(tmp_path)
    first.acquire()
    assert not first.is_called()
    with pytest.raises(StoreBusyError) as told:
        second.acquire()
    assert told.value.code == "store_busy"
    assert first.is_called()
    assert not first.is_called()
    first.release()
    second.acquire()
    second.release()


_KILLED = """
import os, signal, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.core.desktop_kit import Bench
folder, wanted, saves = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
armed = [False]
def step(name):
    if armed[0] and name == wanted:
        os.kill(os.getpid(), signal.SIGKILL)
bench = Bench(folder, step=step)
for n in range(saves):
    print(bench.add(f"note {{n}}"), flush=True)
armed[0] = True
bench.add("the last one")
"""


@pytest.mark.parametrize(
    ("step", "may_be_lost"),
    [
        (steps.COMMIT_BEGUN, True),
        (steps.COMMIT_ROWS, True),
        (steps.COMMIT_JOURNALLED, True),
        (steps.COMMIT_DONE, False),
    ],
)
def test_a_kill_loses_nothing_that_was_saved(tmp_path, step, may_be_lost):
    root = str(Path(__file__).resolve().parents[2])
    run = subprocess.run(
        [sys.executable, "-c", _KILLED.format(root=root), str(tmp_path), step, "3"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == -9, run.stderr
    saved = run.stdout.split()
    bench = Bench(tmp_path)
    shown = bench.titles()
    assert set(saved) <= set(shown)
    assert ("the last one" in shown.values()) or may_be_lost
    commands = bench.store.next_request().commands
    assert [command.device_seq for command in commands] == list(range(1, len(shown) + 1))
    assert {command.id for command in read_own(journal_path(bench.path), KEY)} == {one.id for one in commands}
    bench.store.close()
