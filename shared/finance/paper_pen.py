"""The pen of papers that are drawn from the top down: text that fits, gaps, hairlines, the next page, and the PDF."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, NamedTuple

from shared.core.paper_text import REGULAR, fit, font_for

MM = 72 / 25.4
HAIR = 0.35
GREY = 0.38
_LEAST = 0.7
"""Words that need more room are drawn smaller, down to this share of their size, and cut then."""


class Margins(NamedTuple):
    """Where a page's drawing ends, in points from its lower left corner."""

    left: float
    right: float
    top: float
    bottom: float


def margins_of(width: float, height: float, margin: float) -> Margins:
    """Return the margins of a page; all in mm."""
    return Margins(margin * MM, (width - margin) * MM, (height - margin) * MM, margin * MM)


def paper_pdf(size: tuple[float, float], title: str, author: str, draw: Callable[[Any], object]) -> bytes:
    """Return a PDF of pages of `size` (mm) that `draw` fills, given the canvas; one drawing gives the same bytes."""
    from reportlab.pdfgen.canvas import Canvas

    width, height = size
    out = BytesIO()
    words: dict[str, Any] = {"initialFontName": font_for("", REGULAR)}
    canvas = Canvas(out, pagesize=(width * MM, height * MM), pageCompression=1, invariant=1, **words)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setCreator("Campusdesk")
    draw(canvas)
    canvas.save()
    return out.getvalue()


class PaperPen:
    """Goes down a page; lengths are in points, letters and gaps by the paper's `scale`. A roll is `endless`."""

    def __init__(self, canvas: Any, margins: Margins, scale: float, *, endless: bool) -> None:
        self._canvas, self._scale, self._endless = canvas, scale, endless
        self._left, self._right, self._top, self._bottom = margins
        self._y = self._top

    def _need(self, points: float) -> None:
        """Go on on a new page where less than this is left; a roll is as long as it takes."""
        if not self._endless and self._y - points < self._bottom:
            self._canvas.showPage()
            self._y = self._top

    def _gap(self, points: float) -> None:
        self._y -= points * self._scale

    def _hair(self) -> None:
        self._canvas.setLineWidth(HAIR)
        self._canvas.line(self._left, self._y, self._right, self._y)

    def _at(
        self,
        words: str,
        left: float,
        base: float,
        font: str,
        size: float,
        room: float,
        *,
        right: bool = False,
        grey: bool = False,
    ) -> None:
        """Draw words on one line in the `room` right of `left`, at its right end where `right`."""
        if not words:
            return
        scaled = size * self._scale
        shown, name, fitted = fit(words, font, scaled, scaled * _LEAST, room)
        self._canvas.setFillGray(GREY if grey else 0)
        self._canvas.setFont(name, fitted)
        if right:
            self._canvas.drawRightString(left + room, base, shown)
        else:
            self._canvas.drawString(left, base, shown)
        self._canvas.setFillGray(0)
