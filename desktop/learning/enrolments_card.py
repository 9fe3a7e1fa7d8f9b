"""The card on a person's page that says where he or she is enrolled, what he or she teaches, and the attendance."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.learning.cohort_model import enrolment_cell
from desktop.learning.store import EnrolmentRow, enrolments_of, taught_by
from desktop.learning.words import span_words
from desktop.shell.page import follow
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.theme import theme
from shared.learning.vocabulary import COHORT, COURSE, ENROLMENT

Percent = Callable[[Desk, str], int | None]
"""Gives the attendance of an enrolment in whole percent, None while nothing is recorded."""

_KINDS = {COHORT, COURSE, ENROLMENT}


class EnrolmentsCard(Card):
    """Rows open the cohort."""

    def __init__(
        self, desk: Desk, person_id: str, percent: Percent | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(padded=False, parent=parent)
        self._desk, self._person_id, self._percent = desk, person_id, percent
        self.setAccessibleName(self.tr("Courses"))
        title = Label(self.tr("Courses"), "section")
        title.setContentsMargins(15, 10, 15, 8)
        self.add(title)
        self.rows = RowList(name=self.tr("Courses"))
        self.rows.pressed.connect(lambda cohort_id: desk.open("learning.cohort", cohort_id))
        self.add(self.rows)
        words = self.tr("Enrol someone on the page of a cohort.")
        self.nothing = EmptyState("book-open", self.tr("Not enrolled anywhere"), words)
        self.nothing.setMinimumHeight(theme().px(150))
        self.add(self.nothing)
        follow(desk.store, self, lambda changed: self.refresh() if changed.kinds & _KINDS else None)
        self.refresh()

    def refresh(self) -> None:
        """Read the enrolments anew."""
        rows = [self._enrolled(row) for row in enrolments_of(self._desk, self._person_id)]
        for cohort in taught_by(self._desk, self._person_id):
            span = span_words(cohort.get("starts_on"), cohort.get("ends_on"))
            badge = (self.tr("Teaches"), "info", "")
            rows.append(RowContent(cohort["id"], cohort["name"], span, icon="clipboard-check", badge=badge))
        self.rows.set_rows(rows)
        self.rows.setVisible(bool(rows))
        self.nothing.setVisible(not rows)

    def _enrolled(self, row: EnrolmentRow) -> RowContent:
        cell = enrolment_cell(str(row.enrolment.get("state") or "active"))
        percent = self._percent(self._desk, row.enrolment["id"]) if self._percent else None
        span = span_words(row.cohort.get("starts_on"), row.cohort.get("ends_on"))
        attended = self.tr("attendance {percent} %").format(percent=percent) if percent is not None else ""
        detail = " · ".join(part for part in (attended, str(row.course.get("title") or ""), span) if part)
        badge = (cell.text, cell.tone, cell.icon)
        return RowContent(row.cohort["id"], row.cohort["name"], detail, icon="users", badge=badge)
