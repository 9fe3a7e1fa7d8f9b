"""Plays a recording: speed, frame by frame, and the times at which comments are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from desktop.grading.preview_pins import Pin, draw_number, time_words
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.combo import Combo
from desktop.widgets.label import Label
from desktop.widgets.multimedia import load_multimedia
from desktop.widgets.theme import theme

SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
_FRAME_MS = 40.0
"""A frame's length where the recording doesn't tell it."""
_JUMP_MS = 5000


class Screen(QWidget):
    """The picture of a video, as large as fits; a recording of sound alone says so."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)
        self.picture = QImage()
        self.words = ""

    def show_picture(self, picture: QImage) -> None:
        """Show a frame."""
        self.picture = picture
        self.update()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Play or pause."""
        self.pressed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame in the middle."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().colour("rail" if self.picture.isNull() else "ink"))
        if self.picture.isNull():
            painter.setFont(theme().font("body"))
            painter.setPen(theme().colour("text2"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.words)
            return
        size = self.picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(left, top, size.width(), size.height()), self.picture)


class TimeBar(QSlider):
    """Where the recording is, with the numbers of comments above it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.pins: list[Pin] = []
        self.chosen = ""
        self.setFixedHeight(46)
        self.setSingleStep(1000)
        self.setPageStep(_JUMP_MS)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar, then the numbers."""
        super().paintEvent(event)
        painter = QPainter(self)
        for pin in self.pins:
            if pin.time_ms is not None and self.maximum():
                share = min(1.0, pin.time_ms / self.maximum())
                centre = QRectF(10 + share * (self.width() - 20), 0, 0, 22).center()
                draw_number(painter, centre, pin.number, chosen=pin.id == self.chosen)


class PlayerView(QWidget):
    """A recording with its keys: Space, comma and full stop for frames, arrows for 5 seconds. `failed` says why not."""

    failed = Signal(str)
    ready = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.player: Any = None
        self._pins: list[Pin] = []
        self._moving = False
        self.picture = Screen()
        self.picture.pressed.connect(self.toggle)
        self.bar = TimeBar()
        self.bar.setAccessibleName(self.tr("Time"))
        self.bar.sliderMoved.connect(self.seek)
        self.bar.actionTriggered.connect(lambda _action: self.seek(self.bar.sliderPosition()))
        self.play_button = Button(self.tr("Play"), small=True, on_click=self.toggle)
        self.back = Button(self.tr("Frame back"), kind=Kind.QUIET, small=True, on_click=lambda: self.step(-1))
        self.on = Button(self.tr("Frame on"), kind=Kind.QUIET, small=True, on_click=lambda: self.step(1))
        words = {speed: self.tr("{speed} × speed").format(speed=f"{speed:g}") for speed in SPEEDS}
        self.speed = Combo([(str(speed), words[speed]) for speed in SPEEDS], name=self.tr("Speed"))
        self.speed.choose("1.0")
        self.speed.currentIndexChanged.connect(self._set_speed)
        self.time = Label("0:00", "small-medium", "text2")
        self._lay()

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.picture, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 2, 12, 8)
        foot.setSpacing(2)
        foot.addWidget(self.bar)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.play_button)
        row.addWidget(self.back)
        row.addWidget(self.on)
        row.addStretch(1)
        row.addWidget(self.time)
        row.addWidget(self.speed)
        foot.addLayout(row)
        column.addLayout(foot)

    # ---------------------------------------------------------------------------------------------------- playing

    def load(self, name: str, content: bytes) -> bool:
        """Open a recording held in memory; False where this computer has nothing to play with."""
        self.close_media()
        media = load_multimedia()
        if media is None:
            return False
        self.player = media.QMediaPlayer(self)
        # A part of the player, so that it goes last: a thread of the player reads it until the player has ended.
        content_device = QBuffer(self.player)
        content_device.setData(QByteArray(content))
        content_device.open(QIODevice.OpenModeFlag.ReadOnly)
        self._sound = media.QAudioOutput(self)
        self._sink = media.QVideoSink(self)
        self.player.setAudioOutput(self._sound)
        self.player.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._frame)
        self.player.durationChanged.connect(self._show_time)
        self.player.positionChanged.connect(self._show_time)
        self.player.playbackStateChanged.connect(self._show_state)
        self.player.errorOccurred.connect(lambda *_: self._fail())
        self.player.mediaStatusChanged.connect(self._status)
        self.picture.words = ""
        # The name only helps to find the format: the content comes from memory, and nothing is fetched.
        self.player.setSourceDevice(content_device, QUrl.fromLocalFile(name))
        return True

    def close_media(self) -> None:
        """Stop, and let the recording go."""
        if self.player is not None:
            player, self.player = self.player, None
            player.blockSignals(True)
            player.stop()
            # Not setSourceDevice(None): that holds the interpreter's lock while it waits for threads that want it.
            player.setSource(QUrl())
            for part in (player, self._sound, self._sink):
                part.deleteLater()
        self.picture.show_picture(QImage())
        self.set_pins([])
        self.bar.setRange(0, 0)

    def _status(self, status: Any) -> None:
        if self.player is None:
            return
        kinds = type(status)
        if status == kinds.InvalidMedia:
            self._fail()
        elif status == kinds.LoadedMedia:
            if not self.player.hasVideo() and not self.player.hasAudio():
                self._fail()
                return
            self.picture.words = "" if self.player.hasVideo() else self.tr("A recording of sound")
            if self.player.hasVideo():
                self.player.pause()  # brings the first frame
            for button in (self.back, self.on):
                button.setVisible(self.player.hasVideo())
            self.picture.update()
            self.ready.emit()

    def _fail(self) -> None:
        self.failed.emit(self.tr("This recording is damaged, or of a kind that can't be played here."))

    def _frame(self, frame: Any) -> None:
        picture = frame.toImage()
        if not picture.isNull():
            self.picture.show_picture(picture)

    @property
    def playing(self) -> bool:
        """Whether it is playing."""
        return bool(self.player is not None and self.player.isPlaying())

    @property
    def position(self) -> int:
        """Where it is, in milliseconds."""
        return int(self.player.position()) if self.player is not None else 0

    def toggle(self) -> None:
        """Play, or pause."""
        if self.player is not None:
            (self.player.pause if self.playing else self.player.play)()

    def seek(self, milliseconds: int) -> None:
        """Go to a time."""
        if self.player is not None:
            self.player.setPosition(max(0, min(milliseconds, int(self.player.duration()))))
            self._show_time()

    def step(self, frames: int) -> None:
        """Pause, and go on or back by frames."""
        if self.player is None:
            return
        self.player.pause()
        rate = self.player.metaData().value(type(self.player.metaData()).Key.VideoFrameRate)
        frame = 1000 / rate if isinstance(rate, int | float) and rate > 0 else _FRAME_MS
        self.seek(round(self.position + frames * frame))

    def _set_speed(self, *_place: object) -> None:
        if self.player is not None:
            self.player.setPlaybackRate(float(self.speed.chosen or 1))

    def _show_state(self, *_state: object) -> None:
        self.play_button.setText(self.tr("Pause") if self.playing else self.tr("Play"))
        self.play_button.updateGeometry()

    def _show_time(self, *_time: object) -> None:
        whole = int(self.player.duration()) if self.player is not None else 0
        if not self.bar.isSliderDown():
            self.bar.setRange(0, whole)
            self.bar.setValue(self.position)
        self.time.setText(self.tr("{at} of {whole}").format(at=time_words(self.position), whole=time_words(whole)))

    # ------------------------------------------------------------------------------------------------------- pins

    def set_pins(self, pins: Sequence[Pin], chosen: str = "") -> None:
        """Show the times of comments."""
        self.bar.pins, self.bar.chosen = list(pins), chosen
        self.bar.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays and pauses, comma and full stop go by frames, arrows by five seconds."""
        acts: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Space: self.toggle,
            Qt.Key.Key_Comma: lambda: self.step(-1),
            Qt.Key.Key_Period: lambda: self.step(1),
            Qt.Key.Key_Left: lambda: self.seek(self.position - _JUMP_MS),
            Qt.Key.Key_Right: lambda: self.seek(self.position + _JUMP_MS),
        }
        act = acts.get(Qt.Key(event.key()))
        if act is None:
            super().keyPressEvent(event)
        else:
            act()
