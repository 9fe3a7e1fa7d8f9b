"""Feedback to the student with kept sentences, and private notes that students never see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.widgets.buttons import Button, Kind
from desktop.widgets.card import SectionHead
from desktop.widgets.label import Label
from desktop.widgets.layouts import show_part
from desktop.widgets.text_field import NoteField

Body = Mapping[str, Any]
_SETTLED_MS = 300
_MOST_SHOWN = 15
_LONGEST = 64


class Feedback(QWidget):
    """The field for the student's feedback. `written` comes 0.3 s after the last key; `flush` tells it at once."""

    written = Signal(str)
    chosen = Signal(str)
    keep_asked = Signal()
    drop_asked = Signal(str)

    def __init__(self, title: str, words: str, *, editable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentences: list[Body] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        head = QHBoxLayout()
        self.title = Label(title, "small-medium", "text2", wrap=True)
        self.bank = Button(self.tr("Saved comments"), kind=Kind.LINK, icon="list-checks", on_click=self.open_bank)
        show_part(self.bank, editable)
        head.addWidget(self.title, 1)
        head.addWidget(self.bank)
        column.addLayout(head)
        self.field = NoteField(words, lines=4, name=title)
        self.field.setReadOnly(not editable)
        self.title.setBuddy(self.field)
        column.addWidget(self.field)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLED_MS)
        self._timer.timeout.connect(self._tell)
        self.field.textChanged.connect(self._timer.start)

    def _tell(self) -> None:
        self._timer.stop()
        self.written.emit(self.field.toPlainText())

    def flush(self) -> None:
        """Tell what is written, if that is still to come."""
        if self._timer.isActive():
            self._tell()

    def set_sentences(self, sentences: Sequence[Body]) -> None:
        """Offer these kept sentences."""
        self._sentences = list(sentences)

    def insert(self, words: str) -> None:
        """Put words where the cursor is, apart from what stands before them."""
        cursor = self.field.textCursor()
        before = self.field.toPlainText()[: cursor.selectionStart()]
        cursor.insertText(f" {words}" if before and not before[-1].isspace() else words)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def menu(self) -> QMenu:
        """Return the kept sentences, and what can be done with them."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for one in self._sentences[:_MOST_SHOWN]:
            menu.addAction(_short(one["text"]), partial(self.chosen.emit, one["id"]))
        if self._sentences:
            menu.addSeparator()
        keep = menu.addAction(self.tr("Keep this feedback to use again"), self.keep_asked.emit)
        keep.setEnabled(bool(self.field.toPlainText().strip()))
        if self._sentences:
            drop = menu.addMenu(self.tr("Take out of the list"))
            for one in self._sentences[:_MOST_SHOWN]:
                drop.addAction(_short(one["text"]), partial(self.drop_asked.emit, one["id"]))
        return menu

    def open_bank(self) -> None:
        """Show the kept sentences below their button."""
        self.menu().popup(self.bank.mapToGlobal(QPoint(0, self.bank.height() + 2)))


def _short(words: str) -> str:
    line = " ".join(words.split()).replace("&", "&&")
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


class _NoteLine(NoteField):
    kept = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.kept.emit()
        else:
            super().keyPressEvent(event)


class PrivateNotes(QWidget):
    """Notes among those who mark; `added` gives a new one."""

    added = Signal(str)

    def __init__(self, *, editable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: list[tuple[str, str]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        head = SectionHead(self.tr("Private notes"), step="small-medium")
        self.history = Button(self.tr("History"), kind=Kind.LINK)
        head.add(self.history)
        self.add_button = Button(self.tr("Write a note"), kind=Kind.LINK, on_click=self.begin)
        show_part(self.add_button, editable)
        head.add(self.add_button)
        column.addWidget(head)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(4)
        column.addLayout(self.rows)
        self._column = column
        self._field: NoteField | None = None

    @property
    def field(self) -> NoteField:
        """Where a note is written; made at its first use."""
        if self._field is None:
            words = self.tr("Students never see this")
            field = _NoteLine(placeholder=words, lines=2, name=self.tr("Private note"))
            field.kept.connect(self._keep)
            self._column.addWidget(field)
            self.keep = Button(self.tr("Keep note"), small=True, on_click=self._keep)
            self._column.addWidget(self.keep, 0, Qt.AlignmentFlag.AlignRight)
            self._field = field
        return self._field

    def show_notes(self, notes: Sequence[tuple[str, str]]) -> None:
        """Show notes as (words, who and when)."""
        if list(notes) == self._shown:
            return
        self._shown = list(notes)
        while (item := self.rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for words, detail in notes:
            self.rows.addWidget(Label(words, "small", wrap=True, parent=self))
            self.rows.addWidget(Label(detail, "small", "muted", wrap=True, parent=self))

    def begin(self) -> None:
        """Write a note."""
        self.field.show()
        self.keep.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep(self) -> None:
        words = self.field.toPlainText().strip()
        self.field.clear()
        self.field.hide()
        self.keep.hide()
        if words:
            self.added.emit(words)
