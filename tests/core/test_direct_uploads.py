"""Files that clients bring to the store themselves: what a link binds, the look at what came, what is left behind."""

from datetime import timedelta

import pytest

from server.core.direct_upkeep import keep_up
from server.core.file_scan import Scanned, ScanVerdict
from server.core.upload_lock import PartLock
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from tests.clamav import EICAR
from tests.core.direct import arrived, begun, follow, landing, link, links, provider, rows, server_at, states
from tests.core.file_kinds import PDF, PROGRAM
from tests.core.uploads import Caller, sha

ESSAY = PDF + bytes(range(32, 127)) * 30_000
OTHER = PDF + bytes(range(32, 127))[::-1] * 30_000
DAY = 86_400


class Scanner:
    """Finds the test file that every scanner knows, and can be away."""

    away = False

    def scan(self, part):
        if self.away:
            return Scanned(ScanVerdict.ERROR, "away")
        found = EICAR in part.read_bytes()
        return Scanned(ScanVerdict.INFECTED, "Eicar-Test") if found else Scanned(ScanVerdict.CLEAN)


@pytest.fixture
def scanner(monkeypatch):
    made = Scanner()
    monkeypatch.setattr("server.core.file_routes.make_scanner", lambda _settings: made)
    return made


@pytest.fixture(params=["s3", "cloudinary"])
def place(request):
    with provider(request.param) as made:
        yield made


@pytest.fixture
def ama(trial, scanner, place, migrated_url, tmp_path):
    """A student of a server with its files at each provider, on each database."""
    server = server_at(tmp_path / "server", migrated_url, place)
    yield Caller.of(server, "ama", roles=("student",))
    server.close()


@pytest.fixture
def s3():
    with provider("s3") as made:
        yield made


@pytest.fixture
def lite(trial, scanner, s3, sqlite_server, tmp_path):
    """The same at S3 on SQLite alone, for what neither has a part in."""
    server = server_at(tmp_path / "lite", None, s3)
    yield Caller.of(server, "ama", roles=("student",))
    server.close()


def _files(caller, name):
    return [path for path in (caller.server.settings.files_path / name).rglob("*") if path.is_file()]


def test_a_file_comes_by_a_link_and_is_kept_once(ama, place, trial):
    upload_id = begun(ama, "essay.pdf", ESSAY)
    told = link(ama, upload_id)
    assert told["expires_at"] == instant_text(ama.server.clock.now() + timedelta(minutes=10))
    assert follow(told, ESSAY) == 200
    assert list(place.landed) == [landing(ama, upload_id)]
    trial.readers[sha(ESSAY)] = {ama.person_id}
    assert ama.ask("GET", f"/api/v1/files/{sha(ESSAY)}").status == 404, "nothing is given out before it was looked at"
    done = arrived(ama, upload_id)
    assert (done.status, done.data["state"], done.data["direct"]) == (200, "stored", False)
    assert place.landed == {}
    assert place.kept == {sha(ESSAY): ESSAY}
    assert ama.ask("GET", f"/api/v1/files/{sha(ESSAY)}").body == ESSAY
    assert [(one.state, one.name, one.bytes) for one in trial.told] == [("stored", "essay.pdf", len(ESSAY))]
    assert arrived(ama, upload_id).data == done.data, "a second time changes nothing"
    assert len(trial.told) == rows(ama, ESSAY) == 1
    assert _files(ama, "incoming") == []
    again = ama.begin("essay.pdf", ESSAY).data
    assert (again["id"], again["state"], again["direct"]) == (upload_id, "stored", False)
    assert ama.ask("POST", f"/api/v1/uploads/{upload_id}/link").code == "upload_settled"


def test_no_secret_of_the_store_is_told(ama):
    told = str(link(ama, begun(ama, "essay.pdf", ESSAY)))
    for secret in ("s3cr3t/of+the-test", "s3cr3t", "abcd&", "api_secret"):
        assert secret not in told


def test_what_is_told_is_refused_with_anything_changed(ama, place):
    told = link(ama, begun(ama, "essay.pdf", ESSAY))
    if told["method"] == "PUT":
        url = told["url"]
        name = url.partition("?")[0].rpartition("/")[2]
        headers = told["headers"]
        odd = [
            {"url": url.replace(name, name[:-1] + ("0" if name[-1] != "0" else "1"))},
            {"url": url.replace("X-Amz-Expires=600", "X-Amz-Expires=604800")},
            {"url": url.replace("content-length%3B", "")},
            {"url": f"{url}&x-id=1"},
            {"url": url[:-1] + ("0" if url[-1] != "0" else "1")},
            {"headers": {**headers, "Content-Type": "text/html"}},
            {"headers": {**headers, "x-amz-acl": "public-read"}},
            {"headers": {**headers, "x-amz-checksum-sha256": headers["x-amz-checksum-sha256"][::-1]}},
        ]
    else:
        fields = told["fields"]
        odd = [
            {"fields": {**fields, "public_id": f"{fields['public_id']}x"}},
            {"fields": {**fields, "timestamp": str(int(fields["timestamp"]) + 3_000)}},
            {"fields": {**fields, "type": "upload"}},
            {"fields": {**fields, "overwrite": "true"}},
            {"fields": {**fields, "eager": "w_400"}},
            {"fields": {**fields, "signature": "0" * 40}},
            {"fields": {**fields, "api_key": "5678"}},
        ]
    for changed in odd:
        assert follow(told, ESSAY, **changed) in {400, 401, 403}, changed
    assert len(place.refused) == len(odd)
    assert place.held == {}
    assert follow(told, ESSAY) == 200


def test_s3_refuses_another_size_and_other_bytes(lite, s3):
    told = link(lite, begun(lite, "essay.pdf", ESSAY))
    assert follow(told, ESSAY + b"x") == 403
    assert follow(told, ESSAY[:-1]) == 403
    assert follow(told, OTHER) == 400
    assert s3.refused == ["SignatureDoesNotMatch", "SignatureDoesNotMatch", "BadDigest"]
    assert s3.held == {}


def test_a_link_ends_and_is_asked_anew(ama, place):
    upload_id = begun(ama, "essay.pdf", ESSAY)
    told = link(ama, upload_id)
    place.move_clock(601)
    assert follow(told, ESSAY) in {401, 403}
    assert place.held == {}
    place.move_clock(-601)
    assert follow(link(ama, upload_id), ESSAY) == 200
    assert links(ama) == 1
    assert arrived(ama, upload_id).status == 200


def test_what_came_otherwise_than_announced_is_removed_with_a_sentence(ama, place, trial):
    """The provider may have let it pass: what the server itself finds counts."""
    upload_id = begun(ama, "essay.pdf", ESSAY)
    link(ama, upload_id)
    place.held[landing(ama, upload_id)] = ESSAY + b"more"
    told = arrived(ama, upload_id)
    assert (told.status, told.code) == (422, "file_size_wrong")
    assert "essay.pdf" in told.json["error"]
    assert str(len(ESSAY) + 4) in told.json["error"]
    assert place.held == {}
    assert ama.ask("GET", f"/api/v1/uploads/{upload_id}").status == 404
    upload_id = begun(ama, "essay.pdf", ESSAY)
    link(ama, upload_id)
    place.held[landing(ama, upload_id)] = OTHER
    assert arrived(ama, upload_id).code == "file_hash_wrong"
    assert place.held == {}
    assert _files(ama, "incoming") == []
    assert trial.told == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("photo.png", PROGRAM, "file_type_lies"),
        ("essay.pdf", PROGRAM, "file_type_lies"),
        ("essay.pdf", PDF + b"words " + EICAR, "file_infected"),
    ],
)
def test_what_must_not_be_kept_is_put_aside_and_taken_from_the_store(ama, place, trial, name, content, code):
    upload_id = begun(ama, name, content)
    assert follow(link(ama, upload_id), content) == 200
    told = arrived(ama, upload_id)
    assert (told.status, told.code) == (422, code)
    assert name in told.json["error"]
    assert place.held == {}
    assert [path.read_bytes() for path in _files(ama, "quarantine")] == [content]
    assert [(one.state, one.code) for one in trial.told] == [("quarantined", code)]
    assert states(ama) == [("quarantined", code)]
    assert arrived(ama, upload_id).code == code
    assert ama.ask("POST", f"/api/v1/uploads/{upload_id}/link").code == code


def test_links_and_uploads_are_their_owners_alone(ama, place):
    kofi = Caller.of(ama.server, "kofi", roles=("administrator",))
    upload_id = begun(ama, "essay.pdf", ESSAY)
    told = link(ama, upload_id)
    assert follow(told, ESSAY) == 200
    for act in ("link", "arrived"):
        path = f"/api/v1/uploads/{upload_id}/{act}"
        assert (kofi.ask("POST", path).status, kofi.ask("POST", path).code) == (404, "not_found")
        assert ama.server.wire.ask("POST", path).status == 401
        assert ama.ask("POST", f"/api/v1/uploads/nonsense/{act}").status == 404
    assert list(place.landed) == [landing(ama, upload_id)]
    # The same file of another person has a place of its own: nobody's link leads to somebody else's.
    other_id = begun(kofi, "essay.pdf", ESSAY)
    assert arrived(kofi, other_id).code == "upload_not_arrived"
    assert arrived(ama, upload_id).status == 200


def test_finishing_before_anything_came_changes_nothing(ama):
    upload_id = begun(ama, "essay.pdf", ESSAY)
    told = arrived(ama, upload_id)
    assert (told.status, told.code) == (409, "upload_not_arrived")
    assert states(ama) == [("receiving", "")]
    assert follow(link(ama, upload_id), ESSAY) == 200
    assert arrived(ama, upload_id).status == 200


def test_the_same_rules_hold_as_for_pieces(lite):
    """Sizes, types and permissions by purpose are asked when it is begun, and beginning is what is counted."""
    from tests.core.uploads import metadata

    def begin(name, size, purpose):
        told = metadata(filename=name, sha256=sha(b""), purpose=purpose)
        return lite.begin(name, b"", upload_length=str(size), upload_metadata=told)

    assert begin("photo.png", 6 << 20, "photo").code == "file_too_large"
    assert begin("photo.pdf", 5, "photo").code == "file_type_refused"
    assert begin("program.exe", 5, "hand_in").code == "file_type_unknown"
    assert begin("film.mp4", 5, "course_material").code == "not_allowed"
    answers = [begin("essay.pdf", 5 + one, "hand_in") for one in range(7)]
    assert [one.status for one in answers] == [201] * 6 + [429]
    one = str(answers[0].data["id"])
    assert [lite.ask("POST", f"/api/v1/uploads/{one}/link").status for _ in range(12)] == [201] * 12


def test_pieces_may_still_be_sent_after_a_link_was_given(ama, place):
    upload_id = begun(ama, "essay.pdf", ESSAY)
    told = link(ama, upload_id)
    where = f"/api/v1/uploads/{upload_id}"
    assert ama.piece(where, 0, ESSAY[:1_000]).status == 204
    assert ama.piece(where, 1_000, ESSAY[1_000:]).status == 204
    assert place.kept == {sha(ESSAY): ESSAY}
    # The link still opens a while: what comes by it is nobody's, and goes.
    assert follow(told, ESSAY) == 200
    assert list(place.landed) == [landing(ama, upload_id)]
    ama.server.clock.advance(DAY + 601)
    assert keep_up(ama.server.context) == 1
    assert place.landed == {}
    assert place.kept == {sha(ESSAY): ESSAY}


def test_half_a_file_in_pieces_makes_way_for_the_whole(ama, place):
    upload_id = begun(ama, "essay.pdf", ESSAY)
    assert ama.piece(f"/api/v1/uploads/{upload_id}", 0, b"%PDF-1.4 another beginning").status == 204
    assert follow(link(ama, upload_id), ESSAY) == 200
    assert arrived(ama, upload_id).status == 200
    assert place.kept == {sha(ESSAY): ESSAY}


def test_what_is_never_finished_is_removed_once(ama, place):
    waiting, gone, whole = (begun(ama, name, ESSAY) for name in ("a.pdf", "b.pdf", "c.pdf"))
    for upload_id in (waiting, gone, whole):
        assert follow(link(ama, upload_id), ESSAY) == 200
    assert ama.ask("DELETE", f"/api/v1/uploads/{gone}").status == 204
    assert arrived(ama, whole).status == 200
    context = ama.server.context
    assert keep_up(context) == 0, "a link that was given up may still bring something"
    ama.server.clock.advance(DAY + 599)
    assert keep_up(context) == 0
    ama.server.clock.advance(1)
    assert keep_up(context) == 2
    assert list(place.landed) == [landing(ama, waiting)], "what can still be finished stays"
    assert keep_up(context) == 0
    ama.server.clock.advance(7 * DAY)
    assert keep_up(context) == 2, "the upload and its link"
    assert place.landed == {}
    assert keep_up(context) == links(ama) == 0
    assert place.kept == {sha(ESSAY): ESSAY}


def test_a_store_that_is_away_keeps_nothing_from_being_found_again(lite, s3, expect_log):
    expect_log("server.core.remote_files: WARNING: The store of files can't be used")
    expect_log("server.core.direct_upkeep: WARNING: What was left behind at the store waits: file_store_away")
    upload_id = begun(lite, "essay.pdf", ESSAY)
    assert follow(link(lite, upload_id), ESSAY) == 200
    s3.bucket.faults[:] = ["html"]
    told = arrived(lite, upload_id)
    assert (told.status, told.code) == (503, "file_store_away")
    assert states(lite) == [("receiving", "")]
    lite.server.clock.advance(9 * DAY)
    s3.bucket.faults[:] = ["html"]
    assert keep_up(lite.server.context) == 1, "the upload ran out; its link waits"
    assert links(lite) == 1
    assert keep_up(lite.server.context) == 1
    assert s3.held == {}


@pytest.mark.parametrize("at", ["fetched", "stored", "settled"])
def test_a_kill_between_arriving_and_finishing_is_made_good(ama, place, trial, monkeypatch, at):
    class Killed(BaseException):
        pass

    def die(*_given):
        raise Killed

    upload_id = begun(ama, "essay.pdf", ESSAY)
    assert follow(link(ama, upload_id), ESSAY) == 200
    wheres = {
        "fetched": "server.core.upload_writing.look_at",
        "stored": "server.core.upload_book.UploadBook.settle",
        "settled": "server.core.upload_book.UploadBook.clear",
    }
    with monkeypatch.context() as patch:
        patch.setattr(wheres[at], die)
        with pytest.raises(Killed):
            arrived(ama, upload_id)
    assert list(place.landed) == [landing(ama, upload_id)]
    assert arrived(ama, upload_id).data["state"] == "stored"
    assert place.kept == {sha(ESSAY): ESSAY}
    assert rows(ama, ESSAY) == 1
    ama.server.clock.advance(DAY + 601)
    assert keep_up(ama.server.context) == 1
    assert place.landed == {}


def test_a_scanner_that_is_away_leaves_it_to_be_asked_again(ama, scanner, place):
    upload_id = begun(ama, "essay.pdf", ESSAY)
    assert follow(link(ama, upload_id), ESSAY) == 200
    scanner.away = True
    assert arrived(ama, upload_id).code == "scanner_away"
    assert place.kept == {}
    scanner.away = False
    place.held.pop(landing(ama, upload_id))
    assert arrived(ama, upload_id).status == 200, "the bytes are here already"
    assert place.kept == {sha(ESSAY): ESSAY}


def test_the_folder_takes_pieces_alone(trial, server):
    ama = Caller.of(server, "ama", roles=("student",))
    told = ama.begin("essay.pdf", ESSAY).data
    assert told["direct"] is False
    for act in ("link", "arrived"):
        answer = ama.ask("POST", f"/api/v1/uploads/{told['id']}/{act}")
        assert (answer.status, answer.code) == (409, "upload_chunked")
    assert links(ama) == 0


@pytest.mark.parametrize("more", [{"direct_uploads": False}, {"s3_endpoint": "http://files.example.org"}])
def test_an_office_may_keep_clients_from_its_store(trial, s3, tmp_path, more):
    s3.settings.update({name: value for name, value in more.items() if name.startswith("s3")})
    server = server_at(tmp_path, None, s3, **{name: value for name, value in more.items() if name not in s3.settings})
    ama = Caller.of(server, "ama", roles=("student",))
    told = ama.begin("essay.pdf", ESSAY).data
    assert told["direct"] is False
    assert ama.ask("POST", f"/api/v1/uploads/{told['id']}/link").code == "upload_chunked"
    server.close()


def test_what_is_too_large_for_one_request_comes_in_pieces(trial, tmp_path):
    with provider("cloudinary") as place:
        server = server_at(tmp_path, None, place, largest_file_bytes=200_000_000)
        ama = Caller.of(server, "ama", roles=("student",))
        told = ama.begin("essay.pdf", b"", upload_length="100000001").data
        assert told["direct"] is False
        server.close()


def test_settings_of_the_end_are_bounded(tmp_path):
    from server.core.settings import load_settings

    for seconds in (59, 3_601):
        with pytest.raises(CampusError) as told:
            load_settings(given={"data_dir": tmp_path, "upload_link_seconds": seconds})
        assert told.value.code == "settings_invalid"


def test_two_who_finish_at_once_are_told_to_wait(lite, s3):
    upload_id = begun(lite, "essay.pdf", ESSAY)
    assert follow(link(lite, upload_id), ESSAY) == 200
    with PartLock(lite.server.settings.files_path / "incoming" / f"{upload_id}.lock"):
        told = arrived(lite, upload_id)
        assert (told.status, told.code, told.headers["retry-after"]) == (423, "upload_busy", "2")
    assert arrived(lite, upload_id).status == 200
    assert s3.kept == {sha(ESSAY): ESSAY}
