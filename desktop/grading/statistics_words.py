"""The statistics of work in words and as a sheet: heads, figures, bands of marks and criteria as charts take them."""

from collections.abc import Sequence

from desktop.grading.statistics_store import CohortFigures, WorkLine
from desktop.shell.table_files import Head, Sheet, Value
from desktop.widgets.chart import Point
from shared.core.text import plural, text
from shared.grading.points import points_text
from shared.grading.statistics_rules import BARS
from shared.grading.work_statistics_rules import CriterionFigures

_BAND = 100 // BARS


def average_text(hundredths: int) -> str:
    """Return an average rounded to a tenth."""
    return points_text((hundredths + 5) // 10 * 10)


def range_text(line: WorkLine) -> str:
    """Return the lowest and the highest mark, a dash without marks."""
    found = line.figures.spread
    if found is None:
        return "–"
    return text("{low} to {high}", low=points_text(found.lowest), high=points_text(found.highest))


def figure_words(line: WorkLine) -> dict[str, str]:
    """Return a line's cells by column; what can't be handed in has no such figures."""
    figures, found = line.figures, line.figures.spread
    came = {"handed_in": f"{figures.handed_in} / {figures.students}", "late": str(figures.late or "")}
    return {
        **(came if line.comes_in else dict.fromkeys(came, "")),
        "missing": str(figures.missing or ""),
        "excused": str(figures.excused or ""),
        "graded": f"{figures.graded} / {figures.students}",
        "average": average_text(found.average) if found else "–",
        "median": average_text(found.median) if found else "–",
        "range": range_text(line),
    }


def figures_sheet(found: CohortFigures, lines: Sequence[WorkLine]) -> Sheet:
    """Return the table as it leaves the house; lowest and highest are numbers of their own."""
    titles = (
        *(text("Points"), text("Students"), text("Handed in"), text("Late"), text("Missing"), text("Excused")),
        *(text("Graded"), text("Average"), text("Median"), text("Lowest"), text("Highest")),
    )
    heads = (Head(text("Work"), share=2), *(Head(one, number=True) for one in titles))
    return Sheet(text("Statistics of work"), found.name, heads, tuple(_row(one) for one in lines))


def _row(line: WorkLine) -> tuple[Value, ...]:
    figures, found = line.figures, line.figures.spread
    came = (figures.handed_in, figures.late) if line.comes_in else (None, None)
    spread = (found.average, found.median, found.lowest, found.highest) if found else (None,) * 4
    counts = (figures.missing, figures.excused, figures.graded)
    return (
        line.column.title,
        _number(line.column.points),
        figures.students,
        *came,
        *counts,
        *(None if one is None else _number(one) for one in spread),
    )


def _number(hundredths: int) -> Value:
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


def band_points(line: WorkLine) -> list[Point]:
    """Return how many students have a mark in each tenth of the maximum."""
    found = line.figures.spread
    points = []
    for at, count in enumerate(found.bars if found else ()):
        low, high = at * _BAND, (at + 1) * _BAND
        words = plural("1 student", "{n} students", count)
        label = text("{low} to {high} percent: {students}", low=low, high=high, students=words)
        points.append(Point(str(at), f"{low}–{high}", float(count), label))
    return points


def spread_words(line: WorkLine) -> str:
    """Return the figures of a piece of work as one sentence."""
    found = line.figures.spread
    if found is None:
        return text("Nothing is graded yet.")
    graded = plural("1 student graded", "{n} students graded", found.count)
    places = {
        "graded": graded,
        "average": average_text(found.average),
        "median": average_text(found.median),
        "range": range_text(line),
    }
    return text("{graded}: average {average}, median {median}, from {range}", **places)


def criterion_points(criteria: Sequence[CriterionFigures]) -> list[Point]:
    """Return the average of each criterion in whole percent of its maximum; the label says how often each level was."""
    points = []
    for one in criteria:
        share = None if one.average is None or not one.most else float(round(one.average * 100 / one.most))
        points.append(Point(one.id, one.name, share, _criterion_label(one)))
    return points


def _criterion_label(one: CriterionFigures) -> str:
    if one.average is None:
        return text("{name}: not judged yet", name=one.name)
    places = {"name": one.name, "average": average_text(one.average), "most": points_text(one.most)}
    levels = ", ".join(f"{name} {count}" for name, count in one.levels)
    return text("{name}: average {average} of {most}. {levels}", levels=levels, **places)
