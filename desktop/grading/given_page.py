"""A page to read and listen on: the files given with a piece of work, and those that its student will hand in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.file_transfer import Moved
from desktop.core.film_copies import original, read_here
from desktop.grading.given_actions import fetch_given
from desktop.grading.preview_pane import PreviewPane, WorkFile
from desktop.grading.work_store import OwnWork, read_work
from desktop.shell.page import tell_problem
from desktop.widgets.hand_over import handed_over
from shared.core.errors import CampusError


class GivenPage(QWidget):
    """Shows the files of an assignment; `details` may name the `file` (hash) to begin with. What is away is fetched."""

    def __init__(self, desk: Desk, assignment_id: str | None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.work: OwnWork | None = read_work(desk, assignment_id or "")
        self.preview = PreviewPane()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.preview)
        self.setWindowTitle(str(self.work.assignment["title"]) if self.work else self.tr("Work"))
        if desk.files is not None:
            self.destroyed.connect(desk.files.subscribe(handed_over(self, self._heard)))
        self._show(str((details or {}).get("file") or ""))

    def _show(self, first: str) -> None:
        work = self.work
        if work is None:
            self.preview.show_files([], self.tr("This work isn't on this computer"))
            return
        named = {one["sha256"]: one for one in (*work.assignment["attachments"], *work.content.files)}
        self._fetch(work, first)
        files = [
            WorkFile(
                sha256, one["name"], read=partial(read_here, self._desk.store, sha256), why=self.tr("It is on its way.")
            )
            for sha256, one in named.items()
        ]
        self.preview.show_files(files, self.tr("No files here"))
        if first:
            self.preview.show_file(first)

    def _fetch(self, work: OwnWork, sha256: str) -> None:
        wanted = [one for one in work.assignment["attachments"] if one["sha256"] == sha256]
        try:
            fetch_given(self._desk, wanted)
        except CampusError as problem:
            tell_problem(self, problem)

    def _heard(self, moved: Moved) -> None:
        if moved.direction == "down" and moved.ended and not moved.sentence:
            self.preview.file_arrived(original(self._desk.store, moved.sha256))

    def hideEvent(self, event: QHideEvent) -> None:
        """Pause a recording that plays when another page comes."""
        super().hideEvent(event)
        if self.preview.player.playing:
            self.preview.player.toggle()

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.preview.stack.currentWidget() or self.preview
