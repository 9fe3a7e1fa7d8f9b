"""The gradebook's grid: typing starts a mark, arrows and Tab save it, blocks are copied, pasted and filled down."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QWidget

from desktop.grading.book_model import BookModel
from desktop.grading.book_paint import CELL, GRADE, ROW, WIDE, BookHead, CellDelegate, Corner
from desktop.widgets.grid_view import ScaledTable
from desktop.widgets.label import Label
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import theme

_Key = Qt.Key
_ENDS = {
    _Key.Key_Return: (1, 0),
    _Key.Key_Enter: (1, 0),
    _Key.Key_Tab: (0, 1),
    _Key.Key_Backtab: (0, -1),
    _Key.Key_Down: (1, 0),
    _Key.Key_Up: (-1, 0),
}
_SIDES = {_Key.Key_Left: (0, -1), _Key.Key_Right: (0, 1)}
_LETTERS = {_Key.Key_M: "M", _Key.Key_X: "X", _Key.Key_Delete: "", _Key.Key_Backspace: ""}
# Rows of typed texts for the block that begins at a row and a column -> why not, or an empty text.
SetBlock = Callable[[int, int, list[list[str]]], str]


class MarkField(TextField):
    """The mark being typed, over its cell; a wrong one stays, framed red, with the reason below."""

    ended = Signal(int, int)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(sized="cell", parent=parent)
        self._around = parent
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setMaxLength(20)
        self.in_place = False
        self.reason = Label("", "small", "bad")
        self.reason.setParent(parent)
        self.reason.setProperty("hint", True)
        self.reason.hide()
        self.textEdited.connect(lambda _text: self.refuse(""))
        self.hide()

    def begin(self, rect: QRect, words: str, name: str, *, in_place: bool) -> None:
        """Start typing in a cell: with the first key, or with what stands there."""
        self.in_place = in_place
        self.setAccessibleName(name)
        self.setGeometry(rect)
        self.setText(words)
        self.refuse("")
        self.show()
        self.setFocus()
        if in_place:
            self.selectAll()

    def refuse(self, reason: str) -> None:
        """Say why the mark can't stay; an empty text takes the reason away."""
        self.set_invalid(bool(reason))
        self.setAccessibleDescription(reason)
        self.reason.setText(reason)
        self.reason.adjustSize()
        below = self.geometry().bottomLeft()
        room = self._around.width() - self.reason.width() - 4
        self.reason.move(max(4, min(below.x(), room)), below.y() + 3)
        self.reason.setVisible(bool(reason))
        self.reason.raise_()

    def event(self, event: QEvent) -> bool:
        """Take Tab before Qt moves the focus with it."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            step = _ENDS.get(key) or (None if self.in_place else _SIDES.get(key))
            if step is not None:
                back = (
                    key in {_Key.Key_Return, _Key.Key_Enter} and event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                )
                self.ended.emit(-1 if back else step[0], step[1])
                return True
            if key == _Key.Key_Escape:
                self.stop()
                return True
        return super().event(event)

    def stop(self) -> None:
        """End typing without saving."""
        self.hide()
        self.reason.hide()
        self.left.emit()


class BookView(ScaledTable):
    """``typing`` gives what is being typed (None: nothing); `set_block` saves texts and says why not."""

    typing = Signal(object)
    explained = Signal(int, int)
    pasted = Signal(int, int, object)
    undo_asked = Signal()
    redo_asked = Signal()

    def __init__(self, set_block: SetBlock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.book_model = BookModel(self)
        self._set_block = set_block
        self.editable = True
        self.setHorizontalHeader(BookHead(Qt.Orientation.Horizontal, self, self.book_model))
        self.setVerticalHeader(BookHead(Qt.Orientation.Vertical, self, self.book_model))
        self.setModel(self.book_model)
        self.setItemDelegate(CellDelegate(self, self.book_model))
        corner = self.findChild(QAbstractButton)
        if corner is not None:
            corner.hide()  # it selects everything; Ctrl A does, too
        self._corner = Corner(self)
        self.setShowGrid(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.size_parts()
        self.setAccessibleName(self.tr("Marks by student and work"))
        self.field = MarkField(self.viewport())
        self.field.ended.connect(self._end)
        self.field.left.connect(self._left)
        self.field.textChanged.connect(lambda words: self.typing.emit(words if self.field.isVisible() else None))
        self.book_model.modelReset.connect(self._size_columns)
        self.selectionModel().currentChanged.connect(self._current_changed)
        self.doubleClicked.connect(lambda index: self._begin_at(index, None))
        self.verticalScrollBar().valueChanged.connect(lambda _at: self._follow_cell())
        self.horizontalScrollBar().valueChanged.connect(lambda _at: self._follow_cell())

    def size_parts(self) -> None:
        """Leave room for a name and for a mark."""
        super().size_parts()
        self.verticalHeader().setDefaultSectionSize(theme().px(ROW))
        self.horizontalHeader().setDefaultSectionSize(theme().px(CELL))
        self._size_columns()

    def _size_columns(self) -> None:
        """Share the room among the columns, no narrower than a mark and no wider than reads well."""
        last, look = self.book_model.columnCount() - 1, theme()
        bar = self.verticalScrollBar().sizeHint().width() + 2
        room = self.width() - self.verticalHeader().width() - bar - look.px(GRADE)
        each = max(look.px(CELL), min(look.px(WIDE), room // last)) if last > 0 else look.px(CELL)
        for column in range(last + 1):
            self.setColumnWidth(column, look.px(GRADE) if column == last else each)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit columns and corner to the new size."""
        super().resizeEvent(event)
        self._size_columns()
        self._corner.setGeometry(0, 0, self.verticalHeader().width(), self.horizontalHeader().height())

    def _current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.viewport().update()
        self.horizontalHeader().viewport().update()
        self.verticalHeader().viewport().update()

    def _follow_cell(self) -> None:
        if self.field.isVisible():
            self.field.setGeometry(self.visualRect(self.currentIndex()))

    def keyboardSearch(self, _typed: str) -> None:
        """Letters and digits are marks here."""

    # ------------------------------------------------------------------------------------------------- typing

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Start a mark by a digit, change it by F2; M, X and Delete set a cell, Ctrl C, V, D and Z act on blocks."""
        if self._on_block(event):
            return
        index, key, words = self.currentIndex(), Qt.Key(event.key()), event.text()
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        if not index.isValid() or not plain:
            super().keyPressEvent(event)
        elif self.book_model.is_grade(index.column()) or not self.editable:
            self._on_grade(event, index)
        elif words and (words.isdigit() or words in ".,-"):
            self._begin_at(index, words)
        elif key == _Key.Key_F2:
            self._begin_at(index, None)
        elif key in _LETTERS:
            self._set_selected(_LETTERS[key])
        elif key in {_Key.Key_Return, _Key.Key_Enter}:
            self.explained.emit(index.row(), index.column())
        else:
            super().keyPressEvent(event)

    def _on_grade(self, event: QKeyEvent, index: QModelIndex) -> None:
        if event.key() in {_Key.Key_Return, _Key.Key_Enter}:
            self.explained.emit(index.row(), index.column())
        else:
            super().keyPressEvent(event)

    def _on_block(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_asked.emit()
        elif event.matches(QKeySequence.StandardKey.Redo) or (
            event.key() == _Key.Key_Y and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        ):
            self.redo_asked.emit()
        elif event.key() == _Key.Key_D and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.fill_down()
        else:
            return False
        return True

    def _begin_at(self, index: QModelIndex, words: str | None) -> None:
        if not index.isValid() or self.book_model.is_grade(index.column()) or not self.editable:
            if index.isValid():
                self.explained.emit(index.row(), index.column())
            return
        self.go_to(index)
        shown = self.book_model.raw(index.row(), index.column())
        name = str(self.book_model.data(index, Qt.ItemDataRole.AccessibleTextRole))
        self.field.begin(self.visualRect(index), shown if words is None else words, name, in_place=words is None)
        self.typing.emit(self.field.text())

    def _end(self, down: int, right: int) -> None:
        index = self.currentIndex()
        reason = self._set_block(index.row(), index.column(), [[self.field.text()]])
        if reason:
            self.field.refuse(reason)
            return
        self.field.stop()
        self.move_by(down, right)

    def _left(self) -> None:
        self.typing.emit(None)
        self.setFocus()

    def move_by(self, down: int, right: int) -> None:
        """Go to a cell nearby where there is one."""
        index = self.currentIndex()
        there = self.book_model.index(index.row() + down, index.column() + right)
        if there.isValid():
            self.go_to(there)

    def go_to(self, index: QModelIndex) -> None:
        """Stand on a cell and select it alone, whichever keys are held down."""
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    # ------------------------------------------------------------------------------------------------- blocks

    def block(self) -> tuple[int, int, int, int]:
        """Return the selected block as first row, first column, last row, last column; the current cell at least."""
        found = [index for index in self.selectionModel().selectedIndexes() if index.isValid()] or [self.currentIndex()]
        rows, columns = [one.row() for one in found], [one.column() for one in found]
        return min(rows), min(columns), max(rows), max(columns)

    def _set_selected(self, words: str) -> None:
        top, left, bottom, right = self.block()
        right = min(right, self.book_model.columnCount() - 2)
        self._set_block(top, left, [[words] * (right - left + 1) for _ in range(bottom - top + 1)])
        if (top, left) == (bottom, right) and words:
            self.move_by(1, 0)

    def copy(self) -> None:
        """Put the block on the clipboard as a spreadsheet takes it."""
        top, left, bottom, right = self.block()
        lines = [
            "\t".join(self.book_model.words(row, column) for column in range(left, right + 1))
            for row in range(top, bottom + 1)
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def paste(self) -> None:
        """Ask to set the block of the clipboard, from the first selected cell on."""
        words = QGuiApplication.clipboard().text().replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
        if words and self.currentIndex().isValid():
            top, left, _bottom, _right = self.block()
            self.pasted.emit(top, left, [line.split("\t") for line in words.split("\n")])

    def fill_down(self) -> None:
        """Put the first row of the block, or the cell above, into all cells below it."""
        top, left, bottom, right = self.block()
        right = min(right, self.book_model.columnCount() - 2)
        if top == bottom:
            top -= 1
        if top >= 0 and right >= left:
            first = [self.book_model.raw(top, column) for column in range(left, right + 1)]
            self._set_block(top + 1, left, [list(first) for _ in range(bottom - top)])
