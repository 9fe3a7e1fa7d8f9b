"""A student's own work over all courses: what is to do, until when, and when each was set, begun and handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.grading.my_work_store import DONE, IN_HAND, TO_DO, MyWork, my_works
from desktop.grading.own_explain import explain_own, own_lines
from desktop.grading.work_store import KINDS_READ
from desktop.grading.work_words import state_badge
from desktop.shell.page import follow
from desktop.timetable.times import clock_words, local, local_now, near_day, short_day, zone_of
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.text import plural, text
from shared.grading.vocabulary import WorkKind, WorkState

_LAST = "9999"


class MyWorkPage(QWidget):
    """Enter opens the page of work; of work that isn't handed in here, how its mark came about."""

    def __init__(self, desk: Desk, _id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._zone = desk, zone_of(desk)
        self.setWindowTitle(self.tr("My work"))
        self.works: list[MyWork] = []
        self.source: ListSource[MyWork] = ListSource(
            lambda one: one.id,
            {
                "due": lambda one: one.due or _LAST,
                "work": lambda one: one.title,
                "course": lambda one: one.course,
                "state": lambda one: self._state(one).text,
                "assigned": lambda one: one.assigned,
                "started": lambda one: one.started,
                "handed_in": lambda one: one.handed_in,
                "ends": lambda one: one.ends or _LAST,
            },
            name_key="work",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("My work"))
        column.addWidget(self.head)
        self.table = RecordTable(self.source, self._columns(), name=self.tr("My work"))
        self.table.sort_by("due")
        self.table.opened.connect(self.open_work)
        self.filters = FilterRow(self.tr("Search my work"))
        self.filters.add_filter("status", self.tr("State"), self._statuses())
        self.course = self.filters.add_filter("course", self.tr("Course"), [("", self.tr("All courses"))])
        self.body = FilteredTable(self.filters, self.table, icon="file-text", empty_words=self._nothing)
        column.addWidget(self.body, 1)
        self.refresh()
        self.filters.changed.connect(self._show)
        follow(desk.store, self, self._store_changed)

    def _statuses(self) -> list[tuple[str, str]]:
        words = {TO_DO: self.tr("To do"), IN_HAND: self.tr("Handed in"), DONE: self.tr("Graded")}
        return [("", self.tr("All states")), *words.items()]

    def _columns(self) -> list[Column]:
        def moment(name: str) -> Any:
            return lambda one: self._moment(getattr(one, name))

        return [
            Column("work", self.tr("Work"), lambda one: one.title, width=170, stretch=True),
            Column("course", self.tr("Course"), lambda one: one.course, CellKind.MUTED, width=150),
            Column("state", self.tr("State"), self._state, CellKind.BADGE, width=130),
            Column("due", self.tr("Due"), self._due, width=124),
            Column("ends", self.tr("Taken until"), moment("ends"), CellKind.MUTED, width=124),
            Column("assigned", self.tr("Set"), moment("assigned"), CellKind.MUTED, width=124),
            Column("started", self.tr("Begun"), moment("started"), CellKind.MUTED, width=124),
            Column("handed_in", self.tr("Handed in"), moment("handed_in"), CellKind.MUTED, width=124),
        ]

    def _moment(self, instant: str) -> str:
        if not instant:
            return ""
        moment, today = local(instant, self._zone), local_now(self._desk, self._zone).date()
        if abs((moment.date() - today).days) <= 1:
            return text("{day} {time}", day=near_day(moment.date(), today), time=clock_words(moment))
        return text("{day}, {time}", day=short_day(moment.date()), time=clock_words(moment))

    def _due(self, one: MyWork) -> Cell:
        tone = "bad" if one.overdue else "warn" if one.soon else ""
        return Cell(self._moment(one.due), tone)

    def _state(self, one: MyWork) -> Cell:
        if one.overdue and one.work.state is not WorkState.RETURNED:
            words = self.tr("Overdue") if one.open else self.tr("Not handed in")
            return Cell(words, "bad", "circle-alert")
        if not one.handed_in_here and one.work.state is not WorkState.GRADED:
            paper = one.work.assignment["work_kind"] == WorkKind.PAPER
            return Cell(self.tr("On paper") if paper else self.tr("Practical"), "neu")
        return Cell(*state_badge(one.work.state))

    # ------------------------------------------------------------------------------------------------ showing

    def refresh(self) -> None:
        """Read the work anew."""
        self.works = my_works(self._desk)
        courses = sorted({(one.work.assignment["cohort_id"], one.course) for one in self.works}, key=lambda one: one[1])
        chosen = str(self.course.chosen or "")
        self.course.blockSignals(True)
        self.course.set_choices([("", self.tr("All courses")), *courses])
        self.course.choose(chosen)
        self.course.blockSignals(False)
        self._show()

    def _show(self) -> None:
        wanted = self.filters.chosen()
        self.source.set_rows([one for one in self.works if self._fits(one, wanted)])
        self.body.show_rows(len(self.works))
        undone = [one for one in self.works if one.status == TO_DO and one.open]
        late = sum(one.overdue for one in undone)
        words = plural("1 piece of work to do", "{n} pieces of work to do", len(undone)) if undone else ""
        more = plural("1 overdue", "{n} overdue", late) if late else ""
        told = " · ".join(part for part in (words, more) if part)
        self.head.set_words(self.tr("My work"), told or self.tr("Nothing to hand in now"))

    @staticmethod
    def _fits(one: MyWork, wanted: Mapping[str, str]) -> bool:
        status, cohort_id = wanted.get("status"), wanted.get("course")
        return (not status or one.status == status) and (not cohort_id or one.work.assignment["cohort_id"] == cohort_id)

    def _nothing(self, typed: str, filtered: bool) -> tuple[str, str]:
        if typed:
            return self.tr("No work matches “{typed}”").format(typed=typed), self.tr("Clear the search.")
        if filtered:
            return self.tr("No work like this"), self.tr("Choose another state or course.")
        return self.tr("No work yet"), self.tr("Work that your instructors set appears here.")

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    def open_work(self, assignment_id: str) -> None:
        """Open the page of work that is handed in here; of other work, how its mark came about."""
        one = next((one for one in self.works if one.id == assignment_id), None)
        if one is not None and one.handed_in_here:
            self._desk.open("grading.work", assignment_id)
            return
        line = next((line for line in own_lines(self._desk) if line.id == assignment_id), None)
        if line is not None:
            explain_own(self, self._desk, line)

    # --------------------------------------------------------------------------------------- what the window asks

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.search.setFocus()

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.table
