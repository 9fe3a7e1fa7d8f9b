"""Recording on the page of work: sound or video, with the time, the picture, Stop and Throw away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QImage
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.grading.preview_pins import time_words
from desktop.grading.preview_player import Screen
from desktop.grading.recorder import Inputs, Recorder, Take
from desktop.widgets.announce import announce
from desktop.widgets.buttons import Button, secondary
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from shared.core.errors import CampusError

_HEIGHT = 240


class RecordingCard(Card):
    """``taken`` gives a finished take. Leaving the page ends a recording and keeps it.

    `check` is asked before one begins, and raises CampusError where what is recorded couldn't be kept.
    """

    taken = Signal(object)

    def __init__(self, inputs: Inputs | None = None, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Record here"), parent=parent)
        self.most_bytes = 0
        self.check: Callable[[], object] = lambda: None
        self.recorder = Recorder(inputs, self)
        self.words = Label("", "body", "muted", wrap=True)
        self.screen_view = Screen()
        self.screen_view.setFixedHeight(_HEIGHT)
        self.screen_view.setAccessibleName(self.tr("Picture of the camera"))
        self.screen_view.hide()
        self.add(self.words)
        self.add(self.screen_view)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.sound = secondary(self.tr("Record sound"), "", lambda: self.start(pictures=False))
        self.video = secondary(self.tr("Record video"), "camera", lambda: self.start(pictures=True))
        self.stop_button = Button(self.tr("Stop and add"), icon="check", on_click=self.recorder.stop)
        self.throw = Button(self.tr("Throw away"), icon="x", on_click=self.recorder.throw_away)
        for button in (self.sound, self.video, self.stop_button, self.throw):
            row.addWidget(button)
        row.addStretch(1)
        self.add(row)
        self.problem = Label("", "small", "bad", wrap=True)
        self.problem.hide()
        self.add(self.problem)
        self.recorder.finished.connect(self._finished)
        self.recorder.failed.connect(self._failed)
        self.recorder.moved.connect(self._moved)
        self.recorder.picture.connect(self._picture)
        self.recorder.ended.connect(self._show)
        self._show()

    def start(self, *, pictures: bool) -> None:
        """Begin to record, where there is room for what comes."""
        self._say("")
        self.screen_view.show_picture(QImage())
        try:
            self.check()
        except CampusError as problem:
            self._say(problem.message)
            return
        self.recorder.start(self.most_bytes, pictures=pictures)
        self.screen_view.setVisible(self.recorder.is_on and pictures)
        self._show()
        if self.recorder.is_on:
            self._moved(0)
            self.stop_button.setFocus()
            announce(self, self.tr("Recording"))

    def _show(self) -> None:
        on = self.recorder.is_on
        self.sound.setVisible(not on)
        self.video.setVisible(not on)
        self.stop_button.setVisible(on)
        self.throw.setVisible(on)
        if not on:
            self.screen_view.hide()
            self.words.setText(self.tr("It becomes a file below, which you can listen to before you hand it in."))

    def _moved(self, milliseconds: int) -> None:
        self.words.setText(self.tr("Recording: {time}").format(time=time_words(milliseconds)))

    def _picture(self, image: QImage) -> None:
        self.screen_view.show_picture(image)

    def _say(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def _failed(self, words: str) -> None:
        self._say(words)
        announce(self, words, urgent=True)
        self._show()

    def _finished(self, take: Take) -> None:
        self._show()
        if take.full:
            self._say(self.tr("The recording ended: it is as large as a file of this work may be."))
        self.taken.emit(take)

    def hideEvent(self, event: QHideEvent) -> None:
        """End a recording when the page is left; it is kept."""
        super().hideEvent(event)
        self.recorder.finish_now()
