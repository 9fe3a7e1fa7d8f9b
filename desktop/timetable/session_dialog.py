"""The form of one class session: plan it, change it, cancel it, plan it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.core.desk import Desk
from desktop.timetable import actions
from desktop.timetable.actions import Plan
from desktop.timetable.store import cohort_choices, instructor_choices
from desktop.timetable.time_field import TimeField
from desktop.timetable.times import instant_of, local, local_now, zone_of
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.learning.vocabulary import COHORT
from shared.timetable.vocabulary import ClassSessionState


def _tr(words: str) -> str:
    return QCoreApplication.translate("SessionDialog", words)


class SessionDialog(Dialog):
    """Plans a new class session, or changes the one that is shown; ``saved`` gives its id and what was done."""

    saved = Signal(str, str)

    def __init__(
        self, window: QWidget, desk: Desk, shown: Mapping[str, Any] | None = None, cohort_id: str = ""
    ) -> None:
        title = _tr("Plan a class") if shown is None else _tr("Change a class")
        super().__init__(window, title, icon="calendar", width=560)
        self._desk, self._shown, self._zone = desk, shown, zone_of(desk)
        self._make_fields()
        self._fill(cohort_id)
        self.on_key("Ctrl+S", self.save)
        self.on_key("Ctrl+Return", self.save)
        self._make_buttons()

    def _make_fields(self) -> None:
        desk, zone = self._desk, self._zone
        self.cohort = Combo([(one.id, one.name) for one in cohort_choices(desk)])
        self.cohort.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.cohort_field = Field(_tr("Cohort"), self.cohort)
        self.day = DateField(today=lambda: local_now(desk, zone).date())
        self.day_field = Field(_tr("Day"), self.day, hint=_tr("20/11, 20 Nov, +7"))
        self.start = TimeField()
        self.start_field = Field(_tr("From"), self.start, hint=_tr("8:30 or 830"))
        self.end = TimeField(start=lambda: self.start.value)
        self.end_field = Field(_tr("Until"), self.end, hint=_tr("10:00 or +90"))
        self.room = TextField()
        self.room.setMaxLength(100)
        self.instructor = Combo()
        self.instructor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.title_text = TextField()
        self.title_text.setMaxLength(200)
        self.add(self.cohort_field)
        times = QHBoxLayout()
        times.setSpacing(12)
        times.addWidget(self.day_field, 2)
        times.addWidget(self.start_field, 1)
        times.addWidget(self.end_field, 1)
        self.add(times)
        places = QHBoxLayout()
        places.setSpacing(12)
        places.addWidget(Field(_tr("Room"), self.room, optional=True), 1)
        places.addWidget(Field(_tr("Instructor"), self.instructor, optional=True), 1)
        self.add(places)
        self.add(Field(_tr("Title"), self.title_text, optional=True))

    def _fill(self, cohort_id: str) -> None:
        shown = self._shown
        self.cohort.choose(shown["cohort_id"] if shown else cohort_id)
        self.cohort.setEnabled(shown is None)
        self._offer_instructors()
        self.cohort.currentIndexChanged.connect(lambda _index: self._offer_instructors())
        if shown is None:
            self.day.set_value(local_now(self._desk, self._zone).date())
            cohort = self._desk.store.get(COHORT, self.cohort.chosen or "") or {}
            self.room.setText(cohort.get("room") or "")
            return
        starts, ends = local(shown["starts_at"], self._zone), local(shown["ends_at"], self._zone)
        self.day.set_value(starts.date())
        self.start.set_value(starts.time())
        self.end.set_value(ends.time())
        self.room.setText(shown.get("room") or "")
        self.instructor.choose(shown.get("instructor_id") or "")
        self.title_text.setText(shown.get("title") or "")

    def _offer_instructors(self) -> None:
        choices = instructor_choices(self._desk, self.cohort.chosen or "")
        self.instructor.set_choices([("", _tr("Nobody yet")), *((one.id, one.name) for one in choices)])
        cohort = self._desk.store.get(COHORT, self.cohort.chosen or "") or {}
        if self._shown is None and cohort.get("instructors"):
            self.instructor.choose(cohort["instructors"][0])

    def _make_buttons(self) -> None:
        shown = self._shown
        if shown is not None and shown.get("state") == ClassSessionState.CANCELLED:
            self.foot_words(secondary(_tr("Plan it again"), "refresh-cw", self._plan_again))
        elif shown is not None:
            self.foot_words(danger(_tr("Cancel this class"), "x", self._cancel))
        self.add_cancel(_tr("Close") if shown is not None else "")
        words = _tr("Plan class") if shown is None else _tr("Save changes")
        self.save_button = self.add_button(primary(words, on_click=self.save))

    def _times(self) -> tuple[str, str] | None:
        """The instants of the form; None where something is missing, and then the field says so."""
        day, start, end = self.day.value, self.start.value, self.end.value
        self.day_field.set_error("" if day else _tr("Enter a day, like 20/11."))
        self.start_field.set_error("" if start else _tr("Enter a time, like 8:30."))
        self.end_field.set_error("" if end else _tr("Enter a time, or +90."))
        if day is None or start is None or end is None:
            return None
        starts_at = instant_of(day, start, self._zone)
        # A class may go past midnight, but not far: 22:00 to 01:00 is one, 10:00 to 08:30 is a slip.
        late = end <= start and start.hour >= 18 and end.hour <= 6
        return starts_at, instant_of(day + timedelta(days=1) if late else day, end, self._zone)

    def save(self) -> None:
        """Save what the form says."""
        times = self._times()
        self.cohort_field.set_error("" if self.cohort.chosen else _tr("Choose a cohort."))
        if times is None or not self.cohort.chosen:
            return
        plan = Plan(
            self.cohort.chosen,
            *times,
            room=self.room.text().strip(),
            instructor_id=self.instructor.chosen or None,
            title=self.title_text.text().strip(),
        )
        if self._shown is None:
            self._run(lambda: actions.plan_session(self._desk, plan), _tr("Class planned"))
        else:
            shown = self._shown
            self._run(lambda: actions.edit_session(self._desk, shown, plan.fields(shown)), _tr("Class changed"))

    def _cancel(self) -> None:
        shown = self._shown or {}
        self._run(lambda: actions.cancel_session(self._desk, shown), _tr("Class cancelled"))

    def _plan_again(self) -> None:
        shown = self._shown or {}
        self._run(lambda: actions.plan_again(self._desk, shown), _tr("Class planned again"))

    def _run(self, act: Callable[[], str | bool], words: str) -> None:
        try:
            made = act()
        except CampusError as problem:
            self.end_field.set_error(problem.message)
            return
        if made:
            self.saved.emit(made if isinstance(made, str) else (self._shown or {})["id"], words)
        self.accept()
