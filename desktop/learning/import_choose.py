"""The first step of an import: a file chosen or dropped, and the journal of earlier imports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.widgets.buttons import primary
from desktop.widgets.empty_state import IconTile
from desktop.widgets.label import Label
from desktop.widgets.theme import theme

_tr = partial(QCoreApplication.translate, "DropZone")


@dataclass(frozen=True)
class DropWords:
    """What a drop zone says, and the files that its dialog offers."""

    title: str
    hint: str
    ask: str
    kinds: str


def roster_words() -> DropWords:
    """Return the words for rosters."""
    return DropWords(
        _tr("Drop a roster here, or choose a file"),
        _tr("A OneRoster 1.1 or 1.2 zip, or any CSV or Excel file. Nothing is changed before you agree."),
        _tr("Choose a roster"),
        _tr("Rosters (*.zip *.csv *.tsv *.txt *.xlsx *.xlsm);;All files (*)"),
    )


class DropZone(QWidget):
    """``chosen`` gives the path of a file that was dropped or picked."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None, words: DropWords | None = None) -> None:
        super().__init__(parent)
        self._words = words or roster_words()
        self._over = False
        self.setAcceptDrops(True)
        self.setMinimumHeight(theme().px(230))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(6)
        column.addStretch(1)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(IconTile("upload"), 0, middle)
        column.addSpacing(6)
        self.title = Label(self._words.title, "section")
        self.title.setAlignment(middle)
        column.addWidget(self.title)
        text = Label(self._words.hint, "small", "muted", wrap=True)
        text.setAlignment(middle)
        column.addWidget(text)
        column.addSpacing(10)
        self.button = primary(self.tr("Choose file"), "upload", self.pick)
        column.addWidget(self.button, 0, middle)
        self.why = Label("", "small-medium", "warn", wrap=True)
        self.why.setAlignment(middle)
        self.why.hide()
        column.addWidget(self.why)
        column.addStretch(1)

    def set_refusal(self, why: str) -> None:
        """Say why no file can be taken now; an empty text lets one be taken again."""
        self.button.setEnabled(not why)
        self.setAcceptDrops(not why)
        self.why.setText(why)
        self.why.setVisible(bool(why))

    def pick(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self, self._words.ask)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(self._words.kinds.split(";;"))
        dialog.fileSelected.connect(lambda name: self.chosen.emit(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one local file."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile():
            self._set_over(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Look plain again."""
        self._set_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the file."""
        self._set_over(False)
        event.acceptProposedAction()
        self.chosen.emit(Path(event.mimeData().urls()[0].toLocalFile()))

    def _set_over(self, over: bool) -> None:
        self._over = over
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dashed box."""
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour: QColor = look.colour("accent" if self._over else "field")
        painter.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(look.colour("soft" if self._over else "surface"))
        radius = look.tokens.radii["card"]
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
