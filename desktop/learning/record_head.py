"""The head of a course's or cohort's page: its sign, name, facts, state and what may be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets.badge import Badge
from desktop.widgets.buttons import Button
from desktop.widgets.card import Card
from desktop.widgets.empty_state import IconTile
from desktop.widgets.label import ElidedLabel


class RecordHead(Card):
    """Shows a title, a line of facts and a badge."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._row = QHBoxLayout()
        self._row.setSpacing(16)
        self._row.addWidget(IconTile(icon), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(3)
        line = QHBoxLayout()
        line.setSpacing(10)
        self.title = ElidedLabel("", "title")
        self.badge = Badge("")
        line.addWidget(self.title, 1)
        line.addWidget(self.badge)
        words.addLayout(line)
        self.facts = ElidedLabel("", "body", "text2")
        words.addWidget(self.facts)
        self._row.addLayout(words, 1)
        self.add(self._row)

    def add_button(self, button: Button) -> Button:
        """Put a button at the right end."""
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return button

    def show_words(self, title: str, facts: list[str], badge: tuple[str, str] | None = None) -> None:
        """Show another record; empty facts are left out, the badge is (word, tone)."""
        self.title.setText(title)
        self.setAccessibleName(title)
        self.facts.setText(" · ".join(fact for fact in facts if fact))
        self.badge.setVisible(badge is not None)
        if badge is not None:
            self.badge.set_state(*badge)
