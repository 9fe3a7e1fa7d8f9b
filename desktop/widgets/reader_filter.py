"""Takes the letters of a handheld reader out of the program's key presses, wherever the focus is."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop.widgets.reader_keys import FASTEST_HAND, ReaderKeys

_WAIT_MS = round(FASTEST_HAND * 1000) + 1
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_KEY_PRESS = QEvent.Type.KeyPress

Press = tuple[QWidget, QKeyEvent]


class ReaderFilter(QObject):
    """``scanned`` gives what a reader typed; works between ``start`` and ``stop``.

    ``now`` gives seconds; without it the times count that the system put on the events, so that a busy moment of the
    program doesn't tear a scan apart.
    """

    scanned = Signal(str)

    def __init__(self, parent: QObject, now: Callable[[], float] | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._keys: ReaderKeys[Press] = ReaderKeys()
        self._giving_back = False
        self._on = False
        self._held_since = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self._waited)

    @property
    def is_on(self) -> bool:
        """Whether scans are taken."""
        return self._on

    def start(self) -> None:
        """Take scans from now on."""
        app = QCoreApplication.instance()
        if not self._on and app is not None:
            app.installEventFilter(self)
            self._on = True

    def stop(self) -> None:
        """Leave all keys alone; what is held is given back."""
        app = QCoreApplication.instance()
        if self._on and app is not None:
            app.removeEventFilter(self)
            self._on = False
            self.give_back()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold letters, swallow scans, let everything else pass in its order."""
        if event.type() != _KEY_PRESS or self._giving_back:
            return False
        if not isinstance(watched, QWidget) or not isinstance(event, QKeyEvent):
            return False
        if event.isAutoRepeat():
            self.give_back()
            return False
        plain = not event.modifiers() & ~_PLAIN
        if plain and event.key() in _ENTER:
            return self._enter(event)
        letter = event.text()
        if plain and len(letter) == 1 and letter.isprintable() and (letter != " " or self._keys.is_holding):
            self._hold(letter, watched, event)
            return True
        if event.key() not in {Qt.Key.Key_Shift, Qt.Key.Key_CapsLock}:
            self.give_back()
        return False

    def _at(self, event: QKeyEvent) -> float:
        if self._now is not None:
            return self._now()
        return event.timestamp() / 1000 if event.timestamp() else time.monotonic()

    def _hold(self, letter: str, watched: QWidget, event: QKeyEvent) -> None:
        copy = QKeyEvent(_KEY_PRESS, event.key(), event.modifiers(), letter)
        self._repeat(self._keys.letter(letter, self._at(event), (watched, copy)))
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
        # Keys that came while the program was busy are still on their way; they go first.
        since = self._held_since
        QTimer.singleShot(0, self, lambda: self.give_back() if since == self._held_since else None)

    def give_back(self) -> None:
        """Deliver the letters that are held: hands typed them."""
        self._timer.stop()
        self._repeat(self._keys.give_back())

    def _repeat(self, presses: list[Press]) -> None:
        self._giving_back = True
        try:
            for widget, press in presses:
                target = widget if isValid(widget) else QApplication.focusWidget()
                if target is not None:
                    QCoreApplication.sendEvent(target, press)
        finally:
            self._giving_back = False
