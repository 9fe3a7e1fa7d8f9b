"""Paints the gradebook: cells with their tones and signs, names, heads of two lines, and the figures below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from desktop.grading.book_model import BookModel
from desktop.grading.cells import BookCell
from desktop.grading.grade_store import GradeState
from desktop.grading.words import band_colour, cell_tone, percent_of
from desktop.widgets.avatar import draw_initials
from desktop.widgets.grid_view import GridHead, GridIndex
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme
from shared.core.text import text
from shared.grading.points import points_text
from shared.grading.statistics_rules import Spread
from shared.grading.vocabulary import MarkStatus

NAMES, CELL, WIDE, GRADE, ROW, HEAD, FOOT = 226, 68, 112, 160, 30, 46, 27
_RIGHT = Qt.AlignmentFlag.AlignRight
_PAD, _CORNER, _BAR, _WORD, _SIGN = 9, 7, 42, 44, 13


class CellDelegate(QStyledItemDelegate):
    """Paints a mark or a grade; the current row is tinted, the current cell framed."""

    def __init__(self, view: QTableView, model: BookModel) -> None:
        super().__init__(view)
        self._view, self._model = view, model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: GridIndex) -> None:
        """Paint one cell with its lines."""
        look, current = theme(), self._view.currentIndex()
        rect = QRectF(option.rect)
        chosen = index.row() == current.row() or self._view.selectionModel().isSelected(index)
        painter.fillRect(rect, look.colour("sel" if chosen else "surface"))
        if self._model.is_grade(index.column()):
            self._paint_grade(painter, rect, index.row())
        else:
            self._paint_mark(painter, rect, index)
        painter.fillRect(QRectF(rect.x(), rect.bottom() - 1, rect.width(), 1), look.colour("line"))
        painter.fillRect(QRectF(rect.right() - 1, rect.y(), 1, rect.height()), look.colour("line"))
        if index == current:
            width = 2.5 if self._view.hasFocus() else 1.0
            fill_box(painter, rect.adjusted(0, 0, -1, -1), 3, None, look.colour("focus"), width)

    def _paint_mark(self, painter: QPainter, rect: QRectF, index: GridIndex) -> None:
        look, book = theme(), self._model.book
        work, cell = self._model.columns[index.column()], self._model.cell(index.row(), index.column())
        tone = self._tone(cell, book.counted(cell.enrolment_id, work, cell), work.points)
        if tone:
            painter.fillRect(rect.adjusted(0, 0, -1, -1), look.colour(f"{tone}.fill"))
        words = self._model.words(index.row(), index.column())
        colour = f"{tone}.text" if tone else ("muted" if words and not cell.finished else "text")
        draw_text(painter, rect.adjusted(4, 0, -_PAD, 0), words, "body-medium", look.colour(colour), _RIGHT)
        if book.days_late(cell.enrolment_id, work):
            size = look.tokens.sizes["icon"] - 3
            icon = look.colour("warn.text")
            draw_icon(painter, "clock", rect.x() + 6, rect.center().y() - size / 2, size, icon)
        if cell.commented:
            corner = rect.topRight() - QPointF(1, 0)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent"))
            painter.drawPolygon(QPolygonF([corner, corner - QPointF(_CORNER, 0), corner + QPointF(0, _CORNER)]))

    @staticmethod
    def _tone(cell: BookCell, counted: int, points: int) -> str:
        if cell.status is MarkStatus.EXCUSED:
            return "vio"
        if cell.status is MarkStatus.MISSING:
            return "bad"
        return cell_tone(percent_of(counted, points)) if cell.counts else ""

    def _paint_grade(self, painter: QPainter, rect: QRectF, row: int) -> None:
        look, book = theme(), self._model.book
        percent = book.grade(self._model.students[row].enrolment_id).percent
        word = self._model.grade_word(row)
        box = rect.adjusted(_PAD, 0, -_PAD - _WORD, 0)
        draw_text(
            painter, box, self._model.words(row, len(self._model.columns)), "body-strong", look.colour("text"), _RIGHT
        )
        track = QRectF(box.x(), rect.center().y() - 2.5, _BAR, 5)
        fill_box(painter, track, 2.5, look.colour("track"))
        self._paint_state(painter, QPointF(box.x() + _BAR + 5, rect.center().y() - _SIGN / 2), row)
        if percent is not None:
            whole = int(percent) // 100
            track.setWidth(max(2.0, min(1.0, whole / 100) * _BAR))
            fill_box(painter, track, 2.5, look.colour(band_colour(whole)))
            if word:
                badge = QRectF(rect.right() - _PAD - 38, rect.y() + 4, 38, rect.height() - 9)
                tone = {"ok.solid": "ok", "warn.solid": "warn", "bad.solid": "bad"}.get(band_colour(whole), "neu")
                fill_box(painter, badge, look.tokens.radii["control"], look.colour(f"{tone}.fill"))
                draw_text(
                    painter, badge, word, "small-strong", look.colour(f"{tone}.text"), Qt.AlignmentFlag.AlignHCenter
                )

    def _paint_state(self, painter: QPainter, place: QPointF, row: int) -> None:
        """Paint a tick for a published grade, a warning where the marks say something else since."""
        signs = {GradeState.PUBLISHED: ("check", "ok"), GradeState.CHANGED: ("circle-alert", "warn")}
        sign = signs.get(self._model.grade_state(row))
        if sign is not None:
            draw_icon(painter, sign[0], place.x(), place.y(), _SIGN, theme().colour(f"{sign[1]}.text"))


class BookHead(GridHead):
    """Names at the left, titles with their maxima above."""

    room = (NAMES, HEAD)
    parted = False

    def __init__(self, orientation: Qt.Orientation, view: QTableView, model: BookModel) -> None:
        super().__init__(orientation, view)
        self._model = model

    def paint_head(self, painter: QPainter, rect: QRect, section: int, *, chosen: bool) -> None:
        """Paint one head."""
        if self.orientation() is Qt.Orientation.Vertical:
            self._paint_name(painter, QRectF(rect), section, chosen=chosen)
        else:
            self._paint_work(painter, QRectF(rect).adjusted(4, 4, -_PAD, -4), section)

    def _paint_name(self, painter: QPainter, rect: QRectF, section: int, *, chosen: bool) -> None:
        look, student = theme(), self._model.students[section]
        if chosen:
            painter.fillRect(QRectF(rect.x(), rect.y(), 3, rect.height()), look.colour("accent"))
        size = rect.height() - 9
        draw_initials(painter, QRectF(rect.x() + 12, rect.y() + 4, size, size), student.name, student.number)
        box = rect.adjusted(12 + size + 10, 0, -8, 0)
        draw_text(painter, box, student.name, "body-medium", look.colour("text"))

    def _paint_work(self, painter: QPainter, box: QRectF, section: int) -> None:
        look, half = theme(), box.height() / 2
        upper = QRectF(box.x(), box.y(), box.width(), half)
        if self._model.is_grade(section):
            draw_text(
                painter, box.adjusted(0, 0, -_WORD, 0), text("Grade"), "small-medium", look.colour("text2"), _RIGHT
            )
            return
        work = self._model.columns[section]
        draw_text(painter, upper, work.title, "small-medium", look.colour("text2"), _RIGHT)
        words = text("of {points}", points=points_text(work.points))
        draw_text(painter, upper.translated(0, half), words, "small", look.colour("muted"), _RIGHT)


class Corner(QWidget):
    """The head above the names."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the head of the names."""
        look, painter, rect = theme(), QPainter(self), QRectF(self.rect())
        painter.fillRect(rect, look.colour("sunken"))
        painter.fillRect(QRectF(0, rect.height() - 1, rect.width(), 1), look.colour("line"))
        draw_text(painter, rect.adjusted(12, 0, -8, 0), text("Student"), "small-medium", look.colour("text2"))


class BookFoot(QWidget):
    """Average, median, range and how many are graded; it follows the columns of the view above it.

    Figures are worked out after the first paint: `work_out` does it for the columns in sight.
    """

    def __init__(self, view: QTableView, model: BookModel) -> None:
        super().__init__()
        self._view, self._model = view, model
        view.horizontalScrollBar().valueChanged.connect(lambda _at: self.work_out())
        model.dataChanged.connect(lambda *_: self.update())
        model.modelReset.connect(self.update)
        self.setFixedHeight(theme().px(FOOT) * 4 + 2)
        self.setAccessibleName(text("Average, median, range and how many are graded"))

    def _rows(self) -> tuple[str, ...]:
        return text("Average"), text("Median"), text("Lowest to highest"), text("Graded")

    @staticmethod
    def figures(found: Spread | None, *, to_tenths: bool = False) -> tuple[str, str, str, str]:
        """Return the four lines of a column, dashes where nothing is marked; grades are told to a tenth."""
        if found is None:
            return "–", "–", "–", "0"
        ends = (found.lowest, found.highest)
        tenth = [points_text((one + 5) // 10 * 10) for one in (found.average, found.median, *ends)]
        low, high = tenth[2:] if to_tenths else [points_text(one) for one in ends]
        return tenth[0], tenth[1], text("{low} to {high}", low=low, high=high), str(found.count)

    def work_out(self) -> None:
        """Work out the figures of the columns in sight."""
        for column in range(self._model.columnCount()):
            left = self._view.columnViewportPosition(column)
            if -self._view.columnWidth(column) < left < self.width():
                self._model.spread(column)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the four lines."""
        look, painter = theme(), QPainter(self)
        height, names = look.px(FOOT), self._view.verticalHeader().width()
        painter.fillRect(self.rect(), look.colour("sunken"))
        current = self._view.currentIndex().column()
        for column in range(self._model.columnCount()):
            left = names + self._view.columnViewportPosition(column)
            width = self._view.columnWidth(column)
            if left + width <= names or left > self.width():
                continue
            if column == current:
                painter.fillRect(QRect(left, 0, width, self.height()), look.colour("sel"))
            grade = self._model.is_grade(column)
            step, pad = ("small-strong", _PAD + _WORD) if grade else ("small", _PAD)
            found = self._model.spread(column) if self._model.knows_spread(column) else None
            for at, words in enumerate(self.figures(found, to_tenths=grade)):
                box = QRectF(left + 2, at * height, width - pad - 2, height)
                draw_text(painter, box, words, step, look.colour("text"), _RIGHT)
        painter.fillRect(QRect(0, 0, names, self.height()), look.colour("sunken"))
        for at, words in enumerate(self._rows()):
            box = QRectF(12, at * height, names - 16, height)
            draw_text(painter, box, words, "small-medium", look.colour("text2"))
            painter.fillRect(QRectF(0, at * height, self.width(), 1), look.colour("strong" if not at else "line"))
