"""One cohort: its students, its classes and its details, in tabs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QStackedLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.learning.actions import edit_cohort
from desktop.learning.classes_tab import ClassesTab
from desktop.learning.cohort_model import cohort_state
from desktop.learning.enrol_dialog import Costs, EnrolDialog, no_costs
from desktop.learning.fields import cohort_fields
from desktop.learning.record_head import RecordHead
from desktop.learning.store import cohort_row
from desktop.learning.students_tab import Ends, StudentsTab, end_at_once
from desktop.learning.words import span_words
from desktop.people.actions import Done, take_back
from desktop.people.record_form import RecordForm
from desktop.people.save_bar import SaveBar
from desktop.shell.page import follow, tell, tell_problem
from desktop.widgets.buttons import primary, quiet, secondary
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import ScrollColumn, show_part
from desktop.widgets.tabs import Tabs
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.text import plural
from shared.learning.permissions import may_edit_courses, may_edit_enrolments
from shared.learning.vocabulary import COHORT, COURSE, ENROLMENT
from shared.people.vocabulary import PERSON

_KINDS = {COHORT, COURSE, ENROLMENT, PERSON, "class_session"}
FORM_WIDTH = 560


class CohortPage(QWidget):
    """The page of one cohort; unsaved typing is kept when it is left."""

    def __init__(
        self,
        desk: Desk,
        cohort_id: str | None,
        details: Mapping[str, Any],
        parent: QWidget | None = None,
        costs: Costs = no_costs,
        ends: Ends = end_at_once,
    ) -> None:
        super().__init__(parent)
        self._costs = costs
        self._desk, self.cohort_id = desk, cohort_id or ""
        self._body: Mapping[str, Any] | None = None
        self._may = may_edit_courses(desk.actor)
        self.setObjectName("learning.cohort")
        self._stack = QStackedLayout(self)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        column.addWidget(self._make_head())
        tabs = [("students", self.tr("Students")), ("classes", self.tr("Classes")), ("details", self.tr("Details"))]
        self.tabs = Tabs(tabs, name=self.tr("Parts of the cohort"))
        self.tabs.chosen_changed.connect(self._show_tab)
        column.addWidget(self.tabs)
        self.parts = QStackedWidget()
        self.students = StudentsTab(desk, self.cohort_id, ends=ends)
        self.students.done.connect(self._tell)
        self.students.enrol_wanted.connect(self.new)
        self.classes = ClassesTab(desk, self.cohort_id)
        for part in (self.students, self.classes, self._make_details()):
            self.parts.addWidget(part)
        column.addWidget(self.parts, 1)
        self._stack.addWidget(page)
        words = self.tr("The row may have been removed, or your role doesn't show it. Sync, or go back to the list.")
        self._stack.addWidget(EmptyState("users", self.tr("This cohort isn't on this computer"), words))
        follow(desk.store, self, lambda changed: self.refresh() if changed.kinds & _KINDS else None)
        self.tabs.choose(str(details.get("tab") or "students"))
        self.refresh()

    def _make_head(self) -> RecordHead:
        self.head = RecordHead("users")
        self.course_button = self.head.add_button(quiet("", "book-open", self._open_course))
        self.archive_button = self.head.add_button(secondary(self.tr("Archive"), on_click=self.toggle_archived))
        self.archive_button.setVisible(self._may)
        self.enrol_button = self.head.add_button(primary(self.tr("Enrol students"), "user-plus", self.new))
        self.enrol_button.setVisible(may_edit_enrolments(self._desk.actor))
        self.course_button.setText(self.tr("Course"))
        return self.head

    def _make_details(self) -> ScrollColumn:
        column = ScrollColumn(padding=0)
        card = Card(self.tr("Details"))
        card.setFixedWidth(theme().px(FORM_WIDTH))
        self.form = RecordForm(cohort_fields(self._desk), self._desk.store, f"draft:cohort:{self.cohort_id}")
        card.add(self.form)
        self.save_bar = SaveBar(self.form, self.save)
        show_part(self.save_bar, self._may)
        card.add(self.save_bar)
        if not self._may:
            self.form.set_read_only(self.tr("The office changes cohorts"))
        column.body.addWidget(card)
        column.body.addStretch(1)
        return column

    def _show_tab(self, tab: str) -> None:
        self.parts.setCurrentIndex(("students", "classes", "details").index(tab))

    def first_focus(self) -> QWidget:
        """Let letters and arrows work on the students at once."""
        return self.students.table

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Go to the students' search."""
        self.tabs.choose("students")
        self.students.filters.search.setFocus()

    def refresh(self) -> None:
        """Show what the store has now; typing that isn't saved stays in its fields."""
        self._body = self._desk.store.get(COHORT, self.cohort_id)
        if self._body is None:
            self._stack.setCurrentIndex(1)
            return
        body = self._body
        self._stack.setCurrentIndex(0)
        self.setWindowTitle(body["name"])
        row = cohort_row(self._desk, body)
        seats = body.get("capacity")
        students = plural("{n} student", "{n} students", row.students)
        if seats:
            students = self.tr("{n} of {seats} seats taken").format(n=row.students, seats=seats)
        span = span_words(body.get("starts_on"), body.get("ends_on"))
        facts = [body["code"], row.course, span, body.get("room") or "", ", ".join(row.instructors), students]
        self.head.show_words(body["name"], facts, cohort_state(row, self._desk.clock.now().date()))
        self.archive_button.setText(self.tr("Take out of archive") if body.get("archived") else self.tr("Archive"))
        self.archive_button.updateGeometry()
        self.form.show_record(body)
        self.students.refresh()
        self.tabs.set_text("students", self.tr("Students ({n})").format(n=row.students))
        self.tabs.set_text("classes", self.tr("Classes ({n})").format(n=self.classes.refresh()))

    def _open_course(self) -> None:
        if self._body is not None:
            self._desk.open("learning.course", self._body["course_id"])

    def new(self) -> None:
        """Open the dialog that enrols students."""
        if may_edit_enrolments(self._desk.actor) and self._body is not None:
            dialog = EnrolDialog(self.window(), self._desk, self.cohort_id, self._costs)
            dialog.enrolled.connect(self._tell)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open_dialog()

    def save(self) -> None:
        """Save the details that differ."""
        if self._body is None or not self._may or not self.form.check():
            return
        if self._edit(self.form.wanted()):
            self.form.take_saved(self._desk.store.get(COHORT, self.cohort_id) or self._body)

    def toggle_archived(self) -> None:
        """Archive the cohort, or take it out of the archive; its students stay."""
        if self._body is not None:
            self._edit({"archived": not self._body.get("archived")})

    def _edit(self, wanted: Mapping[str, Any]) -> bool:
        try:
            done = edit_cohort(self._desk, self._body or {}, wanted)
        except CampusError as problem:
            self.form.show_errors(problem.details.get("fields", {}))
            tell_problem(self, problem)
            return False
        self._tell(done)
        return True

    def _tell(self, done: Done | None) -> None:
        self.refresh()
        if done is None:
            tell(self, self.tr("Nothing to change: it is so already"))
            return
        tell(self, done.words, partial(self._undo, done))

    def _undo(self, done: Done) -> None:
        take_back(self._desk, done)
        self.refresh()
        tell(self, self.tr("Taken back"))
