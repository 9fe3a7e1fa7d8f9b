"""What was chosen on a page: filters, search, days, tabs and views, there again where the page is made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.shell.page import offered
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.segmented import Segmented
from desktop.widgets.tabs import Tabs
from desktop.widgets.text_field import SearchField

Key = tuple[str, ...]
_OWN = ("keeps_drafts", "has_unsaved")
"""Parts that offer one of these look after what is in them themselves."""


def _choose_offered(control: Segmented, chosen: str) -> None:
    with suppress(KeyError):
        control.choose(chosen)


_KINDS: tuple[tuple[type[QWidget], Callable[[Any], str | None], Callable[[Any, str], object]], ...] = (
    (Combo, lambda combo: combo.chosen if combo.picked and combo.keeps else None, Combo.wish),
    (Segmented, lambda parts: parts.chosen, _choose_offered),
    (Tabs, lambda tabs: tabs.chosen, Tabs.choose),
    (SearchField, lambda line: line.text() or None, SearchField.setText),
    (DateField, lambda day: day.text() if day.picked and day.readable else None, DateField.write),
)
"""The controls that people choose by, how what a person chose is read (None: nothing), and how it is chosen again."""


def _chosen(control: QWidget) -> str | None:
    return next((read(control) for kind, read, _ in _KINDS if isinstance(control, kind)), None)


def _choose(control: QWidget, chosen: str) -> None:
    next(choose for kind, _, choose in _KINDS if isinstance(control, kind))(control, chosen)


def choices_of(page: QWidget) -> dict[Key, str]:
    """Return what was chosen on a page, by where the control stands; forms with a Save or a draft are left out."""
    return {key: chosen for key, control in _controls(page) if (chosen := _chosen(control)) is not None}


def choose_again(page: QWidget, choices: dict[Key, str]) -> None:
    """Choose the same on a page that was made anew; what isn't offered there any more stays as it came."""
    for key, control in list(_controls(page)):
        if key in choices and _chosen(control) != choices[key]:
            _choose(control, choices[key])


def _controls(page: QWidget) -> Iterator[tuple[Key, QWidget]]:
    counts: Counter[Key] = Counter()
    for control in page.findChildren(QWidget):
        if isinstance(control, tuple(kind for kind, _, _ in _KINDS)):
            above = list(_above(control, page))
            if not any(offered(one, name) for one in above for name in _OWN):
                place = (*(type(one).__name__ for one in above), type(control).__name__, control.accessibleName())
                counts[place] += 1
                yield (*place, str(counts[place])), control


def _above(control: QWidget, page: QWidget) -> Iterator[QWidget]:
    """Yield what a control stands in, the page last."""
    above = control.parentWidget()
    while above is not None:
        yield above
        if above is page:
            return
        above = above.parentWidget()
