"""The grid of a month: names and days stay in sight, letters mark the cell under the cursor."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from desktop.attendance.mark_paint import percent_tone
from desktop.attendance.month_model import MonthModel
from desktop.attendance.month_store import MonthClass
from desktop.attendance.words import LOOKS
from desktop.timetable.times import clock_words, short_day
from desktop.widgets.grid_view import GridCells, GridHead, GridIndex, GridView
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme
from shared.attendance.vocabulary import AttendanceState

_CELL, _ROW, _PERCENT = 62, 30, 44
_KEYS = {
    Qt.Key.Key_P: AttendanceState.PRESENT,
    Qt.Key.Key_L: AttendanceState.LATE,
    Qt.Key.Key_A: AttendanceState.ABSENT,
    Qt.Key.Key_E: AttendanceState.EXCUSED,
    Qt.Key.Key_Backspace: AttendanceState.NONE,
}


class _Marks(GridCells):
    """Paints a mark: its tone, its icon, its minutes; rings where nothing is recorded yet."""

    view: MonthView

    def ground(self, index: GridIndex) -> str:
        """Return the colour that a cell stands on: sunken where there is nothing to mark."""
        klass = self.view.month_model.klass(index.column())
        return "sunken" if klass.cancelled or not klass.begun else "surface"

    def paint_cell(self, painter: QPainter, rect: QRectF, index: GridIndex) -> None:
        """Paint one mark."""
        look, model = theme(), self.view.month_model
        klass, cell = model.klass(index.column()), model.cell(index)
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


class _Head(GridHead):
    """Paints names with percentages, or days with times and percentages."""

    room = (232, 50)
    view: MonthView

    def paint_head(self, painter: QPainter, rect: QRect, section: int, *, chosen: bool) -> None:
        """Paint one head."""
        look, model = theme(), self.view.month_model
        if self.orientation() is Qt.Orientation.Vertical:
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

    def _below(self, klass: MonthClass, percent: int | None) -> str:
        if klass.cancelled:
            return self.tr("cancelled")
        return "" if percent is None else f"{percent} %"

    def _paint_name(self, painter: QPainter, box: QRectF, section: int) -> None:
        look, student = theme(), self.view.month_model.student(section)
        room = 0.0
        if student.percent is not None:
            room = float(look.px(_PERCENT))
            part = QRectF(box.right() - room, box.y(), room, box.height())
            words, tone = f"{student.percent} %", percent_tone(student.percent)
            draw_text(painter, part, words, "small-medium", look.colour(tone), Qt.AlignmentFlag.AlignRight)
        tone = "muted" if student.suspended else "text"
        draw_text(painter, box.adjusted(0, 0, -room - 4, 0), student.name, "body-medium", look.colour(tone))


class MonthView(GridView):
    """``asked`` gives (enrolment id, class session id, state) for a letter, ``opened`` a class session's id."""

    asked = Signal(str, str, str)
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.month_model = MonthModel(self)
        self.set_parts(self.month_model, _Head, _Marks)
        self.size_parts()
        self.setAccessibleName(self.tr("Marks by student and class"))
        self.horizontalHeader().sectionDoubleClicked.connect(lambda at: self.opened.emit(self.month_model.klass(at).id))
        self.doubleClicked.connect(lambda index: self.opened.emit(self.month_model.klass(index.column()).id))

    def size_parts(self) -> None:
        """Leave room for a day and for a name."""
        super().size_parts()
        self.horizontalHeader().setDefaultSectionSize(theme().px(_CELL))
        self.verticalHeader().setDefaultSectionSize(theme().px(_ROW))

    def keyboardSearch(self, _typed: str) -> None:
        """Letters are marks here."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Mark by letters, open the register by Enter, copy all with Ctrl C; arrows are the table's own."""
        index, key = self.currentIndex(), Qt.Key(event.key())
        if index.isValid() and not event.modifiers() and key in _KEYS:
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

    def lines(self) -> list[list[str]]:
        """Return the whole grid with its heads, line by line."""
        model = self.month_model
        columns = range(model.columnCount())
        across = Qt.Orientation.Horizontal
        lines = [["", "%", *(str(model.headerData(at, across)) for at in columns)]]
        for row, student in enumerate(model.students):
            percent = "" if student.percent is None else str(student.percent)
            lines.append([student.name, percent, *(model.words(row, at) for at in columns)])
        return lines
