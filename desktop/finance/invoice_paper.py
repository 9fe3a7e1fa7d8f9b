"""Invoices as PDF: A4, A5 and a roll of 80 mm, black on white, with the institute's logo and its signed code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

from shared.core.money import plain_amount
from shared.core.paper_text import BOLD, REGULAR, alone, font_for, width_of
from shared.core.text import text
from shared.finance.paper_pen import MM, PaperPen, margins_of, paper_pdf
from shared.finance.receipt_paper import Size, qr_of

_SHAPES = {Size.A4: (210, 297, 20, 1.1, 36), Size.A5: (148, 210, 12, 1.0, 30), Size.ROLL: (80, 0, 4, 0.74, 36)}
"""Width, height (0: as long as it takes) and margin in mm; scale of the letters; side of the code in mm."""
_LOGO = 16
"""How high a logo is drawn at most, in mm."""


@dataclass(frozen=True)
class InvoiceContent:
    """What stands on an invoice; amounts in minor units. `duplicate` says when it was printed again, or nothing."""

    institute: str
    address: str
    number: str
    issued: str
    billed_to: str
    items: tuple[tuple[str, int], ...]
    taxes: tuple[tuple[str, int], ...]
    total: int
    dues: tuple[tuple[str, int], ...]
    currency: str
    code: str = ""
    qr: str = ""
    duplicate: str = ""
    cancelled: bool = False
    logo: bytes | None = None


def page_size(size: Size, content: InvoiceContent) -> tuple[float, float]:
    """Return width and height of an invoice's page in mm."""
    width, height, *_ = _SHAPES[size]
    lines = len(content.items) + len(content.taxes) + len(content.dues)
    notices = bool(content.duplicate) + content.cancelled
    return width, height or 102 + 6.6 * lines + 13 * notices + (_LOGO + 4) * (content.logo is not None)


@alone
def invoice_pdf(content: InvoiceContent, size: Size = Size.A4) -> bytes:
    """Return an invoice's PDF."""
    width, height = page_size(size, content)
    title = text("Invoice {number}", number=content.number)
    drawn = partial(_draw, content=content, size=size, height=height)
    return paper_pdf((width, height), title, content.institute, drawn)


def _draw(canvas: Any, content: InvoiceContent, size: Size, height: float) -> None:
    _Invoice(canvas, content, size, height).draw()


class _Invoice(PaperPen):
    def __init__(self, canvas: Any, content: InvoiceContent, size: Size, height: float) -> None:
        width, high, margin, scale, self._code = _SHAPES[size]
        super().__init__(canvas, margins_of(width, height, margin), scale, endless=not high)
        self._content = content

    def draw(self) -> None:
        content = self._content
        self._draw_logo()
        self._line(content.institute, BOLD, 15.5)
        self._line(content.address, REGULAR, 10.5, grey=True)
        self._gap(12)
        self._line(text("Invoice {number}", number=content.number), BOLD, 19)
        self._line(content.issued, REGULAR, 10.5, grey=True)
        self._gap(6)
        self._pair(text("Billed to"), content.billed_to)
        self._rule()
        for what, amount in content.items:
            self._pair(what, self._money(amount))
        self._rule()
        self._pair(text("Total"), f"{content.currency} {self._money(content.total)}", bold=True)
        for name, amount in content.taxes:
            self._pair(text("of it {tax}", tax=name), self._money(amount), grey=True)
        if content.dues:
            self._gap(8)
            for day, amount in content.dues:
                self._pair(text("Due on {day}", day=day), self._money(amount))
        self._draw_notices()
        self._draw_code()
        self._canvas.showPage()

    def _money(self, amount: int) -> str:
        return plain_amount(amount, self._content.currency)

    def _draw_logo(self) -> None:
        if self._content.logo is None:
            return
        from reportlab.lib.utils import ImageReader

        image = ImageReader(BytesIO(self._content.logo))
        across, down = image.getSize()
        scale = min((self._right - self._left) * 0.5 / across, _LOGO * MM / down)
        self._y -= down * scale
        self._canvas.drawImage(image, self._left, self._y, across * scale, down * scale, mask="auto")
        self._gap(8)

    def _draw_notices(self) -> None:
        content = self._content
        notices = []
        if content.cancelled:
            notices.append((text("Cancelled"), text("What it charges was taken back.")))
        if content.duplicate:
            notices.append((text("Duplicate"), content.duplicate))
        for head, words in notices:
            high = 32 * self._scale
            self._need(high + 12)
            self._y -= high + 10 * self._scale
            self._canvas.setLineWidth(0.8)
            self._canvas.rect(self._left, self._y, self._right - self._left, high, stroke=1, fill=0)
            inset = 7 * self._scale
            room = self._right - self._left - 2 * inset
            self._at(head, self._left + inset, self._y + 19 * self._scale, BOLD, 11.5, room)
            self._at(words, self._left + inset, self._y + 7 * self._scale, REGULAR, 10, room)

    def _draw_code(self) -> None:
        side = self._code * MM
        self._need(side + 18)
        self._y -= side + 14 * self._scale
        qr_of(self._canvas, self._content.qr, self._left, self._y, side)
        left, base = self._left + side + 10, self._y + side / 2 + 10 * self._scale
        for words in (text("Scan to check that it is genuine."), text("Code {code}", code=self._content.code or "–")):
            self._at(words, left, base, REGULAR, 10.5, self._right - left, grey=True)
            base -= 15 * self._scale

    # ------------------------------------------------------------------------------------------------------ pens

    def _rule(self) -> None:
        self._gap(6)
        self._hair()

    def _line(self, words: str, font: str, size: float, *, grey: bool = False) -> None:
        if words:
            self._y -= (size + 4) * self._scale
            self._at(words, self._left, self._y, font, size, self._right - self._left, grey=grey)

    def _pair(self, words: str, value: str, *, bold: bool = False, grey: bool = False) -> None:
        self._need(20 * self._scale)
        self._y -= 18 * self._scale
        font, room = (BOLD if bold else REGULAR), self._right - self._left
        taken = min(width_of(value, font_for(value, font), 11.5 * self._scale) + 1, room * 0.65)
        self._at(words, self._left, self._y, font, 11.5, room - taken - 8, grey=grey)
        self._at(value, self._right - taken, self._y, font, 11.5, taken, right=True, grey=grey)
