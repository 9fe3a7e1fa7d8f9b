"""One cohort: its students, its classes and its details, in tabs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.learning.actions import edit_cohort
from desktop.learning.classes_tab import ClassesTab
from desktop.learning.cohort_model import cohort_state
from desktop.learning.enrol_dialog import Costs, EnrolDialog, no_costs
from desktop.learning.fields import cohort_fields
from desktop.learning.record_head import RecordHead
from desktop.learning.record_page import Body, RecordPage
from desktop.learning.store import cohort_row
from desktop.learning.students_tab import Ends, StudentsTab, end_at_once
from desktop.learning.words import span_words
from desktop.people.actions import Done
from desktop.shell.page import tell
from desktop.widgets.buttons import primary, quiet
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.tabs import Tabs
from shared.core.text import plural
from shared.learning.permissions import may_edit_enrolments
from shared.learning.vocabulary import COHORT, COURSE, ENROLMENT
from shared.people.vocabulary import PERSON


class CohortPage(RecordPage):
    """The page of one cohort."""

    kind = COHORT
    follows = frozenset({COHORT, COURSE, ENROLMENT, PERSON, "class_session"})

    def __init__(
        self,
        desk: Desk,
        cohort_id: str | None,
        details: Mapping[str, Any],
        parent: QWidget | None = None,
        costs: Costs = no_costs,
        ends: Ends = end_at_once,
    ) -> None:
        super().__init__(desk, cohort_id, parent)
        self._costs = costs
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
        self.students = StudentsTab(desk, self.record_id, ends=ends)
        self.students.done.connect(self._tell)
        self.students.enrol_wanted.connect(self.new)
        self.classes = ClassesTab(desk, self.record_id)
        for part in (self.students, self.classes, self._make_details()):
            self.parts.addWidget(part)
        column.addWidget(self.parts, 1)
        words = self.tr("The row may have been removed, or your role doesn't show it. Sync, or go back to the list.")
        self.show_in(page, EmptyState("users", self.tr("This cohort isn't on this computer"), words))
        self.tabs.choose(str(details.get("tab") or "students"))
        self.refresh()

    def _make_head(self) -> RecordHead:
        self.head = RecordHead("users")
        self.course_button = self.head.add_button(quiet("", "book-open", self._open_course))
        self.head.add_button(self.make_archive_button())
        self.enrol_button = self.head.add_button(primary(self.tr("Enrol students"), "user-plus", self.new))
        self.enrol_button.setVisible(may_edit_enrolments(self._desk.actor))
        self.course_button.setText(self.tr("Course"))
        return self.head

    def _make_details(self) -> ScrollColumn:
        column = ScrollColumn(padding=0)
        column.body.addWidget(self.make_form(cohort_fields(self._desk), self.tr("The office changes cohorts")))
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

    def change(self, body: Body, wanted: Body) -> Done | None:
        """Change the cohort. Raises CampusError."""
        return edit_cohort(self._desk, body, wanted)

    def show_body(self, body: Body) -> None:
        """Show the head, the students and the classes."""
        self.setWindowTitle(body["name"])
        row = cohort_row(self._desk, body)
        seats = body.get("capacity")
        students = plural("{n} student", "{n} students", row.students)
        if seats:
            students = self.tr("{n} of {seats} seats taken").format(n=row.students, seats=seats)
        span = span_words(body.get("starts_on"), body.get("ends_on"))
        facts = [body["code"], row.course, span, body.get("room") or "", ", ".join(row.instructors), students]
        self.head.show_words(body["name"], facts, cohort_state(row, self._desk.clock.now().date()))
        self.students.refresh()
        self.tabs.set_text("students", self.tr("Students ({n})").format(n=row.students))
        self.tabs.set_text("classes", self.tr("Classes ({n})").format(n=self.classes.refresh()))

    def _open_course(self) -> None:
        if self._body is not None:
            self._desk.open("learning.course", self._body["course_id"])

    def new(self) -> None:
        """Open the dialog that enrols students."""
        if may_edit_enrolments(self._desk.actor) and self._body is not None:
            dialog = EnrolDialog(self.window(), self._desk, self.record_id, self._costs)
            dialog.enrolled.connect(self._tell)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open_dialog()

    def _tell(self, done: Done | None) -> None:
        super()._tell(done)
        if done is None:
            tell(self, self.tr("Nothing to change: it is so already"))
