"""Asking a server for a page: the button that was pressed works meanwhile, and what was refused is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import Button
from shared.core.errors import CampusError

Refused = Callable[[CampusError], object]


class Asking:
    """Runs what asks the server beside the window; its answers come back to `owner`, and none once that is gone.

    `refused` gets each problem that has a sentence for people; any other exception is a fault and is raised.
    """

    def __init__(self, owner: QWidget, refused: Refused) -> None:
        self._owner, self._refused = owner, refused

    def ask(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], object],
        button: Button | None = None,
        refused: Refused | None = None,
    ) -> None:
        """Run `work` in a worker and hand what it returns to `done`; `button` is busy until either is called."""
        if button is not None:
            button.set_busy(True)

        def answered(found: Any) -> None:
            self._free(button)
            done(found)

        def failed(problem: Exception) -> None:
            self._free(button)
            if not isinstance(problem, CampusError):
                raise problem
            (refused or self._refused)(problem)

        run_in_background(work, answered, failed, self._owner, Lane.NETWORK)

    @staticmethod
    def _free(button: Button | None) -> None:
        if button is not None:
            button.set_busy(False)
