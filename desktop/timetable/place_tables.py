"""The lists of rooms and of holidays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.timetable.times import day_words
from desktop.timetable.week_store import room_bodies
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.timetable.vocabulary import HOLIDAY, HolidayState, RoomState

Body = dict[str, Any]


def _tr(words: str) -> str:
    return QCoreApplication.translate("PlaceTables", words)


class PlaceTable(QWidget):
    """A list with its empty state; ``opened`` gives a row's id."""

    opened = Signal(str)

    def __init__(
        self,
        read: Callable[[], list[Body]],
        columns: list[Column],
        sorts: dict[str, Callable[[Body], Any]],
        names: tuple[str, str, str],
    ) -> None:
        super().__init__()
        self._read = read
        self.source: ListSource[Body] = ListSource(lambda body: body["id"], sorts, name_key="name")
        self.table = RecordTable(self.source, columns, name=names[0])
        self.table.opened.connect(self.opened.emit)
        card = Card(padded=False)
        card.add(self.table, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(card)
        self.stack.addWidget(EmptyState("calendar", names[1], names[2]))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack, 1)
        self.refresh()

    def refresh(self) -> None:
        """Read the rows anew."""
        rows = self._read()
        self.source.set_rows(rows)
        self.table.refresh()
        self.stack.setCurrentIndex(0 if rows else 1)


def _state(body: Body) -> Cell:
    if body.get("state") in (RoomState.REMOVED, HolidayState.REMOVED):
        return Cell(_tr("Removed"), "neu", "x")
    return Cell(_tr("In use"), "ok", "check")


class RoomTable(PlaceTable):
    """Rooms by name."""

    def __init__(self, desk: Desk) -> None:
        columns = [
            Column("name", _tr("Room"), lambda body: body["name"], width=280, stretch=True),
            Column("branch", _tr("Branch"), lambda body: body.get("branch") or "", CellKind.MUTED, width=240),
            Column("capacity", _tr("Seats"), _seats, CellKind.NUMBER, width=90),
            Column("state", _tr("State"), _state, CellKind.BADGE, width=140),
        ]
        sorts: dict[str, Callable[[Body], Any]] = {
            "name": lambda body: body["name"].casefold(),
            "branch": lambda body: (body.get("branch") or "").casefold(),
            "capacity": lambda body: body.get("capacity") or 0,
            "state": lambda body: body.get("state") or "",
        }
        names = (_tr("Rooms"), _tr("No rooms yet"), _tr("Rooms that you add are offered when classes are planned."))
        super().__init__(lambda: room_bodies(desk, removed=True), columns, sorts, names)


def _seats(body: Body) -> str:
    return f"{body['capacity']:,}" if body.get("capacity") else ""


class HolidayTable(PlaceTable):
    """Holidays by their first day."""

    def __init__(self, desk: Desk) -> None:
        columns = [
            Column("starts_on", _tr("First day"), lambda body: _day(body["starts_on"]), width=150),
            Column("ends_on", _tr("Last day"), lambda body: _day(body["ends_on"]), CellKind.MUTED, width=150),
            Column("name", _tr("Holiday"), lambda body: body["name"], width=280, stretch=True),
            Column("from", _tr("From"), _origin, CellKind.MUTED, width=160, sortable=False),
            Column("state", _tr("State"), _state, CellKind.BADGE, width=140),
        ]
        sorts: dict[str, Callable[[Body], Any]] = {
            "starts_on": lambda body: body["starts_on"],
            "ends_on": lambda body: body["ends_on"],
            "name": lambda body: body["name"].casefold(),
            "state": lambda body: body.get("state") or "",
        }
        words = _tr("Add them, or import the calendar file of your country.")
        super().__init__(
            lambda: desk.store.page(HOLIDAY, limit=-1), columns, sorts, (_tr("Holidays"), _tr("No holidays yet"), words)
        )
        self.table.sort_by("starts_on")


def _day(day: str) -> str:
    found = date.fromisoformat(day)
    return f"{day_words(found)} {found.year}"


def _origin(body: Body) -> str:
    return _tr("Calendar file") if body.get("uid") else _tr("By hand")
