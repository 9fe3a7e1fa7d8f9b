"""The grid of a month: names and days stay in sight, letters mark the cell under the cursor."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.attendance.mark_paint import percent_tone
from desktop.attendance.month_model import MonthModel
from desktop.attendance.month_store import MonthClass
from desktop.attendance.words import LOOKS
from desktop.timetable.times import clock_words, short_day
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme
from shared.attendance.vocabulary import AttendanceState

_NAMES, _CELL, _ROW, _HEAD = 232, 62, 30, 50
_KEYS = {
    Qt.Key.Key_P: AttendanceState.PRESENT,
    Qt.Key.Key_L: AttendanceState.LATE,
    Qt.Key.Key_A: AttendanceState.ABSENT,
    Qt.Key.Key_E: AttendanceState.EXCUSED,
    Qt.Key.Key_Backspace: AttendanceState.NONE,
}
_Index = QModelIndex | QPersistentModelIndex


class _MarkDelegate(QStyledItemDelegate):
    """Paints a mark: its tone, its icon, its minutes; rings where nothing is recorded yet."""

    def __init__(self, view: MonthView) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one cell with its lines, and the frame of the current one."""
        look, model = theme(), self._view.month_model
        rect = QRectF(option.rect)
        klass, cell = model.klass(index.column()), model.cell(index)
        painter.fillRect(rect, look.colour("sunken" if klass.cancelled or not klass.begun else "surface"))
        painter.fillRect(QRectF(rect.x(), rect.bottom() - 1, rect.width(), 1), look.colour("line"))
        painter.fillRect(QRectF(rect.right() - 1, rect.y(), 1, rect.height()), look.colour("line"))
        if not klass.cancelled and (klass.begun or cell.mark.state is not AttendanceState.NONE):
            state = LOOKS[cell.mark.state]
            box = rect.adjusted(5, 4, -6, -5)
            if cell.mark.state is not AttendanceState.NONE:
                fill_box(painter, box, look.tokens.radii["control"], look.colour(f"{state.tone}.fill"))
            size = look.tokens.sizes["icon"] - 2
            words = str(cell.mark.minutes) if cell.mark.minutes else ""
            left = box.center().x() - (size if words else size / 2)
            sign = "git-compare-arrows" if cell.disputed else state.icon
            tone = "bad" if cell.disputed else state.tone
            draw_icon(painter, sign, left, box.center().y() - size / 2, size, look.colour(f"{tone}.text"))
            if words:
                part = QRectF(left + size + 3, box.y(), box.right() - left - size, box.height())
                draw_text(painter, part, words, "small-strong", look.colour(f"{state.tone}.text"))
        if index == self._view.currentIndex():
            width = 2.5 if self._view.hasFocus() else 1.0
            fill_box(painter, rect.adjusted(1, 1, -2, -2), 4, None, look.colour("focus"), width)


class _Head(QHeaderView):
    """Paints names with percentages, or days with times and percentages."""

    def __init__(self, orientation: Qt.Orientation, view: MonthView) -> None:
        super().__init__(orientation, view)
        self._view = view
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(True)

    def sizeHint(self) -> QSize:
        """Return room for a name, or for three lines."""
        look = theme()
        return QSize(look.px(_NAMES), look.px(_HEAD))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint one head."""
        look, model = theme(), self._view.month_model
        vertical = self.orientation() is Qt.Orientation.Vertical
        current = self._view.currentIndex()
        chosen = section == (current.row() if vertical else current.column())
        painter.save()
        painter.fillRect(rect, look.colour("sel" if chosen else ("surface" if vertical else "sunken")))
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), look.colour("line"))
        painter.fillRect(QRect(rect.right(), rect.y(), 1, rect.height()), look.colour("line"))
        if vertical:
            self._paint_name(painter, QRectF(rect).adjusted(14, 0, -12, 0), section)
        else:
            klass, percent = model.klass(section), model.month.percents[section]
            lines = (
                (short_day(klass.starts.date()), "small-strong", "muted" if klass.cancelled else "text"),
                (clock_words(klass.starts), "small", "muted"),
                (self._below(klass, percent), "small", "muted" if percent is None else percent_tone(percent)),
            )
            height = rect.height() / len(lines)
            for at, (words, step, tone) in enumerate(lines):
                line = QRectF(rect.x() + 2, rect.y() + at * height, rect.width() - 4, height)
                draw_text(painter, line, words, step, look.colour(tone), Qt.AlignmentFlag.AlignHCenter)
        painter.restore()

    def _below(self, klass: MonthClass, percent: int | None) -> str:
        if klass.cancelled:
            return self.tr("cancelled")
        return "" if percent is None else f"{percent} %"

    def _paint_name(self, painter: QPainter, box: QRectF, section: int) -> None:
        look, student = theme(), self._view.month_model.student(section)
        room = 0.0
        if student.percent is not None:
            room = 44.0
            part = QRectF(box.right() - room, box.y(), room, box.height())
            words, tone = f"{student.percent} %", percent_tone(student.percent)
            draw_text(painter, part, words, "small-medium", look.colour(tone), Qt.AlignmentFlag.AlignRight)
        tone = "muted" if student.suspended else "text"
        draw_text(painter, box.adjusted(0, 0, -room - 4, 0), student.name, "body-medium", look.colour(tone))


class MonthView(QTableView):
    """``asked`` gives (enrolment id, class session id, state) for a letter, ``opened`` a class session's id."""

    asked = Signal(str, str, str)
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.month_model = MonthModel(self)
        self.setHorizontalHeader(_Head(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(_Head(Qt.Orientation.Vertical, self))
        self.setModel(self.month_model)
        self.setItemDelegate(_MarkDelegate(self))
        self.setShowGrid(False)
        corner = self.findChild(QAbstractButton)
        if corner is not None:
            corner.hide()  # it selects everything, which means nothing here
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        look = theme()
        self.horizontalHeader().setDefaultSectionSize(look.px(_CELL))
        self.verticalHeader().setDefaultSectionSize(look.px(_ROW))
        self.setAccessibleName(self.tr("Marks by student and class"))
        self.horizontalHeader().sectionDoubleClicked.connect(lambda at: self.opened.emit(self.month_model.klass(at).id))
        self.doubleClicked.connect(lambda index: self.opened.emit(self.month_model.klass(index.column()).id))
        self.selectionModel().currentChanged.connect(lambda *_: self._repaint_heads())

    def _repaint_heads(self) -> None:
        self.horizontalHeader().viewport().update()
        self.verticalHeader().viewport().update()

    def keyboardSearch(self, _typed: str) -> None:
        """Letters are marks here."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Mark by letters, open the register by Enter, copy all with Ctrl C; arrows are the table's own."""
        index, key = self.currentIndex(), Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.as_text())
        elif index.isValid() and not event.modifiers() and key in _KEYS:
            student, klass = self.month_model.student(index.row()), self.month_model.klass(index.column())
            self.asked.emit(student.enrolment_id, klass.id, str(_KEYS[key]))
        elif index.isValid() and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.opened.emit(self.month_model.klass(index.column()).id)
        else:
            super().keyPressEvent(event)

    def go_down(self) -> None:
        """Go to the next student of the same class."""
        index = self.currentIndex()
        below = index.siblingAtRow(index.row() + 1)
        if below.isValid():
            self.setCurrentIndex(below)

    def as_text(self) -> str:
        """Return the whole grid as tab-separated lines with heads."""
        model = self.month_model
        columns = range(model.columnCount())
        across = Qt.Orientation.Horizontal
        lines = [["", "%", *(str(model.headerData(at, across)) for at in columns)]]
        for row, student in enumerate(model.students):
            percent = "" if student.percent is None else str(student.percent)
            lines.append([student.name, percent, *(model.words(row, at) for at in columns)])
        return "\n".join("\t".join(line) for line in lines)
