"""The list of courses, with how many cohorts run and how many students attend them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.learning.actions import add_course
from desktop.learning.fields import course_fields
from desktop.learning.form_dialog import FormDialog
from desktop.learning.store import CourseRow, course_rows
from desktop.learning.words import category_word, mode_word
from desktop.people.actions import Done, take_back
from desktop.shell.page import follow, tell
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.learning.permissions import may_edit_courses
from shared.learning.vocabulary import COHORT, COURSE, ENROLMENT, CourseCategory

_KINDS = {COURSE, COHORT, ENROLMENT}


class CoursesPage(QWidget):
    """Every course; archived ones only when asked for."""

    def __init__(self, desk: Desk, details: Mapping[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._dialog: FormDialog | None = None
        self.setObjectName("learning.courses")
        self.setWindowTitle(self.tr("Courses"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        self.head = PageHead(self.tr("Courses"), self.tr("What the institute teaches; each runs as cohorts"))
        if may_edit_courses(desk.actor):
            self.head.add_button(secondary(self.tr("Academic terms"), "calendar", lambda: desk.open("learning.terms")))
            self.head.add_button(primary(self.tr("Add course"), "plus", self.new))
        column.addWidget(self.head)
        column.addWidget(self._make_filters())
        column.addWidget(self._make_table(), 1)
        follow(desk.store, self, lambda changed: self.refresh() if changed.kinds & _KINDS else None)
        self.refresh()
        if details.get("add"):
            QTimer.singleShot(0, self, self.new)  # once the page has its window

    def _make_filters(self) -> FilterRow:
        self.filters = FilterRow(self.tr("Title or code"))
        self.filters.search.setAccessibleName(self.tr("Search courses"))
        categories = [(str(one), category_word(one)) for one in CourseCategory]
        self.filters.add_filter("category", self.tr("Category"), [("", self.tr("All categories")), *categories])
        shown = [("", self.tr("Running")), ("archived", self.tr("Archived")), ("all", self.tr("All"))]
        self.filters.add_filter("shown", self.tr("State"), shown)
        self.filters.changed.connect(self.refresh)
        self.filters.search.searched.connect(self._search)
        self.filters.search.left_down.connect(self._to_table)
        self.filters.search.jump.connect(lambda _text: self._to_table())
        return self.filters

    def _make_table(self) -> Card:
        self.source: ListSource[CourseRow] = ListSource(
            lambda row: str(row.body["id"]),
            {
                "title": lambda row: row.body["title"],
                "code": lambda row: row.body["code"],
                "category": lambda row: category_word(str(row.body.get("category") or "")),
                "cohorts": lambda row: row.cohorts,
                "students": lambda row: row.students,
            },
            name_key="title",
        )
        self.table = RecordTable(self.source, _columns(), name=self.tr("Courses"))
        self.table.sort_by("title")
        self.table.opened.connect(lambda course_id: self._desk.open("learning.course", course_id))
        action = self.tr("Add course") if may_edit_courses(self._desk.actor) else ""
        words = self.tr("Courses appear here when the office adds them or a roster brings them in.")
        self.nothing = EmptyState(
            "book-open", self.tr("No courses yet"), words, action=action, action_icon="plus", on_action=self.new
        )
        self.no_hit = EmptyState(
            "search", self.tr("No course matches"), action=self.tr("Clear search and filters"), on_action=self.clear
        )
        card = Card(padded=False)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        for part in (self.table, self.no_hit, self.nothing):
            self._stack.addWidget(part)
        card.add(holder, 1)
        return card

    def first_focus(self) -> QWidget:
        """Let letters and arrows work on the list at once."""
        return self.table

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Go to the search field."""
        self.filters.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filters.search.selectAll()

    def _search(self, text: str) -> None:
        self.table.set_search(text)
        self._show_count()

    def _to_table(self) -> None:
        self._search(self.filters.search.text().strip())
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Read the list anew."""
        chosen = self.filters.chosen()
        rows = course_rows(self._desk)
        self._all = len(rows)
        shown = chosen.get("shown", "")
        kept = [row for row in rows if shown == "all" or bool(row.body.get("archived")) == (shown == "archived")]
        if "category" in chosen:
            kept = [row for row in kept if row.body.get("category") == chosen["category"]]
        self.source.set_rows(kept)
        self.table.refresh()
        self._show_count()

    def _show_count(self) -> None:
        count = self.table.record_model.rowCount()
        self.filters.set_count(count)
        part = self.table if count else self.no_hit if self._all else self.nothing
        self._stack.setCurrentWidget(part)

    def clear(self) -> None:
        """Show all running courses again."""
        self.filters.clear()
        self._search("")
        self.refresh()

    def new(self) -> None:
        """Open the dialog for a new course."""
        if not may_edit_courses(self._desk.actor):
            return
        if self._dialog is None:
            self._dialog = FormDialog(
                self.window(),
                self._desk,
                self.tr("Add a course"),
                course_fields(),
                partial(add_course, self._desk),
                act=self.tr("Add course"),
                icon="book-open",
            )
            self._dialog.saved.connect(self._added)
        self._dialog.open_dialog()

    def _added(self, done: Done) -> None:
        self._dialog = None
        self.refresh()
        self.table.go_to(done.id)
        tell(self, done.words, lambda: take_back(self._desk, done))
        self._desk.open("learning.course", done.id)


def _columns() -> tuple[Column, ...]:
    tr = partial(QCoreApplication.translate, "CoursesPage")
    return (
        Column("title", tr("Course"), lambda row: row.body["title"], width=300, stretch=True),
        Column("code", tr("Code"), lambda row: row.body["code"], CellKind.MUTED, width=110),
        Column(
            "category",
            tr("Category"),
            lambda row: category_word(row.body.get("category", "")),
            CellKind.MUTED,
            width=130,
        ),
        Column("mode", tr("Where"), _mode, CellKind.MUTED, width=100, sortable=False),
        Column("cohorts", tr("Cohorts"), lambda row: f"{row.cohorts:,}", CellKind.NUMBER, width=90),
        Column("students", tr("Students"), lambda row: f"{row.students:,}", CellKind.NUMBER, width=90),
        Column("state", tr("State"), _state, CellKind.BADGE, width=110, sortable=False),
    )


def _mode(row: CourseRow) -> str:
    return mode_word(str(row.body.get("mode") or ""))


def _state(row: CourseRow) -> Cell:
    if row.body.get("archived"):
        return Cell(QCoreApplication.translate("CoursesPage", "Archived"), "neu")
    if row.cohorts:
        return Cell(QCoreApplication.translate("CoursesPage", "Running"), "ok")
    return Cell(QCoreApplication.translate("CoursesPage", "No cohort"), "neu")
