"""Copies of films by the real ffmpeg: small ones for slow networks, ones that play everywhere, and films that lie."""

import socket
import sys
from pathlib import Path

import pytest

from server.core.film_making import make_film_copies
from server.core.settings import load_settings
from shared.core.film_quality import FilmQuality
from tests.core.file_kinds import PDF
from tests.core.film_callers import bring, copies, ends, notices, planted
from tests.core.uploads import sha
from tests.films import film, made, told

pytestmark = pytest.mark.usefixtures("film_programs_here")
posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for the program is a script")
SMALL = FilmQuality.SMALL


def test_a_film_gets_a_small_copy_that_is_given_in_ranges_to_whom_the_film_is(ama, trial):
    content = film()
    name = bring(trial, ama, "talk.mp4", content)
    assert ama.ask("GET", f"/api/v1/files/{name}?quality=small").body == content, "until it is made, the film itself"
    assert make_film_copies(ama.server.context) == 2
    small = copies(ama, name)["small"]
    assert (small["state"], small["seconds"], small["progress"]) == ("made", 2, 100)
    assert copies(ama, name)["standard"]["why"] == "The original is small enough, and plays as it is."
    whole = ama.ask("GET", f"/api/v1/files/{name}?quality=small")
    assert (sha(whole.body), len(whole.body)) == (small["sha256"], small["bytes"])
    assert whole.headers["content-type"] == "video/mp4"
    assert len(whole.body) * 8 < 400_000 * (2 + 1), "400 kbit/s, with a second's worth at its beginning"
    assert whole.body.index(b"moov") < whole.body.index(b"mdat"), "it plays before it is whole"
    part = ama.ask("GET", f"/api/v1/files/{name}?quality=small", range="bytes=100-199")
    assert (part.status, part.body) == (206, whole.body[100:200])
    assert part.headers["etag"] == f'"{small["sha256"]}"'
    by_hash = ama.ask("GET", f"/api/v1/files/{small['sha256']}", range="bytes=0-9")
    assert (by_hash.status, by_hash.body) == (206, whole.body[:10])
    head = ama.ask("HEAD", f"/api/v1/files/{name}?quality=small")
    assert head.headers["content-length"] == str(small["bytes"])
    assert ama.ask("GET", f"/api/v1/files/{name}?quality=standard").body == content
    assert ama.ask("GET", f"/api/v1/files/{name}").body == content
    assert ama.ask("GET", f"/api/v1/files/{name}?quality=huge").status == 422
    link = ama.ask("POST", f"/api/v1/files/{name}/links?quality=small").data["url"]
    assert ama.server.wire.ask("GET", link).body == whole.body
    assert told(whole.body, "stream=codec_name,pix_fmt") == ["h264", "yuv420p", "aac"]
    trial.readers[name] = set()
    for path in (name, f"{name}?quality=small", f"{name}/copies", small["sha256"]):
        assert ama.ask("GET", f"/api/v1/files/{path}").code == "not_found"
    assert ama.server.wire.ask("GET", link).code == "not_found"
    assert make_film_copies(ama.server.context) == 0, "none is made twice"
    assert not list((ama.server.settings.files_path / "films").iterdir())


@pytest.mark.parametrize("kind", ["webm", "avi", "mov"])
def test_what_not_every_program_plays_gets_a_copy_that_does(ato, trial, kind):
    name = bring(trial, ato, f"-y talk.{kind}", film(kind))
    make_film_copies(ato.server.context)
    for quality in ("small", "standard"):
        given = ato.ask("GET", f"/api/v1/files/{name}?quality={quality}")
        assert given.headers["content-type"] == "video/mp4", (quality, copies(ato, name))
        assert told(given.body, "stream=codec_name,pix_fmt") == ["h264", "yuv420p", "aac"]
        assert len(given.body) < len(film(kind))


def test_a_large_picture_is_made_smaller_upright_too_and_keeps_nothing_beside_it(ato, trial):
    tall = made("mp4", "-f", "lavfi", "-i", "testsrc2=s=540x960:r=10:d=1", "-metadata", "comment=at home",
                "-c:v", "libx264", "-preset", "ultrafast", "-qp", "4")  # fmt: skip
    name = bring(trial, ato, "tall.mp4", tall)
    make_film_copies(ato.server.context)
    small = ato.ask("GET", f"/api/v1/files/{name}?quality=small").body
    assert told(small, "stream=width,height") == ["360", "640"]
    assert b"at home" in tall
    assert b"at home" not in small


def test_a_film_that_is_small_enough_keeps_no_copy(ato, trial):
    slim = made("mp4", "-f", "lavfi", "-i", "color=s=160x120:r=5:d=2", "-c:v", "libx264")
    name = bring(trial, ato, "slim.mp4", slim)
    thin = made("webm", "-f", "lavfi", "-i", "color=s=160x120:r=5:d=2", "-c:v", "libvpx", "-deadline", "realtime")
    other = bring(trial, ato, "thin.webm", thin)
    make_film_copies(ato.server.context)
    assert ends(ato, name) == {"small": "needless", "standard": "needless"}
    assert ends(ato, other) == {"small": "needless", "standard": "needless"}, "a copy would have more bytes"
    assert notices(ato.server, ato.person_id) == []


# ----------------------------------------------------------------------------------------------------- films that lie


def test_a_cut_film_stays_and_whoever_brought_it_is_told_once(ama, trial):
    cut = film()[: len(film()) // 2]
    name = bring(trial, ama, "half.mp4", cut)
    headless = made("mov", "-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=1", "-c:v", "mjpeg")[:-500]
    other = bring(trial, ama, "headless.mov", headless)
    make_film_copies(ama.server.context)
    assert ends(ama, name) == {"small": "cut", "standard": "needless"}
    assert ends(ama, other) == {"small": "unread", "standard": "unread"}
    assert ama.ask("GET", f"/api/v1/files/{name}?quality=small").body == cut, "the original stays"
    found = dict(notices(ama.server, ama.person_id))
    assert sorted(found) == ["“half.mp4” may not play", "“headless.mov” may not play"]
    assert found["“half.mp4” may not play"].startswith("This video ends before its time")
    assert make_film_copies(ama.server.context) == 0


def test_nothing_that_only_passes_for_a_film_is_followed_or_opened(ato, trial):
    secret = ato.server.settings.data_dir / "secret.mp4"
    secret.write_bytes(film())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/a.mp4"
        playlist = (
            f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{address}\n#EXTINF:2,\nfile://{secret}\n#EXT-X-ENDLIST\n"
        )
        concat = f"ffconcat version 1.0\nfile '{secret}'\n"
        lies = [playlist.encode(), concat.encode(), b"", PDF, b"\0\0\0\x18ftypisom" + bytes(4_000)]
        # Heads that tell of pictures with thousands of millions of dots, and of more than any screen has.
        frames = film("mov").replace(b"\xff\xc0\x00\x11\x08\x00\xf0\x01\x40", b"\xff\xc0\x00\x11\x08" + b"\xff" * 4)
        wide = film("webm").replace(b"\xb0\x82\x01\x40", b"\xb0\x82\xff\xff")
        assert film("mov") != frames
        assert film("webm") != wide
        names = [planted(ato, lie, kind) for lie, kind in zip(lies, ("mp4", "webm", "avi", "mov", "mp4"), strict=True)]
        names += [planted(ato, frames, "mov"), planted(ato, wide, "webm")]
        make_film_copies(ato.server.context)
        with pytest.raises(BlockingIOError):
            listener.accept()
    found = [ends(ato, name) for name in names]
    assert found[:6] == [{"small": "unread", "standard": "unread"}] * 6
    assert found[6] == {"small": "too_large", "standard": "too_large"}
    for name, bad in (("list.mp4", playlist.encode()), ("empty.mp4", b"")):
        assert ato.begin(name, bad).status == 422 or ato.bring(name, bad).status != 204, "and it never comes so far"


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ('{"streams":[{"codec_type":"video","width":65535,"height":65535}],"format":{}}', "too_large"),
        ('{"streams":[{"codec_type":"video","width":64,"height":64}],"format":{"duration":"9e9"}}', "too_long"),
        ('{"streams":[{"codec_type":"audio","codec_name":"aac"}],"format":{}}', "unread"),
        ('{"streams":[{"codec_type":"video","width":-4,"height":"x"}]}', "unread"),
        ('{"streams":[{"codec_type":"video","width":9,"height":9,"disposition":{"attached_pic":1}}]}', "unread"),
        ("no JSON", "unread"),
        ("[]", "unread"),
    ],
)  # fmt: skip
def test_a_head_that_tells_absurd_things_is_believed_in_nothing(head, why):
    from server.core.film_recipes import read_film, why_none

    settings = load_settings(given={"data_dir": Path("unused")})
    assert why_none(settings, SMALL, read_film(head), 1_000) == why
