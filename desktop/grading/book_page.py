"""The gradebook's page: a cohort's marks typed, pasted, undone, explained and published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.grading.actions import Judged, Marking, Wanted, read_typed
from desktop.grading.book_block import read_block, wanted_of
from desktop.grading.book_comment import BookComments
from desktop.grading.book_desk import BookDesk
from desktop.grading.book_keys import key_row, page_keys
from desktop.grading.book_paint import BookFoot
from desktop.grading.book_side import BookSide
from desktop.grading.book_view import BookView
from desktop.grading.explain import grade_lines, history_lines, mark_lines
from desktop.grading.explain_dialog import ExplainDialog
from desktop.grading.extension_actions import may_have_time
from desktop.grading.grade_store import count_words, published_grades
from desktop.grading.grade_words import entry_lines
from desktop.grading.group_store import number_words
from desktop.grading.missing_dialog import ask_rest
from desktop.grading.paste_dialog import PasteDialog
from desktop.grading.store import KINDS_READ, BookColumn, book_choices, read_book
from desktop.grading.words import grade_figure, short, spoken_cell
from desktop.shell.page import follow, tell, tell_problem
from desktop.timetable.cohort_filter import add_cohorts, begin_with
from desktop.widgets.announce import announce
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.layouts import PageHead
from shared.core.errors import CampusError
from shared.core.text import plural
from shared.grading.permissions import may_edit_assignments, may_publish_grades, may_release_marks
from shared.grading.vocabulary import MarkStatus

_KEPT = "gradebook_cohort"
_PAUSE_MS = 300


class BookPage(QWidget):
    """Shows one cohort's gradebook; with `act` "new" it opens the form of new work at once."""

    def __init__(self, desk: Desk, cohort_id: str | None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self._typed: str | None = None
        self._later = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._later.timeout.connect(self.refresh)
        self._figures = QTimer(self, singleShot=True, interval=0)  # after the first paint
        self._figures.timeout.connect(self._show_figures)
        self.setWindowTitle(self.tr("Gradebook"))
        self.choices = book_choices(desk)
        self._make()
        begin_with(self.filters, desk, self.choices, cohort_id, _KEPT)
        self.filters.changed.connect(self._cohort_chosen)
        self.filters.search.searched.connect(self._search)
        self.filters.search.left_down.connect(self.view.setFocus)
        self._cohort_chosen()
        follow(desk.store, self, self._store_changed)
        if (details or {}).get("act") == "new":
            QTimer.singleShot(0, self, self.new)  # once the page has its window

    def _make(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.view = BookView(self._set_block)
        self.acts = BookDesk(self._desk, self, self.view.book_model, self._changed)
        self.head = PageHead(self.tr("Gradebook"))
        self.scheme_button = self.head.add_button(secondary(self.tr("Grades"), "settings", self.acts.open_scheme))
        self.import_button = self.head.add_button(secondary(self.tr("Import"), "upload", self.import_marks))
        self.export_button = self.head.add_button(secondary(self.tr("Export"), "download", self.acts.export))
        self.work_button = self.head.add_button(secondary(self.tr("Change work"), "pencil-ruler", self.change_work))
        self.add_button = self.head.add_button(secondary(self.tr("Add work"), "plus", self.new))
        self.publish_button = self.head.add_button(primary(self.tr("Publish"), "megaphone", self.publish))
        column.addWidget(self.head)
        self.filters = FilterRow(self.tr("Find a student"))
        add_cohorts(self.filters, self.choices)
        column.addWidget(self.filters)
        self.view.typing.connect(self._typing)
        self.view.pasted.connect(self.paste)
        self.view.explained.connect(self.explain)
        self.view.undo_asked.connect(self.undo)
        self.view.redo_asked.connect(self.redo)
        self.view.selectionModel().currentChanged.connect(lambda *_: self._show_side())
        QShortcut(QKeySequence("Ctrl+Shift+M"), self).activated.connect(self.rest_missing)
        self.foot = BookFoot(self.view, self.view.book_model)
        card = Card(padded=False)
        card.add(self.view, 1)
        card.add(self.foot)
        self.empty = EmptyState("table-2", "")
        self.stack = QStackedWidget()
        self.stack.addWidget(card)
        self.stack.addWidget(self.empty)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.stack, 1)
        row.addWidget(self._make_side())
        column.addLayout(row, 1)
        column.addWidget(key_row())

    def _make_side(self) -> QWidget:
        self.side = BookSide()
        self.side.publish_asked.connect(self.acts.publish_grades)
        self.side.statistics_asked.connect(self.statistics)
        self.side.report_asked.connect(self.acts.report)
        self.side.time_asked.connect(self.more_time)
        QShortcut(QKeySequence("Ctrl+E"), self).activated.connect(self.more_time)
        BookComments(self._desk, self.view, lambda: self.marking, self._show_set)
        return self.side

    # ------------------------------------------------------------------------------------------------ showing

    @property
    def cohort_id(self) -> str:
        """The cohort on show."""
        return str(self.filters.filters["cohort"].chosen or "")

    def _cohort_chosen(self) -> None:
        if self.cohort_id:
            self._desk.store.remember(_KEPT, self.cohort_id)
        self.marking = Marking(self._desk, self.cohort_id)
        self.view.editable = self.marking.may
        self.refresh()
        index = self.view.book_model.index(0, 0)
        if index.isValid():
            self.view.go_to(index)
        self._show_side()

    def refresh(self) -> None:
        """Read the gradebook anew, unless a mark is being typed: then once that is done."""
        if self.view.field.isVisible():
            self._later.start()
            return
        book, model = read_book(self._desk, self.cohort_id), self.view.book_model
        model.show_book(book, published_grades(self._desk, self.cohort_id))
        self.head.set_words(str(book.cohort.get("name") or self.tr("Gradebook")), self._head_words())
        edits = may_edit_assignments(self._desk.actor, self.cohort_id)
        self.add_button.setVisible(edits)
        self.work_button.setVisible(edits and bool(book.columns))
        self.scheme_button.setVisible(edits)
        self.import_button.setVisible(self.marking.may and bool(book.columns))
        self.export_button.setEnabled(bool(book.columns) and model.rowCount() > 0)
        if not self.choices:
            self.empty.set_words(self.tr("No gradebook yet"), self.tr("You see gradebooks of the cohorts you teach."))
        elif not book.columns:
            words = self.tr("Add a piece of work, or a bare column for marks from elsewhere.")
            self.empty.set_words(self.tr("No work in this cohort yet"), words)
        else:
            words = self.tr("Students appear when they are enrolled.")
            title = self.tr("No student matches") if book.students else self.tr("Nobody is enrolled in this cohort")
            self.empty.set_words(title, self.tr("Clear the search.") if book.students else words)
        self.stack.setCurrentIndex(0 if book.columns and model.rowCount() else 1)
        self.filters.set_count(model.rowCount(), len(book.students))
        self._show_side()

    def _head_words(self) -> str:
        count, scheme = len(self.view.book_model.columns), self.view.book_model.book.scheme
        words = plural("1 piece of work", "{n} pieces of work", count) if count else ""
        locked = self.tr("Locked by {name}: changes are looked at first").format(name=scheme["locked_by_name"])
        return " · ".join(part for part in (words, locked if scheme["locked_at"] else "") if part)

    def _search(self, typed: str) -> None:
        self.view.book_model.search(typed)
        self.filters.set_count(self.view.book_model.rowCount(), len(self.view.book_model.book.students))
        shown = bool(self.view.book_model.rowCount() and self.view.book_model.columns)
        self.empty.set_words(self.tr("No student matches"), self.tr("Clear the search."))
        self.stack.setCurrentIndex(0 if shown else 1)

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self._later.start()  # once the typing pauses: reading a class takes longer than a mark may

    def column(self) -> BookColumn | None:
        """Return the piece of work on which the cursor stands, the last one where it stands on the grade."""
        columns, at = self.view.book_model.columns, self.view.currentIndex().column()
        return columns[min(at, len(columns) - 1)] if columns and at >= 0 else None

    def _typing(self, words: str | None) -> None:
        self._typed = words
        self._show_student()

    def _show_side(self) -> None:
        model, work = self.view.book_model, self.column()
        self.side.setVisible(bool(model.columns))
        self._figures.start()
        self._show_student()
        waiting = len(model.book.waiting_to_show(work.id)) if work else 0
        may = work is not None and may_release_marks(self._desk.actor, self.cohort_id)
        title = work.title if work else ""
        self.publish_button.setVisible(may)
        self.publish_button.setEnabled(waiting > 0)
        self.publish_button.setText(self.tr("Publish {work}").format(work=short(title)))
        self.publish_button.setToolTip(title)
        if waiting:
            note = plural("1 mark in {work} is saved here.", "{n} marks in {work} are saved here.", waiting, work=title)
            note = f"{note} {self.tr('Students see them after you publish.')}"
            self.side.show_state(self.tr("Not visible to students yet"), note)
        else:
            self.side.show_state(self.tr("Nothing waits to be published") if work else "", title)
        self.foot.update()

    def _show_figures(self) -> None:
        model = self.view.book_model
        self.foot.work_out()
        self.side.show_spread(model.spread(len(model.columns)) if model.columns else None)
        words = count_words(model.book, model.published) if model.published else ""
        self.side.show_published(words, may=bool(model.columns) and may_publish_grades(self._desk.actor))

    def _show_student(self) -> None:
        model, index, work = self.view.book_model, self.view.currentIndex(), self.column()
        self.side.time_button.setVisible(work is not None and may_have_time(self._desk, work.body))
        if not index.isValid() or index.row() >= len(model.students):
            self.side.show_student("", "", ("", "", ""))
            return
        student, book = model.students[index.row()], model.book
        now = grade_figure(book, book.grade(student.enrolment_id))
        missing = sum(book.cell(student.enrolment_id, one.id).status is MarkStatus.MISSING for one in model.columns)
        figures = (now, self._with_typed(index.row(), index.column()), str(missing or self.tr("None")))
        number = number_words(self._desk, work.body if work else None, student.enrolment_id, student.number)
        self.side.show_student(student.name, number, figures)

    def _with_typed(self, row: int, column: int) -> str:
        model = self.view.book_model
        if self._typed is None or model.is_grade(column):
            return "–"
        try:
            status, score = read_typed(self._typed, model.columns[column].body)
        except CampusError:
            return "–"
        cell = model.cell(row, column).with_mark(status, score)
        enrolment_id = model.students[row].enrolment_id
        return grade_figure(model.book, model.book.grade_with(enrolment_id, {model.columns[column].id: cell}))

    # ------------------------------------------------------------------------------------------------- acting

    def _set_block(self, row: int, column: int, texts: list[list[str]]) -> str:
        """Set cells; returns why not, an empty text where it was done."""
        try:
            wanted = [
                wanted_of(self.view.book_model, row + down, column + right, words)
                for down, line in enumerate(texts)
                for right, words in enumerate(line)
            ]
            self._show_set(self.marking.set_cells(wanted))
        except CampusError as problem:
            if not self.view.field.isVisible():
                tell_problem(self, problem)
            return problem.message
        return ""

    def _show_set(self, judged: Sequence[Judged]) -> None:
        model = self.view.book_model
        cells = []
        for one in judged:
            before = model.book.cell(one.enrolment_id, one.assignment_id)
            status, score = MarkStatus(one.judgement["status"]), one.judgement["score"]
            cell, commented = before.with_mark(status, score), bool(one.judgement["feedback"])
            cells.append(cell._replace(finished=bool(one.judgement["finished"]), commented=commented))
        if not cells:
            return
        model.set_cells(cells)
        self._show_side()
        works = {one.id: one for one in model.columns}
        if len(cells) == 1:
            announce(self, spoken_cell(model.book, works[cells[0].assignment_id], cells[0]))
        else:
            announce(self, plural("1 mark set", "{n} marks set", len(cells)))
        if any(one.released for one in cells):
            tell(self, self.tr("Published marks changed. Your changes may wait for someone to look at them."))

    def paste(self, row: int, column: int, texts: list[list[str]]) -> None:
        """Check a pasted block, say how much of it fits, and set that when told to."""
        block = read_block(self.view.book_model, row, column, texts)
        fits, count = list(block.fits), block.count
        if count == 1 and fits:
            self._run(lambda: self._show_set(self.marking.set_cells(fits)))
            return
        dialog = PasteDialog(
            self.window(),
            len(fits),
            count,
            block.faults,
            lambda: self._run(lambda: self._show_set(self.marking.set_cells(fits))),
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def undo(self) -> None:
        """Take the last step back."""
        self._run(lambda: self._stepped(self.marking.undo(), self.tr("There is nothing to undo on this page.")))

    def redo(self) -> None:
        """Do the step again that was taken back last."""
        self._run(lambda: self._stepped(self.marking.redo(), self.tr("There is nothing to do again on this page.")))

    def _stepped(self, judged: Sequence[Judged], nothing: str) -> None:
        if not judged:
            tell(self, nothing)
            return
        self._show_set(judged)
        model = self.view.book_model
        row = next((at for at, one in enumerate(model.students) if one.enrolment_id == judged[0].enrolment_id), -1)
        column = next((at for at, one in enumerate(model.columns) if one.id == judged[0].assignment_id), -1)
        if row >= 0 and column >= 0:
            self.view.go_to(model.index(row, column))

    def publish(self) -> None:
        """Let students see the marks of the current piece of work."""
        work = self.column()
        if work is not None:
            self.acts.publish(work)

    def import_marks(self) -> None:
        """Bring marks in from a file; what would change is shown first."""
        self.acts.open_import(lambda found: self._run(lambda: self._show_set(self.marking.set_cells(found.wanted))))

    def more_time(self) -> None:
        """Ask until when the current student may hand the current piece of work in."""
        work, index = self.column(), self.view.currentIndex()
        if work is not None and index.isValid():
            self.acts.more_time(work, self.view.book_model.students[index.row()])

    def rest_missing(self) -> None:
        """Ask how to mark everyone on show who has neither a mark for the current work nor handed it in."""
        work = self.column()
        if work is not None and self.view.editable:
            ask_rest(self, self._desk, self.view.book_model, work.id, self._set_rest)

    def _set_rest(self, wanted: Sequence[Wanted]) -> None:
        self._run(lambda: self._show_set(self.marking.set_cells(wanted)))
        tell(self, plural("1 mark set", "{n} marks set", len(wanted)), self.undo)

    def explain(self, row: int, column: int) -> None:
        """Open the calculation behind a figure."""
        model = self.view.book_model
        student = model.students[row]
        if model.is_grade(column):
            title, lines = self.tr("Grade"), grade_lines(model.book, student.enrolment_id)
            history = entry_lines(self._desk, student.enrolment_id)
        else:
            work, cell = model.columns[column], model.cell(row, column)
            title, lines = work.title, mark_lines(model.book, work, cell)
            history = history_lines(self._desk, cell)
        dialog = ExplainDialog(self.window(), title, f"{student.name} · {student.number}", lines, history)
        if model.is_grade(column):
            self.acts.offer_report(dialog, student)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def statistics(self) -> None:
        """Open how marks of the current piece of work are spread, among the cohort's others."""
        work = self.column()
        self._desk.open("grading.statistics", self.cohort_id, work=work.id if work else "")

    def new(self) -> None:
        """Add a piece of work."""
        self.acts.open_form(None)

    def change_work(self) -> None:
        """Change the piece of work on which the cursor stands."""
        work = self.column()
        if work is not None:
            self.acts.open_form(work.body)

    def _changed(self, assignment_id: str) -> None:
        self.refresh()
        columns, model = self.view.book_model.columns, self.view.book_model
        at = next((at for at, one in enumerate(columns) if one.id == assignment_id), -1)
        if at >= 0 and model.rowCount():
            self.view.go_to(model.index(max(0, self.view.currentIndex().row()), at))

    def _run(self, act: Callable[[], object]) -> None:
        self.acts.run(act)

    # --------------------------------------------------------------------------------------- what the window asks

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.search.setFocus()

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        return page_keys()

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.view if self.stack.currentIndex() == 0 else self.add_button
