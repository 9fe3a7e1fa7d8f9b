"""The gradebook's model: students by pieces of work, and the grade at the end; words for copies and readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.grading.cells import BookCell
from desktop.grading.grade_cells import Published
from desktop.grading.grade_store import GradeState, grade_state, state_words
from desktop.grading.store import Book, BookColumn, BookStudent, matching, no_book
from desktop.grading.words import cell_words, grade_figure, spoken_cell, status_word
from desktop.widgets.row_ids import RowsById
from shared.grading.course_grade_rules import told
from shared.grading.points import points_text
from shared.grading.statistics_rules import Spread, spread
from shared.grading.vocabulary import MarkStatus

_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_Role = Qt.ItemDataRole
_TOLD = frozenset({_Role.AccessibleTextRole, _Role.ToolTipRole})
_SHOWN = frozenset({_Role.DisplayRole, *_TOLD})
_HUNDRED_PERCENT = 100 * 100


class BookModel(QAbstractTableModel, RowsById):
    """Rows are the students on show; the last column is the grade. `show_book` replaces everything."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.book: Book = no_book()
        self.published: Mapping[str, Published] = {}
        self.students: tuple[BookStudent, ...] = ()
        self.columns: tuple[BookColumn, ...] = ()
        self._wanted = ""
        self._spreads: dict[int, Spread | None] = {}
        self._told: dict[str, tuple[str, str]] = {}

    def show_book(self, book: Book, published: Mapping[str, Published] | None = None) -> None:
        """Show other marks; where students and work are the same ones the view keeps its place.

        `published` are grades that students were told, by enrolment.
        """
        self.published = published or {}
        students = matching(book, self._wanted)
        same = students == self.students and [one.id for one in book.columns] == [one.id for one in self.columns]
        if not same:
            self.beginResetModel()
        self.book, self.students, self.columns = book, students, book.columns
        self._forget()
        if not same:
            self.endResetModel()
        else:
            self._all_changed()

    def search(self, words: str) -> None:
        """Show only students whose name or number has these words."""
        self._wanted = words
        self.beginResetModel()
        self.students = matching(self.book, words)
        self._forget()
        self.endResetModel()

    def set_cells(self, cells: list[BookCell]) -> None:
        """Show other cells, and forget the figures that hang on them."""
        self.book.set_cells(cells)
        self._forget()
        self._all_changed()

    def _forget(self) -> None:
        """Forget the figures that hang on cells and students."""
        self._spreads.clear()
        self._told.clear()

    def _all_changed(self) -> None:
        if self.students:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.students) - 1, self.columnCount() - 1))

    def id_at(self, place: int) -> str:
        """Return the enrolment of a row."""
        return self.students[place].enrolment_id

    def column_id(self, column: int) -> str:
        """Return the work of a column; the grade's is a word of its own."""
        return "grade" if self.is_grade(column) else self.columns[column].id

    def is_grade(self, column: int) -> bool:
        """Tell whether a column is the grade."""
        return column == len(self.columns)

    def cell(self, row: int, column: int) -> BookCell:
        """Return the cell of a student and a piece of work."""
        return self.book.cell(self.students[row].enrolment_id, self.columns[column].id)

    def words(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        if self.is_grade(column):
            return grade_figure(self.book, self.book.grade(self.students[row].enrolment_id))
        return cell_words(self.book, self.columns[column], self.cell(row, column))

    def raw(self, row: int, column: int) -> str:
        """Return what stands in a cell before lateness, as it is typed."""
        cell = self.cell(row, column)
        return points_text(cell.score) if cell.score >= 0 else status_word(cell.status)

    def grade_word(self, row: int) -> str:
        """Return the word that a student's grade gets, such as a letter."""
        return self.told(row)[1]

    def told(self, row: int) -> tuple[str, str]:
        """Return a student's grade now as its scheme tells it: figure and word."""
        key = self.students[row].enrolment_id
        if key not in self._told:
            self._told[key] = told(self.book.scheme, self.book.grade(key))
        return self._told[key]

    def grade_state(self, row: int) -> GradeState:
        """Return how a student's grade stands against what is published."""
        return grade_state(self.told(row), self.published.get(self.students[row].enrolment_id))

    def knows_spread(self, column: int) -> bool:
        """Tell whether the figures of a column are worked out already."""
        return column in self._spreads

    def spread(self, column: int) -> Spread | None:
        """Return the figures of a column over the students on show, None where nothing is marked."""
        if column not in self._spreads:
            self._spreads[column] = self._spread(column)
        return self._spreads[column]

    def _spread(self, column: int) -> Spread | None:
        book = self.book
        if self.is_grade(column):
            grades = (book.grade(one.enrolment_id).rounded(2) for one in self.students)
            return spread([one for one in grades if one is not None], _HUNDRED_PERCENT)
        work = self.columns[column]
        cells = (self.cell(row, column) for row in range(len(self.students)))
        marked = [one for one in cells if one.counts and one.status is MarkStatus.MARKED]
        return spread([book.counted(one.enrolment_id, work, one) for one in marked], work.points)

    # ------------------------------------------------------------------------------------------------- Qt's questions

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        """Return how many students are shown."""
        return 0 if parent.isValid() else len(self.students)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        """Return how many columns there are: the work, and the grade."""
        return 0 if parent.isValid() else len(self.columns) + 1

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        """Return a cell's words; the delegate paints from `cell`."""
        if role not in _SHOWN or not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == _Role.DisplayRole:
            return self.words(row, column)
        student = self.students[row].name
        if self.is_grade(column):
            words = " ".join(part for part in (self.words(row, column), self.grade_word(row)) if part)
            words = ", ".join(part for part in (words, state_words(self.grade_state(row))) if part)
            return self.tr("{name}, grade {grade}").format(name=student, grade=words)
        work = self.columns[column]
        said = spoken_cell(self.book, work, self.cell(row, column))
        return self.tr("{name}, {work}: {mark}").format(name=student, work=work.title, mark=said)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        """Return names of students, titles and maxima of work."""
        if role not in _SHOWN:
            return None
        if orientation is Qt.Orientation.Vertical:
            return self.students[section].name
        if self.is_grade(section):
            return self.tr("Grade")
        work = self.columns[section]
        if role == _Role.DisplayRole:
            return work.title
        return self.tr("{work}, of {points}").format(work=work.title, points=points_text(work.points))
