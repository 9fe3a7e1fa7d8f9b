"""The base of cards whose lines come from the server: sign-ins, computers, locks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.shell.page import tell, tell_problem
from desktop.widgets.asking import Asking
from desktop.widgets.card import Card, SectionHead
from desktop.widgets.label import Label
from shared.core.errors import CampusError


class DoorCard(Card):
    """A card whose lines come from the server when it is shown; its acts ask the server and read anew.

    `read` runs in a worker, and what it returns goes to `show_lines`.
    """

    def __init__(
        self,
        desk: Desk,
        read: Callable[[], Any],
        show_lines: Callable[[Any], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._desk, self._read, self._show_lines = desk, read, show_lines
        self._asking = Asking(self, self._failed)
        self.section = SectionHead("")
        self.add(self.section)
        self.words = Label("", "small", "muted", wrap=True)
        self.add(self.words)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(2)
        self.add(self.lines)
        self.state = Label(self.tr("Asking the server"), "small", "muted", wrap=True)
        self.add(self.state)

    def name(self, title: str, words: str) -> None:
        """Set the card's title and the sentence below it."""
        self.setAccessibleName(title)
        self.section.title.setText(title)
        self.words.setText(words)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the server."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Read the lines anew."""
        self._asking.ask(self._read, self._read_done)

    def act(self, work: Callable[[], object], words: str | Callable[[Any], str], undo: Any = None) -> None:
        """Do something at the server, say so, and read anew."""

        def done(result: object) -> None:
            tell(self, words if isinstance(words, str) else words(result), undo)
            self.refresh()

        def refused(problem: CampusError) -> None:
            tell_problem(self, problem)
            self.refresh()

        self._asking.ask(work, done, refused=refused)

    def clear(self) -> None:
        """Take all lines away."""
        while (item := self.lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()

    def _read_done(self, found: Any) -> None:
        self.state.hide()
        self.clear()
        self._show_lines(found)

    def _failed(self, problem: CampusError) -> None:
        self.state.setText(problem.message)
        self.state.show()
