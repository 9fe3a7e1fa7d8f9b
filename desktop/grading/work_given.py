"""Keeps the card of files that are given with a piece of work up to date, and fetches them when asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.core.file_transfer import Moved
from desktop.core.film_copies import original, unknown
from desktop.grading.given_actions import away, coming, fetch_given, here, to_come
from desktop.grading.given_card import GivenCard
from desktop.shell.film_learning import FilmLearning
from desktop.shell.page import tell_problem
from shared.core.errors import CampusError

Body = Mapping[str, Any]


class WorkGiven:
    """Serves a card on the page of work."""

    def __init__(self, desk: Desk, card: GivenCard, page: QWidget) -> None:
        self._desk, self._card, self._page = desk, card, page
        self._files: Sequence[Body] = ()
        self._films = FilmLearning(desk, lambda: self.show(self._files), page)
        card.fetch_asked.connect(self.fetch)

    def show(self, files: Sequence[Body]) -> None:
        """Show the files of work and where they are."""
        self._files = tuple(files)
        moving = coming(self._desk)
        still = [one for one in self._files if one["sha256"] not in moving]
        size = sum(one.bytes for one in to_come(self._desk, still, pack=True))
        self._card.show_files(self._files, here(self._desk, self._files), moving, size)
        self._films.learn(unknown(self._desk.store, away(self._desk, still)))

    def fetch(self) -> None:
        """Fetch what isn't here."""
        try:
            fetch_given(self._desk, self._files, pack=True)
        except CampusError as problem:
            tell_problem(self._page, problem)
        self.show(self._files)

    def heard(self, moved: Moved) -> None:
        """Show how far a file has come."""
        sha256 = original(self._desk.store, moved.sha256)
        if moved.direction != "down" or not any(one["sha256"] == sha256 for one in self._files):
            return
        if moved.ended:
            self.show(self._files)
        else:
            self._card.show_progress(sha256, moved.done, moved.size)
