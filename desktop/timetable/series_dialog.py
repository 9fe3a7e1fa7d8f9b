"""The form of a series: on which days, how often, until when; the days it gives, holidays and clashes named first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.timetable.clash_store import removed_room
from desktop.timetable.series_actions import (
    MONTH_DAYS,
    MONTH_WEEKDAYS,
    WEEKS,
    Preview,
    SeriesPlan,
    plan_series,
    preview,
    weekday_name,
)
from desktop.timetable.session_form import room_field, side_by_side, wide_combo
from desktop.timetable.session_words import kind_words
from desktop.timetable.store import cohort_choices, instructor_choices
from desktop.timetable.time_field import TimeField
from desktop.timetable.times import clock_words, day_words, local, local_now, zone_of
from desktop.widgets.announce import announce
from desktop.widgets.buttons import primary
from desktop.widgets.card import Card
from desktop.widgets.check import Check
from desktop.widgets.date_field import DateField
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.core.text import plural
from shared.learning.vocabulary import COHORT
from shared.people.vocabulary import Permission
from shared.timetable.rules import minutes_until
from shared.timetable.vocabulary import SessionKind

UNTIL, COUNT = "until", "count"
_SOON_MS = 120
_MOST_DAYS = 60
_LIST_HEIGHT = 360
_KINDS = (SessionKind.CLASS, SessionKind.LIVE, SessionKind.OFFICE_HOURS)


def _tr(words: str) -> str:
    return QCoreApplication.translate("SeriesDialog", words)


class SeriesDialog(Dialog):
    """Plans a weekly or monthly series; the right half shows what would be planned. ``saved`` says what was done."""

    needs = (Permission.SESSIONS_PLAN,)

    saved = Signal(str, str)

    def __init__(self, window: QWidget, desk: Desk, cohort_id: str = "", day: date | None = None) -> None:
        super().__init__(window, _tr("Plan a series"), icon="refresh-cw", width=880)
        self._desk, self._zone = desk, zone_of(desk)
        self.seen: Preview | None = None
        self._seen_plan: SeriesPlan | None = None
        self._make_fields(day or local_now(desk, self._zone).date())
        self.cohort.choose(cohort_id)
        self._offer()
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SOON_MS)
        self._timer.timeout.connect(self.look)
        self._follow()
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Plan classes"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self.on_key("Ctrl+Return", self.save)
        self.look()

    def _make_fields(self, day: date) -> None:
        desk, zone = self._desk, self._zone
        self.cohort = wide_combo([(one.id, one.name) for one in cohort_choices(desk)])
        self.kind = wide_combo([(str(kind), kind_words(kind)) for kind in _KINDS])
        self.days = [Check(weekday_name(at), checked=at == day.weekday()) for at in range(7)]
        self.every = NumberField(1, least=1, most=12)
        self.repeats = wide_combo(
            [
                (WEEKS, _tr("weeks, on chosen days")),
                (MONTH_DAYS, _tr("months, on the same day")),
                (MONTH_WEEKDAYS, _tr("months, on the same weekday")),
            ]
        )
        self.first = DateField(today=lambda: local_now(desk, zone).date())
        self.first.set_value(day)
        self.start, self.end = TimeField(), TimeField(start=lambda: self.start.value)
        self.ends = wide_combo([(UNTIL, _tr("Until a day")), (COUNT, _tr("After a number of classes"))])
        self.until = DateField(today=lambda: local_now(desk, zone).date())
        self.until.set_value(day + timedelta(days=7 * 12))
        self.count = NumberField(12, least=1, most=400)
        self.room = room_field(desk)
        self.instructor = wide_combo()
        self.title_text = TextField()
        self.title_text.setMaxLength(200)
        self.link = TextField()
        self.link.setMaxLength(500)
        self.holidays = Check(_tr("Leave holidays out"), checked=True)

    def _lay_out(self) -> None:
        both = QHBoxLayout()
        both.setSpacing(24)
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addLayout(side_by_side((Field(_tr("Cohort"), self.cohort), 3), (Field(_tr("Kind"), self.kind), 2)))
        self.every_field = Field(_tr("Every"), self.every)
        left.addLayout(side_by_side((self.every_field, 1), (Field(_tr("Repeated"), self.repeats), 3)))
        self.days_row = QWidget()
        days = QHBoxLayout(self.days_row)
        days.setContentsMargins(0, 0, 0, 0)
        days.setSpacing(8)
        for check in self.days:
            days.addWidget(check)
        days.addStretch(1)
        left.addWidget(self.days_row)
        self.first_field = Field(_tr("From the day"), self.first)
        self.start_field, self.end_field = Field(_tr("From"), self.start), Field(_tr("Until"), self.end)
        left.addLayout(side_by_side((self.first_field, 2), (self.start_field, 1), (self.end_field, 1)))
        self.until_field, self.count_field = Field(_tr("Last day"), self.until), Field(_tr("Classes"), self.count)
        left.addLayout(
            side_by_side((Field(_tr("It ends"), self.ends), 1), (self.until_field, 1), (self.count_field, 1))
        )
        self.room_field = Field(_tr("Room"), self.room, optional=True)
        person = Field(_tr("Instructor"), self.instructor, optional=True)
        left.addLayout(side_by_side((self.room_field, 1), (person, 1)))
        self.link_field = Field(_tr("Link"), self.link)
        title = Field(_tr("Title"), self.title_text, optional=True)
        left.addLayout(side_by_side((title, 1), (self.link_field, 1)))
        left.addWidget(self.holidays)
        left.addStretch(1)
        both.addLayout(left, 11)
        both.addLayout(self._make_preview(), 9)
        self.add(both)

    def _make_preview(self) -> QVBoxLayout:
        right = QVBoxLayout()
        right.setSpacing(8)
        self.words = Label("", "section", wrap=True)
        self.sums = Label("", "small", "muted", wrap=True)
        self.rows = RowList(name=_tr("The classes of the series"))
        scrolled = ScrollColumn(padding=0)
        scrolled.body.addWidget(self.rows)
        scrolled.body.addStretch(1)
        scrolled.setMinimumHeight(theme().px(_LIST_HEIGHT))
        card = Card(padded=False)
        card.add(scrolled, 1)
        right.addWidget(self.words)
        right.addWidget(self.sums)
        right.addWidget(card, 1)
        return right

    def _follow(self) -> None:
        soon = self._soon
        # Not while someone types: reading a field rewrites it.
        for field in (self.first, self.until, self.start, self.end, self.every, self.count):
            field.changed.connect(lambda _value: soon())
        self.room.editingFinished.connect(soon)
        for check in (*self.days, self.holidays):
            check.toggled.connect(lambda _on: soon())
        for combo in (self.kind, self.ends, self.instructor, self.repeats):
            combo.currentIndexChanged.connect(lambda _index: soon())
        self.cohort.currentIndexChanged.connect(lambda _index: self._offer())
        self.cohort.currentIndexChanged.connect(lambda _index: soon())

    def _soon(self) -> None:
        self.seen = None
        self._timer.start()

    def _offer(self) -> None:
        people = [(one.id, one.name) for one in instructor_choices(self._desk, self.cohort.chosen or "")]
        self.instructor.set_choices([("", _tr("Nobody yet")), *people])
        cohort = self._desk.store.get(COHORT, self.cohort.chosen or "") or {}
        if cohort.get("instructors"):
            self.instructor.choose(cohort["instructors"][0])
        if not self.room.text():
            self.room.setText(cohort.get("room") or "")

    # -------------------------------------------------------------------------------------------------------- preview

    def plan(self) -> SeriesPlan | None:
        """Return what the form says; None while something is missing."""
        first, start, end = self.first.value, self.start.value, self.end.value
        if first is None or start is None or end is None or not self.cohort.chosen:
            return None
        minutes = minutes_until(start, end)
        if minutes is None:
            return None
        by_day = self.ends.chosen == UNTIL
        if (self.until.value is None) if by_day else not self.count.value:
            return None
        return SeriesPlan(
            self.cohort.chosen,
            f"{first.isoformat()}T{start:%H:%M}",
            minutes,
            tuple(at for at, check in enumerate(self.days) if check.isChecked()),
            every=self.every.value or 1,
            until=self.until.value if by_day else None,
            count=None if by_day else self.count.value,
            room=self.room.text(),
            instructor_id=self.instructor.chosen or None,
            title=self.title_text.text(),
            session_kind=self.kind.chosen or str(SessionKind.CLASS),
            link=self.link.text(),
            skip_holidays=self.holidays.isChecked(),
            repeats=self.repeats.chosen or WEEKS,
        )

    def look(self) -> None:
        """Show what would be planned."""
        self._timer.stop()
        self.until_field.setVisible(self.ends.chosen == UNTIL)
        self.count_field.setVisible(self.ends.chosen == COUNT)
        self.days_row.setVisible(self.repeats.chosen == WEEKS)
        self.link_field.setVisible(self.kind.chosen != SessionKind.CLASS)
        plan = self.plan()
        self.seen, self._seen_plan = None, plan
        start, end = self.start.value, self.end.value
        ends_first = start is not None and end is not None and minutes_until(start, end) is None
        self.end_field.set_error(_tr("The class ends before it starts. Set a later end.") if ends_first else "")
        if plan is None:
            self._tell(_tr("What will be planned"), _tr("Enter the times to see the classes."), "muted")
            return
        try:
            self.seen = preview(self._desk, plan, derived_id("series_preview", self._desk.actor.person_id))
        except CampusError as problem:
            self._tell(
                plan.words if plan.weekdays or plan.repeats != WEEKS else _tr("What will be planned"),
                problem.message,
                "bad",
            )
            return
        self._show(plan, self.seen)

    def _tell(self, words: str, more: str, tone: str) -> None:
        self.words.setText(words)
        self.sums.setText(more)
        self.sums.set_tone(tone)
        self.rows.set_rows([])
        self.save_button.setText(_tr("Plan classes"))
        self.save_button.setEnabled(False)

    def _show(self, plan: SeriesPlan, seen: Preview) -> None:
        self.words.setText(plan.words)
        parts = [plural("1 class", "{n} classes", len(seen.meetings))]
        parts += [_tr("{count} left out for holidays").format(count=len(seen.left_out))] if seen.left_out else []
        parts += [plural("1 clash", "{n} clashes", len(seen.clashes))] if seen.clashes else []
        lines = [" · ".join(parts), plan.gaps, seen.clashes[0].sentence if seen.clashes else ""]
        self.sums.setText("\n".join(line for line in lines if line))
        self.sums.set_tone("bad" if seen.clashes else "muted")
        met = {one.wanted_at: one.sentence for one in reversed(seen.clashes)}
        rows: list[tuple[date, RowContent]] = []
        for one in seen.meetings:
            start, end = local(one.starts_at, self._zone), local(one.ends_at, self._zone)
            title = f"{day_words(start.date())}, {clock_words(start)}–{clock_words(end)}"
            clash = met.get(one.starts_at, "")
            sign: dict[str, Any] = {"icon": "circle-alert", "tone": "bad"} if clash else {"icon": "check", "tone": "ok"}
            rows.append((start.date(), RowContent(one.day, title, clash, **sign)))
        for day, name in seen.left_out:
            content = RowContent(day.isoformat(), day_words(day), icon="x", tone="vio", end=name, end_tone="vio")
            rows.append((day, content))
        shown = [content for _, content in sorted(rows, key=lambda row: row[0])]
        more = [RowContent("more", _tr("{count} more").format(count=len(shown) - _MOST_DAYS))]
        self.rows.set_rows(shown if len(shown) <= _MOST_DAYS else shown[:_MOST_DAYS] + more)
        words = _tr("Plan despite clashes") if seen.clashes else _tr("Plan {count} classes")
        self.save_button.setText(words.format(count=len(seen.meetings)))
        self.save_button.setEnabled(True)
        self.save_button.updateGeometry()
        if seen.clashes:
            announce(self, seen.clashes[0].sentence, urgent=True)

    def save(self) -> None:
        """Plan the series as it is shown; what changed since it was shown is shown first."""
        plan = self.plan()
        if plan != self._seen_plan or self.seen is None:
            self.look()
            if self.seen is None or self.seen.clashes:
                return
        if plan is None:
            return
        gone = removed_room(self._desk, plan.room)
        self.room_field.set_error(gone)
        if gone:
            return
        try:
            plan_series(self._desk, plan, self.seen, despite_clash=bool(self.seen.clashes))
        except CampusError as problem:
            (self.link_field if problem.code == "link_invalid" else self.end_field).set_error(problem.message)
            return
        self.saved.emit("", plural("1 class planned", "{n} classes planned", len(self.seen.meetings)))
        self.accept()
