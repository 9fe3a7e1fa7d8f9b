"""Comments as pins: numbered in reading order, and how one is painted on a page or on the bar of a recording."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from desktop.widgets.paint import fill_box, focus_ring
from desktop.widgets.theme import theme

RADIUS = 10.0
_MARKED = 70


@dataclass(frozen=True)
class Place:
    """A place on a page (counted from 0); the rest are shares of its width and height."""

    page: int
    x: float
    y: float
    w: float = 0.0
    h: float = 0.0

    def moved(self, x: float, y: float) -> Place:
        """Return it with its corner elsewhere, wholly on the page."""
        return replace(self, x=min(max(0.0, x), 1.0 - self.w), y=min(max(0.0, y), 1.0 - self.h))

    def as_row(self) -> dict[str, Any]:
        """Return it as a comment's row keeps it: pages count from 1, shares have four decimals."""
        shares = {name: round(getattr(self, name), 4) for name in ("x", "y", "w", "h")}
        return {"page": self.page + 1, **shares}

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Place:
        """Return the place that a row keeps."""
        return cls(row["page"] - 1, row["x"], row["y"], row.get("w", 0.0), row.get("h", 0.0))


@dataclass(frozen=True)
class Pin:
    """One comment: at a `place` of a page, at a time of a recording, or (with neither) on the file as a whole."""

    id: str
    words: str
    place: Place | None = None
    time_ms: int | None = None
    author: str = ""
    number: int = 0
    mine: bool = True


def numbered(pins: Iterable[Pin]) -> list[Pin]:
    """Return pins in reading order, numbered from 1."""
    ordered = sorted(pins, key=_order)
    return [replace(pin, number=number) for number, pin in enumerate(ordered, 1)]


def _order(pin: Pin) -> tuple[int, float, float, str]:
    if pin.place is not None:
        return (pin.place.page, pin.place.y, pin.place.x, pin.id)
    return (-1 if pin.time_ms is None else 0, float(pin.time_ms or 0), 0.0, pin.id)


def pin_centre(page: QRectF, place: Place) -> QPointF:
    """Return where the number of a pin is: at the place, or at the right edge beside a marked part."""
    across = place.x + place.w
    left = page.x() + across * page.width() + (RADIUS + 4 if place.w else 0)
    top = page.y() + (place.y + place.h / 2) * page.height()
    return QPointF(min(left, page.right() - RADIUS / 2), top)


def marked_part(page: QRectF, place: Place) -> QRectF:
    """Return the part of the page that a pin marks; empty for a mere point."""
    return QRectF(
        page.x() + place.x * page.width(),
        page.y() + place.y * page.height(),
        place.w * page.width(),
        place.h * page.height(),
    )


def draw_number(painter: QPainter, centre: QPointF, number: int, *, chosen: bool = False) -> None:
    """Paint the disc with a pin's number."""
    look = theme()
    box = QRectF(centre.x() - RADIUS, centre.y() - RADIUS, 2 * RADIUS, 2 * RADIUS)
    fill_box(painter, box, RADIUS, look.colour("warn.solid"), QColor(Qt.GlobalColor.white))
    painter.setFont(look.font("tiny-strong"))
    painter.setPen(look.colour("ink"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))
    if chosen:
        focus_ring(painter, box.adjusted(-3, -3, 3, 3), RADIUS + 3)


def draw_pin(painter: QPainter, page: QRectF, place: Place, number: int, *, chosen: bool = False) -> None:
    """Paint a pin on its page: the marked part, and the number."""
    if place.w and place.h:
        tint = QColor(255, 200, 40, _MARKED)  # the yellow of a marker pen, on paper in both themes
        painter.fillRect(marked_part(page, place), tint)
    draw_number(painter, pin_centre(page, place), number, chosen=chosen)


def time_words(milliseconds: int) -> str:
    """Return a time of a recording: `0:42`, `1:02:07`."""
    seconds = milliseconds // 1000
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
