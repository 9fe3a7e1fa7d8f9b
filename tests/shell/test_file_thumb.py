"""The small picture of a file in a list: when it is asked for, what stands in its place, and what is shown."""

import dataclasses
import struct
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice
from PySide6.QtGui import QColor, QImage

from desktop.core.api_client import ApiClient
from desktop.core.device_key import DeviceKey
from desktop.core.previews import Previews
from desktop.core.sync_state import Phase, SyncState
from desktop.core.tokens import Tokens
from desktop.core.transport import Reply
from desktop.shell.file_thumb import FileThumb, has_picture, icon_of, small_of_kept
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from shared.core.file_types import TYPES
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.desks import make_actor, make_desk
from tests.grading.sample_files import png

ASKED = "a" * 64
LATER = "2099-01-01T00:00:00.000Z"


class Line:
    """A server that answers as it is told, and notes what it was asked."""

    def __init__(self):
        self.replies, self.asked = [], []

    def send(self, request):
        self.asked.append(request.path)
        return self.replies.pop(0)


@pytest.fixture
def plain_look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)
    yield
    theme().apply(Scheme.LIGHT)


@pytest.fixture
def here(tmp_path, qtbot, plain_look):
    made, line = make_desk(tmp_path, make_actor(derived_id("person", "ama"), "Ama Badu", Role.STUDENT)), Line()
    tokens = Tokens(access_token="t", refresh_token="r", access_expires_at=LATER, refresh_expires_at=LATER)
    client = ApiClient(line, made.clock, lambda _seconds: True)
    client.use(tokens, "d", DeviceKey())
    yield SimpleNamespace(desk=dataclasses.replace(made.desk, client=client), line=line)
    wait_for_background()
    made.close()


@pytest.fixture
def shown(here, qtbot):
    def show(name="photo.jpg", sha256=ASKED, desk=None):
        thumb = FileThumb(desk or here.desk, {"name": name, "sha256": sha256})
        qtbot.addWidget(thumb)
        thumb.resize(thumb.sizeHint())
        thumb.show()
        qtbot.waitExposed(thumb)
        thumb.grab()
        wait_for_background()
        return thumb

    return show


def colour_at(thumb):
    return thumb.grab().toImage().pixelColor(thumb.width() // 2, thumb.height() // 2)


def small():
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill(QColor(20, 160, 60))
    return image


def jpeg(image):
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG")
    return bytes(content.data())


def test_a_picture_comes_from_the_server_once_it_is_seen(here, shown, qtbot):
    here.line.replies = [Reply(200, {}, jpeg(small()))]
    hidden = FileThumb(here.desk, {"name": "photo.jpg", "sha256": "b" * 64})
    qtbot.addWidget(hidden)
    thumb = shown()
    qtbot.waitUntil(lambda: thumb.picture is not None)
    assert here.line.asked == [f"/api/v1/files/{ASKED}/preview"], "what nobody sees isn't asked for"
    assert abs(colour_at(thumb).green() - 160) < 12
    again = shown()
    qtbot.waitUntil(lambda: again.picture is not None)
    assert len(here.line.asked) == 1, "kept on this computer"


def test_a_picture_that_is_here_needs_no_server(here, shown, qtbot):
    sha256 = here.desk.store.kept_files.put_content(png(900, 600))
    thumb = shown("drawing.png", sha256)
    qtbot.waitUntil(lambda: thumb.picture is not None)
    assert here.line.asked == []
    assert max(thumb.picture.width(), thumb.picture.height()) == 320
    assert Previews(here.desk.store, None).kept(sha256) is not None
    assert (colour_at(thumb).red(), colour_at(thumb).blue()) == pytest.approx((0x33, 0xC4), abs=12)


def test_offline_nobody_is_asked_and_the_icon_stays(here, shown):
    offline = dataclasses.replace(here.desk, sync_state=lambda: SyncState(phase=Phase.OFFLINE))
    thumb = shown(desk=offline)
    QCoreApplication.processEvents()
    wait_for_background()
    assert (thumb.picture, here.line.asked) == (None, [])


def test_other_kinds_show_their_icon_and_ask_nobody(here, shown):
    for name in ("essay.pdf", "notes.txt", "song.mp3", "project.zip", "unknown.xyz"):
        thumb = shown(name)
        QCoreApplication.processEvents()
        assert thumb.picture is None
        assert not has_picture(name)
    assert here.line.asked == []
    assert {icon_of(name) for name in ("essay.pdf", "notes.txt", "unknown.xyz", "")} == {"file-text"}
    assert [icon_of(f"x.{TYPES[word].endings[0]}") for word in ("png", "mp4", "mp3", "zip")] == [
        "camera",
        "monitor",
        "megaphone",
        "folder",
    ]


def test_one_that_is_being_made_is_asked_for_again(here, shown, qtbot):
    waiting = b'{"error": "It is being made.", "code": "preview_waiting", "details": {"retry_after": 0.01}}'
    here.line.replies = [Reply(404, {"retry-after": "0.01"}, waiting), Reply(200, {}, jpeg(small()))]
    thumb = shown()
    qtbot.waitUntil(lambda: thumb.picture is not None)
    assert len(here.line.asked) == 2


def test_one_that_there_is_not_is_not_asked_for_twice(here, shown, qtbot):
    here.line.replies = [Reply(404, {}, b'{"error": "There is none.", "code": "preview_missing"}')]
    shown()
    qtbot.waitUntil(lambda: Previews(here.desk.store, None).has_none(ASKED))
    thumb = shown()
    QCoreApplication.processEvents()
    wait_for_background()
    assert (thumb.picture, len(here.line.asked)) == (None, 1)


def test_a_refusal_leaves_the_icon(here, shown, qtbot):
    here.line.replies = [Reply(404, {}, b'{"error": "Not for you.", "code": "not_found"}')]
    thumb = shown("film.mp4")
    qtbot.waitUntil(lambda: here.line.asked != [])
    wait_for_background()
    QCoreApplication.processEvents()
    assert thumb.picture is None
    assert not Previews(here.desk.store, None).has_none(ASKED)


def test_a_bomb_that_is_here_is_not_unpacked(here):
    bomb = bytearray(png(10, 10))
    bomb[16:24] = struct.pack(">II", 60_000, 60_000)
    files = here.desk.store.kept_files
    assert small_of_kept(files, files.put_content(bytes(bomb)), "png") is None
    assert small_of_kept(files, files.put_content(png(10, 10)[:60]), "png") is None
    assert small_of_kept(files, ASKED, "png") is None


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_without_a_desk_it_is_an_icon_in_both_themes(scheme, qtbot, plain_look):
    theme().apply(scheme)
    thumb = FileThumb(None, {"name": "photo.jpg", "sha256": ASKED})
    qtbot.addWidget(thumb)
    thumb.resize(thumb.sizeHint())
    image = thumb.grab().toImage()
    colours = {image.pixelColor(x, thumb.height() // 2).name() for x in range(thumb.width())}
    assert theme().colour("sunken").name() in colours
    assert len(colours) > 2, "the icon is painted"
    assert thumb.accessibleName() == ""
