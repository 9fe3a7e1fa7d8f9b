"""One course: its details edited in place, and its cohorts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.learning.actions import add_cohort, edit_course
from desktop.learning.cohort_model import cohort_content
from desktop.learning.fields import cohort_fields, course_fields
from desktop.learning.form_dialog import FormDialog
from desktop.learning.record_head import RecordHead
from desktop.learning.rights_card import RightsCard
from desktop.learning.store import cohort_rows
from desktop.learning.words import category_word, difficulty_word, mode_word
from desktop.people.actions import Done, take_back
from desktop.people.record_form import RecordForm
from desktop.people.save_bar import SaveBar
from desktop.shell.page import follow, tell, tell_problem
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card, SectionHead
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.layouts import ScrollColumn, show_part
from desktop.widgets.list_row import RowList
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.learning.permissions import may_edit_courses
from shared.learning.vocabulary import COHORT, COURSE, COURSE_RIGHT, ENROLMENT
from shared.people.vocabulary import PERSON

_KINDS = {COURSE, COHORT, COURSE_RIGHT, ENROLMENT, PERSON}
FORM_WIDTH = 560


class CoursePage(QWidget):
    """The page of one course; unsaved typing is kept when it is left."""

    def __init__(self, desk: Desk, course_id: str | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self.course_id = desk, course_id or ""
        self._body: Mapping[str, Any] | None = None
        self._dialog: FormDialog | None = None
        self._may = may_edit_courses(desk.actor)
        self.setObjectName("learning.course")
        self._stack = QStackedLayout(self)
        column = ScrollColumn()
        column.body.setSpacing(16)
        self.head = RecordHead("book-open")
        self.archive_button = self.head.add_button(secondary(self.tr("Archive"), on_click=self.toggle_archived))
        self.add_button = self.head.add_button(primary(self.tr("Add cohort"), "plus", self.new))
        for button in (self.archive_button, self.add_button):
            button.setVisible(self._may)
        column.body.addWidget(self.head)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(self._make_form(), 0, Qt.AlignmentFlag.AlignTop)
        columns.addLayout(self._make_side(), 1)
        column.body.addLayout(columns)
        column.body.addStretch(1)
        self._stack.addWidget(column)
        words = self.tr("The row may have been removed. Sync, or go back to the list.")
        self._stack.addWidget(EmptyState("book-open", self.tr("This course isn't on this computer"), words))
        follow(desk.store, self, lambda changed: self.refresh() if changed.kinds & _KINDS else None)
        self.refresh()

    def _make_form(self) -> Card:
        card = Card(self.tr("Details"))
        card.setFixedWidth(theme().px(FORM_WIDTH))
        self.form = RecordForm(course_fields(), self._desk.store, f"draft:course:{self.course_id}")
        card.add(self.form)
        self.save_bar = SaveBar(self.form, self.save)
        show_part(self.save_bar, self._may)
        card.add(self.save_bar)
        if not self._may:
            self.form.set_read_only(self.tr("The office changes courses"))
        return card

    def _make_side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(16)
        side.addWidget(self._make_cohorts())
        self.rights = RightsCard(self._desk, self.course_id)
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

    def refresh(self) -> None:
        """Show what the store has now; typing that isn't saved stays in its fields."""
        self._body = self._desk.store.get(COURSE, self.course_id)
        if self._body is None:
            self._stack.setCurrentIndex(1)
            return
        body = self._body
        self._stack.setCurrentIndex(0)
        self.setWindowTitle(body["title"])
        facts = [body["code"], category_word(body.get("category", "")), difficulty_word(body.get("difficulty", ""))]
        badge = (self.tr("Archived"), "neu") if body.get("archived") else None
        self.head.show_words(body["title"], [*facts, mode_word(body.get("mode", ""))], badge)
        self.archive_button.setText(self.tr("Take out of archive") if body.get("archived") else self.tr("Archive"))
        self.archive_button.updateGeometry()
        self.form.show_record(body)
        rows = cohort_rows(self._desk, self.course_id)
        self.cohorts.set_rows([cohort_content(row, self._desk.clock.now().date()) for row in rows])
        self.rights.refresh()
        self.cohorts.setVisible(bool(rows))
        self.no_cohorts.setVisible(not rows)

    def save(self) -> None:
        """Save what differs."""
        if self._body is None or not self._may or not self.form.check():
            return
        if self._edit(self.form.wanted()):
            self.form.take_saved(self._desk.store.get(COURSE, self.course_id) or self._body)

    def toggle_archived(self) -> None:
        """Archive the course, or take it out of the archive; its cohorts stay."""
        if self._body is not None:
            self._edit({"archived": not self._body.get("archived")})

    def _edit(self, wanted: Mapping[str, Any]) -> bool:
        try:
            done = edit_course(self._desk, self._body or {}, wanted)
        except CampusError as problem:
            self.form.show_errors(problem.details.get("fields", {}))
            tell_problem(self, problem)
            return False
        self._tell(done)
        return True

    def _tell(self, done: Done | None) -> None:
        self.refresh()
        if done is not None:
            tell(self, done.words, partial(self._undo, done))

    def _undo(self, done: Done) -> None:
        take_back(self._desk, done)
        self.refresh()
        tell(self, self.tr("Taken back"))

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
                partial(add_cohort, self._desk, self.course_id),
                act=self.tr("Add cohort"),
            )
            self._dialog.saved.connect(self._added)
        self._dialog.open_dialog()

    def _added(self, done: Done) -> None:
        self._dialog = None
        self._tell(done)
        self._desk.open("learning.cohort", done.id)
