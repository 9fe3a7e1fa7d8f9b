"""Copies the rows of a table as tab-separated text, in slices, so that the window goes on working meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

SLICE = 1000


class TableCopy(QObject):
    """Takes ``SLICE`` lines per turn of the event loop; a new copy gives up the one before."""

    done = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: Iterator[str] = iter(())
        self._taken: list[str] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._take)

    def start(self, lines: Iterator[str]) -> None:
        """Copy these lines, the first being the heads; ``done`` gives the number of rows, at once when they are few."""
        self._lines, self._taken = lines, []
        self._timer.start(0)
        self._take()

    def _take(self) -> None:
        part = list(islice(self._lines, SLICE))
        self._taken += part
        if len(part) < SLICE:
            self._timer.stop()
            QGuiApplication.clipboard().setText("\n".join(self._taken))
            rows, self._taken = len(self._taken) - 1, []
            self.done.emit(rows)
