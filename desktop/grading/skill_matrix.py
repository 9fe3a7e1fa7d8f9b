"""The grid of a class's skills: students by skills, with names and heads that stay in sight."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.grading.book_paint import Corner
from desktop.grading.skill_store import Learner, SkillClass, no_class
from desktop.grading.skill_words import LOOKS, spoken_state, state_words
from desktop.widgets.grid_view import GridCells, GridHead, GridIndex, GridView
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.row_ids import RowsById
from desktop.widgets.theme import theme
from shared.grading.skill_vocabulary import SkillState

_NO_INDEX = QModelIndex()
_Role = Qt.ItemDataRole
_TOLD = frozenset({_Role.AccessibleTextRole, _Role.ToolTipRole})
_SHOWN = frozenset({_Role.DisplayRole, *_TOLD})
_CELL, _WIDEST, _ROW, _COUNT = 116, 132, 34, 44


class SkillModel(QAbstractTableModel, RowsById):
    """Rows are the students on show, columns the skills."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.book = no_class()
        self.learners: tuple[Learner, ...] = ()
        self._wanted = ""

    def show_class(self, book: SkillClass) -> None:
        """Show another class, or the same one as it stands now: then the view keeps its place."""
        learners = self._matching(book)
        same = learners == self.learners and [one["id"] for one in book.skills] == [
            one["id"] for one in self.book.skills
        ]
        if not same:
            self.beginResetModel()
        self.book, self.learners = book, learners
        if not same:
            self.endResetModel()
        elif learners and book.skills:
            self.dataChanged.emit(self.index(0, 0), self.index(len(learners) - 1, len(book.skills) - 1))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(learners) - 1)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(book.skills) - 1)

    def search(self, words: str) -> None:
        """Show only students whose name or number has these words."""
        self._wanted = words.casefold().strip()
        self.beginResetModel()
        self.learners = self._matching(self.book)
        self.endResetModel()

    def _matching(self, book: SkillClass) -> tuple[Learner, ...]:
        words = self._wanted.split()
        return tuple(
            one for one in book.learners if all(word in f"{one.name} {one.number}".casefold() for word in words)
        )

    def id_at(self, place: int) -> str:
        """Return the enrolment of a row."""
        return self.learners[place].enrolment_id

    def column_id(self, column: int) -> str:
        """Return the skill of a column."""
        return str(self.book.skills[column]["id"])

    def rowCount(self, parent: GridIndex = _NO_INDEX) -> int:
        """Return how many students are shown."""
        return 0 if parent.isValid() else len(self.learners)

    def columnCount(self, parent: GridIndex = _NO_INDEX) -> int:
        """Return how many skills there are."""
        return 0 if parent.isValid() else len(self.book.skills)

    def words(self, row: int, column: int) -> str:
        """Return a cell's words, nothing where nothing was seen."""
        skill = self.book.skills[column]
        found = self.book.standing(self.learners[row].enrolment_id, skill)
        return "" if found.state is SkillState.NOT_SEEN else state_words(found, skill)

    def data(self, index: GridIndex, role: int = _Role.DisplayRole) -> Any:
        """Return a cell's words; the delegate paints from the standing."""
        if role not in _SHOWN or not index.isValid():
            return None
        if role == _Role.DisplayRole:
            return self.words(index.row(), index.column())
        learner, skill = self.learners[index.row()], self.book.skills[index.column()]
        return (
            f"{learner.name}, {skill['name']}, {spoken_state(self.book.standing(learner.enrolment_id, skill), skill)}"
        )

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        """Return names of students with how many skills they have, and names of skills."""
        if role not in _SHOWN:
            return None
        if orientation is Qt.Orientation.Horizontal:
            return self.book.skills[section]["name"]
        learner = self.learners[section]
        if role == _Role.DisplayRole:
            return learner.name
        words = self.tr("{name}, competent in {n} of {all}")
        return words.format(name=learner.name, n=self.book.competent(learner.enrolment_id), all=len(self.book.skills))


class _States(GridCells):
    """Paints a state with its icon and words, nothing where nothing was seen."""

    view: SkillView

    def paint_cell(self, painter: QPainter, rect: QRectF, index: GridIndex) -> None:
        """Paint one state."""
        look, model = theme(), self.view.skill_model
        skill = model.book.skills[index.column()]
        found = model.book.standing(model.learners[index.row()].enrolment_id, skill)
        tone, icon = LOOKS[found.state]
        size = look.tokens.sizes["icon"] - 2
        if found.state is SkillState.NOT_SEEN:
            left = rect.center().x() - size / 2
            draw_icon(painter, icon, left, rect.center().y() - size / 2, size, look.colour("border"))
        else:
            box = rect.adjusted(6, 5, -7, -6)
            box.setWidth(min(box.width(), look.px(_WIDEST)))
            fill_box(painter, box, look.tokens.radii["control"], look.colour(f"{tone}.fill"))
            ink = look.colour(f"{tone}.text")
            draw_icon(painter, icon, box.x() + 7, box.center().y() - size / 2, size, ink)
            part = box.adjusted(7 + size + 5, 0, -4, 0)
            draw_text(painter, part, state_words(found, skill), "small-medium", ink)


class _Head(GridHead):
    """Paints names with how many skills they have, or skills in up to three lines."""

    room = (208, 66)
    view: SkillView

    def paint_head(self, painter: QPainter, rect: QRect, section: int, *, chosen: bool) -> None:
        """Paint one head."""
        look, model = theme(), self.view.skill_model
        box = QRectF(rect)
        if self.orientation() is Qt.Orientation.Vertical:
            learner = model.learners[section]
            words = f"{model.book.competent(learner.enrolment_id)}/{len(model.book.skills)}"
            room = look.px(_COUNT)
            part = QRectF(box.right() - room - 12, box.y(), room, box.height())
            draw_text(painter, part, words, "small-medium", look.colour("muted"), Qt.AlignmentFlag.AlignRight)
            draw_text(painter, box.adjusted(14, 0, -room - 16, 0), learner.name, "body-medium", look.colour("text"))
        else:
            painter.setFont(look.font("small-medium"))
            painter.setPen(look.colour("text2"))
            flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(box.adjusted(6, 4, -6, -4), flags, str(model.book.skills[section]["name"]))


class SkillView(GridView):
    """``asked`` says that something is to be recorded in the current cell, ``opened`` gives an enrolment's id."""

    asked = Signal()
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.skill_model = SkillModel(self)
        self.set_parts(self.skill_model, _Head, _States)
        self._corner = Corner(self)
        self.skill_model.modelReset.connect(self._size_columns)
        self.size_parts()
        self.setAccessibleName(self.tr("Skills by student"))
        self.doubleClicked.connect(lambda _index: self.asked.emit())
        self.verticalHeader().sectionDoubleClicked.connect(
            lambda at: self.opened.emit(self.skill_model.learners[at].enrolment_id)
        )

    def size_parts(self) -> None:
        """Leave room for a name and for a state."""
        super().size_parts()
        self.verticalHeader().setDefaultSectionSize(theme().px(_ROW))
        self._size_columns()

    def _size_columns(self) -> None:
        share = self.viewport().width() // max(1, self.skill_model.columnCount())
        self.horizontalHeader().setDefaultSectionSize(max(theme().px(_CELL), share))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns, and fit the head above the names."""
        super().resizeEvent(event)
        self._size_columns()
        self._corner.setGeometry(0, 0, self.verticalHeader().width(), self.horizontalHeader().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Record by Enter, copy all with Ctrl C; arrows are the table's own."""
        if self.currentIndex().isValid() and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.asked.emit()
        else:
            super().keyPressEvent(event)

    def lines(self) -> list[list[str]]:
        """Return the whole grid with its heads, line by line."""
        model = self.skill_model
        lines = [["", *(str(one["name"]) for one in model.book.skills)]]
        lines += [
            [learner.name, *(model.words(row, at) for at in range(model.columnCount()))]
            for row, learner in enumerate(model.learners)
        ]
        return lines
