"""Files between a real desktop and a real server over loopback: cut anywhere, lost answers, lies, refusals, no room."""

from dataclasses import replace

import pytest

from desktop.core.api_errors import ApiError
from desktop.core.file_queue import REFUSED
from desktop.core.file_transfer import Wanted
from desktop.core.sealed_file import PIECE
from shared.core.errors import CampusError
from tests.core.file_desk import pdf_of, signed_in_desk
from tests.core.file_kinds import PDF, PROGRAM
from tests.core.uploads import sha
from tests.serving import running_server

ESSAY = pdf_of(700_000)
HASH = sha(ESSAY)


@pytest.fixture
def place(trial, server):
    """A running server on each database, with a student."""
    server.ama = server.add_person("ama", roles=("student",))
    with running_server(server.settings, server.app) as url:
        yield server, url


@pytest.fixture
def desk(place, tmp_path):
    made = signed_in_desk(tmp_path / "ama", *place, "ama")
    yield made
    made.bench.store.close()


@pytest.fixture
def lite(trial, sqlite_server, tmp_path):
    """The same on SQLite alone, for what the database has no part in."""
    sqlite_server.ama = sqlite_server.add_person("ama", roles=("student",))
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        made = signed_in_desk(tmp_path / "ama", sqlite_server, url, "ama")
        made.server = sqlite_server
        yield made
        made.bench.store.close()


def _stored(server):
    folder = server.settings.files_path / "stored"
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _code(work, *arguments):
    with pytest.raises(CampusError) as told:
        work(*arguments)
    return told.value.code


def test_a_file_goes_up_and_comes_down_at_another_computer(desk, place, trial, tmp_path):
    server, url = place
    heard = []
    stop = desk.transfer.subscribe(heard.append)
    sha256 = desk.send("essay.pdf", ESSAY)
    assert [one.title for one in desk.transfer.waiting()] == ["Send “essay.pdf”"]
    desk.run()
    stop()
    assert desk.transfer.waiting() == []
    assert _stored(server) == {HASH: ESSAY}
    assert sha256 == HASH
    assert (heard[-1].done, heard[-1].ended, heard[-1].sentence) == (len(ESSAY), True, "")
    assert [one.done for one in heard] == sorted(one.done for one in heard)
    assert len(heard) > 10
    kofi = server.add_person("kofi", roles=("instructor",))
    trial.readers[HASH] = {kofi}
    other = signed_in_desk(tmp_path / "kofi", server, url, "kofi")
    assert other.transfer.fetch([Wanted(HASH, len(ESSAY), "essay.pdf")]) == len(ESSAY)
    other.run()
    assert other.read(HASH) == ESSAY
    assert other.transfer.fetch([Wanted(HASH, len(ESSAY), "essay.pdf")]) == 0
    assert other.transfer.waiting() == []
    other.bench.store.close()


@pytest.mark.parametrize("cut", [0, 1, 999, 64_000, 300_000, 699_999])
def test_an_upload_that_is_cut_goes_on_where_the_server_stands(desk, place, cut):
    server, _ = place
    desk.send("essay.pdf", ESSAY)
    desk.line.left = cut
    with pytest.raises(ApiError) as told:
        desk.run()
    assert told.value.code == "server_unreachable"
    desk.line.left = None
    desk.opened()
    desk.run()
    assert _stored(server) == {HASH: ESSAY}


def test_an_upload_that_is_cut_again_and_again_arrives(lite):
    lite.send("essay.pdf", ESSAY)
    cuts = 0
    for _ in range(200):
        if not lite.transfer.waiting():
            break
        lite.line.left = 50_000 + 7_919 * cuts % 60_000
        try:
            lite.transfer.run_once()
        except ApiError:
            cuts += 1
            lite.opened()
    assert cuts > 3
    assert _stored(lite.server) == {HASH: ESSAY}


@pytest.mark.parametrize("nth", range(6))
def test_an_answer_that_is_lost_costs_nothing(lite, nth):
    """Whichever answer is lost, creation, position, piece or last piece: asked again, the file is there once."""
    lite.send("essay.pdf", ESSAY)
    lite.run_with_a_lost_answer(nth)
    assert _stored(lite.server) == {HASH: ESSAY}
    assert lite.transfer.waiting() == []


@pytest.mark.parametrize("cut", [0, 1, PIECE, 3 * PIECE + 5, 500_000, 699_999])
def test_a_download_that_is_cut_goes_on_behind_its_last_whole_piece(desk, place, trial, cut):
    server, _ = place
    trial.readers[HASH] = {server.ama}
    desk.send("essay.pdf", ESSAY)
    desk.run()
    desk.transfer.files.remove(HASH)
    desk.transfer.fetch([Wanted(HASH, len(ESSAY), "essay.pdf")])
    desk.line.left = cut
    with pytest.raises(ApiError):
        desk.run()
    assert not desk.transfer.files.exists(HASH)
    there = desk.transfer.files.part_bytes(HASH)
    assert there >= cut // PIECE * PIECE
    desk.line.left, desk.line.asked = None, []
    ranges = []
    desk.line.alter = lambda request: (ranges.append(request.headers.get("Range")), request)[1]
    desk.opened()
    desk.run()
    assert ranges[0].startswith(f"bytes={cut // PIECE * PIECE}-")
    assert desk.read(HASH) == ESSAY


def test_a_damaged_piece_is_sent_again(lite):
    lite.send("essay.pdf", ESSAY)
    damaged = []

    def damage(request):
        if request.method == "PATCH" and not damaged:
            damaged.append(1)
            return replace(request, body=b"\x00" + request.body[1:])
        return request

    lite.line.alter = damage
    lite.run()
    assert damaged
    assert _stored(lite.server) == {HASH: ESSAY}


def test_a_part_that_went_wrong_at_the_server_is_begun_again(lite):
    lite.send("essay.pdf", ESSAY)
    lite.transfer.run_once()
    (part,) = (lite.server.settings.files_path / "incoming").glob("*.part")
    data = bytearray(part.read_bytes())
    data[100] ^= 1
    part.write_bytes(data)
    lite.run()
    assert _stored(lite.server) == {HASH: ESSAY}


def test_an_upload_that_ran_out_at_the_server_is_begun_again(lite):
    lite.send("essay.pdf", ESSAY)
    lite.transfer.run_once()
    path = lite.transfer.waiting()[0].place
    lite.client.upload(path, b"", 0, {"Tus-Resumable": "1.0.0"}, method="DELETE")
    lite.run()
    assert _stored(lite.server) == {HASH: ESSAY}


def test_a_file_that_changes_at_the_server_is_never_kept(lite, trial, monkeypatch):
    trial.readers[HASH] = {lite.server.ama}
    lite.send("essay.pdf", ESSAY)
    lite.run()
    lite.transfer.files.remove(HASH)
    (kept,) = (path for path in (lite.server.settings.files_path / "stored").rglob("*") if path.is_file())
    kept.write_bytes(ESSAY[:-1] + b"x")
    lite.transfer.fetch([Wanted(HASH, len(ESSAY), "essay.pdf")])
    lite.run()
    (refused,) = lite.transfer.waiting()
    assert (refused.state, refused.code) == (REFUSED, "file_hash_wrong")
    assert (lite.transfer.files.exists(HASH), lite.transfer.files.part_bytes(HASH)) == (False, 0)
    kept.write_bytes(ESSAY)
    lite.transfer.retry("down", HASH)
    lite.run()
    assert lite.read(HASH) == ESSAY


def test_a_lie_is_refused_here_and_at_the_server_with_a_sentence(lite, monkeypatch):
    assert _code(lite.transfer.choose, lite.file("program.pdf", PROGRAM)) == "file_type_lies"
    assert _code(lite.transfer.choose, lite.file("empty.pdf", b"")) == "file_empty"
    assert _code(lite.transfer.choose, lite.file("run.exe", PROGRAM)) == "file_type_unknown"
    assert _code(lite.transfer.choose, lite.file("essay.pdf", PDF), {"docx"}) == "file_type_refused"
    assert _code(lite.transfer.choose, lite.file("essay.pdf", PDF), (), 10) == "file_too_large"
    assert _code(lite.transfer.choose, lite.folder / "gone.pdf") == "file_unreadable"
    assert lite.transfer.files.used() == 0
    # A program that skips the check here meets it there.
    monkeypatch.setattr("desktop.core.file_transfer.check_file", lambda *_: "pdf")
    sha256 = lite.send("program.pdf", PROGRAM)
    lite.send("essay.pdf", ESSAY)
    lite.run()
    (refused,) = lite.transfer.waiting()
    assert (refused.sha256, refused.state, refused.code) == (sha256, REFUSED, "file_type_lies")
    assert "program.pdf" in refused.sentence
    assert set(_stored(lite.server)) == {HASH}, "one bad file doesn't hold up the others"
    lite.transfer.dismiss("up", sha256)
    lite.transfer.dismiss("up", sha256)
    assert lite.transfer.waiting() == []


@pytest.mark.parametrize("lost", [False, True])
def test_a_quarantine_whose_answer_is_lost_is_learnt_later(lite, monkeypatch, lost):
    monkeypatch.setattr("desktop.core.file_transfer.check_file", lambda *_: "pdf")
    lite.send("program.pdf", PROGRAM)
    if lost:
        lite.line.alter = lambda request: (setattr(lite.line, "swallow", request.method == "PATCH"), request)[1]
    try:
        lite.run()
    except ApiError:
        lite.line.alter = lambda request: request
        lite.opened()
        lite.run()
    (refused,) = lite.transfer.waiting()
    assert refused.code == "file_type_lies"


def test_a_file_that_isnt_for_this_person_is_refused(lite):
    lite.transfer.fetch([Wanted(HASH, len(ESSAY), "essay.pdf")])
    lite.run()
    (refused,) = lite.transfer.waiting()
    assert (refused.state, refused.code) == (REFUSED, "not_found")


def test_what_is_damaged_here_doesnt_hold_up_the_others(lite):
    broken = lite.send("broken.pdf", pdf_of(200_000, 2))
    lite.send("essay.pdf", ESSAY)
    place = lite.transfer.files._place(broken)
    place.write_bytes(b"x" * 90_000)
    lite.run()
    (refused,) = lite.transfer.waiting()
    assert (refused.sha256, refused.code) == (broken, "file_damaged")
    assert set(_stored(lite.server)) == {HASH}


def test_room_is_looked_at_before_anything_is_fetched(lite, trial):
    trial.readers[HASH] = {lite.server.ama}
    lite.send("essay.pdf", ESSAY)
    lite.run()
    lite.transfer.files.remove(HASH)
    lite.free = 500_000_000
    wanted = [Wanted(HASH, len(ESSAY), "essay.pdf")]
    assert _code(lite.transfer.fetch, wanted) == "disk_full"
    assert lite.transfer.waiting() == []
    lite.free = 1 << 50
    lite.transfer.fetch(wanted)
    lite.free = 0
    assert _code(lite.transfer.run_once) == "disk_full"
    lite.free = 1 << 50
    lite.run()
    assert lite.read(HASH) == ESSAY


def test_a_disk_that_fills_up_in_the_middle_gives_back_what_was_taken(lite, trial, monkeypatch):
    trial.readers[HASH] = {lite.server.ama}
    lite.send("essay.pdf", ESSAY)
    lite.run()
    lite.transfer.files.remove(HASH)
    lite.transfer.fetch([Wanted(HASH, len(ESSAY), "essay.pdf")])
    lite.transfer.run_once()
    assert lite.transfer.files.part_bytes(HASH) > 0

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("desktop.core.sealed_file.SealedWriter._close_pieces", full)
        assert _code(lite.run) == "disk_full"
    assert lite.transfer.files.part_bytes(HASH) == 0
    lite.run()
    assert lite.read(HASH) == ESSAY


def test_what_is_called_off_stops_and_leaves_nothing(lite, trial):
    trial.readers[HASH] = {lite.server.ama}
    lite.send("essay.pdf", ESSAY)
    lite.transfer.run_once()
    lite.transfer.call_off("up", [HASH, "f" * 64])
    assert (lite.transfer.waiting(), _stored(lite.server)) == ([], {})
    assert list((lite.server.settings.files_path / "incoming").glob("*.part")) == []
    assert lite.transfer.files.exists(HASH), "what is kept stays"
    lite.send("essay.pdf", ESSAY)
    lite.run()
    lite.transfer.files.remove(HASH)
    lite.transfer.fetch([Wanted(HASH, len(ESSAY), "essay.pdf")])
    lite.transfer.run_once()
    lite.transfer.call_off("down", [HASH])
    assert (lite.transfer.waiting(), lite.transfer.files.used()) == ([], 0)
    assert lite.transfer.run_once() is False
