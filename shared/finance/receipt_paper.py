"""Receipts as PDF: A5, A4 and a roll of 80 mm, black on white with hairlines; the preview is the same drawing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from shared.core.money import plain_amount
from shared.core.paper_text import BOLD, REGULAR, alone, font_for, width_of
from shared.core.text import text
from shared.finance.paper_pen import HAIR, MM, PaperPen, margins_of, paper_pdf
from shared.finance.receipt_content import Content


class Size(StrEnum):
    """The paper of a receipt."""

    A5 = "A5"
    A4 = "A4"
    ROLL = "80 mm"


@dataclass(frozen=True)
class _Shape:
    """Width, height (0: as long as it takes) and margin in mm; `scale` of the letters; side of the code in mm."""

    width: float
    height: float
    margin: float
    scale: float
    code: float


_SHAPES = {
    Size.A5: _Shape(148, 210, 12, 1.0, 34),
    Size.A4: _Shape(210, 297, 20, 1.1, 36),
    Size.ROLL: _Shape(80, 0, 4, 0.74, 36),
}


def page_size(size: Size, content: Content) -> tuple[float, float]:
    """Return width and height of a receipt's page in mm."""
    shape = _SHAPES[size]
    if shape.height:
        return shape.width, shape.height
    lines = len(content.items) + sum(bool(one) for one in (content.given, content.change, content.note))
    extra = 12 * (content.unconfirmed + content.voided + bool(content.duplicate))
    return shape.width, 108 + 6.2 * lines + 13 * bool(extra) + extra


@alone
def receipt_pdf(content: Content, size: Size = Size.A5) -> bytes:
    """Return a receipt's PDF; the first one in a program also loads fonts."""
    width, height = page_size(size, content)
    title = text("Receipt {number}", number=content.number)
    drawn = partial(_draw, content=content, shape=_SHAPES[size], height=height)
    return paper_pdf((width, height), title, content.institute, drawn)


def _draw(canvas: Any, content: Content, shape: _Shape, height: float) -> None:
    _Receipt(canvas, content, shape, height).draw()


class _Receipt(PaperPen):
    def __init__(self, canvas: Any, content: Content, shape: _Shape, height: float) -> None:
        margins = margins_of(shape.width, height, shape.margin)
        super().__init__(canvas, margins, shape.scale, endless=not shape.height)
        self._content, self._shape = content, shape

    def draw(self) -> None:
        content = self._content
        self._line_of(content.institute, BOLD, 15.5, 5)
        if content.address:
            self._line_of(content.address, REGULAR, 10.5, 3, grey=True)
        self._gap(14)
        self._draw_title()
        self._draw_facts()
        self._draw_items()
        self._draw_totals()
        self._draw_notices()
        self._draw_code()
        self._canvas.showPage()

    # ------------------------------------------------------------------------------------------------------ parts

    def _draw_title(self) -> None:
        content = self._content
        narrow = self._shape.height == 0
        title = text("Receipt")
        self._y -= 22 * self._scale
        self._put(title, self._left, BOLD, 22)
        number = content.number or text("Number at printing")
        if narrow:
            self._y -= 19 * self._scale
            self._put(number, self._left, BOLD, 15)
        else:
            taken = width_of(title, font_for(title, BOLD), 22 * self._scale) + 12
            self._put(number, self._left + taken, BOLD, 15, right=True)
        self._gap(3)
        self._line_of(content.issued, REGULAR, 10.5, 3, grey=True)
        self._gap(8)
        self._hair()

    def _draw_facts(self) -> None:
        content = self._content
        self._gap(6)
        facts = (
            (text("Received from"), content.received_from),
            (text("For"), content.received_for),
            (text("Paid by"), content.paid_by),
            (text("Transaction"), content.reference),
            (text("Note"), content.note),
        )
        indent = 80 * self._scale if self._shape.height == 0 else 96 * self._scale
        for label, value in facts:
            if value:
                self._y -= 18 * self._scale
                self._put(label, self._left, REGULAR, 11, grey=True)
                self._put(value, self._left + indent, REGULAR, 11.5)
        self._gap(10)

    def _draw_items(self) -> None:
        content = self._content
        self._row(text("Item"), content.currency, bold=True, filled=True)
        for item in content.items:
            if self._shape.height and self._y < self._bottom + 60:
                self._canvas.showPage()
                self._y = self._top
            self._row(item.what, plain_amount(item.amount, content.currency))

    def _row(self, words: str, amount: str, *, bold: bool = False, filled: bool = False) -> None:
        high = 23 * self._scale
        self._y -= high
        if filled:
            self._canvas.setFillGray(0.93)
            self._canvas.rect(self._left, self._y, self._right - self._left, high, stroke=0, fill=1)
            self._canvas.setFillGray(0)
        base = self._y + 7.5 * self._scale
        inset = 7 * self._scale
        taken = width_of(amount, font_for(amount, REGULAR), 12 * self._scale) + 14
        font = BOLD if bold else REGULAR
        self._at(words, self._left + inset, base, font, 11.5, self._right - self._left - taken - 2 * inset)
        self._at(amount, self._left + inset, base, font, 11.5, self._right - self._left - 2 * inset, right=True)
        if not filled:
            self._hair()

    def _draw_totals(self) -> None:
        content = self._content
        self._need(120 * self._scale)
        inset = 7 * self._scale
        self._y -= 26 * self._scale
        room = self._right - self._left - 2 * inset
        self._at(text("Total paid"), self._left + inset, self._y, BOLD, 14.5, room)
        self._at(plain_amount(content.total, content.currency), self._left + inset, self._y, BOLD, 17, room, right=True)
        lines = [
            (text("Cash given"), content.given or None),
            (text("Change"), content.change if content.given else None),
            (text("Balance after"), content.balance_after),
        ]
        self._gap(6)
        for label, amount in lines:
            if amount is not None:
                self._y -= 17 * self._scale
                self._at(label, self._left + inset, self._y, REGULAR, 11, room, grey=True)
                shown = plain_amount(amount, content.currency)
                self._at(shown, self._left + inset, self._y, REGULAR, 11, room, right=True)

    def _draw_notices(self) -> None:
        content = self._content
        notices = []
        if content.voided:
            notices.append((text("Voided"), text("The payment was taken back. This receipt is no proof of it.")))
        if content.unconfirmed:
            words = text("The money counts once the office has confirmed the transaction.")
            notices.append((text("Not confirmed yet"), words))
        if content.duplicate:
            notices.append((text("Duplicate"), text("Printed again on {at}.", at=content.duplicate)))
        for head, words in notices:
            self._need(60 * self._scale)
            high = 34 * self._scale
            self._y -= high + 10 * self._scale
            self._canvas.setLineWidth(0.8)
            self._canvas.rect(self._left, self._y, self._right - self._left, high, stroke=1, fill=0)
            inset = 7 * self._scale
            room = self._right - self._left - 2 * inset
            self._at(head, self._left + inset, self._y + 20 * self._scale, BOLD, 11.5, room)
            self._at(words, self._left + inset, self._y + 7 * self._scale, REGULAR, 10, room)

    def _draw_code(self) -> None:
        side = self._shape.code * MM
        self._need(side + 20 * self._scale)
        self._y -= side + 18 * self._scale
        qr_of(self._canvas, self._content.qr, self._left, self._y, side)
        left = self._left + side + 10
        base = self._y + side / 2 + 12 * self._scale
        room = self._right - left
        lines = (
            (text("Keep this receipt."), BOLD),
            (text("Scan to check that it is genuine."), REGULAR),
            (text("Code {code}", code=self._content.code or "–"), REGULAR),
        )
        for words, font in lines:
            self._at(words, left, base, font, 10.5, room, grey=font == REGULAR)
            base -= 15 * self._scale

    # ------------------------------------------------------------------------------------------------------ pens

    def _line_of(self, words: str, font: str, size: float, gap: float, *, grey: bool = False) -> None:
        self._y -= size * self._scale
        self._put(words, self._left, font, size, grey=grey)
        self._gap(gap)

    def _put(self, words: str, left: float, font: str, size: float, *, right: bool = False, grey: bool = False) -> None:
        self._at(words, left, self._y, font, size, self._right - left, right=right, grey=grey)


def qr_of(canvas: Any, words: str, left: float, bottom: float, side: float) -> None:
    """Draw a QR code; without words a frame of its place."""
    if not words:
        canvas.setLineWidth(HAIR)
        canvas.setDash(2, 2)
        canvas.rect(left, bottom, side, side, stroke=1, fill=0)
        canvas.setDash()
        return
    import segno

    rows = [bytes(row) for row in segno.make(words, error="l", boost_error=False).matrix]
    module = side / len(rows)
    path = canvas.beginPath()
    for place, row in enumerate(rows):
        base = bottom + side - (place + 1) * module
        start = None
        for at, dark in enumerate((*row, 0)):
            if dark and start is None:
                start = at
            elif not dark and start is not None:
                path.rect(left + start * module, base, (at - start) * module, module)
                start = None
    canvas.drawPath(path, stroke=0, fill=1)
