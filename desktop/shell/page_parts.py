"""Where a part stands on its page: a key that holds for the same part of the page made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from PySide6.QtWidgets import QWidget

Key = tuple[str, ...]
PartT = TypeVar("PartT", bound=QWidget)


def parts_of(
    page: QWidget, kinds: tuple[type[PartT], ...], wanted: Callable[[PartT, Sequence[QWidget]], bool]
) -> Iterator[tuple[Key, PartT]]:
    """Yield the parts of these kinds with their keys; `wanted` is asked with a part and what it stands in."""
    counts: Counter[Key] = Counter()
    for part in (page, *page.findChildren(QWidget)):
        if isinstance(part, kinds):
            above = list(_above(part, page))
            if wanted(part, above):
                place = (*(type(one).__name__ for one in above), type(part).__name__, part.accessibleName())
                counts[place] += 1
                yield (*place, str(counts[place])), part


def _above(part: QWidget, page: QWidget) -> Iterator[QWidget]:
    """Yield what a part stands in, the page last; nothing above the page itself."""
    above = None if part is page else part.parentWidget()
    while above is not None:
        yield above
        above = None if above is page else above.parentWidget()
