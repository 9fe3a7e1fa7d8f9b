"""Files over the wire: who is given them, ranges of them, how they are named, and the folder they are kept in."""

import errno
import os
from pathlib import Path

import pytest

from server.core.file_answers import wanted_range
from server.core.file_store import FolderStore
from shared.core.errors import CampusError
from tests.core.file_kinds import HONEST, PDF
from tests.core.uploads import Caller, sha

ESSAY = PDF + bytes(range(32, 127)) * 30_000
HASH = sha(ESSAY)
FILE = f"/api/v1/files/{HASH}"


@pytest.fixture
def ama(trial, server):
    caller = Caller.of(server, "ama", roles=("student",))
    assert caller.bring("essay.pdf", ESSAY).status == 204
    return caller


def test_a_file_is_given_to_whom_an_area_says_yes_and_to_nobody_else(ama, trial):
    assert ama.ask("GET", FILE).status == 404, "not even to whoever brought it in"
    trial.readers[HASH] = {ama.person_id}
    told = ama.ask("GET", FILE)
    assert (told.status, told.body) == (200, ESSAY)
    kofi = Caller.of(ama.server, "kofi", roles=("administrator",))
    assert (kofi.ask("GET", FILE).status, kofi.ask("GET", FILE).code) == (404, "not_found")
    assert ama.server.wire.ask("GET", FILE).status == 401
    elsewhere = ama.server.add_organisation("other", "Other Institute")
    esi_id = ama.server.add_person("esi", organisation_id=elsewhere)
    ama.server.slug = "other"
    esi = Caller(ama.server, ama.server.sign_in("esi").data["access_token"], esi_id)
    trial.readers[HASH] |= {esi_id}
    assert esi.ask("GET", FILE).status == 404, "another organisation has another store"
    for odd in ("nonsense", HASH.upper(), HASH[:-1], sha(b"never")):
        trial.readers[odd] = {ama.person_id}
        assert ama.ask("GET", f"/api/v1/files/{odd}").status == 404


def test_a_file_is_data_and_never_a_page(ama, trial):
    page = HONEST["page.html"][1]
    ama.bring("page.html", page)
    trial.readers |= {HASH: {ama.person_id}, sha(page): {ama.person_id}}
    told = ama.ask("GET", f"/api/v1/files/{sha(page)}")
    assert told.body == page
    assert told.headers["content-type"].startswith("text/plain")
    assert told.headers["content-disposition"] == f'attachment; filename="{sha(page)[:12]}.txt"'
    assert told.headers["x-content-type-options"] == "nosniff"
    head = ama.ask("HEAD", FILE)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(ESSAY))
    assert head.headers["content-type"] == "application/pdf"
    assert head.headers["accept-ranges"] == "bytes"
    again = ama.ask("GET", FILE, if_none_match=head.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_a_range_is_given_exactly(ama, trial):
    trial.readers[HASH] = {ama.person_id}
    size = len(ESSAY)
    for asked, start, end in (
        ("bytes=0-0", 0, 1),
        ("bytes=5-9", 5, 10),
        (f"bytes={size - 3}-", size - 3, size),
        ("bytes=-7", size - 7, size),
        ("bytes=1000000-2500000", 1_000_000, 2_500_001),
        (f"bytes=10-{size + 50}", 10, size),
    ):
        told = ama.ask("GET", FILE, range=asked)
        assert told.status == 206, asked
        assert told.body == ESSAY[start:end], asked
        assert told.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert told.headers["content-length"] == str(end - start)
    for asked in (f"bytes={size}-", f"bytes={size + 9}-{size + 10}", "bytes=-0"):
        told = ama.ask("GET", FILE, range=asked)
        assert (told.status, told.code, told.headers["content-range"]) == (
            416, "range_unsatisfiable", f"bytes */{size}",
        )  # fmt: skip
    assert ama.ask("GET", FILE, range="bytes=5-9", if_range=f'"{HASH}"').status == 206
    assert ama.ask("GET", FILE, range="bytes=5-9", if_range='"another"').body == ESSAY


@pytest.mark.parametrize("odd", ["", "bytes=", "bytes=-", "bytes=9-5", "bytes=1-2,4-5", "items=1-2", "bytes=a-b"])
def test_what_is_no_single_range_asks_for_the_whole(odd):
    assert wanted_range(odd, "", '"x"', 100) == (0, 100)


def _finished(folder: Path, content: bytes = ESSAY) -> Path:
    path = folder / "finished.part"
    path.write_bytes(content)
    return path


def test_a_store_keeps_what_is_put_and_twice_is_once(tmp_path):
    store = FolderStore(tmp_path / "stored")
    part = _finished(tmp_path)
    assert not store.exists("o", HASH)
    store.put("o", HASH, part)
    store.put("o", HASH, part)
    part.unlink()
    assert store.exists("o", HASH)
    assert not store.exists("another", HASH)
    assert store.size("o", HASH) == len(ESSAY)
    with store.open("o", HASH) as file:
        file.seek(100)
        assert file.read(50) == ESSAY[100:150]
    store.remove("o", HASH)
    store.remove("o", HASH)
    assert not store.exists("o", HASH)
    with pytest.raises(FileNotFoundError):
        store.open("o", HASH)


def test_a_disk_without_second_names_gets_a_copy(tmp_path, monkeypatch):
    def no_link(_self, _target):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(Path, "hardlink_to", no_link)
    store = FolderStore(tmp_path / "stored")
    store.put("o", HASH, _finished(tmp_path))
    assert [path.name for path in (tmp_path / "stored").rglob("*") if path.is_file()] == [HASH]
    with store.open("o", HASH) as file:
        assert file.read() == ESSAY


@pytest.mark.parametrize("fails", ["fsync", "copyfileobj"])
def test_a_copy_that_fails_leaves_nothing_behind(tmp_path, monkeypatch, fails):
    def no_link(_self, _target):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    def full(*_arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    store, part = FolderStore(tmp_path / "stored"), _finished(tmp_path)
    monkeypatch.setattr(Path, "hardlink_to", no_link)
    place = "server.core.file_store.shutil.copyfileobj" if fails == "copyfileobj" else "server.core.file_store.os.fsync"
    with monkeypatch.context() as patch:
        patch.setattr(place, full)
        with pytest.raises(CampusError) as told:
            store.put("o", HASH, part)
    assert told.value.code == "server_disk_full"
    assert [path for path in (tmp_path / "stored").rglob("*") if path.is_file()] == []
    store.put("o", HASH, part)
    assert store.size("o", HASH) == len(ESSAY)


def test_other_faults_of_the_disk_stay_what_they_are(tmp_path, monkeypatch):
    def broken(_self, _target):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "hardlink_to", broken)
    with pytest.raises(OSError, match="Input/output"):
        FolderStore(tmp_path / "stored").put("o", HASH, _finished(tmp_path))


def test_whoever_was_first_wins_and_the_file_is_whole(tmp_path, monkeypatch):
    def first(_self, _target):
        raise FileExistsError

    monkeypatch.setattr(Path, "hardlink_to", first)
    FolderStore(tmp_path / "stored").put("o", HASH, _finished(tmp_path))
