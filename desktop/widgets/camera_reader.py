"""Reads cards in the pictures of a camera, ten a second at most, one at a time, off the window's thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from desktop.widgets.background import run_in_background
from desktop.widgets.decoding import Decoded, decode
from desktop.widgets.frame_source import FrameSource

BETWEEN_PICTURES = 0.1
"""Seconds between two pictures that are looked at."""
SAME_CARD = 2.0
"""A card that stays in view, or comes back within so many seconds, is one scan."""
SILENCE = 3.0
"""Without a picture for so many seconds a camera counts as gone."""


class CameraReader(QObject):
    """``read`` gives the text of a card; ``shown`` each picture with the code found last; ``problem`` a sentence.

    ``problem`` is empty again when pictures come. ``now`` gives seconds that never run backwards.
    """

    read = Signal(str)
    shown = Signal(QImage, object)
    problem = Signal(str)

    def __init__(self, source: FrameSource, now: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source, self._now = source, now
        source.setParent(self)
        source.frame.connect(self._picture)
        source.lost.connect(self._lost)
        self._on = self._busy = False
        self._looked = self._came = self._met = -1e9
        self._found: Decoded | None = None
        self._text = ""
        self._trouble = ""
        self._watch = QTimer(self)
        self._watch.setInterval(1000)
        self._watch.timeout.connect(self.check_silence)

    @property
    def is_on(self) -> bool:
        """Whether cards are read."""
        return self._on

    @property
    def trouble(self) -> str:
        """The sentence that says why no pictures come, or empty."""
        return self._trouble

    def start(self) -> None:
        """Turn the camera on."""
        if not self._on:
            self._on, self._text, self._came = True, "", self._now()
            self._say("")
            self._watch.start()
            self._source.start()

    def stop(self) -> None:
        """Turn the camera off."""
        if self._on:
            self._on = False
            self._watch.stop()
            self._source.stop()
            self._found = None

    def check_silence(self) -> None:
        """Say so where the pictures have stopped coming without a word."""
        if self._on and not self._trouble and self._now() - self._came > SILENCE:
            self._say(self.tr("The camera stopped. Plug it in again."))

    def _lost(self, sentence: str) -> None:
        if self._on:
            self._say(sentence)

    def _say(self, sentence: str) -> None:
        if sentence != self._trouble:
            self._trouble = sentence
            self.problem.emit(sentence)

    def _picture(self, image: QImage) -> None:
        if not self._on:
            return
        now = self._now()
        self._came = now
        self._say("")
        self.shown.emit(image, self._found)
        if self._busy or now - self._looked < BETWEEN_PICTURES:
            return
        self._busy, self._looked = True, now
        run_in_background(lambda: decode(image), self._decoded, self._broken, self)

    def _broken(self, error: Exception) -> None:
        self._busy = False
        raise error

    def _decoded(self, found: Decoded | None) -> None:
        self._busy, self._found = False, found
        if found is None or not self._on:
            return
        now = self._now()
        again = found.text == self._text and now - self._met < SAME_CARD
        self._text, self._met = found.text, now
        if not again:
            self.read.emit(found.text)
