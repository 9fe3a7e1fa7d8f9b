"""The card of published course grades on a person's page, with the transcript."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.grading.explain_dialog import ExplainDialog
from desktop.grading.grade_papers import GradePapers, grades_of
from desktop.grading.grade_store import told_words
from desktop.grading.grade_words import entry_lines, statement_lines
from desktop.people.person_page import PersonSection
from desktop.shell.page import follow
from desktop.widgets.buttons import Button
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from shared.grading.permissions import may_see_transcript
from shared.grading.vocabulary import COURSE_GRADE, COURSE_GRADE_ENTRY

_MOST = 50


class PersonGrades(Card):
    """A row for each grade, the latest first; pressing one opens how it came about."""

    def __init__(self, desk: Desk, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Course grades"), padded=False, parent=parent)
        self._desk, self._person_id = desk, person_id
        self.papers = GradePapers(desk, self)
        self.rows = RowList(name=self.tr("Course grades"))
        self.rows.pressed.connect(self.open_grade)
        self.nothing = Label(self.tr("No grade is published yet."), "small", "muted")
        self.nothing.setContentsMargins(16, 12, 16, 12)
        self.transcript = Button(self.tr("Transcript"), icon="printer", small=True, on_click=self.print_transcript)
        self.add(self.rows)
        self.add(self.nothing)
        self.foot = QWidget()
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(14, 8, 14, 10)
        row.addWidget(self.transcript)
        row.addStretch(1)
        self.add(self.foot)
        self.refresh()
        follow(desk.store, self, self._changed)

    def refresh(self) -> None:
        """Read the grades anew."""
        self.grades = {str(one.grade["id"]): one for one in grades_of(self._desk, self._person_id) if one.grade}
        shown = [
            RowContent(
                key,
                " · ".join(part for part in (one.grade["course_title"], one.grade["cohort_name"]) if part),
                self.tr("Published {day}").format(day=one.day),
                icon="flag",
                badge=(told_words((one.grade["result"], one.grade["word"])), "info", ""),
            )
            for key, one in reversed(self.grades.items())
            if one.grade
        ]
        self.rows.set_rows(shown[:_MOST])
        self.nothing.setVisible(not shown)
        self.foot.setVisible(bool(shown))

    def _changed(self, changed: Changed) -> None:
        if changed.kinds & {COURSE_GRADE, COURSE_GRADE_ENTRY} or not changed.keys:
            self.refresh()

    def open_grade(self, grade_id: str) -> None:
        """Open how a grade came about, and each time that it was published."""
        row = self.grades.get(grade_id)
        if row is None or row.grade is None:
            return
        grade = row.grade
        course = " · ".join(part for part in (grade["course_title"], grade["cohort_name"]) if part)
        history = entry_lines(self._desk, grade["enrolment_id"])
        dialog = ExplainDialog(self.window(), course, row.holder.words, statement_lines(grade), history)
        add_report(dialog, self.papers, str(grade["enrolment_id"]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def print_transcript(self) -> None:
        """Show the transcript as it prints."""
        self.papers.transcript(self._person_id)


def add_report(dialog: ExplainDialog, papers: GradePapers, enrolment_id: str) -> None:
    """Let a grade's explanation be printed; the dialog closes first."""

    def show() -> None:
        dialog.accept()
        papers.student(enrolment_id)

    dialog.report = dialog.add_button(Button(dialog.tr("Grade report"), icon="printer", on_click=show))


def grades_section() -> PersonSection:
    """Return the card for those who may see all grades of a person; None where there are none to see."""

    def make(desk: Desk, person_id: str) -> QWidget | None:
        own = person_id == desk.actor.person_id
        if not may_see_transcript(desk.actor, person_id) or (own and not grades_of(desk, person_id)):
            return None
        return PersonGrades(desk, person_id)

    return PersonSection(make)
