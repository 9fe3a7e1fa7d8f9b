"""Changes the classes of a series from one of them on: time, room and instructor; what is in the way is named first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.timetable import series_actions
from desktop.timetable.clash_notice import ClashNotice
from desktop.timetable.clash_store import Met, removed_room
from desktop.timetable.lines import session_words
from desktop.timetable.session_form import room_field, side_by_side, wide_combo
from desktop.timetable.store import instructor_choices
from desktop.timetable.time_field import TimeField
from desktop.timetable.times import local, zone_of
from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from shared.core.errors import CampusError
from shared.people.vocabulary import Permission
from shared.timetable.rules import minutes_until
from shared.timetable.vocabulary import SESSION_SERIES

_MOST_NAMED = 4


def _tr(words: str) -> str:
    return QCoreApplication.translate("SeriesChangeDialog", words)


class SeriesChangeDialog(Dialog):
    """Starts from what the series says; ``saved`` gives how many classes change."""

    needs = (Permission.SESSIONS_PLAN,)

    saved = Signal(int)

    def __init__(self, window: QWidget, desk: Desk, session: Mapping[str, Any]) -> None:
        words = _tr("From {class_} on").format(class_=session_words(session, desk.store.get))
        super().__init__(window, _tr("Change it and the later ones"), subtitle=words, icon="refresh-cw", width=560)
        self._desk = desk
        self._series = desk.store.get(SESSION_SERIES, session["series_id"]) or {}
        self._from_day = local(session["starts_at"], zone_of(desk)).date()
        self.met: Sequence[Met] = ()
        self._make_fields()
        self._lay_out()
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Save changes"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self.on_key("Ctrl+Return", self.save)
        self._show(())
        for field in (self.start, self.end, self.room):
            field.textChanged.connect(lambda _text: self._show(()))
        self.instructor.currentIndexChanged.connect(lambda _index: self._show(()))

    def _make_fields(self) -> None:
        series = self._series
        starts = datetime.fromisoformat(series["starts_at_local"])
        self.start, self.end = TimeField(), TimeField(start=lambda: self.start.value)
        self.start.set_value(starts.time())
        self.end.set_value((starts + timedelta(minutes=series["minutes"])).time())
        self.room = room_field(self._desk)
        self.room.setText(series.get("room") or "")
        people = [(one.id, one.name) for one in instructor_choices(self._desk, series["cohort_id"])]
        self.instructor = wide_combo([("", _tr("Nobody yet")), *people])
        self.instructor.choose(series.get("instructor_id") or "")

    def _lay_out(self) -> None:
        self.start_field, self.end_field = Field(_tr("From"), self.start), Field(_tr("Until"), self.end)
        self.room_field = Field(_tr("Room"), self.room, optional=True)
        person = Field(_tr("Instructor"), self.instructor, optional=True)
        self.add(side_by_side((self.start_field, 1), (self.end_field, 1)))
        self.add(side_by_side((self.room_field, 1), (person, 1)))
        words = _tr("Earlier classes, and what was changed at a single class, stay as they are.")
        self.add(Label(words, "small", "muted", wrap=True))
        self.clashes = ClashNotice(_MOST_NAMED)
        self.add(self.clashes)

    def _show(self, met: Sequence[Met]) -> None:
        self.met = tuple(met)
        self.clashes.show_met(met, self.save_button, _tr("Save changes"), _tr("Save nevertheless"))

    def wanted(self) -> dict[str, Any] | None:
        """Return the fields as the form says them; None where a time is missing, and then the field says so."""
        start, end = self.start.value, self.end.value
        self.start_field.set_error("" if start else _tr("Enter a time, like 8:30."))
        self.end_field.set_error("" if end else _tr("Enter a time, or +90."))
        if start is None or end is None:
            return None
        day = datetime.fromisoformat(self._series["starts_at_local"]).date()
        minutes = minutes_until(start, end)
        if minutes is None:
            self.end_field.set_error(_tr("The class ends before it starts. Set a later end."))
            return None
        return {
            "starts_at_local": f"{day.isoformat()}T{start:%H:%M}",
            "minutes": minutes,
            "room": self.room.text().strip(),
            "instructor_id": self.instructor.chosen or None,
        }

    def save(self) -> None:
        """Save; the first time it names what is in the way instead, the second time it saves nevertheless."""
        wanted = self.wanted()
        if wanted is None:
            return
        gone = removed_room(self._desk, wanted["room"])
        self.room_field.set_error(gone)
        if gone:
            return
        despite = bool(self.met)
        try:
            changed, met = series_actions.preview_change(self._desk, self._series["id"], wanted, self._from_day)
            if met and not despite:
                self._show(met)
                return
            series_actions.change_series(self._desk, self._series["id"], wanted, self._from_day, despite_clash=despite)
        except CampusError as problem:
            self.end_field.set_error(problem.message)
            return
        self.saved.emit(changed)
        self.accept()
