"""A small picture of a file in a list: asked for once it is seen, kept on this computer; until then its kind's icon."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from functools import partial
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QImageReader, QImageWriter, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.core.api_errors import ApiError
from desktop.core.desk import Desk
from desktop.core.file_store import FileStore
from desktop.core.previews import Previews
from desktop.core.sync_state import Phase
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import fill_box
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.file_contents import HEAD_BYTES
from shared.core.file_types import TYPES, Group, type_of_name
from shared.core.picture_size import pixels

SIDE = 40
_MOST_SIDE, _QUALITY = 320, 80
_MOST_PIXELS = 50_000_000
_MOST_TRIES = 4
_USUAL_WAIT = 30.0
_RADIUS, _LARGEST_ICON = 6, 28
_ICONS = {
    Group.IMAGE: "camera",
    Group.VIDEO: "monitor",
    Group.AUDIO: "megaphone",
    Group.ARCHIVE: "folder",
}

_SHOWN = frozenset({Group.IMAGE, Group.VIDEO})


def icon_of(name: str) -> str:
    """Return the icon of the kind of file that its name tells."""
    word = type_of_name(name)
    return _ICONS.get(TYPES[word].group, "file-text") if word is not None else "file-text"


def group_of(name: str) -> Group | None:
    """Return what kind of file a name tells, or None."""
    word = type_of_name(name)
    return TYPES[word].group if word is not None else None


def has_picture(name: str) -> bool:
    """Tell whether a file of this name may have a small picture: pictures do, and films where the server can."""
    return group_of(name) in _SHOWN


def small_of_kept(files: FileStore, sha256: str, word: str) -> bytes | None:
    """Return a small JPEG of a picture that is on this computer; None where it isn't, or isn't to be unpacked.

    It is upright, and what a camera notes beside a picture isn't in it. Blocks, on any thread.
    """
    if not files.exists(sha256):
        return None
    try:
        with closing(files.open(sha256)) as kept:
            head = kept.read(HEAD_BYTES)
            if not 0 < pixels(word, head) <= _MOST_PIXELS:
                return None
            kept.seek(0)
            content = kept.read()
    except CampusError:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(word.encode()))
    reader.setAutoTransform(True)
    size = reader.size()
    if max(size.width(), size.height()) > _MOST_SIDE:
        reader.setScaledSize(size.scaled(_MOST_SIDE, _MOST_SIDE, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else _packed(image)


def _packed(image: QImage) -> bytes:
    plain = QImage(image.size(), QImage.Format.Format_RGB32)
    plain.fill(Qt.GlobalColor.white)
    painter = QPainter(plain)
    painter.drawImage(0, 0, image)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpeg"))
    writer.setQuality(_QUALITY)
    writer.write(plain)
    return bytes(content.data())


class FileThumb(QWidget):
    """A square of ``side`` px; its accessible name is empty, because the file's name stands beside it."""

    def __init__(self, desk: Desk | None, file: Mapping[str, Any], side: int = SIDE) -> None:
        super().__init__()
        self._desk = desk
        self._name, self._sha256 = str(file["name"]), str(file["sha256"])
        self._side, self._tries, self._asked = side, 0, False
        self.picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the square."""
        return QSize(theme().px(self._side), theme().px(self._side))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture or the icon; a picture is asked for once somebody can see where it goes."""
        painter = QPainter(self)
        look, rect = theme(), QRectF(self.rect())
        if self.picture is None:
            fill_box(painter, rect, look.px(_RADIUS), look.colour("sunken"), look.colour("line"))
            icon = min(look.px(self._side) * 0.45, look.px(_LARGEST_ICON))
            at = (rect.width() - icon) / 2
            draw_icon(painter, icon_of(self._name), at, at, icon, look.colour("muted"))
        else:
            self._paint_picture(painter, rect, self.picture)
        if not self._asked:
            self._asked = True
            QTimer.singleShot(0, self, self._look)

    def _paint_picture(self, painter: QPainter, rect: QRectF, picture: QPixmap) -> None:
        path = QPainterPath()
        path.addRoundedRect(rect, theme().px(_RADIUS), theme().px(_RADIUS))
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(path)
        side = min(picture.width(), picture.height())
        source = QRectF((picture.width() - side) / 2, (picture.height() - side) / 2, side, side)
        painter.drawPixmap(rect, picture, source)

    def _look(self) -> None:
        """Look on this computer: for the small picture, then for the file itself."""
        desk, group = self._desk, group_of(self._name)
        if desk is None or group not in _SHOWN:
            return
        previews, files = Previews(desk.store, desk.client), desk.store.kept_files
        word, sha256 = type_of_name(self._name) or "", self._sha256

        def work() -> bytes | None:
            known = previews.kept(sha256)
            if known is None and group is Group.IMAGE:
                known = small_of_kept(files, sha256, word)
                if known is not None:
                    previews.keep(sha256, known)
            return known

        run_in_background(work, partial(self._found_here, previews), self._refused, self)

    def _found_here(self, previews: Previews, content: bytes | None) -> None:
        if content is not None:
            self._show(content)
        else:
            self._fetch(previews)

    def _fetch(self, previews: Previews) -> None:
        desk = self._desk
        if desk is None or desk.client is None or desk.sync_state().phase not in {Phase.IDLE, Phase.SENDING}:
            return
        final, sha256 = group_of(self._name) is Group.IMAGE, self._sha256

        def work() -> bytes | None:
            return None if previews.has_none(sha256) else previews.fetch(sha256, final=final)

        run_in_background(work, self._show, partial(self._not_yet, previews), self, Lane.NETWORK)

    def _not_yet(self, previews: Previews, problem: Exception) -> None:
        self._refused(problem)
        self._tries += 1
        if isinstance(problem, ApiError) and problem.code == "preview_waiting" and self._tries < _MOST_TRIES:
            wait = problem.retry_after or _USUAL_WAIT
            QTimer.singleShot(round(wait * 1000), self, partial(self._fetch, previews))

    def _refused(self, problem: Exception) -> None:
        """Without a picture the icon stays: nobody was promised one."""
        if not isinstance(problem, CampusError):
            raise problem

    def _show(self, content: bytes | None) -> None:
        image = QImage.fromData(content) if content is not None else QImage()
        if not image.isNull():
            self.picture = QPixmap.fromImage(image)
            self.update()
