"""Where a page stood: the rows that were selected and how far it was scrolled, there again on the page made anew."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QComboBox,
    QHeaderView,
    QListView,
    QScrollArea,
    QWidget,
)
from shiboken6 import isValid

from desktop.shell.page_parts import Key, parts_of
from desktop.widgets.background import has_background
from desktop.widgets.row_ids import RowsById

_MOST_SELECTED = 200
"""Rows selected beyond that many are not looked for again: each may cost a reading of a long table."""
_PLACE = ("place",)
"""What the keys of places begin with, so that no choice is taken for one."""
_Flag = QItemSelectionModel.SelectionFlag
_Type = QEvent.Type
_TOUCHED = frozenset({_Type.KeyPress, _Type.MouseButtonPress, _Type.Wheel, _Type.TouchBegin})
_COME = frozenset({_Type.Show, _Type.LayoutRequest})


def places_of(page: QWidget) -> dict[Key, str]:
    """Return where the tables, lists and columns of a page stand; what waits for its rows stands where it is to be."""
    found = {key: place for key, view in _views(page) if (place := _place(view))}
    for again in page.findChildren(PlacesAgain):
        found |= again.waiting
    return found


def place_again(page: QWidget, places: Mapping[Key, str]) -> None:
    """Bring tables, lists and columns of a page made anew to where they stood, each once its rows are there."""
    waiting = {key: place for key, place in places.items() if key[:1] == _PLACE}
    if waiting:
        PlacesAgain(page, waiting)


def _views(page: QWidget) -> Iterator[tuple[Key, QAbstractScrollArea]]:
    found = parts_of(page, (QAbstractItemView, QScrollArea), _is_own)
    return (((*_PLACE, *key), view) for key, view in found)


def _is_own(view: QAbstractScrollArea, above: Sequence[QWidget]) -> bool:
    """Tell whether a view is the page's: heads of tables and what a list of choices opens aren't."""
    return not isinstance(view, QHeaderView) and not any(isinstance(one, QComboBox) for one in above)


# ------------------------------------------------------------------------------------------------------------ one view


def _rows(view: QAbstractScrollArea) -> tuple[QAbstractItemView, RowsById] | None:
    """Return a view that has rows with ids, and what tells of them; None for all others."""
    if not isinstance(view, QAbstractItemView):
        return None
    model: Any = view.model()
    return (view, model) if isinstance(model, RowsById) else None


def _place(view: QAbstractScrollArea) -> str | None:
    kept: dict[str, Any] = {"down": view.verticalScrollBar().value(), "across": view.horizontalScrollBar().value()}
    if (with_rows := _rows(view)) is not None:
        table, model = with_rows
        index, selected = table.currentIndex(), _selected(table)
        if index.isValid():
            kept["current"], kept["column"] = model.id_at(index.row()), model.column_id(index.column())
        if _by_rows(table) and len(selected) <= _MOST_SELECTED:
            kept["selected"] = [model.id_at(place) for place in selected]
    return json.dumps(kept) if any(kept.values()) else None


def _by_rows(view: QAbstractItemView) -> bool:
    whole = view.selectionBehavior() is QAbstractItemView.SelectionBehavior.SelectRows
    return whole or _columns(view) == 1


def _columns(view: QAbstractItemView) -> int:
    return 1 if isinstance(view, QListView) else view.model().columnCount()  # a list's model doesn't tell


def _selected(view: QAbstractItemView) -> list[int]:
    selection = view.selectionModel().selection()
    parts = [selection.at(part) for part in range(selection.count())]
    return sorted({place for part in parts for place in range(part.top(), part.bottom() + 1)})


def _take_rows(view: QAbstractScrollArea, kept: Mapping[str, Any]) -> bool:
    """Make current and select what was so and is there; False where something isn't there, or not yet."""
    with_rows = _rows(view)
    if with_rows is None:
        return True
    table, model = with_rows
    places = [model.place_of(one) for one in kept.get("selected", ())]
    there = sorted(place for place in places if place >= 0)
    if there and there != _selected(table):
        _select(table, there)
    row = model.place_of(kept["current"]) if kept.get("current") else -1
    if row >= 0:
        index = table.model().index(row, model.column_of(kept["column"], _columns(table)))
        if index != table.currentIndex():
            flag = _Flag.NoUpdate if _by_rows(table) else _Flag.ClearAndSelect
            table.selectionModel().setCurrentIndex(index, flag)
    return len(there) == len(places) and (row >= 0 or not kept.get("current"))


def _select(table: QAbstractItemView, places: Sequence[int]) -> None:
    model, selection = table.model(), QItemSelection()
    for place in places:
        selection.select(model.index(place, 0), model.index(place, _columns(table) - 1))
    table.selectionModel().select(selection, _Flag.ClearAndSelect)


def _scroll(view: QAbstractScrollArea, kept: Mapping[str, Any]) -> bool:
    """Scroll as far as there is something to scroll; False where that isn't as far as it was."""
    if not view.isVisible():
        return False  # once shown, a view goes to its current row by itself
    bars = (view.verticalScrollBar(), kept["down"]), (view.horizontalScrollBar(), kept["across"])
    if isinstance(view, QAbstractItemView) and any(wanted > bar.maximum() for bar, wanted in bars):
        view.doItemsLayout()
    for bar, wanted in bars:
        bar.setValue(wanted)
    return all(bar.value() == wanted for bar, wanted in bars)


class PlacesAgain(QObject):
    """Brings each view of a page to its place as soon as it can, before anything is painted; hangs on the page.

    Rows may come from a worker, parts may be made or shown late: it waits for them until the person touches something.
    From then on what stands on the page is the person's; a part still out of sight is brought to its place when shown.
    """

    _asked = Signal()

    def __init__(self, page: QWidget, waiting: Mapping[Key, str]) -> None:
        super().__init__(page)
        self.waiting = dict(waiting)
        self._page = page
        self._due = False
        self._listened: list[QObject] = []
        # Queued: a page that has just read its rows chooses one itself afterwards, and the key that opened it goes on.
        self._asked.connect(self._settle, Qt.ConnectionType.QueuedConnection)
        self._ask()

    def _ask(self) -> None:
        if not self._due:
            self._due = True
            self._asked.emit()

    def _settle(self) -> None:
        self._due = False
        self._listen_to(self._page, self._page.window().windowHandle())
        views = dict(_views(self._page))
        for key, place in list(self.waiting.items()):
            view = views.get(key)
            if view is not None:
                self._follow(view)
                kept = json.loads(place)
                is_there = _take_rows(view, kept)
                if _scroll(view, kept) and is_there and not has_background(self._page):
                    del self.waiting[key]
        if not self.waiting:
            self._end()

    def _follow(self, view: QAbstractScrollArea) -> None:
        """Look again whenever there are other rows or there is more to scroll."""
        if view in self._listened:
            return
        down, across = view.verticalScrollBar(), view.horizontalScrollBar()
        self._listen_to(view, view.viewport(), down, across)
        down.rangeChanged.connect(self._ask)
        across.rangeChanged.connect(self._ask)
        if isinstance(view, QAbstractItemView):
            for changed in (view.model().modelReset, view.model().rowsInserted, view.model().layoutChanged):
                changed.connect(self._ask)

    def _listen_to(self, *listened: QObject | None) -> None:
        for one in listened:
            if one is not None and one not in self._listened:
                one.installEventFilter(self)
                self._listened.append(one)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Look again where parts come, and leave to the person what he or she touches."""
        if event.type() in _COME:
            self._ask()
        elif event.type() in _TOUCHED:
            views = dict(_views(self._page))
            hidden = {key for key, view in views.items() if not view.isVisible()}
            self.waiting = {key: place for key, place in self.waiting.items() if key in hidden}
            if not self.waiting:
                self._end()
        return False

    def _end(self) -> None:
        for one in self._listened:
            if isValid(one):
                one.removeEventFilter(self)
        self._listened = []
        self.deleteLater()
