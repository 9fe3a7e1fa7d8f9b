"""Moves a class by the keyboard: another day, start or room; what is in the way is named before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.timetable import move_actions
from desktop.timetable.clash_notice import ClashNotice
from desktop.timetable.clash_store import Met, removed_room
from desktop.timetable.session_form import room_field, side_by_side
from desktop.timetable.time_field import TimeField
from desktop.timetable.times import clock_words, day_words, instant_of, local, local_now, zone_of
from desktop.timetable.week_store import Shown
from desktop.widgets.buttons import primary
from desktop.widgets.date_field import DateField
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.people.vocabulary import Permission

_MOST_NAMED = 3


def _tr(words: str) -> str:
    return QCoreApplication.translate("MoveDialog", words)


class MoveDialog(Dialog):
    """Keeps the class's length; ``saved`` gives the fields that changed and what was done."""

    needs = (Permission.SESSIONS_PLAN,)

    saved = Signal(object, str)

    def __init__(self, window: QWidget, desk: Desk, shown: Shown) -> None:
        line = shown.line
        where = ", ".join(part for part in (line.cohort, day_words(line.starts.date()), line.times, line.room) if part)
        super().__init__(window, _tr("Move a class"), subtitle=where, icon="calendar", width=520)
        self._desk, self._shown, self._zone = desk, shown, zone_of(desk)
        self.met: Sequence[Met] = ()
        self.day = DateField(today=lambda: local_now(desk, self._zone).date())
        self.day.set_value(line.starts.date())
        self.start = TimeField()
        self.start.set_value(line.starts.time())
        self.room = room_field(desk)
        self.room.setText(line.room)
        self.day_field = Field(_tr("Day"), self.day, hint=_tr("20/11, 20 Nov, +7"))
        self.start_field = Field(_tr("From"), self.start, hint=_tr("8:30 or 830"))
        self.add(side_by_side((self.day_field, 2), (self.start_field, 1)))
        self.room_field = Field(_tr("Room"), self.room, optional=True)
        self.add(self.room_field)
        self.clashes = ClashNotice(_MOST_NAMED)
        self.add(self.clashes)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Move class"), on_click=self.save))
        self._show(())
        for field in (self.day, self.start, self.room):
            field.textChanged.connect(lambda _text: self._show(()))
        self.on_key("Ctrl+S", self.save)
        self.on_key("Ctrl+Return", self.save)

    def _show(self, met: Sequence[Met]) -> None:
        self.met = tuple(met)
        self.clashes.show_met(met, self.save_button, _tr("Move class"), _tr("Move it nevertheless"))

    def wanted(self) -> dict[str, Any] | None:
        """Return the fields that change; None where day or start is missing, and then the field says so."""
        day, start = self.day.value, self.start.value
        self.day_field.set_error("" if day else _tr("Enter a day, like 20/11."))
        self.start_field.set_error("" if start else _tr("Enter a time, like 8:30."))
        if day is None or start is None:
            return None
        body = self._shown.line.body
        before = parse_instant(body["starts_at"])
        starts = parse_instant(instant_of(day, start, self._zone))
        made: dict[str, Any] = {}
        if starts != before:
            length = parse_instant(body["ends_at"]) - before
            made = {"starts_at": instant_text(starts), "ends_at": instant_text(starts + length)}
        room = self.room.text().strip()
        return made if room == self._shown.line.room else {**made, "room": room}

    def save(self) -> None:
        """Move the class; the first time it names what is in the way instead, the second time it moves it."""
        wanted = self.wanted()
        if wanted is None:
            return
        if not wanted:
            self.reject()
            return
        gone = removed_room(self._desk, wanted.get("room", self._shown.line.room))
        self.room_field.set_error(gone)
        if gone:
            return
        despite = bool(self.met)
        met = [] if despite else move_actions.met_at(self._desk, self._shown, wanted)
        if met:
            self._show(met)
            return
        try:
            move_actions.move(self._desk, self._shown, wanted, despite_clash=despite)
        except CampusError as problem:
            self.start_field.set_error(problem.message)
            return
        starts = local(wanted.get("starts_at", self._shown.line.body["starts_at"]), self._zone)
        parts = (day_words(starts.date()), clock_words(starts), wanted.get("room"))
        words = _tr("{cohort} moved to {place}")
        self.accept()
        self.saved.emit(
            wanted, words.format(cohort=self._shown.line.cohort, place=", ".join(part for part in parts if part))
        )
