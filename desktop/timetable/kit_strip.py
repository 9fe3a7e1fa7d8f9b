"""Two weeks of a piece of kit at a glance: each day a column, what takes it as blocks between morning and evening."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.timetable.kit_calendar import CLASS, LOAN, Entry
from desktop.timetable.times import day_words
from desktop.widgets.paint import draw_text, fill_box
from desktop.widgets.theme import theme

DAYS = 14
_OPENS, _CLOSES = 7, 21
_HEAD, _HEIGHT = 20, 112


class CalendarStrip(QWidget):
    """Shows the days from ``first`` on; the list beside it says the same in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first = date.min
        self._entries: Sequence[Entry] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_days(self, first: date, entries: Sequence[Entry]) -> None:
        """Show two weeks."""
        self._first, self._entries = first, entries
        words = [f"{one.row.title}, {one.row.detail}" for one in entries]
        self.setAccessibleName(self.tr("Two weeks"))
        self.setAccessibleDescription("; ".join(words) or self.tr("Nothing takes it."))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a low strip."""
        return QSize(theme().px(420), theme().px(_HEIGHT))

    def blocks(self) -> list[tuple[int, float, float, Entry]]:
        """Return (day, from, to, entry) with parts of the day's opening from 0 to 1."""
        found = []
        for entry in self._entries:
            for place in range(DAYS):
                day = self._first + timedelta(days=place)
                begin, end = _part(entry.starts, day), _part(entry.ends, day)
                if end > begin:
                    found.append((place, begin, end, entry))
        return found

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint days and blocks."""
        look = theme()
        painter = QPainter(self)
        width, head = self.width() / DAYS, look.px(_HEAD)
        tall = self.height() - head
        for place in range(DAYS):
            day = self._first + timedelta(days=place)
            column = QRectF(place * width, head, width - 2, tall)
            fill = "sunken" if day.weekday() < 5 else "hover"
            fill_box(painter, column, 4, look.colour(fill))
            words = f"{day.day}" if place else day_words(day)[:3] + f" {day.day}"
            tone = look.colour("text" if place == 0 else "muted")
            draw_text(
                painter, QRectF(place * width + 3, 0, width * (2 if place == 0 else 1), head), words, "small", tone
            )
        for place, begin, end, entry in self.blocks():
            box = QRectF(place * width + 1, head + begin * tall, width - 4, max(3.0, (end - begin) * tall))
            fill = {CLASS: "text2", LOAN: entry.row.tone}.get(entry.kind, "accent")
            fill_box(painter, box, 3, look.colour(fill))


def _part(moment: datetime, day: date) -> float:
    """Where a moment stands in the opening hours of a day, 0 before and 1 after."""
    opens = datetime.combine(day, time(_OPENS), moment.tzinfo)
    hours = (moment - opens) / timedelta(hours=1)
    return min(1.0, max(0.0, hours / (_CLOSES - _OPENS)))
