"""The files that are given with a piece of work, in its form: added, shown with their size, taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.file_words import size_words
from desktop.grading.given_actions import MOST_GIVEN, Given, keep_given
from desktop.shell.file_thumb import FileThumb
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button, Kind, secondary
from desktop.widgets.label import ElidedLabel, Label

Body = Mapping[str, Any]


def _tr(words: str) -> str:
    return QCoreApplication.translate("AssignmentDialog", words)


class GivenFiles(QWidget):
    """``changed`` tells that the list needs another height. ``ask`` gives the files that someone chooses."""

    changed = Signal()

    def __init__(self, desk: Desk, files: Sequence[Body]) -> None:
        super().__init__()
        self._desk = desk
        self.files: tuple[Body, ...] = tuple(files)
        self.adding = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(Label(_tr("Files given with the work"), "small-medium", "text2"))
        head.addWidget(Label(_tr("Optional"), "small", "muted"))
        head.addStretch(1)
        self.add_button = secondary(_tr("Add files"), "plus", self.choose)
        head.addWidget(self.add_button)
        column.addLayout(head)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column.addLayout(self._list)
        self.problem = Label("", "small", "bad", wrap=True)
        self.problem.hide()
        column.addWidget(self.problem)
        self._show()

    def choose(self) -> None:
        """Ask for files."""
        chosen, _ = QFileDialog.getOpenFileNames(self, _tr("Add files"))
        self.give([Path(one) for one in chosen])

    def give(self, paths: Sequence[Path]) -> None:
        """Take files that were chosen."""
        if not paths or self.adding:
            return
        there = self.files
        self.adding = True
        self._show()

        def taken(given: Given) -> None:
            self.adding = False
            self.files = (*there, *given.files)
            self._say("\n".join(given.refused))
            self._show()

        def failed(problem: Exception) -> None:
            self.adding = False
            self._show()
            raise problem

        run_in_background(lambda: keep_given(self._desk, there, paths), taken, failed, self, Lane.POOL)

    def remove(self, sha256: str) -> None:
        """Take a file out of the list."""
        self.files = tuple(one for one in self.files if one["sha256"] != sha256)
        self._say("")
        self._show()

    def _say(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def _show(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for file in self.files:
            self._list.addWidget(self._row(file))
        self.add_button.setEnabled(not self.adding and len(self.files) < MOST_GIVEN)
        self.add_button.setText(_tr("Looking at the files …") if self.adding else _tr("Add files"))
        self.changed.emit()

    def _row(self, file: Body) -> QWidget:
        box = QWidget(self)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        remove = Button(_tr("Remove"), kind=Kind.QUIET, small=True, on_click=lambda: self.remove(file["sha256"]))
        remove.setAccessibleName(_tr("Remove {name}").format(name=file["name"]))
        row.addWidget(FileThumb(self._desk, file))
        row.addWidget(ElidedLabel(str(file["name"]), "body-medium"), 1)
        row.addWidget(Label(size_words(int(file["bytes"])), "body", "muted"))
        row.addWidget(remove)
        return box
