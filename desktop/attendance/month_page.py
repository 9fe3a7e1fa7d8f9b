"""The page of a cohort's month: all its marks at once, set by letters, with Undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.attendance.actions import RollCall
from desktop.attendance.month_store import MonthCell, month_of, read_month, with_cell
from desktop.attendance.month_view import MonthView
from desktop.attendance.registers import sees_all
from desktop.attendance.words import spoken_words
from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.shell.page import follow, tell, tell_problem
from desktop.timetable.cohort_filter import add_cohorts, begin_with
from desktop.timetable.store import Choice, cohort_choices, own_cohorts
from desktop.timetable.times import local_now, zone_of
from desktop.widgets.announce import announce
from desktop.widgets.buttons import Button, icon_button
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.key_cap import KeyHint
from desktop.widgets.layouts import FlowLayout, PageHead
from shared.attendance.vocabulary import AttendanceState
from shared.core.errors import CampusError
from shared.core.text import text

_KINDS = frozenset({"observation", "class_session", "enrolment", "person", "leave_request", "conflict"})
_KEPT = "month_of_cohort"
_PAUSE_MS = 400


def seen_cohorts(desk: Desk) -> list[Choice]:
    """Return the cohorts whose marks this person sees: one's own, or all."""
    return cohort_choices(desk) if sees_all(desk) else own_cohorts(desk)


class MonthPage(QWidget):
    """Shows one cohort and month; Alt and the left and right arrows go to the month before and after."""

    def __init__(self, desk: Desk, cohort_id: str | None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._zone = desk, zone_of(desk)
        self._registers: dict[str, RollCall] = {}
        self._done: list[RollCall] = []
        self._later = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._later.timeout.connect(self.refresh)
        given = (details or {}).get("day")
        self.day = date.fromisoformat(given) if given else local_now(desk, self._zone).date()
        self.setWindowTitle(self.tr("Month"))
        self.choices = seen_cohorts(desk)
        self._make()
        begin_with(self.filters, desk, self.choices, cohort_id, _KEPT)
        self.filters.changed.connect(self._cohort_chosen)
        self.filters.search.searched.connect(self._search)
        self.filters.search.left_down.connect(self.view.setFocus)
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _make(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Month"))
        column.addWidget(self.head)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.back = icon_button("chevron-left", self.tr("The month before"), on_click=lambda: self.go(-1))
        self.now = Button(self.tr("This month"), on_click=lambda: self.go(0))
        self.on = icon_button("chevron-right", self.tr("The month after"), on_click=lambda: self.go(1))
        for button in (self.back, self.now, self.on):
            row.addWidget(button)
        self.filters = FilterRow(self.tr("Search a student"))
        add_cohorts(self.filters, self.choices)
        row.addWidget(self.filters, 1)
        column.addLayout(row)
        column.addWidget(self._make_keys())
        self.view = MonthView()
        self.view.asked.connect(self._mark)
        self.view.opened.connect(lambda session_id: self._desk.open("attendance.register", session_id))
        card = Card(padded=False)
        card.add(self.view, 1)
        self.empty = EmptyState("calendar", "")
        self.stack = QStackedWidget()
        self.stack.addWidget(card)
        self.stack.addWidget(self.empty)
        column.addWidget(self.stack, 1)
        for keys, step in (("Alt+Left", -1), ("Alt+Right", 1)):
            shortcut = QShortcut(QKeySequence(keys), self.view)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda by=step: self.go(by))

    def _make_keys(self) -> QWidget:
        box = QWidget()
        line = FlowLayout(box, space=12)
        for key, state in (("P", "present"), ("L", "late"), ("A", "absent"), ("E", "excused")):
            line.addWidget(KeyHint(key, spoken_words(state, None)))
        line.addWidget(KeyHint("Backspace", self.tr("not marked")))
        line.addWidget(KeyHint("Enter", self.tr("open the register")))
        line.addWidget(KeyHint("Ctrl Z", self.tr("undo")))
        return box

    # ------------------------------------------------------------------------------------------------ showing

    @property
    def cohort_id(self) -> str:
        """The cohort on show."""
        return str(self.filters.chosen().get("cohort") or "")

    def go(self, step: int) -> None:
        """Show the month before (-1), after (1), or the one of today (0)."""
        today = local_now(self._desk, self._zone).date()
        self.day = month_of(self.day, step)[0] if step else today
        self._registers.clear()
        self.refresh()

    def _cohort_chosen(self) -> None:
        self._desk.store.remember(_KEPT, self.cohort_id)
        self._registers.clear()
        self.refresh()

    def refresh(self) -> None:
        """Read the month anew."""
        first, last = month_of(self.day)
        month = read_month(self._desk, self.cohort_id, first, last)
        name = month_words(first)
        self.head.set_words(str((month.cohort or {}).get("name") or self.tr("Month")), name)
        self.view.month_model.show_month(month)
        self._show_place()
        self.empty.set_words(
            self.tr("No classes in {month}").format(month=name),
            self.tr("Choose another month or cohort."),
        )
        self.stack.setCurrentIndex(0 if month.classes and month.students else 1)
        self.filters.set_count(self.view.month_model.rowCount(), len(month.students))

    def _show_place(self) -> None:
        """Put the cursor on today's or the last class that has begun, unless it stands somewhere already."""
        model = self.view.month_model
        if self.view.currentIndex().isValid() or not model.rowCount() or not model.columnCount():
            return
        begun = [at for at, one in enumerate(model.month.classes) if one.begun and not one.cancelled]
        index = model.index(0, begun[-1] if begun else 0)
        self.view.setCurrentIndex(index)
        self.view.scrollTo(index)

    def _search(self, typed: str) -> None:
        self.view.month_model.search(typed)
        self.filters.set_count(self.view.month_model.rowCount(), len(self.view.month_model.month.students))
        self._show_place()

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & _KINDS:
            self._later.start()  # once the typing pauses: reading a month takes longer than a mark may

    # ------------------------------------------------------------------------------------------------- acting

    def _mark(self, enrolment_id: str, session_id: str, state: str) -> None:
        wanted = AttendanceState(state)
        register = self._register(session_id)

        def act() -> bool:
            if wanted is AttendanceState.NONE:
                return register.clear(enrolment_id)
            made = register.mark(enrolment_id, wanted)
            register.stop_typing()
            return made

        done: list[bool] = []
        if not self._try(lambda: done.append(act())):
            return
        if done[0]:
            self._done.append(register)
        row = register.roll.row(enrolment_id)
        name = row.member.name if row else ""
        announce(self, self.tr("{name}: {state}").format(name=name, state=spoken_words(wanted, None)))
        if row is not None:
            cell = MonthCell(row.mark, row.is_disputed)
            self.view.month_model.show_month(with_cell(self.view.month_model.month, enrolment_id, session_id, cell))
        self.view.go_down()

    def _register(self, session_id: str) -> RollCall:
        register = self._registers.get(session_id)
        if register is None:
            register = self._registers[session_id] = RollCall(self._desk, session_id)
        else:
            register.refresh()
        return register

    def undo(self) -> None:
        """Take the last mark back."""
        if not self._done:
            tell(self, self.tr("There is nothing to undo on this page."))
            return
        register = self._done[-1]
        register.refresh()
        if self._try(lambda: tell(self, register.undo())):
            self._done.pop()
            self.refresh()

    def _try(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except CampusError as problem:
            tell_problem(self, problem)
            return False
        return True

    # --------------------------------------------------------------------------------------- what the window asks

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.search.setFocus()

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        return [
            ("P, L, A, E", self.tr("Mark the student in this class, go to the next")),
            ("Backspace", self.tr("Take the mark away")),
            ("Enter", self.tr("Open the register")),
            ("Alt Left, Alt Right", self.tr("The month before or after")),
            ("Ctrl C", self.tr("Copy the table")),
            ("Ctrl Z", self.tr("Undo")),
        ]

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.view if self.stack.currentIndex() == 0 else self.now


def month_words(first: date) -> str:
    """Return `November 2026`."""
    names = (
        text("January"), text("February"), text("March"), text("April"), text("May"), text("June"), text("July"),
        text("August"), text("September"), text("October"), text("November"), text("December"),
    )  # fmt: skip
    return QCoreApplication.translate("MonthPage", "{month} {year}").format(
        month=names[first.month - 1], year=first.year
    )
