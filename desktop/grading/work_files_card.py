"""The files of a hand-in: added by button or by dropping them, each with its size and where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.grading.file_words import size_words
from desktop.grading.work_store import FileView
from desktop.shell.file_link import LinkButton
from desktop.shell.file_thumb import FileThumb
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button, Kind
from desktop.widgets.card import Card, Line
from desktop.widgets.label import ElidedLabel, IconText, Label
from desktop.widgets.progress import Bar
from shared.core.text import text

Body = Mapping[str, Any]
_FULL = 100


class FileRow(QWidget):
    """One file; the bar shows how much of it has gone while it is sent."""

    def __init__(self, file: Body, parent: QWidget | None = None, desk: Desk | None = None) -> None:
        super().__init__(parent)
        self.file = file
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(12)
        name = str(file["name"])
        self.badge = Badge(self.tr("On this computer"), "neu", "hard-drive")
        self.remove = Button(self.tr("Remove"), kind=Kind.QUIET, small=True)
        self.remove.setAccessibleName(self.tr("Remove {name}").format(name=name))
        self.thumb = FileThumb(desk, file)
        row.addWidget(self.thumb)
        row.addWidget(ElidedLabel(name, "body-medium"), 1)
        row.addWidget(Label(size_words(int(file["bytes"])), "body", "muted"))
        row.addWidget(self.badge)
        self.look = Button(self.tr("Open"), kind=Kind.QUIET, small=True)
        self.look.setAccessibleName(self.tr("Open {name}").format(name=name))
        self.link = LinkButton(desk, str(file["sha256"]), name, self)
        self.link.setEnabled(False)
        row.addWidget(self.link)
        row.addWidget(self.look)
        row.addWidget(self.remove)
        column.addLayout(row)
        self.bar = Bar(name=self.tr("Sending {name}").format(name=name))
        self.why = Label("", "small", "bad", wrap=True)
        for part in (self.bar, self.why):
            part.hide()
            column.addWidget(part)

    def show_state(self, state: FileView, *, kept: bool) -> None:
        """Show where the file is; `kept`: the work that names it is saved."""
        if state.refused:
            self.badge.set_state(self.tr("Not taken"), "bad", "circle-alert")
        elif state.stored:
            self.badge.set_state(self.tr("On the server"), "ok", "check")
        elif state.waiting:
            self.badge.set_state(self.tr("Waits to be sent"), "info", "refresh-cw")
        else:
            self.badge.set_state(self.tr("Saved") if kept else self.tr("On this computer"), "neu", "hard-drive")
        self.link.setEnabled(state.stored)
        self.why.setText(state.sentence)
        self.why.setVisible(bool(state.sentence))
        if not state.waiting:
            self.bar.hide()

    def show_progress(self, done: int, size: int) -> None:
        """Show how many bytes have gone."""
        percent = done * _FULL // max(1, size)
        self.badge.set_state(self.tr("Sending {n} %").format(n=percent), "info", "refresh-cw")
        self.bar.setRange(0, _FULL)
        self.bar.setValue(percent)
        self.bar.show()


class FilesCard(Card):
    """Lists the files; `added` gives paths that were chosen or dropped, `removed` and `opened` the hash of a file."""

    added = Signal(list)
    removed = Signal(str)
    opened = Signal(str)

    def __init__(self, desk: Desk | None = None, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Files to hand in"), parent=parent)
        self._desk = desk
        self.setAcceptDrops(True)
        self.rows: list[FileRow] = []
        self.add_button = Button(self.tr("Add files"), icon="plus", small=True, on_click=self.choose)
        self.add_button.setToolTip(self.tr("Add files (Ctrl O)"))
        if self.head is not None:
            self.head.add(self.add_button)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.add(self._list)
        self.hint = IconText("upload", "", "text2", step="body")
        self.add(self.hint)
        self.refused = Label("", "small", "bad", wrap=True)
        self.refused.hide()
        self.add(self.refused)
        self._may = False

    def set_limits(self, most_files: int, most_bytes: int, endings: Sequence[str]) -> None:
        """Say what may be added."""
        limits = text("up to {n} files of {size} each", n=most_files, size=size_words(most_bytes))
        kinds = ", ".join(endings)
        words = self.tr("Drop files here, or press Ctrl O: {limits}.").format(limits=limits)
        if kinds:
            words = self.tr("Drop files here, or press Ctrl O: {limits}. Kinds: {kinds}.").format(
                limits=limits, kinds=kinds
            )
        self.hint.words.setText(words)
        self.hint.words.setWordWrap(True)

    def show_files(self, files: Sequence[Body], states: Mapping[str, FileView], *, kept: bool, may: bool) -> None:
        """Show files and where they are; not `may`: none can be added or removed."""
        self._may = may
        if [row.file["sha256"] for row in self.rows] != [one["sha256"] for one in files]:
            self._set_rows(files)
        for row in self.rows:
            row.show_state(states.get(row.file["sha256"], FileView()), kept=kept)
            row.remove.setVisible(may)
        self.add_button.setVisible(may)
        self.hint.setVisible(may)

    def _set_rows(self, files: Sequence[Body]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = []
        for file in files:
            row = FileRow(file, self, self._desk)
            row.look.clicked.connect(lambda _=False, sha256=file["sha256"]: self.opened.emit(sha256))
            row.remove.clicked.connect(lambda _=False, sha256=file["sha256"]: self.removed.emit(sha256))
            self.rows.append(row)
            self._list.addWidget(row)
            self._list.addWidget(Line())

    def show_refused(self, sentences: Sequence[str]) -> None:
        """Say for each file that wasn't taken why."""
        self.refused.setText("\n".join(sentences))
        self.refused.setVisible(bool(sentences))

    def show_progress(self, sha256: str, done: int, size: int) -> None:
        """Show how much of a file has gone."""
        for row in self.rows:
            if row.file["sha256"] == sha256:
                row.show_progress(done, size)

    def choose(self) -> None:
        """Ask for files."""
        if self._may:
            chosen, _ = QFileDialog.getOpenFileNames(self, self.tr("Add files"))
            self.give([Path(one) for one in chosen])

    def give(self, paths: Sequence[Path]) -> None:
        """Take files that were chosen or dropped."""
        if paths and self._may:
            self.added.emit(list(paths))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files of this computer."""
        if self._may and any(one.isLocalFile() for one in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        self.give([Path(one.toLocalFile()) for one in event.mimeData().urls() if one.isLocalFile()])
        event.acceptProposedAction()
