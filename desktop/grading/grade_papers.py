"""Reads published grades for paper, makes the pages beside the window's thread, and shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.grading.annotated_work import file_name
from desktop.grading.grade_paper import GradeRow, Holder, cohort_report, student_report, transcript
from desktop.grading.grade_words import entry_lines, statement_lines
from desktop.grading.paper_flow import Flow
from desktop.grading.store import read_book
from desktop.shell.document_preview import preview
from desktop.shell.page import tell_problem
from desktop.timetable.letterhead import letterhead
from desktop.timetable.store import full_name
from desktop.timetable.times import local, local_now, short_day, zone_of
from desktop.widgets.background import Lane, run_in_background
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.ids import course_grade_id
from shared.grading.permissions import may_see_gradebook, may_see_transcript
from shared.grading.vocabulary import COURSE_GRADE
from shared.learning.holds import HOLD, HoldOn, held_on
from shared.learning.vocabulary import COHORT, COURSE
from shared.people.rules import fold
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]


def day_of(day: date) -> str:
    """Return a day as papers tell it, with its year: `20 Nov 2026`."""
    return text("{day} {year}", day=short_day(day), year=day.year)


def holder_of(desk: Desk, person_id: str) -> Holder:
    """Return whose paper it is."""
    person = desk.store.get(PERSON, person_id) or {}
    name = full_name(person) or (desk.actor.name if person_id == desk.actor.person_id else "")
    return Holder(name, str(person.get("number") or ""))


def grades_of(desk: Desk, person_id: str) -> list[GradeRow]:
    """Return the published grades of a person, the earliest first."""
    zone, holder = zone_of(desk), holder_of(desk, person_id)
    found = desk.store.page(COURSE_GRADE, [Where("person_id", "=", person_id)], limit=-1)
    ordered = sorted(found, key=lambda one: (str(one["published_at"]), str(one["id"])))
    return [GradeRow(holder, one, day_of(local(one["published_at"], zone).date())) for one in ordered]


def cohort_rows(desk: Desk, cohort_id: str) -> list[GradeRow]:
    """Return everyone in a cohort by name, and those who left it with a grade."""
    zone = zone_of(desk)
    found = desk.store.page(COURSE_GRADE, [Where("cohort_id", "=", cohort_id)], limit=-1)
    grades = {str(one["enrolment_id"]): one for one in found}
    rows = []
    for one in read_book(desk, cohort_id).students:
        grade = grades.pop(one.enrolment_id, None)
        day = day_of(local(grade["published_at"], zone).date()) if grade else ""
        rows.append(GradeRow(Holder(one.name, one.number), grade, day))
    for grade in grades.values():
        day = day_of(local(grade["published_at"], zone).date())
        rows.append(GradeRow(holder_of(desk, str(grade["person_id"])), grade, day))
    return sorted(rows, key=lambda row: (fold(row.holder.name), row.holder.number))


class GradePapers(QObject):
    """Shows one paper at a time, to be printed or saved. Raises nothing: what can't be shown is told on the page."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self.running = False

    def cohort(self, cohort_id: str) -> None:
        """Show the grade report of a cohort."""
        if not may_see_gradebook(self._desk.actor, cohort_id):
            self._refuse()
            return
        store = self._desk.store
        cohort = store.get(COHORT, cohort_id) or {}
        course = store.get(COURSE, cohort.get("course_id") or "") or {}
        about = " · ".join(str(part) for part in (course.get("title"), cohort.get("name")) if part)
        self._show(cohort_report(letterhead(self._desk), about, cohort_rows(self._desk, cohort_id)), about)

    def student(self, enrolment_id: str) -> None:
        """Show the grade report of one student's course."""
        grade = self._desk.store.get(COURSE_GRADE, course_grade_id(enrolment_id))
        if grade is None:
            words = text("This grade isn't published yet. Publish it, then make the report.")
            tell_problem(self._page, CampusError("grade_none", words))
            return
        holder = holder_of(self._desk, grade["person_id"])
        course = " · ".join(part for part in (grade["course_title"], grade["cohort_name"]) if part)
        lines, history = statement_lines(grade), entry_lines(self._desk, enrolment_id)
        self._show(student_report(letterhead(self._desk), holder, course, lines, history), holder.words)

    def transcript(self, person_id: str) -> None:
        """Show the transcript of a person."""
        if not may_see_transcript(self._desk.actor, person_id):
            self._refuse()
            return
        held = held_on(self._desk.store.page(HOLD, [Where("person_id", "=", person_id)], limit=-1), HoldOn.CERTIFICATE)
        if held is not None:
            tell_problem(self._page, CampusError(held.code, held.sentence))
            return
        day, holder = day_of(local_now(self._desk, zone_of(self._desk)).date()), holder_of(self._desk, person_id)
        self._show(transcript(letterhead(self._desk), holder, grades_of(self._desk, person_id), day), holder.words)

    def _refuse(self) -> None:
        words = text("You don't see all grades that belong on this paper. Ask the office.")
        tell_problem(self._page, CampusError("not_allowed", words))

    def _show(self, flow: Flow, about: str) -> None:
        if self.running:
            return
        self.running = True
        name = file_name(f"{flow.title} {about}")
        run_in_background(flow.pdf, partial(self._shown, flow.title, name), self._fail, self._page, Lane.POOL)

    def _shown(self, title: str, name: str, content: bytes) -> None:
        self.running = False
        preview(self._page, title, name, content)

    def _fail(self, problem: Exception) -> None:
        self.running = False
        raise problem
