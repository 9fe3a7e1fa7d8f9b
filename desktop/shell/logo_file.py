"""Makes the logo that is kept of a picture that someone chose: small, PNG, with nothing in it but the picture."""

from __future__ import annotations

import base64
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageReader

from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.logos import LEAST_SIDE, MOST_BYTES, MOST_FILE_BYTES, MOST_SIDE, bare_png

_SORTS = frozenset({"bmp", "gif", "jpeg", "jpg", "png", "webp"})
SORT_NAMES = "*.png *.jpg *.jpeg *.webp *.bmp *.gif"
_SIDES = (MOST_SIDE, 256, 192, 128, 96, 64)
_MEGABYTES = 256
_MOST_PIXELS = 40_000_000


def logo_of(path: Path) -> str:
    """Return the logo made of a file. Raises CampusError `file_unreadable`, `logo_invalid`."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_FILE_BYTES + 1)
    except OSError as problem:
        message = text("{file} can't be read. Choose another file.", file=path.name)
        raise CampusError("file_unreadable", message) from problem
    return pack_logo(read_logo(content))


def read_logo(content: bytes) -> QImage:
    """Return the picture in a file. Raises CampusError `logo_invalid`."""
    if len(content) > MOST_FILE_BYTES:
        raise _refused(text("The file has more than {n} MB.", n=MOST_FILE_BYTES // 1_000_000))
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    known = bytes(reader.format().data()).decode("ascii", "replace").lower() in _SORTS
    if not known or not size.isValid() or size.isEmpty():
        raise _refused(text("This file is no picture that can be read."))
    if size.width() * size.height() > _MOST_PIXELS:
        raise _refused(text("The picture has too many pixels."))
    if max(size.width(), size.height()) > MOST_SIDE * 4:
        reader.setScaledSize(size.scaled(MOST_SIDE * 4, MOST_SIDE * 4, Qt.AspectRatioMode.KeepAspectRatio))
    reader.setAutoTransform(True)
    QImageReader.setAllocationLimit(_MEGABYTES)
    image = reader.read()
    if image.isNull():
        raise _refused(text("This file is no picture that can be read."))
    if min(image.width(), image.height()) < LEAST_SIDE:
        raise _refused(text("The picture is too small."))
    return image


def pack_logo(image: QImage) -> str:
    """Return the logo as it is kept, base64: as large as its bytes allow."""
    content = b""
    for side in _SIDES:
        made = image
        if max(image.width(), image.height()) > side:
            way = Qt.TransformationMode.SmoothTransformation
            made = image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, way)
        content = _png(made.convertToFormat(QImage.Format.Format_ARGB32))
        if len(content) <= MOST_BYTES:
            break
    return base64.b64encode(content).decode()


def _png(image: QImage) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 0)  # type: ignore[call-overload]  # the stubs want bytes, Qt takes text
    return bare_png(bytes(content.data()))


def _refused(reason: str) -> CampusError:
    words = text("{reason} Use a PNG, JPEG, WebP or GIF file of at most 5 MB.", reason=reason)
    return CampusError("logo_invalid", words)
