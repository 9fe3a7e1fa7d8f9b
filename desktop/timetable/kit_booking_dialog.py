"""Books a piece of kit or a studio for a time; what is in the way is said while the time is typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.timetable import kit_actions
from desktop.timetable.kit_calendar import entries_of
from desktop.timetable.kit_person import PersonChoice
from desktop.timetable.session_form import side_by_side
from desktop.timetable.time_field import TimeField
from desktop.timetable.times import instant_of, local_now, zone_of
from desktop.widgets.buttons import primary
from desktop.widgets.date_field import DateField
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import show_part
from desktop.widgets.list_row import RowList
from desktop.widgets.notice import Notice
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.timetable.kit_permissions import may_lend_kit
from shared.timetable.kit_vocabulary import KitKind

_SHOWN = 4


def _tr(words: str) -> str:
    return QCoreApplication.translate("BookingDialog", words)


class BookingDialog(Dialog):
    """``booked`` gives the booking's id."""

    booked = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, item: Mapping[str, Any]) -> None:
        title = _tr("Book {item}").format(item=item["name"])
        hint = _tr("The first who books a time has it. Without a network you hear later whether it is yours.")
        super().__init__(window, title, subtitle=hint, icon="calendar", width=560)
        self._desk, self._item, self._zone = desk, item, zone_of(desk)
        self._studio = item["kit_kind"] == KitKind.STUDIO
        self.person = PersonChoice(desk, _tr("For"))
        self.person.person_id = desk.actor.person_id
        if may_lend_kit(desk.actor):
            self.person.choose("")
            self.add(self.person)
            self.person.reader.start()
            self.finished.connect(lambda _result: self.person.reader.stop())
        else:
            self.person.setParent(self)
            self.person.hide()
        self._make_times()
        self.purpose = TextField()
        self.purpose.setMaxLength(300)
        self.add(Field(_tr("What for"), self.purpose, optional=True))
        self.problem = Notice()
        self.add(self.problem)
        self._make_taken()
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Book"), on_click=self.save))
        for key in ("Ctrl+S", "Ctrl+Return"):
            self.on_key(key, self.save)
        for changed in (self.first.changed, self.last.changed, self.start.changed, self.end.changed):
            changed.connect(lambda _value: self.check())
        self.person.changed.connect(self.check)
        self.check()

    def _make_times(self) -> None:
        now = local_now(self._desk, self._zone)
        begins = (now + timedelta(hours=1)).replace(minute=0)
        today = lambda: local_now(self._desk, self._zone).date()  # noqa: E731 - asked each time
        self.first, self.last = DateField(begins.date(), today=today), DateField(begins.date(), today=today)
        self.start = TimeField(begins.time().replace(second=0, microsecond=0))
        ends = begins + timedelta(hours=2)
        self.end = TimeField(_clock(ends, begins), start=lambda: self.start.value)
        self.first_field = Field(_tr("Day") if self._studio else _tr("From"), self.first)
        self.start_field = Field(_tr("Starts"), self.start)
        self.last_field = Field(_tr("Until"), self.last)
        self.end_field = Field(_tr("Ends"), self.end, hint=_tr("12:00, or +90 for minutes"))
        if self._studio:
            parts = (self.first_field, 2), (self.start_field, 1), (self.end_field, 2)
            self.add(side_by_side(*parts))
            self.last_field.setParent(self)
            self.last_field.hide()
            return
        self.add(side_by_side((self.first_field, 2), (self.start_field, 1)))
        self.add(side_by_side((self.last_field, 2), (self.end_field, 1)))

    def _make_taken(self) -> None:
        self.taken_head = Label(_tr("Taken"), "small-medium", "text2")
        self.taken = RowList(name=_tr("Taken"))
        entries = [entry for entry in entries_of(self._desk, self._item) if not entry.is_over][:_SHOWN]
        self.taken.set_rows([entry.row for entry in entries])
        show_part(self.taken_head, bool(entries))
        self.add(self.taken_head)
        self.add(self.taken)

    def _span(self) -> tuple[str, str] | None:
        first, start, end = self.first.value, self.start.value, self.end.value
        last = first if self._studio else self.last.value
        if first is None or last is None or start is None or end is None:
            return None
        return instant_of(first, start, self._zone), instant_of(last, end, self._zone)

    def check(self) -> None:
        """Say what is in the way of the time that is in the fields."""
        span = self._span()
        fault = None
        if span is not None and self.person.person_id:
            fault = kit_actions.why_not_booked(self._desk, self._item["id"], self.person.person_id, *span)
        self.problem.say(fault.sentence if fault else "")

    def save(self) -> None:
        """Book it, and close."""
        self.first_field.set_error("" if self.first.value else _tr("Enter a day, like 20/11."))
        self.last_field.set_error("" if self._studio or self.last.value else _tr("Enter a day, like 20/11."))
        self.start_field.set_error("" if self.start.value else _tr("Enter a time, like 14:00."))
        self.end_field.set_error("" if self.end.value else _tr("Enter a time, like 16:00."))
        self.person.field.set_error("" if self.person.person_id else _tr("Choose a person, or scan a card."))
        span = self._span()
        if span is None or not self.person.person_id:
            return
        try:
            booking_id = kit_actions.book(
                self._desk, self._item["id"], self.person.person_id, *span, self.purpose.text()
            )
        except CampusError as problem:
            self.problem.say(problem.message)
            return
        self.accept()
        self.booked.emit(booking_id)


def _clock(ends: datetime, begins: datetime) -> time:
    """The end as a time of day; a booking that would run past midnight ends with the day."""
    return ends.time().replace(second=0, microsecond=0) if ends.date() == begins.date() else time(23, 59)
