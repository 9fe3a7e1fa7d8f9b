"""Reads a picture that someone brings as a photo, within bounds whatever the file says, and packs the part wanted."""

from __future__ import annotations

import base64
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter, QPainter

from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.photos import HEIGHT, MOST_BYTES, MOST_FILE_BYTES, MOST_PIXELS, WIDTH

_SORTS = frozenset({"bmp", "gif", "jpeg", "jpg", "png", "webp"})
_SIDE = 1_600
"""What is worked with is at most this many pixels wide and high: four times what is kept, and quickly painted."""
_MEGABYTES = 256
_QUALITIES = (88, 80, 72, 64, 56, 48, 40, 32, 24)
SORT_NAMES = "*.jpg *.jpeg *.png *.webp *.bmp *.gif"


def read_photo(content: bytes) -> QImage:
    """Return the picture in a file, turned upright and made smaller; its metadata is gone.

    Raises CampusError `photo_too_big`, `photo_unreadable`, `photo_too_small`.
    """
    if len(content) > MOST_FILE_BYTES:
        raise _too_big(text("The file has {n} MB", n=_tenths(len(content))))
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    # What the name of a file says counts for nothing; what it begins with does, and only plain pictures are read.
    reader.setDecideFormatFromContent(True)
    if bytes(reader.format().data()).decode("ascii", "replace").lower() not in _SORTS:
        raise _unreadable()
    size = reader.size()
    if not size.isValid() or size.isEmpty():
        raise _unreadable()
    if size.width() * size.height() > MOST_PIXELS:
        raise _too_big(text("The picture has {n} megapixels", n=round(size.width() * size.height() / 1_000_000)))
    return _read(reader, size)


def _read(reader: QImageReader, size: QSize) -> QImage:
    if max(size.width(), size.height()) > _SIDE:
        reader.setScaledSize(size.scaled(_SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio))
    reader.setAutoTransform(True)
    QImageReader.setAllocationLimit(_MEGABYTES)
    image = reader.read()
    if image.isNull():
        raise _unreadable()
    if min(image.width(), image.height()) < WIDTH // 4:
        raise CampusError(
            "photo_too_small",
            text("The picture is only {width} x {height} pixels. Use a larger one.", width=image.width(),
                 height=image.height()),
        )  # fmt: skip
    return _on_white(image)


def _on_white(image: QImage) -> QImage:
    """Return the picture alone, without what the file said beside it, on white where it was see-through."""
    made = QImage(image.size(), QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.white)
    painter = QPainter(made)
    painter.drawImage(0, 0, image)
    painter.end()
    return made


def smaller(image: QImage) -> QImage:
    """Return a picture that was pasted, without metadata and no larger than is worked with."""
    if max(image.width(), image.height()) > _SIDE:
        way = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(_SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio, way)
    return _on_white(image)


def usual_part(size: QSize) -> QRect:
    """Return the part of a picture that is proposed: as large as four to five allows, a little above the middle."""
    part = QSize(WIDTH, HEIGHT).scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
    left = (size.width() - part.width()) // 2
    top = (size.height() - part.height()) // 3
    return QRect(left, top, part.width(), part.height())


def pack_photo(image: QImage, part: QRect) -> str:
    """Return the part of a picture as a photo is kept: JPEG of 240 x 300 pixels in at most 40 KB, base64."""
    cut = image.copy(part.intersected(image.rect()))
    kept = cut.scaled(WIDTH, HEIGHT, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    content = b""
    for quality in _QUALITIES:
        content = _jpeg(kept, quality)
        if len(content) <= MOST_BYTES:
            break
    return base64.b64encode(content).decode()


def _jpeg(image: QImage, quality: int) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpeg"))
    writer.setQuality(quality)
    writer.setOptimizedWrite(True)
    writer.write(image)
    return bytes(content.data())


def _tenths(size: int) -> str:
    return f"{size / 1_000_000:.1f}"


def _too_big(what: str) -> CampusError:
    message = text(
        "{what}. Photos are made from pictures of up to {bytes} MB and {pixels} megapixels. Make it smaller first.",
        what=what,
        bytes=MOST_FILE_BYTES // 1_000_000,
        pixels=MOST_PIXELS // 1_000_000,
    )
    return CampusError("photo_too_big", message)


def _unreadable() -> CampusError:
    return CampusError(
        "photo_unreadable", text("This file is no picture that can be read. Use a JPEG, PNG, WebP, BMP or GIF file.")
    )


def photo_content(path: Path) -> bytes:
    """Return what is in a chosen file, as far as a photo may reach. Raises CampusError `file_unreadable`."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_FILE_BYTES + 1)
    except OSError as problem:
        message = text("{file} can't be read. Choose another file.", file=path.name)
        raise CampusError("file_unreadable", message) from problem
