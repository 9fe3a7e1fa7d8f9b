"""Paints what grid and list share: the last classes as shapes, the four keys, and a mark with its signs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from desktop.attendance.mark_keys import KEYS
from desktop.attendance.store import MarkRow
from desktop.attendance.words import LOOKS
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme
from shared.attendance.vocabulary import HAND_MADE, AttendanceState, Method

SHAPE_STEP = 12
KEY_GAP = 5
LOW_PERCENT = 75
_TRIANGLES = frozenset({AttendanceState.LATE, AttendanceState.LEFT_EARLY})


def draw_shapes(painter: QPainter, left: float, middle: float, states: Sequence[str]) -> None:
    """Paint a shape for each class: dot present, triangle late, square absent, violet dot excused, ring no mark."""
    look = theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for place, state in enumerate(states):
        x = left + place * SHAPE_STEP
        colour = look.colour(f"{LOOKS[state].tone}.solid")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        if state in _TRIANGLES:
            triangle = [QPointF(x, middle + 3), QPointF(x + 3.5, middle - 3.5), QPointF(x + 7, middle + 3)]
            painter.drawPolygon(QPolygonF(triangle))
        elif state == AttendanceState.ABSENT:
            painter.drawRect(QRectF(x + 0.5, middle - 3, 6, 6))
        elif state == AttendanceState.NONE:
            painter.setPen(QPen(colour, 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(x + 1, middle - 2.5, 5, 5))
        else:
            painter.drawEllipse(QRectF(x + 0.5, middle - 3, 6, 6))


def key_boxes(area: QRectF) -> list[tuple[QRectF, AttendanceState]]:
    """Return where the four keys lie in `area`, with the state that each sets."""
    width = (area.width() - KEY_GAP * (len(KEYS) - 1)) / len(KEYS)
    return [
        (QRectF(area.x() + place * (width + KEY_GAP), area.y(), width, area.height()), state)
        for place, (_, state) in enumerate(KEYS)
    ]


def draw_keys(painter: QPainter, area: QRectF, chosen: AttendanceState) -> None:
    """Paint the four keys in their tones; the one that is set has an outline."""
    look = theme()
    for (box, state), (letter, _) in zip(key_boxes(area), KEYS, strict=True):
        tone = LOOKS[state].tone
        ring = state is chosen or look.high_contrast
        outline = look.colour(f"{tone}.text") if ring else None
        fill_box(painter, box, look.tokens.radii["control"], look.colour(f"{tone}.fill"), outline, 1.5)
        draw_text(painter, box, letter, "small-strong", look.colour(f"{tone}.text"), Qt.AlignmentFlag.AlignHCenter)


def signs_of(row: MarkRow) -> list[str]:
    """Return the icons of small signs on a mark: scanned, corrected by the office, with a note."""
    signs = []
    observation = row.mark.observation
    if observation is not None:
        method = Method(observation.get("method") or Method.HAND)
        if observation.get("office"):
            signs.append("building-2")
        elif method not in HAND_MADE and method is not Method.EXCUSE:
            signs.append("scan-line")
    if row.note:
        signs.append("message-square")
    return signs


def percent_tone(percent: int) -> str:
    """Return the colour of a percentage."""
    return "bad" if percent < LOW_PERCENT else "text2"
