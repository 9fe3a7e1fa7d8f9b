"""A row above the workbench: words about a piece of work, and a button that opens more of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow
from desktop.widgets.buttons import Button
from desktop.widgets.label import ElidedLabel
from shared.grading.vocabulary import ASSIGNMENT


class WorkRow(QWidget):
    """Shown anew when the work or rows of `kinds` change; hidden where `tell` has nothing to say."""

    def __init__(self, desk: Desk, assignment_id: str, parent: QWidget, title: str, kinds: frozenset[str]) -> None:
        super().__init__(parent)
        self._desk, self._assignment_id = desk, assignment_id
        self._kinds = kinds | {ASSIGNMENT}
        self.words = ElidedLabel("", "small", "text2")
        self.button = Button(title, small=True, icon="users", on_click=self.open)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & self._kinds or not changed.keys:
            self.refresh()

    def refresh(self) -> None:
        """Show how far it is."""
        assignment = self._desk.store.get(ASSIGNMENT, self._assignment_id)
        words = self.tell(assignment) if assignment is not None else ""
        self.setVisible(bool(words))
        if words:
            self.words.setText(words)

    def open(self) -> None:
        """Open more of it over the page's window."""
        assignment = self._desk.store.get(ASSIGNMENT, self._assignment_id)
        if assignment is not None:
            self.open_for(assignment)

    def tell(self, _assignment: Mapping[str, Any]) -> str:
        """Return how far it is; empty, as here, where the row is to be hidden."""
        return ""

    def open_for(self, _assignment: Mapping[str, Any]) -> None:
        """Open more of a piece of work; a row that says nothing has nothing to open."""
