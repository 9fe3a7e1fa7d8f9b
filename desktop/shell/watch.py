"""Watches for what a check must not overlook: exceptions, Qt's warnings, fonts without letters, parts as windows."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Self

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QEventLoop,
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QFont, QRawFont
from PySide6.QtWidgets import QWidget

from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import theme

# What Qt says on a machine without a screen, a theme or a desktop bus; nothing of it comes from our code.
_PLATFORM_TALK = ("This plugin does not support", "QDBus", "propagateSizeHints", "Could not connect to", "PulseAudio")
_SHOWN = "Aaäé09ɛɔŊ"
_SERIOUS = frozenset({QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg})


class Watch:
    """Collects `problems` while it is entered; `where` says what was being done.

    `early` are the sorts of parts that were shown before they had a parent, each with where it was seen first.
    """

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.early: dict[str, str] = {}
        self.where = ""
        self._hook = sys.excepthook
        self._handler: Callable[..., object] | None = None
        self._strays = Strays(lambda sort: self.early.setdefault(sort, self.where))

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._hook = sys.excepthook
        sys.excepthook = self._crashed
        self._handler = qInstallMessageHandler(self._said)
        self._strays.begin()
        return self

    def __exit__(self, *_rest: object) -> None:
        """Put everything back; parts that were windows for a moment are problems like others."""
        sys.excepthook = self._hook
        qInstallMessageHandler(self._handler)
        self._strays.end()
        for sort, where in sorted(self.early.items()):
            self.where = where
            self.note(f"{sort} was a window for a moment. Give it a parent before it is shown.")

    def note(self, words: str) -> None:
        """Add a problem."""
        self.problems.append(f"{self.where}: {words}")

    def _crashed(self, sort: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.note("".join(traceback.format_exception(sort, error, trace)))

    def _said(self, sort: QtMsgType, _context: QMessageLogContext, words: str) -> None:
        if sort in _SERIOUS and not any(talk in words for talk in _PLATFORM_TALK):
            self.note(words)

    def check_fonts(self) -> None:
        """Note fonts without the letters that people here write: they would show as boxes."""
        for step in ("body", "title"):
            missing = missing_letters(theme().font(step))
            if missing:
                self.note(f"The letters {missing} can't be shown in {step}.")


class Strays(QObject):
    """Tells of each part that is shown before it has a parent: it is a window for a moment, and takes the focus along.

    A window of the program's own has a title.
    """

    def __init__(self, tell: Callable[[str], object]) -> None:
        super().__init__()
        self._tell = tell

    def begin(self) -> None:
        """Look at everything that is shown from now on."""
        app = QCoreApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def end(self) -> None:
        """Look no more."""
        app = QCoreApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell, and let everything pass."""
        if (
            event.type() == QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.windowFlags() & Qt.WindowType.WindowType_Mask == Qt.WindowType.Window
            and not watched.windowTitle()
        ):
            self._tell(type(watched).__name__)
        return False


def missing_letters(font: QFont) -> str:
    """Return those of the letters in use that no family of a font has."""
    raws = []
    for family in font.families():
        one = QFont(font)
        one.setFamilies([family])
        raws.append(QRawFont.fromFont(one))
    return "".join(letter for letter in _SHOWN if not any(_has(raw, letter) for raw in raws))


def _has(raw: QRawFont, letter: str) -> bool:
    glyphs = raw.glyphIndexesForString(letter) if raw.isValid() else []
    return bool(glyphs) and all(glyphs)


def calm(milliseconds: int = 60) -> None:
    """Let everything that was started come to its end: background work, then events for a moment."""
    for _ in range(3):
        loop = QEventLoop()
        QTimer.singleShot(milliseconds // 3, loop.quit)
        loop.exec()
        wait_for_background()
