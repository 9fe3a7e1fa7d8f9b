"""Slips with temporary passwords as PDF: ten on an A4 sheet with lines to cut along, or one by itself."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.core.paper_text import BOLD, REGULAR, alone, fit
from shared.core.text import text

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MM = 72 / 25.4
_SHEET = (210.0, 297.0)
_COLUMNS, _ROWS = 2, 5
PER_SHEET = _COLUMNS * _ROWS
_PAD = 7.0
_MONO = "Courier-Bold"


@dataclass(frozen=True)
class Slip:
    """One person's slip: what to sign in with, and until when the password is good."""

    person: str
    name: str
    password: str
    until: str


def sheets(count: int) -> int:
    """Return how many sheets that many slips take."""
    return -(-count // PER_SHEET)


@alone
def make_slips(slips: Sequence[Slip], institute: str) -> bytes:
    """Return the PDF, slips in their order, row by row."""
    from reportlab.pdfgen.canvas import Canvas

    content = io.BytesIO()
    canvas = Canvas(content, pagesize=(_SHEET[0] * MM, _SHEET[1] * MM), pageCompression=1, invariant=1)
    canvas.setTitle(text("Temporary passwords"))
    canvas.setCreator("Campusdesk")
    for start in range(0, max(1, len(slips)), PER_SHEET):
        part = slips[start : start + PER_SHEET]
        for at, slip in enumerate(part):
            _slip(canvas, slip, institute, at)
        _cut_lines(canvas, -(-len(part) // _COLUMNS))
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def _slip(canvas: Canvas, slip: Slip, institute: str, at: int) -> None:
    width, height = _SHEET[0] / _COLUMNS, _SHEET[1] / _ROWS
    left, top = (at % _COLUMNS) * width + _PAD, _SHEET[1] - (at // _COLUMNS) * height - _PAD
    room = (width - 2 * _PAD) * MM
    lines = (
        (institute, REGULAR, 8.0, 4.0),
        (slip.person, BOLD, 13.0, 8.0),
        (text("Name to sign in with: {name}", name=slip.name), REGULAR, 10.0, 8.0),
        (text("Temporary password:"), REGULAR, 9.0, 6.5),
    )
    for words, font, size, below in lines:
        _line(canvas, words, (left, top), room, font, size)
        top -= below
    canvas.setFont(_MONO, 14)
    canvas.drawString(left * MM, top * MM, slip.password)
    foot = text("Choose your own at the first sign-in, until {until}. Then destroy this slip.", until=slip.until)
    _line(canvas, foot, (left, top - 7.0), room, REGULAR, 8.0)


def _line(canvas: Canvas, words: str, place: tuple[float, float], room: float, font: str, size: float) -> None:
    shown, name, fitted = fit(words, font, size, 6.0, room)
    canvas.setFont(name, fitted)
    canvas.drawString(place[0] * MM, place[1] * MM, shown)


def _cut_lines(canvas: Canvas, rows: int) -> None:
    canvas.setDash(2, 2)
    canvas.setLineWidth(0.3)
    canvas.setStrokeColorRGB(0.6, 0.6, 0.6)
    height = _SHEET[1] / _ROWS
    for row in range(1, rows + 1):
        y = (_SHEET[1] - row * height) * MM
        canvas.line(0, y, _SHEET[0] * MM, y)
    canvas.line(_SHEET[0] / 2 * MM, _SHEET[1] * MM, _SHEET[0] / 2 * MM, (_SHEET[1] - rows * height) * MM)
