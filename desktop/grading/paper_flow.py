"""Pages of words, lines and tables that flow from page to page under the institute's head."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from desktop.people.table_paper import Letterhead, draw_logo
from shared.core.paper_text import BOLD, REGULAR, alone, fit, font_for, width_of
from shared.core.text import text

WIDTH, HEIGHT = 595.3, 841.9
MARGIN = 42.5
ROOM = WIDTH - 2 * MARGIN
INK, PIN = (0.0, 0.0, 0.0), (0.2, 0.314, 0.769)
_GREY = (0.35, 0.38, 0.44)
_HEAD, _FOOT = 62.0, 26.0
_SIZE, _SMALL, _LEAST = 9.5, 8.0, 6.5
_LINE, _HAIR = 1.35, 0.35
_PIN = 7.0
_GAP = 6.0
Draw = Callable[[Any], object]


@dataclass(frozen=True)
class Column:
    """A column of a table: its title, its share of the width, and whether figures stand at its right."""

    title: str
    share: float = 1.0
    number: bool = False


class Flow:
    """Collects what is said from above to below, and makes a PDF of it; nothing is drawn before `pdf`."""

    def __init__(self, head: Letterhead, title: str, about: str) -> None:
        self._head, self.title, self._about = head, title, about
        self._pages: list[list[Draw]] = [[]]
        self._top = HEIGHT - MARGIN - _HEAD

    def _need(self, high: float) -> bool:
        """Go to a new page where there is no room for so many points; tells whether it did."""
        if self._top - high >= MARGIN + _FOOT or not self._pages[-1]:
            return False
        self._pages.append([])
        self._top = HEIGHT - MARGIN - _HEAD
        return True

    def _add(self, draw: Draw) -> None:
        self._pages[-1].append(draw)

    def gap(self, high: float = 10.0) -> None:
        """Leave room."""
        self._top -= high

    def heading(self, words: str) -> None:
        """Say what comes now; it stays with what follows."""
        self.gap()
        self._need(52.0)
        self._words(words, MARGIN, ROOM, BOLD, 11.0)
        self.gap(3.0)

    def paragraph(self, words: str, *, bold: bool = False, small: bool = False, indent: float = 0.0) -> None:
        """Say words in as many lines as they need."""
        font, size = BOLD if bold else REGULAR, _SMALL if small else _SIZE
        self._words(words, MARGIN + indent, ROOM - indent, font, size, _GREY if small else INK)

    def _words(
        self, words: str, left: float, room: float, font: str, size: float, ink: tuple[float, ...] = INK
    ) -> None:
        for line in wrapped(words, font, size, room):
            self._need(size * _LINE)
            self._top -= size * _LINE
            self._add(_line_of(line, left, self._top + size * 0.3, font, size, ink))

    def row(self, what: str, figure: str, note: str = "") -> None:
        """Say something with its figure at the right, and a smaller word below."""
        lines = wrapped(what, REGULAR, _SIZE, ROOM - 130)
        self._need((len(lines) + 1) * _SIZE * _LINE)
        top = self._top - _SIZE * _LINE
        if figure:
            self._add(_right_of(figure, WIDTH - MARGIN, top + _SIZE * 0.3, BOLD, _SIZE, 124))
        self._words(what, MARGIN, ROOM - 130, REGULAR, _SIZE)
        if note:
            self._words(note, MARGIN, ROOM - 130, REGULAR, _SMALL, _GREY)
        self.gap(3.0)
        self.hairline()

    def numbered(self, number: int, words: str, where: str) -> None:
        """Say a comment with the number of its pin, and below where it stands."""
        self._need(2 * _SIZE * _LINE + 4)
        middle = self._top - _SIZE * _LINE / 2
        self._add(lambda canvas: draw_pin(canvas, MARGIN + _PIN, middle, number))
        self._words(words, MARGIN + 24, ROOM - 24, REGULAR, _SIZE)
        self._words(where, MARGIN + 24, ROOM - 24, REGULAR, _SMALL, _GREY)
        self.gap(5.0)

    def hairline(self, width: float = _HAIR) -> None:
        """Draw a line across."""
        at = self._top

        def draw(canvas: Any) -> None:
            canvas.setStrokeColorRGB(*INK)
            canvas.setLineWidth(width)
            canvas.line(MARGIN, at, WIDTH - MARGIN, at)

        self._add(draw)
        self.gap(3.0)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Say rows under heads, which every page repeats; a cell goes on in further lines where it must."""
        total = sum(one.share for one in columns)
        widths = [ROOM * one.share / total for one in columns]
        self._need(60.0)
        self._table_row(columns, widths, [one.title for one in columns], BOLD)
        for row in rows:
            if self._need(self._height_of(widths, row)):
                self._table_row(columns, widths, [one.title for one in columns], BOLD)
            self._table_row(columns, widths, row, REGULAR)

    @staticmethod
    def _height_of(widths: Sequence[float], row: Sequence[str]) -> float:
        cells = zip(row, widths, strict=True)
        return max(len(wrapped(one, REGULAR, _SIZE, width - _GAP)) for one, width in cells) * _SIZE * _LINE + 7

    def _table_row(self, columns: Sequence[Column], widths: Sequence[float], row: Sequence[str], font: str) -> None:
        begin, lowest, left = self._top, self._top, MARGIN
        for words, width, column in zip(row, widths, columns, strict=True):
            self._top = begin
            for line in wrapped(words, font, _SIZE, width - _GAP):
                self._top -= _SIZE * _LINE
                base = self._top + _SIZE * 0.3
                if column.number:
                    self._add(_right_of(line, left + width - 2 * _GAP, base, font, _SIZE, width - 2 * _GAP))
                else:
                    self._add(_line_of(line, left, base, font, _SIZE, INK))
            lowest, left = min(lowest, self._top), left + width
        self._top = lowest - 3.0
        self.hairline(0.8 if font == BOLD else _HAIR)

    def sign(self, places: Sequence[str]) -> None:
        """Leave places to sign, beside each other."""
        self._need(70.0)
        self.gap(48.0)
        wide = ROOM / len(places)
        for at, words in enumerate(places):
            left, top = MARGIN + at * wide, self._top
            self._add(_rule(left, top, left + wide - 24))
            self._add(_line_of(words, left, top - _SMALL * 1.4, REGULAR, _SMALL, _GREY))
        self.gap(_SMALL * 2)

    @alone
    def pdf(self) -> bytes:
        """Return the pages."""
        from reportlab.pdfgen.canvas import Canvas

        out = BytesIO()
        words: dict[str, Any] = {"initialFontName": font_for("", REGULAR)}  # the stubs take the name for a number
        canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), pageCompression=1, **words)
        canvas.setTitle(f"{self.title} {self._about}".strip())
        canvas.setAuthor(self._head.institute)
        for at, page in enumerate(self._pages):
            self._frame(canvas, at + 1)
            for draw in page:
                draw(canvas)
            canvas.showPage()
        canvas.save()
        return out.getvalue()

    def _frame(self, canvas: Any, page: int) -> None:
        top = HEIGHT - MARGIN
        parts = (
            (self._head.institute, 9, REGULAR, 9.0),
            (self.title, 28, BOLD, 14.0),
            (self._about, 43, REGULAR, 9.0),
        )
        draw_logo(canvas, self._head, WIDTH - MARGIN, top)
        for words, below, font, size in parts:
            shown, name, fitted = fit(words, font, size, _LEAST, ROOM - self._head.logo_room)
            _line_of(shown, MARGIN, top - below, name or font, fitted, INK)(canvas)
        _rule(MARGIN, MARGIN + 14, WIDTH - MARGIN)(canvas)
        shown, _, fitted = fit(self._head.printed, REGULAR, _SMALL, _LEAST, ROOM - 90)
        _line_of(shown, MARGIN, MARGIN, REGULAR, fitted, INK)(canvas)
        words = text("Page {page} of {pages}", page=page, pages=len(self._pages))
        _right_of(words, WIDTH - MARGIN, MARGIN, REGULAR, _SMALL, 84)(canvas)


def wrapped(words: str, font: str, size: float, room: float) -> list[str]:
    """Return the lines that words fill; what is longer than a line is cut wherever it must."""
    lines: list[str] = []
    for part in words.split("\n"):
        name, line = font_for(part, font), ""
        for word in part.split():
            longer = f"{line} {word}" if line else word
            if width_of(longer, name, size) <= room:
                line = longer
                continue
            if line:
                lines.append(line)
            line = word
            while width_of(line, name, size) > room and len(line) > 1:
                fits = next(n for n in range(len(line) - 1, 0, -1) if n == 1 or width_of(line[:n], name, size) <= room)
                lines.append(line[:fits])
                line = line[fits:]
        lines.append(line)
    return lines


def draw_pin(canvas: Any, x: float, y: float, number: int, turned: int = 0) -> None:
    """Draw the number of a comment in a circle, upright on a page that is shown turned by so many degrees."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.rotate(turned)
    canvas.setFillColorRGB(*PIN)
    canvas.setStrokeColorRGB(1, 1, 1)
    canvas.setLineWidth(1)
    canvas.circle(0, 0, _PIN, stroke=1, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.setFont(font_for("0", BOLD), 7.5 if number < 100 else 5.5)
    canvas.drawCentredString(0, -2.7, str(number))
    canvas.restoreState()


def _line_of(words: str, left: float, base: float, font: str, size: float, ink: tuple[float, ...]) -> Draw:
    def draw(canvas: Any) -> None:
        canvas.setFillColorRGB(*ink)
        canvas.setFont(font_for(words, font) if font in {REGULAR, BOLD} else font, size)
        canvas.drawString(left, base, words)

    return draw


def _right_of(words: str, right: float, base: float, font: str, size: float, room: float) -> Draw:
    def draw(canvas: Any) -> None:
        shown, name, fitted = fit(words, font, size, _LEAST, room)
        canvas.setFillColorRGB(*INK)
        canvas.setFont(name, fitted)
        canvas.drawRightString(right, base, shown)

    return draw


def _rule(left: float, y: float, right: float) -> Draw:
    def draw(canvas: Any) -> None:
        canvas.setStrokeColorRGB(*INK)
        canvas.setLineWidth(_HAIR)
        canvas.line(left, y, right, y)

    return draw
