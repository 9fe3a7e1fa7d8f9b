"""Small pictures beside files: the job that makes them, who is given them, and what takes them away again."""

import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from server.core.file_previews import JOB, PreviewMaker, make_previews, preview_name
from server.core.file_store import FolderStore
from server.core.isolation import acting_for
from server.core.video_frames import Ffmpeg, frame_reader
from shared.core.errors import CampusError
from tests.core.file_kinds import HONEST, PDF
from tests.core.uploads import Caller, sha

posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for the program is a script")


def picture(kind="PNG", size=(640, 480), colour=(200, 30, 30)):
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


PHOTO = picture()
NAME = sha(PHOTO)
PREVIEW = f"/api/v1/files/{NAME}/preview"


@pytest.fixture(autouse=True)
def no_program(monkeypatch):
    """Whatever this machine has, a test says by itself whether there is a program for films."""
    monkeypatch.setattr("server.core.video_frames.found", lambda _name: None)


def brought(trial, server):
    """Someone whose file is stored, and who may have it."""
    caller = Caller.of(server, "ama", roles=("student",))
    assert caller.bring("photo.png", PHOTO).status == 204
    trial.readers[NAME] = {caller.person_id}
    return caller


@pytest.fixture
def ama(trial, server):
    return brought(trial, server)


@pytest.fixture
def ato(trial, sqlite_server):
    """The same on SQLite alone, for what the database has no part in."""
    return brought(trial, sqlite_server)


def state_of(server, sha256):
    with acting_for(server.organisation_id), server.context.database.read() as db:
        ask = "SELECT preview FROM stored_file WHERE organisation_id = :o AND sha256 = :s"
        return db.one(ask, o=server.organisation_id, s=sha256)[0]


def test_a_picture_is_waited_for_and_then_given_to_whom_the_file_is(ama, trial):
    told = ama.ask("GET", PREVIEW)
    assert (told.status, told.code) == (404, "preview_waiting")
    assert told.json["details"]["retry_after"] == 30
    assert make_previews(ama.server.context) == 1
    told = ama.ask("GET", PREVIEW)
    assert told.status == 200
    assert told.headers["content-type"] == "image/jpeg"
    assert "private" in told.headers["cache-control"]
    assert Image.open(BytesIO(told.body)).size == (320, 240)
    assert len(told.body) < len(PHOTO) or len(told.body) < 48_000
    again = ama.ask("GET", PREVIEW, if_none_match=told.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    trial.readers[NAME] = set()
    lost = ama.ask("GET", PREVIEW, if_none_match=told.headers["etag"])
    assert (lost.status, lost.code) == (404, "not_found"), "rights as the file's"
    assert ama.server.wire.ask("GET", PREVIEW).status == 401


def test_each_is_made_once_and_kept_beside_the_file(ato):
    server = ato.server
    assert make_previews(server.context) == 1
    assert make_previews(server.context) == 0
    stored = server.settings.files_path / "stored" / server.organisation_id
    name = preview_name(NAME)
    assert sorted(one.name for one in stored.rglob("*") if one.is_file()) == sorted([NAME, name])
    assert list((server.settings.files_path / "previews").iterdir()) == []
    assert ato.ask("GET", f"/api/v1/files/{name}").status == 404, "nobody asks for it by its own name"


def test_files_without_a_picture_say_so(ama, trial):
    for name, content in (
        ("essay.pdf", PDF),
        ("broken.jpg", HONEST["shot.jpg"][1]),
        ("film.mp4", HONEST["film.mp4"][1]),
    ):
        assert ama.bring(name, content).status == 204
        trial.readers[sha(content)] = {ama.person_id}
    assert make_previews(ama.server.context) == 4
    for content in (PDF, HONEST["shot.jpg"][1], HONEST["film.mp4"][1]):
        told = ama.ask("GET", f"/api/v1/files/{sha(content)}/preview")
        assert (told.status, told.code) == (404, "preview_missing")
    assert state_of(ama.server, sha(PDF)) == "none"
    assert state_of(ama.server, sha(HONEST["film.mp4"][1])) == "no_program"
    assert make_previews(ama.server.context) == 0, "none is tried twice"


def test_one_that_a_backup_left_out_is_made_again(ama):
    server = ama.server
    make_previews(server.context)
    FolderStore(server.settings.files_path / "stored").remove(server.organisation_id, preview_name(NAME))
    assert ama.ask("GET", PREVIEW).code == "preview_waiting"
    assert make_previews(server.context) == 1
    assert ama.ask("GET", PREVIEW).status == 200


def test_every_institute_has_its_own(ama, trial):
    server = ama.server
    elsewhere = server.add_organisation("other", "Other Institute")
    esi_id = server.add_person("esi", organisation_id=elsewhere)
    server.slug = "other"
    esi = Caller(server, server.sign_in("esi").data["access_token"], esi_id)
    assert esi.bring("same.png", PHOTO).status == 204
    trial.readers[NAME] |= {esi_id}
    assert make_previews(server.context) == 2
    assert esi.ask("GET", PREVIEW).status == 200
    FolderStore(server.settings.files_path / "stored").remove(elsewhere, preview_name(NAME))
    assert ama.ask("GET", PREVIEW).status == 200


def test_while_the_store_is_away_all_wait(ato, monkeypatch, expect_log):
    expect_log("Small pictures of files wait: file_store_away")

    def away(*_arguments):
        raise CampusError("file_store_away", "The place for files can't be reached.")

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "open", away)
        assert make_previews(ato.server.context) == 0
    assert state_of(ato.server, NAME) == "waiting"
    assert make_previews(ato.server.context) == 1


def test_the_server_runs_it_by_itself():
    from server.app import all_jobs

    assert JOB in all_jobs()


# ----------------------------------------------------------------------------------------------------------- films


def stand_in(folder: Path, body: str) -> str:
    """A program in ffmpeg's place; `asked` beside it keeps what it was asked."""
    program = folder / "ffmpeg"
    program.write_text(
        f"#!{sys.executable}\nimport signal, sys\nfrom pathlib import Path\n"
        f"Path({str(folder / 'asked')!r}).open('a').write(' '.join(sys.argv[1:]) + '\\n')\n"
        f"picture = Path({str(folder / 'frame.png')!r}).read_bytes()\n{body}\n"
    )
    program.chmod(0o700)
    (folder / "frame.png").write_bytes(picture(size=(320, 180)))
    return str(program)


@posix
def test_a_film_has_a_picture_once_there_is_a_program(ato, trial, tmp_path, monkeypatch):
    film = HONEST["film.mp4"][1]
    assert ato.bring("film.mp4", film).status == 204
    trial.readers[sha(film)] = {ato.person_id}
    make_previews(ato.server.context)
    assert ato.ask("GET", f"/api/v1/files/{sha(film)}/preview").code == "preview_missing"
    program = stand_in(tmp_path, "sys.stdout.buffer.write(picture)")
    monkeypatch.setattr("server.core.video_frames.found", lambda _name: program)
    assert make_previews(ato.server.context) == 1, "films from before get theirs"
    told = ato.ask("GET", f"/api/v1/files/{sha(film)}/preview")
    assert Image.open(BytesIO(told.body)).size == (320, 180)
    asked = (tmp_path / "asked").read_text()
    assert "-protocol_whitelist file -f mov" in asked, "no playlist is followed"
    assert list((ato.server.settings.files_path / "previews").iterdir()) == [], "the copy is gone"


@posix
def test_a_short_film_gives_its_first_picture(tmp_path):
    program = stand_in(tmp_path, "sys.stdout.buffer.write(picture if '-ss 0 ' in ' '.join(sys.argv) else b'')")
    assert Ffmpeg(program, tmp_path / "drafts").frame("webm", BytesIO(b"film")) is not None
    assert (tmp_path / "asked").read_text().count("-f matroska") == 2


@posix
@pytest.mark.parametrize("body", ["sys.exit(1)", "signal.pause()", "sys.stdout.write('no picture')", "pass"])
def test_what_the_program_can_not_read_has_no_picture(tmp_path, body):
    reader = Ffmpeg(stand_in(tmp_path, body), tmp_path / "drafts", seconds=0.3)
    assert reader.frame("mp4", BytesIO(b"film")) is None
    assert list((tmp_path / "drafts").iterdir()) == []


def test_a_program_that_went_away_meanwhile_is_no_fault(tmp_path):
    assert Ffmpeg(str(tmp_path / "gone"), tmp_path / "drafts").frame("avi", BytesIO(b"film")) is None
    assert frame_reader(tmp_path, "ffmpeg") is None


def test_a_file_that_is_gone_has_none(tmp_path):
    maker = PreviewMaker(FolderStore(tmp_path / "stored"), tmp_path / "drafts", None)
    assert maker.make("01a1f7f8-3000-7672-874a-d4a8ff8edb60", NAME, "png") == "none"
