"""Scan with the camera: one card or one receipt held into the picture, then the window closes by itself."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.widgets.camera_reader import CameraReader
from desktop.widgets.camera_view import CameraView
from desktop.widgets.dialog import Dialog
from desktop.widgets.frame_source import CameraSource, FrameSource
from desktop.widgets.label import Label

_PICTURE = QSize(440, 300)


def _tr(words: str) -> str:
    return QCoreApplication.translate("ScanDialog", words)


class ScanDialog(Dialog):
    """``read`` gives what a code says, after the window closed. The camera is on while the window is open."""

    read = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, source: FrameSource | None = None) -> None:
        super().__init__(window, _tr("Scan with the camera"), icon="camera", width=480)
        self.view = CameraView(size=_PICTURE)
        self.add(self.view)
        words = _tr("Hold the ID card or the receipt into the picture. A reader works without this window.")
        self.add(Label(words, "small", "text2", wrap=True))
        self.add_cancel(_tr("Close"))
        self.camera = CameraReader(source or CameraSource(), desk.clock.monotonic, self)
        self.camera.shown.connect(self.view.show_picture)
        self.camera.problem.connect(self.view.show_trouble)
        self.camera.read.connect(self._taken)
        self.finished.connect(lambda _result: self.camera.stop())
        self.camera.start()

    def _taken(self, scanned: str) -> None:
        self.accept()
        self.read.emit(scanned)
