"""Shared painting: crisp rounded boxes, focus rings and texts that end with an ellipsis."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

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
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(look.font(step))
    painter.setPen(colour)
    painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
