"""ID cards as PDF sheets: photo or initials, name, number, QR code and barcode, in the institute's name and colour."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.people.card_layouts import CardLayout
from desktop.widgets.avatar import initials_of
from shared.core.paper_text import BOLD, REGULAR, alone, fit, font_for
from shared.people.id_card import barcode_text, qr_text

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MM = 72 / 25.4
_LARGE = 48.0
"""Cards from this height in mm have room for large letters."""
_BAR_LEAST, _BAR_MOST = 0.19 * MM, 0.33 * MM
"""The thinnest bar: below the least a handheld reader fails, above the most the code only gets longer."""
_QUIET = 10
_QUIET_QR = 4


@dataclass(frozen=True)
class Card:
    """One person's card; `role` is a word below the name."""

    given: str
    family: str
    number: str
    role: str = ""
    photo: str | None = None


@dataclass(frozen=True)
class Design:
    """What all cards share: offsets in mm take a printer's shift back, `colour` is `#rrggbb`.

    The first sheet begins at place `first` (from 1), where the places before it are used already. `outlines` draws
    the edges of the labels, for the test sheet.
    """

    layout: CardLayout
    organisation_id: str
    institute: str
    colour: str = "#3350c4"
    offset_x: float = 0.0
    offset_y: float = 0.0
    first: int = 1
    barcode: bool = True
    outlines: bool = False
    logo: bytes | None = None


@dataclass(frozen=True)
class _Box:
    """A card on the page in points; `at` turns millimetres from its upper left corner into points."""

    left: float
    top: float
    width: float
    height: float

    def x(self, millimetres: float) -> float:
        return self.left + millimetres * MM

    def y(self, millimetres: float) -> float:
        return self.top - millimetres * MM


def sheets(count: int, design: Design) -> int:
    """Return how many sheets that many cards take."""
    return -(-(count + design.first - 1) // design.layout.per_sheet) if count else 0


@alone
def make_sheets(cards: Sequence[Card], design: Design) -> bytes:
    """Return the PDF; without cards a sheet of outlines alone."""
    from reportlab.pdfgen.canvas import Canvas

    layout, content = design.layout, io.BytesIO()
    size = (layout.sheet[0] * MM, layout.sheet[1] * MM)
    canvas = Canvas(content, pagesize=size, pageCompression=1, invariant=1)
    canvas.setTitle("ID cards")
    canvas.setCreator("Campusdesk")
    places = list(layout.places())
    waiting: list[Card | None] = [*[None] * (min(design.first, layout.per_sheet) - 1), *cards]
    for start in range(0, max(1, len(waiting)), layout.per_sheet):
        _page(canvas, design, places, waiting[start : start + layout.per_sheet])
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def _page(canvas: Canvas, design: Design, places: Sequence[tuple[float, float]], cards: Sequence[Card | None]) -> None:
    layout = design.layout
    for at, (left, top) in enumerate(places):
        box = _Box(
            (left + design.offset_x) * MM,
            (layout.sheet[1] - top - design.offset_y) * MM,
            layout.width * MM,
            layout.height * MM,
        )
        card = cards[at] if at < len(cards) else None
        if card is not None:
            canvas.saveState()
            clip = canvas.beginPath()
            clip.rect(box.left, box.top - box.height, box.width, box.height)
            canvas.clipPath(clip, stroke=0)
            _card(canvas, box, card, design)
            canvas.restoreState()
        if design.outlines:
            canvas.setLineWidth(0.3)
            canvas.setStrokeColorRGB(0.5, 0.5, 0.5)
            canvas.rect(box.left, box.top - box.height, box.width, box.height)
        if layout.cut_marks and (card is not None or design.outlines):
            _cut_marks(canvas, box)


def _cut_marks(canvas: Canvas, box: _Box) -> None:
    canvas.setLineWidth(0.25)
    canvas.setStrokeColorRGB(0, 0, 0)
    gap, length = 0.8 * MM, 2.2 * MM
    for x, outward_x in ((box.left, -1), (box.left + box.width, 1)):
        for y, outward_y in ((box.top, 1), (box.top - box.height, -1)):
            canvas.line(x + outward_x * gap, y, x + outward_x * (gap + length), y)
            canvas.line(x, y + outward_y * gap, x, y + outward_y * (gap + length))


def _card(canvas: Canvas, box: _Box, card: Card, design: Design) -> None:
    """Draw one card: band, photo, words, QR code at the right, barcode along the foot."""
    large = box.height / MM >= _LARGE
    width, height = box.width / MM, box.height / MM
    band, pad = (8.5, 4.0) if large else (6.0, 3.0)
    bars = (8.0 if large else 5.5) if design.barcode and _bar_width(card.number, width - 2 * pad) else 0.0
    foot = bars + (2.0 if bars else 0.0)
    _band(canvas, box, design, band, pad)
    room = height - band - foot - 2 * pad
    photo = min(room, 30.0)
    _photo(canvas, box, card, (pad, band + pad, photo * 0.8, photo))
    code = min(room, 22.0 if large else 16.0)
    _qr(canvas, box, qr_text(design.organisation_id, card.number), (width - pad - code, band + pad, code))
    left = pad + photo * 0.8 + pad * 0.75
    _words(canvas, box, card, (left, band + pad, width - pad - code - left - 1.5, large))
    if bars:
        _barcode(canvas, box, card.number, (pad, height - pad - bars + 1.5, width - 2 * pad, bars))


def _band(canvas: Canvas, box: _Box, design: Design, band: float, pad: float) -> None:
    red, green, blue = _rgb(design.colour)
    canvas.setFillColorRGB(red, green, blue)
    canvas.rect(box.left, box.y(band), box.width, band * MM, stroke=0, fill=1)
    # White or nearly black, whichever reads better on the institute's colour (relative luminance of sRGB).
    dark = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2 < 0.3
    canvas.setFillColorRGB(*((1, 1, 1) if dark else (0.106, 0.137, 0.2)))
    left = pad + (_logo(canvas, box, design.logo, band, pad) if design.logo else 0.0)
    room = box.width - (left + pad) * MM
    text, font, size = fit(design.institute, BOLD, band * 1.35, 6.0, room)
    canvas.setFont(font, size)
    canvas.drawString(box.x(left), box.y(band / 2) - size * 0.36, text)


def _logo(canvas: Canvas, box: _Box, logo: bytes, band: float, pad: float) -> float:
    """Draw the logo on white at the band's left end; returns how many mm it takes, with the gap behind it."""
    from reportlab.lib.utils import ImageReader

    image = ImageReader(io.BytesIO(logo))
    across, down = image.getSize()
    height = band - 1.6
    width = min(height * across / down, 3 * height)
    canvas.saveState()
    canvas.setFillColorRGB(1, 1, 1)
    canvas.roundRect(box.x(pad - 0.4), box.y(band - 0.4), (width + 0.8) * MM, (height + 0.8) * MM, 0.8 * MM, 0, 1)
    canvas.drawImage(image, box.x(pad), box.y(band - 0.8), width * MM, height * MM, "auto", preserveAspectRatio=True)
    canvas.restoreState()
    return width + 1.8


def _rgb(colour: str) -> tuple[float, float, float]:
    return (int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255)


def _photo(canvas: Canvas, box: _Box, card: Card, place: tuple[float, float, float, float]) -> None:
    from reportlab.lib.utils import ImageReader

    left, top, width, height = place
    x, y = box.x(left), box.y(top + height)
    content = _photo_bytes(card)
    if content is not None:
        canvas.drawImage(ImageReader(io.BytesIO(content)), x, y, width * MM, height * MM)
        return
    canvas.setFillColorRGB(0.91, 0.93, 0.96)
    canvas.rect(x, y, width * MM, height * MM, stroke=0, fill=1)
    canvas.setFillColorRGB(0.27, 0.31, 0.39)
    letters = initials_of(f"{card.given} {card.family}")
    font, size = font_for(letters, BOLD), width * 0.42 * MM
    canvas.setFont(font, size)
    canvas.drawCentredString(x + width * MM / 2, y + height * MM / 2 - size * 0.36, letters)


def _photo_bytes(card: Card) -> bytes | None:
    try:
        return base64.b64decode(card.photo, validate=True) if card.photo else None
    except binascii.Error:
        return None


def _words(canvas: Canvas, box: _Box, card: Card, place: tuple[float, float, float, bool]) -> None:
    left, top, width, large = place
    room = width * MM
    at = box.y(top)
    lines = (
        (card.given, BOLD, 13.0 if large else 10.0, 7.0 if large else 6.0, (0.106, 0.137, 0.2)),
        (card.family, BOLD, 13.0 if large else 10.0, 7.0 if large else 6.0, (0.106, 0.137, 0.2)),
        (card.role, REGULAR, 8.5 if large else 7.0, 6.0, (0.36, 0.4, 0.47)),
        (card.number, REGULAR, 10.0 if large else 8.0, 6.0, (0.106, 0.137, 0.2)),
    )
    for words, name, most, least, colour in lines:
        if not words:
            continue
        text, font, size = fit(words, name, most, least, room)
        at -= size
        canvas.setFillColorRGB(*colour)
        canvas.setFont(font, size)
        canvas.drawString(box.x(left), at, text)
        at -= size * 0.32


def _qr(canvas: Canvas, box: _Box, text: str, place: tuple[float, float, float]) -> None:
    import segno

    left, top, side = place
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False, boost_error=False).matrix]
    # The paper around it is white too, but what stands beside it may come close: half the quiet zone is inside.
    quiet = _QUIET_QR / 2
    step = side * MM / (len(rows) + 2 * quiet)
    path = canvas.beginPath()
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                x, y = box.x(left) + (across + quiet) * step, box.y(top) - (down + 1 + quiet) * step
                path.rect(x, y, step * 1.01, step * 1.01)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1)


def _bars(number: str, width: float) -> object:
    from reportlab.graphics.barcode.code128 import Code128

    return Code128(barcode_text(number), barWidth=width, barHeight=1, quiet=False, humanReadable=False)


def _bar_width(number: str, room: float) -> float | None:
    """Return the width in points of the thinnest bar that lets the code fit into `room` mm, None where none does."""
    if not number.isascii():
        return None
    modules = float(_bars(number, 1.0).width)  # type: ignore[attr-defined]  # the stubs don't know it
    fitting = room * MM / (modules + 2 * _QUIET)
    return min(fitting, _BAR_MOST) if fitting >= _BAR_LEAST else None


def _barcode(canvas: Canvas, box: _Box, number: str, place: tuple[float, float, float, float]) -> None:
    from reportlab.graphics.barcode.code128 import Code128

    left, top, width, height = place
    bar = _bar_width(number, width)
    if bar is None:
        return
    code = Code128(barcode_text(number), barWidth=bar, barHeight=height * MM, quiet=False, humanReadable=False)
    canvas.setFillColorRGB(0, 0, 0)
    code.drawOn(canvas, box.x(left) + (width * MM - code.width) / 2, box.y(top + height))
