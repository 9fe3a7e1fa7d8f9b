"""X and Z reports on paper: a narrow page that fits a receipt printer and an A5 sheet alike."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from shared.core.paper_text import BOLD, REGULAR, alone, fit, font_for

MM = 72 / 25.4
WIDTH = 80.0
_MARGIN, _ROW = 5.0, 15.0


def report_size(lines: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """Return width and height of a report in mm."""
    return WIDTH, 44 + len(lines) * _ROW / MM


@alone
def report_pdf(title: str, about: Sequence[str], lines: Sequence[tuple[str, str]]) -> bytes:
    """Return a report as PDF: title, a few words below it, and (word, value) lines."""
    from reportlab.pdfgen.canvas import Canvas

    width, height = report_size(lines)
    out = BytesIO()
    words: dict[str, Any] = {"initialFontName": font_for("", REGULAR)}
    canvas = Canvas(out, pagesize=(width * MM, height * MM), pageCompression=1, invariant=1, **words)
    canvas.setTitle(title)
    left, right = _MARGIN * MM, (width - _MARGIN) * MM
    base = height * MM - _MARGIN * MM - 14
    _put(canvas, title, left, base, BOLD, 14, right - left)
    for line in about:
        base -= 13
        _put(canvas, line, left, base, REGULAR, 8, right - left)
    base -= 10
    for word, value in lines:
        canvas.setLineWidth(0.35)
        canvas.line(left, base, right, base)
        base -= _ROW
        half = (right - left) / 2
        _put(canvas, word, left, base + 4, REGULAR, 8.5, half)
        _put(canvas, value, left + half, base + 4, BOLD, 8.5, half, right=True)
    canvas.save()
    return out.getvalue()


def _put(
    canvas: Any, words: str, left: float, base: float, font: str, size: float, room: float, *, right: bool = False
) -> None:
    shown, name, fitted = fit(words, font, size, size * 0.7, room)
    canvas.setFont(name, fitted)
    if right:
        canvas.drawRightString(left + room, base, shown)
    else:
        canvas.drawString(left, base, shown)
