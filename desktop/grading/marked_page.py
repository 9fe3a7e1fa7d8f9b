"""A student's page of marked work: every file with the comments on it, pinned to its pages or to its times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.file_transfer import Moved
from desktop.core.film_copies import original
from desktop.core.local_store import Changed
from desktop.grading.annotated_pdf import MarkedWork
from desktop.grading.annotated_work import marked_submission, missing_files, read_marked, released_mark
from desktop.grading.preview_pane import PreviewPane
from desktop.grading.work_store import read_work
from desktop.shell.page import follow, tell_problem
from desktop.widgets.hand_over import handed_over
from shared.core.errors import CampusError
from shared.grading.vocabulary import MARK, WORK_COMMENT


class MarkedPage(QWidget):
    """Shows what is published of the own work; files that aren't here are fetched."""

    def __init__(self, desk: Desk, assignment_id: str | None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._assignment_id = desk, assignment_id or ""
        self.work: MarkedWork | None = None
        self.preview = PreviewPane()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.preview)
        self.preview.shown.connect(self._show_comments)
        if desk.files is not None:
            self.destroyed.connect(desk.files.subscribe(handed_over(self, self._heard)))
        self.load()
        follow(desk.store, self, self._store_changed)

    def load(self) -> None:
        """Read the work anew and show its first file."""
        own = read_work(self._desk, self._assignment_id)
        self.setWindowTitle(str(own.assignment["title"]) if own is not None else self.tr("Work"))
        self.work = read_marked(self._desk, self._assignment_id, own.enrolment_id) if own is not None else None
        if self.work is None:
            self.preview.show_files([], self.tr("Nothing is published of this work yet"))
            return
        self._fetch(own.enrolment_id if own is not None else "")
        self.preview.show_files([one.file for one in self.work.files], self.tr("Nothing was handed in"))
        with_comments = next((one for one in self.work.files if one.pins), None)
        if with_comments is not None:
            self.preview.show_file(with_comments.file.key)

    def _fetch(self, enrolment_id: str) -> None:
        mark = released_mark(self._desk, self._assignment_id, enrolment_id)
        submission = marked_submission(self._desk, mark) if mark is not None else None
        missing = missing_files(self._desk, submission)
        if not missing or self._desk.files is None:
            return
        try:
            self._desk.files.fetch(missing)
        except CampusError as problem:
            tell_problem(self, problem)

    def _show_comments(self) -> None:
        key = self.preview.file.key if self.preview.file is not None else None
        files = self.work.files if self.work is not None else ()
        pins = next((one.pins for one in files if one.file.key == key), ())
        self.preview.set_comments([replace(one, mine=False) for one in pins], "", may_add=False)

    def _store_changed(self, changed: Changed) -> None:
        if not changed.kinds & {WORK_COMMENT, MARK} and changed.keys:
            return
        own = read_work(self._desk, self._assignment_id)
        found = read_marked(self._desk, self._assignment_id, own.enrolment_id) if own is not None else None
        if found is None or self.work is None:
            self.load()
        else:
            self.work = found
            self._show_comments()

    def _heard(self, moved: Moved) -> None:
        if moved.direction == "down" and moved.ended and not moved.sentence:
            self.preview.file_arrived(original(self._desk.store, moved.sha256))

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.preview.stack.currentWidget() or self.preview
