"""A program that shows one window and ends: bare, the product's first window, or Today with its numbers.

The whole process is timed by whoever starts it. `bare` shows one word; `bare-store` besides opens the store
and reads one row; `first` is the program itself; `today` goes on to the main window.
"""

import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel


class _EndsAfterPaint(QObject):
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, lambda: os._exit(0))  # the children are painted by then
        return False


def bare(store: Path | None) -> None:
    """Show a window with a word in its middle."""
    app = QApplication(sys.argv[:1])
    if store is not None:
        from desktop.core.store_file import open_encrypted  # noqa: PLC0415 - only this one needs it

        db = open_encrypted(store, b"k" * 32)
        db.execute("SELECT body FROM base WHERE kind = 'person' LIMIT 1").fetchone()
    window = QLabel("Campusdesk")
    window.setAlignment(Qt.AlignmentFlag.AlignCenter)
    window.resize(960, 640)
    ending = _EndsAfterPaint()
    window.installEventFilter(ending)
    window.show()
    app.exec()


def first(folder: Path) -> None:
    """Start the program and end it when its first window is painted."""
    from desktop import app as program  # noqa: PLC0415 - timed

    real: Any = program.SignInWindow
    ending = _EndsAfterPaint()

    def watched(*given: Any, **named: Any) -> Any:
        window = real(*given, **named)
        window.installEventFilter(ending)
        return window

    program.SignInWindow = watched
    program.main(["--profile", str(folder)])


def today(store_path: Path) -> None:
    """Open the store, show the main window, and end when Today shows its numbers."""
    app = QApplication(sys.argv[:1])
    from benchmarks import desktop_store  # noqa: PLC0415 - timed, as all that follow
    from desktop.areas import OPENS, QUICK, areas  # noqa: PLC0415 - what is timed loads first
    from desktop.core.settings import Settings  # noqa: PLC0415 - what is timed loads first
    from desktop.shell.assembly import make_window  # noqa: PLC0415 - what is timed loads first
    from desktop.shell.first_look import FirstLook  # noqa: PLC0415 - what is timed loads first
    from desktop.shell.main_window import PersonShown  # noqa: PLC0415 - what is timed loads first
    from desktop.shell.preferences import Preferences  # noqa: PLC0415 - what is timed loads first

    FirstLook.read(store_path.parent / "none", "light").apply()
    desk = desktop_store.desk_over(desktop_store.opened(store_path))
    person = PersonShown("Grace Kimani", "E-001", "Registrar")
    window = make_window(desk, areas(), OPENS, Preferences(Settings(theme="light")), person, quick=QUICK)
    window.resize(1440, 900)
    page: Any = window.page
    ending = _EndsAfterPaint()
    page.loaded.connect(lambda: window.installEventFilter(ending))
    page.loaded.connect(window.update)
    window.show()
    app.exec()


def main() -> None:
    """Run what the first word says on the path that the second gives."""
    what, path = sys.argv[1], Path(sys.argv[2])
    if what == "bare":
        bare(None)
    elif what == "bare-store":
        bare(path)
    elif what == "first":
        first(path)
    else:
        today(path)


if __name__ == "__main__":
    main()
