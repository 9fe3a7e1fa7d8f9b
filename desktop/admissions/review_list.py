"""The applications at the left of the review: search, order, filters, and everybody by how long he or she waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.admissions.store import ApplicationLine, matches
from desktop.admissions.words import state_look, step_words, waited_words
from desktop.grading.marking_list import LineView
from desktop.widgets.avatar import initials_pixmap
from desktop.widgets.badge import badge_pixmap, badge_width
from desktop.widgets.card import Line, Panel
from desktop.widgets.combo import Combo
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import Label
from desktop.widgets.paint import draw_text, focus_ring
from desktop.widgets.row_ids import RowsById
from desktop.widgets.text_field import SearchField
from desktop.widgets.theme import theme
from shared.admissions.rules import Step
from shared.admissions.vocabulary import ApplicationState
from shared.people.rules import fold

WIDTH = 278
_PHOTO = 28
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_OPEN = (str(ApplicationState.PENDING), str(ApplicationState.UNDER_REVIEW))
STATES: dict[str, tuple[str, ...]] = {
    "review": _OPEN,
    "waiting": (str(ApplicationState.WAITING_LIST),),
    "approved": (str(ApplicationState.APPROVED),),
    "rejected": (str(ApplicationState.REJECTED),),
    "all": tuple(str(one) for one in ApplicationState),
}
"""What the filter of states shows."""


def badge_of(line: ApplicationLine) -> tuple[str, str]:
    """Return the badge of a line and its tone: what it waits for, or how it was decided."""
    if line.conflict_id is not None:
        return "!", "bad"
    if line.body["state"] in _OPEN:
        found = {Step.DOCUMENTS: "info", Step.INTERVIEW: "vio"}.get(line.step or Step.DECISION, "")
        return (step_words(line.step), found) if found and line.step else ("", "")
    return state_look(line.body["state"])[:2]


class _Model(QAbstractListModel, RowsById):
    """The applications on show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[ApplicationLine] = []

    def rowCount(self, _parent: _Index = _NOWHERE) -> int:
        """Return how many there are."""
        return len(self.lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the words for a screen reader and the tool tip; the delegate paints from the line itself."""
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        line = self.lines[index.row()]
        parts = (line.name, line.body["number"], line.course, waited_words(line.days), badge_of(line)[0])
        return ", ".join(part for part in parts if part)

    def set_lines(self, lines: Sequence[ApplicationLine]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def id_at(self, place: int) -> str:
        """Return the application of a row."""
        return self.lines[place].id


class _Delegate(QStyledItemDelegate):
    """Paints an applicant's row."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Return a row of two lines."""
        return QSize(WIDTH, theme().px(52))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint it."""
        model, view = index.model(), option.widget
        if not isinstance(model, _Model) or not isinstance(view, QListView):
            return
        look, line, rect = theme(), model.lines[index.row()], QRectF(option.rect)
        current = view.currentIndex().row() == index.row()
        chosen = view.selectionModel().isSelected(view.model().index(index.row(), 0))
        painter.save()
        painter.fillRect(rect, look.colour("sel" if current or chosen else "surface"))
        painter.fillRect(QRectF(rect.x() + 16, rect.bottom() - 1, rect.width() - 16, 1), look.colour("line"))
        if current:
            painter.fillRect(QRectF(rect.x(), rect.y(), 3, rect.height()), look.colour("accent"))
        circle = initials_pixmap(line.name, line.body["number"] or line.id, _PHOTO, painter.device().devicePixelRatio())
        painter.drawPixmap(round(rect.x() + 16), round(rect.center().y() - _PHOTO / 2), circle)
        self._paint_words(painter, rect, line)
        if current and view.hasFocus():
            focus_ring(painter, rect, look.tokens.radii["key"])
        painter.restore()

    @staticmethod
    def _paint_words(painter: QPainter, rect: QRectF, line: ApplicationLine) -> None:
        look = theme()
        high, right, left = look.px(17), rect.right() - 12, rect.x() + 16 + _PHOTO + 10
        top = rect.center().y() - high
        waited = waited_words(line.days) if line.body["state"] in _OPEN else ""
        wide = round(look.metrics("body-medium").horizontalAdvance(waited)) + 1
        tone = look.colour("warn" if line.is_long else "text2")
        draw_text(painter, QRectF(right - wide, top, wide, high), waited, "body-medium", tone)
        name = QRectF(left, top, right - wide - left - 6, high)
        draw_text(painter, name, line.name, "body-medium", look.colour("text"))
        word, badge_tone = badge_of(line)
        taken = 0
        if word:
            taken, tall = badge_width(word), look.size("badge-table")
            badge = badge_pixmap(word, badge_tone, "", (taken, tall), painter.device().devicePixelRatio())
            painter.drawPixmap(round(right - taken), round(top + high + 1), badge)
        detail = QRectF(left, top + high, right - taken - left - 6, high)
        draw_text(painter, detail, line.course, "small", look.colour("text2"))


class ReviewList(Panel):
    """The pane: `opened` gives the application that was gone to, `selected` how many are selected."""

    opened = Signal(str)
    selected = Signal(int)

    def __init__(self, courses: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setFixedWidth(theme().px(WIDTH))
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self._lines: Sequence[ApplicationLine] = ()
        self.title, self.count = Label(self.tr("Applications"), "section"), Label("", "body", "text2")
        self.search = SearchField(self.tr("Name, number or phone"))
        self.order = Combo(self._orders(), name=self.tr("Order"))
        self.course = Combo([("", self.tr("All courses")), *courses], name=self.tr("Course"))
        self.state = Combo(self._states(), name=self.tr("State"))
        self.model, self.view = _Model(self), LineView()
        self.view.letters = False
        self.view.setModel(self.model)
        self.view.setItemDelegate(_Delegate(self.view))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setAccessibleName(self.tr("Applications"))
        self.empty = EmptyState("inbox", self.tr("No application here"), self.tr("Choose another filter."))
        self._lay()
        self.search.searched.connect(lambda _words: self.refresh())
        self.search.jump.connect(lambda _words: self.view.setFocus())
        self.search.left_down.connect(self.view.setFocus)
        for combo in (self.order, self.course):
            combo.currentIndexChanged.connect(lambda _at: self.refresh())
        self.view.selectionModel().currentChanged.connect(self._moved)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self.selected.emit(len(self.selected_ids())))

    def _orders(self) -> list[tuple[str, str]]:
        return [("wait", self.tr("Longest wait")), ("new", self.tr("Newest first")), ("name", self.tr("By name"))]

    def _states(self) -> list[tuple[str, str]]:
        return [
            ("review", self.tr("To review")),
            ("waiting", self.tr("Waiting list")),
            ("approved", self.tr("Place offered")),
            ("rejected", self.tr("Declined")),
            ("all", self.tr("All states")),
        ]

    def _lay(self) -> None:
        head = self._head = QHBoxLayout()
        head.setContentsMargins(16, 14, 16, 8)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.count)
        self.body.addLayout(head)
        for widgets in ((self.search,), (self.order, self.course), (self.state,)):
            row = QHBoxLayout()
            row.setContentsMargins(16, 0, 16, 8)
            row.setSpacing(8)
            for one in widgets:
                row.addWidget(one, 1)
            self.body.addLayout(row)
        self.body.addWidget(Line())
        self.body.addWidget(self.view, 1)
        self.empty.hide()
        self.body.addWidget(self.empty, 1)

    @property
    def states(self) -> tuple[str, ...]:
        """The states that are to be shown."""
        return STATES[self.state.chosen or "review"]

    def show_lines(self, lines: Sequence[ApplicationLine]) -> None:
        """Show applications; where the cursor stood it stays."""
        self._lines = lines
        self.refresh()

    def refresh(self) -> None:
        """Show those that match the search and the filters, in the order that was chosen."""
        here = self.current_id()
        typed, course = self.search.text(), self.course.chosen or ""
        found = [one for one in self._lines if matches(one, typed) and course in ("", one.body["course_id"])]
        order = self.order.chosen
        if order == "name":
            found.sort(key=lambda one: fold(one.name))
        else:
            found.sort(key=lambda one: one.body["submitted_at"] or "~", reverse=order == "new")
        self.view.selectionModel().blockSignals(True)
        self.model.set_lines(found)
        self.view.selectionModel().blockSignals(False)
        words = self.tr("{n} to review") if self.state.chosen == "review" else "{n}"
        self.count.setText(words.format(n=len(found)))
        self.view.setVisible(bool(found))
        self.empty.setVisible(not found)
        if not self.go_to(here):
            self.go(0)

    def go_to(self, row_id: str) -> bool:
        """Put the cursor on an application; False where it isn't on show."""
        place = next((at for at, line in enumerate(self.model.lines) if line.id == row_id), -1)
        if place >= 0:
            self.go(place)
        return place >= 0

    def go(self, place: int) -> None:
        """Put the cursor on a row."""
        if 0 <= place < len(self.model.lines):
            index = self.model.index(place, 0)
            self.view.setCurrentIndex(index)
            self._moved(index)
        elif not self.model.lines:
            self.opened.emit("")

    def step(self, by: int) -> None:
        """Go to the next or the previous application."""
        self.go(self.place + by)

    @property
    def place(self) -> int:
        """Where the cursor stands, -1 where nothing is on show."""
        return self.view.currentIndex().row() if self.model.lines else -1

    def current_id(self) -> str:
        """Return the application on which the cursor stands."""
        place = self.view.currentIndex().row()
        return self.model.lines[place].id if 0 <= place < len(self.model.lines) else ""

    def selected_ids(self) -> list[str]:
        """Return the applications that are selected, in the order of the list."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedIndexes())
        return [self.model.lines[row].id for row in rows if row < len(self.model.lines)]

    def _moved(self, index: _Index, _before: _Index | None = None) -> None:
        if 0 <= index.row() < len(self.model.lines):
            self.opened.emit(self.model.lines[index.row()].id)
