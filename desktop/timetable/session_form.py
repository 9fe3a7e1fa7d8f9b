"""The fields of one class session: cohort, kind, times, room, people, and the way into a live session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.timetable.actions import Plan
from desktop.timetable.info_dialog import open_link
from desktop.timetable.session_words import kind_words
from desktop.timetable.store import cohort_choices, instructor_choices
from desktop.timetable.time_field import TimeField
from desktop.timetable.times import clock_words, day_words, instant_of, local, local_now, zone_of
from desktop.timetable.week_store import room_bodies
from desktop.widgets.buttons import icon_button
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.field import Field
from desktop.widgets.text_field import TextField
from shared.learning.vocabulary import COHORT
from shared.timetable.rules import minutes_until
from shared.timetable.vocabulary import CLASS_SESSION, SessionKind

_MOST_CAUGHT_UP = 60


def _tr(words: str) -> str:
    return QCoreApplication.translate("SessionDialog", words)


def wide_combo(choices: list[tuple[str, str]] | None = None) -> Combo:
    """Return a combo that takes the width of its field."""
    combo = Combo(choices or [])
    combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return combo


def room_field(desk: Desk) -> TextField:
    """Return a field for a room that offers the rooms there are."""
    field = TextField()
    field.setMaxLength(100)
    completer = QCompleter([body["name"] for body in room_bodies(desk)], field)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    field.setCompleter(completer)
    return field


def side_by_side(*fields: tuple[QWidget, int]) -> QHBoxLayout:
    """Return fields in one line, each with its share of the width."""
    line = QHBoxLayout()
    line.setSpacing(12)
    for field, share in fields:
        line.addWidget(field, share, Qt.AlignmentFlag.AlignTop)
    return line


class SessionForm(QWidget):
    """Fields for a new session, or for the one that is shown; ``plan`` is what they say."""

    def __init__(
        self,
        desk: Desk,
        shown: Mapping[str, Any] | None,
        cohort_id: str,
        day: date | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._shown, self._zone = desk, shown, zone_of(desk)
        self._make_fields()
        self._lay_out()
        self._fill(cohort_id, day)
        self.kind.currentIndexChanged.connect(lambda _index: self._show_kind())
        self._show_kind()

    def _make_fields(self) -> None:
        desk, zone = self._desk, self._zone
        self.cohort = wide_combo([(one.id, one.name) for one in cohort_choices(desk)])
        self.cohort_field = Field(_tr("Cohort"), self.cohort)
        self.kind = wide_combo([(str(kind), kind_words(kind)) for kind in SessionKind])
        self.day = DateField(today=lambda: local_now(desk, zone).date())
        self.day_field = Field(_tr("Day"), self.day, hint=_tr("20/11, 20 Nov, +7"))
        self.start = TimeField()
        self.start_field = Field(_tr("From"), self.start, hint=_tr("8:30 or 830"))
        self.end = TimeField(start=lambda: self.start.value)
        self.end_field = Field(_tr("Until"), self.end, hint=_tr("10:00 or +90"))
        self.room = room_field(desk)
        self.room_field = Field(_tr("Room"), self.room, optional=True)
        self.instructor = wide_combo()
        self.stand_in = wide_combo()
        self.stand_in_field = Field(_tr("Stand-in for this class"), self.stand_in, optional=True)
        self.title_text = TextField()
        self.title_text.setMaxLength(200)
        self.caught_up = wide_combo()
        self.caught_up_field = Field(_tr("Catches up"), self.caught_up, optional=True)
        self.link = TextField()
        self.link.setMaxLength(500)
        self.link_field = Field(_tr("Link"), self.link, hint=_tr("The address of the meeting, https://…"))
        self.credentials = TextField()
        self.credentials.setMaxLength(500)
        self.credentials_field = Field(_tr("Meeting number and code"), self.credentials, optional=True)
        self.open_button = icon_button("external-link", _tr("Open the link"), on_click=self._open_link)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(side_by_side((self.cohort_field, 3), (Field(_tr("Kind"), self.kind), 2)))
        column.addLayout(side_by_side((self.day_field, 2), (self.start_field, 1), (self.end_field, 1)))
        instructor = Field(_tr("Instructor"), self.instructor, optional=True)
        column.addLayout(side_by_side((self.room_field, 1), (instructor, 1)))
        title = Field(_tr("Title"), self.title_text, optional=True)
        column.addLayout(side_by_side((title, 1), (self.stand_in_field, 1)))
        self.stand_in_field.setVisible(self._shown is not None)
        column.addWidget(self.caught_up_field)
        link = QHBoxLayout()
        link.setSpacing(8)
        link.addWidget(self.link_field, 3, Qt.AlignmentFlag.AlignTop)
        link.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignVCenter)
        link.addWidget(self.credentials_field, 2, Qt.AlignmentFlag.AlignTop)
        column.addLayout(link)

    def _fill(self, cohort_id: str, day: date | None) -> None:
        shown = self._shown
        self.cohort.choose(shown["cohort_id"] if shown else cohort_id)
        self.cohort.setEnabled(shown is None)
        self._offer()
        self.cohort.currentIndexChanged.connect(lambda _index: self._offer())
        if shown is None:
            self.day.set_value(day or local_now(self._desk, self._zone).date())
            cohort = self._desk.store.get(COHORT, self.cohort.chosen or "") or {}
            self.room.setText(cohort.get("room") or "")
            return
        starts, ends = local(shown["starts_at"], self._zone), local(shown["ends_at"], self._zone)
        self.day.set_value(starts.date())
        self.start.set_value(starts.time())
        self.end.set_value(ends.time())
        self.kind.choose(str(shown.get("session_kind") or SessionKind.CLASS))
        for field, name in (
            (self.room, "room"),
            (self.title_text, "title"),
            (self.link, "link"),
            (self.credentials, "credentials"),
        ):
            field.setText(shown.get(name) or "")
        for combo, name in (
            (self.instructor, "instructor_id"),
            (self.stand_in, "stand_in_id"),
            (self.caught_up, "catches_up_id"),
        ):
            combo.choose(shown.get(name) or "")

    def _offer(self) -> None:
        people = [(one.id, one.name) for one in instructor_choices(self._desk, self.cohort.chosen or "")]
        self.instructor.set_choices([("", _tr("Nobody yet")), *people])
        self.stand_in.set_choices([("", _tr("Nobody")), *people])
        self.caught_up.set_choices([("", _tr("No certain class")), *self._earlier()])
        cohort = self._desk.store.get(COHORT, self.cohort.chosen or "") or {}
        if self._shown is None and cohort.get("instructors"):
            self.instructor.choose(cohort["instructors"][0])

    def _earlier(self) -> list[tuple[str, str]]:
        bodies = self._desk.store.page(
            CLASS_SESSION,
            [Where("cohort_id", "=", self.cohort.chosen or "")],
            order="starts_at",
            descending=True,
            limit=_MOST_CAUGHT_UP,
        )
        own = (self._shown or {}).get("id")
        rows = []
        for body in bodies:
            starts = local(body["starts_at"], self._zone)
            words = f"{day_words(starts.date())}, {clock_words(starts)}"
            if body["id"] != own:
                rows.append((body["id"], f"{words}, {body['title']}" if body.get("title") else words))
        return rows

    def _show_kind(self) -> None:
        kind = self.kind.chosen
        online = kind in (SessionKind.LIVE, SessionKind.OFFICE_HOURS) or bool(self.link.text())
        for widget in (self.link_field, self.open_button, self.credentials_field):
            widget.setVisible(online)
        self.caught_up_field.setVisible(kind == SessionKind.CATCH_UP)

    def _open_link(self) -> None:
        opened = open_link(self.link.text())
        self.link_field.set_error("" if opened else _tr("This link can't be opened. Enter one with https://."))

    def on_change(self, told: Callable[[], object]) -> None:
        """Tell when time, room or people are other ones: what was known of clashes doesn't hold any more."""
        for field in (self.day, self.start, self.end, self.room):
            field.textChanged.connect(lambda _text: told())
        for combo in (self.cohort, self.instructor, self.stand_in):
            combo.currentIndexChanged.connect(lambda _index: told())

    def times(self) -> tuple[str, str] | None:
        """Return the instants of the form; None where something is missing, and then the field says so."""
        day, start, end = self.day.value, self.start.value, self.end.value
        self.day_field.set_error("" if day else _tr("Enter a day, like 20/11."))
        self.start_field.set_error("" if start else _tr("Enter a time, like 8:30."))
        self.end_field.set_error("" if end else _tr("Enter a time, or +90."))
        if day is None or start is None or end is None:
            return None
        starts_at = instant_of(day, start, self._zone)
        late = end <= start and minutes_until(start, end) is not None  # past midnight
        return starts_at, instant_of(day + timedelta(days=1) if late else day, end, self._zone)

    def plan(self) -> Plan | None:
        """Return what the form says; None where something is missing, and then the field says so."""
        times = self.times()
        self.cohort_field.set_error("" if self.cohort.chosen else _tr("Choose a cohort."))
        if times is None or not self.cohort.chosen:
            return None
        kind = self.kind.chosen or str(SessionKind.CLASS)
        return Plan(
            self.cohort.chosen,
            *times,
            room=self.room.text().strip(),
            instructor_id=self.instructor.chosen or None,
            title=self.title_text.text().strip(),
            session_kind=kind,
            link=self.link.text().strip(),
            credentials=self.credentials.text().strip(),
            stand_in_id=self.stand_in.chosen or None,
            catches_up_id=(self.caught_up.chosen or None) if kind == SessionKind.CATCH_UP else None,
        )
