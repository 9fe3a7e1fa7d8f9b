"""Bringing files in over the wire, on both databases: pieces, checksums, lies, limits, strangers, and what runs out."""

import base64
import hashlib
import os

import pytest

from server.core.upload_book import uploaded_states
from shared.core.file_types import MOST_BYTES
from tests.core.file_kinds import HONEST, PDF, PROGRAM, office
from tests.core.uploads import Caller, metadata, sha
from tests.serving import TestServer, server_settings

ESSAY = PDF + b"% more of it\n" * 5_000


@pytest.fixture
def one(trial, sqlite_server):
    """Someone on SQLite alone, for what the database has no part in."""
    return Caller.of(sqlite_server, "ama", roles=("student",))


def _folder(caller, name):
    folder = caller.server.settings.files_path / name
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


def test_a_file_comes_in_by_pieces_and_is_kept_by_its_hash(ama, trial):
    begun = ama.begin("essay.pdf", ESSAY)
    assert begun.status == 201
    assert begun.headers["tus-resumable"] == "1.0.0"
    assert begun.headers["upload-offset"] == "0"
    assert begun.headers["upload-expires"] == "Fri, 27 Nov 2026 08:00:00 GMT"
    place = begun.headers["location"]
    told = ama.piece(place, 0, ESSAY[:1000])
    assert (told.status, told.headers["upload-offset"]) == (204, "1000")
    assert ama.offset(place) == 1000
    assert ama.ask("GET", place).data["state"] == "receiving"
    told = ama.piece(place, 1000, ESSAY[1000:])
    assert (told.status, told.headers["upload-offset"]) == (204, str(len(ESSAY)))
    shown = ama.ask("GET", place).data
    assert (shown["state"], shown["kind"], shown["offset"]) == ("stored", "pdf", len(ESSAY))
    stored = _folder(ama, "stored")
    assert [path.name for path in stored] == [sha(ESSAY)]
    assert stored[0].read_bytes() == ESSAY
    assert _folder(ama, "incoming") == []
    assert [(file.sha256, file.state, file.person_id) for file in trial.told] == [(sha(ESSAY), "stored", ama.person_id)]


def test_what_someone_brought_in_is_told_in_one_statement(ama):
    ama.bring("essay.pdf", ESSAY)
    ama.bring("program.pdf", PROGRAM)
    other = Caller.of(ama.server, "kofi")
    with ama.server.context.database.read() as db:
        asked = [sha(ESSAY), sha(PROGRAM), sha(b"never")]
        states = uploaded_states(db, ama.server.organisation_id, ama.person_id, asked)
        assert states == {sha(ESSAY): "stored", sha(PROGRAM): "quarantined"}
        assert db.statements == 1
        assert uploaded_states(db, ama.server.organisation_id, other.person_id, asked) == {}


def test_beginning_again_gives_the_same_place(ama):
    place = ama.place("essay.pdf", ESSAY)
    ama.piece(place, 0, ESSAY[:500])
    again = ama.begin("essay.pdf", ESSAY)
    assert (again.headers["location"], again.headers["upload-offset"]) == (place, "500")
    assert ama.place("other name.pdf", ESSAY) != place
    ama.piece(place, 500, ESSAY[500:])
    again = ama.begin("essay.pdf", ESSAY)
    assert (again.headers["location"], again.headers["upload-offset"]) == (place, str(len(ESSAY)))


def test_a_wrong_offset_is_refused_and_changes_nothing(ama):
    place = ama.place("essay.pdf", ESSAY)
    ama.piece(place, 0, ESSAY[:500])
    for wrong in (0, 499, 501, len(ESSAY)):
        told = ama.piece(place, wrong, b"x")
        assert (told.status, told.code) == (409, "upload_offset_wrong")
        assert told.json["details"] == {"offset": 500}
        assert told.headers["tus-resumable"] == "1.0.0"
    assert ama.offset(place) == 500


@pytest.mark.parametrize("name", ["sha256", "sha1", "md5"])
def test_a_damaged_piece_is_dropped(one, name):
    place = one.place("essay.pdf", ESSAY)
    right = base64.b64encode(hashlib.new(name, ESSAY[:500]).digest()).decode()
    told = one.piece(place, 0, b"x" + ESSAY[1:500], upload_checksum=f"{name} {right}")
    assert (told.status, told.code) == (460, "upload_checksum_wrong")
    assert one.offset(place) == 0
    assert one.piece(place, 0, ESSAY[:500], upload_checksum=f"{name} {right}").status == 204
    assert one.offset(place) == 500
    for odd in ("crc32 AAAA", "sha256", "sha256 ***", "sha256 "):
        assert one.piece(place, 500, b"x", upload_checksum=odd).code == "malformed"


def test_a_file_whose_whole_hash_is_wrong_is_begun_again(ama, trial):
    place = ama.place("essay.pdf", ESSAY)
    told = ama.piece(place, 0, b"%PDF-1.4" + ESSAY[8:])
    assert (told.status, told.code) == (422, "file_hash_wrong")
    assert ama.ask("HEAD", place).status == 404
    assert _folder(ama, "incoming") == _folder(ama, "stored") == []
    assert trial.told == []
    assert ama.bring("essay.pdf", ESSAY).status == 204


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("program.pdf", PROGRAM, "file_type_lies"),
        ("macros.docx", office("word/document.xml", **{"word/vbaProject.bin": b"x"}), "file_has_macros"),
    ],
)
def test_a_file_that_lies_is_put_aside_with_a_sentence(ama, trial, name, content, code):
    told = ama.bring(name, content)
    assert (told.status, told.code) == (422, code)
    assert name in told.json["error"]
    assert _folder(ama, "stored") == []
    assert [path.read_bytes() for path in _folder(ama, "quarantine")] == [content]
    assert [(file.state, file.code) for file in trial.told] == [("quarantined", code)]
    place = ama.begin(name, content).headers["location"]
    trial.readers[sha(content)] = {ama.person_id}
    assert ama.ask("GET", f"/api/v1/files/{sha(content)}").status == 404, "nobody is given it"
    told = ama.piece(place, 0, content)
    assert (told.status, told.code) == (422, code), "whoever sends it again is told again"


def test_a_quarantined_upload_says_why_when_asked(ama):
    place = ama.place("program.pdf", PROGRAM)
    ama.piece(place, 0, PROGRAM)
    shown = ama.ask("GET", place).data
    assert (shown["state"], shown["code"], shown["offset"]) == ("quarantined", "file_type_lies", len(PROGRAM))
    assert "isn't what its name says" in shown["sentence"]
    told = ama.piece(place, len(PROGRAM), b"")
    assert told.code == "file_type_lies"
    assert ama.ask("DELETE", place).status == 204
    assert ama.ask("GET", place).data["state"] == "quarantined"


def test_every_honest_kind_comes_in(one):
    for name, (_, content) in HONEST.items():
        one.server.clock.advance(31)
        one.token = one.server.sign_in("ama").data["access_token"]
        assert one.bring(name, content).status == 204, name
    assert len(_folder(one, "stored")) == len({content for _, content in HONEST.values()})


@pytest.mark.parametrize(
    ("name", "size", "status", "code"),
    [
        ("essay.pdf", 0, 422, "file_empty"),
        ("essay.pdf", MOST_BYTES + 1, 413, "file_too_large"),
        ("program.exe", 5, 415, "file_type_unknown"),
    ],
)
def test_what_cant_be_taken_is_refused_before_it_is_sent(one, name, size, status, code):
    told = one.begin(name, b"", upload_length=str(size), upload_metadata=metadata(filename=name, sha256=sha(b"")))
    assert (told.status, told.code) == (status, code)


def test_names_are_made_safe(one):
    for name in ("../../etc/essay.pdf", "C:\\x\\essay.pdf", "🎬" * 150 + ".pdf", "nul.pdf", "a\x00b.pdf"):
        place = one.place(name, ESSAY)
        shown = one.ask("GET", place).data["name"]
        assert shown.endswith(".pdf")
        assert len(shown) <= 120
        assert not set(shown) & set("/\\\x00")
        assert one.ask("DELETE", place).status == 204


def test_headers_that_cant_be_read_are_malformed(one):
    for headers in (
        {"upload_length": ""},
        {"upload_length": "-1"},
        {"upload_length": "1e3"},
        {"upload_length": "9" * 30},
        {"upload_metadata": ""},
        {"upload_metadata": metadata(filename="essay.pdf")},
        {"upload_metadata": metadata(sha256=sha(ESSAY))},
        {"upload_metadata": metadata(filename="essay.pdf", sha256="ABC")},
        {"upload_metadata": "filename ***"},
        {"upload_metadata": "filename /w=="},
    ):
        told = one.begin("essay.pdf", ESSAY, **headers)
        assert (told.status, told.code) == (400, "malformed"), headers
        one.server.clock.advance(31)


def test_the_protocol_is_announced_and_its_version_asked_for(one):
    told = one.server.wire.ask("OPTIONS", "/api/v1/uploads", b"", {})
    assert told.status == 204
    assert told.headers["tus-version"] == told.headers["tus-resumable"] == "1.0.0"
    assert told.headers["tus-extension"] == "creation,checksum,termination,expiration"
    assert told.headers["tus-max-size"] == str(500 << 20), "of course materials, the largest"
    assert told.headers["tus-checksum-algorithm"] == "sha256,sha1,md5"
    place = one.place("essay.pdf", ESSAY)
    for method in ("POST", "HEAD", "PATCH", "DELETE"):
        path = "/api/v1/uploads" if method == "POST" else place
        told = one.ask(method, path, tus_resumable="0.2.2")
        assert told.status == 412, method
        if method != "HEAD":
            assert (told.code, told.headers["tus-version"]) == ("tus_version_unknown", "1.0.0")
    head = one.ask("HEAD", place)
    assert (head.headers["upload-length"], head.headers["cache-control"]) == (str(len(ESSAY)), "no-store")
    told = one.piece(place, 0, b"x", content_type="application/pdf")
    assert (told.status, told.code) == (415, "media_type_unknown")
    assert one.piece(place, 0, b"x", upload_offset="").code == "malformed"


def test_more_than_was_said_is_refused(one):
    place = one.place("essay.pdf", ESSAY)
    told = one.piece(place, 0, ESSAY + b"x")
    assert (told.status, told.code) == (413, "too_large")
    assert one.offset(place) == 0
    told = one.piece(place, 0, ESSAY + b"x", content_length="10")
    assert (told.status, told.code) == (413, "too_large"), "whatever its length was said to be"
    assert one.offset(place) == 0


def test_an_upload_is_its_owners_alone(ama):
    place = ama.place("essay.pdf", ESSAY)
    ama.piece(place, 0, ESSAY[:500])
    elsewhere = ama.server.add_organisation("other", "Other Institute")
    kofi = Caller.of(ama.server, "kofi", roles=("administrator",))
    ama.server.add_person("esi", organisation_id=elsewhere)
    ama.server.slug = "other"
    esi = Caller(ama.server, ama.server.sign_in("esi").data["access_token"], "")
    for stranger in (kofi, esi):
        assert stranger.ask("HEAD", place).status == 404
        assert stranger.ask("GET", place).code == "not_found"
        assert stranger.piece(place, 500, ESSAY[500:]).code == "not_found"
        assert stranger.ask("DELETE", place).code == "not_found"
        assert stranger.begin("essay.pdf", ESSAY).headers["location"] != place
    assert ama.offset(place) == 500
    for odd in ("nonsense", "../x", "0" * 36):
        assert ama.ask("GET", f"/api/v1/uploads/{odd}").status == 404


def test_an_upload_can_be_ended(ama):
    place = ama.place("essay.pdf", ESSAY)
    ama.piece(place, 0, ESSAY[:500])
    assert ama.ask("DELETE", place).status == 204
    assert ama.ask("HEAD", place).status == 404
    assert _folder(ama, "incoming") == []


def test_what_is_left_for_too_long_is_cleared_away(ama):
    left, kept = ama.place("essay.pdf", ESSAY), ama.place("other.pdf", ESSAY)
    ama.piece(left, 0, ESSAY[:500])
    ama.server.clock.advance(6 * 86_400)
    ama.token = ama.server.sign_in("ama").data["access_token"]
    told = ama.piece(kept, 0, ESSAY[:600])
    assert told.headers["upload-expires"] == "Thu, 03 Dec 2026 08:00:00 GMT"
    ama.server.clock.advance(2 * 86_400)
    ama.token = ama.server.sign_in("ama").data["access_token"]
    assert ama.ask("GET", left).code == "gone"
    assert ama.offset(kept) == 600
    orphan = ama.server.settings.files_path / "incoming" / f"{ama.server.new_id()}.part"
    orphan.write_bytes(b"left behind by a crash")
    ama.place("third.pdf", ESSAY)
    assert [path.suffix for path in _folder(ama, "incoming")] == [".lock", ".part"]
    assert ama.ask("GET", left).code == "not_found"
    assert ama.begin("essay.pdf", ESSAY).headers["upload-offset"] == "0"


def test_what_a_crash_came_between_is_told_later(ama, trial, expect_log):
    expect_log("A request met a fault")
    trial.fault = RuntimeError("killed here")
    assert ama.bring("essay.pdf", ESSAY).status == 500
    trial.fault = None
    assert ama.begin("essay.pdf", ESSAY).data["state"] == "stored"
    ama.server.clock.advance(700)
    ama.place("other.pdf", ESSAY)
    assert [file.sha256 for file in trial.told] == [sha(ESSAY)]
    ama.server.clock.advance(700)
    ama.token = ama.server.sign_in("ama").data["access_token"]
    ama.place("third.pdf", ESSAY)
    assert len(trial.told) == 1


def test_a_crash_before_the_last_answer_costs_nothing(ama):
    """All bytes are there, and the server died before it looked at them: an empty piece makes it look."""
    place = ama.place("essay.pdf", ESSAY)
    part = ama.server.settings.files_path / "incoming" / f"{place.rpartition('/')[2]}.part"
    part.write_bytes(ESSAY)
    assert ama.offset(place) == len(ESSAY)
    assert ama.ask("GET", place).data["state"] == "receiving"
    assert ama.piece(place, len(ESSAY), b"").status == 204
    assert ama.ask("GET", place).data["state"] == "stored"


def test_the_same_file_of_two_people_is_kept_once(ama):
    kofi = Caller.of(ama.server, "kofi", roles=("student",))
    assert ama.bring("essay.pdf", ESSAY).status == 204
    assert kofi.begin("essay.pdf", ESSAY).headers["upload-offset"] == "0", "nobody learns that it is there"
    assert kofi.bring("mine.pdf", ESSAY).status == 204
    assert len(_folder(ama, "stored")) == 1


@pytest.fixture
def small(trial, tmp_path, copied_database):
    """Servers with settings of their own."""
    made = []

    def build(**more):
        from tests.fixtures.servers import _migrated

        urls = copied_database("sqlite", "migrated", _migrated)
        made.append(TestServer(server_settings(tmp_path / "small", urls, **more)))
        return Caller.of(made[-1], "ama")

    yield build
    for server in made:
        server.close()


def test_a_person_has_a_quota(small):
    ama = small(person_file_bytes=len(ESSAY) + 10)
    assert ama.bring("essay.pdf", ESSAY).status == 204
    told = ama.begin("more.pdf", PDF + b"more")
    assert (told.status, told.code) == (413, "file_quota_full")


def test_an_institute_has_a_quota(small):
    ama = small(organisation_file_bytes=len(ESSAY) + 10)
    assert ama.bring("essay.pdf", ESSAY).status == 204
    told = Caller.of(ama.server, "kofi").begin("more.pdf", PDF + b"more")
    assert (told.status, told.code) == (413, "file_quota_full")
    assert told.headers["retry-after"] == "3600"


def test_room_is_kept_free_on_the_disk(small):
    told = small(files_keep_free_bytes=1 << 60).begin("essay.pdf", ESSAY)
    assert (told.status, told.code) == (503, "server_disk_full")


def test_a_disk_that_fills_up_is_told_and_nothing_is_half_there(one, monkeypatch):
    place = one.place("essay.pdf", ESSAY)

    def full(_handle):
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr("server.core.upload_writing.os.fsync", full)
        told = one.piece(place, 0, ESSAY)
        assert (told.status, told.code) == (503, "server_disk_full")
    assert _folder(one, "stored") == []
    at = one.offset(place)
    assert one.piece(place, at, ESSAY[at:]).status == 204


def test_only_beginning_counts_against_the_limit(one):
    place = one.place("essay.pdf", ESSAY)
    for at in range(30):
        assert one.piece(place, at, ESSAY[at : at + 1]).status == 204
    for n in range(9):
        one.place(f"{n}.pdf", ESSAY)
    told = one.begin("tenth.pdf", ESSAY)
    assert (told.status, told.code) == (429, "too_many_requests")
    one.server.clock.advance(301)
    assert one.begin("tenth.pdf", ESSAY).status == 201


def test_the_folder_is_for_the_servers_account_alone(one):
    one.bring("essay.pdf", ESSAY)
    root = one.server.settings.files_path
    assert {path.stat().st_mode & 0o077 for path in (root, root / "stored", root / "incoming")} == {0}
