"""Photos of what was seen: chosen, pasted or dropped, made small enough for a slow line, and shown again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt, Signal
from PySide6.QtGui import QImage, QImageWriter, QPixmap
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.skill_actions import keep_picture
from desktop.people.photo_file import SORT_NAMES, photo_content, read_photo, smaller
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import icon_button, link, secondary
from desktop.widgets.label import Label
from desktop.widgets.layouts import FlowLayout
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.skill_models import MOST_PHOTOS

Body = Mapping[str, Any]
_QUALITY, _SHOWN = 80, 84


def evidence(content: bytes) -> bytes:
    """Return a picture as it is kept: a JPEG of at most 1,600 pixels a side, without what a camera notes beside it.

    Raises what `read_photo` does.
    """
    return _jpeg(read_photo(content))


def _jpeg(image: QImage) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpeg"))
    writer.setQuality(_QUALITY)
    writer.write(image)
    return bytes(content.data())


class PhotoRow(QWidget):
    """A button for photos, and those that there are; ``files`` is what commands name them by."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.files: list[Body] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(12)
        self.choose_button = secondary(self.tr("Add photos"), "camera", self.choose_files)
        line.addWidget(self.choose_button)
        self.paste_button = link(self.tr("Paste"), on_click=self.paste)
        line.addWidget(self.paste_button)
        line.addStretch(1)
        column.addLayout(line)
        self._box = QWidget()
        self._flow = FlowLayout(self._box, space=8)
        self._box.hide()
        column.addWidget(self._box)
        self.words = Label("", "small", "bad", wrap=True)
        self.words.hide()
        column.addWidget(self.words)

    def choose_files(self) -> None:
        """Ask for files."""
        dialog = QFileDialog(self.window(), self.tr("Choose photos"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(self.tr("Pictures ({names})").format(names=SORT_NAMES))
        dialog.filesSelected.connect(self._take_files)
        dialog.open()

    def _take_files(self, names: list[str]) -> None:
        for name in names:
            self.take_file(Path(name))

    def take_file(self, path: Path) -> None:
        """Take a picture file, in a worker."""
        self._take(lambda: evidence(photo_content(path)))

    def paste(self) -> None:
        """Take the picture on the clipboard."""
        image = QApplication.clipboard().image()
        if image.isNull():
            self._refuse(CampusError("photo_unreadable", self.tr("There is no picture on the clipboard.")))
        else:
            self._take(lambda: _jpeg(smaller(image)))

    def _take(self, make: Any) -> None:
        if len(self.files) >= MOST_PHOTOS:
            self._refuse(CampusError("too_many_photos", text("An observation has at most {n} photos.", n=MOST_PHOTOS)))
            return
        name = f"photo-{len(self.files) + 1}.jpg"

        def work() -> tuple[Body, bytes]:
            content = make()
            return keep_picture(self._desk, name, content), content

        run_in_background(work, self._keep, self._refuse, self)

    def _keep(self, made: tuple[Body, bytes]) -> None:
        file, content = made
        if len(self.files) < MOST_PHOTOS and all(one["sha256"] != file["sha256"] for one in self.files):
            self.files.append(file)
            self._flow.addWidget(self._thumbnail(file, content))
            self._box.show()
        self.words.hide()
        self.changed.emit()

    def _thumbnail(self, file: Body, content: bytes) -> QWidget:
        tile = QWidget()
        row = QHBoxLayout(tile)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(picture_label(content, _SHOWN, str(file["name"])))
        remove = icon_button("x", self.tr("Remove this photo"))
        remove.clicked.connect(lambda: self._remove(file, tile))
        row.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
        return tile

    def _remove(self, file: Body, tile: QWidget) -> None:
        self.files.remove(file)
        tile.hide()
        tile.deleteLater()
        self._box.setVisible(bool(self.files))
        self.changed.emit()

    def _refuse(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        self.words.setText(problem.message)
        self.words.show()


def picture_label(content: bytes, side: int, name: str) -> QLabel:
    """Return a picture as large as fits into a square of so many px; named for screen readers."""
    made = QLabel()
    made.setAccessibleName(name)
    image = QImage.fromData(content)
    px = theme().px(side)
    if not image.isNull():
        way = Qt.TransformationMode.SmoothTransformation
        made.setPixmap(QPixmap.fromImage(image).scaled(px, px, Qt.AspectRatioMode.KeepAspectRatio, way))
    return made
