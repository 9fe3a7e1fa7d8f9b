"""The forms of a room and of a holiday."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.timetable import place_actions
from desktop.timetable.session_form import side_by_side
from desktop.timetable.times import local_now, zone_of
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.date_field import DateField
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.people.vocabulary import Permission
from shared.timetable.vocabulary import HolidayState, RoomState


def _tr(words: str) -> str:
    return QCoreApplication.translate("PlaceDialogs", words)


class PlaceDialog(Dialog):
    """A name and what belongs to it; ``saved`` says what was done, ``remove_asked`` gives the id."""

    needs = (Permission.SESSIONS_PLAN,)

    saved = Signal(str)
    remove_asked = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, shown: Mapping[str, Any] | None, title: str, add: str) -> None:
        super().__init__(window, title, icon="calendar", width=480)
        self._desk, self._shown = desk, shown
        self.name = TextField()
        self.name.setMaxLength(100)
        self.name.setText((shown or {}).get("name") or "")
        self.name_field = Field(_tr("Name"), self.name)
        self.add(self.name_field)
        self._make()
        if shown is not None:
            gone = shown.get("state") in (RoomState.REMOVED, HolidayState.REMOVED)
            button = (
                secondary(_tr("Take it back"), "refresh-cw", self._remove)
                if gone
                else danger(_tr("Remove"), "x", self._remove)
            )
            self.foot_words(button)
        self.add_cancel()
        self.save_button = self.add_button(primary(add if shown is None else _tr("Save changes"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self.on_key("Return", self.save)

    def _make(self) -> None:
        """Add the fields below the name."""

    def save(self) -> None:
        """Save what the form says."""

    def _remove(self) -> None:
        self.accept()
        self.remove_asked.emit((self._shown or {})["id"])

    def _run(self, act: Callable[[], object], words: str, field: Field) -> None:
        self.name_field.set_error("")
        try:
            act()
        except CampusError as problem:
            (self.name_field if problem.code in {"name_missing", "room_exists"} else field).set_error(problem.message)
            return
        self.saved.emit(words)
        self.accept()


class RoomDialog(PlaceDialog):
    """The form of a room."""

    def __init__(self, window: QWidget, desk: Desk, shown: Mapping[str, Any] | None = None) -> None:
        title = _tr("Add a room") if shown is None else _tr("Change a room")
        super().__init__(window, desk, shown, title, _tr("Add room"))

    def _make(self) -> None:
        shown = self._shown or {}
        self.branch = TextField()
        self.branch.setMaxLength(100)
        self.branch.setText(shown.get("branch") or "")
        self.seats = NumberField(shown.get("capacity"), least=1, most=100_000)
        self.seats_field = Field(_tr("Seats"), self.seats, optional=True)
        self.add(side_by_side((Field(_tr("Branch"), self.branch, optional=True), 2), (self.seats_field, 1)))

    def save(self) -> None:
        """Add the room or save its changes."""
        self.seats_field.set_error("" if self.seats.readable else _tr("Enter a number, like 24."))
        if not self.seats.readable:
            return
        name, branch, seats = self.name.text().strip(), self.branch.text().strip(), self.seats.value
        shown = self._shown
        if shown is None:
            act: Callable[[], object] = partial(place_actions.add_room, self._desk, name, branch, seats)
        else:
            wanted = {"name": name, "branch": branch, "capacity": seats}
            act = partial(place_actions.edit_room, self._desk, shown, wanted)
        self._run(act, _tr("{name} saved").format(name=name), self.seats_field)


class HolidayDialog(PlaceDialog):
    """The form of a holiday."""

    def __init__(self, window: QWidget, desk: Desk, shown: Mapping[str, Any] | None = None) -> None:
        title = _tr("Add a holiday") if shown is None else _tr("Change a holiday")
        super().__init__(window, desk, shown, title, _tr("Add holiday"))

    def _make(self) -> None:
        desk, zone, shown = self._desk, zone_of(self._desk), self._shown or {}
        self.first = DateField(today=lambda: local_now(desk, zone).date())
        self.last = DateField(today=lambda: local_now(desk, zone).date())
        for field, key in ((self.first, "starts_on"), (self.last, "ends_on")):
            if shown.get(key):
                field.set_value(date.fromisoformat(shown[key]))
        self.first_field = Field(_tr("First day"), self.first, hint=_tr("20/11, 20 Nov, +7"))
        self.last_field = Field(_tr("Last day"), self.last, hint=_tr("Empty for one day"))
        self.add(side_by_side((self.first_field, 1), (self.last_field, 1)))

    def save(self) -> None:
        """Add the holiday or save its changes."""
        first = self.first.value
        self.first_field.set_error("" if first else _tr("Enter a day, like 20/11."))
        self.last_field.set_error("" if self.last.readable else _tr("Enter a day, like 20/11."))
        if first is None or not self.last.readable:
            return
        days = {"starts_on": first.isoformat(), "ends_on": (self.last.value or first).isoformat()}
        name, shown = self.name.text().strip(), self._shown
        if shown is None:
            act: Callable[[], object] = partial(place_actions.add_holiday, self._desk, name, **days)
        else:
            wanted = {"name": name, **days}
            act = partial(place_actions.edit_holiday, self._desk, shown, wanted)
        self._run(act, _tr("{name} saved").format(name=name), self.last_field)
