"""Holds what a page hears the system browser with, and gives its port back whichever way the waiting ends."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QGuiApplication

from desktop.core.browser_answer import BrowserAnswer


class BrowserWait(QObject):
    """One answer at a time, for as long as its page lives and a window of the program is open.

    The last window counts, too: at its end the program waits for its workers, and one of them waits for the browser.
    """

    def __init__(self, page: QObject) -> None:
        super().__init__(page)
        self._held: list[BrowserAnswer] = []
        self.destroyed.connect(lambda _gone=None, held=self._held: _let_go(held))
        app = QCoreApplication.instance()
        if isinstance(app, QGuiApplication):
            app.lastWindowClosed.connect(self.end)

    def begin(self) -> BrowserAnswer:
        """Listen for another answer; the one before is given up."""
        self.end()
        self._held.append(BrowserAnswer())
        return self._held[0]

    def is_for(self, answer: BrowserAnswer) -> bool:
        """Whether this is what the page waits for now."""
        return answer in self._held

    def end(self) -> None:
        """Wait for nothing any more."""
        _let_go(self._held)


def _let_go(held: list[BrowserAnswer]) -> None:
    while held:
        held.pop().close()
