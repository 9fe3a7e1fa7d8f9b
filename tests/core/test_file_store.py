"""Files kept on a computer: sealed, found by hash, whole or not there, and room left for everything else."""

import errno
import io
import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.file_pace import FIRST, LEAST, MOST, Pace
from desktop.core.file_queue import FileQueue, Transfer
from desktop.core.file_store import FileStore
from desktop.core.sealed_file import PIECE, SealedReader, SealedWriter
from desktop.core.transport import Cancel
from shared.core.errors import CampusError
from tests.core.desktop_kit import KEY, Bench
from tests.core.file_desk import AMPLE, pdf_of
from tests.core.uploads import sha

CONTENT = random.Random(5).randbytes(3 * PIECE + 123)
HASH = sha(CONTENT)


@pytest.fixture
def files(tmp_path):
    return FileStore(tmp_path / "files", KEY, free=lambda _folder: AMPLE)


def _source(tmp_path, content=CONTENT):
    path = tmp_path / "essay.pdf"
    path.write_bytes(content)
    return path


def _code(work, *arguments):
    with pytest.raises(CampusError) as told:
        work(*arguments)
    return told.value.code


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 20 * PIECE + 5])
def test_what_is_put_is_read_again(files, tmp_path, size):
    content = random.Random(size).randbytes(size)
    sha256 = files.put(_source(tmp_path, content))
    assert sha256 == sha(content)
    with files.open(sha256) as file:
        assert (file.size, file.read(), file.read()) == (size, content, b"")


def test_nothing_of_a_file_is_in_clear_on_disk(files, tmp_path):
    content = b"A confession that nobody may read. " * 5_000
    sha256 = files.put(_source(tmp_path, content))
    (kept,) = (tmp_path / "files").iterdir()
    assert b"confession" not in kept.read_bytes()
    assert sha256[:12] not in kept.name
    assert kept.stat().st_mode & 0o077 == 0
    assert not FileStore(tmp_path / "files", b"x" * 32).exists(sha256)


def test_a_file_put_twice_is_kept_once(files, tmp_path):
    source = _source(tmp_path)
    assert files.put(source) == files.put(source)
    assert len(list((tmp_path / "files").iterdir())) == 1
    assert files.used() > len(CONTENT)
    files.remove(HASH)
    files.remove(HASH)
    assert (files.exists(HASH), files.used()) == (False, 0)
    assert _code(files.open, HASH) == "file_missing"


@settings(max_examples=60)
@given(places=st.lists(st.tuples(st.integers(0, len(CONTENT) + 50), st.integers(0, 2 * PIECE)), max_size=12))
def test_any_part_is_read_from_any_place(tmp_path_factory, places):
    folder = tmp_path_factory.getbasetemp() / "any-part"
    files = FileStore(folder, KEY, free=lambda _folder: AMPLE)
    if not files.exists(HASH):
        files.put(_source(folder.parent))
    with files.open(HASH) as sealed:
        plain, buffered = io.BytesIO(CONTENT), io.BufferedReader(sealed)
        for place, count in places:
            assert buffered.seek(place) == plain.seek(place)
            assert buffered.read(count) == plain.read(count)


def test_places_are_counted_from_the_end_and_from_here(files, tmp_path):
    files.put(_source(tmp_path))
    with files.open(HASH) as file:
        assert file.seek(-10, io.SEEK_END) == len(CONTENT) - 10
        assert (file.read(4), file.tell()) == (CONTENT[-10:-6], len(CONTENT) - 6)
        assert file.seek(2, io.SEEK_CUR) == len(CONTENT) - 4
        assert file.seek(-999, io.SEEK_CUR) >= 0
        assert file.readable()
        assert file.seekable()


@pytest.mark.parametrize("place", [0, 10, 25, 50, PIECE + 100, -1])
def test_a_byte_that_was_changed_on_disk_is_noticed(files, tmp_path, place):
    files.put(_source(tmp_path))
    (kept,) = (tmp_path / "files").iterdir()
    data = bytearray(kept.read_bytes())
    data[place] ^= 1
    kept.write_bytes(data)

    def read():
        with files.open(HASH) as file:
            file.read()

    assert _code(read) == "file_damaged"


@pytest.mark.parametrize("end", [5, 28, PIECE, 2 * PIECE + 200, -1])
def test_a_file_that_was_cut_on_disk_is_noticed(files, tmp_path, end):
    files.put(_source(tmp_path))
    (kept,) = (tmp_path / "files").iterdir()
    kept.write_bytes(kept.read_bytes()[:end])

    def read():
        with files.open(HASH) as file:
            file.read()

    assert _code(read) == "file_damaged"


def test_a_piece_fits_into_no_other_file(tmp_path):
    for name in ("a", "b"):
        writer = SealedWriter(tmp_path / name, KEY, HASH, len(CONTENT), bytes)
        writer.write(CONTENT)
        writer.finish()
        writer.close()
    with pytest.raises(CampusError):
        SealedReader(tmp_path / "a", KEY, sha(b"another")).read()


@pytest.mark.parametrize("cut", [0, 1, 27, 28, 29, PIECE, PIECE + 60, 2 * PIECE + 300, 3 * PIECE + 110])
def test_a_file_that_was_begun_goes_on_behind_its_last_whole_piece(files, tmp_path, cut):
    part = tmp_path / "part"
    writer = SealedWriter(part, KEY, HASH, len(CONTENT))
    writer.write(CONTENT[: 3 * PIECE + 50])
    writer.close()
    part.write_bytes(part.read_bytes()[:cut])
    writer = SealedWriter(part, KEY, HASH, len(CONTENT))
    assert writer.at % PIECE == 0
    assert writer.at <= cut
    writer.write(CONTENT[writer.at :])
    writer.finish()
    writer.close()
    with SealedReader(part, KEY, HASH) as file:
        assert file.read() == CONTENT


def test_a_part_that_lost_power_goes_on_before_the_damage(tmp_path):
    part = tmp_path / "part"
    writer = SealedWriter(part, KEY, HASH, len(CONTENT))
    writer.write(CONTENT[: 3 * PIECE])
    writer.close()
    data = bytearray(part.read_bytes())
    data[28 + PIECE + 28 + 5 :][:100] = bytes(100)
    data[28 + (PIECE + 28) + 40] ^= 255
    part.write_bytes(data)
    writer = SealedWriter(part, KEY, HASH, len(CONTENT))
    assert writer.at == PIECE
    writer.close()


def test_what_isnt_what_its_hash_says_is_never_kept(files):
    for content in (CONTENT[:-1], CONTENT[:-1] + b"x"):
        writer = files.begin(HASH, len(CONTENT))
        writer.write(content)
        assert _code(files.keep, writer) == "file_hash_wrong"
        assert (files.exists(HASH), files.part_bytes(HASH)) == (False, 0)
    writer = files.begin(HASH, len(CONTENT))
    assert _code(writer.write, CONTENT + b"x") == "file_hash_wrong"
    writer.close()


def test_room_is_left_for_everything_else(tmp_path):
    free = [600_000_000]
    files = FileStore(tmp_path / "files", KEY, free=lambda _folder: free[0], keep_free=500_000_000)
    files.check_room(100_000_000)
    with pytest.raises(CampusError, match="needs 101 MB, and this computer's disk has 600 MB left") as told:
        files.check_room(100_000_001)
    assert told.value.code == "disk_full"
    free[0] = 500_000_000
    assert _code(files.put, _source(tmp_path)) == "disk_full"
    assert _code(files.begin, HASH, 5) == "disk_full"
    assert files.used() == 0


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_disk_that_fills_up_keeps_nothing(files, tmp_path, monkeypatch, call):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        if call == "fsync":
            patch.setattr("desktop.core.sealed_file.os.fsync", full)
        else:
            patch.setattr(SealedWriter, "_close_pieces", full)
        with pytest.raises(CampusError, match="disk is full") as told:
            files.put(_source(tmp_path))
    assert told.value.code == "disk_full"
    assert files.used() == 0
    files.put(_source(tmp_path))


def test_a_copy_can_be_stopped_and_tells_how_far_it_is(files, tmp_path):
    source = _source(tmp_path, random.Random(1).randbytes(5 << 20))
    seen = []
    files.put(source, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (5 << 20, 5 << 20)
    assert len(seen) == 5
    files.remove(sha(source.read_bytes()))
    cancel = Cancel()
    assert _code(files.put, source, lambda *_: cancel(), cancel) == "cancelled"
    cancel = Cancel()
    cancel()
    assert _code(files.put, source, None, cancel) == "cancelled"
    assert files.used() == 0


def test_a_file_that_changes_while_it_is_read_is_refused(files, tmp_path, monkeypatch):
    source = _source(tmp_path)
    monkeypatch.setattr("desktop.core.file_store._hash", lambda *_: sha(b"as it was"))
    assert _code(files.put, source) == "file_changed"
    assert files.used() == 0


def test_a_file_that_cant_be_read_says_so(files, tmp_path):
    with pytest.raises(CampusError, match=r"“gone\.pdf” can't be read") as told:
        files.put(tmp_path / "gone.pdf")
    assert told.value.code == "file_unreadable"
    assert _code(files.put, tmp_path) == "file_unreadable"


def test_what_a_crash_left_of_a_copy_is_cleared_away(files, tmp_path):
    files.put(_source(tmp_path))
    (tmp_path / "files" / "half.new").write_bytes(b"half")
    files.tidy()
    assert len(list((tmp_path / "files").iterdir())) == 1
    assert files.exists(HASH)


def test_the_queue_is_remembered_in_the_local_store(tmp_path):
    bench = Bench(tmp_path)
    queue = FileQueue(bench.store)
    down = queue.put(Transfer("a" * 64, "down", "b.pdf", 5, "2026-11-20T08:00:00.000Z"))
    up = queue.put(Transfer("a" * 64, "up", "a.pdf", 5, "2026-11-20T09:00:00.000Z"))
    first = queue.put(Transfer("c" * 64, "down", "a.pdf", 5, "2026-11-20T08:00:00.000Z"))
    refused = queue.put(Transfer("d" * 64, "up", "a.pdf", 5, "2026-11-20T07:00:00.000Z", state="refused"))
    bench.store.close()
    queue = FileQueue(bench.opened())
    assert queue.all() == [up, first, down, refused]
    assert [one.title for one in queue.all()][:2] == ["Send “a.pdf”", "Fetch “a.pdf”"]
    assert queue.get("up", "a" * 64) == up
    assert queue.change(up, tries=2) == queue.get("up", "a" * 64)
    queue.remove(up)
    queue.change(up, tries=3)
    assert queue.get("up", "a" * 64) is None, "what was called off isn't brought back"
    assert bench.store.recall_all("file ") == {one.key: vars(one) for one in (down, first, refused)}
    bench.store.close()


def test_pieces_grow_while_they_go_quickly_and_shrink_when_they_fail():
    pace = Pace()
    assert pace.size == FIRST
    pace.moved(FIRST, 0.1)
    assert pace.size == 4 * FIRST
    pace.moved(4 * FIRST, 1.0)
    assert pace.size == 8 * FIRST
    pace.moved(8 * FIRST, 3.0)
    pace.moved(5, 0.0)
    assert pace.size == 8 * FIRST
    pace.moved(8 * FIRST, 7.0)
    assert pace.size == 4 * FIRST
    for _ in range(30):
        pace.failed()
    assert pace.size == LEAST
    for _ in range(30):
        pace.moved(pace.size, 0.0)
    assert pace.size == MOST


def test_a_large_file_is_read_by_pieces(files, tmp_path):
    content = pdf_of(3 << 20)
    files.put(_source(tmp_path, content))
    sample = files.sample(sha(content))
    assert (sample.size, sample.head, sample.tail) == (3 << 20, content[: 1 << 16], content[-(1 << 20) :])
