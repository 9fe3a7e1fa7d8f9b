"""Records sound and pictures into memory: the system's recorder, fed by devices that tests replace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QBuffer, QEventLoop, QIODevice, QObject, QTimer, Signal
from PySide6.QtGui import QImage

from desktop.widgets.multimedia import load_multimedia
from shared.core.file_contents import Sample, type_of_content
from shared.core.file_types import TYPES

_ROOM = 1_048_576
"""What is left below the largest size, since the recorder writes an index at the end."""
_TICK_MS = 250
_LONGEST_END_MS = 15_000
"""How long a page that goes waits for the end of a recording, which is nowhere else; a busy computer takes seconds."""
_written: list[QBuffer] = []
"""What the system's threads write into. They go on for a moment after a recorder is gone that was let go before it had
stopped, and tell nobody when they end: what they were given then stays for the program's life."""
_PICTURE = (640, 480)
_PICTURES_A_SECOND = 15


@dataclass(frozen=True)
class Take:
    """A finished recording; `ending` is that of its kind, such as `m4a`. `full`: it ended since it had grown large."""

    content: bytes
    ending: str
    milliseconds: int
    full: bool = False


class Inputs(QObject):
    """Where sound and pictures come from; ``lost`` tells in a sentence that they come no more."""

    lost = Signal(str)

    def attach(self, media: Any, session: Any, *, pictures: bool) -> str:
        """Feed a capture session; returns in a sentence why not, or nothing."""
        del media, session, pictures
        return self.tr("Nothing is connected to record with.")

    def detach(self) -> None:
        """Let the devices go."""


class DeviceInputs(Inputs):
    """The microphone and the camera of this computer."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._devices: list[Any] = []

    def attach(self, media: Any, session: Any, *, pictures: bool) -> str:
        """Feed a capture session from the first microphone, and the first camera."""
        found = media.QMediaDevices
        if not found.audioInputs():
            return self.tr("No microphone is connected. Plug one in, or add a recording as a file.")
        if pictures and not found.videoInputs():
            return self.tr("No camera is connected. Plug one in, record sound, or add a recording as a file.")
        sound = media.QAudioInput(found.defaultAudioInput(), self)
        session.setAudioInput(sound)
        self._devices = [sound]
        if pictures:
            camera = media.QCamera(found.defaultVideoInput(), self)
            camera.errorOccurred.connect(self._failed)
            session.setCamera(camera)
            camera.start()
            self._devices.append(camera)
        return ""

    def _failed(self, *_problem: object) -> None:
        self.lost.emit(self.tr("The camera stopped. What was recorded until then is kept."))

    def detach(self) -> None:
        """Let microphone and camera go."""
        for device in self._devices:
            if hasattr(device, "stop"):
                device.stop()
            device.deleteLater()
        self._devices = []


class Recorder(QObject):
    """``finished`` gives the take, ``failed`` a sentence, ``moved`` the milliseconds there are, ``picture`` a frame.

    At most `most_bytes` are recorded; then it ends by itself.
    """

    finished = Signal(object)
    failed = Signal(str)
    moved = Signal(int)
    picture = Signal(QImage)
    ended = Signal()

    def __init__(self, inputs: Inputs | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.set_inputs(inputs if inputs is not None else DeviceInputs())
        self._recorder: Any = None
        self._session: Any = None
        self._sink: Any = None
        self._buffer: QBuffer | None = None
        self._most, self._pictures = 0, False
        self._full = self._thrown = False
        self._watch = QTimer(self, interval=_TICK_MS)
        self._watch.timeout.connect(self._look)

    def set_inputs(self, inputs: Inputs) -> None:
        """Record from other devices."""
        self.inputs = inputs
        inputs.setParent(self)
        inputs.lost.connect(self._lost)

    @property
    def is_on(self) -> bool:
        """Whether it records, or is finishing."""
        return self._recorder is not None

    def start(self, most_bytes: int, *, pictures: bool) -> bool:
        """Begin; False, with ``failed``, where this computer can't."""
        media = load_multimedia()
        if self.is_on:
            return False
        if media is None:
            self.failed.emit(self.tr("This computer's system can't record. Add a recording as a file."))
            return False
        self._session = media.QMediaCaptureSession(self)
        why = self.inputs.attach(media, self._session, pictures=pictures)
        if why:
            self._let_go()
            self.failed.emit(why)
            return False
        self._most, self._pictures, self._full, self._thrown = most_bytes, pictures, False, False
        recorder = self._recorder = media.QMediaRecorder(self)
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.ReadWrite)
        _written.append(self._buffer)
        self._session.setRecorder(recorder)
        if pictures:
            self._sink = media.QVideoSink(self)
            self._sink.videoFrameChanged.connect(self._frame)
            self._session.setVideoSink(self._sink)
        self._set_format(media, recorder, pictures=pictures)
        recorder.setOutputDevice(self._buffer)
        recorder.errorOccurred.connect(self._broke)
        recorder.recorderStateChanged.connect(self._turned)
        recorder.record()
        self._watch.start()
        return True

    @staticmethod
    def _set_format(media: Any, recorder: Any, *, pictures: bool) -> None:
        kinds = media.QMediaFormat
        wanted = kinds(kinds.FileFormat.MPEG4 if pictures else kinds.FileFormat.Mpeg4Audio)
        flags = kinds.ResolveFlags.RequiresVideo if pictures else kinds.ResolveFlags.NoFlags
        wanted.resolveForEncoding(flags)
        recorder.setMediaFormat(wanted)
        recorder.setQuality(media.QMediaRecorder.Quality.NormalQuality)
        recorder.setAudioChannelCount(1)
        if pictures:
            recorder.setVideoResolution(*_PICTURE)
            recorder.setVideoFrameRate(_PICTURES_A_SECOND)

    def stop(self) -> None:
        """End it; ``finished`` follows."""
        if self._recorder is not None:
            self._recorder.stop()

    def finish_now(self) -> None:
        """End it and wait, no longer than must be, until ``finished`` has given the take: the page is going."""
        if self._recorder is None:
            return
        loop = QEventLoop()
        self.ended.connect(loop.quit)
        QTimer.singleShot(_LONGEST_END_MS, loop, loop.quit)
        QTimer.singleShot(0, self, self.stop)
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

    def throw_away(self) -> None:
        """End it and keep nothing."""
        self._thrown = True
        self.stop()

    def close(self) -> None:
        """Let everything go at once, as when the page goes."""
        self._thrown = True
        self._let_go()

    def _look(self) -> None:
        if self._recorder is None or self._buffer is None:
            return
        self.moved.emit(int(self._recorder.duration()))
        if self._buffer.size() > self._most - min(_ROOM, self._most // 8):
            self._full = True
            self.stop()

    def _frame(self, frame: Any) -> None:
        image = frame.toImage()
        if not image.isNull():
            self.picture.emit(image)

    def _lost(self, words: str) -> None:
        self.failed.emit(words)
        self.stop()

    def _broke(self, _error: object, _words: str) -> None:
        self.failed.emit(self.tr("Recording stopped: this computer's system can't go on. What there is is kept."))
        self.stop()

    def _turned(self, state: Any) -> None:
        if self._recorder is None or state != type(state).StoppedState or self._buffer is None:
            return
        content, length = bytes(self._buffer.data().data()), int(self._recorder.duration())
        thrown, full, pictures = self._thrown, self._full, self._pictures
        _written.remove(self._buffer)
        self._let_go()
        if not thrown:
            self._give(content, length, full=full, pictures=pictures)
        self.ended.emit()

    def _give(self, content: bytes, length: int, *, full: bool, pictures: bool) -> None:
        ending = ending_for(content, pictures=pictures)
        if not length or not ending:
            self.failed.emit(self.tr("Nothing was recorded. Look whether the microphone is on, then record again."))
            return
        self.finished.emit(Take(content, ending, length, full))

    def _let_go(self) -> None:
        self._watch.stop()
        self.inputs.detach()
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            recorder.blockSignals(True)
            recorder.stop()
        for part in (recorder, self._session, self._sink):
            if part is not None:
                part.deleteLater()
        self._session = self._sink = self._buffer = None


def ending_for(content: bytes, *, pictures: bool) -> str:
    """Return the ending for what was recorded, empty where it is nothing that is taken here."""
    word = type_of_content(Sample.of(content))
    if word == "mp4" and not pictures:
        word = "m4a"  # the same container: by this name it is known as sound
    return TYPES[word].endings[0] if word is not None else ""
