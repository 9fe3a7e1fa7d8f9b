"""The photo in the head of a person's page: shows it, and takes a new one by file, drop or paste."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QMenu, QSizePolicy, QWidget

from desktop.people.crop_dialog import CropDialog
from desktop.people.photo_file import SORT_NAMES, read_photo, smaller
from desktop.people.words import full_name
from desktop.widgets.avatar import colour_index, initials_of
from desktop.widgets.background import run_in_background
from desktop.widgets.icons import draw_icon, icon
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.photos import HEIGHT, MOST_FILE_BYTES, WIDTH

_SIDE = QSize(64, 80)


class PhotoWell(QAbstractButton):
    """``chosen`` gives a packed photo, or None to remove it; ``refused`` why a picture can't be used."""

    chosen = Signal(object)
    refused = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = self._number = ""
        self._photo: QPixmap | None = None
        self.dialog: CropDialog | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open_menu)
        self.set_allowed(allowed=False)

    def set_allowed(self, *, allowed: bool) -> None:
        """Let the photo be changed or not."""
        self.setEnabled(allowed)
        self.setAcceptDrops(allowed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if allowed else Qt.FocusPolicy.NoFocus)
        self.setToolTip(self.tr("Photo: choose a file, drop one here, or paste (Ctrl V)") if allowed else "")

    def show_person(self, body: Mapping[str, Any], photo: QImage | None) -> None:
        """Show someone."""
        self._name, self._number = full_name(body), str(body.get("number") or body["id"])
        self._photo = None if photo is None else QPixmap.fromImage(photo)
        words = self.tr("Photo of {name}") if photo else self.tr("No photo of {name} yet")
        self.setAccessibleName(words.format(name=self._name))
        self.update()

    def sizeHint(self) -> QSize:
        """Return four to five."""
        return QSize(theme().px(_SIDE.width()), theme().px(_SIDE.height()))

    # ------------------------------------------------------------------------------------------------------ ways in

    def menu(self) -> QMenu:
        """Return what can be done."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("folder"), self.tr("Choose a picture"), self.choose_file)
        paste = menu.addAction(icon("clipboard-list"), self.tr("Paste a picture"), self.paste)
        paste.setEnabled(_has_picture(QApplication.clipboard().mimeData()))
        if self._photo is not None:
            menu.addSeparator()
            menu.addAction(icon("x"), self.tr("Remove the photo"), lambda: self.chosen.emit(None))
        return menu

    def open_menu(self) -> None:
        """Show the menu below the photo."""
        self.menu().popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def choose_file(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self.window(), self.tr("Choose a picture"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Pictures ({names})").format(names=SORT_NAMES))
        dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
        dialog.open()

    def take_file(self, path: Path) -> None:
        """Read a picture in a worker, then let the part be chosen."""
        run_in_background(lambda: read_photo(_content(path)), self._crop, self._failed, self)

    def paste(self) -> None:
        """Take the picture on the clipboard."""
        self._take_mime(QApplication.clipboard().mimeData())

    def _take_mime(self, data: QMimeData) -> None:
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.take_file(paths[0])
        elif data.hasImage():
            image = QImage(data.imageData())
            if image.isNull():
                self._failed(CampusError("photo_unreadable", self.tr("There is no picture on the clipboard.")))
            else:
                self._crop(smaller(image))

    def _crop(self, image: QImage) -> None:
        self.dialog = CropDialog(self.window(), image, self._name)
        self.dialog.chosen.connect(self.chosen.emit)
        self.dialog.finished.connect(self.dialog.deleteLater)
        if not self.dialog.open_dialog():
            self.dialog.deleteLater()

    def _failed(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        self.refused.emit(problem)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take pictures."""
        if _has_picture(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the picture that was dropped."""
        event.acceptProposedAction()
        self._take_mime(event.mimeData())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Paste with Ctrl V; Enter opens the menu."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.open_menu()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------------------------------------------------ painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the photo, or initials on the person's colour, and a sign where it can be changed."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        radius = look.tokens.radii["card"]
        if self._photo is not None:
            painter.save()
            path = QPainterPath()
            path.addRoundedRect(rect, radius, radius)
            painter.setClipPath(path)
            painter.drawPixmap(rect, self._photo, QRectF(0, 0, WIDTH, HEIGHT))
            painter.restore()
        else:
            index = colour_index(self._number)
            fill_box(painter, rect, radius, look.colour(f"initials.{index}.fill"))
            colour = look.colour(f"initials.{index}.text")
            draw_text(painter, rect, initials_of(self._name), "title", colour, Qt.AlignmentFlag.AlignHCenter)
        if self.isEnabled() and (self.underMouse() or self.hasFocus() or self._photo is None):
            disc = QRectF(rect.right() - 24, rect.bottom() - 24, 20, 20)
            fill_box(painter, disc, 10, look.colour("surface"), look.colour("border"))
            draw_icon(painter, "camera", disc.x() + 4, disc.y() + 4, 12, look.colour("text2"))
        if self.hasFocus():
            fill_box(painter, rect, radius, None, look.colour("focus"), 2)


def _has_picture(data: QMimeData) -> bool:
    return data.hasImage() or any(url.isLocalFile() for url in data.urls())


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_FILE_BYTES + 1)
    except OSError as problem:
        message = text("The file {name} can't be read. Copy it to this computer first.", name=path.name)
        raise CampusError("photo_unreadable", message) from problem
