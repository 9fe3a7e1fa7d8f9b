"""The journal of imports: what was brought in, by whom, how it went, and Undo."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.learning.imports import JournalEntry
from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button, secondary
from desktop.widgets.card import Card, Line
from desktop.widgets.date_field import format_date
from desktop.widgets.label import ElidedLabel, Label
from shared.core.clock import parse_instant

_MOST = 30
_ORDER = ("created", "updated", "deactivated", "errors")


class JournalCard(Card):
    """``undo_wanted`` gives the id of an entry."""

    undo_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padded=False, parent=parent)
        self.setAccessibleName(self.tr("Earlier imports"))
        title = Label(self.tr("Earlier imports"), "section")
        title.setContentsMargins(16, 10, 16, 8)
        self.add(title)
        self.words = Label(self.tr("Nothing was imported yet."), "small", "muted", wrap=True)
        self.words.setContentsMargins(16, 0, 16, 12)
        self.add(self.words)
        self._column = QVBoxLayout()
        self.add(self._column)
        self._shown: list[QWidget] = []
        self.buttons: dict[str, Button] = {}

    def show_problem(self, sentence: str) -> None:
        """Say why the journal can't be shown."""
        self.show_entries([])
        self.words.setText(sentence)

    def show_entries(self, entries: Sequence[JournalEntry]) -> None:
        """Show the latest entries."""
        for old in self._shown:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons = {}
        self._shown = [self._row(entry) for entry in entries[:_MOST]]
        for row in self._shown:
            self._column.addWidget(row)
        self.words.setText(self.tr("Nothing was imported yet."))
        self.words.setVisible(not entries)

    def _row(self, entry: JournalEntry) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        column.addWidget(Line())
        line = QHBoxLayout()
        line.setContentsMargins(15, 8, 15, 8)
        line.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(1)
        name = entry.file_name or self.tr("a roster")
        title = self.tr("{file} taken back").format(file=name) if entry.action == "undo" else name
        words.addWidget(ElidedLabel(title, "body-medium"))
        words.addWidget(ElidedLabel(self._details(entry), "small", "text2"))
        line.addLayout(words, 1)
        line.addWidget(Badge(*self._state(entry)))
        if entry.can_be_undone:
            button = secondary(self.tr("Undo"), on_click=partial(self.undo_wanted.emit, entry.id))
            button.setAccessibleName(self.tr("Undo the import of {file}").format(file=name))
            self.buttons[entry.id] = button
            line.addWidget(button)
        column.addLayout(line)
        return box

    def _details(self, entry: JournalEntry) -> str:
        parts = [entry.author_name]
        if entry.made_at:
            made = parse_instant(entry.made_at)
            when = self.tr("{date}, {time}").format(date=format_date(made.date()), time=f"{made:%H:%M}")
            parts.insert(0, when)
        words = {
            "created": self.tr("{n} new"),
            "updated": self.tr("{n} changed"),
            "deactivated": self.tr("{n} deactivated"),
            "errors": self.tr("{n} lines with errors"),
        }
        parts += [words[name].format(n=f"{entry.counts[name]:,}") for name in _ORDER if entry.counts.get(name)]
        return " · ".join(part for part in parts if part)

    def _state(self, entry: JournalEntry) -> tuple[str, str, str]:
        if entry.state == "running":
            return self.tr("{done} of {total}").format(done=entry.done, total=entry.total), "info", "refresh-cw"
        if entry.state == "undone":
            return self.tr("Taken back"), "neu", ""
        if entry.state == "partly_undone":
            return self.tr("Partly taken back"), "warn", ""
        return self.tr("Done"), "ok", "check"
