"""The class at the left of the workbench: how far marking is, search, a filter, and every student's work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QListView, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from desktop.grading.marking_line import TO_GRADE, Standing, WorkLine
from desktop.grading.marking_words import standing_badge
from desktop.widgets.avatar import initials_pixmap
from desktop.widgets.badge import badge_pixmap, badge_width
from desktop.widgets.card import Line, Panel
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.icons import draw_icon
from desktop.widgets.label import Label
from desktop.widgets.paint import draw_text, focus_ring
from desktop.widgets.progress import Bar
from desktop.widgets.row_ids import RowsById
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.text_field import SearchField
from desktop.widgets.theme import theme
from shared.people.rules import fold

WIDTH = 264
OPEN, EVERYBODY, LATE = "open", "all", "late"
_PHOTO, _FLAG = 28, 14
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_MOVES = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End}


class LineModel(QAbstractListModel, RowsById):
    """The lines on show, with the words below each name and the points at its end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[WorkLine] = []
        self.detail: Callable[[WorkLine], str] = lambda _line: ""
        self.points: Callable[[WorkLine], str] = lambda _line: ""
        self.flagged: Callable[[WorkLine], bool] = lambda _line: False

    def rowCount(self, _parent: _Index = _NOWHERE) -> int:
        """Return how many there are."""
        return len(self.lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the words for a screen reader and the tool tip; the delegate paints from the line itself."""
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.name
        alike = self.tr("alike with other work") if self.flagged(line) else ""
        parts = (line.name, line.number, self.detail(line), standing_badge(line)[0] or self.points(line), alike)
        return ", ".join(part for part in parts if part)

    def set_lines(self, lines: Sequence[WorkLine]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def put(self, line: WorkLine) -> None:
        """Show a line anew in its place."""
        place = self.place_of(line.id)
        if place >= 0:
            self.lines[place] = line
            index = self.index(place, 0)
            self.dataChanged.emit(index, index)

    def id_at(self, place: int) -> str:
        """Return the enrolment of a row."""
        return self.lines[place].id


class LineDelegate(QStyledItemDelegate):
    """Paints a student's row."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Return a row of two lines."""
        return QSize(WIDTH, theme().px(48))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint it."""
        model = index.model()
        if not isinstance(model, LineModel):
            return
        look, line, rect = theme(), model.lines[index.row()], QRectF(option.rect)
        view = option.widget
        current = isinstance(view, QListView) and view.currentIndex().row() == index.row()
        painter.save()
        painter.fillRect(rect, look.colour("sel" if current else "surface"))
        painter.fillRect(QRectF(rect.x() + 16, rect.bottom() - 1, rect.width() - 16, 1), look.colour("line"))
        if current:
            painter.fillRect(QRectF(rect.x(), rect.y(), 3, rect.height()), look.colour("accent"))
        circle = initials_pixmap(line.name, line.number or line.name, _PHOTO, painter.device().devicePixelRatio())
        painter.drawPixmap(round(rect.x() + 16), round(rect.center().y() - _PHOTO / 2), circle)
        right = self._paint_end(painter, rect, line, model)
        if model.flagged(line):
            right -= _FLAG + 8
            draw_icon(painter, "flag", right, rect.center().y() - _FLAG / 2, _FLAG, look.colour("warn.text"))
        left, high = rect.x() + 16 + _PHOTO + 10, look.px(17)
        top = rect.center().y() - high
        box = QRectF(left, top, right - left - 6, high)
        draw_text(painter, box, line.name, "body-medium", look.colour("text"))
        late = line.is_late and line.standing in TO_GRADE
        tone = look.colour("warn" if late else "text2")
        draw_text(painter, box.translated(0, high), model.detail(line), "small", tone)
        if current and isinstance(view, QListView) and view.hasFocus():
            focus_ring(painter, rect, look.tokens.radii["key"])
        painter.restore()

    @staticmethod
    def _paint_end(painter: QPainter, rect: QRectF, line: WorkLine, model: LineModel) -> float:
        look, right = theme(), rect.right() - 12
        word, tone = standing_badge(line)
        if word:
            wide, high = badge_width(word), look.size("badge-table")
            badge = badge_pixmap(word, tone, "", (wide, high), painter.device().devicePixelRatio())
            painter.drawPixmap(round(right - wide), round(rect.center().y() - high / 2), badge)
            return right - wide
        words = model.points(line)
        wide = round(look.metrics("body-strong").horizontalAdvance(words)) + 1
        box = QRectF(right - wide, rect.y(), wide, rect.height())
        draw_text(painter, box, words, "body-strong", look.colour("text"))
        return right - wide


class LineView(QListView):
    """The list itself: arrows move; letters are the page's, where they are off they jump to a name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.letters = True
        self.setProperty("bare", True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)

    def dataChanged(self, first: _Index, last: _Index, _roles: Sequence[int] = ()) -> None:
        """Paint these rows alone: Qt's own list would lay all of them out anew."""
        for row in range(first.row(), last.row() + 1):
            self.update(self.model().index(row, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, or leave the key to the page: its letters and digits work here, too."""
        jumps = not self.letters and event.text().isalpha()
        if jumps or (event.key() in _MOVES and not event.modifiers()):
            super().keyPressEvent(event)
        else:
            event.ignore()


class LineList(Panel):
    """The pane: `opened` gives the enrolment that was gone to. Order and filter stay while marking."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setFixedWidth(theme().px(WIDTH))
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self._lines: Sequence[WorkLine] = ()
        self._silent = False
        self._words: dict[str, str] = {}
        self.title = Label("", "section")
        self.count = Label("", "body", "text2")
        self.bar = Bar(name=self.tr("Graded"))
        self.search = SearchField(self.tr("Find a student"))
        self.filter = Segmented(
            [Segment(OPEN, ""), Segment(EVERYBODY, ""), Segment(LATE, "")], name=self.tr("Which work is shown")
        )
        self.filter.choose(EVERYBODY)
        self.model = LineModel(self)
        self.view = LineView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(LineDelegate(self.view))
        self.view.setAccessibleName(self.tr("Students"))
        self.empty = EmptyState(
            "search", self.tr("Nobody here"), action=self.tr("Show everybody"), on_action=self.clear
        )
        self._lay()
        self.search.searched.connect(lambda _words: self._refresh())
        self.search.jump.connect(lambda _words: self._to_list())
        self.search.left_down.connect(self._to_list)
        self.filter.chosen_changed.connect(lambda _which: self._refresh())
        self.view.selectionModel().currentChanged.connect(self._moved)

    def _lay(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(16, 14, 16, 12)
        head.setSpacing(8)
        row = QHBoxLayout()
        row.addWidget(self.title)
        row.addStretch(1)
        row.addWidget(self.count)
        head.addLayout(row)
        head.addWidget(self.bar)
        head.addSpacing(2)
        head.addWidget(self.search)
        head.addWidget(self.filter)
        self._head = head
        self.body.addLayout(head)
        self.body.addWidget(Line())
        self.body.addWidget(self.view, 1)
        self.empty.hide()
        self.body.addWidget(self.empty, 1)

    def add_above(self, *widgets: QWidget) -> None:
        """Put something between the filter and the list."""
        for one in widgets:
            self._head.addWidget(one)

    def show_lines(self, lines: Sequence[WorkLine], *, handed_in: bool) -> None:
        """Show a class; who was chosen stays so."""
        self._lines = lines
        self.title.setText(self.tr("Submissions") if handed_in else self.tr("Students"))
        self._count()
        self._refresh()

    def put(self, lines: Sequence[WorkLine], line: WorkLine) -> None:
        """Show one line anew; it stays where it is, even where the filter wouldn't show it any more."""
        self._lines = lines
        self.model.put(line)
        self._count()

    def _count(self) -> None:
        done = sum(one.standing in {Standing.GRADED, Standing.PUBLISHED, Standing.ASKED} for one in self._lines)
        self.count.setText(self.tr("{n} of {all} graded").format(n=done, all=len(self._lines)))
        self.bar.setRange(0, max(1, len(self._lines)))
        self.bar.setValue(done)
        waiting = sum(one.standing in TO_GRADE for one in self._lines)
        late = sum(one.is_late for one in self._lines)
        words = {
            OPEN: self.tr("To grade {n}").format(n=waiting),
            EVERYBODY: self.tr("All {n}").format(n=len(self._lines)),
            LATE: self.tr("Late {n}").format(n=late),
        }
        if words != self._words:  # other words have the whole pane laid out and painted anew
            self._words = words
            for which, label in words.items():
                self.filter.set_text(which, label)
            self.filter.updateGeometry()

    def _matching(self) -> list[WorkLine]:
        words, which = fold(self.search.text()).split(), self.filter.chosen
        return [
            line
            for line in self._lines
            if (which != OPEN or line.standing in TO_GRADE)
            and (which != LATE or line.is_late)
            and all(word in fold(f"{line.name} {line.number}") for word in words)
        ]

    def _refresh(self) -> None:
        chosen = self.current
        found = self._matching()
        self._silent = True
        self.model.set_lines(found)
        self.go_to(chosen)
        self._silent = False
        self.view.setVisible(bool(found))
        self.empty.setVisible(not found)
        if self._lines:
            self.empty.set_words(self.tr("Nobody here"), self.tr("No work fits the search and the filter."))
        else:
            self.empty.set_words(self.tr("No students yet"), self.tr("They show as soon as someone is enrolled."))
        if self.empty.button is not None:
            self.empty.button.setVisible(bool(self._lines))

    def clear(self) -> None:
        """Show everybody."""
        self.search.clear()
        self.filter.choose(EVERYBODY)
        self._refresh()

    def _to_list(self) -> None:
        if self.model.rowCount():
            if not self.view.currentIndex().isValid():
                self.view.setCurrentIndex(self.model.index(0, 0))
            self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def current(self) -> str:
        """The enrolment that is chosen, an empty text without one."""
        row = self.view.currentIndex().row()
        return self.model.lines[row].id if 0 <= row < len(self.model.lines) else ""

    def go_to(self, enrolment_id: str) -> None:
        """Choose a student, where he or she is on show."""
        place = self.model.place_of(enrolment_id)
        if place >= 0:
            self.view.setCurrentIndex(self.model.index(place, 0))

    def beside(self, enrolment_id: str, step: int) -> str:
        """Return who comes `step` places after a student in the list on show, an empty text at its end."""
        place = self.model.place_of(enrolment_id)
        if place < 0:
            return self.model.lines[0].id if self.model.lines else ""
        return self.model.lines[place + step].id if 0 <= place + step < len(self.model.lines) else ""

    def next_to_grade(self, enrolment_id: str) -> str:
        """Return the next student whose work waits, from the beginning again at the end; empty where none does."""
        place = self.model.place_of(enrolment_id)
        order = [*self.model.lines[place + 1 :], *self.model.lines[: max(0, place)]]
        return next((one.id for one in order if one.standing in TO_GRADE), "")

    def _moved(self, _now: object, _before: object) -> None:
        if not self._silent and self.current:
            self.opened.emit(self.current)
