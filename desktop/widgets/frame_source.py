"""Where pictures come from: an interface that tests feed, and the computer's camera, loaded at its first use."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from desktop.widgets.multimedia import load_multimedia

_PICTURE_EVERY_MS = 66
"""The preview shows at most fifteen pictures a second; turning each into an image is what costs."""


class FrameSource(QObject):
    """Gives pictures between ``start`` and ``stop``; ``lost`` tells in a sentence why there are none."""

    frame = Signal(QImage)
    lost = Signal(str)

    def start(self) -> None:
        """Begin to give pictures."""

    def stop(self) -> None:
        """Give no more pictures and let the device go."""


class CameraSource(FrameSource):
    """The first camera of this computer; one that is plugged in later is taken at once."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._media: Any = None
        self._devices: Any = None
        self._camera: Any = None
        self._session: Any = None
        self._sink: Any = None
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(_PICTURE_EVERY_MS)

    def start(self) -> None:
        """Turn the camera on, or say that there is none."""
        self._media = load_multimedia()
        if self._media is None:
            self.lost.emit(self.tr("This computer's system has no support for cameras. Use a handheld reader."))
            return
        if self._devices is None:
            self._devices = self._media.QMediaDevices(self)
            self._devices.videoInputsChanged.connect(self._plugged)
        self._open()

    def _open(self) -> None:
        media = self._media
        inputs = media.QMediaDevices.videoInputs()
        if not inputs:
            self.lost.emit(self.tr("No camera is connected. Plug one in, or use a handheld reader."))
            return
        self._camera = media.QCamera(inputs[0], self)
        self._camera.errorOccurred.connect(self._failed)
        self._sink = media.QVideoSink(self)
        self._sink.videoFrameChanged.connect(self._picture)
        self._session = media.QMediaCaptureSession(self)
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self._sink)
        self._camera.start()

    def stop(self) -> None:
        """Turn the camera off."""
        if self._devices is not None:
            self._devices.deleteLater()
            self._devices = None
        self._close()

    def _close(self) -> None:
        if self._camera is not None:
            self._camera.stop()
            for part in (self._session, self._sink, self._camera):
                part.deleteLater()
        self._camera = self._session = self._sink = None

    def _plugged(self) -> None:
        """Something was plugged in or pulled out: begin anew with what is there."""
        had = self._camera is not None
        self._close()
        if had and not self._media.QMediaDevices.videoInputs():
            self.lost.emit(self.tr("The camera stopped. Plug it in again."))
        else:
            self._open()

    def _failed(self, _error: object, _words: str) -> None:
        self.lost.emit(self.tr("The camera can't be used. Close other programs that use it, or plug it in again."))

    def _picture(self, frame: Any) -> None:
        if self._resting.isActive():
            return
        image = frame.toImage()
        if not image.isNull():
            self._resting.start()
            self.frame.emit(image)
