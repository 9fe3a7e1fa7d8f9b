"""Keeps the keys of online payments whose answer nobody knows yet, in the person's store: the window may be closed."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from desktop.core.api_errors import ApiError
from desktop.core.desk import Desk
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.finance.online_rules import UNFINISHED

KEPT_FOR = timedelta(seconds=UNFINISHED)
"""As long as a page that was begun can be paid. Later the server ends it where nobody did, and whoever wants the same
amount again wants another payment; the server itself knows a key forever."""
_FACT = "online payment begun "
_NOT_OF_THE_WISH = frozenset({"repeated", "busy", "too_many_requests"})
"""What the server says of a request and not of the payment: the first one is under way, or there are too many."""


class Beginning:
    """Keeps the key under which a student's payment is begun for as long as nobody knows what came of it.

    Whatever is shown meanwhile changes nothing, nor does closing the window or the program: the same wish is sent under
    the same key, and the server answers with the payment that it began. Another wish, or the same one after an answer
    or `KEPT_FOR`, is a payment of its own. What was asked for isn't kept, only an id that follows from it.
    """

    def __init__(self, desk: Desk, person_id: str) -> None:
        self._desk = desk
        self._name = f"{_FACT}{person_id}"
        self._wish = ""

    def key_for(self, asked: dict[str, Any]) -> str:
        """Return the key of what is asked for. A phone's number is no part of it: the server doesn't keep it.

        It is on disk when this returns. Raises CampusError (`disk_full`) where it can't be: nothing is begun then.
        """
        self._wish = derived_id("online wish", repr(sorted({**asked, "phone": "phone" in asked}.items())))
        kept = self._kept()
        if self._wish not in kept:
            kept[self._wish] = [self._desk.ids(), instant_text(self._desk.clock.now())]
            self._desk.store.remember(self._name, kept)
        return kept[self._wish][0]

    def _kept(self) -> dict[str, list[str]]:
        """Return key and instant by wish; a clock that was set back ends them, too."""
        found: dict[str, list[str]] = self._desk.store.recall(self._name) or {}
        now = self._desk.clock.now()
        return {wish: one for wish, one in found.items() if abs(now - parse_instant(one[1])) < KEPT_FOR}

    def answered(self) -> None:
        """Let the next one be another payment."""
        kept = self._kept()
        kept.pop(self._wish, None)
        # A full disk is no reason to keep the answer from whoever waits for it.
        with suppress(CampusError):
            if kept:
                self._desk.store.remember(self._name, kept)
            else:
                self._desk.store.forget(self._name)

    def failed(self, problem: Exception) -> None:
        """Keep the key where an answer got lost, the first asking is under way or the server couldn't finish.

        So it is where the sign-in ended or the server is asked too often: both say nothing of what was begun before.
        What the server refused is over.
        """
        if not isinstance(problem, ApiError) or not 400 <= problem.status < 500:
            return
        if problem.status != 401 and problem.code not in _NOT_OF_THE_WISH:
            self.answered()
