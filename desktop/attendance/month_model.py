"""The month view's model: students by classes, with words for screens, copies and screen readers."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.attendance.month_store import Month, MonthCell, MonthClass, MonthStudent
from desktop.attendance.words import mark_words, spoken_words
from desktop.timetable.times import clock_words, day_words
from desktop.widgets.row_ids import RowsById
from shared.attendance.vocabulary import AttendanceState

_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_Role = Qt.ItemDataRole
_TOLD = frozenset({_Role.AccessibleTextRole, _Role.ToolTipRole})
_SHOWN = frozenset({_Role.DisplayRole, *_TOLD})


class MonthModel(QAbstractTableModel, RowsById):
    """Rows are the students on show, columns the classes; `month` is replaced whole by `show_month`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.month = Month()
        self.students: list[MonthStudent] = []
        self._wanted = ""

    def show_month(self, month: Month) -> None:
        """Show other marks; where classes and students are the same ones the view keeps its place."""
        same = [one.id for one in month.classes] == [one.id for one in self.month.classes]
        students = self._matching(month)
        same = same and [one.enrolment_id for one in students] == [one.enrolment_id for one in self.students]
        if not same:
            self.beginResetModel()
        self.month, self.students = month, students
        if not same:
            self.endResetModel()
        elif students and month.classes:
            self.dataChanged.emit(self.index(0, 0), self.index(len(students) - 1, len(month.classes) - 1))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(students) - 1)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(month.classes) - 1)

    def search(self, words: str) -> None:
        """Show only students whose name or number has these words."""
        self._wanted = words.casefold().strip()
        self.beginResetModel()
        self.students = self._matching(self.month)
        self.endResetModel()

    def _matching(self, month: Month) -> list[MonthStudent]:
        words = self._wanted.split()
        return [one for one in month.students if all(word in f"{one.name} {one.number}".casefold() for word in words)]

    def student(self, row: int) -> MonthStudent:
        """Return the student of a row."""
        return self.students[row]

    def klass(self, column: int) -> MonthClass:
        """Return the class of a column."""
        return self.month.classes[column]

    def id_at(self, place: int) -> str:
        """Return the enrolment of a row."""
        return self.students[place].enrolment_id

    def column_id(self, column: int) -> str:
        """Return the class of a column by its id."""
        return self.month.classes[column].id

    def cell(self, index: _Index) -> MonthCell:
        """Return the cell at an index."""
        return self.students[index.row()].cells[index.column()]

    # ------------------------------------------------------------------------------------------------- Qt's questions

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        """Return how many students are shown."""
        return 0 if parent.isValid() else len(self.students)

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        """Return how many classes there are."""
        return 0 if parent.isValid() else len(self.month.classes)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        """Return a cell's words; the delegate paints from `cell`."""
        if role not in _SHOWN or not index.isValid():
            return None
        words = self.words(index.row(), index.column())
        if role == _Role.DisplayRole:
            return words
        student, klass = self.student(index.row()), self.klass(index.column())
        return f"{student.name}, {self._day(klass)}, {self._spoken(index)}"

    def words(self, row: int, column: int) -> str:
        """Return what a cell says: `Late · 8 min`, nothing where nothing is to be expected."""
        klass, mark = self.klass(column), self.students[row].cells[column].mark
        if klass.cancelled:
            return self.tr("Cancelled")
        if mark.state is AttendanceState.NONE:
            return ""
        return mark_words(mark.state, mark.minutes)

    def _spoken(self, index: _Index) -> str:
        klass, cell = self.klass(index.column()), self.cell(index)
        if klass.cancelled:
            return self.tr("cancelled")
        words = spoken_words(cell.mark.state, cell.mark.minutes)
        return self.tr("{mark}, two people disagree").format(mark=words) if cell.disputed else words

    @staticmethod
    def _day(klass: MonthClass) -> str:
        return f"{day_words(klass.starts.date())} {clock_words(klass.starts)}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        """Return names and percentages of students, days and percentages of classes."""
        if role not in _SHOWN:
            return None
        if orientation is Qt.Orientation.Vertical:
            student = self.students[section]
            return self._with_percent(student.name, student.percent) if role in _TOLD else student.name
        klass, percent = self.klass(section), self.month.percents[section]
        if role in _TOLD:
            return self._with_percent(self._day(klass), percent)
        return self._day(klass)

    def _with_percent(self, words: str, percent: int | None) -> str:
        return words if percent is None else self.tr("{name}, {percent} percent").format(name=words, percent=percent)
