"""Makes of a file what can be shown: pages, a recording, or the sentence that says why not; nothing in it is run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize
from PySide6.QtGui import QImage, QImageReader

from desktop.core.film_copies import played_name
from desktop.grading.preview_documents import ReadDocument, read_document
from desktop.grading.preview_pages import DocumentPages, Pages, PdfPages, PicturePages, TextPages
from desktop.grading.preview_text import ReadText, read_text
from desktop.widgets.background import run_in_background
from shared.core.errors import CampusError
from shared.core.file_contents import Sample
from shared.core.file_types import TYPES, Group, check_file
from shared.core.text import text

_MOST_DOTS = 40_000_000
"""A picture with more dots is made smaller while it is read."""


@dataclass(frozen=True)
class Loaded:
    """What became of a file: `pages`, or a `recording` to play, or `why` not; `cut`: the end isn't shown."""

    name: str
    pages: Pages | None = None
    recording: bytes | None = None
    why: str = ""
    cut: bool = False


Read = ReadText | ReadDocument | QImage | bytes


def load_preview(name: str, content: bytes, done: Callable[[Loaded], object], owner: QObject) -> None:
    """Read a file beside the window's thread, a PDF at once; `done` gets what became of it on the window's thread."""
    name = played_name(name, content)
    try:
        word = check_file(name, Sample.of(content), largest=max(1, len(content)))
    except CampusError as problem:
        done(Loaded(name, why=_why_not(problem)))
        return
    if word == "pdf":
        done(_finished(name, word, content, owner))
        return

    def failed(problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        done(Loaded(name, why=problem.message))

    run_in_background(
        lambda: read_file(word, content), lambda read: done(_finished(name, word, read, owner)), failed, owner
    )


def _why_not(problem: CampusError) -> str:
    sentences = {
        "file_empty": text("This file is empty."),
        "file_type_lies": text("This file isn't what its name says, so it isn't opened here."),
        "file_has_macros": text("This file has macros, programs that run when it is opened. It isn't opened here."),
        "file_type_unknown": text("Files of this kind can't be shown here."),
    }
    return sentences.get(problem.code, problem.message)


def read_file(word: str, content: bytes) -> Read:
    """Read a file of a known type; safe on any thread.

    Raises CampusError `preview_broken`, `preview_too_large`, `preview_unknown`.
    """
    group = TYPES[word].group
    if word in {"docx", "odt"}:
        return read_document(content, word)
    if group is Group.IMAGE:
        return _picture(content)
    if group is Group.TEXT:
        return read_text(content)
    if group in {Group.VIDEO, Group.AUDIO}:
        return content
    if group is Group.ARCHIVE:
        raise CampusError("preview_unknown", text("Archives are kept as they are and never opened here."))
    raise CampusError("preview_unknown", text("Files of this kind can't be shown here."))


def _picture(content: bytes) -> QImage:
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    dots = size.width() * size.height()
    if dots > _MOST_DOTS:
        share = (_MOST_DOTS / dots) ** 0.5
        reader.setScaledSize(QSize(max(1, int(size.width() * share)), max(1, int(size.height() * share))))
    picture = reader.read()
    if picture.isNull():
        raise CampusError("preview_broken", text("This picture is damaged and can't be shown here."))
    return picture


def _finished(name: str, word: str, read: Read, owner: QObject) -> Loaded:
    if isinstance(read, ReadText):
        return Loaded(name, TextPages(read, owner), cut=read.cut)
    if isinstance(read, ReadDocument):
        return Loaded(name, DocumentPages(read, owner), cut=read.cut)
    if isinstance(read, QImage):
        return Loaded(name, PicturePages(read, owner))
    if word != "pdf":
        return Loaded(name, recording=read)
    try:
        return Loaded(name, PdfPages(read, owner))
    except CampusError as problem:
        return Loaded(name, why=problem.message)
