"""What a report of money is asked to be about: by what it is told, its days, and a course where that matters."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance.report_store import (
    DAYS,
    LAST_MONTH,
    MONTH,
    TODAY,
    WEEK,
    YEAR,
    Asked,
    courses,
    days_of,
    terms,
    today_of,
)
from desktop.timetable.times import short_day
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.label import Label
from shared.core.text import text
from shared.finance.report_rules import GROUPINGS, Report
from shared.finance.report_words import grouping_words
from shared.learning.vocabulary import COURSE


class MoneyFilters(QWidget):
    """``changed`` says that something else is asked."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.report = Report.DAILY
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.row = FilterRow(self.tr("Search this report"))
        periods = [(TODAY, self.tr("Today")), (WEEK, self.tr("This week")), (MONTH, self.tr("This month")),
                   (LAST_MONTH, self.tr("Last month")), (YEAR, self.tr("This year"))]  # fmt: skip
        named = [(str(one["id"]), str(one["name"])) for one in terms(desk)]
        more = [(DAYS, self.tr("Choose days"))]
        self.period = self.row.add_filter("period", self.tr("Period"), [*periods, *named, *more])
        choices = [("", self.tr("All courses")), *((one.id, one.name) for one in courses(desk))]
        self.course = self.row.add_filter("course", self.tr("Course"), choices)
        column.addWidget(self.row)
        column.addWidget(self._make_line())
        self.row.changed.connect(self._changed)
        self.set_report(Report.DAILY)

    def _make_line(self) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.by_words = Label(self.tr("Told by"), "small", "muted")
        row.addWidget(self.by_words)
        self.by = Combo([], name=self.tr("Told by"))
        self.by.currentIndexChanged.connect(lambda _index: self.changed.emit())
        row.addWidget(self.by)
        today = today_of(self._desk)
        self.first = DateField(today.replace(day=1), today=lambda: today_of(self._desk), name=self.tr("First day"))
        self.last = DateField(today, today=lambda: today_of(self._desk), name=self.tr("Last day"))
        self.from_words, self.to_words = Label(self.tr("From"), "small", "muted"), Label("", "small", "muted")
        for words, field in ((self.from_words, self.first), (self.to_words, self.last)):
            row.addWidget(words)
            field.setMaximumWidth(160)
            row.addWidget(field)
            field.changed.connect(lambda _day: self.changed.emit())
        row.addStretch(1)
        self.line = line
        return line

    def set_report(self, report: Report) -> None:
        """Offer what this report can be asked for; nothing is told to have changed."""
        self.report = report
        choices = GROUPINGS[report]
        self.by.blockSignals(True)
        self.by.clear()
        for one in choices:
            self.by.addItem(grouping_words(one), one)
        self.by.blockSignals(False)
        self._show()

    def _changed(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        at, gaps = self.report is Report.DEBT, self.report is Report.GAPS
        chosen_days = self.period.chosen == DAYS
        self.period.setVisible(not at and not gaps)
        self.course.setVisible(at)
        several = len(GROUPINGS[self.report]) > 1
        free = chosen_days and not at and not gaps
        parts: dict[QWidget, bool] = {self.by_words: several, self.by: several}
        parts |= {self.from_words: free, self.first: free, self.to_words: at or free, self.last: at or free}
        for part, shown in parts.items():
            part.setVisible(shown)
        self.to_words.setText(self.tr("As at the end of") if at else self.tr("to"))
        self.line.setVisible(several or at or (chosen_days and not gaps))

    def choose_days(self, first: date, last: date) -> None:
        """Ask about these days."""
        self.first.set_value(first)
        self.last.set_value(last)
        self.period.choose(DAYS)

    def asked(self) -> Asked:
        """Return what is asked now; of two days in the wrong order the earlier one is the first."""
        by = str(self.by.currentData() or GROUPINGS[self.report][0])
        today = today_of(self._desk)
        if self.report is Report.DEBT:
            day = self.last.value or today
            return Asked(self.report, by, day, day, self.course.chosen or "")
        if self.period.chosen == DAYS:
            first, last = sorted((self.first.value or today, self.last.value or today))
        else:
            first, last = days_of(self._desk, self.period.chosen or TODAY)
        if self.report is Report.EXPECTED and self.period.chosen not in (
            DAYS,
            *(str(one["id"]) for one in terms(self._desk)),
        ):
            last = max(last, date(today.year + 1, 12, 31))
        return Asked(self.report, by, first, last)

    def about(self, asked: Asked) -> str:
        """Return what figures are about, in words, for paper and files."""
        parts = []
        if asked.report is Report.DEBT:
            parts.append(text("as at {day}", day=_day(asked.last)))
        elif asked.report is not Report.GAPS:
            parts.append(text("{first} to {last}", first=_day(asked.first), last=_day(asked.last)))
        if len(GROUPINGS[asked.report]) > 1:
            parts.append(grouping_words(asked.by))
        course = self._desk.store.get(COURSE, asked.course_id) if asked.course_id else None
        parts.append(str(course["title"]) if course else "")
        parts.append(self.row.search.text().strip())
        return " · ".join(part for part in parts if part)


def _day(day: date) -> str:
    return text("{day} {year}", day=short_day(day), year=day.year)
