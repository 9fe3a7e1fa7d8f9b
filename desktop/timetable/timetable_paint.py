"""What stands behind the sessions: hours and days, names of rooms, holidays, today, and the line of now."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from desktop.timetable.board_layout import BoardLayout
from desktop.timetable.grid_layout import ColumnHead, GridLayout
from desktop.timetable.times import clock_words
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme


def paint_grid_back(painter: QPainter, layout: GridLayout, view: QRectF) -> None:
    """Paint hours and columns; `view` is the part of the content on show."""
    look = theme()
    height = layout.size.height()
    for at, column in enumerate(layout.columns):
        left = at * layout.column_width
        if column.holiday:
            painter.fillRect(QRectF(left + 1, 0, layout.column_width - 1, height), look.colour("sunken"))
    for hour in range(layout.first_hour, layout.last_hour + 1):
        y = round(layout.y_of(hour * 60))
        painter.fillRect(QRectF(view.x(), y, view.width(), 1), look.colour("line"))
    _upright(painter, len(layout.columns), layout.column_width, height)


def paint_board_back(painter: QPainter, layout: BoardLayout, view: QRectF) -> None:
    """Paint rows and days."""
    look = theme()
    height = layout.size.height()
    for at, column in enumerate(layout.columns):
        if column.holiday:
            left = at * layout.column_width
            painter.fillRect(QRectF(left + 1, 0, layout.column_width - 1, height), look.colour("sunken"))
    for top in layout.tops[1:]:
        painter.fillRect(QRectF(view.x(), top - 1, view.width(), 1), look.colour("line"))
    _upright(painter, len(layout.columns), layout.column_width, height)


def _upright(painter: QPainter, count: int, width: float, height: float) -> None:
    line = theme().colour("line")
    for at in range(count + 1):
        painter.fillRect(QRectF(round(at * width), 0, 1, height), line)


def paint_hours(painter: QPainter, layout: GridLayout, scrolled: float, now: float | None, moment: datetime) -> None:
    """Paint the hours beside the columns; the origin is the view's top left corner."""
    look = theme()
    now_y = layout.y_of(now) if now is not None else None
    for hour in range(layout.first_hour + 1, layout.last_hour):
        y = layout.y_of(hour * 60)
        if now_y is not None and abs(now_y - y) < look.px(13):
            continue
        box = QRectF(0, layout.head + y - scrolled - 8, layout.side - 10, 16)
        draw_text(painter, box, f"{hour:02}:00", "small", look.colour("muted"), Qt.AlignmentFlag.AlignRight)
    if now_y is not None:
        box = QRectF(0, layout.head + now_y - scrolled - 8, layout.side - 10, 16)
        words = clock_words(moment)
        draw_text(painter, box, words, "small-strong", look.colour("bad"), Qt.AlignmentFlag.AlignRight)


def paint_now(painter: QPainter, layout: GridLayout, now: float, today: date) -> None:
    """Paint the line of now through today's columns."""
    look = theme()
    y = layout.y_of(now)
    for at, column in enumerate(layout.columns):
        if column.day not in (None, today):
            continue
        left = at * layout.column_width
        painter.fillRect(QRectF(left + 1, y - 0.75, layout.column_width - 1, 1.5), look.colour("bad.solid"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("bad.solid"))
        if at == 0 or column.group is None:
            painter.drawEllipse(QPointF(left + 1, y), 3.5, 3.5)


def paint_heads(
    painter: QPainter, layout: GridLayout | BoardLayout, scrolled: float, width: float, today: date
) -> None:
    """Paint the heads of the columns."""
    look = theme()
    painter.fillRect(QRectF(0, 0, width, layout.head), look.colour("sunken"))
    painter.fillRect(QRectF(0, layout.head - 1, width, 1), look.colour("line"))
    painter.save()
    painter.setClipRect(QRectF(layout.side, 0, width - layout.side, layout.head))
    painter.translate(layout.side - scrolled, 0)
    for at, column in enumerate(layout.columns):
        is_today = column.day == today and (column.group is None)
        box = QRectF(at * layout.column_width + 10, 0, layout.column_width - 18, layout.head - 1)
        _head(painter, box, column, is_today=is_today)
    painter.restore()


def _head(painter: QPainter, box: QRectF, column: ColumnHead, *, is_today: bool) -> None:
    look = theme()
    colour = look.colour("accent" if is_today else "text")
    small = column.holiday or column.note
    if not small:
        draw_text(painter, box, column.name, "body-strong" if is_today else "body-medium", colour)
        return
    line = look.px(17)
    top = (box.height() - 2 * line) / 2
    upper = QRectF(box.x(), top, box.width(), line)
    draw_text(painter, upper, column.name, "body-strong" if is_today else "body-medium", colour)
    tone = "vio" if column.holiday else "muted"
    draw_text(painter, upper.translated(0, line), small, "small", look.colour(tone))


def paint_names(painter: QPainter, layout: BoardLayout, scrolled: float, height: float) -> None:
    """Paint the names of the rows beside them."""
    look = theme()
    painter.fillRect(QRectF(0, layout.head, layout.side, height - layout.head), look.colour("surface"))
    for at, row in enumerate(layout.rows):
        top, bottom = layout.tops[at] - scrolled + layout.head, layout.tops[at + 1] - scrolled + layout.head
        if bottom < layout.head or top > height:
            continue
        painter.fillRect(QRectF(0, bottom - 1, layout.side, 1), look.colour("line"))
        line = look.px(17)
        box = QRectF(14, top, layout.side - 24, bottom - top - 1)
        if box.height() < 2 * line + 6:
            _one_line(painter, box, row)
            continue
        box = QRectF(14, top + 8, layout.side - 24, line)
        draw_text(painter, box, row.name, "body-medium", look.colour("text"))
        draw_text(painter, box.translated(0, line), row.note, "small", look.colour("muted"))


def _one_line(painter: QPainter, box: QRectF, row: ColumnHead) -> None:
    look = theme()
    wide = look.metrics("small").horizontalAdvance(row.note) + 1 if row.note else 0
    name = QRectF(box.x(), box.y(), box.width() - wide - (8 if wide else 0), box.height())
    draw_text(painter, name, row.name, "body-medium", look.colour("text"))
    if row.note:
        note = QRectF(box.right() - wide, box.y(), wide, box.height())
        draw_text(painter, note, row.note, "small", look.colour("muted"))


def paint_frame(painter: QPainter, layout: GridLayout | BoardLayout, width: float, height: float) -> None:
    """Paint the corner and the line beside the hours or names."""
    look = theme()
    fill_box(painter, QRectF(0, 0, layout.side, layout.head - 1), 0, look.colour("sunken"))
    painter.fillRect(QRectF(layout.side, 0, 1, height), look.colour("line"))
    painter.fillRect(QRectF(0, layout.head - 1, width, 1), look.colour("line"))
