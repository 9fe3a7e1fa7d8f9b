"""Pictures as people bring them become photos, and files that lie, burst or aren't pictures are refused."""

import base64
import struct
import zlib

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QImage

from desktop.people.photo_file import pack_photo, read_photo, smaller, usual_part
from shared.core.errors import CampusError
from shared.people.photos import HEIGHT, MOST_BYTES, WIDTH, jpeg_size, photo_error
from tests.people.pictures import encoded, image, png_that_claims, with_orientation


def refused(content: bytes) -> CampusError:
    with pytest.raises(CampusError) as told:
        read_photo(content)
    return told.value


@pytest.mark.parametrize("sort", ["JPEG", "PNG", "WEBP", "BMP"])
def test_usual_files_become_photos(sort: str) -> None:
    read = read_photo(encoded(image(800, 600), sort))
    packed = pack_photo(read, usual_part(read.size()))
    assert photo_error(packed) is None


def test_a_large_picture_is_made_smaller_while_it_is_read() -> None:
    read = read_photo(encoded(image(6000, 4000), quality=30))
    assert (read.width(), read.height()) in {(1600, 1066), (1600, 1067)}


@pytest.mark.parametrize(("orientation", "corner"), [(1, (0, 0)), (3, (1, 1)), (6, (1, 0)), (8, (0, 1))])
def test_the_way_the_camera_was_held_is_followed(orientation: int, corner: tuple[int, int]) -> None:
    """The light quarter of the picture comes where it was in front of the camera."""
    read = read_photo(with_orientation(encoded(image(2400, 1800)), orientation))
    turned = orientation in (6, 8)
    assert (read.width() < read.height()) is turned
    for x in (0, 1):
        for y in (0, 1):
            place = QColor(read.pixel(read.width() * (1 + 2 * x) // 4, read.height() * (1 + 2 * y) // 4))
            assert (place.lightness() > 180) is ((x, y) == corner), (x, y)


def test_nothing_of_the_metadata_is_kept() -> None:
    content = with_orientation(encoded(image(900, 900)), 6)
    read = read_photo(content)
    packed = base64.b64decode(pack_photo(read, usual_part(read.size())))
    assert b"Exif" in content
    assert b"Exif" not in packed


def test_noise_still_fits() -> None:
    noise = QImage(WIDTH * 2, HEIGHT * 2, QImage.Format.Format_RGB32)
    state = 7
    for y in range(noise.height()):
        for x in range(noise.width()):
            state = (state * 1_103_515_245 + 12_345) & 0x7FFFFFFF
            noise.setPixel(x, y, 0xFF000000 | state & 0xFFFFFF)
    content = base64.b64decode(pack_photo(noise, noise.rect()))
    assert len(content) <= MOST_BYTES
    assert jpeg_size(content) == (WIDTH, HEIGHT)


def test_five_megabytes_and_forty_megapixels_are_the_most() -> None:
    assert refused(b"\xff\xd8" + b"\0" * 5_000_000).code == "photo_too_big"
    told = refused(png_that_claims(8000, 5001))
    assert told.code == "photo_too_big"
    assert "40 megapixels" in told.message
    assert refused(png_that_claims(2**31 - 1, 2**31 - 1)).code in {"photo_too_big", "photo_unreadable"}


def test_a_picture_of_forty_megapixels_is_read() -> None:
    read = read_photo(encoded(image(8000, 5000), quality=20))
    assert read.width() == 1600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='900' height='900'/>",
        b"%PDF-1.7\n",
        b"P6 900 900 255\n",
        png_that_claims(900, 900),
        png_that_claims(0, 900),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    assert refused(content).code == "photo_unreadable"


@pytest.mark.qt_log_ignore("JPEG|jpeg|Huffman")
def test_a_file_that_breaks_off_is_refused_or_read_as_far_as_it_goes() -> None:
    assert refused(b"\xff\xd8\xff").code == "photo_unreadable"
    whole = encoded(image(900, 1200))
    for end in (20, 200, 400, len(whole) // 2):
        try:
            read = read_photo(whole[:end])
        except CampusError as told:
            assert told.code == "photo_unreadable"  # noqa: PT017 - both ends are right
        else:
            assert photo_error(pack_photo(read, usual_part(read.size()))) is None


def test_a_small_file_that_unpacks_to_much_is_refused_by_its_head() -> None:
    rows = zlib.compress(b"\0" * 30_000_000, 9)
    head = png_that_claims(30_000, 30_000)
    at = head.index(b"IDAT") - 4
    chunk = struct.pack(">I", len(rows)) + b"IDAT" + rows + struct.pack(">I", zlib.crc32(b"IDAT" + rows))
    assert refused(head[:at] + chunk).code == "photo_too_big"


def test_a_name_counts_for_nothing_and_a_tiny_picture_is_told() -> None:
    told = refused(encoded(image(40, 40), "PNG"))
    assert told.code == "photo_too_small"
    assert "40 x 40" in told.message


@pytest.mark.parametrize("size", [(800, 600), (600, 800), (240, 300), (100, 2000), (2000, 100)])
def test_the_proposed_part_is_four_to_five_within_the_picture(size: tuple[int, int]) -> None:
    whole = QSize(*size)
    part = usual_part(whole)
    assert QRect(0, 0, *size).contains(part)
    assert abs(part.width() / part.height() - WIDTH / HEIGHT) < 0.03
    assert part.width() == whole.width() or part.height() == whole.height()


def test_what_is_pasted_is_made_smaller_too() -> None:
    assert smaller(image(3200, 100)).width() == 1600
    assert smaller(image(300, 100)).size() == QSize(300, 100)
