"""Where sessions stand in the view by hours: a column for each day or group, lanes where sessions overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QPointF, QRectF, QSizeF

from desktop.timetable.week_store import Shown, Span

HEAD, SIDE, HOUR, STEP = 52, 60, 56, 15
FIRST_HOUR, LAST_HOUR = 8, 17
LEAST_COLUMN = 132
LEAST_MINUTES = 25
"""A shorter session is drawn as if it lasted so long: its time must stay readable."""


@dataclass(frozen=True)
class Spot:
    """A place to which a session can be moved: a day, minutes after midnight, a group; None keeps what it has."""

    day: date
    minute: int | None = None
    group: str | None = None


@dataclass(frozen=True)
class ColumnHead:
    """What a column or row is: its day and its group; `note` is small beside the name."""

    day: date | None
    group: str | None
    name: str
    note: str = ""
    holiday: str = ""


def lanes_of(spans: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """Return (lane, number of lanes) for each span of a column, given in order of their starts."""
    placed: list[tuple[int, int]] = [(0, 1)] * len(spans)
    cluster: list[int] = []
    ends: list[float] = []

    def close() -> None:
        for at in cluster:
            placed[at] = (placed[at][0], len(ends))
        cluster.clear()
        ends.clear()

    for at, (start, end) in enumerate(spans):
        if ends and start >= max(ends):
            close()
        lane = next((one for one, taken in enumerate(ends) if taken <= start), len(ends))
        if lane == len(ends):
            ends.append(end)
        else:
            ends[lane] = end
        placed[at] = (lane, 0)
        cluster.append(at)
    close()
    return placed


class GridLayout:
    """Columns of hours; coordinates begin below the head and right of the hours, and don't know of scrolling."""

    def __init__(self, span: Span, columns: Sequence[ColumnHead], scale: float = 1.0) -> None:
        self.span, self.columns = span, tuple(columns)
        self.head, self.side = round(HEAD * scale), round(SIDE * scale)
        self.hour = round(HOUR * scale)
        self._least = round(LEAST_COLUMN * scale)
        self._places = [(self._column_of(shown), *self._minutes(shown)) for shown in span.sessions]
        starts = [start for _, start, _ in self._places]
        ends = [end for _, _, end in self._places]
        self.first_hour = min([FIRST_HOUR, *(start // 60 for start in starts)])
        self.last_hour = max([LAST_HOUR, *(-(-end // 60) for end in ends)])
        self.column_width = float(self._least)
        self.order = sorted(range(len(self._places)), key=lambda at: self._places[at])
        self.boxes: list[QRectF] = []

    def fit(self, width: float, height: float) -> None:
        """Share the width of the view among the columns, and its height among the hours where they fit."""
        count = max(1, len(self.columns))
        self.column_width = max(self._least, (width - self.side) / count)
        hours = self.last_hour - self.first_hour
        self.hour_height = max(self.hour, (height - self.head - 1) / max(1, hours))
        self.boxes = [QRectF()] * len(self._places)
        for column in range(len(self.columns)):
            here = [at for at in self.order if self._places[at][0] == column]
            spans = [(float(self._places[at][1]), float(self._places[at][2])) for at in here]
            for at, (lane, lanes) in zip(here, lanes_of(spans), strict=True):
                self.boxes[at] = self._box(column, *self._places[at][1:], lane, lanes)

    hour_height: float = HOUR

    @property
    def size(self) -> QSizeF:
        """How large the content is."""
        return QSizeF(len(self.columns) * self.column_width, (self.last_hour - self.first_hour) * self.hour_height)

    def y_of(self, minute: float) -> float:
        """Return the height at which a minute of the day lies."""
        return (minute / 60 - self.first_hour) * self.hour_height

    def _column_of(self, shown: Shown) -> int:
        return self._column_at(max(shown.line.starts.date(), self.span.days[0]), shown.group, missing=-1)

    def _column_at(self, day: date, group: str | None, missing: int = 0) -> int:
        found = (
            at
            for at, one in enumerate(self.columns)
            if one.day in (None, day) and (one.group is None or one.group == group)
        )
        return next(found, missing)

    def _minutes(self, shown: Shown) -> tuple[int, int]:
        line = shown.line
        day = max(line.starts.date(), self.span.days[0])
        start = line.starts.hour * 60 + line.starts.minute if line.starts.date() == day else 0
        end = line.ends.hour * 60 + line.ends.minute if line.ends.date() == day else 24 * 60
        return start, max(end, min(start + LEAST_MINUTES, 24 * 60))

    def _box(self, column: int, start: int, end: int, lane: int, lanes: int) -> QRectF:
        inner = self.column_width - 9
        width = inner / lanes
        left = column * self.column_width + 4 + lane * width
        top = self.y_of(start)
        return QRectF(left, top + 1, width - 2, self.y_of(end) - top - 2)

    def spot_at(self, point: QPointF) -> Spot | None:
        """Return the place under a point, to a quarter of an hour; None beside the columns."""
        column = int(point.x() // self.column_width)
        if not 0 <= column < len(self.columns):
            return None
        minute = (point.y() / self.hour_height + self.first_hour) * 60
        snapped = max(0, min(24 * 60 - STEP, round(minute / STEP) * STEP))
        head = self.columns[column]
        return Spot(head.day or self.span.days[0], snapped, head.group)

    def box_at(self, shown: Shown, spot: Spot) -> QRectF:
        """Return where a session would stand at a spot."""
        minute = spot.minute if spot.minute is not None else self._minutes(shown)[0]
        length = min(int((shown.line.ends - shown.line.starts) / timedelta(minutes=1)), 24 * 60 - minute)
        at = self._column_at(spot.day, spot.group)
        return self._box(at, minute, minute + max(length, LEAST_MINUTES), 0, 1)

    def spot_of(self, shown: Shown) -> Spot:
        """Return where a session stands now."""
        group = shown.group if self.columns and self.columns[0].group is not None else None
        return Spot(shown.line.starts.date(), self._minutes(shown)[0], group)

    def stepped(self, spot: Spot, across: int, down: int) -> Spot:
        """Return the spot some columns to the right and some quarters of an hour later; the edges hold it."""
        at = self._column_at(spot.day, spot.group)
        head = self.columns[max(0, min(len(self.columns) - 1, at + across))]
        minute = max(0, min(24 * 60 - STEP, (spot.minute or 0) + down * STEP))
        return Spot(head.day or spot.day, minute, head.group)


def moved_start(shown: Shown, spot: Spot) -> datetime:
    """Return when a session starts at a spot, on the same clocks as before."""
    starts = shown.line.starts
    at = starts.time() if spot.minute is None else time(spot.minute // 60, spot.minute % 60)
    return datetime.combine(spot.day, at, starts.tzinfo)
