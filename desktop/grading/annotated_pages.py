"""Puts comments onto the pages of a PDF without reading what is drawn there, and without anything that could run."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from desktop.grading.paper_flow import PIN, draw_pin
from desktop.grading.preview_pins import Pin, Place
from shared.core.errors import CampusError
from shared.core.text import text

MOST_PAGES = 200
"""Of a longer document the pages with comments are taken, at most as many."""
_NAME = "/CampusdeskComments"
_QUIET = frozenset(
    {
        "/Type", "/Subtype", "/Rect", "/Contents", "/AP", "/AS", "/C", "/CA", "/ca", "/BS", "/Border", "/F", "/IC",
        "/QuadPoints", "/InkList", "/L", "/LE", "/Vertices", "/DA", "/Q", "/RD", "/NM", "/M", "/T",
    }
)  # fmt: skip
_SHOWN = frozenset(
    {
        "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/FreeText", "/Ink", "/Line", "/Square", "/Circle",
        "/Polygon", "/PolyLine", "/Stamp", "/Widget",
    }
)  # fmt: skip
_KEPT = frozenset(
    {"/Type", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/Annots", "/Group", "/UserUnit"}
)
_SLACK = 9.0


def add_commented(writer: Any, content: bytes, pins: Sequence[Pin]) -> tuple[int, int]:
    """Add a PDF's pages with their pins to `writer`; return how many were taken, and how many there are.

    Raises CampusError `pdf_locked` (it asks for a password), `pdf_broken`; the writer then has none of its pages.
    """
    before = len(writer.pages)
    try:
        reader = _opened(content)
        every = len(reader.pages)
        for page in _chosen(every, pins):
            _add(writer, reader.pages[page], [one for one in pins if one.place is not None and one.place.page == page])
    except CampusError:
        raise
    except Exception as problem:  # whatever a damaged PDF makes its reader raise
        while len(writer.pages) > before:
            writer.remove_page(len(writer.pages) - 1)
        raise _broken() from problem
    if not every:
        raise _broken()
    return len(writer.pages) - before, every


def _broken() -> CampusError:
    return CampusError("pdf_broken", text("This PDF is damaged, so its pages aren't shown here."))


def _opened(content: bytes) -> Any:
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise CampusError("pdf_locked", text("This PDF is locked with a password, so its pages aren't shown here."))
    return reader


def _chosen(every: int, pins: Sequence[Pin]) -> Sequence[int]:
    if every <= MOST_PAGES:
        return range(every)
    commented = sorted({one.place.page for one in pins if one.place is not None and one.place.page < every})
    return commented[:MOST_PAGES] or range(1)


def _add(writer: Any, source: Any, pins: Sequence[Pin]) -> None:
    from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject

    # What leads to other pages, runs, or tells of the file's making stays behind before anything is copied.
    for key in [key for key in source if key not in _KEPT]:
        if key != "/Parent":
            del source[key]
    _quieten(source)
    page = writer.add_page(source)
    if not pins:
        return
    left, bottom, right, top = (float(one) for one in page.cropbox)
    box = (min(left, right), min(bottom, top), max(left, right), max(bottom, top))
    form = _form(writer, box, int(page.rotation) % 360, pins)
    resources = DictionaryObject(page.get("/Resources", DictionaryObject()).get_object())
    drawn = DictionaryObject(resources.get("/XObject", DictionaryObject()).get_object())
    drawn[NameObject(_NAME)] = form
    resources[NameObject("/XObject")] = drawn
    page[NameObject("/Resources")] = resources
    contents = page.get("/Contents")
    inside = contents.get_object() if contents is not None else None
    own = list(inside) if isinstance(inside, ArrayObject) else [page.raw_get("/Contents")] if inside is not None else []
    first, last = DecodedStreamObject(), DecodedStreamObject()
    first.set_data(b"q\n")
    last.set_data(f"\nQ\nq\n{_NAME} Do\nQ\n".encode())
    parts = [writer._add_object(first), *own, writer._add_object(last)]  # noqa: SLF001 - pypdf has no other way
    page[NameObject("/Contents")] = ArrayObject(parts)


def _quieten(page: Any) -> None:
    """Leave of a page's annotations what is seen, without links, scripts, forms' actions and attached files."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject

    annotations = page.get("/Annots")
    if annotations is None:
        return
    kept = ArrayObject()
    for one in annotations.get_object():
        note = one.get_object()
        if isinstance(note, DictionaryObject) and note.get("/Subtype") in _SHOWN and "/AP" in note:
            quiet: Any = DictionaryObject({NameObject(key): note.raw_get(key) for key in note if key in _QUIET})
            if quiet["/Subtype"] == "/Widget":  # a form's field stays as what it looks like
                quiet[NameObject("/Subtype")] = NameObject("/Stamp")
            kept.append(quiet)
    page[NameObject("/Annots")] = kept


def _form(writer: Any, box: tuple[float, float, float, float], turned: int, pins: Sequence[Pin]) -> Any:
    """Return pins as something that a page draws in one go, in the page's own points."""
    from pypdf import PdfReader
    from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject
    from reportlab.pdfgen.canvas import Canvas

    left, bottom, right, top = box
    out = BytesIO()
    canvas: Any = Canvas(out, pagesize=(right - left, top - bottom), pageCompression=0)
    canvas.translate(-left, -bottom)
    for pin in pins:
        if pin.place is not None:
            draw_comment(canvas, box, turned, pin.number, pin.place)
    canvas.showPage()
    canvas.save()
    drawn: Any = PdfReader(BytesIO(out.getvalue())).pages[0]
    contents = drawn.get_contents()
    form = DecodedStreamObject()
    form.set_data(contents.get_data() if contents is not None else b"")
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/BBox")] = ArrayObject(FloatObject(one) for one in (0, 0, right - left, top - bottom))
    form[NameObject("/Matrix")] = ArrayObject(FloatObject(one) for one in (1, 0, 0, 1, left, bottom))
    resources = drawn["/Resources"].get_object()
    form[NameObject("/Resources")] = DictionaryObject(resources).clone(writer)
    return writer._add_object(form)  # noqa: SLF001 - pypdf has no other way


def draw_comment(canvas: Any, box: tuple[float, float, float, float], turned: int, number: int, place: Place) -> None:
    """Draw a comment's number, and the part of the page that it marks; `box` is the page in its own points."""
    if place.w and place.h:
        x1, y1 = on_paper(box, turned, place.x, place.y)
        x2, y2 = on_paper(box, turned, place.x + place.w, place.y + place.h)
        canvas.saveState()
        canvas.setStrokeColorRGB(*PIN)
        canvas.setFillColorRGB(*PIN)
        canvas.setFillAlpha(0.14)
        canvas.setLineWidth(1)
        canvas.rect(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1), stroke=1, fill=1)
        canvas.restoreState()
    x, y = on_paper(box, turned, place.x + place.w, place.y + (place.h / 2 if place.h else 0))
    left, bottom, right, top = box
    inside_x = min(max(x, left + _SLACK), max(left + _SLACK, right - _SLACK))
    inside_y = min(max(y, bottom + _SLACK), max(bottom + _SLACK, top - _SLACK))
    draw_pin(canvas, inside_x, inside_y, number, turned)


def on_paper(box: tuple[float, float, float, float], turned: int, x: float, y: float) -> tuple[float, float]:
    """Return the point in a page's own points for shares of the page as it is shown, from its upper left corner."""
    left, bottom, right, top = box
    wide, high = right - left, top - bottom
    if turned == 90:
        return left + y * wide, bottom + x * high
    if turned == 180:
        return right - x * wide, bottom + y * high
    if turned == 270:
        return right - y * wide, top - x * high
    return left + x * wide, top - y * high
