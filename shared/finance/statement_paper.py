"""The statement of an account on A4: the institute's head, the sums, every line with its running balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from shared.core.money import money_text, plain_amount
from shared.core.paper_text import BOLD, REGULAR, alone, fit, width_of
from shared.core.text import text
from shared.finance.entry_words import entry_day
from shared.finance.statement_rules import Ledger, LedgerLine

_WIDTH, _HEIGHT = 595.3, 841.9
_MARGIN, _ROW, _SIZE = 42.5, 16.0, 8.5
_GREY = (0.35, 0.38, 0.44)
_LEAST = 6.0
_COLUMNS = ((0.0, 62.0, False), (66.0, 190.0, False), (260.0, 100.0, False), (364.0, 46.0, True), (414.0, 46.0, True))
_BALANCE = (464.0, 46.3, True)


@dataclass(frozen=True)
class StatementHead:
    """Who states what of whom, and on which day (`2026-11-20`)."""

    institute: str
    contacts: str
    holder: str
    day: str


@alone
def statement_pdf(head: StatementHead, ledger: Ledger) -> bytes:
    """Return the statement as a PDF of as many pages as it needs."""
    from reportlab.pdfgen.canvas import Canvas

    buffer = BytesIO()
    canvas = Canvas(buffer, (_WIDTH, _HEIGHT))
    canvas.setTitle(f"{text('Statement of account')} {head.holder}")
    lines = list(ledger.lines)[::-1]
    first = int((_HEIGHT - 2 * _MARGIN - 150) // _ROW)
    other = int((_HEIGHT - 2 * _MARGIN - 80) // _ROW)
    pages = [lines[:first], *(lines[at : at + other] for at in range(first, len(lines), other))]
    for place, part in enumerate(pages, 1):
        top = _draw_head(canvas, head, ledger if place == 1 else None)
        _draw_table(canvas, part, head.day, ledger.currency, top)
        words = text("Page {page} of {pages}", page=place, pages=len(pages))
        _put(canvas, words, _MARGIN, _MARGIN - 14, _SIZE, colour=_GREY)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _put(
    canvas: Any,
    words: str,
    left: float,
    base: float,
    size: float,
    room: float = 510.0,
    *,
    bold: bool = False,
    right: bool = False,
    colour: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> None:
    shown, font, fitted = fit(words, BOLD if bold else REGULAR, size, _LEAST, room)
    canvas.setFont(font, fitted)
    canvas.setFillColorRGB(*colour)
    canvas.drawString(left + (room - width_of(shown, font, fitted) if right else 0.0), base, shown)


def _draw_head(canvas: Any, head: StatementHead, ledger: Ledger | None) -> float:
    """Draw the head of a page, with the sums where `ledger` is given; returns where the table begins."""
    top = _HEIGHT - _MARGIN
    _put(canvas, head.institute, _MARGIN, top - 12, 13, bold=True)
    _put(canvas, head.contacts, _MARGIN, top - 26, _SIZE, colour=_GREY)
    _put(canvas, text("Statement of account"), _MARGIN, top - 50, 11, bold=True)
    day = text("As of {day}", day=entry_day(head.day, ""))
    _put(canvas, day, _MARGIN, top - 50, _SIZE, right=True)
    _put(canvas, head.holder, _MARGIN, top - 64, 9.5)
    if ledger is None:
        return top - 76
    found = ledger.totals
    sums = (
        (text("Charged"), found.charged),
        (text("Reduced"), found.reduced),
        (text("Paid"), found.paid),
        (text("Paid back"), found.refunded),
        (text("Overdue"), found.overdue),
        (text("Balance"), found.balance),
    )
    wide = (_WIDTH - 2 * _MARGIN) / len(sums)
    for place, (word, amount) in enumerate(sums):
        left = _MARGIN + place * wide
        _put(canvas, word, left, top - 90, _SIZE, wide - 6, colour=_GREY)
        _put(canvas, money_text(amount, ledger.currency), left, top - 104, 9.5, wide - 6, bold=True)
    if found.pending:
        words = text(
            "{amount} of what was paid isn't confirmed yet.", amount=money_text(found.pending, ledger.currency)
        )
        _put(canvas, words, _MARGIN, top - 120, _SIZE, colour=_GREY)
    return top - 132


def _draw_table(canvas: Any, lines: Sequence[LedgerLine], day: str, currency: str, top: float) -> None:
    titles = (text("Date"), text("What"), text("Document"), text("Charge"), text("Paid"), text("Balance"))
    places = (*_COLUMNS, _BALANCE)
    for title, (left, room, right) in zip(titles, places, strict=True):
        _put(canvas, title, _MARGIN + left, top - 11, _SIZE, room, bold=True, right=right)
    base = top - _ROW
    for line in lines:
        canvas.setLineWidth(0.35)
        canvas.line(_MARGIN, base, _WIDTH - _MARGIN, base)
        cells = (
            entry_day(str(line.entry["day"]), day),
            line.title,
            line.document,
            "" if line.charge is None else plain_amount(line.charge, currency),
            "" if line.paid is None else plain_amount(line.paid, currency),
            plain_amount(line.balance, currency),
        )
        for cell, (left, room, right) in zip(cells, places, strict=True):
            _put(canvas, cell, _MARGIN + left, base - 11.5, _SIZE, room, right=right)
        base -= _ROW
