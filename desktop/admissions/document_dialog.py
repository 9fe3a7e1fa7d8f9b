"""Looks at a document of an application, and says what it is like."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.core.file_transfer import Moved
from desktop.grading.given_actions import fetch_given
from desktop.grading.marking_files import read_kept
from desktop.grading.preview_pane import PreviewPane, WorkFile
from desktop.shell.page import tell_problem
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.dialog import Dialog
from desktop.widgets.hand_over import handed_over
from desktop.widgets.theme import theme
from shared.admissions.vocabulary import DocumentCheck
from shared.core.errors import CampusError

_WIDE, _HIGH = 860, 520


class DocumentDialog(Dialog):
    """``judged`` gives what was said of the document; ``ask`` wants it once more."""

    judged = Signal(str)
    ask = Signal()

    def __init__(self, window: QWidget, desk: Desk, title: str, file: Mapping[str, Any], *, may: bool) -> None:
        super().__init__(window, title, subtitle=str(file["name"]), icon="file-text", width=theme().px(_WIDE))
        self._file = file
        self.preview = PreviewPane()
        self.preview.setFixedHeight(min(theme().px(_HIGH), max(220, window.height() - 230)))
        self.add(self.preview)
        why = str(file.get("why") or "")
        read = partial(read_kept, desk.files.files, file["sha256"]) if desk.files is not None else None
        self.preview.show_files([WorkFile(file["sha256"], str(file["name"]), read=read, why=why)])
        self.preview.show_file(file["sha256"])
        self.add_cancel(self.tr("Close"))
        if may:
            self.add_button(secondary(self.tr("Ask for a new one"), "mail", self._ask))
            self.checked_button = self.add_button(primary(self.tr("Checked"), "check", self._checked))
            self.on_key("Ctrl+Return", self._checked)
        if desk.files is not None:
            self.destroyed.connect(desk.files.subscribe(handed_over(self, self._heard)))
            try:
                fetch_given(desk, [file])
            except CampusError as problem:
                tell_problem(window, problem)

    def _heard(self, moved: Moved) -> None:
        if moved.ended and moved.sha256 == self._file["sha256"]:
            self.preview.file_arrived(str(self._file["sha256"]))

    def _checked(self) -> None:
        self.accept()
        self.judged.emit(str(DocumentCheck.CHECKED))

    def _ask(self) -> None:
        self.accept()
        self.ask.emit()
