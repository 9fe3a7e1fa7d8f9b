"""The files that are given with a piece of work, on its student's page: where each is, fetching, and opening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.file_words import size_words
from desktop.shell.file_link import LinkButton
from desktop.shell.file_thumb import FileThumb
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.card import Card
from desktop.widgets.label import ElidedLabel, Label
from shared.core.text import plural

Body = Mapping[str, Any]
_FULL = 100


class _Row(QWidget):
    def __init__(self, file: Body, desk: Desk | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.file = file
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(12)
        self.badge = Badge("", "neu")
        self.open_button = Button(self.tr("Open"), kind=Kind.QUIET, small=True)
        self.open_button.setAccessibleName(self.tr("Open {name}").format(name=file["name"]))
        self.thumb = FileThumb(desk, file)
        row.addWidget(self.thumb)
        row.addWidget(ElidedLabel(str(file["name"]), "body-medium"), 1)
        row.addWidget(Label(size_words(int(file["bytes"])), "body", "muted"))
        row.addWidget(self.badge)
        row.addWidget(LinkButton(desk, str(file["sha256"]), str(file["name"]), self))
        row.addWidget(self.open_button)


class GivenCard(Card):
    """``opened`` gives the hash of a file to be looked at, ``fetch_asked`` asks for those that aren't here."""

    opened = Signal(str)
    fetch_asked = Signal()

    def __init__(self, desk: Desk | None = None, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Files for this work"), parent=parent)
        self._desk = desk
        self.rows: list[_Row] = []
        self.fetch_button = Button("", icon="download", small=True, on_click=self.fetch_asked.emit)
        if self.head is not None:
            self.head.add(self.fetch_button)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.add(self._list)
        self.problem = Label("", "small", "bad", wrap=True)
        self.problem.hide()
        self.add(self.problem)

    def show_files(
        self, files: Sequence[Body], here: Mapping[str, bool], coming: Mapping[str, str], to_come: int | None = None
    ) -> None:
        """Show files; `here` tells which are on this computer, `coming` those on their way, or why they don't come.

        `to_come` is how many bytes would be fetched, where that is less than the files have.
        """
        if [row.file["sha256"] for row in self.rows] != [one["sha256"] for one in files]:
            self._set_rows(files)
        for row in self.rows:
            sha256 = row.file["sha256"]
            if here.get(sha256):
                row.badge.set_state(self.tr("On this computer"), "ok", "hard-drive")
            elif coming.get(sha256):
                row.badge.set_state(self.tr("Didn't come"), "bad", "circle-alert")
            elif sha256 in coming:
                row.badge.set_state(self.tr("On its way"), "info", "download")
            else:
                row.badge.set_state(self.tr("Not here yet"), "neu", "cloud")
        away = [one for one in files if not here.get(one["sha256"]) and one["sha256"] not in coming]
        self.fetch_button.setVisible(bool(away))
        size = size_words(sum(int(one["bytes"]) for one in away) if to_come is None else to_come)
        self.fetch_button.setText(plural("Fetch 1 file, {size}", "Fetch {n} files, {size}", len(away), size=size))
        self.show_problem("\n".join(words for words in coming.values() if words))
        self.setVisible(bool(files))

    def show_problem(self, words: str) -> None:
        """Say why a file doesn't come."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def show_progress(self, sha256: str, done: int, size: int) -> None:
        """Show how much of a file has come."""
        for row in self.rows:
            if row.file["sha256"] == sha256:
                percent = done * _FULL // max(1, size)
                row.badge.set_state(self.tr("Coming {n} %").format(n=percent), "info", "download")

    def _set_rows(self, files: Sequence[Body]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = []
        for file in files:
            row = _Row(file, self._desk, self)
            row.open_button.clicked.connect(partial(self.opened.emit, file["sha256"]))
            self.rows.append(row)
            self._list.addWidget(row)
