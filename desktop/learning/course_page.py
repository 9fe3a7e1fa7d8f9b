"""One course: its details edited in place, and its cohorts."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.learning.actions import add_cohort, edit_course
from desktop.learning.cohort_model import cohort_content
from desktop.learning.fields import cohort_fields, course_fields
from desktop.learning.form_dialog import FormDialog
from desktop.learning.record_head import RecordHead
from desktop.learning.record_page import Body, RecordPage
from desktop.learning.rights_card import RightsCard
from desktop.learning.store import cohort_rows
from desktop.learning.words import category_word, difficulty_word, mode_word
from desktop.people.actions import Done
from desktop.shell.page import tell_problem
from desktop.widgets.buttons import primary
from desktop.widgets.card import Card, SectionHead
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.list_row import RowList
from desktop.widgets.theme import theme
from shared.learning.vocabulary import COHORT, COURSE, COURSE_RIGHT, ENROLMENT
from shared.people.vocabulary import PERSON


class CoursePage(RecordPage):
    """The page of one course."""

    kind = COURSE
    follows = frozenset({COURSE, COHORT, COURSE_RIGHT, ENROLMENT, PERSON})

    def __init__(self, desk: Desk, course_id: str | None, parent: QWidget | None = None) -> None:
        super().__init__(desk, course_id, parent)
        self._dialog: FormDialog | None = None
        column = ScrollColumn()
        column.body.setSpacing(16)
        self.head = RecordHead("book-open")
        self.head.add_button(self.make_archive_button())
        self.add_button = self.head.add_button(primary(self.tr("Add cohort"), "plus", self.new))
        self.add_button.setVisible(self._may)
        column.body.addWidget(self.head)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        form = self.make_form(course_fields(), self.tr("The office changes courses"))
        columns.addWidget(form, 0, Qt.AlignmentFlag.AlignTop)
        columns.addLayout(self._make_side(), 1)
        column.body.addLayout(columns)
        column.body.addStretch(1)
        words = self.tr("The row may have been removed. Sync, or go back to the list.")
        self.show_in(column, EmptyState("book-open", self.tr("This course isn't on this computer"), words))
        self.refresh()

    def _make_side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(16)
        side.addWidget(self._make_cohorts())
        self.rights = RightsCard(self._desk, self.record_id)
        self.rights.done.connect(self._tell)
        self.rights.refused.connect(lambda problem: tell_problem(self, problem))
        side.addWidget(self.rights)
        side.addStretch(1)
        return side

    def _make_cohorts(self) -> Card:
        card = Card(padded=False)
        head = SectionHead(self.tr("Cohorts"))
        head.row.setContentsMargins(16, 8, 14, 8)
        card.add(head)
        self.cohorts = RowList(name=self.tr("Cohorts"))
        self.cohorts.pressed.connect(lambda cohort_id: self._desk.open("learning.cohort", cohort_id))
        card.add(self.cohorts)
        words = self.tr("A cohort is one run of the course, with its dates, instructors and students.")
        self.no_cohorts = EmptyState("users", self.tr("No cohorts yet"), words)
        self.no_cohorts.setMinimumHeight(theme().px(180))
        card.add(self.no_cohorts)
        return card

    def first_focus(self) -> QWidget:
        """Begin with the cohorts where there are any."""
        return self.cohorts.rows[0] if self.cohorts.rows else self.form.control("title")

    def change(self, body: Body, wanted: Body) -> Done | None:
        """Change the course. Raises CampusError."""
        return edit_course(self._desk, body, wanted)

    def show_body(self, body: Body) -> None:
        """Show the head, the cohorts and who has which rights."""
        self.setWindowTitle(body["title"])
        facts = [body["code"], category_word(body.get("category", "")), difficulty_word(body.get("difficulty", ""))]
        badge = (self.tr("Archived"), "neu") if body.get("archived") else None
        self.head.show_words(body["title"], [*facts, mode_word(body.get("mode", ""))], badge)
        rows = cohort_rows(self._desk, self.record_id)
        self.cohorts.set_rows([cohort_content(row, self._desk.clock.now().date()) for row in rows])
        self.rights.refresh()
        self.cohorts.setVisible(bool(rows))
        self.no_cohorts.setVisible(not rows)

    def new(self) -> None:
        """Open the dialog for a new cohort."""
        if not self._may or self._body is None:
            return
        if self._dialog is None:
            self._dialog = FormDialog(
                self.window(),
                self._desk,
                self.tr("Add a cohort of {course}").format(course=self._body["title"]),
                cohort_fields(self._desk),
                partial(add_cohort, self._desk, self.record_id),
                act=self.tr("Add cohort"),
            )
            self._dialog.saved.connect(self._added)
        self._dialog.open_dialog()

    def _added(self, done: Done) -> None:
        self._dialog = None
        self._tell(done)
        self._desk.open("learning.cohort", done.id)
