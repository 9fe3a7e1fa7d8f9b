"""Where the person has been: places to go back and forward to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_PLACES = 50
_ONCE = ("act", "add")
"""Details that tell a page to open a dialog as it is made."""
_NEW = ({"act": "new"}, {"add": True})
"""Those of them that ask for what a page's `new` does."""


@dataclass(frozen=True)
class Place:
    """A page by name, with what it shows."""

    page: str
    entity_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str | None, str]:
        """What makes two places the same page."""
        return self.page, self.entity_id, repr(sorted(self.details.items(), key=lambda item: item[0]))

    @property
    def once(self) -> dict[str, Any]:
        """What is to be done there once, on coming."""
        return {name: value for name, value in self.details.items() if name in _ONCE}

    @property
    def is_new(self) -> bool:
        """Whether something new is to be begun there, on coming."""
        return self.once in _NEW

    def at_rest(self) -> Place:
        """Return the same place without what was to be done there once, on coming."""
        kept = {name: value for name, value in self.details.items() if name not in _ONCE}
        return Place(self.page, self.entity_id, kept)


class History:
    """The places in order; going somewhere new forgets what lay ahead."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._at = -1

    @property
    def here(self) -> Place | None:
        """Where the person is, None before the first page."""
        return self._places[self._at] if self._places else None

    def go(self, place: Place) -> None:
        """Go somewhere new; the same place twice in a row counts once."""
        if self.here is not None and self.here.key == place.key:
            return
        self._places = [*self._places[: self._at + 1], place][-MOST_PLACES:]
        self._at = len(self._places) - 1

    def back(self) -> Place | None:
        """Go back; None where there is nothing behind."""
        return self._move(-1)

    def forward(self) -> Place | None:
        """Go forward; None where there is nothing ahead."""
        return self._move(1)

    @property
    def can_go_back(self) -> bool:
        """Whether something lies behind."""
        return self._at > 0

    def keep(self, stays: Callable[[Place], bool]) -> None:
        """Forget the places that are open no more; where one is stays the place before, if it was one of them."""
        self._at = sum(stays(place) for place in self._places[: self._at + 1]) - 1
        self._places = [place for place in self._places if stays(place)]
        self._at = min(max(self._at, 0), len(self._places) - 1)

    def _move(self, step: int) -> Place | None:
        if not 0 <= self._at + step < len(self._places):
            return None
        self._at += step
        return self._places[self._at]
