"""Pictures for tests: photos as they are kept, and files as people bring them."""

import base64
import io
import struct
import zlib

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QPainter

from shared.people.photos import HEIGHT, WIDTH


def image(width: int, height: int, colour: str = "#3350c4") -> QImage:
    """A picture with a light upper left quarter, so that turning it shows."""
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(QColor(colour))
    painter = QPainter(made)
    painter.fillRect(0, 0, width // 2, height // 2, QColor("#fbefd5"))
    painter.end()
    return made


def encoded(picture: QImage, sort: str = "JPEG", quality: int = 80) -> bytes:
    """The picture as a file."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert picture.save(buffer, sort, quality)
    return content.data()


def kept_photo(colour: str = "#3350c4") -> str:
    """A photo as it is kept, base64."""
    return base64.b64encode(encoded(image(WIDTH, HEIGHT, colour))).decode()


def with_orientation(jpeg: bytes, orientation: int) -> bytes:
    """The same file with an EXIF block that says how the camera was held."""
    tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01" + struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0) + b"\0\0\0\0"
    block = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + jpeg[2:]


def png_that_claims(width: int, height: int) -> bytes:
    """A small file whose head says that it has that many pixels."""
    out = io.BytesIO(b"")
    out.write(b"\x89PNG\r\n\x1a\n")
    for kind, content in (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 64)),
        (b"IEND", b""),
    ):
        out.write(struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content)))
    return out.getvalue()
