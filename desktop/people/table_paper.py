"""Reports on paper: A4 with the institute's head, hairlines in black, page x of y, who printed and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from desktop.shell.table_files import Head, Sheet, Value
from shared.core.paper_text import BOLD, REGULAR, alone, fit, font_for
from shared.core.text import text

_MARGIN = 42.5
_HEAD, _FOOT = 62.0, 30.0
_SIZE, _LEAST = 8.5, 6.5
_ROW, _HAIR = 17.0, 0.35
_GAP = 6.0
_LOGO = (120.0, 44.0)
"""The largest that a logo is drawn, in points."""
Step = Callable[[int, int], object]


@dataclass(frozen=True)
class Letterhead:
    """What stands on every page: the institute, `printed` (who printed it and when), and its `logo`, a PNG."""

    institute: str
    printed: str
    logo: bytes | None = None

    @property
    def logo_room(self) -> float:
        """How many points of a page's head the logo takes, with the gap before it."""
        return _LOGO[0] + _GAP * 2 if self.logo else 0.0


def draw_logo(canvas: Any, head: Letterhead, right: float, top: float) -> None:
    """Draw the logo into the right upper corner, where there is one."""
    from reportlab.lib.utils import ImageReader

    if head.logo is None:
        return
    image = ImageReader(BytesIO(head.logo))
    across, down = image.getSize()
    scale = min(_LOGO[0] / across, _LOGO[1] / down)
    width, height = across * scale, down * scale
    canvas.drawImage(image, right - width, top - height, width, height, mask="auto")


@dataclass(frozen=True)
class Paper:
    """How a sheet goes on paper: lying or upright, the height of a row, lines below the last row, and upright lines.

    `ends` are the lines below the table on its last page, such as the place for a signature.
    """

    landscape: bool = False
    row_height: float = _ROW
    upright_lines: bool = False
    ends: tuple[str, ...] = ()


@alone
def pdf_of(sheet: Sheet, head: Letterhead, paper: Paper, step: Step = lambda _done, _total: None) -> bytes:
    """Return a PDF of the sheet; the table's head is repeated on every page."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfgen.canvas import Canvas

    size = landscape(A4) if paper.landscape else A4
    out = BytesIO()
    words: dict[str, Any] = {"initialFontName": font_for("", REGULAR)}  # the stubs take the name for a number
    canvas = Canvas(out, pagesize=size, pageCompression=1, **words)
    canvas.setTitle(f"{sheet.title} {sheet.about}")
    canvas.setAuthor(head.institute)
    pages = _pages(sheet, paper, size[1])
    for at, rows in enumerate(pages):
        step(at, len(pages))
        _Page(canvas, size, sheet, head, paper).draw(rows, at + 1, len(pages))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _pages(sheet: Sheet, paper: Paper, height: float) -> list[Sequence[tuple[Value, ...]]]:
    room = height - 2 * _MARGIN - _HEAD - _FOOT - _ROW
    fits = max(1, int(room // paper.row_height))
    pages: list[Sequence[tuple[Value, ...]]] = [
        sheet.rows[start : start + fits] for start in range(0, len(sheet.rows), fits)
    ] or [()]
    needed = len(paper.ends) * 22 + 12
    if paper.ends and room - len(pages[-1]) * paper.row_height < needed:
        pages.append(())
    return pages


class _Page:
    def __init__(self, canvas: Any, size: tuple[float, float], sheet: Sheet, head: Letterhead, paper: Paper) -> None:
        self._canvas, self._sheet, self._head, self._paper = canvas, sheet, head, paper
        self._width, self._height = size
        total = sum(one.share for one in sheet.heads)
        inner = self._width - 2 * _MARGIN
        self._widths = [inner * one.share / total for one in sheet.heads]

    def draw(self, rows: Sequence[tuple[Value, ...]], page: int, pages: int) -> None:
        self._draw_head()
        self._draw_foot(page, pages)
        top = self._height - _MARGIN - _HEAD
        if rows or not self._sheet.rows:
            top = self._row([one.title for one in self._sheet.heads], top, _ROW, BOLD)
        for row in rows:
            top = self._row(row, top, self._paper.row_height, REGULAR)
        if page == pages:
            self._draw_ends(top)

    def _draw_head(self) -> None:
        top = self._height - _MARGIN
        room = self._width - 2 * _MARGIN - self._head.logo_room
        draw_logo(self._canvas, self._head, self._width - _MARGIN, top)
        self._text(self._head.institute, _MARGIN, top - 9, REGULAR, 9, room)
        self._text(self._sheet.title, _MARGIN, top - 28, BOLD, 14, room)
        self._text(self._sheet.about, _MARGIN, top - 43, REGULAR, 9, room)

    def _draw_foot(self, page: int, pages: int) -> None:
        self._line(_MARGIN, _MARGIN + 14, self._width - _MARGIN, _MARGIN + 14)
        half = (self._width - 2 * _MARGIN) / 2
        self._text(self._head.printed, _MARGIN, _MARGIN, REGULAR, 8, half * 1.5)
        words = text("Page {page} of {pages}", page=page, pages=pages)
        self._text(words, self._width - _MARGIN - half, _MARGIN, REGULAR, 8, half, right=True)

    def _row(self, values: Sequence[Value], top: float, height: float, font: str) -> float:
        left, bottom = _MARGIN, top - height
        for value, width, head in zip(values, self._widths, self._sheet.heads, strict=True):
            self._cell(value, left, bottom + height / 2 - 3, width, font, head)
            left += width
        self._line(_MARGIN, bottom, self._width - _MARGIN, bottom, 0.8 if font == BOLD else _HAIR)
        if self._paper.upright_lines:
            left = _MARGIN
            for width in [*self._widths, 0.0]:
                self._line(left, bottom, left, top)
                left += width
            self._line(_MARGIN, top, self._width - _MARGIN, top)
        return bottom

    def _cell(self, value: Value, left: float, base: float, width: float, font: str, head: Head) -> None:
        words = "" if value is None else str(value)
        inset = 4.0 if self._paper.upright_lines else 0.0
        room = width - _GAP - inset
        self._text(words, left + inset, base, font, _SIZE, room, right=head.number)

    def _draw_ends(self, top: float) -> None:
        for words in self._paper.ends:
            top -= 22
            self._text(words, _MARGIN, top, REGULAR, 9, self._width - 2 * _MARGIN)

    def _text(
        self, words: str, left: float, base: float, font: str, size: float, room: float, *, right: bool = False
    ) -> None:
        if not words:
            return
        shown, name, fitted = fit(words, font, size, min(size, _LEAST), room)
        self._canvas.setFont(name or font_for(shown, font), fitted)
        if right:
            self._canvas.drawRightString(left + room, base, shown)
        else:
            self._canvas.drawString(left, base, shown)

    def _line(self, x1: float, y1: float, x2: float, y2: float, width: float = _HAIR) -> None:
        self._canvas.setLineWidth(width)
        self._canvas.line(x1, y1, x2, y2)
