"""How a session is painted: a block in the view by hours, a line in the week of many rooms, and where it would go."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from desktop.timetable.session_words import KIND_ICONS, state_words
from desktop.timetable.store import SessionLine
from desktop.timetable.week_store import By
from desktop.widgets.icons import draw_icon
from desktop.widgets.paint import draw_text, elided, fill_box, focus_ring
from desktop.widgets.theme import theme
from shared.timetable.vocabulary import ClassSessionState

_BAR = 3
_PAD = 9.0


def _tones(line: SessionLine) -> tuple[str, str, str, str]:
    """Fill, bar, main and second colour of a session's state."""
    return {
        ClassSessionState.ONGOING: ("info.fill", "info.solid", "info.text", "info.text"),
        ClassSessionState.COMPLETED: ("neu.fill", "neu.solid", "text2", "muted"),
        ClassSessionState.CANCELLED: ("surface", "strong", "muted", "muted"),
    }.get(line.state, ("soft", "solid", "text", "text2"))


def _surface(painter: QPainter, box: QRectF, line: SessionLine) -> None:
    look = theme()
    fill, bar, _, _ = _tones(line)
    outline = look.colour("border") if line.state is ClassSessionState.CANCELLED or look.high_contrast else None
    fill_box(painter, box, 6, look.colour(bar))
    fill_box(painter, box.adjusted(_BAR, 0, 0, 0), 4, look.colour(fill), outline)


def detail_of(line: SessionLine, by: By) -> str:
    """Return what stands under the cohort: what the column doesn't say already."""
    parts = {
        By.ROOM: (line.teacher, line.body.get("title")),
        By.INSTRUCTOR: (line.room, line.body.get("title")),
        By.COHORT: (line.title, line.room, line.teacher),
    }.get(by, (line.room, line.teacher, line.body.get("title")))
    return " · ".join(str(part) for part in parts if part)


def name_of(line: SessionLine, by: By) -> str:
    """Return the first words of a session."""
    return line.title if by is By.COHORT and line.title else line.cohort


def paint_block(painter: QPainter, box: QRectF, line: SessionLine, by: By) -> None:
    """Paint a session in the view by hours; what doesn't fit is left out, last line first."""
    look = theme()
    _, _, main, second = _tones(line)
    _surface(painter, box, line)
    inner = box.adjusted(_PAD, 4, -6, -3)
    high = look.px(16)
    if inner.height() < 2 * high:
        one = QRectF(inner.x(), box.y(), inner.width(), box.height())
        _line(painter, one, f"{line.times[:5]}  {name_of(line, by)}", "small-medium", main, line)
        return
    top = QRectF(inner.x(), inner.y(), inner.width(), high)
    sign = KIND_ICONS[line.kind]
    if sign:
        draw_icon(painter, sign, top.right() - 13, top.y() + 1, 13, look.colour(second))
        top.setWidth(top.width() - 18)
    cancelled = line.state is ClassSessionState.CANCELLED
    times = f"{state_words(line.state)} · {line.times}" if cancelled else line.times
    draw_text(painter, top, times, "small", look.colour("bad" if cancelled else second))
    top = QRectF(inner.x(), top.y() + high + 1, inner.width(), high + 1)
    _line(painter, top, name_of(line, by), "body-medium", main, line)
    below = [detail for detail in (detail_of(line, by),) if detail]
    for detail in below:
        top = top.translated(0, high + 1)
        if top.bottom() <= inner.bottom() + 2:
            _line(painter, top, detail, "small", second, line, Qt.TextElideMode.ElideRight)


def paint_line(painter: QPainter, box: QRectF, line: SessionLine, by: By) -> None:
    """Paint a session as one line: its start, its cohort, and what else there is room for."""
    look = theme()
    _, _, main, second = _tones(line)
    _surface(painter, box, line)
    start = f"{line.times[:5]}"
    width = look.metrics("small").horizontalAdvance("00:00") + 6
    draw_text(painter, QRectF(box.x() + _PAD, box.y(), width, box.height()), start, "small", look.colour(second))
    left = box.x() + _PAD + width
    right = box.right() - 6
    sign = KIND_ICONS[line.kind]
    if sign:
        right -= 13
        draw_icon(painter, sign, right, box.y() + (box.height() - 13) / 2, 13, look.colour(second))
        right -= 4
    if line.state is ClassSessionState.CANCELLED:
        words = state_words(line.state)
        wide = look.metrics("small").horizontalAdvance(words) + 1
        right -= wide
        draw_text(painter, QRectF(right, box.y(), wide, box.height()), words, "small", look.colour("bad"))
        right -= 6
    _line(painter, QRectF(left, box.y(), right - left, box.height()), name_of(line, by), "small-medium", main, line)


def _line(
    painter: QPainter,
    rect: QRectF,
    words: str,
    step: str,
    colour: str,
    line: SessionLine,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
) -> None:
    # Cohorts of one course differ at the end of their names, so the middle is what is left out.
    look = theme()
    font = look.font(step)
    if line.state is ClassSessionState.CANCELLED:
        font = QFont(font)
        font.setStrikeOut(True)
    painter.setFont(font)
    painter.setPen(look.colour(colour))
    shown = elided(look.metrics(step), words, rect.width(), elide)
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)


def paint_ring(painter: QPainter, box: QRectF) -> None:
    """Paint the focus of the current session."""
    focus_ring(painter, box.adjusted(-1, -1, 1, 1), 7)


def paint_ghost(painter: QPainter, box: QRectF, words: str, *, clashes: bool) -> None:
    """Paint where a session would go: dashed, in red with a sign where something is in its way."""
    look = theme()
    tone = look.colour("bad" if clashes else "accent")
    fill = QColor(look.colour("bad.fill" if clashes else "soft"))
    fill.setAlphaF(0.92)
    fill_box(painter, box, 6, fill)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(tone, 1.5, Qt.PenStyle.DashLine))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)
    left = box.x() + _PAD
    high = min(box.height(), float(look.px(24)))
    if clashes:
        draw_icon(painter, "circle-alert", left, box.y() + (high - 13) / 2, 13, tone)
        left += 18
    if box.height() < 2 * high:
        draw_text(painter, QRectF(left, box.y(), box.right() - left - 6, high), words, "small-medium", tone)
        return
    painter.setFont(look.font("small-medium"))
    painter.setPen(tone)
    room = QRectF(left, box.y() + 4, box.right() - left - 6, box.height() - 8)
    painter.drawText(room, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, words)
