"""Shared painting: crisp rounded boxes, focus rings and texts that end with an ellipsis."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QPainter, QPen

from desktop.widgets.theme import theme


def fill_box(
    painter: QPainter,
    rect: QRectF,
    radius: float,
    fill: QColor | None,
    outline: QColor | None = None,
    width: float = 1.0,
) -> None:
    """Paint a rounded box whose outline lies inside ``rect``, antialiased."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen if outline is None else QPen(outline, width))
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else fill)
    if outline is not None:
        half = width / 2
        rect = rect.adjusted(half, half, -half, -half)
        radius = max(0.0, radius - half)
    painter.drawRoundedRect(rect, radius, radius)


def focus_ring(painter: QPainter, rect: QRectF, radius: float, *, on_solid: bool = False) -> None:
    """Paint the 2 px focus outline; on filled buttons a gap in the surface's colour keeps it apart from the fill."""
    look = theme()
    width = look.tokens.sizes["focus"]
    fill_box(painter, rect, radius, None, look.colour("focus"), width)
    if on_solid:
        inner = rect.adjusted(width, width, -width, -width)
        fill_box(painter, inner, max(1.0, radius - width), None, look.colour("surface"), 1.5)


_LETTERS = frozenset({"L", "R", "AL"})
"""Directions that letters have (Unicode, annex 9); figures and signs take theirs from them."""


def elided(
    metrics: QFontMetricsF, words: str, room: float, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight
) -> str:
    """Return as much of a text as fits into `room` px; the dots stand where its last letters' reading goes on."""
    shown = metrics.elidedText(words, mode, room)
    if shown == words:
        return words
    mirrored = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    directions = (unicodedata.bidirectional(letter) for letter in reversed(shown))
    last = next((one for one in directions if one in _LETTERS), "")
    if not last or mirrored is (last != "L"):
        return shown
    return shown + ("\u200e" if mirrored else "\u200f")


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    step: str,
    colour: QColor,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Paint one line of text in a type step, vertically centred, shortened with an ellipsis where it does not fit."""
    look = theme()
    metrics = look.metrics(step)
    if metrics.horizontalAdvance(text) > rect.width():
        text = elided(metrics, text, rect.width())
    painter.setFont(look.font(step))
    painter.setPen(colour)
    painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
