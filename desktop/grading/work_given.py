"""Keeps the card of files that are given with a piece of work up to date, and fetches them when asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.core.file_transfer import Moved
from desktop.grading.given_actions import coming, fetch_given, here
from desktop.grading.given_card import GivenCard
from desktop.shell.page import tell_problem
from shared.core.errors import CampusError

Body = Mapping[str, Any]


class WorkGiven:
    """Serves a card on the page of work."""

    def __init__(self, desk: Desk, card: GivenCard, page: QWidget) -> None:
        self._desk, self._card, self._page = desk, card, page
        self._files: Sequence[Body] = ()
        card.fetch_asked.connect(self.fetch)

    def show(self, files: Sequence[Body]) -> None:
        """Show the files of work and where they are."""
        self._files = tuple(files)
        self._card.show_files(self._files, here(self._desk, self._files), coming(self._desk))

    def fetch(self) -> None:
        """Fetch what isn't here."""
        try:
            fetch_given(self._desk, self._files)
        except CampusError as problem:
            tell_problem(self._page, problem)
        self.show(self._files)

    def heard(self, moved: Moved) -> None:
        """Show how far a file has come."""
        if moved.direction != "down" or not any(one["sha256"] == moved.sha256 for one in self._files):
            return
        if moved.ended:
            self.show(self._files)
        else:
            self._card.show_progress(moved.sha256, moved.done, moved.size)
