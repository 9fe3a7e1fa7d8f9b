"""Pages of text, documents and pictures as a PDF with their comments, laid out as the preview shows them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage, QPainter

from desktop.grading.annotated_pages import draw_comment
from desktop.grading.preview_documents import ReadDocument
from desktop.grading.preview_loading import read_file
from desktop.grading.preview_pages import DocumentPages, Pages, PicturePages, TextPages
from desktop.grading.preview_pins import Pin
from desktop.grading.preview_text import ReadText
from shared.core.errors import CampusError
from shared.core.file_contents import Sample
from shared.core.file_types import check_file
from shared.core.text import text

MOST_PAGES = 40
_DOTS = 130 / 72
_MOST_SIDE = 2_400
_QUALITY = 80


def drawn_pages(name: str, content: bytes, pins: Sequence[Pin]) -> tuple[bytes, int, int]:
    """Return a PDF of a file's pages with their comments, how many were taken, and how many there are.

    Safe on any thread. Raises CampusError for what has no pages or can't be read.
    """
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    pages = _pages_of(name, content)
    out = BytesIO()
    canvas: Any = Canvas(out, pageCompression=1)
    taken = min(MOST_PAGES, pages.count())
    for page in range(taken):
        size = pages.size(page)
        wide, high = size.width(), size.height()
        canvas.setPageSize((wide, high))
        canvas.drawImage(ImageReader(BytesIO(_picture_of(pages, page))), 0, 0, wide, high)
        for pin in pins:
            if pin.place is not None and pin.place.page == page:
                draw_comment(canvas, (0.0, 0.0, wide, high), 0, pin.number, pin.place)
        canvas.showPage()
    canvas.save()
    return out.getvalue(), taken, pages.count()


def _pages_of(name: str, content: bytes) -> Pages:
    read = read_file(check_file(name, Sample.of(content), largest=max(1, len(content))), content)
    if isinstance(read, ReadText):
        return TextPages(read)
    if isinstance(read, ReadDocument):
        return DocumentPages(read)
    if isinstance(read, QImage):
        return PicturePages(read)
    raise CampusError("preview_unknown", text("A recording has no pages. Play it to hear what is meant."))


def _picture_of(pages: Pages, page: int) -> bytes:
    size = pages.size(page)
    dots = min(_DOTS, _MOST_SIDE / max(size.width(), size.height()))
    picture = QImage(QSize(max(1, round(size.width() * dots)), max(1, round(size.height() * dots))), _FORMAT)
    picture.fill(0xFFFFFFFF)
    painter = QPainter(picture)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.scale(picture.width() / size.width(), picture.height() / size.height())
    pages.paint(painter, page)
    painter.end()
    found = QByteArray()
    buffer = QBuffer(found)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "JPEG", _QUALITY)  # type: ignore[call-overload]  # Qt takes a text, the stub wants bytes
    return bytes(found.data())


_FORMAT = QImage.Format.Format_RGB32
