"""The timetable: a week or a day, by room, instructor or cohort; planners drag classes, others see their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow, tell, tell_problem
from desktop.timetable import actions, move_actions
from desktop.timetable.board_layout import BoardLayout
from desktop.timetable.calendar_dialog import CalendarDialog, Subject
from desktop.timetable.clash_dialog import ClashDialog
from desktop.timetable.clash_store import timetable_between
from desktop.timetable.grid_layout import ColumnHead, GridLayout, Spot
from desktop.timetable.info_dialog import InfoDialog, takes_registers
from desktop.timetable.move_dialog import MoveDialog
from desktop.timetable.series_dialog import SeriesDialog
from desktop.timetable.session_dialog import SessionDialog
from desktop.timetable.session_people import is_online
from desktop.timetable.times import day_range, day_words, local_now, short_day, zone_of
from desktop.timetable.timetable_tools import DAY, WEEK, TimetableTools
from desktop.timetable.timetable_view import TimetableView
from desktop.timetable.week_store import NOWHERE, By, Shown, Span, read_span, sees_everything
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.dialog import Dialog
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import PageHead
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.timetable.clashes import Timetable
from shared.timetable.permissions import may_plan
from shared.timetable.vocabulary import CLASS_SESSION

_KINDS = frozenset({"class_session", "cohort", "course", "person", "room", "holiday"})
_MINUTE_MS = 30_000


class TimetablePage(QWidget):
    """Shows days of the timetable; T goes to today, M moves a class, Page Up and Down to the week before and after."""

    def __init__(self, desk: Desk, _entity_id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._zone = desk, zone_of(desk)
        self._plans = may_plan(desk.actor)
        self._known: Timetable | None = None
        self.setWindowTitle(self.tr("Timetable"))
        self.day = local_now(desk, self._zone).date()
        self.span = Span((self.day,), By.OWN, (), ())
        self._make()
        self.refresh()
        follow(desk.store, self, lambda changed: self.refresh() if _is_shown(changed) else None)
        self._clock = QTimer(self)
        self._clock.setInterval(_MINUTE_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        theme().changed.connect(self._show_layout)
        act = {"new": self.new, "series": self.new_series, "link": self.open_link}.get((details or {}).get("act", ""))
        if act is not None:
            QTimer.singleShot(0, self, act)  # once the page has its window

    def _make(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Timetable"), " ")
        self.head.add_button(secondary(self.tr("Calendar link"), "external-link", self.open_link))
        if self._plans:
            self.move_button = secondary(self.tr("Move"), "arrow-right", self.move_current)
            self.move_button.setToolTip(self.tr("Move the class that has the focus  (M)"))
            self.head.add_button(self.move_button)
            self.head.add_button(secondary(self.tr("Plan a series"), "refresh-cw", self.new_series))
            self.head.add_button(primary(self.tr("Plan a class"), "plus", self.new))
        column.addWidget(self.head)
        self.tools = TimetableTools(self._desk, everything=sees_everything(self._desk.actor))
        self.tools.changed.connect(self.refresh)
        self.tools.stepped.connect(self.turn)
        self.tools.today_asked.connect(self.go_to_today)
        column.addWidget(self.tools)
        self.view = TimetableView()
        self.view.may_move = self._plans
        self.view.try_spot = self._try
        self.view.opened.connect(self.open_session)
        self.view.moved.connect(self._moved)
        self.view.carried.connect(self._show_carried)
        card = Card(padded=False)
        card.add(self.view, 1)
        self.empty = EmptyState("calendar", self.tr("No classes on these days"))
        self.stack = QStackedWidget()
        self.stack.addWidget(card)
        self.stack.addWidget(self.empty)
        column.addWidget(self.stack, 1)

    # -------------------------------------------------------------------------------------------------------- showing

    def days(self) -> tuple[date, date]:
        """Return the first and last day on show."""
        if self.tools.mode == DAY:
            return self.day, self.day
        monday = self.day - timedelta(days=self.day.weekday())
        return monday, monday + timedelta(days=6)

    def refresh(self) -> None:
        """Read the days anew."""
        first, last = self.days()
        self._known = None
        self.span = read_span(self._desk, first, last, self.tools.by, self.tools.chosen)
        self.tools.offer(self._desk, self.span)
        self._show_layout()
        self.head.subtitle.setText(self._words(first, last))
        self.stack.setCurrentIndex(1 if self._is_empty() else 0)
        more = self.tr("Plan a class, or turn to another week.") if self._plans else self.tr("Turn to another week.")
        self.empty.set_words(self.tr("No classes on these days"), more)

    def _is_empty(self) -> bool:
        rooms = self.span.by is By.ROOM and self.span.groups and self._plans
        return not self.span.sessions and not rooms

    def _words(self, first: date, last: date) -> str:
        count = len(self.span.sessions)
        classes = self.tr("1 class") if count == 1 else self.tr("{count} classes").format(count=count)
        if first == last:
            holiday = self.span.holidays.get(first, "")
            parts = (f"{day_words(first)} {first.year}", holiday, classes)
            return " · ".join(part for part in parts if part)
        days = self.tr("{first} to {last} {year}").format(
            first=short_day(first), last=short_day(self.span.days[-1]), year=last.year
        )
        return f"{days} · {classes}"

    def _show_layout(self) -> None:
        span, scale = self.span, theme().scale / 100
        before = self.view.place
        heads = [self._day_head(day) for day in span.days]
        place: GridLayout | BoardLayout
        if self.tools.mode == DAY and len(span.groups) != 1:
            columns = [ColumnHead(self.day, one.id, one.name, one.detail) for one in span.groups]
            place = GridLayout(span, columns, scale)
        elif self.tools.mode == DAY or len(span.groups) == 1:
            place = GridLayout(span, heads, scale)
        else:
            rows = [ColumnHead(None, one.id, one.name, one.detail) for one in span.groups]
            place = BoardLayout(span, heads, rows, scale)
        self.view.show_layout(place, local_now(self._desk, self._zone))
        same = before is not None and type(before) is type(place) and before.span.days == place.span.days
        if not same:
            self.view.verticalScrollBar().setValue(0)
            self.view.go_to_now()

    def _day_head(self, day: date) -> ColumnHead:
        today = local_now(self._desk, self._zone).date()
        note = self.tr("Today") if day == today else ""
        return ColumnHead(day, None, day_words(day), note, self.span.holidays.get(day, ""))

    def _tick(self) -> None:
        self.view.now = local_now(self._desk, self._zone)
        self.view.viewport().update()

    def turn(self, step: int) -> None:
        """Go some weeks, or in the day view days, ahead or back."""
        self.day += timedelta(days=step * (1 if self.tools.mode == DAY else 7))
        self.refresh()

    def go_to_today(self) -> None:
        """Show today."""
        self.day = local_now(self._desk, self._zone).date()
        self.refresh()
        self.view.go_to_now()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn with Page Up and Page Down, go to today with T, D and W for day and week."""
        key = Qt.Key(event.key())
        plain = not event.modifiers()
        if plain and key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            self.turn(1 if key == Qt.Key.Key_PageDown else -1)
        elif plain and key == Qt.Key.Key_T:
            self.go_to_today()
        elif plain and key in {Qt.Key.Key_D, Qt.Key.Key_W}:
            self.tools.set_mode(DAY if key == Qt.Key.Key_D else WEEK)
        elif plain and key == Qt.Key.Key_M and self._plans:
            self.move_current()
        else:
            super().keyPressEvent(event)

    # --------------------------------------------------------------------------------------------------------- moving

    def _try(self, shown: Shown, spot: Spot) -> tuple[str, bool]:
        wanted = move_actions.fields_at(shown, spot, self.span)
        words = move_actions.spot_words(shown, spot, self.span)
        if not move_actions.may_be_moved(shown):
            return self.tr("This class was cancelled. Plan it again first."), True
        if self._known is None:
            first, last = self.days()
            start, end = day_range(first, last + timedelta(days=1), self._zone)
            self._known = timetable_between(self._desk, start, end)
        met = move_actions.met_at(self._desk, shown, wanted, self._known) if wanted else []
        return (f"{words} · {met[0].sentence}", True) if met else (words, False)

    def _show_carried(self, words: str, clashes: bool) -> None:
        self.head.subtitle.setText(words or self._words(*self.days()))
        self.head.subtitle.set_tone("bad" if clashes else "muted")

    def _moved(self, shown: Shown, spot: Spot) -> None:
        wanted = move_actions.fields_at(shown, spot, self.span)
        if not wanted or not move_actions.may_be_moved(shown):
            return
        met = move_actions.met_at(self._desk, shown, wanted)
        if not met:
            self._save_move(shown, spot, wanted)
            return
        what = self.tr("{cohort} to {place}").format(
            cohort=shown.line.cohort, place=move_actions.spot_words(shown, spot, self.span)
        )
        self._open(ClashDialog(self.window(), what, met, lambda: self._save_move(shown, spot, wanted, despite=True)))

    def _save_move(self, shown: Shown, spot: Spot, wanted: Mapping[str, Any], *, despite: bool = False) -> None:
        words = move_actions.moved_words(shown, spot, self.span)
        try:
            move_actions.move(self._desk, shown, wanted, despite_clash=despite)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        self._told_move(shown, wanted, words)

    def move_current(self) -> None:
        """Move the class that has the focus, by a form: for those who don't drag."""
        current = self.view.current_id()
        shown = next((one for one in self.span.sessions if one.line.id == current), None)
        if shown is None:
            tell(self, self.tr("Go to a class with the arrow keys, then move it."))
            return
        if not move_actions.may_be_moved(shown):
            tell(self, self.tr("This class was cancelled. Plan it again first."))
            return
        dialog = MoveDialog(self.window(), self._desk, shown)
        dialog.saved.connect(lambda wanted, words: self._told_move(shown, wanted, words))
        self._open(dialog)

    def _told_move(self, shown: Shown, wanted: Mapping[str, Any], words: str) -> None:
        self.refresh()
        self.view.go_to(shown.line.id)
        tell(self, words, lambda: self._take_back(shown, tuple(wanted)))

    def _take_back(self, shown: Shown, names: tuple[str, ...]) -> None:
        try:
            actions.put_back(self._desk, shown.line.body, names)
        except CampusError as problem:
            tell_problem(self, problem)
        self.refresh()

    # --------------------------------------------------------------------------------------------------------- acting

    def new(self) -> None:
        """Plan a class on the day on show."""
        if self._plans:
            chosen = self.tools.chosen if self.tools.by is By.COHORT else ""
            dialog = SessionDialog(self.window(), self._desk, None, chosen, day=self.day)
            dialog.saved.connect(self._saved)
            self._open(dialog)

    def new_series(self) -> None:
        """Plan classes that repeat."""
        if self._plans:
            chosen = self.tools.chosen if self.tools.by is By.COHORT else ""
            dialog = SeriesDialog(self.window(), self._desk, chosen, self.day)
            dialog.saved.connect(self._saved)
            self._open(dialog)

    def open_session(self, session_id: str) -> None:
        """Open the form for planners, the register for those who take it, else what the class is."""
        shown = self._desk.store.get(CLASS_SESSION, session_id)
        if shown is None:
            return
        actor = self._desk.actor
        if self._plans:
            dialog = SessionDialog(self.window(), self._desk, shown)
            dialog.saved.connect(self._saved)
            self._open(dialog)
        elif takes_registers(actor) and not is_online(shown):
            self._desk.open("attendance.register", session_id)
        else:
            self._open(InfoDialog(self.window(), self._desk, shown))

    def open_link(self) -> None:
        """Make, show and end secret links to the calendar on show."""
        actor = self._desk.actor
        subject = Subject("person_id", actor.person_id, actor.name)
        group = next((one for one in self.span.groups if one.id == self.tools.chosen), None)
        names = {By.COHORT: "cohort_id", By.INSTRUCTOR: "person_id", By.ROOM: "room"}
        if group is not None and group.id != NOWHERE and self.tools.by in names:
            key = group.name if self.tools.by is By.ROOM else group.id
            subject = Subject(names[self.tools.by], key, group.name)
        self._open(CalendarDialog(self.window(), self._desk, subject))

    def _open(self, dialog: Dialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _saved(self, session_id: str, words: str) -> None:
        self.refresh()
        self.view.go_to(session_id)
        tell(self, words)

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        keys = [
            ("T", self.tr("Go to today")),
            ("D / W", self.tr("Show a day, or a week")),
            ("PgUp / PgDn", self.tr("Turn back, or ahead")),
        ]
        moves = [("M", self.tr("Move the class that has the focus")), ("Alt + arrows", self.tr("Carry it elsewhere"))]
        return keys + (moves if self._plans else [])

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.view if self.span.sessions else self.tools.today


def _is_shown(changed: Changed) -> bool:
    return bool(changed.kinds & _KINDS)
