"""What was chosen on a page: filters, search, days, tabs and views, there again where the page is made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import singledispatch

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


@singledispatch
def _chosen(_control: QWidget) -> str | None:
    return None


@_chosen.register
def _(control: Combo) -> str | None:
    return control.chosen if control.picked and control.keeps else None


@_chosen.register(Segmented)
@_chosen.register(Tabs)
def _(control: Segmented | Tabs) -> str | None:
    return control.chosen


@_chosen.register
def _(control: SearchField) -> str | None:
    return control.text() or None


@_chosen.register
def _(control: DateField) -> str | None:
    return control.text() if control.picked and control.readable else None


@singledispatch
def _choose(_control: QWidget, _chosen: str) -> None:
    return


@_choose.register
def _(control: Combo, chosen: str) -> None:
    control.wish(chosen)


@_choose.register
def _(control: Tabs, chosen: str) -> None:
    control.choose(chosen)


@_choose.register
def _(control: Segmented, chosen: str) -> None:
    with suppress(KeyError):
        control.choose(chosen)


@_choose.register
def _(control: SearchField, chosen: str) -> None:
    control.setText(chosen)


@_choose.register
def _(control: DateField, chosen: str) -> None:
    control.write(chosen)


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
        if isinstance(control, Combo | Segmented | Tabs | SearchField | DateField):
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
