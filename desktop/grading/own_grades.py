"""A student's published course grades: what each course came to, and how it came about."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from desktop.core.desk import Desk
from desktop.grading.explain_dialog import ExplainDialog
from desktop.grading.grade_papers import GradePapers
from desktop.grading.grade_store import own_grades
from desktop.grading.grade_words import entry_lines, published_words, statement_lines
from desktop.grading.person_grades import add_report
from desktop.widgets.buttons import Button
from desktop.widgets.card import Card
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.theme import theme

_ROW, _MOST = 50, 3


class OwnGrades(Card):
    """A row for each course; Enter opens the work that its grade comes from. Hidden while there is none."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(padded=False, parent=parent)
        self.setAccessibleName(self.tr("Course grades"))
        self._desk = desk
        self.grades: dict[str, dict[str, Any]] = {}
        self.rows = RowList(name=self.tr("Course grades"))
        self.rows.pressed.connect(self.open_grade)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self.rows)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        self.rows.setAutoFillBackground(False)
        self._scroll = scroll
        self.add(scroll)
        self.papers = GradePapers(desk, self)
        self.transcript = Button(self.tr("Transcript"), icon="printer", small=True, on_click=self.print_transcript)
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 6, 14, 8)
        foot.addWidget(self.transcript)
        foot.addStretch(1)
        self.add(foot)
        self.refresh()

    def refresh(self) -> None:
        """Read the grades anew."""
        grades = own_grades(self._desk)
        self.grades = {one["id"]: one for one in grades}
        shown = []
        for one, (course, grade, when) in zip(grades, published_words(self._desk, grades), strict=True):
            note = self.tr("Course grade, published {when}").format(when=when)
            shown.append(RowContent(one["id"], course, detail=note, icon="flag", badge=(grade, "info", "")))
        self.rows.set_rows(shown)
        self._scroll.setFixedHeight(theme().px(_ROW) * min(_MOST, len(shown)) + 2)
        self.setVisible(bool(shown))

    def print_transcript(self) -> None:
        """Show all grades as they print."""
        self.papers.transcript(self._desk.actor.person_id)

    def open_grade(self, grade_id: str) -> None:
        """Open how a grade came about, and each time that it was published."""
        grade = self.grades.get(grade_id)
        if grade is not None:
            lines, history = statement_lines(grade), entry_lines(self._desk, grade["enrolment_id"])
            course = " · ".join(part for part in (grade["course_title"], grade["cohort_name"]) if part)
            dialog = ExplainDialog(self.window(), course, self.tr("Course grade"), lines, history)
            add_report(dialog, self.papers, str(grade["enrolment_id"]))
            dialog.finished.connect(dialog.deleteLater)
            dialog.open_dialog()
