"""Opens a file with another program, only after asking: a copy in a folder of this session that goes at the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTemporaryDir, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from desktop.shell.page import tell_problem
from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from shared.core.errors import CampusError
from shared.core.file_names import safe_name
from shared.core.file_types import type_of_name
from shared.core.text import text

_folders: list[QTemporaryDir] = []


def open_path(path: Path) -> bool:
    """Hand a file to the program that this computer has for it."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def copy_out(name: str, content: bytes) -> Path:
    """Write a copy that only this account may read; it goes when Campusdesk closes. Raises CampusError."""
    if type_of_name(name) is None:
        words = text("“{name}” is of a kind that isn't opened from here.", name=safe_name(name))
        raise CampusError("file_type_unknown", words)
    if not _folders:
        _folders.append(QTemporaryDir())
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(remove_copies)
    try:
        path = Path(_folders[0].path()) / safe_name(name)
        path.write_bytes(content)
        path.chmod(0o600)
    except OSError as problem:
        words = text("There is no room for a copy on this computer. Free some space, then open it again.")
        raise CampusError("disk_full", words) from problem
    return path


def remove_copies() -> None:
    """Remove all copies of this session."""
    while _folders:
        _folders.pop().remove()


class OutsideDialog(Dialog):
    """Asks before a student's file is given to another program."""

    def __init__(self, window: QWidget, name: str, content: bytes) -> None:
        super().__init__(window, self.tr("Open outside Campusdesk"), icon="external-link")
        self._name, self._content = name, content
        self.opener: Callable[[Path], bool] = open_path
        words = self.tr(
            "“{name}” opens in another program, which may run what is inside. Open only what you trust. A copy is put"
            " on this computer until Campusdesk closes; what you change in it isn't handed back."
        )
        self.words = Label(words.format(name=safe_name(name)), wrap=True)
        self.add(self.words)
        self.add_cancel()
        self.agree = self.add_button(primary(self.tr("Open a copy outside"), "external-link", self.open_it))

    def open_it(self) -> None:
        """Open it."""
        self.accept()
        try:
            opened = self.opener(copy_out(self._name, self._content))
        except CampusError as problem:
            tell_problem(self.window(), problem)
            return
        if not opened:
            words = text("This computer has no program for this file.")
            tell_problem(self.window(), CampusError("no_program", words))
