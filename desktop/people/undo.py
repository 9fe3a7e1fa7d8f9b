"""Tells what was done on a page, with Undo beside it, and takes it back when that is pressed."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.actions import Done, take_back
from desktop.shell.page import tell


def tell_done(page: QWidget, desk: Desk, done: Done, show: Callable[[], object]) -> None:
    """Say what was done, with Undo where it can be undone; ``show`` shows the page anew after it was taken back."""

    def undo() -> None:
        take_back(desk, done)
        show()
        tell(page, QCoreApplication.translate("Undo", "Taken back"))

    tell(page, done.words, undo if done.undo else None)
