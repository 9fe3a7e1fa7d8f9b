"""Small pictures of pictures: upright, bare, small; bombs and broken ones have none."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from server.core.picture_shrinking import MOST_BYTES, MOST_PIXELS, MOST_SIDE, PICTURES, shrunk

FORMATS = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP"}
ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
RED, BLUE = (220, 20, 20), (20, 20, 220)


def packed(image, kind, **more):
    out = BytesIO()
    image.save(out, FORMATS[kind], **more)
    return out.getvalue()


def halves(width, height, mode="RGB"):
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image.convert(mode)


def small(kind, content):
    made = shrunk(kind, BytesIO(content))
    return None if made is None else Image.open(BytesIO(made))


def is_near(colour, wanted):
    return all(abs(one - other) < 40 for one, other in zip(colour, wanted, strict=True))


@pytest.mark.parametrize("kind", sorted(PICTURES))
def test_every_kind_of_picture_has_a_small_one(kind):
    made = small(kind, packed(halves(900, 600), kind))
    assert (made.format, made.mode) == ("JPEG", "RGB")
    assert max(made.size) == MOST_SIDE
    assert made.size[1] in {213, 214}
    assert is_near(made.getpixel((20, 100)), RED)
    assert is_near(made.getpixel((300, 100)), BLUE)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_every_way_of_keeping_pixels_is_read(mode):
    image = Image.new("I;16", (500, 400), 40_000) if mode == "I;16" else halves(500, 400, mode)
    made = small("png", packed(image, "png"))
    assert made.size == (320, 256)
    if mode == "I;16":
        assert is_near(made.getpixel((100, 100)), (156, 156, 156))


def test_what_is_see_through_becomes_white():
    made = small("png", packed(Image.new("RGBA", (60, 40), (0, 0, 0, 0)), "png"))
    assert made.size == (60, 40), "never made larger"
    assert is_near(made.getpixel((30, 20)), (255, 255, 255))


def test_a_picture_for_print_is_read():
    made = small("jpeg", packed(Image.new("CMYK", (400, 300), (0, 255, 255, 0)), "jpeg"))
    assert is_near(made.getpixel((10, 10)), (255, 0, 0))


@pytest.mark.parametrize(("turned", "red_at"), [(1, (20, 100)), (3, (300, 100)), (6, (100, 20)), (8, (100, 300))])
def test_a_picture_stands_as_the_camera_was_held(turned, red_at):
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    made = small("jpeg", packed(halves(640, 426), "jpeg", exif=exif))
    assert (made.size[0] > made.size[1]) == (turned in {1, 3})
    assert is_near(made.getpixel(red_at), RED)


def test_nothing_that_stood_beside_the_pixels_comes_along():
    exif = Image.Exif()
    exif[MAKER] = "PLANTED camera"
    exif.get_ifd(GPS)[1] = "PLANTED north"
    for kind, more in (
        ("jpeg", {"exif": exif, "comment": b"PLANTED comment", "icc_profile": b"PLANTED profile" * 20}),
        ("webp", {"exif": exif, "xmp": b"<x>PLANTED</x>"}),
        ("png", {"exif": exif, "icc_profile": b"PLANTED" * 20}),
    ):
        content = packed(halves(640, 480), kind, **more)
        made = shrunk(kind, BytesIO(content))
        assert b"PLANTED" not in made
        assert not Image.open(BytesIO(made)).getexif()
        assert b"Exif" not in made


def test_only_the_first_picture_of_many_is_unpacked():
    frames = [Image.new("RGB", (50, 50), colour) for colour in (RED, BLUE, BLUE)]
    content = packed(frames[0], "gif", save_all=True, append_images=frames[1:])
    assert is_near(small("gif", content).getpixel((25, 25)), RED)


def test_noise_fits_the_cap_too():
    made = shrunk("png", BytesIO(packed(Image.effect_noise((900, 900), 200), "png")))
    assert len(made) <= MOST_BYTES


def test_a_line_of_pixels_keeps_its_least_side():
    assert small("png", packed(halves(5_000, 1), "png")).size == (320, 1)


def bomb(width, height):
    """A PNG that says how large it is and has a row of nothing in it."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1_000_000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(MOST_PIXELS + 1, 1), (60_000, 60_000), (2**31 - 1, 2**31 - 1), (0, 5)])
def test_a_bomb_is_never_unpacked(size, monkeypatch):
    def unpacked(*_arguments, **_more):
        raise AssertionError("a bomb was opened")

    monkeypatch.setattr("PIL.Image.open", unpacked)
    assert shrunk("png", BytesIO(bomb(*size))) is None


def test_a_picture_that_shows_the_reader_another_size_is_not_unpacked(monkeypatch):
    monkeypatch.setattr("server.core.picture_shrinking.pixels", lambda _kind, _head: 1)
    assert shrunk("png", BytesIO(bomb(9_000, 9_000))) is None


def test_a_broken_picture_has_none():
    whole = packed(halves(600, 400), "jpeg")
    for content in (b"", b"\xff\xd8\xff", whole[:300], whole[:2_000], bomb(3_000, 3_000), b"GIF89a" + bytes(20)):
        for kind in PICTURES:
            assert shrunk(kind, BytesIO(content)) is None, (kind, len(content))


def test_a_picture_of_another_format_than_it_was_taken_as_is_not_tried(monkeypatch):
    monkeypatch.setattr("server.core.picture_shrinking.pixels", lambda _kind, _head: 100)
    assert shrunk("gif", BytesIO(packed(halves(10, 10), "png"))) is None
