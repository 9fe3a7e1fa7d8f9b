"""Where sessions stand in the week of many rooms: a row for each group, a column for each day, a line each session."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF

from desktop.timetable.grid_layout import ColumnHead, Spot
from desktop.timetable.week_store import Shown, Span

HEAD, SIDE, LINE, GAP, PAD = 44, 184, 24, 2, 6
LEAST_COLUMN = 150


class BoardLayout:
    """Rows of groups by days; coordinates begin below the head and right of the names."""

    def __init__(self, span: Span, days: Sequence[ColumnHead], rows: Sequence[ColumnHead], scale: float = 1.0) -> None:
        self.span, self.columns, self.rows = span, tuple(days), tuple(rows)
        self.head, self.side = round(HEAD * scale), round(SIDE * scale)
        self._line = round(LINE * scale)
        self._least = round(LEAST_COLUMN * scale)
        self._column = {one.day: at for at, one in enumerate(self.columns)}
        self._row = {one.group: at for at, one in enumerate(self.rows)}
        self.column_width = float(self._least)
        self.boxes: list[QRectF] = []
        self._fitted = -1.0
        self._cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        for at, shown in enumerate(span.sessions):
            day = max(shown.line.starts.date(), span.days[0])
            if day in self._column and shown.group in self._row:
                self._cells[self._row[shown.group], self._column[day]].append(at)
        self.tops = self._make_tops()
        keys = {at: (*cell, place) for cell, ids in self._cells.items() for place, at in enumerate(ids)}
        self.order = sorted(keys, key=lambda at: keys[at])

    def _make_tops(self) -> list[float]:
        most: dict[int, int] = defaultdict(int)
        for (row, _), ids in self._cells.items():
            most[row] = max(most[row], len(ids))
        tops = [0.0]
        for row in range(len(self.rows)):
            tops.append(tops[-1] + max(1, most[row]) * (self._line + GAP) - GAP + 2 * PAD + 1)
        return tops

    def fit(self, width: float, _height: float) -> None:
        """Share the width of the view among the days."""
        if width == self._fitted:
            return
        self._fitted = width
        self.column_width = max(self._least, (width - self.side) / max(1, len(self.columns)))
        self.boxes = [QRectF()] * len(self.span.sessions)
        for (row, column), ids in self._cells.items():
            for place, at in enumerate(ids):
                self.boxes[at] = self._box(row, column, place)

    def _box(self, row: int, column: int, place: int) -> QRectF:
        top = self.tops[row] + PAD + place * (self._line + GAP)
        return QRectF(column * self.column_width + 5, top, self.column_width - 10, self._line)

    @property
    def size(self) -> QSizeF:
        """How large the content is."""
        return QSizeF(len(self.columns) * self.column_width, self.tops[-1])

    def spot_at(self, point: QPointF) -> Spot | None:
        """Return the day and group under a point; the time stays."""
        column = int(point.x() // self.column_width)
        row = next((at for at in range(len(self.rows)) if self.tops[at] <= point.y() < self.tops[at + 1]), -1)
        if row < 0 or not 0 <= column < len(self.columns):
            return None
        return Spot(self.columns[column].day or self.span.days[0], None, self.rows[row].group)

    def box_at(self, _shown: Shown, spot: Spot) -> QRectF:
        """Return where a session would stand at a spot: over the whole cell."""
        row, column = self._row.get(spot.group, -1), self._column.get(spot.day, -1)
        if row < 0 or column < 0:
            return QRectF()
        left, top = column * self.column_width + 2, self.tops[row] + 2
        return QRectF(left, top, self.column_width - 4, self.tops[row + 1] - self.tops[row] - 5)

    def spot_of(self, shown: Shown) -> Spot:
        """Return where a session stands now."""
        return Spot(shown.line.starts.date(), None, shown.group)

    def stepped(self, spot: Spot, across: int, down: int) -> Spot:
        """Return the spot some days later and some rows below; the edges hold it."""
        column = max(0, min(len(self.columns) - 1, self._column.get(spot.day, 0) + across))
        row = max(0, min(len(self.rows) - 1, self._row.get(spot.group, 0) + down))
        return Spot(self.columns[column].day or spot.day, None, self.rows[row].group)
