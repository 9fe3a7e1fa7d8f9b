"""Takes the letters of a handheld reader out of the program's key presses, wherever the focus is."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from shiboken6 import isValid

from desktop.widgets.reader_keys import FASTEST_HAND, ReaderKeys

_WAIT_MS = round(FASTEST_HAND * 1000) + 1
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_KEY_PRESS = QEvent.Type.KeyPress


class ReaderFilter(QObject):
    """``scanned`` gives what a reader typed; works between ``start`` and ``stop``.

    It listens to the window that has the keyboard, before any widget or popup in it does. ``now`` gives seconds;
    without it the times count that the system put on the events, so that a busy moment of the program doesn't tear a
    scan apart.
    """

    scanned = Signal(str)

    def __init__(self, parent: QObject, now: Callable[[], float] | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._keys: ReaderKeys[QKeyEvent] = ReaderKeys()
        self._giving_back = False
        self._on = False
        self._window: QWindow | None = None
        self._held_since = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self._waited)
        QGuiApplication.instance().focusWindowChanged.connect(self._listen_to)  # type: ignore[union-attr]  # it runs

    @property
    def is_on(self) -> bool:
        """Whether scans are taken."""
        return self._on

    def start(self) -> None:
        """Take scans from now on."""
        if not self._on:
            self._on = True
            self._listen_to(QGuiApplication.focusWindow())

    def stop(self) -> None:
        """Leave all keys alone; what is held is given back."""
        if self._on:
            self.give_back()
            self._on = False
            self._listen_to(None)

    def _listen_to(self, window: QWindow | None) -> None:
        """Follow the keyboard from window to window."""
        if window is self._window or (window is not None and not self._on):
            return
        self.give_back()
        if self._window is not None and isValid(self._window):
            self._window.removeEventFilter(self)
        self._window = window
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Hold letters, swallow scans, let everything else pass in its order."""
        if event.type() != _KEY_PRESS or self._giving_back or not isinstance(event, QKeyEvent):
            return False
        if event.isAutoRepeat():
            self.give_back()
            return False
        plain = not event.modifiers() & ~_PLAIN
        if plain and event.key() in _ENTER:
            return self._enter(event)
        letter = event.text()
        if plain and len(letter) == 1 and letter.isprintable() and (letter != " " or self._keys.is_holding):
            self._hold(letter, event)
            return True
        if event.key() not in {Qt.Key.Key_Shift, Qt.Key.Key_CapsLock}:
            self.give_back()
        return False

    def _at(self, event: QKeyEvent) -> float:
        if self._now is not None:
            return self._now()
        return event.timestamp() / 1000 if event.timestamp() else time.monotonic()

    def _hold(self, letter: str, event: QKeyEvent) -> None:
        copy = QKeyEvent(_KEY_PRESS, event.key(), event.modifiers(), letter)
        self._repeat(self._keys.letter(letter, self._at(event), copy))
        event.accept()
        self._held_since += 1
        self._timer.start()

    def _enter(self, event: QKeyEvent) -> bool:
        scan = self._keys.enter(self._at(event))
        if scan is None:
            self.give_back()
            return False
        self._timer.stop()
        event.accept()
        self.scanned.emit(scan)
        return True

    def _waited(self) -> None:
        if self._now is not None and self._keys.may_go_on(self._now()):
            self._timer.start()
            return
        # Keys that came while the program was busy are still on their way; they go first.
        since = self._held_since
        QTimer.singleShot(0, self, lambda: self.give_back() if since == self._held_since else None)

    def give_back(self) -> None:
        """Deliver the letters that are held: hands typed them."""
        self._timer.stop()
        self._repeat(self._keys.give_back())

    def _repeat(self, presses: list[QKeyEvent]) -> None:
        if not presses or self._window is None or not isValid(self._window):
            return
        self._giving_back = True
        try:
            for press in presses:
                QCoreApplication.sendEvent(self._window, press)
        finally:
            self._giving_back = False
