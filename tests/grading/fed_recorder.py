"""A microphone and a camera that tests feed: a tone and pictures of one colour, as fast as they are taken."""

import math
import struct
from typing import Any

from PySide6.QtCore import QByteArray, QObject
from PySide6.QtGui import QColor, QImage

from desktop.grading.recorder import Inputs

RATE, PIECE = 44_100, 4_410


class FedInputs(Inputs):
    """Gives `pieces` tenths of a second; none: the devices stay silent."""

    def __init__(self, pieces: int = 20, why: str = "") -> None:
        super().__init__()
        self.pieces, self.why, self.sent, self.attached = pieces, why, 0, False
        self._sound: Any = None
        self._pictures: Any = None

    def attach(self, media: Any, session: Any, *, pictures: bool) -> str:
        if self.why:
            return self.why
        self.attached = True
        self._media = media
        self._sound = media.QAudioBufferInput()
        session.setAudioBufferInput(self._sound)
        self._sound.readyToSendAudioBuffer.connect(self._feed)
        if pictures:
            self._pictures = media.QVideoFrameInput()
            session.setVideoFrameInput(self._pictures)
        return ""

    def _feed(self) -> None:
        if self.sent >= self.pieces:
            return
        kind = self._media.QAudioFormat()
        kind.setSampleRate(RATE)
        kind.setChannelCount(1)
        kind.setSampleFormat(self._media.QAudioFormat.SampleFormat.Int16)
        first = self.sent * PIECE
        waves = (int(8000 * math.sin(2 * math.pi * 440 * (first + at) / RATE)) for at in range(PIECE))
        tone = b"".join(struct.pack("<h", one) for one in waves)
        self._sound.sendAudioBuffer(self._media.QAudioBuffer(QByteArray(tone), kind, self.sent * 100_000))
        if self._pictures is not None:
            image = QImage(64, 48, QImage.Format.Format_RGB32)
            image.fill(QColor.fromHsv(self.sent * 8 % 360, 255, 255))
            frame = self._media.QVideoFrame(image)
            frame.setStartTime(self.sent * 100_000)
            frame.setEndTime((self.sent + 1) * 100_000)
            self._pictures.sendVideoFrame(frame)
        self.sent += 1

    def detach(self) -> None:
        self.attached = False
        for one in (self._sound, self._pictures):
            if isinstance(one, QObject):
                one.deleteLater()
        self._sound = self._pictures = None
