"""Small pictures on a desktop: fetched from a real server once, sealed here, and honest about those that aren't."""

from io import BytesIO

import pytest
from PIL import Image

from desktop.core.api_errors import ApiError
from desktop.core.previews import Previews
from desktop.core.transport import Reply
from server.core.file_previews import make_previews
from tests.core.file_desk import signed_in_desk
from tests.core.file_kinds import PDF
from tests.core.uploads import sha
from tests.serving import running_server


def _picture():
    out = BytesIO()
    Image.new("RGB", (640, 480), (20, 120, 200)).save(out, "PNG")
    return out.getvalue()


PHOTO = _picture()
NAME = sha(PHOTO)
ASK = ("GET", f"/api/v1/files/{NAME}/preview")


@pytest.fixture
def desk(trial, sqlite_server, tmp_path):
    ama = sqlite_server.add_person("ama", roles=("student",))
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        made = signed_in_desk(tmp_path / "ama", sqlite_server, url, "ama")
        for name, content in (("photo.png", PHOTO), ("essay.pdf", PDF)):
            made.send(name, content)
            made.run()
            trial.readers[sha(content)] = {ama}
        made.server, made.previews = sqlite_server, Previews(made.bench.store, made.client)
        yield made
        made.bench.store.close()


def test_a_small_picture_is_fetched_once_and_kept_sealed(desk):
    previews = desk.previews
    with pytest.raises(ApiError) as told:
        previews.fetch(NAME)
    assert (told.value.code, told.value.retry_after) == ("preview_waiting", 30)
    make_previews(desk.server.context)
    assert previews.kept(NAME) is None
    content = previews.fetch(NAME)
    assert Image.open(BytesIO(content)).size == (320, 240)
    desk.line.asked.clear()
    assert previews.kept(NAME) == content
    assert desk.line.asked == []
    folder = desk.bench.store.kept_files._folder
    assert not any(content[:40] in one.read_bytes() for one in folder.iterdir()), "nothing is readable without the key"


def test_a_file_without_one_is_asked_for_once(desk):
    make_previews(desk.server.context)
    assert desk.previews.fetch(sha(PDF), final=False) is None
    assert not desk.previews.has_none(sha(PDF)), "a film may get one later"
    assert desk.previews.fetch(sha(PDF)) is None
    assert desk.previews.has_none(sha(PDF))
    assert desk.previews.kept(sha(PDF)) is None


def test_a_cut_line_is_no_missing_picture_and_is_asked_once(desk):
    make_previews(desk.server.context)
    desk.line.asked.clear()
    desk.line.swallow = True
    with pytest.raises(ApiError):
        desk.previews.fetch(NAME)
    assert desk.line.asked == [ASK]
    assert not desk.previews.has_none(NAME)
    assert desk.previews.fetch(NAME) is not None


def test_what_is_no_picture_is_not_kept(desk, monkeypatch):
    monkeypatch.setattr(desk.line, "send", lambda _request: Reply(200, {}, b"<html>sign in to the hotel</html>"))
    assert desk.previews.fetch(NAME) is None
    assert desk.previews.kept(NAME) is None


def test_on_a_full_disk_it_is_shown_and_not_kept(desk):
    make_previews(desk.server.context)
    desk.bench.store.kept_files._free = lambda _folder: 0
    assert desk.previews.fetch(NAME) is not None
    assert desk.previews.kept(NAME) is None


def test_one_that_was_lost_here_is_fetched_again(desk):
    make_previews(desk.server.context)
    content = desk.previews.fetch(NAME)
    desk.bench.store.kept_files.remove(sha(content))
    assert desk.previews.kept(NAME) is None
    assert desk.previews.fetch(NAME) == content
    assert Previews(desk.bench.store, None).fetch(sha(PDF)) is None, "a desk without a server asks nobody"
