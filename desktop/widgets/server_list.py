"""The card of a list that the server keeps: the table, what stands there while it is empty, and while it is away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from shared.core.errors import CampusError


class ServerListCard(Card):
    """Shows one of three; ``ask`` is called to ask the server again, ``away_words`` say what can be done meanwhile."""

    def __init__(self, table: QWidget, nothing: EmptyState, away_words: str, ask: Callable[[], object]) -> None:
        super().__init__(padded=False)
        self._table, self._nothing, self._away_words = table, nothing, away_words
        title = self.tr("The server can't be reached")
        self.away = EmptyState("cloud-off", title, away_words, action=self.tr("Ask again"), on_action=ask)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        for part in (table, nothing, self.away):
            self._stack.addWidget(part)
        self.add(holder, 1)

    def show_list(self, *, has_rows: bool) -> None:
        """Show the table, or that there is nothing."""
        self._stack.setCurrentWidget(self._table if has_rows else self._nothing)

    def show_away(self, problem: CampusError | None = None) -> None:
        """Say that the server is away, or what it answered instead of the list."""
        if problem is None or problem.code == "server_unreachable":
            self.away.set_words(self.tr("The server can't be reached"), self._away_words)
        else:
            self.away.set_words(self.tr("There is no list for you now"), problem.message)
        self._stack.setCurrentWidget(self.away)
