"""What a report is asked to be about: period, course, cohort, and the days where one chooses them freely."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.attendance.report_store import Asked, course_choices, report_cohorts, terms
from desktop.core.desk import Desk
from desktop.timetable.times import local_now, zone_of
from desktop.widgets.check import Check
from desktop.widgets.date_field import DateField
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.label import Label

ALL, FORTNIGHT, DAYS = "all", "fortnight", "days"
_FAR = timedelta(days=3 * 366)


class ReportFilters(QWidget):
    """``changed`` says that something else is asked, ``narrowed`` that only the rows shown of it change."""

    changed = Signal()
    narrowed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._terms = {str(one["id"]): one for one in terms(desk)}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.row = FilterRow(self.tr("Search this report"))
        periods = [(term_id, str(one["name"])) for term_id, one in self._terms.items()]
        more = [(ALL, self.tr("All days")), (FORTNIGHT, self.tr("Last 14 days")), (DAYS, self.tr("Choose days"))]
        self.period = self.row.add_filter("period", self.tr("Period"), [*periods, *more])
        courses = [("", self.tr("All courses")), *((one.id, one.name) for one in course_choices(desk))]
        self.course = self.row.add_filter("course", self.tr("Course"), courses)
        cohorts = [("", self.tr("All cohorts")), *((one.id, one.name) for one in report_cohorts(desk))]
        self.cohort = self.row.add_filter("cohort", self.tr("Cohort"), cohorts)
        self.period.choose(self._present_term() or ALL)
        column.addWidget(self.row)
        column.addWidget(self._make_days())
        self.row.changed.connect(self._period_changed)

    def _make_days(self) -> QWidget:
        today = self._today()
        self.days = QWidget()
        line = QHBoxLayout(self.days)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.first = DateField(today - timedelta(days=27), today=self._today, name=self.tr("First day"))
        self.last = DateField(today, today=self._today, name=self.tr("Last day"))
        for words, field in ((self.tr("From"), self.first), (self.tr("to"), self.last)):
            line.addWidget(Label(words, "small", "muted"))
            field.setMaximumWidth(160)
            line.addWidget(field)
            field.changed.connect(lambda _day: self.changed.emit())
        line.addStretch(1)
        self.days.hide()
        self.below = Check(self.tr("Below the threshold only"))
        self.below.toggled.connect(lambda _on: self.narrowed.emit())
        return self.days

    def _today(self) -> date:
        return local_now(self._desk, zone_of(self._desk)).date()

    def _present_term(self) -> str:
        today = self._today().isoformat()
        started = [one for one in self._terms.values() if one["starts_on"] <= today]
        return str(started[0]["id"]) if started else ""

    def _period_changed(self) -> None:
        self.days.setVisible(self.period.chosen == DAYS)
        self.changed.emit()

    def choose_days(self, first: date, last: date) -> None:
        """Ask about these days."""
        self.first.set_value(first)
        self.last.set_value(last)
        self.period.choose(DAYS)

    def asked(self) -> Asked:
        """Return what is asked now; of two days in the wrong order the earlier one is the first."""
        today, chosen = self._today(), self.period.chosen or ALL
        if chosen in self._terms:
            term = self._terms[chosen]
            first, last = date.fromisoformat(term["starts_on"]), date.fromisoformat(term["ends_on"])
        elif chosen == FORTNIGHT:
            first, last = today - timedelta(days=13), today
        elif chosen == DAYS:
            first, last = sorted((self.first.value or today, self.last.value or today))
        else:
            first, last = today - _FAR, today + timedelta(days=366)
        return Asked(first, last, self.course.chosen or "", self.cohort.chosen or "")

    def about(self) -> str:
        """Return what the report is about, in words, for paper and files."""
        parts = [self.course.currentText() if self.course.chosen else ""]
        parts.append(self.cohort.currentText() if self.cohort.chosen else "")
        parts.append(self.row.search.text().strip())
        return " · ".join(part for part in parts if part)
