"""What was chosen on a page and where it stood, there again where the page is made anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.shell.kept_places import place_again, places_of
from desktop.shell.page import offered
from desktop.shell.page_parts import Key, parts_of
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.segmented import Segmented
from desktop.widgets.tabs import Tabs
from desktop.widgets.text_field import SearchField

_OWN = ("keeps_drafts", "has_unsaved")
"""Parts that offer one of these look after what is in them themselves."""


def _choose_offered(control: Segmented, chosen: str) -> None:
    with suppress(KeyError):
        control.choose(chosen)


_KINDS: tuple[tuple[type[QWidget], Callable[[Any], str | None], Callable[[Any, str], object]], ...] = (
    (Combo, lambda combo: combo.pick if combo.keeps else None, Combo.wish),
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
    """Return what was chosen on a page and where it stood, by part; forms with a Save or a draft keep their own."""
    chosen = {key: chosen for key, control in _controls(page) if (chosen := _chosen(control)) is not None}
    return chosen | places_of(page)


def choose_again(page: QWidget, choices: dict[Key, str]) -> None:
    """Choose the same on a page that was made anew; what isn't offered there any more stays as it came."""
    for key, control in list(_controls(page)):
        if key in choices and _chosen(control) != choices[key]:
            _choose(control, choices[key])
    place_again(page, choices)


def _controls(page: QWidget) -> Iterator[tuple[Key, QWidget]]:
    return parts_of(page, tuple(kind for kind, _, _ in _KINDS), _keeps_nothing)


def _keeps_nothing(_control: QWidget, above: Sequence[QWidget]) -> bool:
    return not any(offered(one, name) for one in above for name in _OWN)
