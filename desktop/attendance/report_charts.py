"""The charts beside reports: bars by cohort and the line by week, with what they mean in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QCoreApplication

from desktop.attendance.report_documents import percent_text
from desktop.timetable.times import short_day
from desktop.widgets.chart import Point
from shared.attendance.report_rules import GroupRow, WeekRow


def _tr(words: str) -> str:
    return QCoreApplication.translate("ReportCharts", words)


def group_points(rows: Sequence[GroupRow]) -> list[Point]:
    """Return a bar for each group."""
    label = _tr("{name}: {percent} of {recorded} marks")
    return [
        Point(
            row.id,
            row.name,
            row.tally.percent,
            label.format(name=row.name, percent=percent_text(row.tally.percent), recorded=f"{row.tally.recorded:,}"),
        )
        for row in rows
    ]


def week_points(rows: Sequence[WeekRow]) -> list[Point]:
    """Return a dot for each week."""
    label = _tr("Week of {day}: {percent} of {recorded} marks")
    made = []
    for row in rows:
        day = short_day(date.fromisoformat(row.starts_on))
        percent, recorded = percent_text(row.tally.percent), f"{row.tally.recorded:,}"
        made.append(
            Point(row.starts_on, day, row.tally.percent, label.format(day=day, percent=percent, recorded=recorded))
        )
    return made


def summary_of(points: Sequence[Point], threshold: int) -> str:
    """Return the sentence that says what a chart shows."""
    known = [(point.value, point.name) for point in points if point.value is not None]
    if not known:
        return _tr("Nothing recorded in this period.")
    least, most = min(known, key=lambda one: one[0]), max(known, key=lambda one: one[0])
    below = sum(value < threshold for value, _ in known)
    if len(known) == 1:
        return _tr("{name} has {percent} %.").format(name=most[1], percent=f"{most[0]:g}")
    words = _tr("From {least} % ({low}) to {most} % ({high}), {below} below {threshold} %.")
    return words.format(
        least=f"{least[0]:g}", low=least[1], most=f"{most[0]:g}", high=most[1], below=below, threshold=threshold
    )
