"""Asks the server in the background which films have smaller copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from desktop.core.desk import Desk
from desktop.core.file_transfer import Wanted
from desktop.core.film_copies import SmallerFilms, choice, learn
from desktop.core.sync_state import Phase
from desktop.widgets.background import Lane, run_in_background
from shared.core.errors import CampusError


class FilmLearning(QObject):
    """Learns of copies while there is a network, of each film once while its page is open; `news` hears of some."""

    def __init__(self, desk: Desk, news: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._news = desk, news
        self._asked: set[str] = set()

    def learn(self, films: Sequence[Wanted]) -> None:
        """Ask about films; `news` is called on the window's thread where the answer was a copy."""
        desk, client = self._desk, self._desk.client
        fresh = [one for one in films if one.sha256 not in self._asked]
        if client is None or not fresh or choice(desk.store) is SmallerFilms.NEVER:
            return
        if desk.sync_state().phase not in {Phase.IDLE, Phase.SENDING}:
            return
        self._asked |= {one.sha256 for one in fresh}
        run_in_background(lambda: learn(desk.store, client, fresh), self._learnt, self._failed, self, Lane.NETWORK)

    def _learnt(self, found: int) -> None:
        if found:
            self._news()

    def _failed(self, problem: Exception) -> None:
        # Without an answer the films themselves are offered.
        if not isinstance(problem, CampusError):
            raise problem
