"""Who is in a live session, and the times of office hours: who joined and left, which times are free."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.timetable import live_actions
from desktop.timetable.times import clock_words, local, zone_of
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.theme import theme
from shared.core.clock import parse_instant
from shared.core.errors import CampusError
from shared.timetable.office_hours import slots_of
from shared.timetable.vocabulary import ClassSessionState, SessionKind

_MOST_HEIGHT = 240


def is_online(session: Mapping[str, Any]) -> bool:
    """Tell whether people join or book a session: a live one, or office hours."""
    return session.get("session_kind") in (SessionKind.LIVE, SessionKind.OFFICE_HOURS)


class SessionPeople(QWidget):
    """Lists visits of a live session, or slots of office hours; a press on a slot books it or gives it back."""

    refused = Signal(str)

    def __init__(self, desk: Desk, session: Mapping[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._session, self._zone = desk, session, zone_of(desk)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        office = session.get("session_kind") == SessionKind.OFFICE_HOURS
        self.title = Label(self.tr("Times") if office else self.tr("Joined and left"), "section")
        column.addWidget(self.title)
        self.none = Label(self.tr("Nobody has joined yet."), "small", "muted")
        column.addWidget(self.none)
        self.rows = RowList(name=self.title.text())
        self.rows.pressed.connect(self._press)
        self.card = Card(padded=False)
        scrolled = ScrollColumn(padding=0)
        scrolled.body.addWidget(self.rows)
        self._scrolled = scrolled
        self.card.add(scrolled)
        column.addWidget(self.card)
        self.refresh()

    @property
    def has_rows(self) -> bool:
        """Whether there is anybody to list."""
        return bool(self.rows.rows)

    def refresh(self) -> None:
        """Read them anew."""
        office = self._session.get("session_kind") == SessionKind.OFFICE_HOURS
        rows = self._slots() if office else self._visits()
        self.rows.set_rows(rows)
        self.none.setVisible(not rows and not office)
        self.card.setVisible(bool(rows))
        high = sum(row.sizeHint().height() for row in self.rows.rows) + 4
        self._scrolled.setFixedHeight(min(theme().px(_MOST_HEIGHT), high))

    def _time(self, instant: str) -> str:
        return clock_words(local(instant, self._zone))

    def _visits(self) -> list[RowContent]:
        rows = []
        for one in live_actions.visits_of(self._desk, self._session["id"]):
            left = self._time(one["left_at"]) if one.get("left_at") else self.tr("still there")
            words = self.tr("{joined} to {left}").format(joined=self._time(one["joined_at"]), left=left)
            rows.append(RowContent(one["id"], one.get("person_name") or self.tr("Someone"), end=words, icon="user"))
        return rows

    def _slots(self) -> list[RowContent]:
        bookings = {one["id"]: one for one in live_actions.bookings_of(self._desk, self._session["id"])}
        rows = []
        for slot in slots_of(self._session, bookings.values()):
            times = f"{self._time(slot.starts_at)}–{self._time(slot.ends_at)}"
            taken = bookings.get(slot.booking_id or "")
            rows.append(self._slot(slot.starts_at, times, taken))
        return rows

    def _slot(self, starts_at: str, times: str, taken: Mapping[str, Any] | None) -> RowContent:
        if taken is None:
            return RowContent(starts_at, times, icon="circle-dashed", end=self.tr("Free, book it"), end_tone="accent")
        own = taken["person_id"] == self._desk.actor.person_id
        name = self.tr("Yours, give it back") if own else taken.get("person_name") or self.tr("Taken")
        return RowContent(starts_at, times, taken.get("topic") or "", icon="check", tone="ok", end=name)

    def _press(self, starts_at: str) -> None:
        if self._session.get("session_kind") != SessionKind.OFFICE_HOURS:
            return
        taken = next(
            (one for one in live_actions.bookings_of(self._desk, self._session["id"]) if one["starts_at"] == starts_at),
            None,
        )
        if self._is_over(starts_at):
            self.refused.emit(self.tr("This time is over. Choose a later one."))
            return
        try:
            if taken is None:
                live_actions.book(self._desk, self._session, starts_at)
            else:
                live_actions.give_back(self._desk, taken, self._session)
        except CampusError as problem:
            self.refused.emit(problem.message)
        self.refresh()

    def _is_over(self, starts_at: str) -> bool:
        cancelled = self._session.get("state") == ClassSessionState.CANCELLED
        return cancelled or parse_instant(starts_at) < self._desk.clock.now()
