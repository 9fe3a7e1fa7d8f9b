"""The photo of a piece of kit: made small enough to keep from any picture, chosen by file, drop or paste, and shown."""

from __future__ import annotations

import base64
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt, Signal
from PySide6.QtGui import QImage, QImageWriter, QPixmap
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QLabel, QWidget

from desktop.people.photo_file import SORT_NAMES, photo_content, read_photo, smaller
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import link, secondary
from desktop.widgets.label import Label
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.people.photos import MOST_BYTES
from shared.timetable.kit_rules import LARGEST_PHOTO

_SIDES = (LARGEST_PHOTO, 480, 320)
_QUALITIES = (84, 72, 60, 48, 36)
_SHOWN = 96


def pack_picture(image: QImage) -> str:
    """Return a picture as it is kept: a JPEG of at most 640 pixels a side and 40 KB, as base64."""
    content = b""
    for side in _SIDES:
        kept = image
        if max(image.width(), image.height()) > side:
            way = Qt.TransformationMode.SmoothTransformation
            kept = image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, way)
        for quality in _QUALITIES:
            content = _jpeg(kept, quality)
            if len(content) <= MOST_BYTES:
                return base64.b64encode(content).decode()
    return base64.b64encode(content).decode()


def _jpeg(image: QImage, quality: int) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpeg"))
    writer.setQuality(quality)
    writer.write(image)
    return bytes(content.data())


def picture_of(jpeg_base64: str) -> QImage:
    """Return a kept photo as a picture; an empty one where it can't be read."""
    try:
        return QImage.fromData(base64.b64decode(jpeg_base64, validate=True))
    except ValueError:
        return QImage()


class KitPhoto(QWidget):
    """A button for a photo of the condition, and the photo once there is one; ``photo`` is what is kept."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.photo: str | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.picture = QLabel()
        self.picture.setAccessibleName(self.tr("Photo of the condition"))
        self.picture.hide()
        row.addWidget(self.picture)
        self.choose_button = secondary(self.tr("Choose a photo"), "camera", self.choose_file)
        row.addWidget(self.choose_button)
        self.paste_button = link(self.tr("Paste"), on_click=self.paste)
        row.addWidget(self.paste_button)
        self.remove_button = link(self.tr("Remove the photo"), on_click=lambda: self._keep(None))
        row.addWidget(self.remove_button)
        self.words = Label("", "small", "bad", wrap=True)
        row.addWidget(self.words, 1)
        row.addStretch(0)
        self._show()

    def choose_file(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self.window(), self.tr("Choose a picture"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Pictures ({names})").format(names=SORT_NAMES))
        dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
        dialog.open()

    def take_file(self, path: Path) -> None:
        """Make the photo of a picture file, in a worker."""
        run_in_background(lambda: pack_picture(read_photo(photo_content(path))), self._keep, self._refuse, self)

    def paste(self) -> None:
        """Make the photo of the picture on the clipboard."""
        image = QApplication.clipboard().image()
        if image.isNull():
            self._refuse(CampusError("photo_unreadable", self.tr("There is no picture on the clipboard.")))
        else:
            self._keep(pack_picture(smaller(image)))

    def _keep(self, photo: str | None) -> None:
        self.photo = photo
        self._show()
        self.changed.emit()

    def _refuse(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        self.words.setText(problem.message)

    def _show(self) -> None:
        self.words.setText("")
        self.picture.setVisible(self.photo is not None)
        self.remove_button.setVisible(self.photo is not None)
        self.paste_button.setVisible(self.photo is None)
        self.choose_button.setText(self.tr("Choose a photo") if self.photo is None else self.tr("Another photo"))
        self.choose_button.updateGeometry()
        if self.photo is not None:
            self.picture.setPixmap(thumbnail(self.photo))


def thumbnail(photo: str, side: int = _SHOWN) -> QPixmap:
    """Return a kept photo, small."""
    way = Qt.TransformationMode.SmoothTransformation
    px = theme().px(side)
    return QPixmap.fromImage(picture_of(photo)).scaled(px, px, Qt.AspectRatioMode.KeepAspectRatio, way)
